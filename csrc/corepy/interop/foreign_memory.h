// Memory of other libraries: what an exporter claims is checked here before a tensor views it. No
// protocol and no Python here.
#pragma once

#include <cstdint>

#include "corepy/core/tensor.h"

namespace corepy {

// An exporter's description of its memory. `data` points to the element with index 0 on every axis.
struct ForeignArray {
  void* data = nullptr;
  DType dtype = DType::float64;
  bool swapped_bytes = false;
  bool read_only = false;
  Dims shape;
  Dims strides;  // bytes
};

// A checked description: the bytes that its elements span, from `low` (at most 0) relative to
// `data`.
struct ForeignExtent {
  std::int64_t low_bytes = 0;
  std::int64_t span_bytes = 0;
};

// Checks rank, extents, strides and addresses for overflow and contradiction; fails with
// ExportError naming `source`. What cannot be checked is whether the memory is really there.
ForeignExtent check_foreign(const char* op, const char* source, const ForeignArray& array);

// A tensor over the exporter's memory, which `owner` keeps alive until `release_owner(owner)`.
// Where this throws, the owner was not taken.
Tensor view_foreign(const ForeignArray& array, const ForeignExtent& extent, void* owner,
                    void (*release_owner)(void*) noexcept);

// Copies x's elements to `destination` in C order, reversing the bytes of each (of each part of a
// complex one) if asked. For imports only: tensors that are ours are moved by dispatch/copy.h,
// which is faster and recorded.
void gather_elements(std::byte* destination, const Tensor& x, bool swap_bytes) noexcept;

}  // namespace corepy

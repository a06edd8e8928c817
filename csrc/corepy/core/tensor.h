// A tensor: a typed, strided view of a shared storage, with value semantics (copy on write). No
// operators here.
#pragma once

#include <cstdint>

#include "corepy/core/dims.h"
#include "corepy/core/dtype.h"
#include "corepy/core/shape.h"
#include "corepy/core/storage.h"

namespace corepy {

struct Tensor {
  StorageRef storage;
  std::int64_t offset_bytes = 0;
  DType dtype = DType::float64;
  Dims shape;
  Dims strides;  // bytes; may be 0 or negative; foreign memory may be misaligned

  int rank() const noexcept { return shape.size(); }
  std::int64_t size() const noexcept { return count_elements(shape); }
  std::int64_t itemsize() const noexcept { return itemsize_of(dtype); }
  std::int64_t nbytes() const noexcept { return size() * itemsize(); }
  std::byte* data() const noexcept { return storage->data + offset_bytes; }
  bool is_contiguous() const noexcept { return corepy::is_contiguous(shape, strides, itemsize()); }

  // The same storage seen otherwise.
  Tensor view(Dims new_shape, Dims new_strides, std::int64_t extra_offset_bytes = 0) const {
    return Tensor{storage, offset_bytes + extra_offset_bytes, dtype, std::move(new_shape),
                  std::move(new_strides)};
  }
};

// A fresh, contiguous, uninitialised tensor.
Tensor empty_tensor(const char* op, const Dims& shape, DType dtype);

// A fresh tensor of the shape of `model`, which is contiguous.
Tensor empty_like_contiguous(const char* op, const Tensor& model, DType dtype);

// A fresh rank-0 tensor holding the `itemsize_of(dtype)` bytes at `value`.
Tensor scalar_tensor(const char* op, DType dtype, const void* value);

}  // namespace corepy

// The table of loops that move elements without changing them, which each ISA fills
// (kernels/copy.cpp). No ISA here: the dispatcher includes it.
#pragma once

#include <cstdint>

#include "corepy/kernels/loop_args.h"

namespace corepy {

// Copies bytes between places that do not overlap.
using CopyLoop = void (*)(const void* in, void* out, std::int64_t bytes) noexcept;
// Writes one element to `length` contiguous places.
using FillLoop = void (*)(const void* element, void* out, std::int64_t length) noexcept;

// Converts elements of `in_size` bytes to such of `out_size`, the result past the caches.
using StreamCastLoop = void (*)(CastLoop cast, const void* in, std::int64_t in_size, void* out,
                                std::int64_t out_size, std::int64_t length) noexcept;

// Loops are kept by element size: 1, 2, 4, 8 and 16 bytes.
inline constexpr int copy_size_count = 5;
constexpr int copy_size_index(int itemsize_bytes) {
  return itemsize_bytes == 1   ? 0
         : itemsize_bytes == 2 ? 1
         : itemsize_bytes == 4 ? 2
         : itemsize_bytes == 8 ? 3
                               : 4;
}

struct CopyKernels {
  GatherLoop gather[copy_size_count];
  ScatterLoop scatter[copy_size_count];
  TransposeLoop transpose[copy_size_count];
  FillLoop fill[copy_size_count];
  CopyLoop copy;
  StreamCastLoop stream_cast;
};

}  // namespace corepy

// Arithmetic on shapes and strides: element counts, C order, broadcasting, axes. No data is touched
// here.
#pragma once

#include <cstdint>
#include <span>

#include "corepy/core/dims.h"

namespace corepy {

// The product of the extents; fails with ShapeError where it, or its bytes, would not fit in int64.
std::int64_t count_elements(const char* op, const Dims& shape, std::int64_t itemsize);

// The product of the extents of a shape that was already checked.
inline std::int64_t count_elements(const Dims& shape) noexcept {
  std::int64_t n = 1;
  for (std::int64_t extent : shape) n *= extent;
  return n;
}

// C-order strides in bytes.
Dims contiguous_strides(const Dims& shape, std::int64_t itemsize);

bool is_contiguous_nd(const Dims& shape, const Dims& strides, std::int64_t itemsize) noexcept;
inline bool is_contiguous(const Dims& shape, const Dims& strides, std::int64_t itemsize) noexcept {
  if (shape.size() == 1) return strides[0] == itemsize || shape[0] <= 1;
  return shape.empty() || is_contiguous_nd(shape, strides, itemsize);
}

// The broadcast shape of several shapes (array API "Broadcasting"); fails with ShapeError naming
// all of them.
Dims broadcast_shapes(const char* op, std::span<const Dims* const> shapes);

// Strides that read `shape`/`strides` as `target` (0 along broadcast axes); fails with ShapeError.
Dims broadcast_strides(const char* op, const Dims& shape, const Dims& strides, const Dims& target);

// axis in [-rank, rank) as a non-negative axis; fails with AxisError.
int normalize_axis(const char* op, std::int64_t axis, int rank);

// Several axes, each normalized, no duplicates, sorted ascending.
Dims normalize_axes(const char* op, const Dims& axes, int rank);

// Strides of a view with another shape over the same elements, or false where only a copy can give
// it.
bool try_reshape_strides(const Dims& shape, const Dims& strides, const Dims& new_shape,
                         Dims& new_strides);

// new_shape with one -1 filled in; fails with ShapeError where the element counts differ.
Dims infer_reshape(const Dims& shape, const Dims& new_shape);

}  // namespace corepy

// The paths of views and rearrangements: reshape, permute_dims, expand_dims, squeeze, broadcast_to,
// concat, stack, astype, copy and the like. Those that repeat or rotate elements are defined in
// repetition.cpp.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "corepy/core/tensor.h"

namespace corepy {

Tensor reshape(const Tensor& x, const Dims& shape, std::optional<bool> copy);
Tensor permute_dims(const Tensor& x, const Dims& axes);
Tensor expand_dims(const Tensor& x, const Dims& axes);
Tensor squeeze(const Tensor& x, const Dims& axes);
Tensor broadcast_to(const Tensor& x, const Dims& shape);
std::vector<Tensor> broadcast_arrays(std::span<const Tensor> arrays);
Tensor flip(const Tensor& x, const std::optional<Dims>& axes);
// The same bits as elements of `dtype`, without a copy (but of foreign bools, which may hold any
// byte). Another itemsize changes the last axis.
Tensor view(const Tensor& x, DType dtype);
// Every stretch of `window` places along `axes` (all axes where none are named), as a view.
Tensor sliding_window_view(const Tensor& x, const Dims& window, const std::optional<Dims>& axes);
Tensor moveaxis(const Tensor& x, const Dims& source, const Dims& destination);
std::vector<Tensor> unstack(const Tensor& x, std::int64_t axis);
Tensor repeat(const Tensor& x, std::int64_t count, std::optional<std::int64_t> axis);
// `counts`: integers, one for each position along the axis, or one for all.
Tensor repeat(const Tensor& x, const Tensor& counts, std::optional<std::int64_t> axis);
Tensor roll(const Tensor& x, const Dims& shifts, const std::optional<Dims>& axes);
Tensor tile(const Tensor& x, const Dims& repetitions);
Tensor concat(std::span<const Tensor> arrays, std::optional<std::int64_t> axis);
Tensor stack(std::span<const Tensor> arrays, std::int64_t axis);
// Fails, naming `op`, where no conversion is defined: from complex numbers to real ones.
void check_cast(const char* op, DType from, DType to);
Tensor astype(const Tensor& x, DType dtype, bool copy);
Tensor copy(const Tensor& x);

}  // namespace corepy

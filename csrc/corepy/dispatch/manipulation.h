// The paths of views and rearrangements: reshape, permute_dims, expand_dims, squeeze, broadcast_to,
// concat, stack, astype, copy.
#pragma once

#include <optional>
#include <span>

#include "corepy/core/tensor.h"

namespace corepy {

Tensor reshape(const Tensor& x, const Dims& shape, std::optional<bool> copy);
Tensor permute_dims(const Tensor& x, const Dims& axes);
Tensor expand_dims(const Tensor& x, const Dims& axes);
Tensor squeeze(const Tensor& x, const Dims& axes);
Tensor broadcast_to(const Tensor& x, const Dims& shape);
Tensor concat(std::span<const Tensor> arrays, std::optional<std::int64_t> axis);
Tensor stack(std::span<const Tensor> arrays, std::int64_t axis);
// Fails, naming `op`, where no conversion is defined: from complex numbers to real ones.
void check_cast(const char* op, DType from, DType to);
Tensor astype(const Tensor& x, DType dtype, bool copy);
Tensor copy(const Tensor& x);

}  // namespace corepy

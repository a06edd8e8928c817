// The path of a reduction: axes, accumulator, plan, kernel, record.
#pragma once

#include <optional>

#include "corepy/core/tensor.h"
#include "corepy/ops/op.h"

namespace corepy {

struct ReductionOptions {
  std::optional<Dims> axes;  // none: all axes
  bool keepdims = false;
  std::optional<DType> dtype;  // sum, prod: what the operand is converted to first
  double correction = 0.0;     // var, std
  double norm_order = 2.0;     // vector_norm: 1, 2, inf or -inf
};

Tensor reduce(Op op, const Tensor& x, const ReductionOptions& options);

}  // namespace corepy

// The path of vector_norm: its order decides whether it is one reduction or a composite.
#pragma once

#include "corepy/core/tensor.h"
#include "corepy/dispatch/reduction.h"

namespace corepy {

// options.norm_order: any number, infinities too.
Tensor vector_norm(const Tensor& x, const ReductionOptions& options);

}  // namespace corepy

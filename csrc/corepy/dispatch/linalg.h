// The paths of the matrix family: matmul, vecdot, tensordot, matrix_transpose.
#pragma once

#include "corepy/core/tensor.h"

namespace corepy {

Tensor matmul(const Tensor& x1, const Tensor& x2);
Tensor vecdot(const Tensor& x1, const Tensor& x2, std::int64_t axis);
// Contracts axes1[i] of x1 with axes2[i] of x2.
Tensor tensordot(const Tensor& x1, const Tensor& x2, const Dims& axes1, const Dims& axes2);
Tensor matrix_transpose(const Tensor& x);

}  // namespace corepy

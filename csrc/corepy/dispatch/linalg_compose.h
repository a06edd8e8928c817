// The paths of matrix functions that are composed of other operators: cross, trace, norms, ranks
// ...
#pragma once

#include <optional>

#include "corepy/core/tensor.h"

namespace corepy {

// The norms of matrices that `ord` names: 1, -1, 2, -2, inf, -inf, Frobenius', nuclear.
enum class MatrixNormKind : std::uint8_t { frobenius, nuclear, number };

Tensor cross(const Tensor& x1, const Tensor& x2, std::int64_t axis);
Tensor diagonal(const Tensor& x, std::int64_t offset);
Tensor matrix_norm(const Tensor& x, bool keepdims, MatrixNormKind kind, double order);
Tensor matrix_power(const Tensor& x, std::int64_t n);
// `rtol` without storage: max(m, n) times the dtype's epsilon.
Tensor matrix_rank(const Tensor& x, const Tensor& rtol);
Tensor outer(const Tensor& x1, const Tensor& x2);
Tensor pinv(const Tensor& x, const Tensor& rtol);
Tensor trace(const Tensor& x, std::int64_t offset, std::optional<DType> dtype);

}  // namespace corepy

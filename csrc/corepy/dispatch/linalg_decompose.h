// The paths of matrix decompositions and of what rests on one of them alone: solve, inv, det ...
#pragma once

#include <vector>

#include "corepy/core/tensor.h"

namespace corepy {

Tensor cholesky(const Tensor& x, bool upper);
Tensor det(const Tensor& x);
std::vector<Tensor> slogdet(const Tensor& x);  // sign, logarithm of the modulus
Tensor inv(const Tensor& x);
Tensor solve(const Tensor& x1, const Tensor& x2);
std::vector<Tensor> qr(const Tensor& x, bool complete);  // Q, R
std::vector<Tensor> eigh(const Tensor& x);               // values, vectors
Tensor eigvalsh(const Tensor& x);
std::vector<Tensor> svd(const Tensor& x, bool full_matrices);  // U, S, Vh
Tensor svdvals(const Tensor& x);
std::vector<Tensor> eig(const Tensor& x);  // values, vectors
Tensor eigvals(const Tensor& x);

}  // namespace corepy

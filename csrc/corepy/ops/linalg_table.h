// The rows of the matrix family. Metadata only: the kernels' contracts are in kernels/matmul.h and
// kernels/decomposition_table.h.
#pragma once

// Columns: name, operand names, dtypes, promote, result, bound (real), complex_bound, flags
// by_blas: policy BLAS has a library for it (linalg/openblas.cpp); of_blas: composite, of these
// clang-format off
#define COREPY_FOR_EACH_LINALG_OP(X) \
  X(cholesky,         (x),      wide_floating, none, same, conditioned, conditioned, by_blas) \
  X(cross,            (x1, x2), numeric,       none, same, cross,       cross,       composite) \
  X(det,              (x),      wide_floating, none, same, conditioned, conditioned, by_blas) \
  X(diagonal,         (x),      all,           none, same, exact,       exact,       view) \
  X(eig,              (x),      wide_floating, none, option, residual,  residual,    by_blas) \
  X(eigh,             (x),      wide_floating, none, option, residual,  residual,    by_blas) \
  X(eigvals,          (x),      wide_floating, none, option, residual,  residual,    by_blas) \
  X(eigvalsh,         (x),      wide_floating, none, real, spectrum,    spectrum,    by_blas) \
  X(inv,              (x),      wide_floating, none, same, conditioned, conditioned, by_blas) \
  X(matmul,           (x1, x2), numeric,       none, same, matmul, complex_matmul, by_blas) \
  X(matrix_norm,      (x),      wide_floating, none, real, spectrum,    spectrum,    of_blas) \
  X(matrix_power,     (x),      numeric,       none, same, conditioned, conditioned, of_blas) \
  X(matrix_rank,      (x),      wide_floating, none, int64, exact,      exact,       of_blas) \
  X(matrix_transpose, (x),      all,           none, same, exact,  exact,          view) \
  X(outer,            (x1, x2), numeric,       none, same, exact,  complex_multiply, composite) \
  X(pinv,             (x),      wide_floating, none, same, conditioned, conditioned, of_blas) \
  X(qr,               (x),      wide_floating, none, same, residual,    residual,    by_blas) \
  X(slogdet,          (x),      wide_floating, none, option, conditioned, conditioned, by_blas) \
  X(solve,            (x1, x2), wide_floating, none, same, conditioned, conditioned, by_blas) \
  X(svd,              (x),      wide_floating, none, option, residual,  residual,    by_blas) \
  X(svdvals,          (x),      wide_floating, none, real, spectrum,    spectrum,    by_blas) \
  X(tensordot,        (x1, x2), numeric,       none, same, matmul, complex_matmul, of_blas) \
  X(trace,            (x),      numeric,       none, same, trace,  trace,          composite) \
  X(vecdot,           (x1, x2), numeric,       none, same, matmul, complex_matmul, none)
// clang-format on

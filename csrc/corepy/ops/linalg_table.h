// The rows of the matrix family. Metadata only: the kernels' contracts are in kernels/matmul.h and
// kernels/decomposition_table.h.
#pragma once

// Columns: name, operand names, dtypes, promote, result, bound (real), complex_bound, flags
// clang-format off
#define COREPY_FOR_EACH_LINALG_OP(X) \
  X(cholesky,         (x),      wide_floating, none, same, conditioned, conditioned, none) \
  X(cross,            (x1, x2), numeric,       none, same, cross,       cross,       composite) \
  X(det,              (x),      wide_floating, none, same, conditioned, conditioned, none) \
  X(diagonal,         (x),      all,           none, same, exact,       exact,       view) \
  X(eig,              (x),      wide_floating, none, option, residual,  residual,    none) \
  X(eigh,             (x),      wide_floating, none, option, residual,  residual,    none) \
  X(eigvals,          (x),      wide_floating, none, option, residual,  residual,    none) \
  X(eigvalsh,         (x),      wide_floating, none, real, spectrum,    spectrum,    none) \
  X(inv,              (x),      wide_floating, none, same, conditioned, conditioned, none) \
  X(matmul,           (x1, x2), numeric,       none, same, matmul, complex_matmul, none) \
  X(matrix_norm,      (x),      wide_floating, none, real, spectrum,    spectrum,    composite) \
  X(matrix_power,     (x),      numeric,       none, same, conditioned, conditioned, composite) \
  X(matrix_rank,      (x),      wide_floating, none, int64, exact,      exact,       composite) \
  X(matrix_transpose, (x),      all,           none, same, exact,  exact,          view) \
  X(outer,            (x1, x2), numeric,       none, same, exact,  complex_multiply, composite) \
  X(pinv,             (x),      wide_floating, none, same, conditioned, conditioned, composite) \
  X(qr,               (x),      wide_floating, none, same, residual,    residual,    none) \
  X(slogdet,          (x),      wide_floating, none, option, conditioned, conditioned, none) \
  X(solve,            (x1, x2), wide_floating, none, same, conditioned, conditioned, none) \
  X(svd,              (x),      wide_floating, none, option, residual,  residual,    none) \
  X(svdvals,          (x),      wide_floating, none, real, spectrum,    spectrum,    none) \
  X(tensordot,        (x1, x2), numeric,       none, same, matmul, complex_matmul, composite) \
  X(trace,            (x),      numeric,       none, same, trace,  trace,          composite) \
  X(vecdot,           (x1, x2), numeric,       none, same, matmul, complex_matmul, none)
// clang-format on

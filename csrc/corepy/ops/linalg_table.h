// The rows of the matrix family. Metadata only: the kernels' contracts are in kernels/matmul.h and
// kernels/decomposition_table.h.
#pragma once

// Columns: name, operand names, dtypes, promote, result, bound (real), complex_bound, flags
// clang-format off
#define COREPY_FOR_EACH_LINALG_OP(X) \
  X(cholesky,         (x),      floating, none, same, conditioned, conditioned, none) \
  X(cross,            (x1, x2), numeric,  none, same, cross,       cross,       composite) \
  X(det,              (x),      floating, none, same, conditioned, conditioned, none) \
  X(diagonal,         (x),      all,      none, same, exact,       exact,       view) \
  X(eig,              (x),      floating, none, option, residual,  residual,    none) \
  X(eigh,             (x),      floating, none, option, residual,  residual,    none) \
  X(eigvals,          (x),      floating, none, option, residual,  residual,    none) \
  X(eigvalsh,         (x),      floating, none, real, spectrum,    spectrum,    none) \
  X(inv,              (x),      floating, none, same, conditioned, conditioned, none) \
  X(matmul,           (x1, x2), numeric,  none, same, matmul, complex_matmul, none) \
  X(matrix_norm,      (x),      floating, none, real, spectrum,    spectrum,    composite) \
  X(matrix_power,     (x),      numeric,  none, same, conditioned, conditioned, composite) \
  X(matrix_rank,      (x),      floating, none, int64, exact,      exact,       composite) \
  X(matrix_transpose, (x),      all,      none, same, exact,  exact,          view) \
  X(outer,            (x1, x2), numeric,  none, same, exact,  complex_multiply, composite) \
  X(pinv,             (x),      floating, none, same, conditioned, conditioned, composite) \
  X(qr,               (x),      floating, none, same, residual,    residual,    none) \
  X(slogdet,          (x),      floating, none, option, conditioned, conditioned, none) \
  X(solve,            (x1, x2), floating, none, same, conditioned, conditioned, none) \
  X(svd,              (x),      floating, none, option, residual,  residual,    none) \
  X(svdvals,          (x),      floating, none, real, spectrum,    spectrum,    none) \
  X(tensordot,        (x1, x2), numeric,  none, same, matmul, complex_matmul, composite) \
  X(trace,            (x),      numeric,  none, same, trace,  trace,          composite) \
  X(vecdot,           (x1, x2), numeric,  none, same, matmul, complex_matmul, none)
// clang-format on

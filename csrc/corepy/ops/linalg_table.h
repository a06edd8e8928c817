// The rows of the matrix family. Metadata only: the kernels' contract is in kernels/matmul.h.
#pragma once

// Columns: name, operand names, dtypes, promote, result, bound (real), complex_bound, flags
// clang-format off
#define COREPY_FOR_EACH_LINALG_OP(X) \
  X(matmul,           (x1, x2), numeric, none, same, matmul, complex_matmul, none) \
  X(matrix_transpose, (x),      all,     none, same, exact,  exact,          view) \
  X(tensordot,        (x1, x2), numeric, none, same, matmul, complex_matmul, composite) \
  X(vecdot,           (x1, x2), numeric, none, same, matmul, complex_matmul, none)
// clang-format on

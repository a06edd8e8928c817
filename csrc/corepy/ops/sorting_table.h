// The rows of the sorting family. Metadata only.
#pragma once

// Columns: name, operand names, dtypes, promote, result, bound (real), complex_bound, flags
// clang-format off
#define COREPY_FOR_EACH_SORTING_OP(X) \
  X(argsort, (x), real_or_bool, none, int64, exact, none, nondifferentiable) \
  X(sort,    (x), real_or_bool, none, same,  exact, none, none)
// clang-format on

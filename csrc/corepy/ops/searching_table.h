// The rows of the searching family: searches in ordered data, and sets. Metadata only.
#pragma once

// Columns: name, operand names, dtypes, promote, result, bound (real), complex_bound, flags
// clang-format off
#define COREPY_FOR_EACH_SEARCHING_OP(X) \
  X(isin,           (x1, x2), real_or_bool, none, boolean, exact, none,  nondifferentiable) \
  X(searchsorted,   (x1, x2), real_or_bool, none, int64,   exact, none,  nondifferentiable) \
  X(unique_all,     (x),      all,          none, same,    exact, exact, composite) \
  X(unique_counts,  (x),      all,          none, same,    exact, exact, composite) \
  X(unique_inverse, (x),      all,          none, same,    exact, exact, composite) \
  X(unique_values,  (x),      all,          none, same,    exact, exact, composite)
// clang-format on

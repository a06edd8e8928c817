// The rows of the scan family: cumulative sums and products. Metadata only; the order in which
// terms are combined is in kernels/scan_sum.h and kernels/scan_product.h.
#pragma once

// Dtypes of results as for the reductions sum and prod: bool and integers accumulate in int64 or
// uint64 and wrap.
// Columns: name, operand names, dtypes, promote, result, bound (real), complex_bound, flags
// clang-format off
#define COREPY_FOR_EACH_SCAN_OP(X) \
  X(cumulative_prod, (x), all, none, accumulate, cumulative_prod, cumulative_prod, none) \
  X(cumulative_sum,  (x), all, none, accumulate, cumulative_sum,  cumulative_sum,  none)
// clang-format on

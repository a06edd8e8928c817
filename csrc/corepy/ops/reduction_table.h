// The reductions: one row each, from which come the enum, the kernel tables, the list Python sees,
// tests and docs. No code: plain tokens, so that the row list can be expanded anywhere.
#pragma once

// clang-format off
//
// dtypes      what the public operator accepts: numeric (all but bool), real_numeric (nor complex), all
// accumulate  same:  the input's dtype
//             wide:  bool and signed integers in int64, unsigned ones in uint64, floating ones as they are
//             float: integers and bool are converted to float64 first, floating ones as they are
// result      same: the input's dtype; accumulate: the accumulator's; boolean; int64; real: of its parts
// bound       of floating inputs: exact, or a formula's name; bool and integers are always exact (sums
//             and products wrap)
// flags       none, or no_identity: an empty reduction is an error
//
//    name    dtypes        accumulate  result      bound  flags
#define COREPY_FOR_EACH_REDUCTION(X)                                      \
  X(  sum,    all,          wide,       accumulate, sum,   none        )  \
  X(  prod,   all,          wide,       accumulate, prod,  none        )  \
  X(  min,    real_numeric, same,       same,       exact, no_identity )  \
  X(  max,    real_numeric, same,       same,       exact, no_identity )  \
  X(  mean,   all,          float,      accumulate, mean,  none        )  \
  X(  var,    real_numeric, float,      accumulate, var,   none        )  \
  X(  std,    real_numeric, float,      accumulate, std,   none        )  \
  X(  any,    all,          same,       boolean,    exact, none        )  \
  X(  all,    all,          same,       boolean,    exact, none        )  \
  X(  argmax, real_or_bool, same,       int64,      exact, no_identity )  \
  X(  argmin, real_or_bool, same,       int64,      exact, no_identity )  \
  X(  count_nonzero, all,   same,       int64,      exact, none        )  \
  X(  vector_norm, numeric, float,      real,       vector_norm, none  )
// clang-format on

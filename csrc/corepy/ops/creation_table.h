// The rows of the creation family.
#pragma once

// Columns: name, operand names, dtypes, promote, result, bound (real), complex_bound, flags
// clang-format off
#define COREPY_FOR_EACH_CREATION_OP(X) \
  X(arange,      (),    real_numeric, none, option, arange, none, none) \
  X(asarray,     (obj), all,      none, option, exact,    exact, none) \
  X(empty,       (),    all,      none, option, exact,    exact, none) \
  X(empty_like,  (x),   all,      none, option, exact,    exact, none) \
  X(eye,         (),    all,      none, option, exact,    exact, none) \
  X(from_arrow,  (x),   all,      none, same,   exact,    exact, none) \
  X(from_dlpack, (x),   all,      none, same,   exact,    exact, none) \
  X(full,        (),    all,      none, option, exact,    exact, none) \
  X(full_like,   (x),   all,      none, option, exact,    exact, none) \
  X(linspace,    (),    floating, none, option, linspace, linspace, none) \
  X(meshgrid,    (arrays), all,   none, same,   exact,    exact, composite) \
  X(ones,        (),    all,      none, option, exact,    exact, none) \
  X(ones_like,   (x),   all,      none, option, exact,    exact, none) \
  X(tril,        (x),   all,      none, same,   exact,    exact, none) \
  X(triu,        (x),   all,      none, same,   exact,    exact, none) \
  X(zeros,       (),    all,      none, option, exact,    exact, none) \
  X(zeros_like,  (x),   all,      none, option, exact,    exact, none)
// clang-format on

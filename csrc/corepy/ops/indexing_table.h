// The rows of the indexing family: elements taken from, written to and accumulated at positions.
// Each step of the at_ operators is rounded once; equal positions take as many steps.
#pragma once

// Columns: name, operand names, dtypes, promote, result, bound (real), complex_bound, flags
// clang-format off
#define COREPY_FOR_EACH_INDEXING_OP(X) \
  X(at_add,          (x, indices, values), numeric,      none, same,  exact, exact,            none) \
  X(at_subtract,     (x, indices, values), numeric,      none, same,  exact, exact,            none) \
  X(at_multiply,     (x, indices, values), numeric,      none, same,  exact, exact,            none) \
  X(at_minimum,      (x, indices, values), real_numeric, none, same,  exact, none,             none) \
  X(at_maximum,      (x, indices, values), real_numeric, none, same,  exact, none,             none) \
  X(getitem,         (x),                  all,          none, same,  exact, exact,            view) \
  X(nonzero,         (x),                  all,          none, int64, exact, exact,            none) \
  X(put_along_axis,  (x, indices, values), all,          none, same,  exact, exact,            none) \
  X(setitem,         (x, value),           all,          none, same,  exact, exact,            none) \
  X(take,            (x, indices),         all,          none, same,  exact, exact,            none) \
  X(take_along_axis, (x, indices),         all,          none, same,  exact, exact,            none)
// clang-format on

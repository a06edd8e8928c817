// The rows of the manipulation family: views, copies and data movement. Nothing here computes, so
// all bounds are exact (astype rounds once).
#pragma once

// Columns: name, operand names, dtypes, promote, result, bound (real), complex_bound, flags
// clang-format off
#define COREPY_FOR_EACH_MANIPULATION_OP(X) \
  X(astype,       (x),      all, none, option, exact, exact, none) \
  X(broadcast_arrays, (arrays), all, none, same, exact, exact, view) \
  X(broadcast_to, (x),      all, none, same,   exact, exact, view) \
  X(concat,       (arrays), all, none, same,   exact, exact, none) \
  X(copy,         (x),      all, none, same,   exact, exact, none) \
  X(expand_dims,  (x),      all, none, same,   exact, exact, view) \
  X(flip,         (x),      all, none, same,   exact, exact, view) \
  X(moveaxis,     (x),      all, none, same,   exact, exact, view) \
  X(permute_dims, (x),      all, none, same,   exact, exact, view) \
  X(repeat,       (x),      all, none, same,   exact, exact, none) \
  X(reshape,      (x),      all, none, same,   exact, exact, view) \
  X(roll,         (x),      all, none, same,   exact, exact, none) \
  X(sliding_window_view, (x), all, none, same, exact, exact, view) \
  X(squeeze,      (x),      all, none, same,   exact, exact, view) \
  X(stack,        (arrays), all, none, same,   exact, exact, none) \
  X(tile,         (x),      all, none, same,   exact, exact, none) \
  X(unstack,      (x),      all, none, same,   exact, exact, view) \
  X(view,         (x),      all, none, option, exact, exact, view)
// clang-format on

// The table of sorting kernels, one per ISA and dtype, and what they promise. No code (sorting.h).
#pragma once

#include "corepy/core/dtype.h"
#include "corepy/kernels/loop_args.h"

namespace corepy {

// Sorts one contiguous row (SortArgs). `out` and `out_indices` do not overlap `in` or each other;
// any alignment of `in` and `out`. The promise, on every ISA:
// - stable in both directions: equal elements keep their order, descending too;
// - NaNs come last in both directions, in the order they had; -0 equals +0;
// - out[i] is in[out_indices[i]] bit for bit (a bool is written as 0 or 1).
struct SortKernels {
  SortKernel kernel[dtype_count];  // complex: {null, null}, complex numbers have no order
};

}  // namespace corepy

// Declares one ISA's table; expand it with COREPY_FOR_EACH_ISA.
#define COREPY_DECLARE_SORTING_KERNELS(isa)        \
  namespace corepy::isa {                          \
  extern constinit const SortKernels sort_kernels; \
  }

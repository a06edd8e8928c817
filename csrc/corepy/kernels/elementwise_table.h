// The elementwise kernel tables as the drivers see them: one loop per (operator, compute dtype),
// null where there is none.
#pragma once

#include "corepy/core/dtype.h"
#include "corepy/kernels/loop_args.h"
#include "corepy/ops/elementwise_table.h"

namespace corepy {

struct LoopRow {
  Loop loop[dtype_count];
};

// One ISA's groups, in the order of COREPY_FOR_EACH_ELEMENTWISE_OP.
struct ElementwiseKernels {
  const LoopRow* arithmetic;
  const LoopRow* comparison;
  const LoopRow* bitwise;
  const LoopRow* rounding;
  const LoopRow* exponential;
  const LoopRow* trigonometric;
  const LoopRow* selection;
};

#define COREPY_X(...) +1
inline constexpr int elementwise_group_sizes[] = {
    0 COREPY_FOR_EACH_ARITHMETIC_OP(COREPY_X),  0 COREPY_FOR_EACH_COMPARISON_OP(COREPY_X),
    0 COREPY_FOR_EACH_BITWISE_OP(COREPY_X),     0 COREPY_FOR_EACH_ROUNDING_OP(COREPY_X),
    0 COREPY_FOR_EACH_EXPONENTIAL_OP(COREPY_X), 0 COREPY_FOR_EACH_TRIGONOMETRIC_OP(COREPY_X),
    0 COREPY_FOR_EACH_SELECTION_OP(COREPY_X)};
#undef COREPY_X

}  // namespace corepy

// Declares one ISA's tables; expand it with COREPY_FOR_EACH_ISA.
#define COREPY_DECLARE_ELEMENTWISE_KERNELS(isa) \
  namespace corepy::isa {                       \
  extern const LoopRow arithmetic_loops[];      \
  extern const LoopRow comparison_loops[];      \
  extern const LoopRow bitwise_loops[];         \
  extern const LoopRow rounding_loops[];        \
  extern const LoopRow exponential_loops[];     \
  extern const LoopRow trigonometric_loops[];   \
  extern const LoopRow selection_loops[];       \
  }

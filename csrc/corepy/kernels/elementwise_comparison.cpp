// Comparisons, classification and logic: results are bool. The formulas are rows of
// ops/elementwise_table.h.
#include "corepy/kernels/elementwise.h"

namespace corepy::COREPY_ISA {

template <>
struct mirror_of<struct greater_op> {
  using mirror = struct less_op;
};
template <>
struct mirror_of<struct greater_equal_op> {
  using mirror = struct less_equal_op;
};
COREPY_FOR_EACH_COMPARISON_OP(COREPY_DEFINE_FUNCTOR)

extern constinit const LoopRow comparison_loops[] = {
    COREPY_FOR_EACH_COMPARISON_OP(COREPY_SHORT_ROW)};

}  // namespace corepy::COREPY_ISA

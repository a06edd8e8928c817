// Rounding to integers. The formulas are rows of ops/elementwise_table.h.
#include "corepy/kernels/elementwise.h"

namespace corepy::COREPY_ISA {

COREPY_FOR_EACH_ROUNDING_OP(COREPY_DEFINE_FUNCTOR)

extern constinit const LoopRow rounding_loops[] = {COREPY_FOR_EACH_ROUNDING_OP(COREPY_LONG_ROW)};

}  // namespace corepy::COREPY_ISA

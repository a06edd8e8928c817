// where and clip. The formulas are rows of ops/elementwise_table.h.
#include "corepy/kernels/elementwise.h"

namespace corepy::COREPY_ISA {

COREPY_FOR_EACH_SELECTION_OP(COREPY_DEFINE_FUNCTOR)

extern constinit const LoopRow selection_loops[] = {COREPY_FOR_EACH_SELECTION_OP(COREPY_LONG_ROW)};

}  // namespace corepy::COREPY_ISA

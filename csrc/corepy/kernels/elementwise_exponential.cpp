// Exponentials, logarithms, powers, hypot. The formulas are rows of ops/elementwise_table.h.
#include "corepy/kernels/elementwise.h"
#include "corepy/vec/complex_functions.h"
#include "corepy/vec/math.h"

namespace corepy::COREPY_ISA {

COREPY_FOR_EACH_EXPONENTIAL_OP(COREPY_DEFINE_FUNCTOR)

extern constinit const LoopRow exponential_loops[] = {
    COREPY_FOR_EACH_EXPONENTIAL_OP(COREPY_LONG_ROW)};

}  // namespace corepy::COREPY_ISA

// Trigonometric and hyperbolic functions and their inverses. The formulas are rows of
// ops/elementwise_table.h.
#include "corepy/kernels/elementwise.h"
#include "corepy/vec/complex_functions.h"
#include "corepy/vec/math.h"

namespace corepy::COREPY_ISA {

COREPY_FOR_EACH_TRIGONOMETRIC_OP(COREPY_DEFINE_FUNCTOR)

extern constinit const LoopRow trigonometric_loops[] = {
    COREPY_FOR_EACH_TRIGONOMETRIC_OP(COREPY_LONG_ROW)};

}  // namespace corepy::COREPY_ISA

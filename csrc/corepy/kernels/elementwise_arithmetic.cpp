// Sums, products, quotients, signs, extrema, parts of complex numbers. The formulas are rows of
// ops/elementwise_table.h.
#include "corepy/kernels/elementwise.h"
#include "corepy/vec/complex_functions.h"

namespace corepy::COREPY_ISA {

COREPY_FOR_EACH_ARITHMETIC_OP(COREPY_DEFINE_FUNCTOR)

extern constinit const LoopRow arithmetic_loops[] = {
    COREPY_FOR_EACH_ARITHMETIC_OP(COREPY_SHORT_ROW)};

}  // namespace corepy::COREPY_ISA

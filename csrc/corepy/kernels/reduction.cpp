// The table of one ISA's reduction kernels. The kernels are in reduction_sum.cpp,
// reduction_extrema.cpp ...
#include "corepy/kernels/reduction_kernels.h"

COREPY_DECLARE_REDUCTION_KERNELS(COREPY_ISA)

namespace corepy::COREPY_ISA {

constinit const ReductionKernels reduction_kernels = {{
#define COREPY_X(name, ...) reduction_##name,
    COREPY_FOR_EACH_REDUCTION(COREPY_X)
#undef COREPY_X
}};

}  // namespace corepy::COREPY_ISA

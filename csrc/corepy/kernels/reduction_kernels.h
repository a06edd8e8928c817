// One ISA's rows of reduction kernels, one row per operator, each defined in a
// reduction_<operators>.cpp so that they compile in parallel; reduction.cpp puts them into the
// table.
#pragma once

#include "corepy/kernels/reduction_layout.h"
#include "corepy/kernels/reduction_table.h"

namespace corepy::COREPY_ISA {

#define COREPY_X(name, ...) extern constinit const ReductionKernel reduction_##name[dtype_count];
COREPY_FOR_EACH_REDUCTION(COREPY_X)
#undef COREPY_X

}  // namespace corepy::COREPY_ISA

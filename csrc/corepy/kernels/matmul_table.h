// The matmul kernels of each ISA, keyed by dtype: what dispatch and the tests see. The kernels are
// in matmul.cpp.
#pragma once

#include "corepy/core/dtype.h"
#include "corepy/kernels/loop_args.h"

namespace corepy {

// A row without a kernel (bool: matmul is numeric in the array API) has a null `run`.
struct MatmulKernels {
  MatmulKernel kernel[dtype_count];
};

}  // namespace corepy

// Declares one ISA's table; expand it with COREPY_FOR_EACH_ISA.
#define COREPY_DECLARE_MATMUL_KERNELS(isa)             \
  namespace corepy::isa {                              \
  extern constinit const MatmulKernels matmul_kernels; \
  }

// The table of reduction kernels as the drivers see it: operators, dtypes, function pointers. No
// ISA, no kernel code.
#pragma once

#include <cstdint>

#include "corepy/core/dtype.h"
#include "corepy/kernels/loop_args.h"
#include "corepy/ops/reduction_table.h"

namespace corepy {

enum class ReductionOp : std::uint8_t {
#define COREPY_X(name, ...) name,
  COREPY_FOR_EACH_REDUCTION(COREPY_X)
#undef COREPY_X
};

#define COREPY_X(...) +1
inline constexpr int reduction_op_count = 0 COREPY_FOR_EACH_REDUCTION(COREPY_X);
#undef COREPY_X

// What the gather_context of ReductionArgs begins with. Where `cast_row` is not null, element i of
// result j is in[j * m_stride + i * n_stride] in another dtype, results lie side by side, and this
// converts a row of them.
struct ReductionGather {
  CastLoop cast_row;
};

// One ISA's kernels: kernel[operator][input dtype]. `run` is null where the driver converts first
// (mean and var of integers, all of half precision) or the operator does not exist (min of
// complex). Output dtypes:
//   sum, prod        bool, int8..int64 -> int64; uint8..uint64 -> uint64; floating -> itself
//   min, max         itself
//   mean             float32, float64, complex64, complex128 -> itself
//   var, std         float32, float64 -> itself
//   any, all         bool
//   argmax, argmin, count_nonzero   int64
//   vector_norm      float32, float64 -> itself; complex64 -> float32, complex128 -> float64
struct ReductionKernels {
  const ReductionKernel* kernel[reduction_op_count];

  constexpr const ReductionKernel& at(ReductionOp op, DType in) const {
    return kernel[static_cast<int>(op)][static_cast<int>(in)];
  }
};

}  // namespace corepy

// Declares one ISA's table; expand it with COREPY_FOR_EACH_ISA.
#define COREPY_DECLARE_REDUCTION_KERNELS(isa)                \
  namespace corepy::isa {                                    \
  extern constinit const ReductionKernels reduction_kernels; \
  }

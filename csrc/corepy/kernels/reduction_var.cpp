// var and std of float32 and float64; the driver converts others to these.
#include "corepy/kernels/reduction_float.h"
#include "corepy/kernels/reduction_kernels.h"

namespace corepy::COREPY_ISA {
namespace {

template <class E, bool Root>
constexpr ReductionKernel var_kernel() {
  if constexpr (is_real_floating(dtype_of<E>) && !is_half_element<E>) {
    return reduction::kernel<reduction::VarianceKernel<E, Root>>();
  } else {
    return reduction::no_kernel;
  }
}

}  // namespace

constinit const ReductionKernel reduction_var[dtype_count] = {
#define COREPY_X(name, type, ...) var_kernel<type, false>(),
    COREPY_FOR_EACH_DTYPE(COREPY_X)
#undef COREPY_X
};

constinit const ReductionKernel reduction_std[dtype_count] = {
#define COREPY_X(name, type, ...) var_kernel<type, true>(),
    COREPY_FOR_EACH_DTYPE(COREPY_X)
#undef COREPY_X
};

}  // namespace corepy::COREPY_ISA

// min and max of real dtypes.
#include "corepy/kernels/reduction_extrema.h"
#include "corepy/kernels/reduction_kernels.h"

namespace corepy::COREPY_ISA {
namespace {

template <bool Largest, class E>
constexpr ReductionKernel extremum_kernel() {
  if constexpr (is_half_element<E>) {
    return reduction::no_kernel;  // converted to float32 by the driver
  } else if constexpr (is_integer(dtype_of<E>) || is_real_floating(dtype_of<E>)) {
    return reduction::kernel<reduction::ExtremumKernel<Largest, E>>();
  } else {
    return reduction::no_kernel;
  }
}

}  // namespace

constinit const ReductionKernel reduction_min[dtype_count] = {
#define COREPY_X(name, type, ...) extremum_kernel<false, type>(),
    COREPY_FOR_EACH_DTYPE(COREPY_X)
#undef COREPY_X
};

constinit const ReductionKernel reduction_max[dtype_count] = {
#define COREPY_X(name, type, ...) extremum_kernel<true, type>(),
    COREPY_FOR_EACH_DTYPE(COREPY_X)
#undef COREPY_X
};

}  // namespace corepy::COREPY_ISA

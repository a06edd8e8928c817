// sum and mean of every dtype that has them.
#include "corepy/kernels/reduction_float.h"
#include "corepy/kernels/reduction_integer.h"
#include "corepy/kernels/reduction_kernels.h"

namespace corepy::COREPY_ISA {
namespace {

template <class E>
constexpr ReductionKernel sum_kernel() {
  if constexpr (is_half_element<E>) {
    return reduction::no_kernel;
  } else if constexpr (is_floating(dtype_of<E>)) {
    return reduction::kernel<reduction::OrderedKernel<reduction::Sum, E, 0>>();
  } else {
    return reduction::kernel<reduction::IntegerKernel<reduction::IntegerSum, E>>();
  }
}

template <class E>
constexpr ReductionKernel mean_kernel() {
  if constexpr (is_floating(dtype_of<E>) && !is_half_element<E>) {
    return reduction::kernel<reduction::MeanKernel<E>>();
  } else {
    return reduction::no_kernel;  // converted to float32 or float64 by the driver
  }
}

}  // namespace

constinit const ReductionKernel reduction_sum[dtype_count] = {
#define COREPY_X(name, type, ...) sum_kernel<type>(),
    COREPY_FOR_EACH_DTYPE(COREPY_X)
#undef COREPY_X
};

constinit const ReductionKernel reduction_mean[dtype_count] = {
#define COREPY_X(name, type, ...) mean_kernel<type>(),
    COREPY_FOR_EACH_DTYPE(COREPY_X)
#undef COREPY_X
};

}  // namespace corepy::COREPY_ISA

// prod of every dtype.
#include "corepy/kernels/reduction_float.h"
#include "corepy/kernels/reduction_integer.h"
#include "corepy/kernels/reduction_kernels.h"

namespace corepy::COREPY_ISA {
namespace {

template <class E>
constexpr ReductionKernel prod_kernel() {
  if constexpr (is_complex_element<E>) {
    return reduction::kernel<reduction::OrderedKernel<reduction::ComplexProduct, E, 1>>();
  } else if constexpr (is_half_element<E>) {
    return reduction::no_kernel;
  } else if constexpr (is_floating(dtype_of<E>)) {
    return reduction::kernel<reduction::OrderedKernel<reduction::Product, E, 1>>();
  } else {
    return reduction::kernel<reduction::IntegerKernel<reduction::IntegerProduct, E>>();
  }
}

}  // namespace

constinit const ReductionKernel reduction_prod[dtype_count] = {
#define COREPY_X(name, type, ...) prod_kernel<type>(),
    COREPY_FOR_EACH_DTYPE(COREPY_X)
#undef COREPY_X
};

}  // namespace corepy::COREPY_ISA

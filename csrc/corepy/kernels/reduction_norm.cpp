// vector_norm of float32, float64 and complex dtypes; the driver converts others to these.
#include "corepy/kernels/reduction_norm.h"

#include "corepy/kernels/reduction_kernels.h"

namespace corepy::COREPY_ISA {
namespace {

template <class E>
constexpr ReductionKernel vector_norm_kernel() {
  if constexpr (is_floating(dtype_of<E>) && !is_half_element<E>) {
    return reduction::norm_kernel<E>();
  } else {
    return reduction::no_kernel;
  }
}

}  // namespace

constinit const ReductionKernel reduction_vector_norm[dtype_count] = {
#define COREPY_X(name, type, ...) vector_norm_kernel<type>(),
    COREPY_FOR_EACH_DTYPE(COREPY_X)
#undef COREPY_X
};

}  // namespace corepy::COREPY_ISA

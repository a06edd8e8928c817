// any, all and count_nonzero of every dtype.
#include "corepy/kernels/reduction_logical.h"

#include <concepts>
#include <type_traits>

#include "corepy/kernels/reduction_integer.h"
#include "corepy/kernels/reduction_kernels.h"

namespace corepy::COREPY_ISA {
namespace {

// Integers of one width are true for the same bits, and so share a kernel.
template <class E>
struct truth_element {
  using type = E;
};
template <std::integral E>
struct truth_element<E> {
  using type = std::make_unsigned_t<E>;
};
template <class E>
using TruthElement = typename truth_element<E>::type;

template <bool All, class E>
constexpr ReductionKernel logical_kernel() {
  if constexpr (is_half_element<E>) {
    return reduction::no_kernel;
  } else {
    return reduction::kernel<reduction::LogicalKernel<All, TruthElement<E>>>();
  }
}

template <class E>
constexpr ReductionKernel count_kernel() {
  if constexpr (is_half_element<E>) {
    return reduction::no_kernel;
  } else {
    return reduction::kernel<reduction::IntegerKernel<reduction::NonzeroCount, TruthElement<E>>>();
  }
}

}  // namespace

constinit const ReductionKernel reduction_any[dtype_count] = {
#define COREPY_X(name, type, ...) logical_kernel<false, type>(),
    COREPY_FOR_EACH_DTYPE(COREPY_X)
#undef COREPY_X
};

constinit const ReductionKernel reduction_all[dtype_count] = {
#define COREPY_X(name, type, ...) logical_kernel<true, type>(),
    COREPY_FOR_EACH_DTYPE(COREPY_X)
#undef COREPY_X
};

constinit const ReductionKernel reduction_count_nonzero[dtype_count] = {
#define COREPY_X(name, type, ...) count_kernel<type>(),
    COREPY_FOR_EACH_DTYPE(COREPY_X)
#undef COREPY_X
};

}  // namespace corepy::COREPY_ISA

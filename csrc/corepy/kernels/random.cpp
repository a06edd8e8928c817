// Instantiates the random kernels of one ISA. The code is in random.h.
#include "corepy/kernels/random.h"

#include "corepy/kernels/random_table.h"
#include "corepy/ops/dtype_set.h"

namespace corepy::COREPY_ISA {
namespace {

// A type per row. Null where the row does not take the dtype: nothing is instantiated then.
#define COREPY_X(name, parameters, set, bound)    \
  struct Find_##name {                            \
    template <class T, DType dtype>               \
    static constexpr RandomKernel find() {        \
      if constexpr (contains(dtypes::set, dtype)) \
        return &random::draw_##name<T>;           \
      else                                        \
        return nullptr;                           \
    }                                             \
  };
COREPY_FOR_EACH_RANDOM_OP(COREPY_X)
#undef COREPY_X

template <class Row>
constexpr RandomRow find_row() {
#define COREPY_X(name, type, ...) Row::template find<type, DType::name>(),
  return {{COREPY_FOR_EACH_DTYPE(COREPY_X)}};
#undef COREPY_X
}

}  // namespace

extern constinit const RandomKernels random_kernels = {{
#define COREPY_X(name, ...) find_row<Find_##name>(),
    COREPY_FOR_EACH_RANDOM_OP(COREPY_X)
#undef COREPY_X
}};

}  // namespace corepy::COREPY_ISA

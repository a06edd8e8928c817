// The conversion loops of one ISA, for every pair of element types.
#include "corepy/kernels/cast.h"

namespace corepy::COREPY_ISA {

namespace {

template <class From>
constexpr void fill_row(CastLoop (&row)[dtype_count]) {
#define COREPY_X(name, type, ...) row[static_cast<int>(DType::name)] = cast_loop<From, type>;
  COREPY_FOR_EACH_DTYPE(COREPY_X)
#undef COREPY_X
}

constexpr CastKernels make_cast_kernels() {
  CastKernels kernels{};
#define COREPY_X(name, type, ...) fill_row<type>(kernels.loop[static_cast<int>(DType::name)]);
  COREPY_FOR_EACH_DTYPE(COREPY_X)
#undef COREPY_X
  return kernels;
}

}  // namespace

constinit const CastKernels cast_kernels = make_cast_kernels();

}  // namespace corepy::COREPY_ISA

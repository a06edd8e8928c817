// Instantiates the arithmetic at positions of one ISA. The code is in indexing_accumulate.h.
#include "corepy/kernels/indexing_accumulate.h"

namespace corepy::COREPY_ISA {

#define COREPY_X(name, type, ...) accumulating::loop_of<how, type>(),
template <Accumulation how>
struct AccumulateRow {
  static constexpr AccumulateLoop loop[] = {COREPY_FOR_EACH_DTYPE(COREPY_X)};
};
#undef COREPY_X

namespace {
constexpr AccumulateKernels make_kernels() {
  AccumulateKernels kernels{};
  for (int i = 0; i < dtype_count; ++i) {
    kernels.loop[0][i] = AccumulateRow<Accumulation::add>::loop[i];
    kernels.loop[1][i] = AccumulateRow<Accumulation::subtract>::loop[i];
    kernels.loop[2][i] = AccumulateRow<Accumulation::multiply>::loop[i];
    kernels.loop[3][i] = AccumulateRow<Accumulation::minimum>::loop[i];
    kernels.loop[4][i] = AccumulateRow<Accumulation::maximum>::loop[i];
  }
  return kernels;
}
}  // namespace

extern constinit const AccumulateKernels accumulate_kernels = make_kernels();

}  // namespace corepy::COREPY_ISA

// Times of the conversion loops per ISA and pair of dtypes, in bytes read and written per second.
//   cast_benchmark --benchmark_filter='avx512/float64/.*'
// Names read isa/from/to/elements.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <string>
#include <vector>

#include "corepy/core/dtype.h"
#include "corepy/dispatch/isa.h"
#include "corepy/kernels/cast_table.h"

#define COREPY_X(isa)                    \
  namespace corepy::isa {                \
  extern const CastKernels cast_kernels; \
  }
COREPY_FOR_EACH_ISA(COREPY_X)
#undef COREPY_X

namespace corepy {
namespace {

void time_cast(benchmark::State& state, CastLoop cast, DType from, DType to) {
  const std::int64_t length = state.range(0);
  // Bytes that are ordinary numbers in every dtype.
  const std::vector<unsigned char> in(static_cast<std::size_t>(length * itemsize_of(from)), 0x40);
  std::vector<unsigned char> out(static_cast<std::size_t>(length * itemsize_of(to)));
  for (auto _ : state) {
    cast(in.data(), out.data(), length);
    benchmark::ClobberMemory();
  }
  state.SetBytesProcessed(length * (itemsize_of(from) + itemsize_of(to)) *
                          static_cast<std::int64_t>(state.iterations()));
}

void register_isa(const std::string& isa, const CastKernels& kernels) {
  for (int f = 0; f < dtype_count; ++f) {
    for (int t = 0; t < dtype_count; ++t) {
      const auto from = static_cast<DType>(f), to = static_cast<DType>(t);
      const CastLoop cast = kernels.find(from, to);
      const std::string name = isa + "/" + name_of(from) + "/" + name_of(to);
      benchmark::RegisterBenchmark(
          name.c_str(),
          [cast, from, to](benchmark::State& state) { time_cast(state, cast, from, to); })
          ->Arg(1000)
          ->Arg(100000)
          ->Arg(1000000);
    }
  }
}

const bool registered = [] {
#define COREPY_X(isa) \
  if (is_available(Isa::isa)) register_isa(#isa, isa::cast_kernels);
  COREPY_FOR_EACH_ISA(COREPY_X)
#undef COREPY_X
  return true;
}();

}  // namespace
}  // namespace corepy

// Time per element of the random kernels, for each ISA this machine has. Comparisons with NumPy are
// in benchmarks/runner.py.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <string>
#include <vector>

#include "corepy/dispatch/isa.h"
#include "corepy/dispatch/kernel_tables.h"
#include "corepy/kernels/random_table.h"

namespace corepy {
namespace {

void draw(benchmark::State& state, RandomKernel kernel, int itemsize) {
  const std::int64_t length = state.range(0);
  std::vector<unsigned char> out(static_cast<std::size_t>(length * itemsize));
  const RandomParameters parameters{{0, 1, 1}, {0, 1000}};
  const RandomArgs args{{{1, 2, 3, 4}}, 0, length, out.data(), &parameters};
  for (auto _ : state) {
    kernel(args);
    benchmark::DoNotOptimize(out.data());
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(state.iterations() * length);
}

void register_isa(Isa isa, const std::string& isa_name) {
  for (const Op op : {Op::random_bits, Op::random_exponential, Op::random_integers,
                      Op::random_normal, Op::random_uniform}) {
    for (int i = 0; i < dtype_count; ++i) {
      const RandomKernel kernel = kernel_tables(isa).random->row[random_index(op)].kernel[i];
      const auto dtype = static_cast<DType>(i);
      if (kernel == nullptr || itemsize_of(dtype) < 4) continue;
      const std::string name = std::string(name_of(op)) + "/" + name_of(dtype) + "/" + isa_name;
      benchmark::RegisterBenchmark(name.c_str(), draw, kernel, itemsize_of(dtype))
          ->Arg(1000)
          ->Arg(1000000);
    }
  }
}

const bool registered = [] {
#define COREPY_X(isa) \
  if (is_available(Isa::isa)) register_isa(Isa::isa, #isa);
  COREPY_FOR_EACH_ISA(COREPY_X)
#undef COREPY_X
  return true;
}();

}  // namespace
}  // namespace corepy

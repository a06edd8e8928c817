// Copies and transposes of every ISA this machine has, in bytes read and written per second. The
// copy of large blocks against memcpy places stream_threshold_bytes, the transposes place
// transpose_tile (kernels/copy.h).
#include <benchmark/benchmark.h>

#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include "corepy/dispatch/isa.h"
#include "corepy/kernels/copy_table.h"

#define COREPY_X(isa)                    \
  namespace corepy::isa {                \
  extern const CopyKernels copy_kernels; \
  }
COREPY_FOR_EACH_ISA(COREPY_X)
#undef COREPY_X

namespace corepy {
namespace {

void copy_with_memcpy(const void* in, void* out, std::int64_t bytes) noexcept {
  std::memcpy(out, in, static_cast<std::size_t>(bytes));
}

void run_copy(benchmark::State& state, CopyLoop copy) {
  const std::int64_t bytes = state.range(0);
  const std::vector<char> in(static_cast<std::size_t>(bytes), 1);
  std::vector<char> out(in.size());
  for (auto _ : state) {
    copy(in.data(), out.data(), bytes);
    benchmark::ClobberMemory();
  }
  state.SetBytesProcessed(2 * bytes * static_cast<std::int64_t>(state.iterations()));
}

void run_transpose(benchmark::State& state, const CopyKernels* kernels) {
  const std::int64_t side = state.range(0), size = state.range(1), bytes = side * side * size;
  const std::vector<char> in(static_cast<std::size_t>(bytes), 1);
  std::vector<char> out(in.size());
  for (auto _ : state) {
    kernels->transpose[copy_size_index(static_cast<int>(size))](in.data(), side * size, out.data(),
                                                                side * size, side, side);
    benchmark::ClobberMemory();
  }
  state.SetBytesProcessed(2 * bytes * static_cast<std::int64_t>(state.iterations()));
}

void register_isa(const std::string& name, const CopyKernels* kernels) {
  benchmark::RegisterBenchmark(("copy/" + name).c_str(), run_copy, kernels->copy)
      ->RangeMultiplier(2)
      ->Range(std::int64_t{1} << 20, std::int64_t{1} << 27);
  benchmark::RegisterBenchmark(("transpose/" + name).c_str(), run_transpose, kernels)
      ->ArgsProduct({{64, 512, 1000, 2048, 3000}, {1, 2, 4, 8, 16}})
      ->ArgNames({"side", "itemsize"});
}

const bool registered = [] {
  benchmark::RegisterBenchmark("copy/memcpy", run_copy, copy_with_memcpy)
      ->RangeMultiplier(2)
      ->Range(std::int64_t{1} << 20, std::int64_t{1} << 27);
#define COREPY_X(isa) \
  if (is_available(Isa::isa)) register_isa(#isa, &isa::copy_kernels);
  COREPY_FOR_EACH_ISA(COREPY_X)
#undef COREPY_X
  return true;
}();

}  // namespace
}  // namespace corepy

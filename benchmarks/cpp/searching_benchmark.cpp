// Time per needle of the searching kernels, for each ISA this machine has: binary search and, for
// integers, tables of truth bytes. Comparisons with NumPy are in benchmarks/runner.py.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdint>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "corepy/dispatch/isa.h"
#include "corepy/kernels/searching_table.h"

COREPY_FOR_EACH_ISA(COREPY_DECLARE_SEARCHING_KERNELS)

namespace corepy {
namespace {

constexpr std::int64_t needle_count = 10000;

// Integers below `bound`, so that some needles are there and some are not.
template <class T>
std::vector<T> random_elements(std::int64_t count, std::int64_t bound, unsigned seed) {
  std::mt19937_64 random(seed);
  std::vector<T> elements(static_cast<std::size_t>(count));
  for (T& element : elements)
    element = static_cast<T>(random() % static_cast<std::uint64_t>(bound));
  return elements;
}

using Search = void (*)(const SearchArgs&) noexcept;

template <class T>
void search(benchmark::State& state, Search run) {
  const std::int64_t n = state.range(0);
  std::vector<T> sorted = random_elements<T>(n, 2 * n, 1);
  std::sort(sorted.begin(), sorted.end());
  const std::vector<T> needles = random_elements<T>(needle_count, 2 * n, 2);
  std::vector<std::int64_t> out(needle_count);
  for (auto _ : state) {
    run({n, sorted.data(), needle_count, needles.data(), out.data(), false, false, 0});
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(state.iterations() * needle_count);
}

void mark_and_look_up(benchmark::State& state, const SearchKernel& kernel) {
  const std::int64_t size = state.range(0);
  const auto elements = random_elements<std::int64_t>(needle_count, size, 3);
  std::vector<std::uint8_t> table(static_cast<std::size_t>(size)), out(needle_count);
  for (auto _ : state) {
    kernel.mark({needle_count, elements.data(), table.data(), 0, std::uint64_t(size)});
    kernel.look_up(
        {size, table.data(), needle_count, elements.data(), out.data(), false, false, 0});
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(state.iterations() * needle_count);
}

template <class T>
void register_dtype(const std::string& isa, const SearchKernels& kernels) {
  const SearchKernel& kernel = kernels.kernel[static_cast<int>(dtype_of<T>)];
  const std::string end = std::string("/") + name_of(dtype_of<T>) + "/" + isa;
  for (const auto& [name, run] : {std::pair{"find", kernel.find}, {"contains", kernel.contains}}) {
    benchmark::RegisterBenchmark((name + end).c_str(),
                                 [run = run](benchmark::State& state) { search<T>(state, run); })
        ->RangeMultiplier(16)
        ->Range(16, 1 << 20);
  }
}

void register_isa(const std::string& isa, const SearchKernels& kernels) {
  register_dtype<float>(isa, kernels);
  register_dtype<double>(isa, kernels);
  register_dtype<std::int32_t>(isa, kernels);
  register_dtype<std::int64_t>(isa, kernels);
  const SearchKernel& kernel = kernels.kernel[static_cast<int>(DType::int64)];
  benchmark::RegisterBenchmark(
      ("table/int64/" + isa).c_str(),
      [&kernel](benchmark::State& state) { mark_and_look_up(state, kernel); })
      ->RangeMultiplier(64)
      ->Range(1 << 10, 1 << 22);
}

[[maybe_unused]] const bool registered = [] {
#define COREPY_X(isa) \
  if (is_available(Isa::isa)) register_isa(#isa, isa::search_kernels);
  COREPY_FOR_EACH_ISA(COREPY_X)
#undef COREPY_X
  return true;
}();

}  // namespace
}  // namespace corepy

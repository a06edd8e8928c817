// Time per element of the sorting kernels, for each ISA this machine has. Sets the thresholds of
// kernels/sorting_radix.h and kernels/sorting.h. Comparisons with NumPy are in
// benchmarks/runner.py.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <cstring>
#include <random>
#include <string>
#include <type_traits>
#include <vector>

#include "corepy/dispatch/isa.h"
#include "corepy/kernels/sorting_table.h"

COREPY_FOR_EACH_ISA(COREPY_DECLARE_SORTING_KERNELS)

namespace corepy {
namespace {

constexpr std::size_t cache_line_bytes = 64;

unsigned char* align(std::vector<unsigned char>& bytes) {
  const auto address = reinterpret_cast<std::uintptr_t>(bytes.data());
  return bytes.data() + (cache_line_bytes - address % cache_line_bytes) % cache_line_bytes;
}

template <class T>
std::vector<T> random_row(std::int64_t n) {
  std::mt19937_64 random(1);
  std::normal_distribution<double> normal;
  std::vector<T> row;
  for (std::int64_t i = 0; i < n; ++i) {
    if constexpr (std::is_floating_point_v<T>) {
      row.push_back(static_cast<T>(normal(random)));
    } else {
      row.push_back(static_cast<T>(random()));
    }
  }
  return row;
}

// Fresh rows in turn, so that the branch predictor cannot learn a short one by heart.
constexpr std::int64_t row_set_bytes = 1 << 20;

template <class T>
void sort_rows(benchmark::State& state, const SortKernel& kernel, bool positions) {
  const std::int64_t n = state.range(0);
  const std::int64_t rows = row_set_bytes / (n * std::int64_t{sizeof(T)}) + 1;
  const std::vector<T> all = random_row<T>(n * rows);
  std::vector<T> values(static_cast<std::size_t>(n));
  std::vector<std::int64_t> order(static_cast<std::size_t>(n));
  SortArgs args{};
  args.n = n;
  if (positions) {
    args.out_indices = order.data();
  } else {
    args.out = values.data();
  }
  std::vector<unsigned char> workspace(static_cast<std::size_t>(kernel.workspace_bytes(args)) +
                                       cache_line_bytes);
  args.workspace = align(workspace);
  std::int64_t row = 0;
  for (auto _ : state) {
    args.in = all.data() + row * n;
    kernel.run(args);
    benchmark::ClobberMemory();
    row = row + 1 == rows ? 0 : row + 1;
  }
  state.SetItemsProcessed(state.iterations() * n);
}

// Many rows of few elements at once; sort_rows with as many elements is what it competes with.
template <class T>
void sort_short_rows(benchmark::State& state, const ShortRowsKernel& kernel, bool positions) {
  const std::int64_t n = state.range(0);
  const std::int64_t rows = row_set_bytes / (n * std::int64_t{sizeof(T)}) + 1;
  const std::vector<T> all = random_row<T>(n * rows);
  const std::int64_t item = positions ? sizeof(std::int64_t) : sizeof(T);
  std::vector<unsigned char> out(static_cast<std::size_t>(n * rows * item));
  const auto width = static_cast<std::int64_t>(sizeof(T));
  const ShortRowsArgs args = {rows,       n,        all.data(), n * width, width,
                              out.data(), n * item, item,       positions, false};
  for (auto _ : state) {
    kernel.run(args);
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(state.iterations() * n * rows);
}

template <class T>
void register_short_rows(const char* isa, const SortKernels& kernels) {
  const ShortRowsKernel& kernel = kernels.short_rows[static_cast<int>(dtype_of<T>)];
  for (const bool positions : {false, true}) {
    const std::string name = std::string(positions ? "argsort_short_rows/" : "sort_short_rows/") +
                             name_of(dtype_of<T>) + "/" + isa;
    benchmark::RegisterBenchmark(name.c_str(), [&kernel, positions](benchmark::State& state) {
      sort_short_rows<T>(state, kernel, positions);
    })->DenseRange(4, kernel.longest_positions, 4);
  }
}

template <class T>
void register_dtype(const char* isa, const SortKernels& kernels) {
  for (const bool positions : {false, true}) {
    const std::string name =
        std::string(positions ? "argsort/" : "sort/") + name_of(dtype_of<T>) + "/" + isa;
    const SortKernel& kernel = kernels.kernel[static_cast<int>(dtype_of<T>)];
    benchmark::RegisterBenchmark(
        name.c_str(),
        [&kernel, positions](benchmark::State& state) { sort_rows<T>(state, kernel, positions); })
        ->DenseRange(4, 64, 4)
        ->RangeMultiplier(10)
        ->Range(100, 1'000'000);
  }
  register_short_rows<T>(isa, kernels);
}

void register_isa(const char* isa, const SortKernels& kernels) {
  register_dtype<std::int8_t>(isa, kernels);
  register_dtype<std::int16_t>(isa, kernels);
  register_dtype<std::int32_t>(isa, kernels);
  register_dtype<std::int64_t>(isa, kernels);
  register_dtype<float>(isa, kernels);
  register_dtype<double>(isa, kernels);
}

[[maybe_unused]] const bool registered = [] {
#define COREPY_X(isa) \
  if (is_available(Isa::isa)) register_isa(#isa, isa::sort_kernels);
  COREPY_FOR_EACH_ISA(COREPY_X)
#undef COREPY_X
  return true;
}();

}  // namespace
}  // namespace corepy

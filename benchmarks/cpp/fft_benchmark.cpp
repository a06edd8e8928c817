// Fourier kernels alone, on every ISA this machine has: one line by each kind of plan, lines side
// by side, the step between real and complex data, and the making of a plan. Comparisons with NumPy
// are in benchmarks/runner.py.
//   fft_benchmark --benchmark_filter='line/float32/.*/avx2'
// Rates are of the customary 5 n log2 n operations, whatever a length really takes.
#include <benchmark/benchmark.h>

#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>

#include "corepy/dispatch/fft_line.h"
#include "corepy/dispatch/fft_plan.h"
#include "corepy/dispatch/isa.h"
#include "corepy/dispatch/kernel_tables.h"

namespace corepy {
namespace {

using Buffer = std::unique_ptr<void, decltype(&std::free)>;

// Aligned, and filled with ordinary numbers of the dtype.
Buffer allocate(std::int64_t count, DType part) {
  const auto bytes = static_cast<std::size_t>(count * itemsize_of(part));
  Buffer memory{std::aligned_alloc(64, (bytes + 127) / 64 * 64), &std::free};
  for (std::int64_t i = 0; i < count; ++i) {
    const double value = static_cast<double>(i % 17) / 16 - 0.5;
    if (part == DType::float32) {
      static_cast<float*>(memory.get())[i] = static_cast<float>(value);
    } else {
      static_cast<double*>(memory.get())[i] = value;
    }
  }
  return memory;
}

void report(benchmark::State& state, double transforms, std::int64_t n) {
  const auto length = static_cast<double>(n);
  state.counters["GFLOP/s"] = benchmark::Counter(5e-9 * length * std::log2(length) * transforms,
                                                 benchmark::Counter::kIsIterationInvariantRate);
}

struct Target {
  const FftKernels& kernels;
  DType part;

  const FftKernel& kernel() const {
    return part == DType::float32 ? kernels.of_float32 : kernels.of_float64;
  }
  FftTablesRef plan(std::int64_t n) const { return find_fft_plan("benchmark", n, part, kernels); }
};

void run_line(benchmark::State& state, const Target& target, std::int64_t n) {
  const FftTablesRef tables = target.plan(n);
  const FftLine line(target.kernel(), tables->plan, itemsize_of(target.part));
  const Buffer in = allocate(2 * n, target.part), out = allocate(2 * n, target.part);
  const Buffer workspace = allocate(line.workspace_bytes(), target.part);
  for (auto _ : state) {
    line.run(in.get(), out.get(), false, 1.0, workspace.get());
    benchmark::ClobberMemory();
  }
  report(state, 1, n);
}

// As along the first axis of a matrix; plans of the chirp have no such kernel.
void run_columns(benchmark::State& state, const Target& target, std::int64_t n,
                 std::int64_t columns) {
  const FftTablesRef tables = target.plan(n);
  const std::int64_t row_bytes = 2 * columns * itemsize_of(target.part);
  const Buffer in = allocate(2 * n * columns, target.part);
  const Buffer out = allocate(2 * n * columns, target.part);
  const Buffer workspace =
      allocate(target.kernel().columns_workspace_bytes(tables->plan, columns), target.part);
  for (auto _ : state) {
    target.kernel().columns({&tables->plan, columns, in.get(), row_bytes, out.get(), row_bytes,
                             false, 1.0, workspace.get()});
    benchmark::ClobberMemory();
  }
  report(state, static_cast<double>(columns), n);
}

// From the transform of n / 2 complex numbers to that of n real ones, and back.
void run_real(benchmark::State& state, const Target& target, std::int64_t n, bool splits) {
  const FftTablesRef tables = find_real_roots("benchmark", n, target.part);
  const Buffer in = allocate(n + 2, target.part), out = allocate(n + 2, target.part);
  const FftRealArgs args = {in.get(), out.get(), tables->real_roots, n / 2, false, 1.0};
  for (auto _ : state) {
    (splits ? target.kernel().split_real : target.kernel().merge_real)(args);
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(state.iterations() * n);
}

// What the first transform of a length costs beside later ones: factors, roots, chirp.
void make_plan(benchmark::State& state, const Target& target, std::int64_t n) {
  for (auto _ : state) {
    state.PauseTiming();
    clear_fft_cache();
    state.ResumeTiming();
    FftTablesRef tables = target.plan(n);
    benchmark::DoNotOptimize(tables);
  }
}

// Of each kind of plan: in columns (up to 32), by halves, with a chirp (1009, 100003).
constexpr std::int64_t lengths[] = {8,    16,   64,   100,   256,    1000,   1024,
                                    4096, 1009, 5120, 65536, 100003, 100000, 1 << 20};

template <class Run>
void add(const std::string& name, const Target& target, Run run) {
  benchmark::RegisterBenchmark(name.c_str(),
                               [target, run](benchmark::State& state) { run(state, target); });
}

void register_dtype(const std::string& isa, const Target& target) {
  const std::string end = "/" + isa, dtype = std::string("/") + name_of(target.part) + "/";
  for (const std::int64_t n : lengths) {
    add("line" + dtype + std::to_string(n) + end, target,
        [n](benchmark::State& state, const Target& of) { run_line(state, of, n); });
  }
  for (const std::int64_t n : {8, 64, 100, 256, 1000}) {
    for (const std::int64_t columns : {3, 64, 1000}) {
      add("columns" + dtype + std::to_string(n) + "x" + std::to_string(columns) + end, target,
          [n, columns](benchmark::State& state, const Target& of) {
            run_columns(state, of, n, columns);
          });
    }
  }
  for (const std::int64_t n : {64, 1024, 65536}) {
    for (const bool splits : {true, false}) {
      add((splits ? "split_real" : "merge_real") + dtype + std::to_string(n) + end, target,
          [n, splits](benchmark::State& state, const Target& of) {
            run_real(state, of, n, splits);
          });
    }
  }
  for (const std::int64_t n : {1000, 1009, 65536}) {
    add("plan" + dtype + std::to_string(n) + end, target,
        [n](benchmark::State& state, const Target& of) { make_plan(state, of, n); });
  }
}

[[maybe_unused]] const bool registered = [] {
  for (const DType part : {DType::float32, DType::float64}) {
#define COREPY_X(isa) \
  if (is_available(Isa::isa)) register_dtype(#isa, {*kernel_tables(Isa::isa).fft, part});
    COREPY_FOR_EACH_ISA(COREPY_X)
#undef COREPY_X
  }
  return true;
}();

}  // namespace
}  // namespace corepy

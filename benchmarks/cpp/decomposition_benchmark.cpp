// Decomposition kernels alone, on every ISA this machine has: each decomposition of square matrices
// of each dtype, values without vectors, and oblong matrices. Their products run on one thread.
// Comparisons with NumPy are in benchmarks/runner.py.
//   decomposition_benchmark --benchmark_filter='eigh/float64/.*/avx2'
// Times are of one matrix. A status other than `done` ends a benchmark with an error.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <iterator>
#include <memory>
#include <string>
#include <utility>

#include "corepy/dispatch/isa.h"
#include "corepy/dispatch/kernel_tables.h"

namespace corepy {
namespace {

using Buffer = std::unique_ptr<void, decltype(&std::free)>;
Buffer allocate(std::int64_t bytes) {
  return {std::aligned_alloc(64, (static_cast<std::size_t>(bytes) + 127) / 64 * 64), &std::free};
}

// Numbers between -1 and 1 without a pattern, the same in every run; the diagonal is raised by
// `shift`. Of complex matrices both parts are such numbers, the diagonal is real.
template <class T>
void fill(void* data, std::int64_t m, std::int64_t n, std::int64_t parts, double shift) {
  auto* to = static_cast<T*>(data);
  std::uint64_t state = 1;
  for (std::int64_t i = 0; i < m * n * parts; ++i) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    to[i] = static_cast<T>(static_cast<double>(state >> 40) * 0x1p-23 - 1);
  }
  for (std::int64_t i = 0; i < std::min(m, n); ++i) {
    T* diagonal = to + (i * n + i) * parts;
    diagonal[0] += static_cast<T>(shift);
    if (parts == 2) diagonal[1] = 0;
  }
}
Buffer make_matrix(std::int64_t m, std::int64_t n, DType dtype, double shift) {
  Buffer data = allocate(m * n * itemsize_of(dtype));
  const std::int64_t parts = is_complex(dtype) ? 2 : 1;
  if (itemsize_of(dtype) == 4 * parts) {
    fill<float>(data.get(), m, n, parts, shift);
  } else {
    fill<double>(data.get(), m, n, parts, shift);
  }
  return data;
}

// Products on this thread, in memory that grows once.
class Services {
 public:
  explicit Services(const MatmulKernels& products) : products_(products) {}
  DecompositionServices table() {
    return {&multiply, [](void*, std::int64_t) noexcept { return true; }, this};
  }

 private:
  static bool multiply(void* context, const ProductArgs& args, DType dtype) noexcept {
    auto& self = *static_cast<Services*>(context);
    const ProductKernel& kernel = self.products_.kernel[static_cast<int>(dtype)];
    const std::int64_t needed = kernel.workspace_bytes(args);
    if (needed > self.bytes_) {
      self.memory_ = allocate(needed);
      self.bytes_ = needed;
    }
    ProductArgs call = args;
    call.workspace = self.memory_.get();
    kernel.run(call);
    return true;
  }

  const MatmulKernels& products_;
  Buffer memory_{nullptr, &std::free};
  std::int64_t bytes_ = 0;
};

struct Work {
  Decomposition which;
  std::int64_t m, n;
  bool wants_vectors = true;
};

void run(benchmark::State& state, Isa isa, DType dtype, const Work& work) {
  const KernelTables& tables = kernel_tables(isa);
  const DecompositionKernel& kernel = tables.decomposition.at(work.which, dtype);
  const std::int64_t most = std::max(work.m, work.n);
  const bool is_definite = work.which == Decomposition::cholesky;
  const Buffer a =
      make_matrix(work.m, work.n, dtype, is_definite ? 2 * static_cast<double>(most) : 0.0);
  const Buffer b = make_matrix(work.n, 1, dtype, 0.0);
  // No result is larger than a complex square matrix.
  const std::int64_t room = most * most * 16 + 64;
  const Buffer first = allocate(room), second = allocate(room), third = allocate(room);
  DecompositionArgs args{};
  args.m = work.m, args.n = work.n, args.k = 1;
  args.a = a.get();
  args.a_row_stride_bytes = work.n * itemsize_of(dtype);
  args.a_column_stride_bytes = itemsize_of(dtype);
  args.b = b.get();
  args.b_row_stride_bytes = args.b_column_stride_bytes = itemsize_of(dtype);
  args.out[0] = first.get(), args.out[1] = second.get(), args.out[2] = third.get();
  if (!work.wants_vectors) {
    const bool is_svd = work.which == Decomposition::svd;
    args.out[is_svd ? 0 : 1] = nullptr;
    if (is_svd) args.out[2] = nullptr;
  }
  const Buffer workspace = allocate(kernel.workspace_bytes(args));
  args.workspace = workspace.get();
  Services services(*tables.matmul);
  args.services = services.table();
  for (auto _ : state) {
    const DecompositionOutcome outcome = kernel.run(args);
    if (outcome.status != DecompositionStatus::done) {
      state.SkipWithError("no such decomposition");
      break;
    }
    benchmark::ClobberMemory();
  }
}

void add(Isa isa, DType dtype, const char* name, const Work& work) {
  const std::string id = std::string(name) + (work.wants_vectors ? "" : "_values") + "/" +
                         name_of(dtype) + "/" + std::to_string(work.m) + "x" +
                         std::to_string(work.n) + "/" + name_of(isa);
  benchmark::RegisterBenchmark(id.c_str(), [isa, dtype, work](benchmark::State& state) {
    run(state, isa, dtype, work);
  })->Unit(benchmark::kMicrosecond);
}

constexpr std::pair<Decomposition, const char*> decompositions[] = {
    {Decomposition::solve, "solve"},
    {Decomposition::determinant, "determinant"},
    {Decomposition::cholesky, "cholesky"},
    {Decomposition::qr, "qr"},
    {Decomposition::eigh, "eigh"},
    {Decomposition::svd, "svd"},
    {Decomposition::eig, "eig"}};
static_assert(std::size(decompositions) == decomposition_count);

void register_isa(Isa isa) {
  for (const DType dtype : {DType::float32, DType::float64, DType::complex64, DType::complex128}) {
    for (const auto& [which, name] : decompositions) {
      for (const std::int64_t n : {4, 32, 128, 256}) add(isa, dtype, name, {which, n, n});
      const bool is_spectral = static_cast<int>(which) >= direct_decomposition_count;
      if (is_spectral) add(isa, dtype, name, {which, 128, 128, false});
      if (which == Decomposition::qr || which == Decomposition::svd) {
        add(isa, dtype, name, {which, 1000, 20});
        add(isa, dtype, name, {which, 20, 1000});
      }
    }
  }
}

[[maybe_unused]] const bool registered = [] {
#define COREPY_X(isa) \
  if (is_available(Isa::isa)) register_isa(Isa::isa);
  COREPY_FOR_EACH_ISA(COREPY_X)
#undef COREPY_X
  return true;
}();

}  // namespace
}  // namespace corepy

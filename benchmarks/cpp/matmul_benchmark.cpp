// Times of the matmul kernels per ISA, dtype and shape; the constants of kernels/matmul_*.h come
// from here. Comparisons with NumPy and OpenBLAS are made by benchmarks/runner.py, through the
// Python package.
//   matmul_benchmark --benchmark_filter='avx512/float32/.*'
// Names read isa/dtype/shape/variant: shape MxNxK, with "^T" behind an operand that lies
// transposed.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "corepy/dispatch/isa.h"
#include "corepy/kernels/matmul_table.h"

COREPY_FOR_EACH_ISA(COREPY_DECLARE_MATMUL_KERNELS)

namespace corepy {
namespace {

struct FreeMemory {
  void operator()(void* p) const { std::free(p); }
};
using Memory = std::unique_ptr<void, FreeMemory>;

// 64-byte aligned, filled with bytes that are ordinary numbers in every dtype.
Memory make_memory(std::int64_t bytes) {
  const std::size_t room = (static_cast<std::size_t>(bytes) + 127) / 64 * 64;
  auto* p = static_cast<unsigned char*>(std::aligned_alloc(64, room));
  for (std::size_t i = 0; i < room; ++i) p[i] = static_cast<unsigned char>(0x30 + i % 13);
  return Memory(p);
}

struct Shape {
  std::int64_t m, n, k;
  bool a_transposed = false, b_transposed = false;
  std::int64_t count = 1;  // products in a stack

  std::string name() const {
    return std::to_string(m) + "x" + std::to_string(n) + "x" + std::to_string(k) +
           (a_transposed ? "_A^T" : "") + (b_transposed ? "_B^T" : "") +
           (count > 1 ? "_times_" + std::to_string(count) : "");
  }
};

struct Problem {
  Memory a, b, c, workspace;
  ProductArgs args;
};

Problem make_problem(const ProductKernel& kernel, DType dtype, const Shape& shape) {
  const std::int64_t size = itemsize_of(dtype);
  Problem p;
  p.a = make_memory(shape.count * shape.m * shape.k * size);
  p.b = make_memory(shape.count * shape.k * shape.n * size);
  p.c = make_memory(shape.count * shape.m * shape.n * size);
  p.args = {};
  p.args.m = shape.m;
  p.args.n = shape.n;
  p.args.k = shape.k;
  p.args.count = shape.count;
  p.args.a_step_bytes = shape.m * shape.k * size;
  p.args.b_step_bytes = shape.k * shape.n * size;
  p.args.c_step_bytes = shape.m * shape.n * size;
  p.args.a = p.a.get();
  p.args.a_row_stride_bytes = shape.a_transposed ? size : shape.k * size;
  p.args.a_column_stride_bytes = shape.a_transposed ? shape.m * size : size;
  p.args.b = p.b.get();
  p.args.b_row_stride_bytes = shape.b_transposed ? size : shape.n * size;
  p.args.b_column_stride_bytes = shape.b_transposed ? shape.k * size : size;
  p.args.c = p.c.get();
  p.args.c_row_stride_bytes = shape.n * size;
  p.workspace = make_memory(kernel.workspace_bytes(p.args));
  p.args.workspace = p.workspace.get();
  return p;
}

void time_matmul(benchmark::State& state, const ProductKernel& kernel, DType dtype,
                 const Shape& shape) {
  const Problem p = make_problem(kernel, dtype, shape);
  for (auto _ : state) {
    kernel.run(p.args);
    benchmark::ClobberMemory();
  }
  const double operations = (is_complex(dtype) ? 8.0 : 2.0) * static_cast<double>(shape.m) *
                            static_cast<double>(shape.n) * static_cast<double>(shape.k) *
                            static_cast<double>(shape.count);
  state.counters["GFLOP/s"] =
      benchmark::Counter(operations * 1e-9, benchmark::Counter::kIsIterationInvariantRate);
}

std::vector<Shape> all_shapes() {
  std::vector<Shape> shapes;
  for (const std::int64_t n : {3, 10, 16, 32, 64, 100, 128, 200, 256, 512, 1024})
    shapes.push_back({n, n, n});
  for (const bool a : {false, true}) {
    for (const bool b : {false, true}) {
      if (a || b) shapes.push_back({512, 512, 512, a, b});
    }
  }
  for (const std::int64_t n : {100, 1000, 3000}) {
    shapes.push_back({n, 1, n});
    shapes.push_back({n, 1, n, true});
    shapes.push_back({1, n, n});
  }
  shapes.push_back({100000, 1, 32});
  for (const std::int64_t n : {2, 3, 4, 8}) {
    shapes.push_back({300, n, 300});
    shapes.push_back({1000, n, 1000});
  }
  shapes.push_back({64, 64, 10000});
  for (const std::int64_t k : {10, 100, 1000, 100000}) shapes.push_back({1, 1, k});
  for (const std::int64_t n : {3, 8, 16, 32}) shapes.push_back({n, n, n, false, false, 1000});
  for (const std::int64_t k : {3, 64, 128, 1000}) shapes.push_back({1, 1, k, false, false, 1000});
  return shapes;
}

void register_benchmarks(const std::string& isa, const MatmulKernels& kernels) {
  for (int d = 0; d < dtype_count; ++d) {
    const ProductKernel& kernel = kernels.kernel[d];
    if (!kernel.run) continue;
    const auto dtype = static_cast<DType>(d);
    for (const Shape& shape : all_shapes()) {
      ProductArgs args = make_problem(kernel, dtype, {1, 1, 1}).args;
      args.m = shape.m;
      args.n = shape.n;
      args.k = shape.k;
      args.count = shape.count;
      const std::string name =
          isa + "/" + name_of(dtype) + "/" + shape.name() + "/" + kernel.variant(args);
      benchmark::RegisterBenchmark(name.c_str(), [&kernel, dtype, shape](benchmark::State& state) {
        time_matmul(state, kernel, dtype, shape);
      });
    }
  }
}

const bool registered = [] {
#define COREPY_X(name) \
  if (is_available(Isa::name)) register_benchmarks(#name, name::matmul_kernels);
  COREPY_FOR_EACH_ISA(COREPY_X)
#undef COREPY_X
  return true;
}();

}  // namespace
}  // namespace corepy

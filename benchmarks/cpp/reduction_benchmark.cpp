// Reduction kernels alone: rows, columns and short rows at sizes of each cache level, on every ISA
// this machine has. Comparisons with NumPy are in benchmarks/runner.py.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "corepy/dispatch/isa.h"
#include "corepy/kernels/reduction_table.h"

COREPY_FOR_EACH_ISA(COREPY_DECLARE_REDUCTION_KERNELS)

namespace corepy {
namespace {

struct Shape {
  std::int64_t rows, columns;
  int axis;  // the reduced one
};

using Buffer = std::unique_ptr<void, decltype(&std::free)>;
Buffer allocate(std::int64_t bytes) {
  const std::size_t rounded = (static_cast<std::size_t>(bytes) + 63) / 64 * 64;
  return {std::aligned_alloc(64, rounded), &std::free};
}

// Ones, so that no value overflows or stops a reduction early (all).
void fill_with_ones(void* data, DType dtype, std::int64_t count) {
  for (std::int64_t i = 0; i < count; ++i) {
    if (dtype == DType::float32) static_cast<float*>(data)[i] = 1;
    if (dtype == DType::float64) static_cast<double*>(data)[i] = 1;
    if (dtype == DType::int32) static_cast<std::int32_t*>(data)[i] = 1;
    if (dtype == DType::bool_) static_cast<bool8_t*>(data)[i] = bool8_t::yes;
  }
}

void run_reduction(benchmark::State& state, const ReductionKernel& kernel, DType dtype,
                   Shape shape) {
  const std::int64_t size = itemsize_of(dtype), count = shape.rows * shape.columns;
  const bool along_rows = shape.axis == 1;
  const Buffer in = allocate(count * size),
               out = allocate((along_rows ? shape.rows : shape.columns) * 16);
  fill_with_ones(in.get(), dtype, count);
  ReductionArgs args{};
  args.n = along_rows ? shape.columns : shape.rows;
  args.m = along_rows ? shape.rows : shape.columns;
  args.in = in.get();
  args.n_stride_bytes = along_rows ? size : shape.columns * size;
  args.m_stride_bytes = along_rows ? shape.columns * size : size;
  args.out = out.get();
  args.out_stride_bytes = 8;
  const Buffer workspace = allocate(kernel.workspace_bytes(args) + 64);
  args.workspace = workspace.get();
  for (auto _ : state) {
    kernel.run(args);
    benchmark::ClobberMemory();
  }
  state.SetBytesProcessed(state.iterations() * count * size);
}

void register_reduction(const std::string& isa, const ReductionKernels& kernels, ReductionOp op,
                        const char* name, DType dtype) {
  const Shape shapes[] = {{1, 1000, 1},   {1, 100000, 1},  {1, 10000000, 1}, {1000, 1000, 1},
                          {100000, 3, 1}, {1000, 1000, 0}, {1024, 1024, 0},  {100000, 16, 0}};
  const ReductionKernel& kernel = kernels.at(op, dtype);
  if (!kernel.run) return;
  for (const Shape& shape : shapes) {
    const std::string id = std::string(name) + "/" + name_of(dtype) + "/" + isa + "/" +
                           std::to_string(shape.rows) + "x" + std::to_string(shape.columns) +
                           "/axis" + std::to_string(shape.axis);
    benchmark::RegisterBenchmark(id.c_str(), [&kernel, dtype, shape](benchmark::State& state) {
      run_reduction(state, kernel, dtype, shape);
    });
  }
}

void register_isa(const std::string& isa, const ReductionKernels& kernels) {
  for (const DType dtype : {DType::float32, DType::float64, DType::int32, DType::bool_}) {
#define COREPY_X(name, ...) register_reduction(isa, kernels, ReductionOp::name, #name, dtype);
    COREPY_FOR_EACH_REDUCTION(COREPY_X)
#undef COREPY_X
  }
}

const bool registered = [] {
#define COREPY_X(name) \
  if (is_available(Isa::name)) register_isa(#name, name::reduction_kernels);
  COREPY_FOR_EACH_ISA(COREPY_X)
#undef COREPY_X
  return true;
}();

}  // namespace
}  // namespace corepy

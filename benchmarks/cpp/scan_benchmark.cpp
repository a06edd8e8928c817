// Scan kernels alone: rows and columns at sizes of each cache level, on every ISA this machine has.
// Sets the strip width of dispatch/scan.cpp. Comparisons with NumPy are in benchmarks/runner.py.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>

#include "corepy/dispatch/isa.h"
#include "corepy/kernels/scan_table.h"

COREPY_FOR_EACH_ISA(COREPY_DECLARE_SCAN_KERNELS)

namespace corepy {
namespace {

using Buffer = std::unique_ptr<void, decltype(&std::free)>;
Buffer allocate(std::int64_t bytes) {
  const std::size_t rounded = (static_cast<std::size_t>(bytes) + 63) / 64 * 64;
  void* memory = std::aligned_alloc(64, rounded);
  std::memset(memory, 0, rounded);
  return {memory, &std::free};
}

void run_row(benchmark::State& state, const ScanKernel& kernel, DType dtype) {
  const std::int64_t n = state.range(0), size = itemsize_of(dtype);
  const Buffer in = allocate(n * size), out = allocate(n * 8);
  alignas(64) std::byte carry[scan_state_bytes];
  for (auto _ : state) {
    kernel.run_row({0, n, in.get(), out.get(), carry, false});
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(state.iterations() * n);
}

// Strips of the second argument's bytes of results.
void run_columns(benchmark::State& state, const ScanKernel& kernel, DType dtype,
                 std::int64_t out_size) {
  const std::int64_t side = state.range(0), size = itemsize_of(dtype);
  const std::int64_t strip = state.range(1) / out_size;
  const Buffer in = allocate(side * side * size), out = allocate(side * side * out_size);
  const Buffer carry = allocate(kernel.column_state_bytes(strip));
  for (auto _ : state) {
    for (std::int64_t j = 0; j < side; j += strip) {
      const std::int64_t width = side - j < strip ? side - j : strip;
      kernel.run_columns({0, side, width, static_cast<const char*>(in.get()) + j * size,
                          side * size, static_cast<char*>(out.get()) + j * out_size,
                          side * out_size, carry.get()});
    }
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(state.iterations() * side * side);
}

void register_scan(const std::string& isa, const ScanKernels& kernels, ScanOp op, const char* name,
                   DType dtype) {
  const ScanKernel& kernel = kernels.at(op, dtype);
  const std::string id = std::string(name) + "/" + name_of(dtype) + "/" + isa;
  const std::int64_t out_size = is_integer(dtype) ? 8 : itemsize_of(dtype);
  auto* rows = benchmark::RegisterBenchmark(
      (id + "/row").c_str(),
      [&kernel, dtype](benchmark::State& state) { run_row(state, kernel, dtype); });
  for (const std::int64_t n : {1000, 100000, 10000000}) rows->Arg(n);
  auto* columns = benchmark::RegisterBenchmark((id + "/columns").c_str(),
                                               [&kernel, dtype, out_size](benchmark::State& state) {
                                                 run_columns(state, kernel, dtype, out_size);
                                               });
  for (const std::int64_t side : {300, 1000, 1024, 3000}) {
    for (const std::int64_t strip_bytes : {1024, 4096, 16384}) columns->Args({side, strip_bytes});
  }
}

void register_isa(const std::string& isa, const ScanKernels& kernels) {
  for (const DType dtype : {DType::float32, DType::float64, DType::int32, DType::int64}) {
#define COREPY_X(name, ...) register_scan(isa, kernels, ScanOp::name, #name, dtype);
    COREPY_FOR_EACH_SCAN_OP(COREPY_X)
#undef COREPY_X
  }
}

const bool registered = [] {
#define COREPY_X(name) \
  if (is_available(Isa::name)) register_isa(#name, name::scan_kernels);
  COREPY_FOR_EACH_ISA(COREPY_X)
#undef COREPY_X
  return true;
}();

}  // namespace
}  // namespace corepy

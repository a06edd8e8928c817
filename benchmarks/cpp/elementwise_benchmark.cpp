// Elementwise loops alone: every row of the table on contiguous float32, float64 and int32, on
// every ISA this machine has. Comparisons with NumPy, calls and allocation included, are in
// benchmarks/runner.py.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <cstdlib>
#include <memory>
#include <random>
#include <string>

#include "corepy/dispatch/isa.h"
#include "corepy/kernels/elementwise_table.h"

COREPY_FOR_EACH_ISA(COREPY_DECLARE_ELEMENTWISE_KERNELS)

namespace corepy {
namespace {

enum class Arity { unary, binary, ternary, where };

constexpr int count_inputs(Arity arity) noexcept {
  return arity == Arity::unary ? 1 : arity == Arity::binary ? 2 : 3;
}

struct Row {
  const char* name;
  Arity arity;
};

// In the order of the kernel tables, which are made from the same rows.
#define COREPY_X(arity, name, ...) Row{#name, Arity::arity},
constexpr Row arithmetic_rows[] = {COREPY_FOR_EACH_ARITHMETIC_OP(COREPY_X)};
constexpr Row comparison_rows[] = {COREPY_FOR_EACH_COMPARISON_OP(COREPY_X)};
constexpr Row bitwise_rows[] = {COREPY_FOR_EACH_BITWISE_OP(COREPY_X)};
constexpr Row rounding_rows[] = {COREPY_FOR_EACH_ROUNDING_OP(COREPY_X)};
constexpr Row exponential_rows[] = {COREPY_FOR_EACH_EXPONENTIAL_OP(COREPY_X)};
constexpr Row trigonometric_rows[] = {COREPY_FOR_EACH_TRIGONOMETRIC_OP(COREPY_X)};
constexpr Row selection_rows[] = {COREPY_FOR_EACH_SELECTION_OP(COREPY_X)};
#undef COREPY_X

using Buffer = std::unique_ptr<void, decltype(&std::free)>;
Buffer allocate(std::int64_t bytes) {
  const std::size_t rounded = (static_cast<std::size_t>(bytes) + 63) / 64 * 64;
  return {std::aligned_alloc(64, rounded), &std::free};
}

// Values inside of the domain of every function but acosh, and valid as shift counts.
Buffer make_input(DType dtype, std::int64_t length) {
  Buffer data = allocate(length * itemsize_of(dtype));
  std::mt19937_64 random(1);
  std::uniform_real_distribution<double> fraction(0.25, 0.75);
  std::uniform_int_distribution<std::int32_t> whole(1, 30);
  for (std::int64_t i = 0; i < length; ++i) {
    if (dtype == DType::float32) static_cast<float*>(data.get())[i] = float(fraction(random));
    if (dtype == DType::float64) static_cast<double*>(data.get())[i] = fraction(random);
    if (dtype == DType::int32) static_cast<std::int32_t*>(data.get())[i] = whole(random);
    if (dtype == DType::bool_) {
      static_cast<bool8_t*>(data.get())[i] = whole(random) % 2 ? bool8_t::yes : bool8_t::no;
    }
  }
  return data;
}

void run_loop(benchmark::State& state, Loop loop, Arity arity, DType dtype, std::int64_t length) {
  const Buffer values = make_input(dtype, length), more_values = make_input(dtype, length);
  const Buffer condition = make_input(DType::bool_, length);
  const Buffer out = allocate(length * itemsize_of(dtype));
  std::uint32_t flags = 0;
  LoopArgs args{};
  args.length = length;
  args.out = out.get();
  args.flags = &flags;
  for (int i = 0; i < count_inputs(arity); ++i) {
    const bool is_condition = arity == Arity::where && i == 0;
    args.in[i] = is_condition ? condition.get() : i % 2 ? more_values.get() : values.get();
    args.in_stride_bytes[i] = itemsize_of(is_condition ? DType::bool_ : dtype);
  }
  for (auto _ : state) {
    loop(args);
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(state.iterations() * length);
}

template <std::size_t N>
void register_group(const std::string& isa, const LoopRow* loops, const Row (&rows)[N]) {
  for (std::size_t op = 0; op < N; ++op) {
    for (const DType dtype : {DType::float32, DType::float64, DType::int32}) {
      const Loop loop = loops[op].loop[static_cast<int>(dtype)];
      if (loop == nullptr) continue;
      for (const std::int64_t length : {1000, 100000, 10000000}) {
        const Arity arity = rows[op].arity;
        const std::string id = std::string(rows[op].name) + "/" + name_of(dtype) + "/" + isa + "/" +
                               std::to_string(length);
        benchmark::RegisterBenchmark(id.c_str(), [=](benchmark::State& state) {
          run_loop(state, loop, arity, dtype, length);
        });
      }
    }
  }
}

const bool registered = [] {
#define COREPY_X(isa)                                                   \
  if (is_available(Isa::isa)) {                                         \
    register_group(#isa, isa::arithmetic_loops, arithmetic_rows);       \
    register_group(#isa, isa::comparison_loops, comparison_rows);       \
    register_group(#isa, isa::bitwise_loops, bitwise_rows);             \
    register_group(#isa, isa::rounding_loops, rounding_rows);           \
    register_group(#isa, isa::exponential_loops, exponential_rows);     \
    register_group(#isa, isa::trigonometric_loops, trigonometric_rows); \
    register_group(#isa, isa::selection_loops, selection_rows);         \
  }
  COREPY_FOR_EACH_ISA(COREPY_X)
#undef COREPY_X
  return true;
}();

}  // namespace
}  // namespace corepy

// Moving elements: take by random and by ascending positions, of single elements and of rows, and
// concat along either axis; whole operations on this machine's best ISA (COREPY_ISA names another).
#include <benchmark/benchmark.h>

#include <cstdint>
#include <cstring>
#include <optional>

#include "corepy/dispatch/indexing.h"
#include "corepy/dispatch/manipulation.h"

namespace corepy {
namespace {

Tensor make_zeros(const Dims& shape, DType dtype) {
  Tensor tensor = empty_tensor("empty", shape, dtype);
  std::memset(tensor.data(), 0, static_cast<std::size_t>(tensor.nbytes()));
  return tensor;
}

// Each position once: in order, or (multiplied by an odd number, modulo a power of two) scattered.
Tensor make_positions(std::int64_t count, bool scattered) {
  Tensor tensor = empty_tensor("empty", Dims{count}, DType::int64);
  auto* positions = reinterpret_cast<std::int64_t*>(tensor.data());
  for (std::int64_t i = 0; i < count; ++i)
    positions[i] = scattered ? (i * 0x9e3779b1) & (count - 1) : i;
  return tensor;
}

void count_bytes(benchmark::State& state, const Tensor& result) {
  state.SetBytesProcessed(2 * result.nbytes() * static_cast<std::int64_t>(state.iterations()));
}

void take_elements(benchmark::State& state) {
  const std::int64_t count = state.range(0);
  const Tensor x = make_zeros(Dims{count}, static_cast<DType>(state.range(1)));
  const Tensor positions = make_positions(count, state.range(2) != 0);
  Tensor result;
  for (auto _ : state) result = take(x, positions, std::nullopt);
  count_bytes(state, result);
}
BENCHMARK(take_elements)
    ->ArgsProduct({{1 << 10, 1 << 17, 1 << 20},
                   {static_cast<int>(DType::int8), static_cast<int>(DType::float32),
                    static_cast<int>(DType::float64)},
                   {0, 1}})
    ->ArgNames({"count", "dtype", "scattered"});

void take_from_matrix(benchmark::State& state) {
  const std::int64_t side = state.range(0);
  const Tensor x = make_zeros(Dims{side, side}, DType::float32);
  const Tensor positions = make_positions(side, true);
  Tensor result;
  for (auto _ : state) result = take(x, positions, state.range(1));
  count_bytes(state, result);
}
BENCHMARK(take_from_matrix)->ArgsProduct({{128, 1024}, {0, 1}})->ArgNames({"side", "axis"});

void concat_matrices(benchmark::State& state) {
  const std::int64_t side = state.range(0);
  const Tensor arrays[] = {make_zeros(Dims{side, side}, DType::float32),
                           make_zeros(Dims{side, side}, DType::float32)};
  Tensor result;
  for (auto _ : state) result = concat(arrays, state.range(1));
  count_bytes(state, result);
}
BENCHMARK(concat_matrices)->ArgsProduct({{32, 128, 1024}, {0, 1}})->ArgNames({"side", "axis"});

}  // namespace
}  // namespace corepy

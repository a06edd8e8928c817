// Time per element of the indexing kernels, for each ISA this machine has. Sets the thresholds of
// kernels/indexing_mask.h and dispatch/indexing_axis.cpp. Comparisons with NumPy are in
// benchmarks/runner.py.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "corepy/dispatch/isa.h"
#include "corepy/kernels/indexing_table.h"

COREPY_FOR_EACH_ISA(COREPY_DECLARE_INDEXING_KERNELS)

namespace corepy {
namespace {

struct Data {
  std::vector<std::uint64_t> all, chosen;
  std::vector<std::int64_t> indices;
  std::vector<std::uint8_t> mask;
  std::int64_t count = 0;

  Data(std::int64_t n, int percent)
      : all(static_cast<std::size_t>(n)),
        chosen(all.size()),
        indices(all.size()),
        mask(all.size()) {
    std::mt19937_64 random(1);
    for (std::size_t i = 0; i < all.size(); ++i) {
      all[i] = i;
      indices[i] = static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(n));
      mask[i] = static_cast<int>(random() % 100) < percent ? 1 : 0;
      count += mask[i];
    }
  }
};

void finish(benchmark::State& state, std::int64_t n) {
  state.SetItemsProcessed(n * state.iterations());
}

void run_move(benchmark::State& state, MoveLoop move, std::int64_t item_bytes) {
  const std::int64_t n = state.range(0);
  Data data(n, 50);
  std::uint32_t flags = 0;
  for (auto _ : state) {
    move({1, n, n, false, item_bytes, data.indices.data(), data.all.data(), 0, item_bytes,
          data.chosen.data(), 0, item_bytes, &flags});
    benchmark::ClobberMemory();
  }
  finish(state, n);
}

void run_masked(benchmark::State& state, MaskedLoop loop) {
  const std::int64_t n = state.range(0);
  Data data(n, static_cast<int>(state.range(1)));
  for (auto _ : state) {
    loop({n, data.mask.data(), data.all.data(), data.chosen.data(), data.count});
    benchmark::ClobberMemory();
  }
  finish(state, n);
}

void run_locate(benchmark::State& state, LocateLoop locate) {
  const std::int64_t n = state.range(0);
  Data data(n, static_cast<int>(state.range(1)));
  for (auto _ : state) {
    locate(data.mask.data(), n, 0, data.indices.data(), data.count);
    benchmark::ClobberMemory();
  }
  finish(state, n);
}

void register_isa(const std::string& isa, const IndexingKernels& kernels) {
  using benchmark::RegisterBenchmark;
  for (const int item_bytes : {4, 8}) {
    const std::string bytes = std::to_string(item_bytes) + "/" + isa;
    const int size = copy_size_index(item_bytes);
    const auto moves = [&](const char* name, MoveLoop move) {
      RegisterBenchmark((name + bytes).c_str(), run_move, move, item_bytes)
          ->RangeMultiplier(10)
          ->Range(1000, 10'000'000);
    };
    moves("take/", kernels.take);
    moves("put/", kernels.put);
    const auto masks = [&](const char* name, MaskedLoop loop) {
      RegisterBenchmark((name + bytes).c_str(), run_masked, loop)
          ->ArgsProduct({{1000, 100'000, 10'000'000}, {1, 50, 99}});
    };
    masks("compress/", kernels.masks->compress[size]);
    masks("expand/", kernels.masks->expand[size]);
    masks("fill/", kernels.masks->fill[size]);
  }
  RegisterBenchmark(("locate/" + isa).c_str(), run_locate, kernels.masks->locate)
      ->ArgsProduct({{1000, 100'000, 10'000'000}, {1, 50, 99}});
}

const bool registered = [] {
#define COREPY_X(isa) \
  if (is_available(Isa::isa)) register_isa(#isa, isa::indexing_kernels);
  COREPY_FOR_EACH_ISA(COREPY_X)
#undef COREPY_X
  return true;
}();

}  // namespace
}  // namespace corepy

// What the thread pool costs: a call, meeting another thread while it is awake and after it fell
// asleep, and how long work must be for threads to pay. Places default_spin_limit
// (runtime/workers.cpp) and the least work for two threads (dispatch/blocking_region.h).
#include <benchmark/benchmark.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <thread>

#include "corepy/runtime/spin_wait.h"
#include "corepy/runtime/thread_pool.h"

namespace corepy {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

// Returns when all threads are in it: the time until the last one works and all are back.
void meet(int threads) {
  std::atomic<int> arrived{0};
  run_tasks(threads, threads, [&](std::int64_t, int) noexcept {
    arrived.fetch_add(1, std::memory_order_relaxed);
    while (arrived.load(std::memory_order_relaxed) < threads) pause_cpu();
  });
}

// A call whose tasks do nothing: workers are told, and mostly come too late.
void run_empty(benchmark::State& state) {
  const int threads = static_cast<int>(state.range(0));
  for (auto _ : state) run_tasks(threads, threads, [](std::int64_t, int) noexcept {});
}

void run_meet_awake(benchmark::State& state) {
  const int threads = static_cast<int>(state.range(0));
  for (auto _ : state) meet(threads);
}

// The pause is longer than workers spin.
void run_meet_asleep(benchmark::State& state) {
  const int threads = static_cast<int>(state.range(0));
  for (auto _ : state) {
    std::this_thread::sleep_for(std::chrono::microseconds(500));
    const auto start = Clock::now();
    meet(threads);
    state.SetIterationTime(seconds_since(start));
  }
}

// The same with the caller awake: a program that computes between operations.
void run_meet_after_work(benchmark::State& state) {
  const int threads = static_cast<int>(state.range(0));
  const std::chrono::microseconds pause(state.range(1));
  for (auto _ : state) {
    const auto end = Clock::now() + pause;
    while (Clock::now() < end) {
    }
    const auto start = Clock::now();
    meet(threads);
    state.SetIterationTime(seconds_since(start));
  }
}

void compute(std::int64_t steps) {
  double x = 1;
  for (std::int64_t i = 0; i < steps; ++i) {
    x = x * 0.999 + 0.001;
    benchmark::DoNotOptimize(x);
  }
}

std::int64_t steps_per_us() {
  static const std::int64_t steps = [] {
    constexpr std::int64_t probe = 4'000'000;
    compute(probe);
    const auto start = Clock::now();
    compute(probe);
    return static_cast<std::int64_t>(static_cast<double>(probe) / (seconds_since(start) * 1e6));
  }();
  return steps;
}

// Work of some microseconds in 16 tasks.
void run_split(benchmark::State& state) {
  const int threads = static_cast<int>(state.range(0));
  const std::int64_t steps = state.range(1) * steps_per_us() / 16;
  for (auto _ : state)
    run_tasks(threads, 16, [steps](std::int64_t, int) noexcept { compute(steps); });
}

// The same with workers asleep: what the first operation after a pause gains or loses.
void run_split_asleep(benchmark::State& state) {
  const int threads = static_cast<int>(state.range(0));
  const std::int64_t steps = state.range(1) * steps_per_us() / 16;
  for (auto _ : state) {
    const auto end = Clock::now() + std::chrono::microseconds(200);
    while (Clock::now() < end) {
    }
    const auto start = Clock::now();
    run_tasks(threads, 16, [steps](std::int64_t, int) noexcept { compute(steps); });
    state.SetIterationTime(seconds_since(start));
  }
}

// What taking tasks costs, each: tasks that do nothing.
void run_many_tasks(benchmark::State& state) {
  const int threads = static_cast<int>(state.range(0));
  constexpr std::int64_t tasks = 100000;
  for (auto _ : state)
    run_tasks(threads, tasks,
              [](std::int64_t task, int) noexcept { benchmark::DoNotOptimize(task); });
  state.SetItemsProcessed(tasks * static_cast<std::int64_t>(state.iterations()));
}

BENCHMARK(run_empty)->Name("pool/empty")->ArgName("threads")->Arg(1)->Arg(2)->UseRealTime();
BENCHMARK(run_meet_awake)->Name("pool/meet_awake")->ArgName("threads")->Arg(2)->UseRealTime();
BENCHMARK(run_meet_asleep)
    ->Name("pool/meet_asleep")
    ->ArgName("threads")
    ->Arg(2)
    ->Iterations(1000)
    ->UseManualTime();
BENCHMARK(run_meet_after_work)
    ->Name("pool/meet_after_work")
    ->ArgNames({"threads", "pause_us"})
    ->ArgsProduct({{2}, {2, 5, 10, 20, 50, 100, 500}})
    ->Iterations(1000)
    ->UseManualTime();
BENCHMARK(run_split)
    ->Name("pool/split")
    ->ArgNames({"threads", "work_us"})
    ->ArgsProduct({{1, 2}, {2, 5, 10, 20, 50, 100, 1000}})
    ->UseRealTime();
BENCHMARK(run_split_asleep)
    ->Name("pool/split_asleep")
    ->ArgNames({"threads", "work_us"})
    ->ArgsProduct({{1, 2}, {0, 5, 10, 20, 50, 100, 1000}})
    ->Iterations(1000)
    ->UseManualTime();
BENCHMARK(run_many_tasks)
    ->Name("pool/many_tasks")
    ->ArgName("threads")
    ->Arg(1)
    ->Arg(2)
    ->UseRealTime();

}  // namespace
}  // namespace corepy

// How tasks of the thread pool are shared: every task once, slots, stealing, nesting, concurrent
// callers, interrupts. That results do not depend on the number of threads is tested with the
// operators; the threads themselves in workers_test.cpp.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <thread>
#include <vector>

#include "thread_pool_fixture.h"

namespace corepy {
namespace {

// ---- the tests' own helper can fail ----

TEST(TallyTest, NoticesRepeatedAndMissingTasksAndSharedSlots) {
  Tally repeated(2, 1);
  repeated.run(0, 0);
  repeated.run(0, 0);
  EXPECT_FALSE(repeated.each_once());
  EXPECT_FALSE(repeated.none_twice());
  Tally shared(2, 1);
  shared.enter(0, 0);
  shared.enter(1, 0);
  EXPECT_TRUE(shared.each_once());
  EXPECT_EQ(shared.faults(), 1);
  Tally outside(1, 1);
  outside.enter(0, 1);
  EXPECT_EQ(outside.faults(), 1);
}

// ---- tasks ----

TEST_F(ThreadPool, RunsEveryTaskOnce) {
  for (const int threads : {1, 2, 3, 7, 16, 17, 40}) {
    for (const std::int64_t tasks : {0, 1, 2, 3, 7, 8, 64, 1000, 4099}) {
      Tally tally(tasks, threads);
      int used = 0;
      EXPECT_TRUE(run_tasks(
          threads, tasks, [&](std::int64_t task, int slot) noexcept { tally.run(task, slot); },
          nullptr, nullptr, &used));
      EXPECT_TRUE(tally.each_once()) << threads << " threads, " << tasks << " tasks";
      EXPECT_EQ(tally.faults(), 0);
      EXPECT_GE(used, 1);
      EXPECT_LE(used, std::max<std::int64_t>(1, std::min<std::int64_t>(threads, tasks)));
    }
  }
}

TEST_F(ThreadPool, StaysRightOverManyShortCalls) {
  for (int call = 0; call < 3000; ++call) {
    const int threads = 2 + call % 3, tasks = 1 + call % 11;
    Tally tally(tasks, threads);
    run_tasks(threads, tasks, [&](std::int64_t task, int slot) noexcept { tally.run(task, slot); });
    ASSERT_TRUE(tally.each_once()) << "call " << call;
    ASSERT_EQ(tally.faults(), 0);
  }
}

TEST_F(ThreadPool, WritesOfTasksAreSeenByTheCaller) {
  std::vector<std::int64_t> values(10000);
  for (int round = 1; round < 20; ++round) {
    run_tasks(4, 100, [&](std::int64_t task, int) noexcept {
      for (std::int64_t i = 100 * task; i < 100 * (task + 1); ++i)
        values[static_cast<std::size_t>(i)] += i;
    });
    for (std::size_t i = 0; i < values.size(); ++i)
      ASSERT_EQ(values[i], round * static_cast<std::int64_t>(i));
  }
}

TEST_F(ThreadPool, HasNoThreadBeforeItIsAskedForTwo) {
  EXPECT_EQ(count_workers(), 0);
  run_tasks(1, 100, [](std::int64_t, int) noexcept {});
  run_tasks(8, 1, [](std::int64_t, int) noexcept {});
  run_tasks(-3, 5, [](std::int64_t, int) noexcept {});
  EXPECT_EQ(count_workers(), 0);
  run_tasks(2, 2, [](std::int64_t, int) noexcept {});
  EXPECT_EQ(count_workers(), 1);
  run_tasks(5, 100, [](std::int64_t, int) noexcept {});
  EXPECT_EQ(count_workers(), 4);
  run_tasks(2, 100, [](std::int64_t, int) noexcept {});
  EXPECT_EQ(count_workers(), 4);
}

TEST_F(ThreadPool, UsesAllThreadsAtOnce) {
  for (const int threads : {2, 3, 7, 33}) {
    int used = 0;
    EXPECT_TRUE(meet(threads, &used)) << threads;
    EXPECT_EQ(used, threads);
  }
}

TEST_F(ThreadPool, StealsFromASlowThread) {
  // The first task lasts until all others are done: the rest of its owner's half must be stolen.
  constexpr std::int64_t tasks = 100;
  std::atomic<std::int64_t> others{0};
  std::atomic<bool> failed{false};
  Tally tally(tasks, 2);
  run_tasks(2, tasks, [&](std::int64_t task, int slot) noexcept {
    tally.enter(task, slot);
    if (task != 0)
      others.fetch_add(1);
    else if (!wait_until([&] { return others.load() == tasks - 1; }))
      failed = true;
    tally.leave(slot);
  });
  EXPECT_FALSE(failed) << "the tasks behind the slow one were not stolen";
  EXPECT_TRUE(tally.each_once());
  EXPECT_EQ(tally.faults(), 0);
}

TEST_F(ThreadPool, GivesEachThreadAContiguousShare) {
  std::vector<int> slot_of(64, -1);
  std::atomic<int> first{0};
  run_tasks(2, 64, [&](std::int64_t task, int slot) noexcept {
    if (task % 32 == 0) {  // nobody steals before both have begun
      first.fetch_add(1);
      wait_until([&] { return first.load() == 2; });
    }
    slot_of[static_cast<std::size_t>(task)] = slot;
  });
  EXPECT_EQ(slot_of[0], 0);
  EXPECT_EQ(slot_of[32], 1);
}

TEST_F(ThreadPool, TakesMoreTasksThanFitIn32Bits) {
  constexpr std::int64_t tasks = std::int64_t{1} << 40;
  std::atomic<std::int64_t> count{0}, from_second_half{0};
  std::atomic<bool> outside{false};
  const auto task = [&](std::int64_t index, int) noexcept {
    if (index < 0 || index >= tasks) outside = true;
    if (index >= tasks / 2) from_second_half.fetch_add(1);
    count.fetch_add(1);
  };
  const StopFunction stop = [](void* seen) noexcept {
    return static_cast<std::atomic<std::int64_t>*>(seen)->load() > 0;
  };
  EXPECT_FALSE(run_tasks(2, tasks, task, stop, &from_second_half));
  EXPECT_FALSE(outside);
  EXPECT_GT(count.load(), 0);
}

// ---- calls within and beside calls ----

TEST_F(ThreadPool, NestedCallsRunOnTheThreadOfTheirTask) {
  constexpr int outer = 20, inner = 50;
  Tally tally(outer * inner, 4);
  std::atomic<int> strangers{0};
  run_tasks(4, outer, [&](std::int64_t task, int slot) noexcept {
    const auto here = std::this_thread::get_id();
    int used = 0;
    run_tasks(
        4, inner,
        [&](std::int64_t inner_task, int inner_slot) noexcept {
          if (inner_slot != 0 || std::this_thread::get_id() != here) strangers.fetch_add(1);
          tally.run(task * inner + inner_task, slot);
        },
        [](void*) noexcept { return true; }, nullptr, &used);
    if (used != 1) strangers.fetch_add(1);
  });
  EXPECT_TRUE(tally.each_once());
  EXPECT_EQ(tally.faults(), 0);
  EXPECT_EQ(strangers.load(), 0);
}

TEST_F(ThreadPool, ConcurrentCallersShareTheWorkers) {
  constexpr int callers = 4, calls = 150;
  std::atomic<int> wrong{0};
  std::vector<std::thread> threads;
  for (int caller = 0; caller < callers; ++caller) {
    threads.emplace_back([&wrong, caller] {
      for (int call = 0; call < calls; ++call) {
        Tally tally(40 + caller, 3);
        run_tasks(3, 40 + caller, [&](std::int64_t task, int slot) noexcept {
          tally.enter(task, slot);
          std::this_thread::yield();
          tally.leave(slot);
        });
        if (!tally.each_once() || tally.faults() != 0) wrong.fetch_add(1);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong.load(), 0);
  EXPECT_LE(count_workers(), 2);
}

TEST_F(ThreadPool, ACallerRunsAloneWhileAllWorkersAreBusy) {
  std::atomic<bool> release{false};
  std::atomic<int> holding{0};
  std::thread holder([&] {
    run_tasks(2, 2, [&](std::int64_t, int) noexcept {
      holding.fetch_add(1);
      wait_until([&] { return release.load(); });
    });
  });
  ASSERT_TRUE(wait_until([&] { return holding.load() == 2; }));
  Tally tally(10, 2);
  int used = 0;
  run_tasks(
      2, 10, [&](std::int64_t task, int slot) noexcept { tally.run(task, slot); }, nullptr, nullptr,
      &used);
  EXPECT_TRUE(tally.each_once());
  EXPECT_EQ(used, 1);
  release = true;
  holder.join();
}

// ---- stopping a call ----

struct StopAfter {
  int asked = 0;
  int allowed;
  std::thread::id caller = std::this_thread::get_id();
  bool elsewhere = false;
  static bool ask(void* context) noexcept {
    auto& self = *static_cast<StopAfter*>(context);
    self.elsewhere |= std::this_thread::get_id() != self.caller;
    return ++self.asked > self.allowed;
  }
};

TEST_F(ThreadPool, StopDropsTasksThatHaveNotBegun) {
  for (const int threads : {1, 2, 5}) {
    constexpr std::int64_t tasks = 100000;
    Tally tally(tasks, threads);
    StopAfter stop{.allowed = 3};
    EXPECT_FALSE(run_tasks(
        threads, tasks,
        [&](std::int64_t task, int slot) noexcept {
          tally.enter(task, slot);
          std::this_thread::sleep_for(100us);
          tally.leave(slot);
        },
        &StopAfter::ask, &stop));
    EXPECT_EQ(stop.asked, 4) << "asked again after it had said stop";
    EXPECT_FALSE(stop.elsewhere);
    EXPECT_TRUE(tally.none_twice());
    EXPECT_GT(tally.count_of(0), 0);
    EXPECT_EQ(tally.faults(), 0);
  }
  EXPECT_TRUE(meet(5)) << "the pool is as it was";
}

TEST_F(ThreadPool, StopIsAskedWhileTheCallerWaits) {
  // The caller's own task ends at once; the worker's lasts until the caller was asked twice more.
  struct State {
    std::atomic<int> asked{0};
    std::atomic<bool> began{false};
  } state;
  const auto task = [&](std::int64_t, int slot) noexcept {
    if (slot == 0) {
      wait_until([&] { return state.began.load(); });
    } else {
      state.began = true;
      wait_until([&] { return state.asked.load() >= 3; });
    }
  };
  const StopFunction stop = [](void* context) noexcept {
    return static_cast<State*>(context)->asked.fetch_add(1) >= 2;
  };
  EXPECT_FALSE(run_tasks(2, 2, task, stop, &state));
  EXPECT_GE(state.asked.load(), 3);
}

}  // namespace
}  // namespace corepy

// The thread pool: every task once, slots, stealing, nesting, concurrent callers, interrupts,
// forks, refused threads. That results do not depend on the number of threads is tested with the
// operators.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <ctime>
#include <string>
#include <thread>
#include <vector>
#ifndef _WIN32
#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#endif
#if defined(__SSE2__)
#include <xmmintrin.h>
#endif

#include "corepy/runtime/affinity.h"
#include "corepy/runtime/allocator.h"
#include "corepy/runtime/thread_pool.h"

namespace corepy {
namespace {

using namespace std::chrono_literals;

// Whether `done` came true in time; a failing test ends instead of hanging.
template <class Done>
bool wait_until(const Done& done, std::chrono::milliseconds limit = 20s) {
  const auto end = std::chrono::steady_clock::now() + limit;
  while (!done()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::yield();
  }
  return true;
}

// How often each task ran, and whether two tasks of one slot ever ran at once.
class Tally {
 public:
  Tally(std::int64_t tasks, int slots)
      : runs_(static_cast<std::size_t>(tasks)), slot_busy_(static_cast<std::size_t>(slots)) {}
  void enter(std::int64_t task, int slot) {
    runs_[static_cast<std::size_t>(task)].fetch_add(1);
    if (slot < 0 || slot >= static_cast<int>(slot_busy_.size()))
      faults_.fetch_add(1);
    else
      faults_.fetch_add(slot_busy_[static_cast<std::size_t>(slot)].exchange(1));
  }
  void leave(int slot) { slot_busy_[static_cast<std::size_t>(slot)].store(0); }
  void run(std::int64_t task, int slot) {
    enter(task, slot);
    leave(slot);
  }

  bool each_once() const { return count_of(1) == static_cast<std::int64_t>(runs_.size()); }
  bool none_twice() const { return count_of(0) + count_of(1) == std::int64_t(runs_.size()); }
  std::int64_t count_of(int times) const {
    std::int64_t count = 0;
    for (const auto& runs : runs_) count += runs.load() == times ? 1 : 0;
    return count;
  }
  int faults() const { return faults_.load(); }

 private:
  std::vector<std::atomic<int>> runs_;
  std::vector<std::atomic<int>> slot_busy_;
  std::atomic<int> faults_{0};
};

// Two tasks or more that each wait for another thread: proof that `thread_count` threads take part.
bool meet(int thread_count, int* used = nullptr) {
  std::atomic<int> arrived{0};
  std::atomic<bool> failed{false};
  const auto task = [&](std::int64_t, int) noexcept {
    arrived.fetch_add(1);
    if (!wait_until([&] { return arrived.load() == thread_count; })) failed = true;
  };
  return run_tasks(thread_count, thread_count, task, nullptr, nullptr, used) && !failed;
}

class ThreadPool : public testing::Test {
 protected:
  ~ThreadPool() override {
    set_pinning(false);
    stop_workers();
  }
};

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

// ---- workers ----

TEST_F(ThreadPool, WorkersStopAndComeBack) {
  for (int round = 0; round < 5; ++round) {
    EXPECT_TRUE(meet(3));
    EXPECT_EQ(count_workers(), 2);
    stop_workers();
    EXPECT_EQ(count_workers(), 0);
    stop_workers();
  }
}

TEST_F(ThreadPool, StoppingWorkersLosesNoTask) {
  std::atomic<bool> done{false};
  std::thread stopper([&] {
    while (!done.load()) {
      stop_workers();
      std::this_thread::sleep_for(50us);
    }
  });
  for (int call = 0; call < 300; ++call) {
    Tally tally(30, 3);
    run_tasks(3, 30, [&](std::int64_t task, int slot) noexcept { tally.run(task, slot); });
    EXPECT_TRUE(tally.each_once());
    EXPECT_EQ(tally.faults(), 0);
  }
  done = true;
  stopper.join();
}

TEST_F(ThreadPool, StoppingFromInsideATaskDoesNotHang) {
  Tally tally(100, 3);
  run_tasks(3, 100, [&](std::int64_t task, int slot) noexcept {
    tally.enter(task, slot);
    if (task % 10 == 0) stop_workers();
    tally.leave(slot);
  });
  EXPECT_TRUE(tally.each_once());
}

TEST_F(ThreadPool, WorkersSleepWhenIdle) {
  ASSERT_TRUE(meet(3));
  std::this_thread::sleep_for(20ms);
  const std::clock_t before = std::clock();
  std::this_thread::sleep_for(200ms);
  const double cpu_seconds = static_cast<double>(std::clock() - before) / CLOCKS_PER_SEC;
  EXPECT_LT(cpu_seconds, 0.02);
  EXPECT_TRUE(meet(3)) << "and wake again";
}

TEST_F(ThreadPool, WorkersHaveAStackForKernels) {
  std::atomic<int> sum{0};
  const auto task = [&](std::int64_t, int) noexcept {
    volatile char frame[1000 * 1024];
    for (std::size_t i = 0; i < sizeof frame; i += 1024) frame[i] = 1;
    for (std::size_t i = 0; i < sizeof frame; i += 1024) sum.fetch_add(frame[i]);
  };
  run_tasks(4, 8, task);
  EXPECT_EQ(sum.load(), 8 * 1000);
}

#if defined(__SSE2__)
TEST_F(ThreadPool, WorkersRunInTheDefaultFloatEnvironment) {
  const unsigned saved = _mm_getcsr();
  _mm_setcsr(saved | 0x8040);  // FTZ and DAZ: a new thread inherits them
  std::atomic<int> arrived{0}, wrong{0};
  run_tasks(3, 3, [&](std::int64_t, int slot) noexcept {
    arrived.fetch_add(1);
    wait_until([&] { return arrived.load() == 3; });
    volatile float smallest = 1e-38f;
    const bool flushed = smallest * 0.25f == 0.0f;
    if (slot != 0 && (flushed || (_mm_getcsr() & 0xffc0) != 0x1f80)) wrong.fetch_add(1);
  });
  EXPECT_EQ(_mm_getcsr() & 0xffc0, (saved | 0x8040) & 0xffc0) << "the caller's is its own";
  _mm_setcsr(saved);
  EXPECT_EQ(wrong.load(), 0);
}
#endif

#ifdef __linux__
TEST_F(ThreadPool, PinnedWorkersHaveACpuEach) {
  const int cpus = Affinity::of_this_thread().count();
  ASSERT_GT(cpus, 0);
  const auto counts_of_workers = [&](int expected) {
    std::atomic<int> arrived{0}, wrong{0};
    run_tasks(3, 3, [&](std::int64_t, int slot) noexcept {
      arrived.fetch_add(1);
      wait_until([&] { return arrived.load() == 3; });
      const int count = Affinity::of_this_thread().count();
      if (count != (slot == 0 ? cpus : expected)) wrong.fetch_add(1);
    });
    return wrong.load();
  };
  EXPECT_EQ(counts_of_workers(cpus), 0);
  set_pinning(true);
  EXPECT_EQ(counts_of_workers(1), 0);
  set_pinning(false);
  EXPECT_EQ(counts_of_workers(cpus), 0);
}

TEST_F(ThreadPool, WorkersAreNamedAndBlockSignals) {
  std::atomic<int> arrived{0}, wrong{0};
  run_tasks(2, 2, [&](std::int64_t, int slot) noexcept {
    arrived.fetch_add(1);
    wait_until([&] { return arrived.load() == 2; });
    if (slot == 0) return;
    char name[32] = {};
    pthread_getname_np(pthread_self(), name, sizeof name);
    sigset_t blocked;
    pthread_sigmask(SIG_BLOCK, nullptr, &blocked);
    const bool as_promised = std::string(name) == "corepy-1" && sigismember(&blocked, SIGINT) &&
                             sigismember(&blocked, SIGCHLD) && !sigismember(&blocked, SIGSEGV);
    if (!as_promised) wrong.fetch_add(1);
  });
  EXPECT_EQ(wrong.load(), 0);
  sigset_t blocked;
  pthread_sigmask(SIG_BLOCK, nullptr, &blocked);
  EXPECT_FALSE(sigismember(&blocked, SIGINT)) << "the caller's mask is its own";
}
#endif

// ---- forks ----

#ifndef _WIN32

// The child's exit status, or -1 if it did not end in time (and is killed).
int wait_for_child(pid_t child) {
  int status = 0;
  const bool ended = wait_until([&] { return waitpid(child, &status, WNOHANG) == child; });
  if (!ended) {
    kill(child, SIGKILL);
    waitpid(child, &status, 0);
    return -1;
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : -2;
}

// The thread sanitizer ends a child of a threaded process that starts threads: under it, children
// check what they inherit and run tasks on the one thread they have.
#if defined(__SANITIZE_THREAD__)
constexpr int child_threads = 1;
#else
constexpr int child_threads = 3;
#endif

// What a child does: 0 where the pool works as in a fresh process.
int use_pool_in_child() {
  if (count_workers() != 0) return 1;
  if (!meet(child_threads)) return 2;
  Tally tally(100, child_threads);
  run_tasks(child_threads, 100,
            [&](std::int64_t task, int slot) noexcept { tally.run(task, slot); });
  if (!tally.each_once() || tally.faults() != 0) return 3;
  stop_workers();
  return count_workers() == 0 ? 0 : 4;
}

int fork_and_use_pool() {
  const pid_t child = fork();
  if (child == 0) _exit(use_pool_in_child());
  return wait_for_child(child);
}

TEST_F(ThreadPool, AForkedChildStartsAfresh) {
  EXPECT_EQ(fork_and_use_pool(), 0) << "before any worker";
  ASSERT_TRUE(meet(3));
  EXPECT_EQ(fork_and_use_pool(), 0) << "workers awake";
  std::this_thread::sleep_for(5ms);
  EXPECT_EQ(fork_and_use_pool(), 0) << "workers asleep";
  EXPECT_TRUE(meet(3)) << "the parent's pool is as it was";
  EXPECT_EQ(count_workers(), 2);
}

TEST_F(ThreadPool, AChildMayForkAgain) {
  ASSERT_TRUE(meet(2));
  const pid_t child = fork();
  if (child == 0) _exit(meet(child_threads) ? fork_and_use_pool() : 9);
  EXPECT_EQ(wait_for_child(child), 0);
}

TEST_F(ThreadPool, ForkingWhileAnotherThreadRunsTasks) {
  std::atomic<bool> done{false};
  std::atomic<int> wrong{0};
  std::thread busy([&] {
    while (!done.load()) {
      Tally tally(50, 3);
      run_tasks(3, 50, [&](std::int64_t task, int slot) noexcept {
        tally.enter(task, slot);
        std::int64_t bytes = 1024;
        void* block = allocate_block("test", bytes);
        std::this_thread::sleep_for(10us);
        free_block(block, bytes);
        tally.leave(slot);
      });
      if (!tally.each_once() || tally.faults() != 0) wrong.fetch_add(1);
    }
  });
  for (int i = 0; i < 15; ++i) EXPECT_EQ(fork_and_use_pool(), 0) << "fork " << i;
  done = true;
  busy.join();
  EXPECT_EQ(wrong.load(), 0);
}

// A signal handler of the host may fork while the caller asks `stop`.
struct ForkWhenAsked {
  pid_t child = -1;
  bool in_child = false;
  int nested_faults = 0;
  static bool ask(void* context) noexcept {
    auto& self = *static_cast<ForkWhenAsked*>(context);
    if (self.child != -1) return false;
    self.child = fork();
    self.in_child = self.child == 0;
    Tally nested(20, 3);  // and it may use the pool
    run_tasks(3, 20, [&](std::int64_t task, int slot) noexcept { nested.run(task, slot); });
    self.nested_faults = nested.each_once() ? 0 : 1;
    return false;
  }
};

TEST_F(ThreadPool, ForkingAmidACallEndsItInBothProcesses) {
  for (int round = 0; round < 10; ++round) {
    Tally tally(400, 3);
    ForkWhenAsked forking;
    const bool completed = run_tasks(
        3, 400,
        [&](std::int64_t task, int slot) noexcept {
          tally.enter(task, slot);
          std::this_thread::sleep_for(20us);
          tally.leave(slot);
        },
        &ForkWhenAsked::ask, &forking);
    const bool right = completed && tally.each_once() && forking.nested_faults == 0;
    if (forking.in_child) _exit(right ? use_pool_in_child() : 8);
    EXPECT_TRUE(right);
    EXPECT_EQ(wait_for_child(forking.child), 0);
  }
  EXPECT_TRUE(meet(3)) << "the parent's workers are back";
}

#endif

// ---- refused threads ----

#ifdef __linux__

// In a child, since limits cannot be raised again. Root is exempt, so it becomes somebody with no
// other process. The child itself is that user's first thread; a sanitizer may have one too.
int use_pool_with_refused_threads() {
  rlim_t allowed = 0;
  if (geteuid() == 0) {
    const auto stranger = static_cast<uid_t>(400000000 + getpid());
    if (setresuid(stranger, stranger, stranger) != 0) return 1;
    allowed = 4;
  }
  const rlimit limit{allowed, allowed};
  if (setrlimit(RLIMIT_NPROC, &limit) != 0) return 2;
  for (int call = 0; call < 20; ++call) {
    Tally tally(200, 8);
    int used = 0;
    const bool completed = run_tasks(
        8, 200, [&](std::int64_t task, int slot) noexcept { tally.run(task, slot); }, nullptr,
        nullptr, &used);
    if (!completed || !tally.each_once() || tally.faults() != 0) return 3;
    if (used > std::max<int>(1, static_cast<int>(allowed))) return 4;
  }
  const int workers = count_workers();
  if (allowed == 0) return workers == 0 ? 0 : 5;
  if (workers < 1 || workers > 3) return 6;
  return meet(workers + 1) ? 0 : 7;
}

TEST_F(ThreadPool, RefusedThreadsLeaveTheOthersToWork) {
  const pid_t child = fork();
  if (child == 0) _exit(use_pool_with_refused_threads());
  EXPECT_EQ(wait_for_child(child), 0);
}

#endif

}  // namespace
}  // namespace corepy

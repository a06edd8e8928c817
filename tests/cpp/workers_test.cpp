// The threads of the pool: started, stopped, asleep, refused, pinned, forked.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <ctime>
#include <string>
#include <thread>
#ifndef _WIN32
#include <pthread.h>
#include <sys/resource.h>
#endif
#if defined(__SSE2__)
#include <xmmintrin.h>
#endif

#include "corepy/runtime/affinity.h"
#include "corepy/runtime/allocator.h"
#include "thread_pool_fixture.h"

namespace corepy {
namespace {

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

// Threads use corepy's allocator amid the forks, but not malloc: libasan, unlike the C library,
// leaves a child the locks of a malloc that another thread was in.
TEST_F(ThreadPool, ForkingWhileAnotherThreadRunsTasks) {
  std::atomic<bool> warm{false}, done{false};
  std::atomic<int> wrong{0};
  std::thread busy([&] {
    const auto use_allocator = [] {
      std::int64_t bytes = 1024;
      void* block = allocate_block("test", bytes);
      std::this_thread::sleep_for(10us);
      free_block(block, bytes);
    };
    // Each thread's own cache has a block from here on.
    std::atomic<int> arrived{0};
    run_tasks(3, 3, [&](std::int64_t, int) noexcept {
      use_allocator();
      arrived.fetch_add(1);
      if (!wait_until([&] { return arrived.load() == 3; })) wrong.fetch_add(1);
    });
    Tally tally(50, 3);
    warm = true;
    while (!done.load()) {
      tally.clear();
      run_tasks(3, 50, [&](std::int64_t task, int slot) noexcept {
        tally.enter(task, slot);
        use_allocator();
        tally.leave(slot);
      });
      if (!tally.each_once() || tally.faults() != 0) wrong.fetch_add(1);
    }
  });
  EXPECT_TRUE(wait_until([&] { return warm.load(); }));
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

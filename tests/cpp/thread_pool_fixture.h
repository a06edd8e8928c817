// What the tests of the thread pool share: waiting with a limit, tallies of tasks, children.
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <thread>
#include <vector>
#ifndef _WIN32
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>
#endif

#include "corepy/runtime/thread_pool.h"

namespace corepy {

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
  void clear() {
    for (auto& runs : runs_) runs = 0;
  }
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
inline bool meet(int thread_count, int* used = nullptr) {
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

#ifndef _WIN32
// The child's exit status, or -1 if it did not end in time (and is killed).
inline int wait_for_child(pid_t child) {
  int status = 0;
  const bool ended = wait_until([&] { return waitpid(child, &status, WNOHANG) == child; });
  if (!ended) {
    kill(child, SIGKILL);
    waitpid(child, &status, 0);
    return -1;
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : -2;
}
#endif

}  // namespace corepy

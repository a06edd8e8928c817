// The threads of the pool: started on demand, asleep between jobs, stopped together, forgotten by a
// forked child. What a job is, and how its tasks are shared, is in thread_pool.cpp; private to it.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>

#include "corepy/runtime/native_thread.h"

namespace corepy {

struct Job;

// What thread_pool.cpp does: runs a worker's part of a job; tells the job that the worker has left
// it; has the calling thread's job ready for a fork.
void work_for(Job& job, int slot) noexcept;
void leave(Job& job) noexcept;
void prepare_job_for_fork() noexcept;

// Never freed, so that a caller may ask a worker for a job back at any time.
class alignas(128) Worker {
 public:
  Worker(int number, std::atomic<std::int64_t>& spin_ns) noexcept
      : number_(number), spin_ns_(spin_ns) {}

  // ---- by a caller: reserve, then give ----
  bool reserve() noexcept;
  void give(Job& job, int slot) noexcept;
  // Takes a job back that the worker has not begun; false where it has, or is done with it.
  bool recall(const Job& job) noexcept;

  // ---- by workers.cpp; start and ask_to_stop under its lifecycle lock ----
  bool start() noexcept;
  void ask_to_stop() noexcept;
  void join() noexcept { thread_.join(); }  // after the job at hand

  // Under the same lock. `stopper` tells apart two threads that stop workers at once.
  enum class State { absent, running, stopping } state = State::absent;
  std::uint64_t stopper = 0;

 private:
  // A mailbox holds one of these or a job's address. `absent`: no thread is there yet, or it ended.
  enum : std::uintptr_t { absent, idle, reserved, busy, first_address };

  static void* run(void* worker) noexcept;
  void wake() noexcept;
  Job* wait_for_job() noexcept;
  bool has_news() const noexcept;
  void sleep() noexcept;

  std::atomic<std::uintptr_t> mailbox_{absent};
  std::atomic<bool> asleep_{false};
  std::atomic<bool> stop_{false};
  int slot_ = 0;  // of the job in the mailbox
  const int number_;
  std::atomic<std::int64_t>& spin_ns_;
  std::mutex mutex_;
  std::condition_variable condition_;
  NativeThread thread_;
};

// Whether the calling thread is a worker.
bool is_worker() noexcept;

// Starts workers until there are `wanted`, as far as the system lets us.
void ensure_workers(int wanted) noexcept;
// Reserves the first idle worker from `index` on, or null; `index` becomes the one after it. The
// same workers come first in every call: their caches hold what the last one left.
Worker* reserve_worker(int& index) noexcept;

// How long to spin before sleeping: nothing where threads share CPUs.
std::chrono::nanoseconds spin_limit() noexcept;

// Where callers sleep until the last worker has left their job. Never destroyed: that worker may
// still be in it when the caller is gone.
struct Lounge {
  std::mutex mutex;
  std::condition_variable condition;
};
Lounge& lounge() noexcept;

}  // namespace corepy

// The frame of long work: the host's lock released, interrupts polled, tasks shared by the threads
// that the settings allow. Tasks' boundaries depend on shapes only, so that no bit of a result
// depends on how many threads there are.
#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <span>
#include <thread>
#include <vector>

#include "corepy/core/tensor.h"
#include "corepy/dispatch/dispatch.h"
#include "corepy/runtime/thread_pool.h"

namespace corepy {

// Work under this many bytes keeps the host's lock and cannot be interrupted: it takes some tens of
// microseconds.
inline constexpr std::int64_t blocking_work_bytes = 1 << 18;

// Whether the user wants to stop. The host is asked at most every 20 ms, and by the thread that
// made this only: asking takes the host's lock, which other threads may hold for longer than a task
// takes. The others learn it from what that thread was told.
class StopRequest {
 public:
  static bool ask(void* request) noexcept { return static_cast<StopRequest*>(request)->ask_now(); }
  bool is_made() const noexcept { return is_made_.load(std::memory_order_relaxed); }

 private:
  using Clock = std::chrono::steady_clock;
  bool ask_now() noexcept;

  std::thread::id owner_ = std::this_thread::get_id();
  std::atomic<bool> is_made_{false};
  Clock::time_point next_{};
};

// Releases the host's lock for long work. Without the lock another thread may write to an operand,
// which replaces the storage, offset and strides of its Tensor, or drop it: so the work reads
// operands() only, copies that share the storage (whoever writes finds it shared and copies) and
// that nobody else can reach.
class BlockingRegion {
 public:
  // Work that writes to a tensor which others can reach keeps the lock, and cannot be interrupted:
  // nobody sees it half done.
  enum class Lock : std::uint8_t { release, keep };
  // `work_bytes`: what the work costs, as bytes moved at memory speed; 0 keeps the lock, and one
  // thread, whatever it costs.
  BlockingRegion(Operation& operation, std::int64_t work_bytes,
                 std::span<const Tensor* const> operands, Lock lock = Lock::release)
      : operation_(operation), operands_(operands), work_bytes_(work_bytes) {
    if (work_bytes >= blocking_work_bytes && host_hooks.release_lock != nullptr &&
        lock == Lock::release) {
      release();
    }
  }
  ~BlockingRegion() {
    if (released_) host_hooks.reacquire_lock(state_);
  }
  BlockingRegion(const BlockingRegion&) = delete;
  BlockingRegion& operator=(const BlockingRegion&) = delete;
  // What the work reads, in the order given.
  std::span<const Tensor* const> operands() const noexcept { return operands_; }

  // How many threads the work is worth, 1 for small work; slots of run() are below it.
  int thread_count() const noexcept {
    return work_bytes_ < parallel_work_bytes ? 1 : count_threads();
  }
  // The same for work that is cut into so many tasks.
  int thread_count(std::int64_t tasks) const noexcept {
    return static_cast<int>(std::clamp<std::int64_t>(tasks, 1, thread_count()));
  }
  // task(index, slot) for every index in [0, count): each once, in any order, on thread_count()
  // threads at most. A slot is one thread's at a time. Tasks throw nothing. Fails when the user
  // interrupts; tasks that did not begin are then left out. A dry run notes the threads and runs
  // none.
  template <class Task>
  void run(std::int64_t count, const Task& task) {
    run_tasks_of(count, &call_task<Task>, const_cast<Task*>(&task));
  }

  // For tasks that go on for long by themselves: asked with stop_request(), it says whether they
  // should end early. run() then fails. Null where the user cannot be asked.
  StopFunction stop_function() const noexcept {
    return released_ && host_hooks.is_interrupted != nullptr ? &StopRequest::ask : nullptr;
  }
  void* stop_request() noexcept { return &stop_request_; }

  // As run() in a dry run does.
  void note_threads(std::int64_t tasks) noexcept {
    DispatchRecord& record = operation_.record();
    record.threads = std::max(record.threads, static_cast<std::uint16_t>(thread_count(tasks)));
  }

  // For work that is no list of tasks: as run() does between them.
  void poll(std::int64_t work_bytes) {
    if (released_) poll_released(work_bytes);
  }

 private:
  // Below it a second thread is not worth waking: it costs some ten microseconds.
  static constexpr std::int64_t parallel_work_bytes = std::int64_t{1} << 20;
  static constexpr std::int64_t work_bytes_per_thread = std::int64_t{1} << 18;

  void release();
  int count_threads() const noexcept;
  void run_tasks_of(std::int64_t count, TaskFunction task, void* context);
  void poll_released(std::int64_t work_bytes);
  void end_if_stopped() const;

  Operation& operation_;
  std::span<const Tensor* const> operands_;
  std::int64_t work_bytes_;
  std::vector<Tensor> copies_;
  std::vector<const Tensor*> pointers_;
  void* state_ = nullptr;
  bool released_ = false;
  std::int64_t since_poll_ = 0;
  StopRequest stop_request_;
};

}  // namespace corepy

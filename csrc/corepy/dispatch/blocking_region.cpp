// The frame of long work.
#include "corepy/dispatch/blocking_region.h"

#include <algorithm>

#include "corepy/core/error.h"
#include "corepy/runtime/cpu_quota.h"

namespace corepy {
namespace {

// So many take part where they are asked for, whatever the CPUs. Beyond, they would take turns on
// them, each with a workspace of its own.
constexpr int few_threads = 8;
int count_useful_threads() noexcept {
  static const int useful = std::max(few_threads, 2 * count_usable_cpus());
  return useful;
}

}  // namespace

bool StopRequest::ask_now() noexcept {
  if (is_made() || std::this_thread::get_id() != owner_) return is_made();
  const auto now = Clock::now();
  if (now < next_) return false;
  // The first question only starts the clock: most work has ended before the second.
  const bool is_first = next_ == Clock::time_point{};
  next_ = now + std::chrono::milliseconds(20);
  if (is_first || !host_hooks.is_interrupted()) return false;
  is_made_.store(true, std::memory_order_relaxed);
  return true;
}

void BlockingRegion::release() {
  operation_.note_flag(record_gil_released);
  if (operation_.is_dry_run()) return;
  copies_.reserve(operands_.size());
  for (const Tensor* operand : operands_) copies_.push_back(*operand);
  for (const Tensor& copy : copies_) pointers_.push_back(&copy);
  operands_ = pointers_;
  state_ = host_hooks.release_lock();
  released_ = true;
}

int BlockingRegion::count_threads() const noexcept {
  const int asked = std::max(1, operation_.settings().num_threads());
  const int allowed = asked <= few_threads ? asked : std::min(asked, count_useful_threads());
  return static_cast<int>(std::min<std::int64_t>(allowed, work_bytes_ / work_bytes_per_thread));
}

void BlockingRegion::run_tasks_of(std::int64_t count, TaskFunction task, void* context) {
  const int threads = thread_count(count);
  if (operation_.is_dry_run()) return note_threads(count);
  if (threads <= 1) {
    const std::int64_t task_bytes = work_bytes_ / std::max<std::int64_t>(count, 1);
    for (std::int64_t i = 0; i < count; ++i) {
      task(context, i, 0);
      poll(task_bytes);
    }
    return;
  }
  int used = 1;
  run_tasks(threads, count, task, context, stop_function(), stop_request(), &used);
  DispatchRecord& record = operation_.record();
  record.threads = std::max(record.threads, static_cast<std::uint16_t>(used));
  end_if_stopped();
}

void BlockingRegion::poll_released(std::int64_t work_bytes) {
  // Reading the clock takes some tens of nanoseconds.
  constexpr std::int64_t poll_bytes = std::int64_t{1} << 20;
  since_poll_ += work_bytes;
  if (since_poll_ >= poll_bytes && stop_function() != nullptr) {
    since_poll_ = 0;
    StopRequest::ask(&stop_request_);
  }
  end_if_stopped();
}

void BlockingRegion::end_if_stopped() const {
  if (stop_request_.is_made()) fail(ErrorKind::interrupted, "interrupted");
}

}  // namespace corepy

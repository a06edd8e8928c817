// A call's tasks: cut into shares, given to workers, stolen, waited for.
#include "corepy/runtime/thread_pool.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <memory>
#include <new>

#include "corepy/runtime/spin_wait.h"
#include "corepy/runtime/task_share.h"
#include "corepy/runtime/workers.h"

namespace corepy {
namespace {

// How long a caller sleeps before it asks `stop` and looks for tasks again.
constexpr std::chrono::milliseconds longest_sleep{5};
// Shares count in 32 bits; longer lists go in groups.
constexpr std::int64_t max_group_count = std::int64_t{1} << 31;
constexpr int inline_slot_count = 16;

// A participant; slot 0 is the caller. Two cache lines, since processors fetch lines in pairs.
struct alignas(128) JobSlot {
  TaskShare share;
  Worker* worker = nullptr;
};

}  // namespace

// Lies on its caller's stack: a worker touches it from taking it out of the mailbox until leave().
struct Job {
  enum class Order : int {
    work,
    workers_leave,  // after the group at hand; the caller does the rest
    drop            // everybody leaves after the task at hand
  };
  // Set in `members` while the caller sleeps: the last worker must not touch the job after leaving.
  static constexpr std::uint32_t caller_sleeps = std::uint32_t{1} << 31;

  TaskFunction run;
  void* context;
  std::int64_t task_count;
  std::int64_t group_size;  // tasks that are taken together
  JobSlot* slots;
  int slot_count = 1;
  std::atomic<Order> order{Order::work};
  std::atomic<int> threads_used{0};
  alignas(128) std::atomic<std::uint32_t> members{0};  // workers that have the job

  Order current_order() const noexcept { return order.load(std::memory_order_relaxed); }
  bool everybody_left() const noexcept {
    return (members.load(std::memory_order_acquire) & ~caller_sleeps) == 0;
  }
  void divide() noexcept;
  bool take_group(int slot, std::uint32_t& group) noexcept;
  template <class GoesOn>
  bool run_group(std::uint32_t group, int slot, const GoesOn& goes_on) noexcept;
};

namespace {

thread_local constinit Job* own_job = nullptr;  // the one that this thread is the caller of

}  // namespace

// ---- tasks ----

void Job::divide() noexcept {
  const auto groups = static_cast<std::uint64_t>((task_count + group_size - 1) / group_size);
  const auto count = static_cast<std::uint64_t>(slot_count);
  for (std::uint64_t i = 0; i < count; ++i)
    slots[i].share.assign({static_cast<std::uint32_t>(groups * i / count),
                           static_cast<std::uint32_t>(groups * (i + 1) / count)});
}

// From the slot's own share, refilled from the next one that has tasks. No when none is seen: some
// may be in the hands of a thief, who runs them.
bool Job::take_group(int slot, std::uint32_t& group) noexcept {
  TaskShare& own = slots[slot].share;
  for (;;) {
    if (own.take_front(group)) return true;
    TaskRange stolen;
    for (int i = 1; i < slot_count && stolen.empty(); ++i)
      stolen = slots[(slot + i) % slot_count].share.take_back_half();
    if (stolen.empty()) return false;
    own.assign(stolen);
  }
}

// `goes_on` is asked after each task; a no leaves the rest of the group undone.
template <class GoesOn>
bool Job::run_group(std::uint32_t group, int slot, const GoesOn& goes_on) noexcept {
  const std::int64_t begin = group * group_size, end = std::min(begin + group_size, task_count);
  for (std::int64_t task = begin; task < end; ++task) {
    run(context, task, slot);
    if (!goes_on()) return false;
  }
  return true;
}

// ---- a worker's side ----

void work_for(Job& job, int slot) noexcept {
  std::uint32_t group;
  bool used = false;
  while (job.current_order() == Job::Order::work && job.take_group(slot, group)) {
    used = true;
    job.run_group(group, slot, [&job] { return job.current_order() != Job::Order::drop; });
  }
  if (used) job.threads_used.fetch_add(1, std::memory_order_relaxed);
}

void leave(Job& job) noexcept {
  const std::uint32_t before = job.members.fetch_sub(1, std::memory_order_acq_rel);
  if (before != (Job::caller_sleeps | 1)) return;
  Lounge& place = lounge();
  {
    const std::lock_guard lock(place.mutex);
  }  // the caller waits by now, or has not yet looked
  place.condition.notify_all();
}

// ---- the caller's side ----

namespace {

// Takes the job back from workers that have not begun it: they may be asleep for long on a busy
// machine, and nothing is left for them to do.
void recall_idle_workers(Job& job) noexcept {
  for (int i = 1; i < job.slot_count; ++i)
    if (job.slots[i].worker->recall(job)) job.members.fetch_sub(1, std::memory_order_relaxed);
}

// Spins, then sleeps a few milliseconds at most; whether everybody has left.
bool wait_for_workers(Job& job) noexcept {
  if (spin_until(spin_limit(), [&job] { return job.everybody_left(); })) return true;
  Lounge& place = lounge();
  std::unique_lock lock(place.mutex);
  job.members.fetch_or(Job::caller_sleeps, std::memory_order_acq_rel);
  place.condition.wait_for(lock, longest_sleep, [&job] { return job.everybody_left(); });
  job.members.fetch_and(~Job::caller_sleeps, std::memory_order_acq_rel);
  return job.everybody_left();
}

class Call {
 public:
  Call(Job& job, StopFunction stop, void* stop_context) noexcept
      : job_(job), stop_(stop), stop_context_(stop_context) {
    own_job = &job;
  }
  ~Call() { own_job = nullptr; }
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;

  bool run() noexcept {
    do {
      work();
      recall_idle_workers(job_);
    } while (!wait_for_workers(job_) && goes_on());
    while (!wait_for_workers(job_)) {
    }
    return !stopped_;
  }

 private:
  void work() noexcept {
    std::uint32_t group;
    while (!stopped_ && job_.take_group(0, group)) {
      if (!used_) job_.threads_used.fetch_add(1, std::memory_order_relaxed);
      used_ = true;
      job_.run_group(group, 0, [this] { return goes_on(); });
    }
  }
  bool goes_on() noexcept {
    if (stopped_ || stop_ == nullptr || !stop_(stop_context_)) return !stopped_;
    job_.order.store(Job::Order::drop, std::memory_order_relaxed);
    stopped_ = true;
    return false;
  }

  Job& job_;
  const StopFunction stop_;
  void* const stop_context_;
  bool stopped_ = false;
  bool used_ = false;
};

// Reserves workers for the slots after the first, as many as are idle.
void hire_workers(Job& job, int wanted) noexcept {
  ensure_workers(wanted);
  int index = 0;
  while (job.slot_count <= wanted) {
    Worker* worker = reserve_worker(index);
    if (worker == nullptr) break;
    job.slots[job.slot_count++].worker = worker;
  }
}

void give_to_workers(Job& job) noexcept {
  job.members.store(static_cast<std::uint32_t>(job.slot_count - 1), std::memory_order_relaxed);
  for (int i = 1; i < job.slot_count; ++i) job.slots[i].worker->give(job, i);
}

bool run_alone(std::int64_t task_count, TaskFunction run, void* context, StopFunction stop,
               void* stop_context) noexcept {
  for (std::int64_t task = 0; task < task_count; ++task) {
    run(context, task, 0);
    if (stop != nullptr && stop(stop_context)) return false;
  }
  return true;
}

// Room for a participant each: on the stack for the usual numbers of them.
class SlotArray {
 public:
  explicit SlotArray(int count) noexcept {
    if (count <= inline_slot_count) return;
    large_.reset(new (std::nothrow) JobSlot[static_cast<std::size_t>(count)]);
    if (large_ != nullptr) capacity_ = count;
  }
  JobSlot* data() noexcept { return large_ != nullptr ? large_.get() : inline_; }
  int capacity() const noexcept { return capacity_; }

 private:
  JobSlot inline_[inline_slot_count];
  std::unique_ptr<JobSlot[]> large_;
  int capacity_ = inline_slot_count;
};

}  // namespace

// A signal handler that `stop` ran may fork amid a job. The child would lack the workers and what
// they had begun, so they end that and leave; in both processes the caller goes on alone.
void prepare_job_for_fork() noexcept {
  Job* job = own_job;
  if (job == nullptr) return;
  job->order.store(Job::Order::workers_leave, std::memory_order_relaxed);
  recall_idle_workers(*job);
  while (!wait_for_workers(*job)) {
  }
}

bool run_tasks(int thread_count, std::int64_t task_count, TaskFunction run, void* context,
               StopFunction stop, void* stop_context, int* threads_used) noexcept {
  if (threads_used != nullptr) *threads_used = 1;
  const bool nested = own_job != nullptr || is_worker();
  if (nested) stop = nullptr;
  const auto wanted =
      static_cast<int>(std::min<std::int64_t>({thread_count, task_count, max_thread_count}));
  if (wanted <= 1 || nested) return run_alone(task_count, run, context, stop, stop_context);

  SlotArray slots(wanted);
  const std::int64_t group_size = (task_count - 1) / max_group_count + 1;
  Job job{run, context, task_count, group_size, slots.data()};
  hire_workers(job, std::min(wanted, slots.capacity()) - 1);
  if (job.slot_count == 1) return run_alone(task_count, run, context, stop, stop_context);
  job.divide();
  give_to_workers(job);
  const bool completed = Call(job, stop, stop_context).run();
  if (threads_used != nullptr)
    *threads_used = std::max(1, job.threads_used.load(std::memory_order_relaxed));
  return completed;
}

}  // namespace corepy

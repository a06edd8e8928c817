// The threads of the pool: mailboxes, sleeping and waking, starting and stopping, fork.
#include "corepy/runtime/workers.h"

#include <new>
#ifndef _WIN32
#include <pthread.h>
#endif

#include "corepy/runtime/affinity.h"
#include "corepy/runtime/allocator.h"
#include "corepy/runtime/cpu_quota.h"
#include "corepy/runtime/float_environment.h"
#include "corepy/runtime/spin_wait.h"
#include "corepy/runtime/thread_pool.h"

namespace corepy {
namespace {

using Clock = std::chrono::steady_clock;

// Long enough to span the Python code between two operations, short against a scheduler's time
// slice. Placed by thread_pool_benchmark.
constexpr std::chrono::nanoseconds default_spin_limit = std::chrono::microseconds(30);
// After a refused thread the system is left alone for this long.
constexpr std::chrono::seconds refusal_pause{1};

thread_local constinit bool inside_worker = false;
constinit std::atomic<bool> pinning{false};

// All of it is replaced in a forked child, where the other threads do not exist and what they held
// or waited for is of no use.
struct Pool {
  std::atomic<Worker*> workers[max_thread_count - 1] = {};
  std::atomic<int> worker_count{0};   // pointers that are set
  std::atomic<int> running_count{0};  // workers whose thread runs and was not asked to stop
  std::atomic<std::int64_t> spin_ns{0};
  Clock::time_point retry_at{};  // lifecycle lock
  std::uint64_t stop_count = 0;  // lifecycle lock
  Lounge lounge;
  Pool* forgotten = nullptr;  // the parent process's: kept in sight of leak checkers
};
constinit std::atomic<Pool*> current_pool{nullptr};

std::mutex& lifecycle_mutex() noexcept;

#ifndef _WIN32
// A child keeps the fork's own thread and nothing else: it begins with no pool.
void begin_child() noexcept {
  static constinit Pool* forgotten = nullptr;
  if (Pool* pool = current_pool.exchange(nullptr)) {
    pool->forgotten = forgotten;
    forgotten = pool;
  }
  lifecycle_mutex().unlock();
}

void prepare_fork() noexcept {
  prepare_job_for_fork();
  lifecycle_mutex().lock();
}
#endif

// Never destroyed: threads may run operations during static destruction.
std::mutex* make_lifecycle_mutex() noexcept {
  auto* mutex = new std::mutex;
#ifndef _WIN32
  // Handlers run in the reverse order of their registration. Ours waits for tasks, which may want
  // the allocator's lock: the allocator's handler, which takes it, has to be registered before.
  memory_stats();
  pthread_atfork([] { prepare_fork(); }, [] { lifecycle_mutex().unlock(); }, [] { begin_child(); });
#endif
  return mutex;
}

std::mutex& lifecycle_mutex() noexcept {
  static std::mutex* const mutex = make_lifecycle_mutex();
  return *mutex;
}

// The affinity that the thread began with, and what pinning made of it.
class Pin {
 public:
  explicit Pin(int number) noexcept : number_(number) {}
  void follow_setting() noexcept {
    const bool wanted = pinning.load(std::memory_order_relaxed);
    if (wanted == pinned_) return;
    pinned_ = wanted;
    if (original_.count() == 0) return;
    (wanted ? original_.only(number_) : original_).apply_to_this_thread();
  }

 private:
  const int number_;
  const Affinity original_ = Affinity::of_this_thread();
  bool pinned_ = false;
};

// ---- lifecycle, under its lock ----

// The pool's worker at `index`, all before it being there; null without memory.
Worker* ensure_worker(Pool& pool, int index) noexcept {
  Worker* worker = pool.workers[index].load(std::memory_order_relaxed);
  if (worker != nullptr) return worker;
  worker = new (std::nothrow) Worker(index + 1, pool.spin_ns);
  if (worker == nullptr) return nullptr;
  pool.workers[index].store(worker, std::memory_order_release);
  pool.worker_count.store(index + 1, std::memory_order_release);
  return worker;
}

bool ensure_running(Pool& pool, int index) noexcept {
  Worker* worker = ensure_worker(pool, index);
  if (worker == nullptr) return false;
  if (worker->state != Worker::State::absent) return true;
  if (!worker->start()) return false;
  worker->state = Worker::State::running;
  pool.running_count.fetch_add(1, std::memory_order_relaxed);
  return true;
}

Pool* ensure_pool() noexcept {
  Pool* pool = current_pool.load(std::memory_order_relaxed);
  if (pool == nullptr) {
    pool = new (std::nothrow) Pool;
    current_pool.store(pool, std::memory_order_release);
  }
  return pool;
}

void grow(Pool& pool, int wanted) noexcept {
  for (int i = 0; i < wanted; ++i) {
    if (ensure_running(pool, i)) continue;
    pool.retry_at = Clock::now() + refusal_pause;
    break;
  }
  const bool crowded = pool.running_count.load(std::memory_order_relaxed) >= count_usable_cpus();
  pool.spin_ns.store(crowded ? 0 : default_spin_limit.count(), std::memory_order_relaxed);
}

// One of the workers that the stop with this number has not joined yet.
Worker* find_stopping(Pool& pool, std::uint64_t stop) noexcept {
  for (std::atomic<Worker*>& pointer : pool.workers) {
    Worker* worker = pointer.load(std::memory_order_relaxed);
    if (worker == nullptr) break;
    if (worker->state == Worker::State::stopping && worker->stopper == stop) return worker;
  }
  return nullptr;
}

}  // namespace

// ---- a worker's mailbox ----

bool Worker::reserve() noexcept {
  std::uintptr_t expected = idle;
  return mailbox_.load(std::memory_order_relaxed) == idle &&
         mailbox_.compare_exchange_strong(expected, reserved, std::memory_order_acquire,
                                          std::memory_order_relaxed);
}

// A worker that goes to sleep sets asleep_, then looks into its mailbox; we fill the mailbox, then
// look at asleep_. In the one order of sequentially consistent operations at least one of the two
// sees the other.
void Worker::give(Job& job, int slot) noexcept {
  slot_ = slot;
  mailbox_.store(reinterpret_cast<std::uintptr_t>(&job), std::memory_order_seq_cst);
  wake();
}

bool Worker::recall(const Job& job) noexcept {
  auto expected = reinterpret_cast<std::uintptr_t>(&job);
  return mailbox_.compare_exchange_strong(expected, idle, std::memory_order_acq_rel,
                                          std::memory_order_relaxed);
}

void Worker::wake() noexcept {
  if (!asleep_.load(std::memory_order_seq_cst)) return;
  {
    const std::lock_guard lock(mutex_);
  }  // it waits by now, or has not yet looked
  condition_.notify_one();
}

bool Worker::has_news() const noexcept {
  const std::uintptr_t value = mailbox_.load(std::memory_order_seq_cst);
  return value >= first_address || (value == idle && stop_.load(std::memory_order_seq_cst));
}

void Worker::sleep() noexcept {
  std::unique_lock lock(mutex_);
  asleep_.store(true, std::memory_order_seq_cst);
  condition_.wait(lock, [this] { return has_news(); });
  asleep_.store(false, std::memory_order_relaxed);
}

// The next job, marked as begun, or null when this thread shall end.
Job* Worker::wait_for_job() noexcept {
  for (;;) {
    const std::chrono::nanoseconds limit(spin_ns_.load(std::memory_order_relaxed));
    if (!spin_until(limit, [this] { return has_news(); })) sleep();
    std::uintptr_t value = mailbox_.load(std::memory_order_relaxed);
    if (value >= first_address) {
      if (mailbox_.compare_exchange_strong(value, busy, std::memory_order_acquire,
                                           std::memory_order_relaxed))
        return reinterpret_cast<Job*>(value);
    } else if (value == idle && stop_.load(std::memory_order_relaxed)) {
      if (mailbox_.compare_exchange_strong(value, absent)) return nullptr;
    }
  }
}

void* Worker::run(void* context) noexcept {
  Worker& self = *static_cast<Worker*>(context);
  inside_worker = true;
  name_this_thread(self.number_);
  Pin pin(self.number_);
  while (Job* job = self.wait_for_job()) {
    pin.follow_setting();
    const int slot = self.slot_;
    const DefaultFloatEnvironment environment;
    work_for(*job, slot);
    // Idle first: a caller whose job is done at once makes the next one.
    self.mailbox_.store(idle, std::memory_order_release);
    leave(*job);
  }
  return nullptr;
}

bool Worker::start() noexcept {
  stop_.store(false, std::memory_order_relaxed);
  // Not idle before there is a thread: nobody may give a job to a worker that never comes.
  if (!thread_.start(&Worker::run, this)) return false;
  mailbox_.store(idle, std::memory_order_release);
  return true;
}

void Worker::ask_to_stop() noexcept {
  stop_.store(true, std::memory_order_seq_cst);
  wake();
}

// ---- the pool ----

bool is_worker() noexcept { return inside_worker; }

void ensure_workers(int wanted) noexcept {
  Pool* pool = current_pool.load(std::memory_order_acquire);
  if (pool != nullptr && pool->running_count.load(std::memory_order_relaxed) >= wanted) return;
  // Where another thread is starting or stopping workers, waiting is not worth a call's time.
  const std::unique_lock lock(lifecycle_mutex(), std::try_to_lock);
  if (!lock) return;
  pool = ensure_pool();
  if (pool != nullptr && Clock::now() >= pool->retry_at) grow(*pool, wanted);
}

Worker* reserve_worker(int& index) noexcept {
  Pool* pool = current_pool.load(std::memory_order_acquire);
  if (pool == nullptr) return nullptr;
  const int count = pool->worker_count.load(std::memory_order_acquire);
  while (index < count) {
    Worker* worker = pool->workers[index++].load(std::memory_order_relaxed);
    if (worker->reserve()) return worker;
  }
  return nullptr;
}

std::chrono::nanoseconds spin_limit() noexcept {
  const Pool* pool = current_pool.load(std::memory_order_acquire);
  return std::chrono::nanoseconds(pool == nullptr ? 0
                                                  : pool->spin_ns.load(std::memory_order_relaxed));
}

Lounge& lounge() noexcept { return current_pool.load(std::memory_order_acquire)->lounge; }

void stop_workers() noexcept {
  Pool* pool = current_pool.load(std::memory_order_acquire);
  if (pool == nullptr || inside_worker) return;
  std::unique_lock lock(lifecycle_mutex());
  const std::uint64_t stop = ++pool->stop_count;
  for (std::atomic<Worker*>& pointer : pool->workers) {
    Worker* worker = pointer.load(std::memory_order_relaxed);
    if (worker == nullptr) break;
    if (worker->state != Worker::State::running) continue;
    worker->state = Worker::State::stopping;
    worker->stopper = stop;
    pool->running_count.fetch_sub(1, std::memory_order_relaxed);
    worker->ask_to_stop();
  }
  // Joined without the lock: a worker may be amid a long job, and forks and callers go on.
  while (Worker* worker = find_stopping(*pool, stop)) {
    lock.unlock();
    worker->join();
    lock.lock();
    worker->state = Worker::State::absent;
  }
}

void set_pinning(bool enabled) noexcept { pinning.store(enabled, std::memory_order_relaxed); }
bool is_pinning() noexcept { return pinning.load(std::memory_order_relaxed); }

int count_workers() noexcept {
  const Pool* pool = current_pool.load(std::memory_order_acquire);
  return pool == nullptr ? 0 : pool->running_count.load(std::memory_order_relaxed);
}

}  // namespace corepy

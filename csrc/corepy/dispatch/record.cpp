// Threads' records and the logs that collect them.
#include "corepy/dispatch/record.h"

#include <algorithm>
#include <chrono>
#include <mutex>
#ifndef _WIN32
#include <pthread.h>
#endif

#include "corepy/dispatch/thread_records.h"

namespace corepy {

std::int64_t steady_now_ns() noexcept {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

Layout layout_of(const Tensor& tensor) noexcept {
  if (tensor.rank() == 0) return Layout::scalar;
  if (tensor.is_contiguous()) return Layout::contiguous;
  bool broadcast = false;
  Dims order;
  for (int i = 0; i < tensor.rank(); ++i) {
    if (tensor.shape[i] <= 1) continue;
    broadcast = broadcast || tensor.strides[i] == 0;
    order.push_back(i);
  }
  if (broadcast) return Layout::broadcast;
  std::sort(order.begin(), order.end(), [&](std::int64_t a, std::int64_t b) {
    return tensor.strides[static_cast<int>(a)] > tensor.strides[static_cast<int>(b)];
  });
  std::int64_t expected = tensor.itemsize();
  for (int i = order.size() - 1; i >= 0; --i) {
    const int axis = static_cast<int>(order[i]);
    if (tensor.strides[axis] != expected) return Layout::strided;
    expected *= tensor.shape[axis];
  }
  return Layout::permuted;
}

thread_local constinit ThreadRecords* thread_records_pointer = nullptr;

ThreadRecords& make_thread_records() noexcept {
  static std::atomic<std::uint32_t> next_thread{1};
  struct Owner {
    ThreadRecords records{next_thread.fetch_add(1)};
    Owner() { thread_records_pointer = &records; }
    ~Owner() { thread_records_pointer = nullptr; }
  };
  thread_local Owner owner;
  // Operations in destructors of other thread-local objects may come after ours: they get records
  // nobody will read.
  if (thread_records_pointer == nullptr) thread_records_pointer = new ThreadRecords{0};
  return *thread_records_pointer;
}

const DispatchRecord* last_record() noexcept {
  ThreadRecords& records = thread_records();
  return records.sequence == 0 ? nullptr : &records.slot(records.sequence);
}

const DispatchRecord* find_record(RecordId id) noexcept {
  ThreadRecords& records = thread_records();
  if (id.sequence == 0 || id.thread != records.thread || id.sequence > records.sequence ||
      records.sequence - id.sequence >= kept_records) {
    return nullptr;
  }
  const DispatchRecord& record = records.slot(id.sequence);
  return record.sequence == id.sequence ? &record : nullptr;
}

RecordId last_record_id() noexcept {
  ThreadRecords& records = thread_records();
  if (records.suspended > 0) return {records.thread, 0};
  return {records.thread, records.sequence + (records.compositions > 0 ? 1 : 0)};
}

// ---- logs

namespace {
struct ActiveLogs {
  std::mutex mutex;
  std::vector<RecordLog*> logs;
};
ActiveLogs& active_logs();

ActiveLogs* make_active_logs() {
  auto* logs = new ActiveLogs;  // never destroyed: threads may finish operations during exit
#ifndef _WIN32
  // As in runtime/allocator.cpp: a forked child must not inherit a lock that nobody will release.
  pthread_atfork([] { active_logs().mutex.lock(); }, [] { active_logs().mutex.unlock(); },
                 [] { active_logs().mutex.unlock(); });
#endif
  return logs;
}

ActiveLogs& active_logs() {
  static ActiveLogs* const logs = make_active_logs();
  return *logs;
}
}  // namespace

std::atomic<int> active_log_count{0};
std::atomic<int> value_checking_log_count{0};

void append_to_logs(const LogEntry& entry) {
  ActiveLogs& active = active_logs();
  const std::lock_guard lock(active.mutex);
  for (RecordLog* log : active.logs) log->append(entry);
}

RecordLog::RecordLog(std::size_t capacity, bool check_values) noexcept
    : capacity_(capacity), check_values_(check_values), origin_ns_(steady_now_ns()) {}

RecordLog::~RecordLog() { stop(); }

void RecordLog::start() {
  ActiveLogs& active = active_logs();
  const std::lock_guard lock(active.mutex);
  if (started_) return;
  active.logs.push_back(this);
  started_ = true;
  active_log_count.fetch_add(1);
  if (check_values_) value_checking_log_count.fetch_add(1);
}

void RecordLog::stop() noexcept {
  ActiveLogs& active = active_logs();
  const std::lock_guard lock(active.mutex);
  if (!started_) return;
  std::erase(active.logs, this);
  started_ = false;
  active_log_count.fetch_sub(1);
  if (check_values_) value_checking_log_count.fetch_sub(1);
}

void RecordLog::append(const LogEntry& entry) {
  if (entries_.size() >= capacity_) {
    ++dropped_;
    return;
  }
  entries_.push_back(entry);
  entries_.back().start_ns -= origin_ns_;
  entries_.back().end_ns -= origin_ns_;
}

std::vector<LogEntry> RecordLog::entries() const {
  const std::lock_guard lock(active_logs().mutex);
  return entries_;
}

std::int64_t RecordLog::dropped_count() const noexcept {
  const std::lock_guard lock(active_logs().mutex);
  return dropped_;
}

}  // namespace corepy

// A thread's own records and the switches that the frame of an operation asks.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>

#include "corepy/dispatch/record.h"

namespace corepy {

inline constexpr std::uint64_t kept_records = 64;
inline constexpr int max_operation_depth =
    12;  // compositions nest a few deep, and composites in them

// What the choice of ISA comes to for one settings word: computed once per thread and change of
// settings.
struct IsaChoice {
  std::uint64_t key = ~std::uint64_t{0};
  std::size_t backend_count = 0;
  RecordHead head{};  // of an operation of which nothing else is known

  void reject(int candidate, Reason reason) noexcept {
    if (head.rejection_count < record_max_rejections)
      head.rejections[head.rejection_count++] = {static_cast<std::uint8_t>(candidate), reason};
  }
};

struct ThreadRecords {
  explicit ThreadRecords(std::uint32_t thread_number)
      : thread(thread_number),
        ring(new DispatchRecord[kept_records]()),
        children(new DispatchRecord[max_operation_depth]()) {}

  std::uint32_t thread;
  std::uint64_t sequence = 0;  // of the last published record
  int depth = 0;               // operations open on this thread
  int compositions = 0;        // of these, those without a row
  int dry_runs = 0;
  int suspended = 0;  // printing and verification: their operations leave no record
  bool dry_record_filled = false;
  bool turn = false;  // Operation::alternate
  DispatchRecord dry_record{};
  IsaChoice choice;
  std::unique_ptr<DispatchRecord[]> ring;
  std::unique_ptr<DispatchRecord[]>
      children;  // records of operations inside a composite one: kept for logs only

  DispatchRecord& slot(std::uint64_t n) noexcept { return ring[n % kept_records]; }
  // The record of the operation that is, or was last, open at that depth; 0 is the public one.
  DispatchRecord& open_record(int at) noexcept {
    if (at == 0) return slot(sequence + 1);
    return children[at < max_operation_depth ? at : max_operation_depth - 1];
  }
};
ThreadRecords& make_thread_records() noexcept;
// A plain pointer: a thread_local with a destructor would run its guard on every access.
extern thread_local constinit ThreadRecords* thread_records_pointer;
inline ThreadRecords& thread_records() noexcept {
  return thread_records_pointer != nullptr ? *thread_records_pointer : make_thread_records();
}

// While alive, this thread's operations leave no record and are not verified.
class SuspendedRecords {
 public:
  SuspendedRecords() { ++thread_records().suspended; }
  ~SuspendedRecords() { --thread_records().suspended; }
  SuspendedRecords(const SuspendedRecords&) = delete;
  SuspendedRecords& operator=(const SuspendedRecords&) = delete;
};

extern std::atomic<int> active_log_count;
extern std::atomic<int> value_checking_log_count;
void append_to_logs(const LogEntry& entry);
std::int64_t steady_now_ns() noexcept;

}  // namespace corepy

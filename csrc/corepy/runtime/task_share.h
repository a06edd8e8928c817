// One participant's share of a call's tasks: a contiguous range, so that neighbouring blocks of
// memory stay with one thread. Its owner takes from the front, thieves take half from the back. Who
// runs tasks, and when all are done, is in thread_pool.
#pragma once

#include <atomic>
#include <cstdint>

namespace corepy {

struct TaskRange {
  std::uint32_t begin = 0, end = 0;
  bool empty() const noexcept { return begin == end; }
};

// The range is one atomic word and the word is all there is: every successful exchange replaces the
// range that stands there now, whatever stood there in between. Orders are relaxed, since a range
// carries no data: what tasks wrote is published where threads join and leave a job.
class TaskShare {
 public:
  // Only by the owner, while the share is empty or nobody else knows it.
  void assign(TaskRange range) noexcept { word_.store(pack(range), std::memory_order_relaxed); }

  bool take_front(std::uint32_t& index) noexcept {
    std::uint64_t word = word_.load(std::memory_order_relaxed);
    for (;;) {
      TaskRange range = unpack(word);
      if (range.empty()) return false;
      index = range.begin++;
      if (word_.compare_exchange_weak(word, pack(range), std::memory_order_relaxed)) return true;
    }
  }

  // Half of the tasks, rounded up: the last one of a busy owner as well.
  TaskRange take_back_half() noexcept {
    std::uint64_t word = word_.load(std::memory_order_relaxed);
    for (;;) {
      const TaskRange range = unpack(word);
      const std::uint32_t middle = range.begin + (range.end - range.begin) / 2;
      if (range.empty()) return {};
      if (word_.compare_exchange_weak(word, pack({range.begin, middle}), std::memory_order_relaxed))
        return {middle, range.end};
    }
  }

 private:
  static constexpr std::uint64_t pack(TaskRange range) noexcept {
    return std::uint64_t{range.end} << 32 | range.begin;
  }
  static constexpr TaskRange unpack(std::uint64_t word) noexcept {
    return {static_cast<std::uint32_t>(word), static_cast<std::uint32_t>(word >> 32)};
  }

  std::atomic<std::uint64_t> word_{0};
};

}  // namespace corepy

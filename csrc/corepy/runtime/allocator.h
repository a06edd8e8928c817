// The caching allocator of tensor memory: 64-byte aligned blocks, freed ones kept for reuse within
// a budget.
#pragma once

#include <cstdint>

namespace corepy {

struct MemoryStats {
  std::int64_t used_bytes;  // in blocks that storages hold
  std::int64_t peak_used_bytes;
  std::int64_t cached_bytes;      // in freed blocks kept for reuse
  std::int64_t budget_bytes;      // at most this much is kept
  std::int64_t limit_bytes;       // hard limit on used_bytes; -1: none
  std::int64_t allocation_count;  // blocks handed out since the start
  std::int64_t reuse_count;       // of these, taken from the cache
};

// At least `block_bytes` bytes, aligned to 64; `block_bytes` becomes the size class's real size,
// which free_block needs back. Fails with MemoryLimitError, also where the system has no memory.
void* allocate_block(const char* op, std::int64_t& block_bytes);
void free_block(void* block, std::int64_t block_bytes) noexcept;

// The size of a block for that many bytes.
std::int64_t block_bytes_of(std::int64_t bytes) noexcept;

// The most that the calling thread holds while this is alive: the blocks that it takes, less those
// that it gives back, whoever took them. These nest. An allocation asks no more for it than it asks
// anyway.
class HeldPeak {
 public:
  HeldPeak() noexcept;
  ~HeldPeak();
  HeldPeak(const HeldPeak&) = delete;
  HeldPeak& operator=(const HeldPeak&) = delete;
  // The peak so far, above what was held when it began, and above what is held now.
  std::int64_t bytes_above_start() const noexcept;
  std::int64_t bytes_above_now() const noexcept;

 private:
  std::int64_t outer_peak_ = 0, start_ = 0;
};
// Counts, for HeldPeak only, bytes that a dry run would take of the allocator; negative ones are
// given back.
void count_planned_bytes(std::int64_t bytes) noexcept;

MemoryStats memory_stats() noexcept;
void reset_peak_memory() noexcept;
// Gives every cached block back to the system; returns the bytes.
std::int64_t trim_memory() noexcept;
void set_memory_budget(std::int64_t bytes) noexcept;
void set_memory_limit(std::int64_t bytes) noexcept;  // -1: none

}  // namespace corepy

// Runs an elementwise kernel over any layouts and dtypes: whole rows where operands allow it, else
// tile by tile through scratch memory that holds gathered, transposed or converted operands.
// Private to dispatch/.
#pragma once

#include <cstdint>
#include <span>

#include "corepy/dispatch/blocking_region.h"
#include "corepy/dispatch/dispatch.h"
#include "corepy/dispatch/kernel_tables.h"
#include "corepy/ops/loop_plan.h"

namespace corepy {

struct LoopOperand {
  const Tensor* tensor;
  DType compute;  // what the kernel reads, or writes for the result
};

inline constexpr std::int64_t second_level_bytes = std::int64_t{1} << 19;

// What a call of this many bytes, results and operands together, should do about its memory. Tuned
// with benchmarks/runner.py (add and less at 1e5 and 1e7).
constexpr MemoryHint hint_for(std::int64_t bytes) noexcept {
  constexpr std::int64_t far_bytes = std::int64_t{1} << 22;  // prefetching costs more than it gives
  constexpr std::int64_t last_level_bytes = std::int64_t{1} << 26;
  if (bytes >= last_level_bytes) return MemoryHint::stream;
  return bytes >= 3 * second_level_bytes && bytes < far_bytes ? MemoryHint::prefetch
                                                              : MemoryHint::cached;
}

// `result` is dense in the plan's order. Returns the LoopFlag bits that the kernel raised.
std::uint32_t run_elementwise_loops(const KernelTables& tables, Loop loop,
                                    const LoopOperand& result,
                                    std::span<const LoopOperand> operands, Operation& operation,
                                    BlockingRegion& region);

}  // namespace corepy

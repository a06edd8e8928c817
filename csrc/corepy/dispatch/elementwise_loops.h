// Runs an elementwise kernel over any layouts and dtypes: whole rows where operands allow it, else
// tile by tile through scratch memory that holds gathered, transposed or converted operands.
// Private to dispatch/.
#pragma once

#include <cstdint>
#include <span>

#include "corepy/dispatch/dispatch.h"
#include "corepy/dispatch/kernel_tables.h"
#include "corepy/ops/loop_plan.h"

namespace corepy {

struct LoopOperand {
  const Tensor* tensor;
  DType compute;  // what the kernel reads
};

// `result` is dense in the plan's order. Returns the LoopFlag bits that the kernel raised.
std::uint32_t run_elementwise_loops(const KernelTables& tables, Loop loop, const Tensor& result,
                                    std::span<const LoopOperand> operands, Operation& operation,
                                    BlockingRegion& region);

}  // namespace corepy

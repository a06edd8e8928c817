// Rows of few elements: what is moved, or brought to a kernel, in blocks of many rows, since a call
// for each would cost more than its elements. Long rows are moved by the loops of kernels/copy.h.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "corepy/ops/loop_plan.h"

namespace corepy {

// Element i of row r lies at `at + r * row_step + i * step` (bytes).
struct RowBlock {
  std::byte* at;
  std::int64_t row_step, step;

  bool is_contiguous(std::int64_t length, std::int64_t itemsize) const noexcept {
    return step == itemsize && row_step == length * itemsize;
  }
  bool is_one_element() const noexcept { return step == 0 && row_step == 0; }
};

// Copies `rows` rows of `length` elements between places that do not overlap. The itemsize is 1, 2,
// 4, 8 or 16.
void move_rows(const RowBlock& from, const RowBlock& to, std::int64_t rows, std::int64_t length,
               std::int64_t itemsize) noexcept;

// The axis of a plan whose steps are the rows of blocks, or -1 where rows are long or few.
int find_row_axis(const LoopPlan& plan, std::int64_t few_elements = 64) noexcept;

// Calls f(blocks, rows) for all blocks of at most `step` rows: where each operand of the plan,
// which begins at its `data`, has them. The rows of a block are passed over all other axes before
// the next, while they are near.
template <class F>
void for_each_row_block(const LoopPlan& plan, std::byte* const* data, int row_axis,
                        std::int64_t step, F f) {
  const int inner = plan.rank() - 1;
  const std::int64_t total = plan.shape[row_axis];
  LoopPlan outer = plan;
  outer.shape[row_axis] = 1;
  for (std::int64_t row = 0; row < total; row += step) {
    Dims index(inner);
    std::int64_t offsets[max_plan_operands] = {};
    do {
      RowBlock blocks[max_plan_operands];
      for (int k = 0; k < plan.operand_count; ++k) {
        const std::int64_t row_step = plan.strides[k][row_axis];
        blocks[k] = {data[k] + offsets[k] + row * row_step, row_step, plan.inner_stride(k)};
      }
      f(blocks, std::min(step, total - row));
    } while (advance(outer, inner, index, offsets));
  }
}

}  // namespace corepy

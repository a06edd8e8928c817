// Rows of few elements: what is moved, or brought to a kernel, in blocks of many rows, since a call
// for each would cost more than its elements. Long rows are moved by the loops of kernels/copy.h.
#pragma once

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
int find_row_axis(const LoopPlan& plan) noexcept;

}  // namespace corepy

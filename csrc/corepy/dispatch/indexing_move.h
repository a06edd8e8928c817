// Moving what a selection picks: between the selected tensor, strided as it may be, and a tensor of
// the result's shape. Private to dispatch/.
#pragma once

#include "corepy/core/tensor.h"
#include "corepy/dispatch/blocking_region.h"
#include "corepy/dispatch/dispatch.h"
#include "corepy/dispatch/indexing_key.h"
#include "corepy/dispatch/kernel_tables.h"
#include "corepy/ops/loop_plan.h"

namespace corepy {

// The places that are picked, in C order of the picked shape.
struct Picks {
  Tensor indices;                // int64, contiguous
  std::int64_t axis_length = 0;  // 0: indices are byte offsets in private memory
  std::int64_t axis_stride_bytes = 1;
  bool has_negatives = true;
};

// Checks bounds and finds the picks of a selection as byte offsets into its base.
Picks find_offsets(Operation& operation, const KernelTables& tables, const Selection& selection);
// The same, but one index array is left as it is: `take` checks each index as it loads it. With
// `checks` it is checked here already.
Picks find_picks(Operation& operation, const KernelTables& tables, const Selection& selection,
                 bool checks);

// The value in x's dtype, contiguous in a shape that it broadcasts to; converted or copied where
// needed, and always where it shares memory with x, which is about to be written.
Tensor materialize(Operation& operation, const Tensor& source, const Tensor& x, const Dims& shape);

// The kept axes of a selection and how runs lie along them: `other` has the axes of the result, 0
// along the picked ones where one run is for all.
struct MoveNest {
  LoopPlan rows;  // kept axes outside the runs: base, other
  std::int64_t run_bytes;
  std::int64_t other_stride_bytes;  // from one picked run to the next
  std::int64_t row_count() const noexcept { return count_elements(rows.shape); }
};
MoveNest plan_moves(const Selection& selection, const Tensor& other, bool is_one_run);

// Calls move(first row's offsets in base and other, rows, their strides) for rows [first, last).
template <class Move>
void for_each_rows(const MoveNest& nest, std::int64_t first, std::int64_t last, Move move) {
  const std::int64_t inner = nest.rows.inner_length();
  while (first < last) {
    const std::int64_t step = first / inner, start = first % inner;
    const std::int64_t count = inner - start < last - first ? inner - start : last - first;
    std::int64_t offsets[max_plan_operands];
    find_outer_offsets(nest.rows, step, offsets);
    const std::int64_t base_stride = nest.rows.inner_stride(0),
                       other_stride = nest.rows.inner_stride(1);
    move(offsets[0] + start * base_stride, offsets[1] + start * other_stride, count, base_stride,
         other_stride);
    first += count;
  }
}

// other = base at the picks; false where an index lies outside.
bool take_picks(BlockingRegion& region, const KernelTables& tables, const Selection& selection,
                const Picks& picks, const Tensor& other);
// base at the picks = other, or its one run for all picks; in C order along the picks.
bool put_picks(BlockingRegion& region, const KernelTables& tables, const Selection& selection,
               const Picks& picks, const Tensor& other, bool is_one_run);

}  // namespace corepy

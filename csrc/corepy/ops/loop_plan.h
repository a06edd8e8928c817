// From shapes and strides to loops: the order of the axes, merging of axes that are one run for
// every operand, and the layout of a fresh result. Nothing here runs.
#pragma once

#include <cstdint>
#include <span>

#include "corepy/core/dims.h"
#include "corepy/core/tensor.h"

namespace corepy {

inline constexpr int max_plan_operands = 4;

// Nested loops over all operands at once, outermost axis first. A plan of no axes is one element.
struct LoopPlan {
  Dims shape;
  Dims strides[max_plan_operands];  // bytes, by operand
  int operand_count = 0;

  int rank() const noexcept { return shape.size(); }
  std::int64_t inner_length() const noexcept { return shape.empty() ? 1 : shape.back(); }
  std::int64_t inner_stride(int operand) const noexcept {
    return shape.empty() ? 0 : strides[operand].back();
  }
};

// Plans loops over `shape`, given each operand's strides along it (0 where it is broadcast). The
// first operand leads: its memory is walked in order.
LoopPlan plan_loops(const Dims& shape, std::span<const Dims> strides);

// The strides of a fresh result of `shape`: C order, or the operands' own axis order where all
// full-sized ones share it (so that a.T + b.T runs along memory). Layout never changes a value.
Dims choose_result_strides(const Dims& shape, std::int64_t itemsize,
                           std::span<const Tensor* const> operands);

// Steps an odometer over the first `rank` axes of a plan, moving `offsets` (bytes, by operand)
// along; false at the end.
bool advance(const LoopPlan& plan, int rank, Dims& index, std::int64_t* offsets) noexcept;

// The offsets (bytes, by operand) of step `number` of the nest without its innermost axis: where
// advance arrives from zero after as many calls.
void find_outer_offsets(const LoopPlan& plan, std::int64_t number, std::int64_t* offsets) noexcept;

// Whether every element of x lies at a multiple of its size, or of its parts' where it is complex:
// views of foreign memory may not. One answer for all calls, since it decides workspaces.
bool is_aligned(const Tensor& x) noexcept;

}  // namespace corepy

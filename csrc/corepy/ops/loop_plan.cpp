// From shapes and strides to loops.
#include "corepy/ops/loop_plan.h"

#include <cstdlib>

namespace corepy {
namespace {

// Sorts axes by falling keys; equals keep their order. There are few, and the standard library's
// stable sort would ask for memory.
template <class Key>
void sort_axes(Dims& axes, Key key) {
  for (int i = 1; i < axes.size(); ++i) {
    const std::int64_t axis = axes[i];
    int place = i;
    for (; place > 0 && key(static_cast<int>(axes[place - 1])) < key(static_cast<int>(axis));
         --place)
      axes[place] = axes[place - 1];
    axes[place] = axis;
  }
}

// Axes of extent > 1, those with larger steps of the leading operand first; a stable order keeps C
// order among equals.
Dims order_axes(const Dims& shape, const Dims& leading) {
  Dims order;
  for (int i = 0; i < shape.size(); ++i) {
    if (shape[i] != 1) order.push_back(i);
  }
  sort_axes(order, [&](int axis) { return std::abs(leading[axis]); });
  return order;
}

bool continues_run(const LoopPlan& plan, std::span<const Dims> strides, int axis,
                   std::int64_t extent) {
  for (int k = 0; k < plan.operand_count; ++k) {
    if (plan.strides[k].back() != strides[static_cast<std::size_t>(k)][axis] * extent) return false;
  }
  return true;
}

// The axis order, slowest first, of a tensor that fills memory without gaps; empty where it does
// not.
Dims dense_order(const Tensor& tensor) {
  Dims order;
  for (int i = 0; i < tensor.rank(); ++i) order.push_back(i);
  sort_axes(order, [&](int axis) { return tensor.strides[axis]; });
  std::int64_t expected = tensor.itemsize();
  for (int i = order.size() - 1; i >= 0; --i) {
    const int axis = static_cast<int>(order[i]);
    if (tensor.shape[axis] != 1 && tensor.strides[axis] != expected) return {};
    expected *= tensor.shape[axis];
  }
  return order;
}

}  // namespace

LoopPlan plan_loops(const Dims& shape, std::span<const Dims> strides) {
  LoopPlan plan;
  plan.operand_count = static_cast<int>(strides.size());
  for (const std::int64_t a : order_axes(shape, strides[0])) {
    const int axis = static_cast<int>(a);
    if (!plan.shape.empty() && continues_run(plan, strides, axis, shape[axis])) {
      plan.shape[plan.rank() - 1] *= shape[axis];
      for (int k = 0; k < plan.operand_count; ++k) {
        plan.strides[k][plan.rank() - 1] = strides[static_cast<std::size_t>(k)][axis];
      }
    } else {
      plan.shape.push_back(shape[axis]);
      for (int k = 0; k < plan.operand_count; ++k)
        plan.strides[k].push_back(strides[static_cast<std::size_t>(k)][axis]);
    }
  }
  return plan;
}

Dims choose_result_strides(const Dims& shape, std::int64_t itemsize,
                           std::span<const Tensor* const> operands) {
  Dims common;
  bool found = false;
  for (const Tensor* operand : operands) {
    if (operand->shape != shape) continue;
    Dims order = dense_order(*operand);
    if (order.empty() || (found && order != common)) return contiguous_strides(shape, itemsize);
    common = std::move(order);
    found = true;
  }
  if (!found) return contiguous_strides(shape, itemsize);
  Dims strides(shape.size());
  std::int64_t stride = itemsize;
  for (int i = common.size() - 1; i >= 0; --i) {
    const int axis = static_cast<int>(common[i]);
    strides[axis] = stride;
    stride *= shape[axis] > 0 ? shape[axis] : 1;
  }
  return strides;
}

bool is_aligned(const Tensor& x) noexcept {
  const std::int64_t size = is_complex(x.dtype) ? x.itemsize() / 2 : x.itemsize();
  bool aligned =
      reinterpret_cast<std::uintptr_t>(x.data()) % static_cast<std::uintptr_t>(size) == 0;
  for (int i = 0; i < x.rank(); ++i) aligned = aligned && x.strides[i] % size == 0;
  return aligned;
}

bool advance(const LoopPlan& plan, int rank, Dims& index, std::int64_t* offsets) noexcept {
  for (int axis = rank - 1; axis >= 0; --axis) {
    if (++index[axis] < plan.shape[axis]) {
      for (int k = 0; k < plan.operand_count; ++k) offsets[k] += plan.strides[k][axis];
      return true;
    }
    for (int k = 0; k < plan.operand_count; ++k)
      offsets[k] -= plan.strides[k][axis] * (plan.shape[axis] - 1);
    index[axis] = 0;
  }
  return false;
}

void find_outer_offsets(const LoopPlan& plan, std::int64_t number, std::int64_t* offsets) noexcept {
  for (int k = 0; k < plan.operand_count; ++k) offsets[k] = 0;
  for (int axis = plan.rank() - 2; axis >= 0 && number > 0; --axis) {
    const std::int64_t digit = number % plan.shape[axis];
    for (int k = 0; k < plan.operand_count; ++k) offsets[k] += plan.strides[k][axis] * digit;
    number /= plan.shape[axis];
  }
}

}  // namespace corepy

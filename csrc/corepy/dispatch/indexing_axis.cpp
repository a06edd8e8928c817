// Elements at positions along an axis: take, take_along_axis, put_along_axis; and the positions of
// elements that are not zero.
#include <algorithm>
#include <string>

#include "corepy/core/error.h"
#include "corepy/dispatch/blocking_region.h"
#include "corepy/dispatch/copy.h"
#include "corepy/dispatch/dispatch.h"
#include "corepy/dispatch/indexing.h"
#include "corepy/dispatch/indexing_key.h"
#include "corepy/dispatch/indexing_mask.h"
#include "corepy/dispatch/indexing_move.h"
#include "corepy/dispatch/kernel_tables.h"
#include "corepy/ops/loop_plan.h"
#include "corepy/ops/promotion.h"

namespace corepy {
namespace {

void check_integers(const char* op, const Tensor& indices) {
  if (is_integer(indices.dtype)) return;
  fail(ErrorKind::dtype, std::string(op) + ": indices must be integers (got " +
                             name_of(indices.dtype) + "; expected int64)");
}

// take as a selection: the axis is picked from by one array.
Selection select_along(const Tensor& x, const Tensor& index, int axis) {
  Selection selection;
  selection.base = x;
  selection.before = axis;
  selection.picked_axes = Dims{axis};
  selection.picked_shape = index.shape;
  selection.indices.push_back(index);
  return selection;
}

void run_take(Operation& operation, const KernelTables& tables, const Tensor& x,
              const Tensor& indices, int axis, const Tensor& result) {
  const Tensor index = read_indices(operation, indices, false);
  const Selection selection = select_along(x, index, axis);
  bool is_inside = true;
  if (result.size() > 0) {
    // Looking at all indices first costs less than counting each from the end, while x is near.
    constexpr std::int64_t near_bytes = std::int64_t{1} << 17;
    const bool checks = selection.base.nbytes() <= near_bytes;
    const Picks picks = find_picks(operation, tables, selection, checks);
    BlockingRegion region(operation, index.nbytes() + result.nbytes(), {});
    is_inside = take_picks(region, tables, selection, picks, result);
  }
  if (operation.is_dry_run()) return;
  if (!is_inside || result.size() == 0)
    check_indices(operation.name(), tables, index, axis, selection.base.shape[axis]);
  if (!is_inside) {
    fail(ErrorKind::out_of_bounds,
         "take: an index is out of bounds (its memory was changed meanwhile)");
  }
  // Foreign truth values may be any byte: a cast to itself makes them 0 and 1.
  if (selection.base.dtype == DType::bool_ && selection.base.storage->is_foreign())
    tables.cast->find(DType::bool_, DType::bool_)(result.data(), result.data(), result.size());
}

// ---- along an axis, an index for each element

// The shape in which x, but for the axis, and the indices agree.
Dims broadcast_along(const char* op, const Tensor& x, const Tensor& indices, int axis) {
  if (indices.rank() != x.rank()) {
    fail(ErrorKind::shape, std::string(op) + ": x and the indices must have as many axes (got " +
                               to_string(x.shape) + " and " + to_string(indices.shape) + ")");
  }
  Dims shape = x.shape;
  shape[axis] = indices.shape[axis];
  const Dims* shapes[] = {&shape, &indices.shape};
  return broadcast_shapes(op, shapes);
}

// Byte offsets into x of the elements that `indices` name along the axis, in C order of `shape`.
// Private memory, checked.
Tensor find_offsets_along(Operation& operation, const KernelTables& tables, const Tensor& x,
                          const Tensor& indices, const Dims& shape, int axis) {
  const Tensor given = read_indices(operation, indices, true);
  const Tensor offsets = operation.allocate_result(shape, DType::int64);
  if (operation.is_dry_run()) return offsets;
  check_indices(operation.name(), tables, given, axis, x.shape[axis]);
  assign(operation, offsets, given);
  auto* places = reinterpret_cast<std::int64_t*>(offsets.data());
  tables.indexing->scale_positions(places, offsets.size(), x.shape[axis], x.strides[axis], places);
  Dims strides = x.strides;
  for (int i = 0; i < x.rank(); ++i) {
    if (i == axis || x.shape[i] == 1) strides[i] = 0;
  }
  LoopPlan rows;  // in C order, with the last axis innermost
  rows.operand_count = 1;
  rows.shape = shape;
  rows.strides[0] = strides;
  const std::int64_t length = shape.back(), step = strides.back();
  Dims index(rows.rank() - 1);
  std::int64_t row[max_plan_operands] = {};
  if (offsets.size() == 0) return offsets;
  do {
    for (std::int64_t i = 0; i < length; ++i) places[i] += row[0] + i * step;
    places += length;
  } while (advance(rows, rows.rank() - 1, index, row));
  return offsets;
}

// All of x, picked from by offsets.
Selection select_all(const Tensor& x, const Tensor& offsets) {
  Selection selection;
  selection.base = x.view({}, {});
  selection.picked_shape = offsets.shape;
  return selection;
}

int check_along(Operation& operation, const Tensor& x, const Tensor& indices, std::int64_t axis) {
  check_integers(operation.name(), indices);
  return normalize_axis(operation.name(), axis, x.rank());
}

}  // namespace

Tensor take(const Tensor& x, const Tensor& indices, std::optional<std::int64_t> axis) {
  Operation operation(Op::take);
  const HeldPeak held;
  operation.add_operand(x);
  operation.add_operand(indices);
  check_integers(operation.name(), indices);
  if (!axis && x.rank() != 1) {
    fail(ErrorKind::axis, "take: axis is needed for a tensor of rank other than 1 (got shape " +
                              to_string(x.shape) + ")");
  }
  const int normalized = normalize_axis(operation.name(), axis.value_or(0), x.rank());
  operation.set_bound(x.dtype);
  Isa isa = operation.choose();
  Dims shape;
  for (int i = 0; i < normalized; ++i) shape.push_back(x.shape[i]);
  for (const std::int64_t extent : indices.shape) shape.push_back(extent);
  for (int i = normalized + 1; i < x.rank(); ++i) shape.push_back(x.shape[i]);
  Tensor result = operation.allocate_result(shape, x.dtype);
  const Tensor* inputs[] = {&x, &indices};
  const Option options[] = {{"axis", static_cast<std::int64_t>(normalized)}};
  const Call call{Op::take, inputs, options, &result, x.dtype};
  if (!operation.is_left_to_native(isa, call)) {
    operation.finish(result);
    return result;
  }
  const KernelTables& tables = kernel_tables(isa);
  operation.set_variant("gather along an axis");
  run_take(operation, tables, x, indices, normalized, result);
  operation.note_peak(held, result);
  if (operation.wants_verify()) operation.verify(call);
  operation.finish(result);
  return result;
}

Tensor take_along_axis(const Tensor& x, const Tensor& indices, std::int64_t axis) {
  Operation operation(Op::take_along_axis);
  const HeldPeak held;
  operation.add_operand(x);
  operation.add_operand(indices);
  const int along = check_along(operation, x, indices, axis);
  const Dims shape = broadcast_along(operation.name(), x, indices, along);
  operation.set_bound(x.dtype);
  Isa isa = operation.choose();
  Tensor result = operation.allocate_result(shape, x.dtype);
  const Tensor* inputs[] = {&x, &indices};
  const Option options[] = {{"axis", static_cast<std::int64_t>(along)}};
  const Call call{Op::take_along_axis, inputs, options, &result, x.dtype};
  if (!operation.is_left_to_native(isa, call)) {
    operation.finish(result);
    return result;
  }
  const KernelTables& tables = kernel_tables(isa);
  operation.set_variant("gather along an axis");
  {
    const Tensor source = x;
    const Picks picks{find_offsets_along(operation, tables, source, indices, shape, along)};
    {
      BlockingRegion region(operation, picks.indices.nbytes() + result.nbytes(), {});
      take_picks(region, tables, select_all(source, picks.indices), picks, result);
    }
    if (source.dtype == DType::bool_ && source.storage->is_foreign() && !operation.is_dry_run())
      tables.cast->find(DType::bool_, DType::bool_)(result.data(), result.data(), result.size());
  }
  operation.note_peak(held, result);
  if (operation.wants_verify()) operation.verify(call);
  operation.finish(result);
  return result;
}

void put_along_axis(Tensor& x, const Tensor& indices, const Tensor& values, std::int64_t axis) {
  Operation operation(Op::put_along_axis);
  const HeldPeak held;
  operation.add_operand(x);
  operation.add_operand(indices);
  operation.add_operand(values);
  const int along = check_along(operation, x, indices, axis);
  const Dims shape = broadcast_along(operation.name(), x, indices, along);
  if (!can_cast_same_kind(values.dtype, x.dtype)) {
    fail(ErrorKind::dtype,
         std::string("put_along_axis: the values cannot be converted without loss of kind (got ") +
             name_of(values.dtype) + "; expected a dtype that converts to " + name_of(x.dtype) +
             "); convert with corepy.astype");
  }
  broadcast_strides(operation.name(), values.shape, values.strides, shape);
  operation.choose_no_kernel("scatter along an axis");
  operation.record().compute_dtype = x.dtype;
  const KernelTables& tables = kernel_tables(operation.choose_native());
  {
    const Tensor whole = materialize(operation, values, x, shape);
    if (whole.size() == 0) {
      if (!operation.is_dry_run())
        check_indices(operation.name(), tables, read_indices(operation, indices, true), along,
                      x.shape[along]);
    } else {
      const Tensor given = indices;  // `indices` may be x, and share its memory
      make_unique(operation, x);
      const Picks picks{find_offsets_along(operation, tables, x, given, shape, along)};
      BlockingRegion region(operation, whole.nbytes(), {}, BlockingRegion::Lock::keep);
      put_picks(region, tables, select_all(x, picks.indices), picks, whole, false);
    }
  }
  operation.record().workspace_bytes = held.bytes_above_now();
  operation.finish(x, layout_of(x));
}

std::vector<Tensor> nonzero(Op op, const Tensor& x) {
  Operation operation(op);
  const HeldPeak held;
  operation.add_operand(x);
  if (x.rank() == 0) {
    fail(ErrorKind::shape,
         std::string(operation.name()) +
             ": a rank-0 tensor has no positions (got shape (); expected at least one axis)");
  }
  operation.choose_no_kernel("positions by mask");
  operation.record().compute_dtype = x.dtype;
  const KernelTables& tables = kernel_tables(operation.choose_native());
  std::vector<Tensor> positions;
  if (operation.is_dry_run()) {  // how many there are is known after the work only
    for (int i = 0; i < x.rank(); ++i)
      positions.push_back(operation.allocate_result({0}, DType::int64));
  } else {
    Tensor mask;
    if (x.dtype == DType::bool_) {
      mask = read_mask(operation, x);
    } else {
      const Tensor source = x;
      mask = empty_tensor(operation.name(), x.shape, DType::bool_);
      BlockingRegion region(operation, source.nbytes(), {});
      assign(operation, region, mask, source);
    }
    positions = locate_true(operation, tables, mask);
  }
  operation.note_peak(held, positions);
  operation.finish(positions[0]);
  return positions;
}

}  // namespace corepy

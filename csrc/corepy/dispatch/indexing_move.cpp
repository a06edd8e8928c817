// Moving what a selection picks.
#include "corepy/dispatch/indexing_move.h"

#include <algorithm>
#include <atomic>

#include "corepy/dispatch/copy.h"
#include "corepy/dispatch/elementwise.h"
#include "corepy/dispatch/indexing_mask.h"
#include "corepy/dispatch/manipulation.h"

namespace corepy {
namespace {

std::int64_t* indices_of(const Tensor& tensor) {
  return reinterpret_cast<std::int64_t*>(tensor.data());
}

// Positions counted through all picked axes together, as byte offsets. Axes that are one run need a
// multiplication only.
void offset_flat_positions(const KernelTables& tables, const Selection& selection,
                           const Tensor& positions) {
  Dims shape, strides;
  for (int i = 0; i < selection.picked(); ++i) {
    shape.push_back(selection.base.shape[selection.before + i]);
    strides.push_back(selection.base.strides[selection.before + i]);
  }
  std::int64_t* places = indices_of(positions);
  const std::int64_t count = positions.size(), extent = count_elements(shape);
  if (count == 0) return;
  Dims merged;
  if (try_reshape_strides(shape, strides, Dims{extent}, merged)) {
    return tables.indexing->scale_positions(places, count, extent, merged[0], places);
  }
  for (std::int64_t i = 0; i < count; ++i) {
    std::int64_t rest = places[i], offset = 0;
    for (int axis = shape.size() - 1; axis >= 0; --axis) {
      offset += rest % shape[axis] * strides[axis];
      rest /= shape[axis];
    }
    places[i] = offset;
  }
}

// Offsets of one index array: p(index) * stride.
Tensor scale_indices(Operation& operation, const KernelTables& tables, const Tensor& indices,
                     int axis, std::int64_t extent, std::int64_t stride) {
  const Tensor offsets = operation.allocate_result(indices.shape, DType::int64);
  if (operation.is_dry_run()) return offsets;
  check_indices(operation.name(), tables, indices, axis, extent);
  tables.indexing->scale_positions(indices_of(indices), indices.size(), extent, stride,
                                   indices_of(offsets));
  return offsets;
}

// Work is cut into pieces of about this much, so that threads share it and the user may interrupt.
constexpr std::int64_t piece_bytes = std::int64_t{1} << 20;

// So many indices fill a second-level cache.
constexpr std::int64_t many_indices = std::int64_t{1} << 17;

// Runs the loop over all rows, in pieces of rows or, where order does not matter and there are few
// rows, of picks.
bool run_moves(BlockingRegion& region, MoveLoop loop, const MoveNest& nest, const MoveArgs& whole,
               bool may_cut_picks) {
  std::atomic<std::uint32_t> flags{0};
  const std::int64_t rows = nest.row_count(), row_bytes = whole.count * (nest.run_bytes + 8);
  const std::int64_t pieces_of_picks =
      may_cut_picks ? std::max<std::int64_t>(1, row_bytes / piece_bytes) : 1;
  const std::int64_t picks = (whole.count + pieces_of_picks - 1) / pieces_of_picks;
  const std::int64_t rows_together =
      std::max<std::int64_t>(1, piece_bytes / std::max<std::int64_t>(1, row_bytes));
  const std::int64_t pieces_of_rows = (rows + rows_together - 1) / rows_together;
  const auto move = [&](std::int64_t piece, int) noexcept {
    const std::int64_t first = piece / pieces_of_picks * rows_together;
    const std::int64_t start = piece % pieces_of_picks * picks;
    std::uint32_t own_flags = 0;
    MoveArgs args = whole;
    args.flags = &own_flags;
    args.count = std::max<std::int64_t>(0, std::min(picks, whole.count - start));
    args.indices += start;
    for_each_rows(nest, first, std::min(first + rows_together, rows),
                  [&](std::int64_t base, std::int64_t other, std::int64_t count,
                      std::int64_t base_stride, std::int64_t other_stride) {
                    args.outer = count;
                    args.axis = static_cast<std::byte*>(whole.axis) + base;
                    args.axis_outer_stride_bytes = base_stride;
                    args.other = static_cast<std::byte*>(whole.other) + other +
                                 start * whole.other_stride_bytes;
                    args.other_outer_stride_bytes = other_stride;
                    loop(args);
                  });
    if (own_flags != 0) flags.fetch_or(own_flags, std::memory_order_relaxed);
  };
  region.run(pieces_of_rows * pieces_of_picks, move);
  return (flags & loop_flag_index_out_of_bounds) == 0;
}

MoveArgs make_args(const Selection& selection, const Picks& picks, const MoveNest& nest,
                   const Tensor& other) {
  MoveArgs args{};
  args.count = picks.indices.size();
  args.axis_length = picks.axis_length;
  args.has_negatives = picks.has_negatives;
  args.has_many = args.count >= many_indices;
  args.run_bytes = nest.run_bytes;
  args.indices = indices_of(picks.indices);
  args.axis = selection.base.data();
  args.axis_stride_bytes = picks.axis_stride_bytes;
  args.other = other.data();
  args.other_stride_bytes = nest.other_stride_bytes;
  return args;
}

}  // namespace

Picks find_offsets(Operation& operation, const KernelTables& tables, const Selection& selection) {
  if (selection.has_mask) {
    Picks picks{locate_true_flat(operation, tables, selection.mask, selection.mask_counts)};
    if (!operation.is_dry_run()) offset_flat_positions(tables, selection, picks.indices);
    return picks;
  }
  Tensor offsets;
  for (int i = 0; i < selection.picked(); ++i) {
    const int axis = selection.before + i;
    Tensor scaled = scale_indices(operation, tables, selection.indices[static_cast<std::size_t>(i)],
                                  static_cast<int>(selection.picked_axes[i]),
                                  selection.base.shape[axis], selection.base.strides[axis]);
    if (!offsets.storage) {
      offsets = std::move(scaled);
    } else {
      const Tensor* terms[] = {&offsets, &scaled};
      offsets = elementwise(Op::add, terms);
    }
  }
  const bool is_whole = offsets.storage && offsets.shape == selection.picked_shape;
  if (!is_whole || !offsets.is_contiguous()) {
    const Tensor whole = operation.allocate_result(selection.picked_shape, DType::int64);
    const std::int64_t nothing = 0;
    if (!offsets.storage) offsets = scalar_tensor(operation.name(), DType::int64, &nothing);
    assign(operation, whole, offsets);
    offsets = whole;
  }
  return {offsets};
}

Picks find_picks(Operation& operation, const KernelTables& tables, const Selection& selection,
                 bool checks) {
  const bool is_one_array = !selection.has_mask && selection.indices.size() == 1 &&
                            selection.indices[0].shape == selection.picked_shape;
  if (!is_one_array) return find_offsets(operation, tables, selection);
  Picks picks{selection.indices[0], selection.base.shape[selection.before],
              selection.base.strides[selection.before]};
  const int axis = static_cast<int>(selection.picked_axes[0]);
  if ((checks || picks.axis_length == 0) && !operation.is_dry_run()) {
    picks.has_negatives =
        check_indices(operation.name(), tables, picks.indices, axis, picks.axis_length);
  }
  return picks;
}

Tensor materialize(Operation& operation, const Tensor& source, const Tensor& x, const Dims& shape) {
  const bool is_as_needed = source.dtype == x.dtype && source.shape == shape &&
                            source.is_contiguous() && source.storage.get() != x.storage.get() &&
                            !(source.dtype == DType::bool_ && source.storage->is_foreign());
  if (is_as_needed) return source;
  Tensor result = operation.allocate_result(shape, x.dtype);
  assign(operation, result, source);
  if (source.dtype != x.dtype) operation.note_cast(result.nbytes());
  return result;
}

MoveNest plan_moves(const Selection& selection, const Tensor& other, bool is_one_run) {
  const Tensor& base = selection.base;
  const int before = selection.before, after = before + selection.picked();
  const int picked_rank = is_one_run ? 0 : selection.picked_shape.size();
  MoveNest nest{};
  std::int64_t run = base.itemsize();
  int end = base.rank();
  while (end > after && (base.strides[end - 1] == run || base.shape[end - 1] == 1)) {
    run *= base.shape[end - 1];
    --end;
  }
  nest.run_bytes = run;
  const auto stride_of = [&](int axis) { return other.strides[axis]; };
  Dims shape, strides[2];
  for (int i = 0; i < end; ++i) {
    if (i >= before && i < after) continue;
    shape.push_back(base.shape[i]);
    strides[0].push_back(base.strides[i]);
    strides[1].push_back(stride_of(i < before ? i : i - selection.picked() + picked_rank));
  }
  nest.rows = plan_loops(shape, strides);
  if (!is_one_run) {
    std::int64_t stride = base.itemsize();  // of a contiguous `other`
    for (int i = after; i < base.rank(); ++i) stride *= base.shape[i];
    nest.other_stride_bytes = stride;
  }
  return nest;
}

bool take_picks(BlockingRegion& region, const KernelTables& tables, const Selection& selection,
                const Picks& picks, const Tensor& other) {
  const MoveNest nest = plan_moves(selection, other, false);
  return run_moves(region, tables.indexing->take, nest, make_args(selection, picks, nest, other),
                   true);
}

bool put_picks(BlockingRegion& region, const KernelTables& tables, const Selection& selection,
               const Picks& picks, const Tensor& other, bool is_one_run) {
  const MoveNest nest = plan_moves(selection, other, is_one_run);
  return run_moves(region, tables.indexing->put, nest, make_args(selection, picks, nest, other),
                   false);
}

}  // namespace corepy

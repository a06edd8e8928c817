// The paths of views and rearrangements.
#include "corepy/dispatch/manipulation.h"

#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

#include "corepy/core/error.h"
#include "corepy/dispatch/blocking_region.h"
#include "corepy/dispatch/copy.h"
#include "corepy/dispatch/dispatch.h"
#include "corepy/dispatch/short_rows.h"
#include "corepy/ops/promotion.h"

namespace corepy {
namespace {

Tensor finish_view(Operation& operation, Tensor view) {
  operation.choose_no_kernel("view");
  operation.finish(view, layout_of(view));
  return view;
}

Tensor finish_copy(Operation& operation, Tensor result, const char* variant) {
  operation.choose_no_kernel(variant);
  operation.finish(result);
  return result;
}

// The dtype that all arrays share; records promotion beyond the standard.
DType common_dtype(Operation& operation, std::span<const Tensor> arrays) {
  if (arrays.empty()) {
    fail(ErrorKind::value,
         std::string(operation.name()) + ": at least one array is needed (got none)");
  }
  DType dtype = arrays[0].dtype;
  bool mixed_kind = false;
  for (const Tensor& array : arrays) {
    operation.add_operand(array);
    dtype = promote_dtypes(operation.name(), dtype, array.dtype, mixed_kind);
  }
  if (mixed_kind)
    operation.note_promotion(record_mixed_kind_promotion, "dtypes of different kinds");
  return dtype;
}

// Bytes of the result in which every part has one run: what axes before `axis` repeat.
std::int64_t row_bytes_of(const Tensor& result, int axis) {
  std::int64_t bytes = result.itemsize();
  for (int i = axis; i < result.rank(); ++i) bytes *= result.shape[i];
  return bytes;
}

// Whether the parts lie contiguous and need no conversion, so that their runs can be copied without
// a plan for each part. Runs of one element in many rows are better scattered, part by part.
bool are_runs(const std::vector<Tensor>& parts, const Tensor& result, int axis) {
  for (const Tensor& part : parts) {
    if (part.dtype != result.dtype || !part.is_contiguous()) return false;
    if (part.dtype == DType::bool_ && part.storage->is_foreign()) return false;
  }
  const auto count = static_cast<std::int64_t>(parts.size());
  const std::int64_t row_bytes = row_bytes_of(result, axis);
  return row_bytes == result.nbytes() || row_bytes > count * result.itemsize();
}

// A few rows of the result at a time, which stay near while each part's runs come to them; long
// rows of what goes to memory in order, as it wants them. Long runs are worth a call of the C
// library each. `region`: where to poll for interrupts, or null.
void join_runs(const std::vector<Tensor>& parts, const Tensor& result, int axis,
               BlockingRegion* region) {
  constexpr std::int64_t block_bytes = 8192, short_row_bytes = 256, long_run_bytes = 128;
  constexpr std::int64_t far_bytes = std::int64_t{1} << 22;
  const std::int64_t row_bytes = row_bytes_of(result, axis), itemsize = result.itemsize();
  if (row_bytes == 0) return;
  const std::int64_t unit_bytes = row_bytes / result.shape[axis];
  const bool in_order = row_bytes >= short_row_bytes && result.nbytes() >= far_bytes;
  const std::int64_t total = result.nbytes() / row_bytes;
  const std::int64_t step = in_order ? 1 : std::max<std::int64_t>(1, block_bytes / row_bytes);
  for (std::int64_t row = 0; row < total; row += step) {
    const std::int64_t rows = std::min(step, total - row);
    std::byte* place = result.data() + row * row_bytes;
    for (const Tensor& part : parts) {
      const std::int64_t run_bytes = part.shape[axis] * unit_bytes;
      std::byte* const from = part.data() + row * run_bytes;
      if (run_bytes >= long_run_bytes) {
        for (std::int64_t r = 0; r < rows; ++r) {
          std::memcpy(place + r * row_bytes, from + r * run_bytes,
                      static_cast<std::size_t>(run_bytes));
        }
      } else if (run_bytes > 0) {
        move_rows({from, run_bytes, itemsize}, {place, row_bytes, itemsize}, rows,
                  run_bytes / itemsize, itemsize);
      }
      place += run_bytes;
    }
    if (region != nullptr) region->poll(rows * row_bytes);
  }
}

void join_parts(Operation& operation, BlockingRegion& region, const std::vector<Tensor>& parts,
                const Tensor& result, int axis) {
  const bool backwards = operation.alternate();  // see Assignment::is_long
  std::int64_t offset = backwards ? result.shape[axis] * result.strides[axis] : 0;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const Tensor& part = parts[backwards ? parts.size() - 1 - i : i];
    const std::int64_t extent = part.shape[axis] * result.strides[axis];
    if (backwards) offset -= extent;
    assign(operation, region, result.view(part.shape, result.strides, offset), part);
    if (!backwards) offset += extent;
    if (part.dtype != result.dtype) operation.note_cast(part.size() * itemsize_of(result.dtype));
  }
}

std::vector<const Tensor*> pointers_to(const std::vector<Tensor>& parts) {
  std::vector<const Tensor*> pointers;
  for (const Tensor& part : parts) pointers.push_back(&part);
  return pointers;
}

// Whether whole runs of the parts are written in the result's order, on one thread.
bool joins_runs(const BlockingRegion& region, const Tensor& result, int axis) {
  return row_bytes_of(result, axis) != result.nbytes() && region.thread_count() <= 1;
}

// What a dry run says of join.
void plan_join(Operation& operation, const std::vector<Tensor>& parts, const Tensor& result,
               int axis) {
  const std::vector<const Tensor*> pinned = pointers_to(parts);
  BlockingRegion region(operation, result.nbytes(), pinned);
  const bool is_small = result.nbytes() < blocking_work_bytes;
  if (!are_runs(parts, result, axis) || !(is_small || joins_runs(region, result, axis)))
    join_parts(operation, region, parts, result, axis);
}

// Writes each part at its place along `axis` of a fresh result.
Tensor join(Operation& operation, const std::vector<Tensor>& parts, const Dims& shape, int axis,
            DType dtype) {
  Tensor result = operation.allocate_result(shape, dtype);
  if (operation.is_dry_run()) {
    plan_join(operation, parts, result, axis);
    return finish_copy(operation, std::move(result), "strided copy");
  }
  const bool in_runs = are_runs(parts, result, axis);
  if (in_runs && result.nbytes() < blocking_work_bytes) {
    join_runs(parts, result, axis, nullptr);
  } else {
    const std::vector<const Tensor*> pinned = pointers_to(parts);
    BlockingRegion region(operation, result.nbytes(), pinned);
    if (in_runs && joins_runs(region, result, axis)) {
      join_runs(parts, result, axis, &region);
    } else {
      join_parts(operation, region, parts, result, axis);
    }
  }
  return finish_copy(operation, std::move(result), "strided copy");
}

}  // namespace

Tensor reshape(const Tensor& x, const Dims& shape, std::optional<bool> copy) {
  Operation operation(Op::reshape);
  operation.add_operand(x);
  const Dims target = infer_reshape(x.shape, shape);
  Dims strides;
  const bool can_view = x.size() == 0 || try_reshape_strides(x.shape, x.strides, target, strides);
  if (x.size() == 0) strides = contiguous_strides(target, x.itemsize());
  if (can_view && copy != true) return finish_view(operation, x.view(target, strides));
  if (!can_view && copy == false) {
    fail(ErrorKind::value,
         "reshape: these strides cannot be seen in the new shape without a copy (got shape " +
             to_string(x.shape) + " to " + to_string(target) +
             " with copy=False); allow the copy with copy=None");
  }
  Tensor result = operation.allocate_result(x.shape, x.dtype);
  assign(operation, result, x);
  if (copy != true)
    operation.note_copy(result.nbytes(), "reshape of a tensor whose elements are not in C order");
  return finish_copy(operation, result.view(target, contiguous_strides(target, x.itemsize())),
                     "strided copy");
}

Tensor permute_dims(const Tensor& x, const Dims& axes) {
  Operation operation(Op::permute_dims);
  operation.add_operand(x);
  const Dims sorted = normalize_axes(operation.name(), axes, x.rank());
  if (sorted.size() != x.rank()) {
    fail(ErrorKind::axis, "permute_dims: every axis must be named once (got " + to_string(axes) +
                              "; expected " + std::to_string(x.rank()) + " axes)");
  }
  Dims shape, strides;
  for (const std::int64_t axis : axes) {
    const int i = normalize_axis(operation.name(), axis, x.rank());
    shape.push_back(x.shape[i]);
    strides.push_back(x.strides[i]);
  }
  return finish_view(operation, x.view(std::move(shape), std::move(strides)));
}

Tensor expand_dims(const Tensor& x, const Dims& axes) {
  Operation operation(Op::expand_dims);
  operation.add_operand(x);
  const int rank = x.rank() + axes.size();
  if (rank > max_rank) {
    fail(ErrorKind::shape, "expand_dims: too many dimensions (got " + std::to_string(rank) +
                               "; expected at most 64)");
  }
  const Dims sorted = normalize_axes(operation.name(), axes, rank);
  Dims shape = x.shape, strides = x.strides;
  for (const std::int64_t axis : sorted) {
    shape.insert(static_cast<int>(axis), 1);
    strides.insert(static_cast<int>(axis), 0);
  }
  return finish_view(operation, x.view(std::move(shape), std::move(strides)));
}

Tensor squeeze(const Tensor& x, const Dims& axes) {
  Operation operation(Op::squeeze);
  operation.add_operand(x);
  const Dims sorted = normalize_axes(operation.name(), axes, x.rank());
  Dims shape = x.shape, strides = x.strides;
  for (int i = sorted.size() - 1; i >= 0; --i) {
    const int axis = static_cast<int>(sorted[i]);
    if (shape[axis] != 1) {
      fail(ErrorKind::shape, "squeeze: only axes of extent 1 can be removed (got axis " +
                                 std::to_string(axis) + " of shape " + to_string(x.shape) + ")");
    }
    shape.erase(axis);
    strides.erase(axis);
  }
  return finish_view(operation, x.view(std::move(shape), std::move(strides)));
}

Tensor broadcast_to(const Tensor& x, const Dims& shape) {
  Operation operation(Op::broadcast_to);
  operation.add_operand(x);
  count_elements(operation.name(), shape, x.itemsize());
  Dims strides = broadcast_strides(operation.name(), x.shape, x.strides, shape);
  return finish_view(operation, x.view(shape, std::move(strides)));
}

std::vector<Tensor> broadcast_arrays(std::span<const Tensor> arrays) {
  Operation operation(Op::broadcast_arrays);
  std::vector<const Dims*> shapes;
  for (const Tensor& array : arrays) {
    operation.add_operand(array);
    shapes.push_back(&array.shape);
  }
  std::vector<Tensor> views;
  if (arrays.empty()) return views;
  const Dims shape = broadcast_shapes(operation.name(), shapes);
  for (const Tensor& array : arrays) {
    count_elements(operation.name(), shape, array.itemsize());
    views.push_back(
        array.view(shape, broadcast_strides(operation.name(), array.shape, array.strides, shape)));
  }
  finish_view(operation, views[0]);
  return views;
}

Tensor flip(const Tensor& x, const std::optional<Dims>& axes) {
  Operation operation(Op::flip);
  operation.add_operand(x);
  const Dims flipped = axes ? normalize_axes(operation.name(), *axes, x.rank()) : Dims();
  Dims strides = x.strides;
  std::int64_t offset = 0;
  for (int axis = 0; axis < x.rank(); ++axis) {
    if (axes && std::find(flipped.begin(), flipped.end(), axis) == flipped.end()) continue;
    if (x.shape[axis] > 0) offset += (x.shape[axis] - 1) * x.strides[axis];
    strides[axis] = -x.strides[axis];
  }
  // Without elements there is no last one to start from.
  if (x.size() == 0) return finish_view(operation, x);
  return finish_view(operation, x.view(x.shape, std::move(strides), offset));
}

Tensor sliding_window_view(const Tensor& x, const Dims& window, const std::optional<Dims>& axes) {
  Operation operation(Op::sliding_window_view);
  operation.add_operand(x);
  if (axes) normalize_axes(operation.name(), *axes, x.rank());  // no axis twice
  const int window_rank = window.size(), expected = axes ? axes->size() : x.rank();
  if (window_rank != expected || x.rank() + window_rank > max_rank) {
    fail(ErrorKind::shape,
         "sliding_window_view: window_shape must have one extent for each axis (got " +
             std::to_string(window_rank) + "; expected " + std::to_string(expected) +
             ", and at most 64 axes in the result)");
  }
  Dims shape = x.shape, strides = x.strides;
  for (int i = 0; i < window_rank; ++i) {
    const int axis = axes ? normalize_axis(operation.name(), (*axes)[i], x.rank()) : i;
    if (window[i] < 1 || window[i] > x.shape[axis]) {
      fail(ErrorKind::shape, "sliding_window_view: the window does not fit into axis " +
                                 std::to_string(axis) + " (got " + std::to_string(window[i]) +
                                 "; expected 1 to " + std::to_string(x.shape[axis]) + ")");
    }
    shape[axis] -= window[i] - 1;
    shape.push_back(window[i]);
    strides.push_back(x.strides[axis]);
  }
  count_elements(operation.name(), shape, x.itemsize());
  return finish_view(operation, x.view(std::move(shape), std::move(strides)));
}

namespace {

// Shape and strides of x's memory in elements of another size: the last axis has fewer or more.
void resize_elements(const Tensor& x, DType dtype, Dims& shape, Dims& strides) {
  const std::int64_t from = x.itemsize(), to = itemsize_of(dtype);
  const auto refuse = [&](const std::string& why) {
    fail(ErrorKind::shape, "view: " + why + " (got shape " + to_string(x.shape) + " of " +
                               name_of(x.dtype) + " for " + name_of(dtype) + ")");
  };
  if (x.rank() == 0) refuse("a tensor without axes keeps the size of its element");
  const int last = x.rank() - 1;
  if (shape[last] > 1 && strides[last] != from && x.size() != 0)
    refuse("the last axis must lie contiguous where the size of elements changes; use corepy.copy");
  if (shape[last] * from % to != 0)
    refuse("the bytes of the last axis are no multiple of the size");
  shape[last] = shape[last] * from / to;
  strides[last] = to;
}

}  // namespace

Tensor view(const Tensor& x, DType dtype) {
  Operation operation(Op::view);
  operation.add_operand(x);
  if (dtype == DType::bool_ && x.dtype != DType::bool_) {
    fail(ErrorKind::dtype, std::string("view: bools have two values and no other bits (got ") +
                               name_of(x.dtype) + "; expected bool); use x != 0");
  }
  Tensor seen = x;
  if (x.dtype == DType::bool_ && dtype != DType::bool_ && x.storage->is_foreign()) {
    seen = operation.allocate_result(x.shape, x.dtype);
    assign(operation, seen, x);
    operation.note_copy(seen.nbytes(), "view of bools of another library, whose bytes may be any");
  }
  if (itemsize_of(dtype) != x.itemsize()) resize_elements(seen, dtype, seen.shape, seen.strides);
  seen.dtype = dtype;
  return finish_view(operation, std::move(seen));
}

Tensor moveaxis(const Tensor& x, const Dims& source, const Dims& destination) {
  Operation operation(Op::moveaxis);
  operation.add_operand(x);
  const int rank = x.rank();
  normalize_axes(operation.name(), source, rank);  // no axis twice
  normalize_axes(operation.name(), destination, rank);
  if (source.size() != destination.size()) {
    fail(ErrorKind::axis, "moveaxis: every axis needs a destination (got source " +
                              to_string(source) + " and destination " + to_string(destination) +
                              ")");
  }
  Dims order(rank, -1);  // the axis of x at each position of the result
  Dims moved(rank, 0);
  for (int i = 0; i < source.size(); ++i) {
    const int axis = normalize_axis(operation.name(), source[i], rank);
    order[normalize_axis(operation.name(), destination[i], rank)] = axis;
    moved[axis] = 1;
  }
  int next = 0;
  for (int i = 0; i < rank; ++i) {
    if (order[i] >= 0) continue;
    while (moved[next] != 0) ++next;
    order[i] = next++;
  }
  Dims shape, strides;
  for (const std::int64_t axis : order) {
    shape.push_back(x.shape[static_cast<int>(axis)]);
    strides.push_back(x.strides[static_cast<int>(axis)]);
  }
  return finish_view(operation, x.view(std::move(shape), std::move(strides)));
}

std::vector<Tensor> unstack(const Tensor& x, std::int64_t axis) {
  Operation operation(Op::unstack);
  operation.add_operand(x);
  if (x.rank() == 0)
    fail(ErrorKind::axis, "unstack: a rank-0 tensor has no axis to be split along");
  const int along = normalize_axis(operation.name(), axis, x.rank());
  Dims shape = x.shape, strides = x.strides;
  shape.erase(along);
  strides.erase(along);
  std::vector<Tensor> parts;
  for (std::int64_t i = 0; i < x.shape[along]; ++i)
    parts.push_back(x.view(shape, strides, x.size() == 0 ? 0 : i * x.strides[along]));
  if (!parts.empty()) finish_view(operation, parts[0]);
  return parts;
}

Tensor concat(std::span<const Tensor> arrays, std::optional<std::int64_t> axis) {
  Operation operation(Op::concat);
  const DType dtype = common_dtype(operation, arrays);
  std::vector<Tensor> parts;
  for (const Tensor& array : arrays) {
    parts.push_back(axis ? array : reshape(array, {-1}, std::nullopt));
  }
  const Tensor& first = parts[0];
  if (first.rank() == 0)
    fail(ErrorKind::shape,
         "concat: rank-0 tensors cannot be joined along an axis (use stack, or axis=None)");
  const int along = normalize_axis(operation.name(), axis.value_or(0), first.rank());
  Dims shape = first.shape;
  for (std::size_t k = 1; k < parts.size(); ++k) {
    bool fits = parts[k].rank() == first.rank();
    for (int i = 0; fits && i < first.rank(); ++i)
      fits = i == along || parts[k].shape[i] == first.shape[i];
    if (!fits) {
      fail(ErrorKind::shape, "concat: shapes must agree except along axis " +
                                 std::to_string(along) + " (got " + to_string(first.shape) +
                                 " and " + to_string(parts[k].shape) + ")");
    }
    if (__builtin_add_overflow(shape[along], parts[k].shape[along], &shape[along])) {
      fail(ErrorKind::shape, "concat: the result is too large to address");
    }
  }
  return join(operation, parts, shape, along, dtype);
}

Tensor stack(std::span<const Tensor> arrays, std::int64_t axis) {
  Operation operation(Op::stack);
  const DType dtype = common_dtype(operation, arrays);
  const Dims& first = arrays[0].shape;
  const int along = normalize_axis(operation.name(), axis, first.size() + 1);
  std::vector<Tensor> parts;
  for (const Tensor& array : arrays) {
    if (array.shape != first) {
      fail(ErrorKind::shape, "stack: all shapes must be equal (got " + to_string(first) + " and " +
                                 to_string(array.shape) + ")");
    }
    Tensor part = array;
    part.shape.insert(along, 1);
    part.strides.insert(along, 0);
    parts.push_back(std::move(part));
  }
  Dims shape = first;
  shape.insert(along, static_cast<std::int64_t>(arrays.size()));
  return join(operation, parts, shape, along, dtype);
}

void check_cast(const char* op, DType from, DType to) {
  if (!is_complex(from) || is_complex(to)) return;
  fail(ErrorKind::dtype, std::string(op) + ": a complex tensor has no one real value (got " +
                             name_of(from) + " to " + name_of(to) +
                             "); take corepy.real, corepy.imag or corepy.abs first");
}

Tensor astype(const Tensor& x, DType dtype, bool copy) {
  Operation operation(Op::astype);
  operation.add_operand(x);
  check_cast(operation.name(), x.dtype, dtype);
  if (x.dtype == dtype && !copy) return finish_view(operation, x);
  Tensor result = operation.allocate_result(x.shape, dtype);
  {
    const Tensor* pinned[] = {&x};
    BlockingRegion region(operation, std::max(result.nbytes(), x.nbytes()), pinned);
    assign(operation, region, result, *region.operands()[0]);
  }
  operation.choose_native();
  operation.record().compute_dtype = dtype;
  return finish_copy(operation, std::move(result), x.dtype == dtype ? "copy" : "cast");
}

Tensor copy(const Tensor& x) {
  Operation operation(Op::copy);
  operation.add_operand(x);
  Tensor result = operation.allocate_result(x.shape, x.dtype);
  {
    const Tensor* pinned[] = {&x};
    BlockingRegion region(operation, result.nbytes(), pinned);
    assign(operation, region, result, *region.operands()[0]);
  }
  return finish_copy(operation, std::move(result), "copy");
}

}  // namespace corepy

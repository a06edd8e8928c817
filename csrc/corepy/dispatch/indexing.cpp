// Reading and writing parts of tensors.
#include "corepy/dispatch/indexing.h"

#include <algorithm>
#include <atomic>
#include <string>

#include "corepy/core/error.h"
#include "corepy/dispatch/blocking_region.h"
#include "corepy/dispatch/copy.h"
#include "corepy/dispatch/dispatch.h"
#include "corepy/dispatch/kernel_tables.h"
#include "corepy/ops/promotion.h"

namespace corepy {
namespace {

using Kind = IndexItem::Kind;

struct Slice {
  std::int64_t start, step, length;
};

// Python's slice rules: bounds are clamped to the axis.
Slice resolve_slice(const char* op, const IndexItem& item, std::int64_t extent) {
  if (item.step == 0)
    fail(ErrorKind::value,
         std::string(op) + ": a slice step cannot be zero (got 0; expected a nonzero step)");
  const bool backward = item.step < 0;
  const std::int64_t lowest = backward ? -1 : 0, highest = backward ? extent - 1 : extent;
  const auto clamp = [&](std::int64_t bound) {
    if (bound < 0) bound = bound < -extent ? lowest : bound + extent;
    return std::clamp(bound, lowest, std::max(lowest, highest));
  };
  const std::int64_t start = item.has_start ? clamp(item.start) : (backward ? highest : lowest);
  const std::int64_t stop = item.has_stop ? clamp(item.stop) : (backward ? lowest : highest);
  // Unsigned arithmetic: a step may be as large as int64 goes.
  const std::uint64_t distance =
      backward ? static_cast<std::uint64_t>(start) - static_cast<std::uint64_t>(stop)
               : static_cast<std::uint64_t>(stop) - static_cast<std::uint64_t>(start);
  const bool empty = backward ? start <= stop : stop <= start;
  const std::uint64_t step =
      backward ? 0 - static_cast<std::uint64_t>(item.step) : static_cast<std::uint64_t>(item.step);
  const std::int64_t length = empty ? 0 : static_cast<std::int64_t>((distance - 1) / step + 1);
  return {start, item.step, length};
}

std::int64_t resolve_integer(const char* op, std::int64_t index, std::int64_t extent, int axis) {
  if (index < -extent || index >= extent) {
    fail(ErrorKind::out_of_bounds, std::string(op) + ": index out of bounds for axis " +
                                       std::to_string(axis) + " (got " + std::to_string(index) +
                                       "; expected " + std::to_string(-extent) + " <= index < " +
                                       std::to_string(extent) + ")");
  }
  return index < 0 ? index + extent : index;
}

// The view that x[items] names.
Tensor select(const char* op, const Tensor& x, std::span<const IndexItem> items) {
  int consumed = 0;
  bool has_ellipsis = false;
  for (const IndexItem& item : items) {
    consumed += item.kind == Kind::integer || item.kind == Kind::slice ? 1 : 0;
    if (item.kind == Kind::ellipsis) {
      if (has_ellipsis)
        fail(ErrorKind::out_of_bounds,
             std::string(op) + ": an index can have only one ellipsis (got two)");
      has_ellipsis = true;
    }
  }
  if (consumed > x.rank()) {
    fail(ErrorKind::out_of_bounds, std::string(op) + ": too many indices (got " +
                                       std::to_string(consumed) + "; expected at most " +
                                       std::to_string(x.rank()) + " for shape " +
                                       to_string(x.shape) + ")");
  }
  Dims shape, strides;
  std::int64_t offset = 0;
  int axis = 0;
  const auto keep = [&](int count) {
    for (; count > 0; --count, ++axis)
      shape.push_back(x.shape[axis]), strides.push_back(x.strides[axis]);
  };
  for (const IndexItem& item : items) {
    switch (item.kind) {
      case Kind::integer:
        offset += resolve_integer(op, item.start, x.shape[axis], axis) * x.strides[axis];
        ++axis;
        break;
      case Kind::slice: {
        const Slice slice = resolve_slice(op, item, x.shape[axis]);
        shape.push_back(slice.length);
        strides.push_back(slice.length > 1 ? x.strides[axis] * slice.step : x.strides[axis]);
        if (slice.length > 0) offset += slice.start * x.strides[axis];
        ++axis;
        break;
      }
      case Kind::ellipsis:
        keep(x.rank() - consumed);
        break;
      case Kind::newaxis:
        shape.push_back(1);
        strides.push_back(0);
        break;
    }
  }
  keep(x.rank() - axis);
  if (shape.size() > max_rank) {
    fail(ErrorKind::shape, std::string(op) + ": too many dimensions (got " +
                               std::to_string(shape.size()) + "; expected at most 64)");
  }
  return x.view(std::move(shape), std::move(strides), offset);
}

// uint64 indices beyond int64 became negative: out of bounds, not from the end. `index` is private
// memory by then.
void check_converted_indices(const Tensor& index, std::int64_t axis_length) {
  const auto* values = reinterpret_cast<const std::int64_t*>(index.data());
  for (std::int64_t i = 0; i < index.size(); ++i) {
    if (values[i] >= 0) continue;
    fail(ErrorKind::out_of_bounds, "take: an index is out of bounds (got " +
                                       std::to_string(static_cast<std::uint64_t>(values[i])) +
                                       "; expected " + std::to_string(-axis_length) +
                                       " <= index < " + std::to_string(axis_length) + ")");
  }
}

// Shared by threads along the outer axes, or along the indices where there is one outer step.
void run_take(BlockingRegion& region, const IndexingKernels& kernels, const TakeArgs& args,
              std::atomic<std::uint32_t>& flags) {
  const bool along_indices = args.outer == 1;
  const std::int64_t extent = along_indices ? args.index_count : args.outer;
  const int threads = region.thread_count();
  const std::int64_t tasks = threads > 1 ? std::min<std::int64_t>(extent, 4 * threads) : 1;
  const std::int64_t length = tasks > 0 ? (extent + tasks - 1) / tasks : 0;
  region.run(length > 0 ? (extent + length - 1) / length : 1, [&](std::int64_t task, int) noexcept {
    const std::int64_t start = task * length, count = std::min(length, extent - start);
    std::uint32_t own_flags = 0;
    TakeArgs part = args;
    part.flags = &own_flags;
    if (along_indices) {
      part.index_count = count;
      part.indices += start;
      part.out = static_cast<std::byte*>(args.out) + start * args.run_bytes;
    } else {
      part.outer = count;
      part.in = static_cast<const std::byte*>(args.in) + start * args.in_outer_stride_bytes;
      part.out = static_cast<std::byte*>(args.out) + start * args.index_count * args.run_bytes;
    }
    kernels.take(part);
    if (own_flags != 0) flags.fetch_or(own_flags, std::memory_order_relaxed);
  });
}

}  // namespace

Tensor getitem(const Tensor& x, std::span<const IndexItem> items) {
  Operation operation(Op::getitem);
  operation.add_operand(x);
  Tensor result = select(operation.name(), x, items);
  operation.choose_no_kernel("view");
  operation.finish(result, layout_of(result));
  return result;
}

void setitem(Tensor& x, std::span<const IndexItem> items, const Tensor& value) {
  Operation operation(Op::setitem);
  operation.add_operand(x);
  operation.add_operand(value);
  if (!can_cast_same_kind(value.dtype, x.dtype)) {
    fail(ErrorKind::dtype,
         std::string("setitem: the value cannot be converted without loss of kind (got ") +
             name_of(value.dtype) + "; expected a dtype that converts to " + name_of(x.dtype) +
             "); convert with corepy.astype");
  }
  Dims target_shape = select(operation.name(), x, items).shape;
  // Leading axes of extent 1 beyond the target's rank are dropped, as in NumPy's assignment.
  Tensor source = value;
  while (source.rank() > target_shape.size() && source.shape[0] == 1) {
    source.shape.erase(0);
    source.strides.erase(0);
  }
  broadcast_strides(operation.name(), source.shape, source.strides, target_shape);
  operation.choose_no_kernel("strided copy");
  if (!operation.is_dry_run()) {
    if (source.storage.get() ==
        x.storage.get()) {  // x[a] = x[b]: read it all before the first write
      Tensor snapshot = empty_tensor(operation.name(), source.shape, source.dtype);
      assign(operation, snapshot, source);
      source = std::move(snapshot);
      // `value` may be x itself, or a view of it held by the caller: then x is shared and the write
      // copies it as well.
    }
    make_unique(operation, x);
    assign(operation, select(operation.name(), x, items), source);
    if (source.dtype != x.dtype) operation.note_cast(count_elements(target_shape) * x.itemsize());
  }
  operation.finish(x, layout_of(x));
}

Tensor take(const Tensor& x, const Tensor& indices, std::optional<std::int64_t> axis) {
  Operation operation(Op::take);
  operation.add_operand(x);
  operation.add_operand(indices);
  if (!is_integer(indices.dtype)) {
    fail(ErrorKind::dtype, std::string("take: indices must be integers (got ") +
                               name_of(indices.dtype) + "; expected int64)");
  }
  if (!axis && x.rank() != 1) {
    fail(ErrorKind::axis, "take: axis is needed for a tensor of rank other than 1 (got shape " +
                              to_string(x.shape) + ")");
  }
  const int normalized = normalize_axis(operation.name(), axis.value_or(0), x.rank());
  operation.set_exact();
  const Isa isa = operation.choose(/*has_simd_kernel=*/false);
  Dims shape;
  for (int i = 0; i < normalized; ++i) shape.push_back(x.shape[i]);
  for (const std::int64_t extent : indices.shape) shape.push_back(extent);
  for (int i = normalized + 1; i < x.rank(); ++i) shape.push_back(x.shape[i]);
  Tensor result = operation.allocate_result(shape, x.dtype);
  const Tensor* inputs[] = {&x, &indices};
  const Option options[] = {{"axis", static_cast<std::int64_t>(normalized)}};
  const Call call{Op::take, inputs, options, &result, x.dtype};
  if (isa == no_isa) {
    operation.run_backend(call);
    if (operation.record().backend != native_backend) {
      operation.finish(result);
      return result;
    }
  }
  const KernelTables& tables = kernel_tables(isa == no_isa ? operation.choose_native() : isa);
  operation.set_variant("gather along an axis");
  if (!operation.is_dry_run()) {
    // Indices are snapshotted or converted to contiguous int64; the kernel checks each one in the
    // load that uses it.
    const Tensor index = as_contiguous(operation, indices, DType::int64);
    if (indices.dtype == DType::uint64) check_converted_indices(index, x.shape[normalized]);
    const Tensor source = as_contiguous(operation, x, x.dtype);
    std::int64_t outer = 1, run = x.itemsize();
    for (int i = 0; i < normalized; ++i) outer *= x.shape[i];
    for (int i = normalized + 1; i < x.rank(); ++i) run *= x.shape[i];
    TakeArgs args{};
    args.outer = outer;
    args.index_count = index.size();
    args.axis_length = x.shape[normalized];
    args.run_bytes = run;
    args.in = source.data();
    args.in_outer_stride_bytes = x.shape[normalized] * run;
    args.in_axis_stride_bytes = run;
    args.indices = reinterpret_cast<const std::int64_t*>(index.data());
    args.out = result.data();
    std::atomic<std::uint32_t> flags{0};
    {
      const Tensor* pinned[] = {&source, &index};
      BlockingRegion region(operation, result.nbytes(), pinned);
      if (result.size() > 0 || index.size() > 0) run_take(region, *tables.indexing, args, flags);
      // Foreign truth values may be any byte: a cast to itself makes them 0 and 1.
      if (x.dtype == DType::bool_ && source.storage->is_foreign())
        tables.cast->find(x.dtype, x.dtype)(result.data(), result.data(), result.size());
    }
    if ((flags & loop_flag_index_out_of_bounds) != 0) {
      fail(ErrorKind::out_of_bounds, "take: an index is out of bounds (expected " +
                                         std::to_string(-x.shape[normalized]) + " <= index < " +
                                         std::to_string(x.shape[normalized]) + " along axis " +
                                         std::to_string(normalized) + ")");
    }
  }
  if (operation.wants_verify()) operation.verify(call);
  operation.finish(result);
  return result;
}

}  // namespace corepy

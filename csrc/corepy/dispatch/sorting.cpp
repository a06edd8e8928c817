// The paths of sort and argsort.
#include "corepy/dispatch/sorting.h"

#include <algorithm>
#include <string>

#include "corepy/core/error.h"
#include "corepy/dispatch/blocking_region.h"
#include "corepy/dispatch/copy.h"
#include "corepy/dispatch/dispatch.h"
#include "corepy/dispatch/kernel_tables.h"
#include "corepy/dispatch/short_rows.h"
#include "corepy/dispatch/sorting_long_row.h"
#include "corepy/dispatch/workspace.h"
#include "corepy/ops/infer.h"
#include "corepy/ops/loop_plan.h"

namespace corepy {
namespace {

// x with `axis` last.
Tensor with_axis_last(const Tensor& x, int axis) {
  Tensor view = x;
  const std::int64_t extent = x.shape[axis], stride = x.strides[axis];
  view.shape.erase(axis);
  view.strides.erase(axis);
  view.shape.push_back(extent);
  view.strides.push_back(stride);
  return view;
}

// The rows of one call, from x to its result along an axis. Rows that do not lie contiguous pass
// through scratch memory.
class RowSort {
 public:
  RowSort(Operation& operation, const KernelTables& tables, const Tensor& x, const Tensor& result,
          int axis, bool descending, SortPlaces places)
      : operation_(operation),
        tables_(tables),
        kernel_(tables.sorting->kernel[static_cast<int>(x.dtype)]),
        x_(x),
        result_(result),
        indices_(operation.record().op == Op::argsort),
        in_size_(x.itemsize()),
        out_size_(result.itemsize()) {
    const Tensor source = with_axis_last(x, axis), target = with_axis_last(result, axis);
    args_.n = n_ = source.shape.back();
    args_.descending = descending;
    args_.places = places;
    in_stride_ = source.strides.back();
    out_stride_ = target.strides.back();
    gathers_ = n_ > 1 && in_stride_ != in_size_;
    scatters_ = n_ > 1 && out_stride_ != out_size_;
    // What is asked for decides the workspace; the places themselves are set row by row.
    args_.out = indices_ ? nullptr : result.data();
    args_.out_indices = indices_ ? reinterpret_cast<std::int64_t*>(result.data()) : nullptr;
    rows_.operand_count = 2;
    rows_.shape = source.shape;  // with the sorted axis last, so that all others are outer ones
    rows_.strides[0] = source.strides;
    rows_.strides[1] = target.strides;
    gather_ = tables.copy->gather[copy_size_index(static_cast<int>(in_size_))];
    scatter_ = tables.copy->scatter[copy_size_index(static_cast<int>(out_size_))];
  }

  void run() {
    const Tensor* pinned[] = {&x_};
    BlockingRegion region(operation_, x_.nbytes() * 16, pinned);
    source_ = region.operands()[0]->data();  // x itself may change without the lock
    const std::int64_t rows = x_.size() / n_;
    if (const int axis = find_short_row_axis(); axis >= 0) {
      run_short_rows(region, axis);
    } else if (LongRowSort::is_worth(x_.dtype, n_, indices_, region.thread_count())) {
      run_long_rows(region, rows);
    } else {
      run_rows(region, rows);
    }
  }

 private:
  struct Row {
    const std::byte* in;
    std::byte* out;
  };
  Row find_row(std::int64_t row) const noexcept {
    std::int64_t offsets[max_plan_operands];
    find_outer_offsets(rows_, row, offsets);
    return {source_ + offsets[0], result_.data() + offsets[1]};
  }

  // The axis along which blocks of short rows lie; -1 where they are sorted as fast one by one.
  int find_short_row_axis() const noexcept {
    const ShortRowsKernel& kernel = tables_.sorting->short_rows[static_cast<int>(x_.dtype)];
    const bool is_short = n_ <= (indices_ ? kernel.longest_positions : kernel.longest_values);
    return is_short ? find_row_axis(rows_) : -1;
  }

  // A thread sorts a block of rows.
  void run_short_rows(BlockingRegion& region, int axis) {
    constexpr std::int64_t task_rows = 256;
    const ShortRowsKernel& kernel = tables_.sorting->short_rows[static_cast<int>(x_.dtype)];
    const std::int64_t length = rows_.shape[axis], tasks = (length + task_rows - 1) / task_rows;
    const std::int64_t in_step = rows_.strides[0][axis], out_step = rows_.strides[1][axis];
    LoopPlan outer = rows_;
    outer.shape[axis] = 1;
    const std::int64_t nests = x_.size() / (n_ * length);
    region.run(nests * tasks, [&](std::int64_t index, int) noexcept {
      const std::int64_t first = index % tasks * task_rows;
      std::int64_t offsets[max_plan_operands];
      find_outer_offsets(outer, index / tasks, offsets);
      kernel.run({std::min(task_rows, length - first), n_, source_ + offsets[0] + first * in_step,
                  in_step, in_stride_, result_.data() + offsets[1] + first * out_step, out_step,
                  out_stride_, indices_, args_.descending});
    });
  }

  // A thread sorts a row.
  void run_rows(BlockingRegion& region, std::int64_t rows) {
    const SlotWorkspaces workspaces(operation_, region, rows, kernel_.workspace_bytes(args_));
    const SlotWorkspaces in_rows(operation_, region, rows, gathers_ ? n_ * in_size_ : 0);
    const SlotWorkspaces out_rows(operation_, region, rows, scatters_ ? n_ * out_size_ : 0);
    region.run(rows, [&](std::int64_t index, int slot) noexcept {
      const Row row = find_row(index);
      if (gathers_) gather_(row.in, in_stride_, in_rows.at(slot), n_);
      SortArgs call = args_;
      call.workspace = workspaces.at(slot);
      call.in = gathers_ ? in_rows.at(slot) : row.in;
      void* destination = scatters_ ? out_rows.at(slot) : row.out;
      call.out = indices_ ? nullptr : destination;
      call.out_indices = indices_ ? static_cast<std::int64_t*>(destination) : nullptr;
      kernel_.run(call);
      if (scatters_) scatter_(destination, row.out, out_stride_, n_);
    });
  }

  // All threads sort a row, and then the next.
  void run_long_rows(BlockingRegion& region, std::int64_t rows) {
    Workspace in_row, out_row;
    auto* gathered =
        static_cast<std::byte*>(in_row.ensure(operation_, gathers_ ? n_ * in_size_ : 0));
    auto* sorted =
        static_cast<std::byte*>(out_row.ensure(operation_, scatters_ ? n_ * out_size_ : 0));
    if (operation_.is_dry_run())
      return LongRowSort::plan(operation_, region, *tables_.sorting, x_.dtype, n_, indices_);
    LongRowSort sort(operation_, region, *tables_.sorting, x_.dtype, n_, args_.descending,
                     indices_);
    for (std::int64_t index = 0; index < rows; ++index) {
      const Row row = find_row(index);
      if (gathers_) {
        LongRowSort::for_each_part(region, n_, [&](std::int64_t first, std::int64_t n) noexcept {
          gather_(row.in + first * in_stride_, in_stride_, gathered + first * in_size_, n);
        });
      }
      sort.run(gathers_ ? gathered : row.in, scatters_ ? sorted : row.out);
      if (scatters_) {
        LongRowSort::for_each_part(region, n_, [&](std::int64_t first, std::int64_t n) noexcept {
          scatter_(sorted + first * out_size_, row.out + first * out_stride_, out_stride_, n);
        });
      }
    }
  }

  Operation& operation_;
  const KernelTables& tables_;
  const SortKernel& kernel_;
  const Tensor& x_;
  const Tensor& result_;
  const bool indices_;
  const std::int64_t in_size_, out_size_;
  std::int64_t n_ = 0, in_stride_ = 0, out_stride_ = 0;
  bool gathers_ = false, scatters_ = false;
  SortArgs args_{};
  LoopPlan rows_;
  GatherLoop gather_ = nullptr;
  ScatterLoop scatter_ = nullptr;
  const std::byte* source_ = nullptr;
};

Tensor run_sort(Op op, const Tensor& x, std::int64_t axis, bool descending, bool stable,
                SortPlaces places = {}) {
  Operation operation(op);
  operation.add_operand(x);
  const DType operand_dtypes[] = {x.dtype};
  const InferredDTypes dtypes = infer_dtypes(op, operand_dtypes);
  if (x.rank() == 0)
    fail(ErrorKind::axis,
         std::string(operation.name()) + ": a rank-0 tensor has no axis to sort along");
  const int normalized = normalize_axis(operation.name(), axis, x.rank());
  operation.set_exact();
  operation.record().compute_dtype = x.dtype;
  Isa isa = operation.choose(/*has_simd_kernel=*/false);
  Tensor result = operation.allocate_result(x.shape, dtypes.result);
  const Tensor* inputs[] = {&x};
  const Option options[] = {{"axis", axis}, {"descending", descending}, {"stable", stable}};
  const Call call{op, inputs, options, &result, x.dtype};
  if (!operation.is_left_to_native(isa, call)) {
    operation.finish(result);
    return result;
  }
  const KernelTables& tables = kernel_tables(isa);
  if (operation.wants_verify()) places = {};
  operation.set_variant(places.end > 0 ? "row sort for some places" : "stable row sort");
  if (result.size() > 0)
    RowSort(operation, tables, x, result, normalized, descending, places).run();
  if (operation.wants_verify()) operation.verify(call);
  operation.finish(result);
  return result;
}

}  // namespace

Tensor sort(const Tensor& x, std::int64_t axis, bool descending, bool stable) {
  return run_sort(Op::sort, x, axis, descending, stable);
}

Tensor sort_for_places(const Tensor& x, std::int64_t first, std::int64_t end) {
  return run_sort(Op::sort, x, -1, false, true, {first, end});
}

Tensor argsort(const Tensor& x, std::int64_t axis, bool descending, bool stable) {
  return run_sort(Op::argsort, x, axis, descending, stable);
}

}  // namespace corepy

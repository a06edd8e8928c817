// The paths of sort and argsort.
#include "corepy/dispatch/sorting.h"

#include <string>

#include "corepy/core/error.h"
#include "corepy/dispatch/blocking_region.h"
#include "corepy/dispatch/copy.h"
#include "corepy/dispatch/dispatch.h"
#include "corepy/dispatch/kernel_tables.h"
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

// Sorts row by row: rows that do not lie contiguous pass through one row of scratch memory.
void sort_rows(Operation& operation, const KernelTables& tables, const Tensor& x,
               const Tensor& result, int axis, bool descending) {
  const SortKernel& kernel = tables.sorting->kernel[static_cast<int>(x.dtype)];
  const bool indices = operation.record().op == Op::argsort;
  const Tensor source = with_axis_last(x, axis), target = with_axis_last(result, axis);
  const std::int64_t n = source.shape.back();
  const std::int64_t in_stride = source.strides.back(), out_stride = target.strides.back();
  const int in_size = copy_size_index(static_cast<int>(x.itemsize()));
  const int out_size = copy_size_index(static_cast<int>(result.itemsize()));
  const bool gather = n > 1 && in_stride != x.itemsize(),
             scatter = n > 1 && out_stride != result.itemsize();
  SortArgs args{};
  args.n = n;
  args.descending = descending;
  // What is asked for decides the workspace; the places themselves are set row by row.
  args.out = indices ? nullptr : result.data();
  args.out_indices = indices ? reinterpret_cast<std::int64_t*>(result.data()) : nullptr;
  const Tensor* pinned[] = {&x};
  BlockingRegion region(operation, x.nbytes() * 16, pinned);
  const int slots = region.thread_count();
  const SlotWorkspaces workspaces(operation, slots, kernel.workspace_bytes(args));
  const SlotWorkspaces in_rows(operation, slots, gather ? n * x.itemsize() : 0);
  const SlotWorkspaces out_rows(operation, slots, scatter ? n * result.itemsize() : 0);

  LoopPlan rows;  // with the sorted axis last, so that all others are outer ones
  rows.operand_count = 2;
  rows.shape = source.shape;
  rows.strides[0] = source.strides;
  rows.strides[1] = target.strides;
  region.run(x.size() / n, [&](std::int64_t row, int slot) noexcept {
    std::int64_t offsets[max_plan_operands];
    find_outer_offsets(rows, row, offsets);
    const std::byte* in = source.data() + offsets[0];  // x itself may change without the lock
    std::byte* out = result.data() + offsets[1];
    void* gathered = in_rows.at(slot);
    void* sorted = out_rows.at(slot);
    if (gather) tables.copy->gather[in_size](in, in_stride, gathered, n);
    SortArgs call = args;
    call.workspace = workspaces.at(slot);
    call.in = gather ? gathered : in;
    void* destination = scatter ? sorted : out;
    call.out = indices ? nullptr : destination;
    call.out_indices = indices ? static_cast<std::int64_t*>(destination) : nullptr;
    kernel.run(call);
    if (scatter) tables.copy->scatter[out_size](sorted, out, out_stride, n);
  });
}

Tensor run_sort(Op op, const Tensor& x, std::int64_t axis, bool descending, bool stable) {
  Operation operation(op);
  operation.add_operand(x);
  const DType operand_dtypes[] = {x.dtype};
  const InferredDTypes dtypes = infer_dtypes(op, operand_dtypes);
  if (x.rank() == 0)
    fail(ErrorKind::axis,
         std::string(operation.name()) + ": a rank-0 tensor has no axis to sort along");
  const int normalized = normalize_axis(operation.name(), axis, x.rank());
  operation.set_exact();
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
  operation.set_variant("stable row sort");
  if (!operation.is_dry_run() && result.size() > 0)
    sort_rows(operation, tables, x, result, normalized, descending);
  if (operation.wants_verify()) operation.verify(call);
  operation.finish(result);
  return result;
}

}  // namespace

Tensor sort(const Tensor& x, std::int64_t axis, bool descending, bool stable) {
  return run_sort(Op::sort, x, axis, descending, stable);
}

Tensor argsort(const Tensor& x, std::int64_t axis, bool descending, bool stable) {
  return run_sort(Op::argsort, x, axis, descending, stable);
}

}  // namespace corepy

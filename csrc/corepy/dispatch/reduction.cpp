// The path of a reduction.
#include "corepy/dispatch/reduction.h"

#include <algorithm>
#include <string>
#include <vector>

#include "corepy/core/error.h"
#include "corepy/dispatch/copy.h"
#include "corepy/dispatch/dispatch.h"
#include "corepy/dispatch/kernel_tables.h"
#include "corepy/dispatch/workspace.h"
#include "corepy/ops/loop_plan.h"
#include "corepy/ops/reduction_rules.h"

namespace corepy {
namespace {

// The operand split in two loop nests: over results (kept axes) and, in logical order, over what
// each result reduces.
struct ReductionPlan {
  LoopPlan kept;     // operands: result, x
  LoopPlan reduced;  // operand: x; axes in C order, merged where they are one run
  std::int64_t n = 1, m = 1;
};

// Merges neighbouring axes that are one run; unlike plan_loops it never reorders, since the order
// of the terms is the result's definition.
LoopPlan plan_reduced(const Dims& shape, const Dims& strides) {
  LoopPlan plan;
  plan.operand_count = 1;
  for (int i = 0; i < shape.size(); ++i) {
    if (shape[i] == 1) continue;
    if (!plan.shape.empty() && plan.strides[0].back() == strides[i] * shape[i]) {
      plan.shape[plan.rank() - 1] *= shape[i];
      plan.strides[0][plan.rank() - 1] = strides[i];
    } else {
      plan.shape.push_back(shape[i]);
      plan.strides[0].push_back(strides[i]);
    }
  }
  return plan;
}

ReductionPlan plan_reduction(const Tensor& x, const Tensor& result, const Dims& axes,
                             bool keepdims) {
  Dims kept_shape, kept_strides[2], reduced_shape, reduced_strides;
  int out_axis = 0;
  for (int i = 0, next = 0; i < x.rank(); ++i) {
    if (next < axes.size() && axes[next] == i) {
      reduced_shape.push_back(x.shape[i]);
      reduced_strides.push_back(x.strides[i]);
      ++next;
      out_axis += keepdims ? 1 : 0;
    } else {
      kept_shape.push_back(x.shape[i]);
      kept_strides[0].push_back(result.strides[out_axis++]);
      kept_strides[1].push_back(x.strides[i]);
    }
  }
  ReductionPlan plan;
  plan.n = count_elements(reduced_shape);
  plan.m = count_elements(kept_shape);
  plan.kept = plan_loops(kept_shape, kept_strides);
  plan.reduced = plan_reduced(reduced_shape, reduced_strides);
  return plan;
}

// Feeds a kernel the elements of one result at a time, converted and in logical order.
struct Gather {
  const KernelTables* tables;
  const LoopPlan* reduced;
  const std::byte* base;
  std::int64_t m_stride_bytes;
  std::int64_t itemsize;
  CastLoop cast;  // null: no conversion
  std::int64_t out_itemsize;

  static void run(void* context, std::int64_t j, std::int64_t start, std::int64_t count,
                  void* dst) noexcept {
    static_cast<const Gather*>(context)->copy(j, start, count, static_cast<std::byte*>(dst));
  }

  void copy(std::int64_t j, std::int64_t start, std::int64_t count, std::byte* dst) const noexcept {
    const std::int64_t inner = reduced->inner_length();
    while (count > 0) {
      // The offset of element `start`: its digits in the mixed radix of the reduced extents.
      std::int64_t rest = start / inner, column = start % inner;
      std::int64_t offset = j * m_stride_bytes + column * reduced->inner_stride(0);
      for (int axis = reduced->rank() - 2; axis >= 0; --axis) {
        offset += rest % reduced->shape[axis] * reduced->strides[0][axis];
        rest /= reduced->shape[axis];
      }
      const std::int64_t run = count < inner - column ? count : inner - column;
      copy_run(base + offset, run, dst);
      dst += run * out_itemsize;
      start += run;
      count -= run;
    }
  }

  void copy_run(const std::byte* src, std::int64_t n, std::byte* dst) const noexcept {
    const std::int64_t stride = reduced->inner_stride(0);
    const int index = copy_size_index(static_cast<int>(itemsize));
    if (cast == nullptr) {
      tables->copy->gather[index](src, stride, dst, n);
      return;
    }
    alignas(64) std::byte tile[4096];
    const std::int64_t step = static_cast<std::int64_t>(sizeof tile) / itemsize;
    for (std::int64_t i = 0; i < n; i += step) {
      const std::int64_t count = n - i < step ? n - i : step;
      tables->copy->gather[index](src + i * stride, stride, tile, count);
      cast(tile, dst + i * out_itemsize, count);
    }
  }
};

void run_native(Operation& operation, const KernelTables& tables, ReductionOp op, const Tensor& x,
                const Tensor& result, const ReductionPlan& plan, DType compute, double correction) {
  const ReductionKernel& kernel = tables.reduction->at(op, compute);
  const bool converts = x.dtype != compute;
  const bool direct = !converts && plan.reduced.rank() <= 1;
  Gather gather{&tables,
                &plan.reduced,
                nullptr,
                0,
                x.itemsize(),
                converts ? tables.cast->find(x.dtype, compute) : nullptr,
                itemsize_of(compute)};
  const int outer_rank = plan.kept.rank() > 0 ? plan.kept.rank() - 1 : 0;
  const Tensor* pinned[] = {&x};
  Workspace workspace;
  ReductionArgs args{};
  args.n = plan.n;
  args.m = plan.kept.inner_length();
  args.n_stride_bytes = plan.reduced.inner_stride(0);
  args.m_stride_bytes = plan.kept.inner_stride(1);
  args.out_stride_bytes = plan.kept.inner_stride(0);
  args.correction = correction;
  if (!direct) {
    args.gather = &Gather::run;
    args.gather_context = &gather;
    gather.m_stride_bytes = args.m_stride_bytes;
  }
  args.workspace = workspace.ensure(operation, kernel.workspace_bytes(args));
  BlockingRegion region(operation, plan.n * plan.m * x.itemsize(), pinned);
  const Tensor& source = *region.operands()[0];  // x itself may change without the lock
  // Between chunks of results the user may interrupt. A chunk is never so narrow that columns lose
  // the cache lines they share.
  constexpr std::int64_t chunk_bytes = std::int64_t{1} << 26, narrowest_chunk = 1024;
  const std::int64_t m = args.m;
  const std::int64_t chunk = std::max(
      narrowest_chunk, chunk_bytes / std::max<std::int64_t>(1, args.n * source.itemsize()));
  Dims index(outer_rank);
  std::int64_t offsets[max_plan_operands] = {};
  do {
    for (std::int64_t start = 0; start < m; start += chunk) {
      args.m = std::min(chunk, m - start);
      args.in = gather.base = source.data() + offsets[1] + start * args.m_stride_bytes;
      args.out = result.data() + offsets[0] + start * args.out_stride_bytes;
      kernel.run(args);
      region.poll(args.n * args.m * source.itemsize());
    }
  } while (advance(plan.kept, outer_rank, index, offsets));
}

Dims reduced_shape(const Tensor& x, const Dims& axes, bool keepdims) {
  Dims shape;
  for (int i = 0, next = 0; i < x.rank(); ++i) {
    const bool reduced = next < axes.size() && axes[next] == i;
    if (reduced) ++next;
    if (!reduced) {
      shape.push_back(x.shape[i]);
    } else if (keepdims) {
      shape.push_back(1);
    }
  }
  return shape;
}

std::vector<Option> options_of(Op op, const ReductionOptions& options) {
  std::vector<Option> list;
  list.push_back({"axis", options.axes ? OptionValue(*options.axes) : OptionValue()});
  list.push_back({"keepdims", options.keepdims});
  if (options.dtype) list.push_back({"dtype", *options.dtype});
  if (op == Op::var || op == Op::std) list.push_back({"correction", options.correction});
  return list;
}

}  // namespace

Tensor reduce(Op op, const Tensor& x, const ReductionOptions& options) {
  Operation operation(op);
  operation.add_operand(x);
  const ReductionDTypes dtypes = infer_reduction_dtypes(op, x.dtype, options.dtype);
  if (dtypes.integer_to_float)
    operation.note_promotion(record_integer_to_float, "integers where floating numbers are needed");
  Dims all_axes;
  for (int i = 0; i < x.rank(); ++i) all_axes.push_back(i);
  const Dims axes =
      options.axes ? normalize_axes(operation.name(), *options.axes, x.rank()) : all_axes;
  const Dims shape = reduced_shape(x, axes, options.keepdims);
  std::int64_t n = 1;
  for (const std::int64_t axis : axes) n *= x.shape[static_cast<int>(axis)];
  if (n == 0 && (info_of(op).flags & op_flag_no_identity) != 0 && count_elements(shape) != 0) {
    fail(ErrorKind::value, std::string(operation.name()) + ": an empty axis has no " +
                               operation.name() + " (got shape " + to_string(x.shape) +
                               "; expected at least one element to reduce)");
  }
  operation.set_bound(dtypes.compute);
  if (is_integer(dtypes.compute) || dtypes.compute == DType::bool_) operation.set_exact();

  const Isa isa = operation.choose();
  Tensor result = operation.allocate_result(shape, dtypes.result);
  const Tensor* inputs[] = {&x};
  std::vector<Option> list;
  if (isa == no_isa || operation.wants_verify()) list = options_of(op, options);
  const Call call{op, inputs, list, &result, dtypes.compute};
  if (isa == no_isa) {
    operation.run_backend(call);
    if (operation.record().backend != native_backend) {
      operation.finish(result);
      return result;
    }
  }
  const KernelTables& tables = kernel_tables(isa == no_isa ? operation.choose_native() : isa);
  Tensor accumulated = dtypes.accumulator == dtypes.result
                           ? result
                           : operation.allocate_result(shape, dtypes.accumulator);
  const ReductionPlan plan = plan_reduction(x, accumulated, axes, options.keepdims);
  operation.set_variant(plan.reduced.rank() > 1 ? "gathered blocks"
                        : plan.reduced.inner_stride(0) == x.itemsize() || plan.n == 1
                            ? "contiguous blocks"
                            : "strided blocks");
  if (x.dtype != dtypes.compute) operation.note_cast(x.size() * itemsize_of(dtypes.compute));
  if (!operation.is_dry_run() && plan.m > 0) {
    run_native(operation, tables, static_cast<ReductionOp>(reduction_index(op)), x, accumulated,
               plan, dtypes.compute, options.correction);
    if (dtypes.accumulator != dtypes.result) assign(operation, result, accumulated);
  }
  if (operation.wants_verify()) operation.verify(call);
  operation.finish(result);
  return result;
}

}  // namespace corepy

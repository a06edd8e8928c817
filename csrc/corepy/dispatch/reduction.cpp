// The path of a reduction.
#include "corepy/dispatch/reduction.h"

#include <algorithm>
#include <string>
#include <vector>

#include "corepy/core/error.h"
#include "corepy/dispatch/blocking_region.h"
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

// All elements of a contiguous operand: small calls are mostly their frame.
ReductionPlan plan_whole(const Tensor& x) {
  ReductionPlan plan;
  plan.kept.operand_count = 2;
  plan.reduced.operand_count = 1;
  plan.n = x.size();
  if (plan.n != 1) {
    plan.reduced.shape.push_back(plan.n);
    plan.reduced.strides[0].push_back(x.itemsize());
  }
  return plan;
}

ReductionPlan plan_reduction(const Tensor& x, const Tensor& result, const Dims& axes,
                             bool keepdims) {
  if (x.is_contiguous() && axes.size() == x.rank()) return plan_whole(x);
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
struct Gather : ReductionGather {
  const KernelTables* tables;
  const LoopPlan* reduced;
  const std::byte* base;
  std::int64_t m_stride_bytes;
  std::int64_t itemsize;
  CastLoop cast;  // null: no conversion
  std::int64_t out_itemsize;

  static void run(void* context, std::int64_t j, std::int64_t start, std::int64_t count,
                  void* dst) noexcept {
    static_cast<const Gather*>(static_cast<const ReductionGather*>(context))
        ->copy(j, start, count, static_cast<std::byte*>(dst));
  }

  void copy(std::int64_t j, std::int64_t start, std::int64_t count, std::byte* dst) const noexcept {
    const std::int64_t inner = reduced->inner_length();
    while (count > 0) {
      const std::int64_t column = start % inner;
      std::int64_t offsets[max_plan_operands];
      find_outer_offsets(*reduced, start / inner, offsets);
      const std::int64_t offset =
          j * m_stride_bytes + column * reduced->inner_stride(0) + offsets[0];
      const std::int64_t run = count < inner - column ? count : inner - column;
      copy_run(base + offset, run, dst);
      dst += run * out_itemsize;
      start += run;
      count -= run;
    }
  }

  void copy_run(const std::byte* src, std::int64_t n, std::byte* dst) const noexcept {
    const std::int64_t stride = reduced->inner_stride(0);
    if (cast != nullptr && stride == itemsize) return cast(src, dst, n);
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

// One reduction kernel, its arguments, and how the work is cut into tasks.
class NativeReduction {
 public:
  NativeReduction(Operation& operation, const KernelTables& tables, const ReductionKernel& kernel,
                  const Tensor& x, const Tensor& result, const ReductionPlan& plan, DType compute,
                  const ReductionOptions& options)
      : operation_(operation), kernel_(kernel), result_(result), plan_(plan) {
    const bool converts = x.dtype != compute;
    gather_ = {{nullptr},
               &tables,
               &plan.reduced,
               nullptr,
               plan.kept.inner_stride(1),
               x.itemsize(),
               converts ? tables.cast->find(x.dtype, compute) : nullptr,
               itemsize_of(compute)};
    args_.n = plan.n;
    args_.m = plan.kept.inner_length();
    args_.n_stride_bytes = plan.reduced.inner_stride(0);
    args_.m_stride_bytes = plan.kept.inner_stride(1);
    args_.out_stride_bytes = plan.kept.inner_stride(0);
    args_.correction =
        operation.record().op == Op::vector_norm ? options.norm_order : options.correction;
    args_.is_aligned = is_aligned(x);
    gathers_ = converts || plan.reduced.rank() > 1;
    if (converts && plan.reduced.rank() == 1 && args_.m_stride_bytes == x.itemsize() &&
        args_.n_stride_bytes != x.itemsize()) {
      gather_.cast_row = gather_.cast;
    }
  }

  void run(const Tensor& x) {
    const Tensor* pinned[] = {&x};
    BlockingRegion region(operation_, plan_.n * plan_.m * x.itemsize(), pinned);
    const Tensor& source = *region.operands()[0];  // x itself may change without the lock
    // In parts where threads share them, or where a user would not wait for the whole.
    constexpr std::int64_t long_length = std::int64_t{1} << 24;
    const std::int64_t shared_length =
        region.thread_count() > 1 ? 2 * reduction_part_length : long_length;
    if (plan_.m == 1 && plan_.n >= shared_length) {
      run_parts(region, source);
    } else {
      run_results(region, source);
    }
  }

 private:
  // The arguments for results from number `start` of the inner kept axis on, `offsets` being those
  // of the outer ones. `gather` must live as long as the call.
  ReductionArgs place(const Tensor& source, const std::int64_t* offsets, std::int64_t start,
                      Gather& gather) const noexcept {
    ReductionArgs args = args_;
    gather = gather_;
    args.in = gather.base = source.data() + offsets[1] + start * args.m_stride_bytes;
    args.out = result_.data() + offsets[0] + start * args.out_stride_bytes;
    if (gathers_) {
      args.gather = &Gather::run;
      args.gather_context = static_cast<ReductionGather*>(&gather);
    }
    return args;
  }

  std::int64_t workspace_bytes(const Tensor& source, std::int64_t m) const noexcept {
    const std::int64_t none[max_plan_operands] = {};
    Gather gather;
    ReductionArgs args = place(source, none, 0, gather);
    args.m = m;
    return kernel_.workspace_bytes(args);
  }

  // Results are independent: a task is a stretch of them, never so narrow that columns lose the
  // cache lines they share.
  void run_results(BlockingRegion& region, const Tensor& source) {
    constexpr std::int64_t serial_bytes = std::int64_t{1} << 26, shared_bytes = 1 << 20;
    const bool are_rows =
        gather_.cast_row == nullptr && (gathers_ || args_.n_stride_bytes == source.itemsize());
    const std::int64_t narrowest = are_rows ? 1 : 1024;
    const int threads = region.thread_count();
    const std::int64_t length = args_.m;
    const std::int64_t bytes_per_result = std::max<std::int64_t>(1, args_.n * source.itemsize());
    std::int64_t chunk =
        std::max(narrowest, (threads > 1 ? shared_bytes : serial_bytes) / bytes_per_result);
    // Columns are shared out evenly: the wider their rows, the longer memory is read in order.
    if (!are_rows && threads > 1) {
      const std::int64_t share = ((length + threads - 1) / threads + 63) / 64 * 64;
      chunk = std::max(chunk, std::min(share, serial_bytes / bytes_per_result));
    }
    const std::int64_t chunks = (length + chunk - 1) / chunk;
    const std::int64_t tasks = plan_.m / length * chunks;
    const std::int64_t last = length - (chunks - 1) * chunk;  // it may need another layout
    std::int64_t workspace = workspace_bytes(source, last);
    if (chunks > 1) workspace = std::max(workspace, workspace_bytes(source, chunk));
    const SlotWorkspaces workspaces(operation_, region, tasks, workspace);
    region.run(tasks, [&](std::int64_t task, int slot) noexcept {
      std::int64_t offsets[max_plan_operands] = {};
      find_outer_offsets(plan_.kept, task / chunks, offsets);
      const std::int64_t start = task % chunks * chunk;
      Gather gather;
      ReductionArgs args = place(source, offsets, start, gather);
      args.m = std::min(chunk, length - start);
      args.workspace = workspaces.at(slot);
      kernel_.run(args);
    });
  }

  // One long result: its parts are whole subtrees of the canonical order.
  void run_parts(BlockingRegion& region, const Tensor& source) {
    const std::int64_t count = (plan_.n + reduction_part_length - 1) / reduction_part_length;
    const SlotWorkspaces buffers(operation_, region, count, reduction_buffer_bytes);
    Workspace memory;
    auto* parts = static_cast<std::byte*>(memory.ensure(operation_, count * kernel_.part_bytes));
    alignas(16) std::byte center[reduction_max_part_bytes];
    const std::int64_t none[max_plan_operands] = {};
    Gather gather;
    const ReductionArgs args = place(source, none, 0, gather);
    for (int pass = 0; pass < kernel_.passes; ++pass) {
      region.run(count, [&](std::int64_t task, int slot) noexcept {
        const std::int64_t start = task * reduction_part_length;
        kernel_.run_part(args, {start, std::min(reduction_part_length, plan_.n - start), pass,
                                center, parts + task * kernel_.part_bytes, buffers.at(slot)});
      });
      if (operation_.is_dry_run()) continue;
      const bool last = pass + 1 == kernel_.passes;
      kernel_.fold(args, pass, parts, count, last ? args.out : center);
    }
  }

  Operation& operation_;
  const ReductionKernel& kernel_;
  const Tensor& result_;
  const ReductionPlan& plan_;
  Gather gather_;
  bool gathers_;
  ReductionArgs args_{};
};

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
  if (op == Op::vector_norm) list.push_back({"ord", options.norm_order});
  if (op == Op::var || op == Op::std) list.push_back({"correction", options.correction});
  return list;
}

// Fails where a result would be that of no elements and the reduction has none for them.
void refuse_empty_axis(Op op, const char* name, const Tensor& x, double norm_order) {
  if ((info_of(op).flags & op_flag_no_identity) != 0) {
    fail(ErrorKind::value, std::string(name) + ": an empty axis has no " + name + " (got shape " +
                               to_string(x.shape) + "; expected at least one element to reduce)");
  }
  if (op == Op::vector_norm && norm_order < 0) {
    fail(ErrorKind::value, "vector_norm: no elements have no norm of a negative order (got shape " +
                               to_string(x.shape) +
                               " and ord=-inf; expected at least one element)");
  }
}

Dims axes_of(const char* name, const ReductionOptions& options, int rank) {
  if (options.axes) return normalize_axes(name, *options.axes, rank);
  Dims all;
  for (int i = 0; i < rank; ++i) all.push_back(i);
  return all;
}

}  // namespace

Tensor reduce(Op op, const Tensor& x, const ReductionOptions& options) {
  Operation operation(op);
  operation.add_operand(x);
  const ReductionDTypes dtypes = infer_reduction_dtypes(op, x.dtype, options.dtype);
  if (dtypes.integer_to_float)
    operation.note_promotion(record_integer_to_float, "integers where floating numbers are needed");
  const Dims axes = axes_of(operation.name(), options, x.rank());
  const Dims shape = reduced_shape(x, axes, options.keepdims);
  std::int64_t n = 1;
  for (const std::int64_t axis : axes) n *= x.shape[static_cast<int>(axis)];
  if (n == 0 && count_elements(shape) != 0)
    refuse_empty_axis(op, operation.name(), x, options.norm_order);
  operation.set_bound(dtypes.compute, dtypes.result);
  if (is_integer(dtypes.compute) || dtypes.compute == DType::bool_) operation.set_exact();

  Isa isa = operation.choose();
  Tensor result = operation.allocate_result(shape, dtypes.result);
  const Tensor* inputs[] = {&x};
  std::vector<Option> list;
  if (isa == no_isa || operation.wants_verify()) list = options_of(op, options);
  const Call call{op, inputs, list, &result, dtypes.compute};
  if (!operation.is_left_to_native(isa, call)) {
    operation.finish(result);
    return result;
  }
  const KernelTables& tables = kernel_tables(isa);
  Tensor accumulated = dtypes.accumulator == dtypes.result
                           ? result
                           : operation.allocate_result(shape, dtypes.accumulator);
  const ReductionPlan plan = plan_reduction(x, accumulated, axes, options.keepdims);
  operation.set_variant(plan.reduced.rank() > 1 ? "gathered blocks"
                        : plan.reduced.inner_stride(0) == x.itemsize() || plan.n == 1
                            ? "contiguous blocks"
                            : "strided blocks");
  if (x.dtype != dtypes.compute) operation.note_cast(x.size() * itemsize_of(dtypes.compute));
  if (plan.m > 0) {
    const auto reduction = static_cast<ReductionOp>(reduction_index(op));
    const ReductionKernel& kernel = tables.reduction->at(reduction, dtypes.compute);
    NativeReduction(operation, tables, kernel, x, accumulated, plan, dtypes.compute, options)
        .run(x);
    if (dtypes.accumulator != dtypes.result) assign(operation, result, accumulated);
  }
  if (operation.wants_verify()) operation.verify(call);
  operation.finish(result);
  return result;
}

}  // namespace corepy

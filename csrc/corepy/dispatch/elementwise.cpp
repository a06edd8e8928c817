// The path of an elementwise operator.
#include "corepy/dispatch/elementwise.h"

#include <algorithm>
#include <atomic>
#include <string>

#include "corepy/core/error.h"
#include "corepy/dispatch/blocking_region.h"
#include "corepy/dispatch/dispatch.h"
#include "corepy/dispatch/elementwise_loops.h"
#include "corepy/dispatch/kernel_tables.h"
#include "corepy/ops/infer.h"

namespace corepy {
namespace {

// In-place work up to this size is done in the operand's own memory, under the host's lock; beyond,
// a fresh result takes its place, so that an interrupt or another thread never sees half a result.
constexpr std::int64_t in_place_bytes = std::int64_t{1} << 20;

void note_promotions(Operation& operation, const InferredDTypes& dtypes) {
  if (dtypes.mixed_kind)
    operation.note_promotion(record_mixed_kind_promotion, "dtypes of different kinds");
  if (dtypes.integer_to_float)
    operation.note_promotion(record_integer_to_float, "integers where floating numbers are needed");
}

InferredDTypes infer(Op op, std::span<const Tensor* const> inputs) {
  DType dtypes[max_loop_inputs];
  std::size_t count = 0;
  const std::size_t first = op == Op::where ? 1 : 0;
  if (first == 1 && inputs[0]->dtype != DType::bool_) {
    fail(ErrorKind::dtype, std::string("where: the condition must be bool (got ") +
                               name_of(inputs[0]->dtype) +
                               "; expected bool); compare first, for example condition != 0");
  }
  for (std::size_t i = first; i < inputs.size(); ++i) dtypes[count++] = inputs[i]->dtype;
  return infer_dtypes(op, {dtypes, count});
}

}  // namespace

void check_out(const char* op, const Tensor& out, DType dtype, const Dims& shape) {
  if (out.dtype != dtype) {
    fail(ErrorKind::dtype,
         std::string(op) + ": the result does not have the dtype of the tensor it replaces (got " +
             name_of(dtype) + "; expected " + name_of(out.dtype) +
             "); convert an operand with corepy.astype");
  }
  if (out.shape != shape) {
    fail(ErrorKind::shape,
         std::string(op) + ": the result does not have the shape of the tensor it replaces (got " +
             to_string(shape) + "; expected " + to_string(out.shape) + ")");
  }
}

namespace {

void raise_flags(Operation& operation, std::uint32_t flags) {
  const std::string name = operation.name();
  if ((flags & loop_flag_negative_shift) != 0) {
    fail(ErrorKind::value, name + ": a shift count is negative (expected counts >= 0)");
  }
  if ((flags & loop_flag_negative_integer_power) != 0) {
    fail(
        ErrorKind::value,
        name +
            ": an integer to a negative power is not an integer (expected exponents >= 0); convert "
            "the base with corepy.astype(x, corepy.float64)");
  }
  if ((flags & loop_flag_integer_divide_by_zero) != 0) {
    operation.note_flag(record_integer_divide_by_zero);
    if (operation.settings().strict()) {
      fail(ErrorKind::strict,
           name + ": an integer was divided by zero (the result is 0 outside strict mode)");
    }
  }
}

// The operands that have the compute dtype: all but the condition of where.
std::span<const Tensor* const> computed_operands(Op op, std::span<const Tensor* const> inputs) {
  return op == Op::where ? inputs.subspan(1) : inputs;
}

// The operand of the result's shape, where the kernel can read every operand, and write the result,
// as it stands: contiguous, one accepted dtype that is computed in itself, and one shape but for
// single elements; else null. Small operations come down to this path, so it asks first and asks
// little.
const Tensor* find_plain_shape(Op op, std::span<const Tensor* const> inputs) noexcept {
  const Tensor& first = *computed_operands(op, inputs)[0];
  if (!contains(info_of(op).dtypes, first.dtype) || compute_dtype(op, first.dtype) != first.dtype)
    return nullptr;
  const Tensor* largest = inputs[0];
  for (const Tensor* input : inputs) {
    if (input->rank() > largest->rank()) largest = input;
  }
  for (const Tensor* input : inputs) {
    if (!input->is_contiguous()) return nullptr;
    if (input != largest && input->rank() != 0 && input->shape != largest->shape) return nullptr;
  }
  for (const Tensor* input : computed_operands(op, inputs)) {
    if (input->dtype != first.dtype) return nullptr;
  }
  return op != Op::where || inputs[0]->dtype == DType::bool_ ? largest : nullptr;
}

// The order in which a long call walks its memory, in chunks. Operands that exceed the second-level
// cache but not by far are walked forwards and backwards in turn: what the last call touched last
// is still cached, and a chain of calls, or the same one repeated, meets it first. (1.4 times as
// fast at 1e5 float32 elements; benchmarks/runner.py, add.) Which chunk is computed first changes
// no bit. Short chunks keep closest to true reversal, but prefetching wants long ones.
struct Walk {
  std::int64_t chunk_elements;
  bool backwards;
  MemoryHint memory;
};
Walk plan_walk(Operation& operation, const Tensor& result,
               std::span<const Tensor* const> inputs) noexcept {
  constexpr std::int64_t poll_chunk = std::int64_t{1} << 24;   // between polls for interrupts
  constexpr std::int64_t chunk_bytes = std::int64_t{1} << 14;  // of an operand
  constexpr std::int64_t prefetched_chunk_bytes = std::int64_t{1} << 17;
  std::int64_t bytes = result.nbytes();
  for (const Tensor* input : inputs) bytes += input->nbytes();
  const MemoryHint memory = hint_for(bytes);
  // Results written past the caches leave nothing there, and need one long run.
  if (memory == MemoryHint::stream || bytes < second_level_bytes)
    return {poll_chunk, false, memory};
  const bool is_far = bytes >= 3 * second_level_bytes;
  const std::int64_t chunk = is_far ? prefetched_chunk_bytes : chunk_bytes;
  return {chunk / inputs.back()->itemsize(), operation.alternate(), memory};
}

// The kernel's arguments for elements [start, start + length) of contiguous operands, and of single
// elements, which all elements of the others meet.
LoopArgs place_plain(const Tensor& result, std::span<const Tensor* const> inputs,
                     std::int64_t start, std::int64_t length) noexcept {
  LoopArgs args{};
  args.length = length;
  args.out = result.data() + start * result.itemsize();
  for (std::size_t k = 0; k < inputs.size(); ++k) {
    const bool is_repeated = inputs[k]->rank() < result.rank();
    const std::int64_t stride = is_repeated ? 0 : inputs[k]->itemsize();
    args.in[k] = inputs[k]->data() + start * stride;
    args.in_stride_bytes[k] = stride;
  }
  return args;
}

std::uint32_t run_plain_shared(Loop loop, const Tensor& result, BlockingRegion& region,
                               MemoryHint memory) {
  constexpr std::int64_t task_bytes = std::int64_t{1} << 18;
  const std::span<const Tensor* const> inputs = region.operands();
  const std::int64_t n = result.size();
  const std::int64_t chunk = task_bytes / inputs.back()->itemsize();
  std::atomic<std::uint32_t> flags{0};
  region.run((n + chunk - 1) / chunk, [&](std::int64_t index, int) noexcept {
    std::uint32_t own_flags = 0;
    LoopArgs args = place_plain(result, inputs, index * chunk, std::min(chunk, n - index * chunk));
    args.flags = &own_flags;
    args.memory = memory;
    loop(args);
    if (own_flags != 0) flags.fetch_or(own_flags, std::memory_order_relaxed);
  });
  return flags.load();
}

std::uint32_t run_plain(Operation& operation, Loop loop, const Tensor& result,
                        BlockingRegion& region) {
  const std::span<const Tensor* const> inputs = region.operands();
  constexpr std::int64_t few_elements = 1024;
  std::uint32_t flags = 0;
  const std::int64_t n = result.size();
  if (n == 0) return 0;  // a loop reads the first element of a number, and an empty view has none
  if (n <= few_elements) [[likely]] {
    LoopArgs args = place_plain(result, inputs, 0, n);
    args.flags = &flags;
    loop(args);
    return flags;
  }
  const Walk walk = plan_walk(operation, result, inputs);
  if (region.thread_count() > 1) return run_plain_shared(loop, result, region, walk.memory);
  const std::int64_t chunks = (n + walk.chunk_elements - 1) / walk.chunk_elements;
  for (std::int64_t chunk = 0; chunk < chunks; ++chunk) {
    const std::int64_t i = (walk.backwards ? chunks - 1 - chunk : chunk) * walk.chunk_elements;
    LoopArgs args = place_plain(result, inputs, i, std::min(walk.chunk_elements, n - i));
    args.flags = &flags;
    args.memory = walk.memory;
    loop(args);
    region.poll(args.length * std::max(result.itemsize(), inputs.back()->itemsize()));
  }
  return flags;
}

// `op` is the operator whose operands these are: maximum, say, for clip with one bound.
Tensor run_other_backend(Op op, Operation& operation, std::span<const Tensor* const> inputs,
                         const InferredDTypes& dtypes, const Dims& shape) {
  Tensor result = operation.allocate_result(shape, dtypes.result);
  operation.run_backend({op, inputs, {}, &result, dtypes.compute});
  return result;
}

// Whether the result goes into `out`: where that is invisible and nothing can fail after the write.
bool is_in_place(const Operation& operation, Op op, const Tensor* out) {
  if (out == nullptr) return false;
  const bool can_fail = info_of(op).dtypes == dtypes::integer || op == Op::pow ||
                        operation.settings().strict() || operation.settings().verify();
  return out->nbytes() <= in_place_bytes && operation.can_write(*out) && out->is_contiguous() &&
         !can_fail;
}

// `out`, or fresh memory.
Tensor place_result(Operation& operation, std::span<const Tensor* const> inputs, const Tensor* out,
                    DType dtype, const Dims& shape) {
  if (out != nullptr) return *out;
  Tensor result = operation.allocate_result(shape, dtype);
  result.strides = choose_result_strides(shape, result.itemsize(), inputs);
  return result;
}

std::uint32_t run_any(const KernelTables& tables, Loop loop, Op op, DType compute,
                      const Tensor& result, Operation& operation, BlockingRegion& region) {
  const std::span<const Tensor* const> inputs = region.operands();
  LoopOperand operands[max_loop_inputs];
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    operands[i] = {inputs[i], op == Op::where && i == 0 ? DType::bool_ : compute};
  }
  return run_elementwise_loops(tables, loop, {&result, result_dtype(op, compute)},
                               {operands, inputs.size()}, operation, region);
}

// What a dry run says of run_plain and run_any.
void plan_run(const KernelTables& tables, Op op, DType compute, const Tensor& result,
              Operation& operation, BlockingRegion& region) {
  if (region.thread_count() <= 1) return;
  if (find_plain_shape(op, region.operands()) != nullptr) {
    run_plain_shared(nullptr, result, region, MemoryHint::cached);
  } else {
    run_any(tables, nullptr, op, compute, result, operation, region);
  }
}

// What the work costs: as bytes of the result, or of an operand where that is wider (a comparison).
std::int64_t work_bytes_of(const Tensor& result, DType compute) noexcept {
  return result.size() * std::max<std::int64_t>(result.itemsize(), itemsize_of(compute));
}

// The common case, kept short: small operations are mostly this frame.
Tensor run_plain_call(Operation& operation, Op op, Op loop_op,
                      std::span<const Tensor* const> inputs, const Tensor& largest, Isa isa) {
  const Tensor& first = *computed_operands(op, inputs)[0];
  const auto layout_of_plain = [](const Tensor& x) {
    return x.rank() == 0 ? Layout::scalar : Layout::contiguous;
  };
  for (const Tensor* input : inputs) operation.add_operand(*input, layout_of_plain(*input));
  operation.set_bound(first.dtype);
  operation.set_variant("vector loop");
  const DType dtype = result_dtype(op, first.dtype);
  Tensor result = operation.is_dry_run() ? operation.allocate_result(largest.shape, dtype)
                                         : empty_like_contiguous(operation.name(), largest, dtype);
  if (!operation.is_dry_run()) {
    const Loop loop = kernel_tables(isa).loop(loop_op, first.dtype);
    std::uint32_t flags = 0;
    {
      BlockingRegion region(operation, work_bytes_of(result, first.dtype), inputs);
      flags = run_plain(operation, loop, result, region);
    }
    if (flags != 0) raise_flags(operation, flags);
  } else {
    BlockingRegion region(operation, work_bytes_of(result, first.dtype), inputs);
    plan_run(kernel_tables(isa), op, first.dtype, result, operation, region);
  }
  if (operation.wants_verify()) operation.verify({loop_op, inputs, {}, &result, first.dtype});
  operation.finish(result, layout_of_plain(result));
  return result;
}

void note_casts(Operation& operation, Op op, std::span<const Tensor* const> inputs, DType compute) {
  for (std::size_t i = op == Op::where ? 1 : 0; i < inputs.size(); ++i) {
    if (inputs[i]->dtype != compute) operation.note_cast(inputs[i]->size() * itemsize_of(compute));
  }
}

// Any layouts and dtypes, any backend, with or without `out`.
Tensor run_general_call(Operation& operation, Op op, Op loop_op,
                        std::span<const Tensor* const> inputs, const Tensor* out) {
  const Dims* shapes[max_loop_inputs];
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    operation.add_operand(*inputs[i]);
    shapes[i] = &inputs[i]->shape;
  }
  const InferredDTypes dtypes = infer(op, inputs);
  note_promotions(operation, dtypes);
  const Dims shape = broadcast_shapes(operation.name(), {shapes, inputs.size()});
  if (out != nullptr) check_out(operation.name(), *out, dtypes.result, shape);
  operation.set_bound(dtypes.compute, dtypes.result);
  Isa isa = operation.choose();
  if (isa == no_isa) {
    Tensor result = run_other_backend(loop_op, operation, inputs, dtypes, shape);
    if (operation.record().backend != native_backend) {
      operation.finish(result, layout_of(result));
      return result;
    }
    isa = operation.choose_native();
  }
  const KernelTables& tables = kernel_tables(isa);
  const bool in_place = is_in_place(operation, op, out);
  Tensor result = place_result(operation, inputs, in_place ? out : nullptr, dtypes.result, shape);
  // Its old memory is there till then.
  if (out != nullptr && !in_place && operation.can_write(*out))
    operation.record().workspace_bytes += result.nbytes();
  operation.set_variant("vector loop");
  note_casts(operation, op, inputs, dtypes.compute);
  std::uint32_t flags = 0;
  {
    BlockingRegion region(operation, in_place ? 0 : work_bytes_of(result, dtypes.compute), inputs);
    const Loop loop = tables.loop(loop_op, dtypes.compute);
    if (operation.is_dry_run()) {
      plan_run(tables, op, dtypes.compute, result, operation, region);
    } else {
      flags = find_plain_shape(op, region.operands()) != nullptr
                  ? run_plain(operation, loop, result, region)
                  : run_any(tables, loop, op, dtypes.compute, result, operation, region);
    }
  }
  if (flags != 0) raise_flags(operation, flags);
  if (operation.wants_verify()) operation.verify({loop_op, inputs, {}, &result, dtypes.compute});
  operation.finish(result, layout_of(result));
  return result;
}

}  // namespace

Tensor elementwise(Op op, std::span<const Tensor* const> inputs, const Tensor* out) {
  return elementwise(op, op, inputs, out);
}

Tensor elementwise(Op op, Op loop_op, std::span<const Tensor* const> inputs, const Tensor* out) {
  Operation operation(op);
  const Tensor* largest = out == nullptr ? find_plain_shape(op, inputs) : nullptr;
  if (largest != nullptr) [[likely]] {
    const Isa isa = operation.choose();
    if (isa != no_isa) [[likely]]
      return run_plain_call(operation, op, loop_op, inputs, *largest, isa);
  }
  return run_general_call(operation, op, loop_op, inputs, out);
}

}  // namespace corepy

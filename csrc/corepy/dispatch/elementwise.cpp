// The path of an elementwise operator.
#include "corepy/dispatch/elementwise.h"

#include <algorithm>
#include <string>

#include "corepy/core/error.h"
#include "corepy/dispatch/dispatch.h"
#include "corepy/dispatch/elementwise_loops.h"
#include "corepy/dispatch/kernel_tables.h"
#include "corepy/ops/infer.h"

namespace corepy {
namespace {

// In-place work up to this size is done in the operand's own memory, under the host's lock; beyond, a fresh result takes its
// place, so that an interrupt or another thread never sees half a result.
constexpr std::int64_t in_place_bytes = std::int64_t{1} << 20;

struct Inference {
  InferredDTypes dtypes;
  Dims shape;
};

void note_promotions(Operation& operation, const InferredDTypes& dtypes) {
  if (dtypes.mixed_kind) operation.note_promotion(record_mixed_kind_promotion, "dtypes of different kinds");
  if (dtypes.integer_to_float) operation.note_promotion(record_integer_to_float, "integers where floating numbers are needed");
}

InferredDTypes infer(Op op, std::span<const Tensor* const> inputs) {
  DType dtypes[max_loop_inputs];
  std::size_t count = 0;
  const std::size_t first = op == Op::where ? 1 : 0;
  if (first == 1 && inputs[0]->dtype != DType::bool_) {
    fail(ErrorKind::dtype, std::string("where: the condition must be bool (got ") + name_of(inputs[0]->dtype) +
                               "; expected bool); compare first, for example condition != 0");
  }
  bool same = true;
  for (std::size_t i = first; i < inputs.size(); ++i) {
    dtypes[count++] = inputs[i]->dtype;
    same = same && inputs[i]->dtype == dtypes[0];
  }
  if (same && contains(info_of(op).dtypes, dtypes[0])) return {dtypes[0], result_dtype(op, dtypes[0])};
  return infer_dtypes(op, {dtypes, count});
}

void check_out(const char* op, const Tensor& out, DType dtype, const Dims& shape) {
  if (out.dtype != dtype) {
    fail(ErrorKind::dtype, std::string(op) + ": the result does not have the dtype of the tensor it replaces (got " +
                               name_of(dtype) + "; expected " + name_of(out.dtype) + "); convert an operand with corepy.astype");
  }
  if (out.shape != shape) {
    fail(ErrorKind::shape, std::string(op) + ": the result does not have the shape of the tensor it replaces (got " +
                               to_string(shape) + "; expected " + to_string(out.shape) + ")");
  }
}

void raise_flags(Operation& operation, std::uint32_t flags) {
  const std::string name = operation.name();
  if ((flags & loop_flag_negative_shift) != 0) {
    fail(ErrorKind::value, name + ": a shift count is negative (expected counts >= 0)");
  }
  if ((flags & loop_flag_negative_integer_power) != 0) {
    fail(ErrorKind::value, name + ": an integer to a negative power is not an integer (expected exponents >= 0); convert "
                                  "the base with corepy.astype(x, corepy.float64)");
  }
  if ((flags & loop_flag_integer_divide_by_zero) != 0) {
    operation.note_flag(record_integer_divide_by_zero);
    if (operation.settings().strict()) {
      fail(ErrorKind::strict, name + ": an integer was divided by zero (the result is 0 outside strict mode)");
    }
  }
}

// Whether every operand is what the kernel reads as it stands: contiguous, of the compute dtype.
bool are_plain(std::span<const LoopOperand> operands) noexcept {
  for (const LoopOperand& operand : operands) {
    if (operand.tensor->dtype != operand.compute || !operand.tensor->is_contiguous()) return false;
  }
  return true;
}

std::uint32_t run_plain(Loop loop, const Tensor& result, std::span<const Tensor* const> inputs, BlockingRegion& region) {
  constexpr std::int64_t chunk_elements = std::int64_t{1} << 24;  // between polls for interrupts
  std::uint32_t flags = 0;
  LoopArgs args{};
  args.flags = &flags;
  const std::int64_t n = result.size();
  for (std::int64_t i = 0; i < n; i += chunk_elements) {
    args.length = std::min(chunk_elements, n - i);
    args.out = result.data() + i * result.itemsize();
    for (std::size_t k = 0; k < inputs.size(); ++k) {
      args.in[k] = inputs[k]->data() + i * inputs[k]->itemsize();
      args.in_stride_bytes[k] = inputs[k]->itemsize();
    }
    loop(args);
    region.poll(args.length * result.itemsize());
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

}  // namespace

Tensor elementwise(Op op, std::span<const Tensor* const> inputs, const Tensor* out) {
  return elementwise(op, op, inputs, out);
}

Tensor elementwise(Op op, Op loop_op, std::span<const Tensor* const> inputs, const Tensor* out) {
  Operation operation(op);
  for (const Tensor* input : inputs) operation.add_operand(*input);
  const InferredDTypes dtypes = infer(op, inputs);
  if (dtypes.mixed_kind || dtypes.integer_to_float) note_promotions(operation, dtypes);
  const Dims* shapes[max_loop_inputs];
  bool same_shape = true;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    shapes[i] = &inputs[i]->shape;
    same_shape = same_shape && *shapes[i] == *shapes[0];
  }
  const Dims shape = same_shape ? *shapes[0] : broadcast_shapes(operation.name(), {shapes, inputs.size()});
  if (out != nullptr) check_out(operation.name(), *out, dtypes.result, shape);
  operation.set_bound(dtypes.compute);

  const Isa isa = operation.choose();
  if (isa == no_isa) {
    Tensor result = run_other_backend(loop_op, operation, inputs, dtypes, shape);
    if (operation.record().backend != native_backend) {
      operation.finish(result);
      return result;
    }
  }
  const Isa native = isa == no_isa ? operation.choose_native() : isa;
  const KernelTables& tables = kernel_tables(native);
  const Loop loop = tables.loop(loop_op, dtypes.compute);
  LoopOperand operands[max_loop_inputs];
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    operands[i] = {inputs[i], op == Op::where && i == 0 ? DType::bool_ : dtypes.compute};
  }

  const bool plain = same_shape && are_plain({operands, inputs.size()});
  // In place only where nothing can fail after the write: an error leaves the operand as it was.
  Tensor result;
  const bool reuse = out != nullptr && !operation.is_dry_run() && out->nbytes() <= in_place_bytes &&
                     out->storage.is_unique() && out->is_contiguous() && info_of(op).dtypes != dtypes::integer &&
                     op != Op::pow && !operation.settings().strict() && !operation.wants_verify();
  if (reuse) {
    result = *out;
  } else {
    result = operation.allocate_result(shape, dtypes.result);
    if (!plain && !operation.is_dry_run()) result.strides = choose_result_strides(shape, result.itemsize(), inputs);
  }
  operation.set_variant("vector loop");
  if (!operation.is_dry_run()) {
    std::uint32_t flags = 0;
    {
      BlockingRegion region(operation, reuse ? 0 : result.nbytes(), inputs);
      flags = plain ? run_plain(loop, result, inputs, region)
                    : run_elementwise_loops(tables, loop, result, {operands, inputs.size()}, operation, region);
    }
    if (flags != 0) raise_flags(operation, flags);
  }
  if (operation.wants_verify()) operation.verify({loop_op, inputs, {}, &result, dtypes.compute});
  Layout layout = Layout::contiguous;
  if (!plain && operation.is_dry_run()) {  // a dry result has no strides of its own
    layout = layout_of(result.view(shape, choose_result_strides(shape, result.itemsize(), inputs)));
  } else if (!plain) {
    layout = layout_of(result);
  }
  operation.finish(result, layout);
  return result;
}

}  // namespace corepy

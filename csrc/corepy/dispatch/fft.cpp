// The paths of the Fourier family: lengths, axes, norms, dtypes and records. The transforms along
// an axis are in fft_axis.cpp.
#include "corepy/dispatch/fft.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "corepy/core/error.h"
#include "corepy/dispatch/blocking_region.h"
#include "corepy/dispatch/copy.h"
#include "corepy/dispatch/dispatch.h"
#include "corepy/dispatch/fft_axis.h"
#include "corepy/dispatch/fft_plan.h"
#include "corepy/dispatch/kernel_tables.h"
#include "corepy/dispatch/manipulation.h"
#include "corepy/ops/infer.h"

namespace corepy {
namespace {

using Kind = FftAxisStep::Kind;

Kind kind_of(Op op) {
  switch (op) {
    case Op::fft_rfft:
    case Op::fft_rfftn:
    case Op::fft_ihfft:
      return Kind::from_real;
    case Op::fft_irfft:
    case Op::fft_irfftn:
    case Op::fft_hfft:
      return Kind::to_real;
    default:
      return Kind::complex;
  }
}

// Of the standard's name: ihfft is the inverse of hfft, and rfft conjugated.
bool is_inverse(Op op) {
  return op == Op::fft_ifft || op == Op::fft_ifftn || op == Op::fft_irfft || op == Op::fft_irfftn ||
         op == Op::fft_ihfft;
}

// What the sums are multiplied by, rounded to the dtype.
double scale_of(bool inverse, FftNorm norm, double count, DType part) {
  double scale = 1.0;
  if (norm == FftNorm::ortho) {
    scale = 1.0 / std::sqrt(count);
  } else if (inverse == (norm == FftNorm::backward)) {
    scale = 1.0 / count;
  }
  return part == DType::float32 ? static_cast<double>(static_cast<float>(scale)) : scale;
}

DType complex_of(DType dtype) {
  return real_of(dtype) == DType::float32 ? DType::complex64 : DType::complex128;
}

const char* norm_name(FftNorm norm) {
  constexpr const char* names[] = {"backward", "ortho", "forward"};
  return names[static_cast<int>(norm)];
}

// The kernel's name for the record: of the longest line.
const char* variant_of(Kind kind, std::int64_t length) {
  constexpr const char* complex_names[] = {"columns", "four-step", "bluestein"};
  constexpr const char* half_names[] = {"half-length columns", "half-length four-step",
                                        "half-length bluestein"};
  const bool is_halved = kind != Kind::complex && length % 2 == 0;
  const auto plan = static_cast<int>(fft_kind(is_halved ? length / 2 : length));
  return is_halved ? half_names[plan] : complex_names[plan];
}

// The transform's length along an axis: as asked, or what the operand has.
std::int64_t find_length(const Operation& operation, Kind kind, const Tensor& x, int axis,
                         std::int64_t asked, const char* name) {
  const std::int64_t extent = x.shape[axis];
  const std::int64_t length = asked != -1             ? asked
                              : kind == Kind::to_real ? 2 * (extent - 1)
                                                      : extent;
  constexpr std::int64_t longest = std::int64_t{1} << 56;  // its roots are counted in eighths
  if (length < 1 || length > longest) {
    fail(ErrorKind::value, std::string(operation.name()) +
                               ": a transform needs at least one number (got " + name + "=" +
                               (asked == -1 ? "None" : std::to_string(asked)) + " for axis " +
                               std::to_string(axis) + " of extent " + std::to_string(extent) +
                               "; expected " + name + " >= 1)");
  }
  return length;
}

std::int64_t result_extent(Kind kind, std::int64_t length) {
  return kind == Kind::from_real ? length / 2 + 1 : length;
}

// The steps of a call, in order, and the shape that each leaves.
struct Steps {
  std::vector<FftAxisStep> step;
  std::vector<Dims> shape;
};

Steps plan_steps(Operation& operation, const Tensor& x, const Dims& axes, const Dims& lengths,
                 FftNorm norm) {
  const Op op = operation.record().op;
  const Kind kind = kind_of(op);
  const bool inverse = is_inverse(op);
  const bool conjugates = op == Op::fft_hfft || op == Op::fft_ihfft;
  Steps steps;
  double count = 1.0;
  const int last = axes.size() - 1;
  for (int i = last; i >= 0; --i) {
    const int axis = static_cast<int>(axes[i]);
    const Kind own = i == last ? kind : Kind::complex;
    const std::int64_t length =
        find_length(operation, own, x, axis, lengths[i], axes.size() > 1 ? "s" : "n");
    count *= static_cast<double>(length);
    steps.step.push_back({own, axis, length, inverse, conjugates, 1.0});
  }
  if (kind == Kind::to_real)
    std::rotate(steps.step.begin(), steps.step.begin() + 1, steps.step.end());
  if (!steps.step.empty())
    steps.step.back().scale = scale_of(inverse, norm, count, real_of(x.dtype));
  Dims shape = x.shape;
  for (const FftAxisStep& step : steps.step) {
    shape[step.axis] = result_extent(step.kind, step.length);
    steps.shape.push_back(shape);
  }
  return steps;
}

// As bytes moved at memory speed: some passes over each number and its result.
std::int64_t find_work(const Tensor& x, const Steps& steps) {
  double bytes = 0.0;
  for (std::size_t i = 0; i < steps.step.size(); ++i) {
    const double points = static_cast<double>(count_elements(steps.shape[i]));
    const double passes = 2.0 + std::log2(static_cast<double>(steps.step[i].length)) / 2.0;
    const bool is_chirp = fft_kind(steps.step[i].length) == FftKind::bluestein;
    bytes += points * passes * static_cast<double>(itemsize_of(complex_of(x.dtype))) *
             (is_chirp ? 5.0 : 1.0);
  }
  return static_cast<std::int64_t>(std::min(bytes, 1e18));
}

// Each step reads what the one before it left: in the result's memory, once it has its shape.
void run_steps(Operation& operation, BlockingRegion& region, const KernelTables& tables,
               const Tensor& x, const Tensor& result, const Steps& steps) {
  const DType complex = complex_of(x.dtype);
  const auto can_hold = [&](std::size_t i) {
    const bool is_last = i + 1 == steps.step.size();
    return is_last || (steps.shape[i] == result.shape && result.dtype == complex);
  };
  Tensor source = x;
  for (std::size_t i = 0; i < steps.step.size(); ++i) {
    Tensor target = result;
    if (!can_hold(i)) {
      const bool fits = i > 0 && source.shape == steps.shape[i] && source.dtype == complex;
      target = fits ? source : operation.allocate_result(steps.shape[i], complex);
      if (!fits) operation.record().workspace_bytes += target.nbytes();
    }
    // One without lines, from which the next axis is made of zeros.
    if (target.size() > 0) run_fft_axis(operation, region, tables, source, target, steps.step[i]);
    source = target;
  }
}

Tensor run_transform(Operation& operation, const Tensor& x, const Dims& axes, const Dims& lengths,
                     FftNorm norm, std::span<const Option> options) {
  const Op op = operation.record().op;
  operation.add_operand(x);
  const DType operand_dtypes[] = {x.dtype};
  infer_dtypes(op, operand_dtypes);  // its errors
  const Steps steps = plan_steps(operation, x, axes, lengths, norm);
  const bool is_real_result = kind_of(op) == Kind::to_real && !steps.step.empty();
  const DType complex = complex_of(x.dtype);
  operation.set_bound(x.dtype);
  Isa isa = operation.choose();
  Tensor result = operation.allocate_result(steps.step.empty() ? x.shape : steps.shape.back(),
                                            is_real_result ? real_of(complex) : complex);
  const Tensor* inputs[] = {&x};
  const Call call{op, inputs, options, &result, complex};
  if (!operation.is_left_to_native(isa, call)) {
    operation.finish(result);
    return result;
  }
  const FftAxisStep* longest = nullptr;
  for (const FftAxisStep& step : steps.step)
    if (longest == nullptr || step.length > longest->length) longest = &step;
  operation.set_variant(longest == nullptr ? "copy" : variant_of(longest->kind, longest->length));
  if (result.size() > 0) {
    const bool is_widened = kind_of(op) != Kind::from_real && !is_complex(x.dtype);
    const Tensor operand = is_widened ? as_contiguous(operation, x, complex) : x;
    if (steps.step.empty()) {
      assign(operation, result, operand);
    } else {
      const Tensor* pinned[] = {&operand};
      BlockingRegion region(operation, find_work(operand, steps), pinned);
      run_steps(operation, region, kernel_tables(isa), *region.operands()[0], result, steps);
    }
  }
  if (operation.wants_verify()) operation.verify(call);
  operation.finish(result);
  return result;
}

// The axes in the order given, counted from 0; none twice.
Dims find_axes(const Operation& operation, const Tensor& x, const std::optional<Dims>& s,
               const std::optional<Dims>& axes) {
  Dims found;
  if (axes) {
    for (const std::int64_t axis : *axes)
      found.push_back(normalize_axis(operation.name(), axis, x.rank()));
    normalize_axes(operation.name(), found, x.rank());
  } else {
    const int count = s ? std::min(s->size(), x.rank()) : x.rank();
    for (int i = x.rank() - count; i < x.rank(); ++i) found.push_back(i);
  }
  if (s && s->size() != found.size()) {
    fail(ErrorKind::value, std::string(operation.name()) +
                               ": one length for each axis is needed (got s=" + to_string(*s) +
                               " for " + std::to_string(found.size()) + " axes)");
  }
  return found;
}

void fail_no_axis(const Operation& operation) {
  fail(ErrorKind::axis, std::string(operation.name()) +
                            ": a rank-0 tensor has no axis (got shape (); expected at least one "
                            "axis); use corepy.expand_dims(x, 0)");
}

}  // namespace

Tensor transform_axis(Op op, const Tensor& x, std::optional<std::int64_t> n, std::int64_t axis,
                      FftNorm norm) {
  Operation operation(op);
  if (x.rank() == 0) fail_no_axis(operation);
  const std::int64_t normalized = normalize_axis(operation.name(), axis, x.rank());
  if (n && *n < 1) {
    fail(ErrorKind::value, std::string(operation.name()) +
                               ": a transform needs at least one number (got n=" +
                               std::to_string(*n) + "; expected n >= 1)");
  }
  std::vector<Option> options;
  if (n) options.push_back({"n", *n});
  options.push_back({"axis", axis});
  options.push_back({"norm", norm_name(norm)});
  return run_transform(operation, x, {normalized}, {n.value_or(-1)}, norm, options);
}

Tensor transform_axes(Op op, const Tensor& x, const std::optional<Dims>& s,
                      const std::optional<Dims>& axes, FftNorm norm) {
  Operation operation(op);
  const Dims found = find_axes(operation, x, s, axes);
  if (found.empty() && kind_of(op) != Kind::complex) {
    if (x.rank() == 0) fail_no_axis(operation);
    fail(ErrorKind::axis, std::string(operation.name()) +
                              ": real data needs an axis (got axes=(); expected at least one)");
  }
  std::vector<Option> options;
  if (s) options.push_back({"s", *s});
  if (axes) options.push_back({"axes", *axes});
  options.push_back({"norm", norm_name(norm)});
  return run_transform(operation, x, found, s ? *s : Dims(found.size(), -1), norm, options);
}

Tensor sample_frequencies(Op op, std::int64_t n, double d, DType dtype) {
  Operation operation(op);
  if (n < 1) {
    fail(ErrorKind::value, std::string(operation.name()) + ": n must be positive (got " +
                               std::to_string(n) + "; expected n >= 1)");
  }
  if (d == 0.0 || !std::isfinite(d)) {
    fail(ErrorKind::value, std::string(operation.name()) + ": d must be finite and not zero (got " +
                               std::to_string(d) + ")");
  }
  const bool is_half = op == Op::fft_rfftfreq;
  const std::int64_t length = is_half ? n / 2 + 1 : n, positive = is_half ? length : (n + 1) / 2;
  operation.set_bound(dtype);
  operation.choose_no_kernel("generator");
  Tensor result = operation.allocate_result({length}, dtype);
  if (!operation.is_dry_run()) {
    const double period = static_cast<double>(n) * d;
    for (std::int64_t i = 0; i < length; ++i) {
      const double value = static_cast<double>(i < positive ? i : i - n) / period;
      if (dtype == DType::float32) {
        reinterpret_cast<float*>(result.data())[i] = static_cast<float>(value);
      } else {
        reinterpret_cast<double*>(result.data())[i] = value;
      }
    }
  }
  operation.finish(result);
  return result;
}

Tensor shift_halves(Op op, const Tensor& x, const std::optional<Dims>& axes) {
  Operation operation(op);
  operation.add_operand(x);
  Dims given = axes ? *axes : Dims(), shifts;
  for (int i = 0; i < x.rank() && !axes; ++i) given.push_back(i);
  given = normalize_axes(operation.name(), given, x.rank());
  for (const std::int64_t axis : given) {
    const std::int64_t half = x.shape[static_cast<int>(axis)] / 2;
    shifts.push_back(op == Op::fft_fftshift ? half : -half);
  }
  Tensor result = given.empty() ? copy(x) : roll(x, shifts, given);
  operation.adopt_child(result.dtype);
  operation.finish(result);
  return result;
}

}  // namespace corepy

// The path of random draws.
#include "corepy/dispatch/random.h"

#include <cmath>
#include <string>

#include "corepy/core/error.h"
#include "corepy/dispatch/blocking_region.h"
#include "corepy/dispatch/dispatch.h"
#include "corepy/dispatch/kernel_tables.h"

namespace corepy {
namespace {

// A multiple of the kernels' groups, enough work for a task of some tens of microseconds.
constexpr std::int64_t task_length = std::int64_t{1} << 16;
constexpr std::int64_t part_granularity = 32;
static_assert(task_length % part_granularity == 0);

std::string to_text(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.17g", value);
  return text;
}

[[noreturn]] void fail_value(const Operation& operation, const std::string& what) {
  fail(ErrorKind::value, std::string(operation.name()) + ": " + what);
}

double round_to(DType dtype, double value) {
  return dtype == DType::float32 ? static_cast<double>(static_cast<float>(value)) : value;
}

double next_below(DType dtype, double value) {
  return dtype == DType::float32
             ? static_cast<double>(std::nextafter(static_cast<float>(value), -HUGE_VALF))
             : std::nextafter(value, -HUGE_VAL);
}

// A parameter as the result's dtype holds it.
double finite_parameter(const Operation& operation, const char* name, DType dtype, double value) {
  const double rounded = round_to(dtype, value);
  if (!std::isfinite(rounded)) {
    fail_value(operation, std::string(name) + " must be finite (got " + to_text(value) +
                              "; expected a number that " + name_of(dtype) + " holds)");
  }
  return rounded;
}

double scale_parameter(const Operation& operation, DType dtype, double value) {
  const double scale = finite_parameter(operation, "scale", dtype, value);
  if (scale < 0) {
    fail_value(operation,
               "scale must not be negative (got " + to_text(value) + "; expected scale >= 0)");
  }
  return scale;
}

void prepare_uniform(const Operation& operation, const RandomRequest& request,
                     RandomParameters& parameters) {
  const DType dtype = request.dtype;
  const double low = finite_parameter(operation, "low", dtype, request.value[0]);
  const double high = finite_parameter(operation, "high", dtype, request.value[1]);
  if (!(low < high)) {
    fail_value(operation, "low must be below high (got low " + to_text(request.value[0]) +
                              ", high " + to_text(request.value[1]) + " in " + name_of(dtype) +
                              "); exchange them");
  }
  parameters.value[0] = low;
  parameters.value[1] = round_to(dtype, high - low);
  parameters.value[2] = next_below(dtype, high);
  if (!std::isfinite(parameters.value[1])) {
    fail_value(operation, "high - low overflows (got low " + to_text(low) + ", high " +
                              to_text(high) + "; expected a difference that " + name_of(dtype) +
                              " holds)");
  }
}

std::string integer_text(std::uint64_t bits, DType dtype) {
  return kind_of(dtype) == DTypeKind::unsigned_integer
             ? std::to_string(bits)
             : std::to_string(static_cast<std::int64_t>(bits));
}

void prepare_integers(const Operation& operation, const RandomRequest& request,
                      RandomParameters& parameters) {
  const std::uint64_t low = request.integer[0], high = request.integer[1];
  const bool is_ordered = kind_of(request.dtype) == DTypeKind::unsigned_integer
                              ? low <= high
                              : static_cast<std::int64_t>(low) <= static_cast<std::int64_t>(high);
  if (!is_ordered) {
    fail_value(operation, "no integer lies in the range (got " + integer_text(low, request.dtype) +
                              " to " + integer_text(high, request.dtype) +
                              ", both included; expected low < high, or low <= high with "
                              "endpoint=True)");
  }
  parameters.integer[0] = low;
  parameters.integer[1] = high - low + 1;
}

RandomParameters prepare_parameters(const Operation& operation, Op op,
                                    const RandomRequest& request) {
  RandomParameters parameters{};
  switch (op) {
    case Op::random_uniform:
      prepare_uniform(operation, request, parameters);
      break;
    case Op::random_normal:
      parameters.value[0] = finite_parameter(operation, "loc", request.dtype, request.value[0]);
      parameters.value[1] = scale_parameter(operation, request.dtype, request.value[1]);
      break;
    case Op::random_exponential:
      parameters.value[0] = scale_parameter(operation, request.dtype, request.value[0]);
      break;
    case Op::random_integers:
      prepare_integers(operation, request, parameters);
      break;
    default:
      break;
  }
  return parameters;
}

void check_dtype(const Operation& operation, Op op, DType dtype) {
  const DTypeSet native = info_of(op).dtypes;
  if (contains(native, dtype)) return;
  // The host draws half precision as float32, corepy/random/halves.py.
  const DTypeSet offered = native | (contains(native, DType::float32) ? dtypes::half : 0);
  fail(ErrorKind::dtype, std::string(operation.name()) + ": unsupported dtype (got " +
                             name_of(dtype) + "; expected " + dtype_names(offered) + ")");
}

// Bytes moved at memory speed that an element's work is worth.
constexpr std::int64_t work_bytes_per_element = 16;

void run_kernel(Operation& operation, RandomKernel kernel, const RandomArgs& draw, Tensor& result) {
  const std::int64_t size = result.size(), itemsize = result.itemsize();
  BlockingRegion region(operation, size * work_bytes_per_element, {});
  region.run((size + task_length - 1) / task_length, [&](std::int64_t task, int) noexcept {
    const std::int64_t first = task * task_length;
    RandomArgs args = draw;
    args.start += first;
    args.length = std::min(task_length, size - first);
    args.out = result.data() + first * itemsize;
    kernel(args);
  });
}

// The call as another backend, and the oracle, see it.
struct BackendOptions {
  static constexpr int capacity = 7;
  Option option[capacity];
  int count = 0;
  void add(const char* name, OptionValue value) { option[count++] = {name, std::move(value)}; }
};

BackendOptions describe(Op op, const RandomKey& key, std::uint64_t draw_number,
                        const RandomRequest& request) {
  BackendOptions options;
  options.add("key", Dims{key.word[0], key.word[1], key.word[2], key.word[3]});
  options.add("draw", static_cast<std::int64_t>(draw_number));
  options.add("shape", request.shape);
  options.add("dtype", request.dtype);
  if (request.start != 0) options.add("start", request.start);
  const auto add_integer = [&](const char* name, std::uint64_t bits) {
    if (kind_of(request.dtype) == DTypeKind::unsigned_integer) {
      options.add(name, bits);
    } else {
      options.add(name, static_cast<std::int64_t>(bits));
    }
  };
  switch (op) {
    case Op::random_uniform:
      options.add("low", request.value[0]);
      options.add("high", request.value[1]);
      break;
    case Op::random_normal:
      options.add("loc", request.value[0]);
      options.add("scale", request.value[1]);
      break;
    case Op::random_exponential:
      options.add("scale", request.value[0]);
      break;
    case Op::random_integers:
      add_integer("low", request.integer[0]);
      add_integer("high", request.integer[1]);
      break;
    default:
      break;
  }
  return options;
}

}  // namespace

Tensor draw(Op op, RandomState& state, const RandomRequest& request) {
  Operation operation(op);
  check_dtype(operation, op, request.dtype);
  if (request.start < 0 || request.start % part_granularity != 0)
    fail_value(operation, "a part of a draw starts at a multiple of 32 (got " +
                              std::to_string(request.start) + ")");
  const RandomParameters parameters = prepare_parameters(operation, op, request);
  operation.set_bound(request.dtype);
  Isa isa = operation.choose();
  Tensor result = operation.allocate_result(request.shape, request.dtype);
  const std::uint64_t number = state.draw_count;
  const RandomKey key = state.key;
  if (!operation.is_dry_run()) ++state.draw_count;
  BackendOptions options;
  Call call{op, {}, {}, &result, request.dtype};
  if (isa == no_isa || operation.wants_verify()) [[unlikely]] {
    options = describe(op, key, number, request);
    call.options = {options.option, static_cast<std::size_t>(options.count)};
  }
  if (!operation.is_left_to_native(isa, call)) {
    operation.finish(result);
    return result;
  }
  const KernelTables& tables = kernel_tables(isa);
  operation.set_variant("philox4x32-10");
  if (result.size() > 0) {
    const RandomArgs args{derive_key(key, KeyPurpose::draw, number), request.start, 0, nullptr,
                          &parameters};
    run_kernel(operation,
               tables.random->row[random_index(op)].kernel[static_cast<int>(request.dtype)], args,
               result);
  }
  if (operation.wants_verify()) operation.verify(call);
  operation.finish(result);
  return result;
}

}  // namespace corepy

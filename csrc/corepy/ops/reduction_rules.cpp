// Dtypes of reductions and scans.
#include "corepy/ops/reduction_rules.h"

#include <string>

#include "corepy/core/error.h"

namespace corepy {
namespace {

enum class Accumulate : std::uint8_t { same, wide, float_ };

Accumulate accumulate_rule(Op op) noexcept {
  if (info_of(op).family == Family::scan) return Accumulate::wide;
  constexpr Accumulate same = Accumulate::same, wide = Accumulate::wide,
                       float_ = Accumulate::float_;
  // The table's word `float` is no C++ name: it is pasted with an underscore.
#define COREPY_RULE_same same
#define COREPY_RULE_wide wide
#define COREPY_RULE_float float_
  constexpr Accumulate rules[] = {
#define COREPY_X(name, dtypes, accumulate, ...) COREPY_RULE_##accumulate,
      COREPY_FOR_EACH_REDUCTION(COREPY_X)
#undef COREPY_X
  };
#undef COREPY_RULE_same
#undef COREPY_RULE_wide
#undef COREPY_RULE_float
  (void)same, (void)wide, (void)float_;
  return rules[reduction_index(op)];
}

// The dtype that a sum of `d` is kept in.
DType wide_dtype(DType d) noexcept {
  if (kind_of(d) == DTypeKind::unsigned_integer) return DType::uint64;
  return is_integer(d) || d == DType::bool_ ? DType::int64 : d;
}

}  // namespace

ReductionDTypes infer_reduction_dtypes(Op op, DType operand, std::optional<DType> dtype) {
  const OpInfo& info = info_of(op);
  if (!contains(info.dtypes, operand)) {
    fail(ErrorKind::dtype, std::string(info.name) + ": unsupported dtype (got " + name_of(operand) +
                               "; expected " + dtype_names(info.dtypes) +
                               "); convert with corepy.astype");
  }
  ReductionDTypes result{operand, operand, operand};
  switch (accumulate_rule(op)) {
    case Accumulate::same:
      if (operand == DType::bool_ && (op == Op::argmax || op == Op::argmin))
        result.compute = DType::uint8;
      break;
    case Accumulate::wide:
      if (dtype == DType::bool_) {
        fail(ErrorKind::dtype, std::string(info.name) +
                                   ": dtype cannot be bool (got bool; expected " +
                                   dtype_names(dtypes::numeric) + ")");
      }
      if (dtype && is_complex(operand) && !is_complex(*dtype)) {
        fail(ErrorKind::dtype,
             std::string(info.name) +
                 ": a complex tensor has no sum or product in a real dtype (got " +
                 name_of(operand) + " and dtype=" + name_of(*dtype) +
                 "; expected a complex dtype); take corepy.real, imag or abs first");
      }
      result.compute = dtype.value_or(operand);
      result.accumulator = wide_dtype(result.compute);
      result.result = dtype.value_or(result.accumulator);
      break;
    case Accumulate::float_:
      if (is_integer(operand) || operand == DType::bool_) {
        result.compute = DType::float64;
        result.integer_to_float = true;
      }
      result.accumulator = result.result = result.compute;
      break;
  }
  // Half precision accumulates in float32 and is rounded once, from the accumulator.
  result.compute = arithmetic_dtype(result.compute);
  result.accumulator = arithmetic_dtype(result.accumulator);
  if (info.result == ResultRule::real) {
    result.accumulator = real_of(result.compute);
    if (!is_half(result.result)) result.result = result.accumulator;
  }
  if (info.result == ResultRule::boolean) result.accumulator = result.result = DType::bool_;
  if (info.result == ResultRule::int64) result.accumulator = result.result = DType::int64;
  return result;
}

}  // namespace corepy

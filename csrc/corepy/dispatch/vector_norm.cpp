// The path of vector_norm. Orders 1, 2, inf and -inf are reductions of their own (complex ones of
// order 2 only); the others are composed of abs, count_nonzero, pow and sum, with a temporary.
#include "corepy/dispatch/vector_norm.h"

#include <cmath>
#include <string>

#include "corepy/core/error.h"
#include "corepy/core/shape.h"
#include "corepy/dispatch/creation.h"
#include "corepy/dispatch/dispatch.h"
#include "corepy/dispatch/elementwise.h"
#include "corepy/dispatch/manipulation.h"
#include "corepy/ops/reduction_rules.h"

namespace corepy {
namespace {

Tensor power(const Operation& operation, const Tensor& x, double exponent) {
  const Tensor by = real_number(operation.name(), exponent, x.dtype);
  const Tensor* operands[] = {&x, &by};
  return elementwise(Op::pow, operands, nullptr);
}

Tensor compose(const Operation& operation, const Tensor& x, DType result_dtype,
               const ReductionOptions& options) {
  ReductionOptions plain = options;
  const double order = options.norm_order;
  if (order == 0) {
    return astype(reduce(Op::count_nonzero, x, plain), result_dtype, false);
  }
  // Half precision is composed in float32, and rounded once at the end.
  const DType wide = is_floating(x.dtype) ? arithmetic_dtype(x.dtype) : DType::float64;
  const Tensor floating = x.dtype == wide ? x : astype(x, wide, false);
  const Tensor* operands[] = {&floating};
  const Tensor magnitudes = elementwise(Op::abs, operands, nullptr);
  if (order == 1 || std::isinf(order)) return reduce(Op::vector_norm, magnitudes, plain);
  return power(operation, reduce(Op::sum, power(operation, magnitudes, order), plain), 1 / order);
}

void check_elements(const Tensor& x, const ReductionOptions& options) {
  if (options.norm_order >= 0 || x.size() != 0) return;
  fail(ErrorKind::value, "vector_norm: no elements have no norm of a negative order (got shape " +
                             to_string(x.shape) + " and ord=" + std::to_string(options.norm_order) +
                             "; expected at least one element)");
}

}  // namespace

Tensor vector_norm(const Tensor& x, const ReductionOptions& options) {
  const double order = options.norm_order;
  if (std::isnan(order)) {
    fail(ErrorKind::value, "vector_norm: ord is not a number (got nan; expected a number or inf)");
  }
  if (order == 2 || (!is_complex(x.dtype) && (order == 1 || std::isinf(order))))
    return reduce(Op::vector_norm, x, options);
  Operation operation(Op::vector_norm);
  operation.add_operand(x);
  const ReductionDTypes dtypes = infer_reduction_dtypes(Op::vector_norm, x.dtype, std::nullopt);
  check_elements(x, options);
  Tensor result = compose(operation, x, dtypes.result, options);
  operation.adopt_child(dtypes.compute);
  if (result.dtype != dtypes.result) result = astype(result, dtypes.result, false);
  operation.finish(result);
  return result;
}

}  // namespace corepy

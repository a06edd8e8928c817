// asinh, acosh, atanh of float32: each is ln(1 + w + w_low) for a w computed without cancellation.
// The float64 functions are in math/inverse_hyperbolic.h.
#pragma once

#include "corepy/vec/math/float32/log.h"

namespace corepy::COREPY_ISA::vec {

// ln(1 + w + w_low); w >= 0, w_low a correction.
COREPY_INLINE Floats log1p_of_parts(Floats w, Floats w_low) {
  const Floats sum = Floats(1) + w;
  return log_of_sum(sum, lost_by_sum(w, Floats(1), sum) + w_low);
}

// From here on, x + sqrt(x^2 +- 1) is 2x to 2^-26.
inline constexpr float squares_vanish_float = 0x1p12f;

// ln(2x); x >= 1 or nan.
COREPY_INLINE Floats log_of_double(Floats x) {
  LogReducedFloat reduced = reduce_to_sqrt2(x);
  reduced.k = reduced.k + Floats(1);
  return select<float>(x < Floats(infinity_float), log_of_reduced(reduced), x);
}

// sqrt(x + x_low) = root + root_low; x >= 0, x_low a correction.
struct RootParts {
  Floats root, root_low;
};
COREPY_INLINE RootParts root_of_parts(Floats x, Floats x_low) {
  const Floats root = vec::sqrt<float>(x);
  return {root, (vec::fnma(root, root, x) + x_low) * half_inverse_root(x)};
}

// Error at most 0.95 ulp. asinh(+-0) = +-0, asinh(+-inf) = +-inf, asinh(nan) = nan.
COREPY_INLINE Floats asinh(Floats x) {
  const Floats size = magnitude_of(x), one(1);
  const Floats square = size * size, square_low = vec::fms(size, size, square);
  const Floats sum = one + square;
  const RootParts root = root_of_parts(sum, lost_by_sum(square, one, sum) + square_low);
  // sqrt(1 + x^2) - 1 = x^2 / (1 + sqrt(1 + x^2))
  const Floats divisor = root.root + one;
  const Floats divisor_low = ((root.root - divisor) + one) + root.root_low;
  const Floats inverse = vec::reciprocal<float>(divisor);
  const Floats quotient = square * inverse;
  const Floats rest =
      vec::fnma(quotient, divisor, square) + vec::fnma(quotient, divisor_low, square_low);
  const Floats w = size + quotient;
  const Floats w_low = ((size - w) + quotient) + rest * inverse;
  Floats result = log1p_of_parts(w, w_low);
  const FloatsMask is_large = is_not_below(size, squares_vanish_float);
  if (vec::any<float>(is_large)) result = select<float>(is_large, log_of_double(size), result);
  return keep_minus(result, x);
}

// Error at most 0.9 ulp. acosh(1) = 0, acosh(inf) = inf; x < 1 and nan give nan.
COREPY_INLINE Floats acosh(Floats x) {
  const Floats one(1);
  const Floats below = x - one, above = x + one;  // the first is exact
  const Floats above_low = (x - above) + one;
  const Floats square = below * above;  // x^2 - 1
  const Floats square_low = vec::fma(below, above_low, vec::fms(below, above, square));
  const RootParts root = root_of_parts(square, square_low);
  const Floats w = root.root + below;
  Floats result = log1p_of_parts(w, ((root.root - w) + below) + root.root_low);
  const FloatsMask is_rare = ~((x >= one) & (x < Floats(squares_vanish_float)));
  if (vec::any<float>(is_rare)) {
    result = select<float>(x >= Floats(squares_vanish_float), log_of_double(x), result);
    result = select<float>(x >= one, result, Floats(quiet_nan_float));
  }
  return result;
}

// ln((1 + x) / (1 - x)) / 2 = ln(1 + 2 x / (1 - x)) / 2. Error at most 0.95 ulp. atanh(+-0) = +-0,
// atanh(+-1) = +-inf; |x| > 1 and nan give nan.
COREPY_INLINE Floats atanh(Floats x) {
  const Floats size = magnitude_of(x), one(1), twice = size + size;
  const Floats divisor = one - size;
  const Floats divisor_low = (one - divisor) - size;
  const Floats inverse = vec::reciprocal<float>(divisor);
  const Floats quotient = twice * inverse;
  const Floats rest = vec::fnma(quotient, divisor_low, vec::fnma(quotient, divisor, twice));
  Floats result = log1p_of_parts(quotient, rest * inverse) * Floats(0.5f);
  const FloatsMask is_rare = is_not_below(size, 1);
  if (vec::any<float>(is_rare)) {
    const Floats limit =
        select<float>(size == one, Floats(infinity_float), Floats(quiet_nan_float));
    result = select<float>(is_rare, limit, result);
  }
  return keep_minus(result, x);
}

}  // namespace corepy::COREPY_ISA::vec

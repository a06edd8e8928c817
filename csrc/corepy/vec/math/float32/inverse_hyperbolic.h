// asinh, acosh, atanh of float32: each is ln(1 + w + w_low) for a w computed without cancellation.
// The float64 functions are in math/inverse_hyperbolic.h.
#pragma once

#include "corepy/vec/math/float32/log.h"

namespace corepy::COREPY_ISA::vec {

// From here on, x + sqrt(x^2 +- 1) is 2x to 2^-26.
inline constexpr float squares_vanish_float = 0x1p12f;

// ln(2x); x >= 1 or nan.
COREPY_INLINE Floats log_of_double(Floats x) {
  const Floats k = log_k(log_offset(x)) + Floats(1);
  return select<float>(x < Floats(infinity_float), log_with_power<NaturalLog>(x, k), x);
}

// Error at most 0.8 ulp. asinh(+-0) = +-0, asinh(+-inf) = +-inf, asinh(nan) = nan.
COREPY_INLINE Floats asinh(Floats x) {
  const Floats size = magnitude_of(x), one(1);
  const Floats square = size * size, square_low = vec::fms(size, size, square);
  // each difference is exact, whichever of 1 and the square is larger: the sum is below 2^24
  const Floats sum = one + square, sum_low = ((one - sum) + square) + square_low;
  const Floats root = vec::sqrt<float>(sum);
  const Floats root_low = vec::divide<float>(vec::fnma(root, root, sum) + sum_low, root + root);
  const Floats rest = root - one;
  const Floats w = size + rest;
  Floats result = log1p_of_parts(w, ((size - w) + rest) + root_low);
  const FloatsMask is_large = is_not_below(size, squares_vanish_float);
  if (vec::any<float>(is_large)) [[unlikely]]
    result = select<float>(is_large, log_of_double(size), result);
  return flip_sign_of(result, bits_of(x));
}

// Error at most 0.8 ulp. acosh(1) = 0, acosh(inf) = inf; x < 1 and nan give nan.
COREPY_INLINE Floats acosh(Floats x) {
  const Floats one(1);
  const Floats below = x - one, above = x + one;  // the first is exact
  const Floats above_low = (x - above) + one;
  const Floats square = below * above;  // x^2 - 1
  const Floats square_low = vec::fma(below, above_low, vec::fms(below, above, square));
  const Floats root = vec::sqrt<float>(square);
  const Floats root_low = (vec::fnma(root, root, square) + square_low) * half_inverse_root(square);
  const Floats w = root + below;
  Floats result = log1p_of_parts(w, ((root - w) + below) + root_low);
  const FloatsMask is_rare = ~((x >= one) & (x < Floats(squares_vanish_float)));
  if (vec::any<float>(is_rare)) [[unlikely]] {
    result = select<float>(x >= Floats(squares_vanish_float), log_of_double(x), result);
    result = select<float>(x >= one, result, Floats(quiet_nan_float));
  }
  return result;
}

// ln((1 + x) / (1 - x)) / 2 = ln(1 + 2 x / (1 - x)) / 2. Error at most 0.85 ulp. atanh(+-0) = +-0,
// atanh(+-1) = +-inf; |x| > 1 and nan give nan.
COREPY_INLINE Floats atanh(Floats x) {
  const Floats size = magnitude_of(x), one(1), twice = size + size;
  const Floats divisor = one - size;
  const Floats divisor_low = (one - divisor) - size;
  const Floats quotient = vec::divide<float>(twice, divisor);
  const Floats rest = vec::fnma(quotient, divisor_low, vec::fnma(quotient, divisor, twice));
  Floats result = log1p_of_parts(quotient, rest * rough_reciprocal(divisor)) * Floats(0.5f);
  const FloatsMask is_rare = is_not_below(size, 1);
  if (vec::any<float>(is_rare)) [[unlikely]] {
    const Floats limit =
        select<float>(size == one, Floats(infinity_float), Floats(quiet_nan_float));
    result = select<float>(is_rare, limit, result);
  }
  return flip_sign_of(result, bits_of(x));
}

}  // namespace corepy::COREPY_ISA::vec

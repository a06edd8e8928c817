// asinh, acosh, atanh of float64: each is the logarithm of a sum computed without cancellation.
// Their inverses are in hyperbolic.h, float32 in float32/inverse_hyperbolic.h.
#pragma once

#include "corepy/vec/math/log.h"

namespace corepy::COREPY_ISA::vec {

inline constexpr double largest_to_square = 0x1p500;

// ln(2 x) where x is too large to be squared, else `result`.
COREPY_INLINE Doubles patch_log_of_twice(Doubles x, Doubles result) {
  const Doubles doubled = log_of_normal<natural_base>(clamp(x, 1, 0x1.fffffffffffffp1023),
                                                      Bits(~std::uint64_t{0}));  // k + 1
  result = select<double>(x > Doubles(largest_to_square), doubled, result);
  return select<double>(x == Doubles(infinity), x, result);
}

// ln(x + sqrt(x^2 + 1)). Error at most 0.8 ulp. asinh(+-0) = +-0, asinh(+-inf) = +-inf, asinh(nan)
// = nan.
COREPY_INLINE Doubles asinh(Doubles x) {
  constexpr double cube_vanishes = 0x1p-28;  // below, x - x^3/6 rounds to x
  const Doubles size = magnitude_of(x);
  const DoubleDouble square = multiply_exactly(size, size);
  const DoubleDouble sum = add_exactly(square.hi, Doubles(1));
  const DoubleDouble root = square_root({sum.hi, sum.lo + square.lo});
  const DoubleDouble u = add_ordered(root.hi, size);
  const Doubles plain = log_of_sum({u.hi, u.lo + root.lo});
  Doubles result = select<double>(size < Doubles(cube_vanishes), size, plain);
  if (vec::any<double>(~(size <= Doubles(largest_to_square)))) {
    result = patch_log_of_twice(size, result);
    result = select<double>(is_nan(x), x, result);
  }
  return flip_sign(result, sign_of(x));
}

// ln(x + sqrt(x^2 - 1)). Error at most 0.8 ulp. acosh(1) = 0, acosh(inf) = inf; x < 1 and nan give
// nan.
COREPY_INLINE Doubles acosh(Doubles x) {
  const DoubleDouble square = multiply_exactly(x, x);
  const DoubleDouble difference = add_ordered(square.hi, Doubles(-1));
  const DoubleDouble normal = add_ordered(difference.hi, difference.lo + square.lo);
  const DoubleDouble root = square_root(normal);
  const DoubleDouble u = add_ordered(x, root.hi);
  Doubles result = log_of_sum({u.hi, u.lo + root.lo});
  if (vec::any<double>(~((x >= Doubles(1)) & (x <= Doubles(largest_to_square))))) {
    result = patch_log_of_twice(x, result);
    result = select<double>(x >= Doubles(1), result, Doubles(quiet_nan));
  }
  return result;
}

// |x| < 1 keeps `result`; 1 gives infinity, all else nan.
COREPY_INLINE Doubles patch_atanh_special(Doubles size, Doubles result) {
  result = select<double>(size == Doubles(1), Doubles(infinity), result);
  return select<double>(size <= Doubles(1), result, Doubles(quiet_nan));
}

// ln(1 + 2 x / (1 - x)) / 2. Error at most 0.8 ulp. atanh(+-0) = +-0, atanh(+-1) = +-inf; |x| > 1
// and nan give nan.
COREPY_INLINE Doubles atanh(Doubles x) {
  const Doubles size = magnitude_of(x);
  const DoubleDouble divisor = add_ordered(Doubles(1), negate(size));
  const DoubleDouble w = divide({size + size, Doubles(0)}, divisor);
  const DoubleDouble u = add_to_1(w.hi);
  Doubles result = log_of_sum({u.hi, u.lo + w.lo}) * Doubles(0.5);
  if (vec::any<double>(~(size < Doubles(1)))) result = patch_atanh_special(size, result);
  return flip_sign(result, sign_of(x));
}

}  // namespace corepy::COREPY_ISA::vec

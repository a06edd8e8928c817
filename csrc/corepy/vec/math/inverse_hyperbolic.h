// asinh, acosh, atanh of float64: each is ln(1 + w) for a w computed without cancellation. Their
// inverses are in hyperbolic.h, float32 in float32/inverse_hyperbolic.h.
#pragma once

#include "corepy/vec/math/log.h"

namespace corepy::COREPY_ISA::vec {

inline constexpr double squares_vanish = 0x1p30;  // from here on x + sqrt(x^2 +- 1) is 2x to 2^-60

// ln(1 + w), or ln(2 x) where x is beyond squares_vanish.
COREPY_INLINE Doubles log1p_or_log_double(DoubleDouble w, Doubles x) {
  const DoublesMask is_large = x > Doubles(squares_vanish);
  const DoubleDouble u = add_exactly(Doubles(1), w.hi);
  const Doubles argument = select<double>(is_large, x, u.hi);
  const Doubles argument_low = select<double>(is_large, Doubles(0), u.lo + w.lo);
  const Doubles minus_one_bits = bit_cast<double>(Bits(~std::uint64_t{0}));
  const Bits power = bit_cast<std::uint64_t>(select<double>(is_large, minus_one_bits, Doubles(0)));
  return log_precise(argument, argument_low, power).hi;
}

// Error at most 0.51 ulp. asinh(+-0) = +-0, asinh(+-inf) = +-inf, asinh(nan) = nan.
COREPY_INLINE Doubles asinh(Doubles x) {
  const Doubles size = magnitude_of(x);
  const DoubleDouble square = multiply_exactly(size, size);
  const DoubleDouble root = square_root(add(square, Doubles(1)));
  // sqrt(1 + x^2) - 1 = x^2 / (1 + sqrt(1 + x^2))
  const DoubleDouble w = add({size, Doubles(0)}, divide(square, add(root, Doubles(1))));
  const Doubles result = log1p_or_log_double(w, size);
  return flip_sign(select<double>(size < Doubles(infinity), result, size), sign_of(x));
}

// Error at most 0.51 ulp. acosh(1) = 0, acosh(inf) = inf; x < 1 and nan give nan.
COREPY_INLINE Doubles acosh(Doubles x) {
  const DoubleDouble above_one = add_exactly(x, Doubles(-1));
  const DoubleDouble square = multiply(above_one, add(above_one, Doubles(2)));  // x^2 - 1
  const DoubleDouble w = add(above_one, square_root(square));
  Doubles result = log1p_or_log_double(w, x);
  result = select<double>(x == Doubles(infinity), x, result);
  return select<double>(x >= Doubles(1), result, Doubles(quiet_nan));
}

// |x| < 1 keeps `result`; 1 gives infinity, all else nan.
COREPY_INLINE Doubles patch_atanh_special(Doubles size, Doubles result) {
  result = select<double>(size == Doubles(1), Doubles(infinity), result);
  return select<double>(size <= Doubles(1), result, Doubles(quiet_nan));
}

// ln((1 + x) / (1 - x)) / 2. Error at most 0.51 ulp. atanh(+-0) = +-0, atanh(+-1) = +-inf; |x| > 1
// and nan give nan.
COREPY_INLINE Doubles atanh(Doubles x) {
  const Doubles size = magnitude_of(x);
  const DoubleDouble w = divide({size + size, Doubles(0)}, add_exactly(Doubles(1), negate(size)));
  const Doubles result = log1p_precise(w).hi * Doubles(0.5);
  return flip_sign(patch_atanh_special(size, result), sign_of(x));
}

}  // namespace corepy::COREPY_ISA::vec

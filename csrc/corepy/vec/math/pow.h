// pow of float64 (float32: float32/pow.h). Built from the double-double logarithm (log.h) and
// exponential (exp.h); only its table of special cases is here.
#pragma once

#include "corepy/vec/math/log.h"

namespace corepy::COREPY_ISA::vec {

// For magnitudes (>= 0): from 2^52 on, every float64 is an integer.
COREPY_INLINE DoublesMask is_integer(Doubles size) {
  return (size >= Doubles(0x1p52)) | ((size + Doubles(0x1p52)) - Doubles(0x1p52) == size);
}

// C99 F.9.4.4 for what the formula e^(y ln |x|) does not give: x <= 0, x or y infinite or nan, y =
// 0. `result` is the formula's for finite |x| > 0 and finite y.
COREPY_INLINE Doubles patch_pow_special(Doubles x, Doubles y, Doubles result) {
  const Doubles size = magnitude_of(x), y_size = magnitude_of(y);
  const Doubles zero(0), one(1), inf(infinity), nan(quiet_nan);
  const DoublesMask y_is_integer = is_integer(y_size);
  const DoublesMask y_is_odd =
      y_is_integer & (y_size < Doubles(0x1p53)) & ~is_integer(y_size * Doubles(0.5));
  const DoublesMask grows = ((size > one) & (y > zero)) | ((size < one) & (y < zero));
  const Doubles limit = select<double>(grows, inf, zero);
  const DoublesMask is_limit = (size == zero) | (size == inf) | (y_size == inf);
  result = select<double>(is_limit, limit, result);
  result = select<double>((size == one) & (y_size == inf), one, result);
  result = flip_sign(result, select<double>(y_is_odd, sign_of(x), zero));
  result = select<double>((x < zero) & (size < inf) & ~y_is_integer, nan, result);
  result = select<double>(is_nan(x) | is_nan(y), nan, result);
  return select<double>((y == zero) | (x == one), one, result);
}

// x^y. Error at most 0.6 ulp, of a result near or below the smallest normal number 0.8 ulp. C99's
// special cases: pow(x, +-0) = pow(1, y) = 1 even for nan; x < 0 needs an integer y.
COREPY_INLINE Doubles pow(Doubles x, Doubles y) {
  const DoublesMask is_rare = is_rare_for_log(x) | ~(magnitude_of(y) < Doubles(infinity));
  const bool has_rare = vec::any<double>(is_rare);
  DoubleDouble log;
  if (has_rare) {
    const Normalized normal = normalize(magnitude_of(x));
    log = log_precise(normal.value, Doubles(0), normal.power);
  } else {
    log = log_precise(x);
  }
  Doubles exponent = y * log.hi;
  Doubles exponent_low = vec::fma(y, log.hi, negate(exponent)) + y * log.lo;
  const DoublesMask is_extreme = ~(magnitude_of(exponent) <= Doubles(exp_plain_limit - 1));
  Doubles result;
  if (vec::any<double>(is_extreme)) {  // the result may be subnormal, 0 or infinite
    const DoublesMask is_exact = magnitude_of(exponent) <= Doubles(exp_highest);
    exponent_low = select<double>(is_exact, exponent_low, Doubles(0));
    const ExpParts power = exp_parts(clamp(exponent, exp_lowest, exp_highest), exponent_low);
    result = scale_by_power_of_two(power.significand.hi, power.n);
  } else {
    const ExpParts power = exp_parts(exponent, exponent_low);
    result = power.significand.hi * power_of_two(power.n);
  }
  return has_rare ? patch_pow_special(x, y, result) : result;
}

// The operator table's spelling: only integer powers (vec/integer.h) have something to flag.
COREPY_INLINE Doubles pow(Doubles x, Doubles y, std::uint32_t&) { return vec::pow(x, y); }

}  // namespace corepy::COREPY_ISA::vec

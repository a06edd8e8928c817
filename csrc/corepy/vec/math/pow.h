// pow of float64 (float32: float32/pow.h). Built from the double-double logarithm (log.h) and
// exponential (exp.h); only its table of special cases is here.
#pragma once

#include <limits>

#include "corepy/vec/arithmetic.h"
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

// y times the logarithm's sum, normalised.
COREPY_INLINE DoubleDouble pow_exponent(DoubleDouble log, Doubles y) {
  const DoubleDouble head = multiply_exactly(y, log.hi);
  const Doubles exponent = vec::fma(y, log.lo, head.hi);
  return {exponent, vec::fma(y, log.lo, head.hi - exponent) + head.lo};
}

// For lanes that the plain path does not serve: subnormal and special x, special y, results that
// may be subnormal, 0 or infinite. The others get the plain path's bits.
inline __attribute__((noinline)) void compute_rare_pow(const double* x_lanes, const double* y_lanes,
                                                       double* result) noexcept {
  const Doubles x = load(x_lanes), y = load(y_lanes);
  const Normalized normal = normalize(magnitude_of(x));
  const DoubleDouble exponent = pow_exponent(log_sum(normal.value, normal.power), y);
  const DoublesMask is_exact = magnitude_of(exponent.hi) <= Doubles(exp_highest);
  const Doubles low = select<double>(is_exact, exponent.lo, Doubles(0));
  const Doubles power = exp_of_reduced_with_care(
      reduce_by_sixteenth(clamp(exponent.hi, exp_lowest, exp_highest), low));
  store(result, patch_pow_special(x, y, power));
}

// x^y. Error at most 0.85 ulp, 0.7 for results within 10^-60 .. 10^60. C99's
// special cases: pow(x, +-0) = pow(1, y) = 1 even for nan; x < 0 needs an integer y.
COREPY_INLINE Doubles pow(Doubles x, Doubles y) {
  const DoubleDouble exponent = pow_exponent(log_sum(x), y);
  const Doubles result = exp_of_reduced(reduce_by_sixteenth(exponent.hi, exponent.lo));
  const DoublesMask is_rare =
      is_rare_for_log(x) | ~(magnitude_of(exponent.hi) <= Doubles(exp_plain_limit - 1));
  if (!vec::any<double>(is_rare)) return result;
  alignas(64) double x_lanes[lanes<double>], y_lanes[lanes<double>], patched[lanes<double>];
  store(x_lanes, x);
  store(y_lanes, y);
  compute_rare_pow(x_lanes, y_lanes, patched);
  return load(patched);
}

// x^y, where squares, roots, reciprocals and x itself (y = 2, 1/2, -1, 1) are one operation, and so
// rounded correctly: the powers that programs write most, at a tenth of the time.
template <class T, class Pow>
COREPY_INLINE Vec<T> pow_with_roots(Vec<T> x, Vec<T> y, Pow pow) {
  // All of these are powers of two: one test tells most exponents from them.
  using U = BitsOf<T>;
  constexpr U fraction = (U{1} << (std::numeric_limits<T>::digits - 1)) - 1;
  if (!vec::any<U>((bit_cast<U>(y) & Vec<U>(fraction)) == Vec<U>(U{0}))) return pow(x, y);
  const Mask<T> is_square = y == Vec<T>(T(2));
  if (vec::all<T>(is_square)) return x * x;
  const Mask<T> is_root = y == Vec<T>(T(0.5)), is_reciprocal = y == Vec<T>(T(-1)),
                is_itself = y == Vec<T>(T(1));
  const Mask<T> is_simple = is_square | is_root | is_reciprocal | is_itself;
  if (!vec::any<T>(is_simple)) return pow(x, y);
  constexpr T infinite = std::numeric_limits<T>::infinity();  // no call of a function of std
  const Vec<T> inf(infinite);
  // C99: pow(-0, 1/2) = +0, pow(-inf, 1/2) = +inf.
  const Vec<T> root = select<T>(x == -inf, inf, vec::sqrt(x + Vec<T>(T(0))));
  Vec<T> simple = select<T>(is_root, root, x);
  simple = select<T>(is_reciprocal, reciprocal<T>(x), simple);
  simple = select<T>(is_square, x * x, simple);
  if (vec::all<T>(is_simple)) return simple;
  return select<T>(is_simple, simple, pow(x, y));
}

// The operator table's spelling: only integer powers (vec/integer.h) have something to flag.
COREPY_INLINE Doubles pow(Doubles x, Doubles y, std::uint32_t&) {
  return pow_with_roots<double>(
      x, y, [](Doubles v, Doubles w) COREPY_LAMBDA_INLINE { return vec::pow(v, w); });
}

}  // namespace corepy::COREPY_ISA::vec

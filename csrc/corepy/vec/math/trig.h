// sin, cos, tan of float64. The reduction of the angle is in reduce_pi.h; the inverses are in
// inverse_trig.h, float32 in float32/trig.h.
#pragma once

#include "corepy/vec/math/polynomial.h"
#include "corepy/vec/math/reduce_pi.h"

namespace corepy::COREPY_ISA::vec {

// sin and cos of a reduced angle, each a sum hi + lo, |lo| < 0.2 |hi| (not normalised).
struct SinCos {
  DoubleDouble sin, cos;
};

// Error of each sum below 0.15 ulp.
COREPY_INLINE SinCos sin_cos_of_reduced(const ReducedAngle& angle) {
  const Doubles r = angle.r, r_low = angle.r_low;
  const Doubles square = r * r;
  // What (r + r_low)^2 has beyond `square`.
  const Doubles square_low = vec::fma(r + r, r_low, vec::fma(r, r, negate(square)));
  const Doubles half_square = square * Doubles(0.5);
  const DoubleDouble one_minus_half = add_ordered(Doubles(1), negate(half_square));
  const Doubles cos_polynomial = evaluate_polynomial(square, coefficients::cos_tail);
  // r^3 in two parts, since its share of sin, -r^3/6, is up to a tenth: c0 r^3 + r^3 r^2 (c1 + ...)
  // + r_low cos(r).
  const Doubles cube = r * square;
  const Doubles cube_low = vec::fma(r, square_low, vec::fma(r, square, negate(cube)));
  const Doubles first = Doubles(coefficients::sin_tail[0]);
  const Doubles rest = square * evaluate_polynomial<1>(square, coefficients::sin_tail);
  const Doubles small = vec::fma(cube_low, first, vec::fma(cube, rest, r_low * one_minus_half.hi));
  const Doubles sin_tail = vec::fma(cube, first, small);
  const Doubles cos_tail = vec::fma(square_low, Doubles(-0.5),
                                    vec::fma(square * square, cos_polynomial, one_minus_half.lo));
  return {{r, sin_tail}, {one_minus_half.hi, cos_tail}};
}

// sin and cos of a reduced angle for float32 results: relative error 2^-37.
COREPY_INLINE SinCos sin_cos_of_reduced_short(const ReducedAngle& angle) {
  const Doubles r = angle.r;
  const Doubles square = r * r;
  const Doubles sin_tail = (r * square) * evaluate_polynomial(square, coefficients::sin_tail_short);
  const Doubles cos_polynomial = evaluate_polynomial(square, coefficients::cos_tail_short);
  const Doubles cos_head = vec::fma(square, Doubles(-0.5), Doubles(1));
  return {{r, sin_tail}, {cos_head, (square * square) * cos_polynomial}};
}

COREPY_INLINE DoublesMask is_odd_quadrant(Bits n) {
  return bit_cast<double>((n << 63) | Bits(0x3FF0000000000000u)) < Doubles(0);  // +-1.0
}

// sin(n pi/2 + angle), from sin and cos of the angle: cos where n is odd, negative where n mod 4 is
// 2 or 3.
COREPY_INLINE Doubles sin_in_quadrant(const SinCos& value, Bits n) {
  const DoublesMask is_odd = is_odd_quadrant(n);
  const Doubles hi = select<double>(is_odd, value.cos.hi, value.sin.hi);
  const Doubles lo = select<double>(is_odd, value.cos.lo, value.sin.lo);
  const Doubles sign = bit_cast<double>((n >> 1) << 63);
  return flip_sign(hi + lo, sign);
}

// Error at most 0.8 ulp at any size of x. sin(+-0) = +-0; infinities and nan give nan.
COREPY_INLINE Doubles sin(Doubles x) {
  const ReducedAngle angle = reduce_angle(magnitude_of(x));
  return flip_sign(sin_in_quadrant(sin_cos_of_reduced(angle), angle.n), sign_of(x));
}

// Error at most 0.8 ulp at any size of x. cos(+-0) = 1; infinities and nan give nan.
COREPY_INLINE Doubles cos(Doubles x) {
  const ReducedAngle angle = reduce_angle(magnitude_of(x));
  return sin_in_quadrant(sin_cos_of_reduced(angle), angle.n + Bits(1));
}

// tan(n pi/2 + angle): sin / cos, or -cos / sin where n is odd.
COREPY_INLINE Doubles tan_in_quadrant(const SinCos& value, Bits n) {
  const DoublesMask is_odd = is_odd_quadrant(n);
  const DoubleDouble sin = add_ordered(value.sin.hi, value.sin.lo);
  const DoubleDouble cos = add_ordered(value.cos.hi, value.cos.lo);
  const DoubleDouble numerator = {select<double>(is_odd, cos.hi, sin.hi),
                                  select<double>(is_odd, cos.lo, sin.lo)};
  const DoubleDouble denominator = {select<double>(is_odd, sin.hi, cos.hi),
                                    select<double>(is_odd, sin.lo, cos.lo)};
  const DoubleDouble ratio = divide(numerator, denominator);
  return flip_sign(ratio.hi + ratio.lo, bit_cast<double>(n << 63));
}

// Error at most 0.9 ulp at any size of x. tan(+-0) = +-0; infinities and nan give nan.
COREPY_INLINE Doubles tan(Doubles x) {
  const ReducedAngle angle = reduce_angle(magnitude_of(x));
  const Doubles result = tan_in_quadrant(sin_cos_of_reduced(angle), angle.n);
  return flip_sign(result, sign_of(x));
}

}  // namespace corepy::COREPY_ISA::vec

// sinh, cosh, tanh, sin, cos and tan of complex numbers in float64 parts. Special values are those
// of the array API and of C99's Annex G: sin, cos and tan of z are those of their hyperbolic
// counterparts at iz. Inverses are in complex_inverse.h.
#pragma once

#include "corepy/vec/math/complex_exponential.h"

namespace corepy::COREPY_ISA::vec::complex_math {

// ---- sinh and cosh ----
// With z = x + iy: sinh z = sinh x cos y + i cosh x sin y, cosh z = cosh x cos y + i sinh x sin y.
// Products of two-part factors; each part within 0.6 ulp (1 ulp where it is subnormal).
struct HyperbolicParts {
  Doubles sinh_cos, cosh_sin, cosh_cos, sinh_sin;  // of the sizes of x and y
};
COREPY_INLINE HyperbolicParts hyperbolic_parts(Doubles x_size, Doubles y_size) {
  const SinhCosh x = sinh_cosh_of_size(x_size);
  const SinCos y = sin_cos_of_size(y_size);
  const Bits half = x.n - Bits(1);
  // what is tiny keeps its digits by a power of two of its own
  const DoublesMask is_tiny = y_size < Doubles(tiny_sine), x_is_tiny = x_size < Doubles(tiny_sine);
  const DoubleDouble sine = select_parts(is_tiny, whole(y_size * Doubles(0x1p600)), y.sin);
  const DoubleDouble sinh =
      select_parts(x_is_tiny, whole(x_size * Doubles(0x1p600) * Doubles(2)), x.sinh);
  const Bits y_lift = choose_bits(is_tiny, 600), x_lift = choose_bits(x_is_tiny, 600);
  const auto product = [&](DoubleDouble a, DoubleDouble b, Bits n) COREPY_LAMBDA_INLINE {
    const Doubles value = scale_widely(rounded(multiply(a, b)), n);
    return flip_sign(with_sign(value, a.hi), sign_of(b.hi));
  };
  return {product(sinh, y.cos, half - x_lift), product(x.cosh, sine, half - y_lift),
          product(x.cosh, y.cos, half), product(sinh, sine, half - x_lift - y_lift)};
}

// The cases that have no angle, or no number in x; signs are set afterwards.
COREPY_INLINE ComplexDoubles patch_sinh_special(Doubles x_size, Doubles y_size,
                                                ComplexDoubles result) {
  const Doubles zero(0), nan(quiet_nan);
  const DoublesMask has_no_angle = ~is_finite(y_size);
  const DoublesMask keeps = (x_size == zero) | (x_size == Doubles(infinity));
  const Doubles re = select<double>(keeps, x_size, nan);
  result.re = select<double>(has_no_angle, re, result.re);
  result.im = select<double>(has_no_angle, nan, result.im);
  result.im = select<double>(is_nan(x_size) & (y_size == zero), zero, result.im);
  return result;
}
COREPY_INLINE ComplexDoubles patch_cosh_special(Doubles x_size, Doubles y_size,
                                                ComplexDoubles result) {
  const Doubles zero(0), nan(quiet_nan);
  const DoublesMask has_no_angle = ~is_finite(y_size), is_infinite_x = x_size == Doubles(infinity);
  const Doubles re = select<double>(is_infinite_x, x_size, nan);
  const Doubles im = select<double>(x_size == zero, zero, nan);
  result.re = select<double>(has_no_angle, re, result.re);
  result.im = select<double>(has_no_angle, im, result.im);
  result.im = select<double>(is_nan(x_size) & (y_size == zero), zero, result.im);
  return result;
}

COREPY_INLINE ComplexDoubles sinh(ComplexDoubles z) {
  const Doubles x = magnitude_of(z.re), y = magnitude_of(z.im);
  const HyperbolicParts parts = hyperbolic_parts(x, y);
  const ComplexDoubles result = patch_sinh_special(x, y, {parts.sinh_cos, parts.cosh_sin});
  return {flip_sign(result.re, sign_of(z.re)), flip_sign(result.im, sign_of(z.im))};
}
COREPY_INLINE ComplexDoubles cosh(ComplexDoubles z) {
  const Doubles x = magnitude_of(z.re), y = magnitude_of(z.im);
  const HyperbolicParts parts = hyperbolic_parts(x, y);
  const ComplexDoubles result = patch_cosh_special(x, y, {parts.cosh_cos, parts.sinh_sin});
  return {result.re, flip_sign(flip_sign(result.im, sign_of(z.re)), sign_of(z.im))};
}

// ---- tanh ----
// tanh z = (sinh x cosh x + i sin y cos y) / (sinh^2 x + cos^2 y): nothing cancels. With sinh x = S
// 2^(n-1), cosh x = C 2^(n-1) and w = 4^(1-n): (S C + i w sin y cos y) / (S^2 + w cos^2 y).
COREPY_INLINE ComplexDoubles tanh(ComplexDoubles z) {
  const Doubles zero(0), one(1), nan(quiet_nan);
  const Doubles x_size = magnitude_of(z.re), y_size = magnitude_of(z.im);
  const SinhCosh x = sinh_cosh_of_size(clamp(x_size, 0, 700));  // beyond, 1 and 0
  const SinCos y = sin_cos_of_size(y_size);
  const Doubles weight = x.inverse_square * Doubles(4);
  const DoubleDouble divisor =
      add(multiply(x.sinh, x.sinh), scaled(multiply(y.cos, y.cos), weight));
  const DoublesMask x_is_tiny = x_size < Doubles(tiny_sine);
  const DoubleDouble sinh = select_parts(x_is_tiny, whole(x_size * Doubles(0x1p601)), x.sinh);
  const Doubles x_lower = select<double>(x_is_tiny, Doubles(0x1p-600), one);
  const Doubles quotient = rounded(divide(multiply(sinh, x.cosh), divisor)) * x_lower;
  const DoublesMask y_is_tiny = y_size < Doubles(tiny_sine);
  const DoubleDouble sine = select_parts(y_is_tiny, whole(y_size * Doubles(0x1p600)), y.sin);
  const Bits n = (x.n & Bits(0xFFFF)) << 1;
  const Doubles rest = rounded(divide(multiply(sine, y.cos), divisor));
  const Doubles faded = scale_widely(rest, Bits(2) - n - choose_bits(y_is_tiny, 600));
  ComplexDoubles result = {with_sign(quotient, zero),
                           flip_sign(with_sign(faded, sine.hi), sign_of(y.cos.hi))};
  const DoublesMask has_no_angle = ~is_finite(y_size), is_far = x_size == Doubles(infinity);
  result.re = select<double>(has_no_angle, select<double>(x_size == zero, zero, nan), result.re);
  result.im = select<double>(has_no_angle, nan, result.im);
  result.re = select<double>(is_far, one, result.re);
  result.im = select<double>(is_far, zero, result.im);
  result.im = select<double>(is_nan(x_size) & (y_size == zero), zero, result.im);
  return {flip_sign(result.re, sign_of(z.re)), flip_sign(result.im, sign_of(z.im))};
}

// ---- of iz = -y + ix ----
COREPY_INLINE ComplexDoubles sin(ComplexDoubles z) {
  const ComplexDoubles turned = complex_math::sinh(ComplexDoubles{z.im, z.re});
  return {turned.im, turned.re};
}
COREPY_INLINE ComplexDoubles cos(ComplexDoubles z) {
  return complex_math::cosh(ComplexDoubles{negate(z.im), z.re});
}
COREPY_INLINE ComplexDoubles tan(ComplexDoubles z) {
  const ComplexDoubles turned = complex_math::tanh(ComplexDoubles{z.im, z.re});
  return {turned.im, turned.re};
}

}  // namespace corepy::COREPY_ISA::vec::complex_math

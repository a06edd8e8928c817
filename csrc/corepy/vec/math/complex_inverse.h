// asin, acos, atan, asinh, acosh and atanh of complex numbers in float64 parts. Special values and
// branch cuts are those of the array API and of C99's Annex G; the sign of a zero tells a cut's
// side. The functions they invert are in complex_trigonometric.h.
//
// The formulas for asin and acos are those of Hull, Fairgrieve and Tang ("Implementing the complex
// arcsine and arccosine functions using exception handling", 1997), in which nothing cancels; with
// two-part numbers they need none of that paper's cases for precision.
#pragma once

#include "corepy/vec/math/complex_parts.h"

namespace corepy::COREPY_ISA::vec::complex_math {

inline constexpr double far_from_1 = 0x1p60;  // beyond, 1 does not count beside |z|^2

// ---- asin and acos ----
// For the point (x, y) of the first quadrant, with r = |z + 1|, s = |z - 1|, a = (r + s) / 2:
//   asin z = atan2(x, along) + i rise, acos z = atan2(along, x) - i rise,
//   along = sqrt((a + x) (a - x)), rise = ln(a + sqrt((a - 1) (a + 1)))
struct InverseSineParts {
  DoubleDouble along, rise;
};

// sqrt(x^2 + y^2), x in two parts; x within 2^-60 .. 2^70 or 0.
COREPY_INLINE DoubleDouble length_in_two_parts(DoubleDouble x, Doubles y) {
  const DoubleDouble root = square_root(add(multiply(x, x), multiply_exactly(y, y)));
  return select_parts(x.hi == Doubles(0), whole(y), add_ordered(root.hi, root.lo));
}

// x, y >= 0, at most far_from_1. a - x and a - 1 are half of y^2 / (r + x + 1) and, by the side of
// 1 that x is on, s + |x - 1| or y^2 / (s + |x - 1|). Where both are of the latter kind, y is drawn
// out of the root, for its square may underflow.
COREPY_INLINE InverseSineParts near_inverse_sine_parts(Doubles x, Doubles y) {
  const Doubles one(1), half(0.5);
  const DoubleDouble x_plus_1 = add_exactly(x, one), difference = add_exactly(x, Doubles(-1));
  const Doubles side = sign_of(difference.hi);
  const DoubleDouble distance = {flip_sign(difference.hi, side), flip_sign(difference.lo, side)};
  const DoubleDouble r = length_in_two_parts(x_plus_1, y), s = length_in_two_parts(distance, y);
  const DoubleDouble a = scaled(add(r, s), half);
  const DoubleDouble far_sum = add(r, x_plus_1), near_sum = add(s, distance);
  const DoublesMask is_1 = x == one;
  const DoubleDouble inverse_far = divide(whole(one), far_sum);
  const DoubleDouble inverse_near = divide(whole(one), select_parts(is_1, whole(one), near_sum));
  // half of these is (a - x) or (a - 1)
  const DoubleDouble slope = add(inverse_far, inverse_near);  // times y^2
  const DoubleDouble whole_part = add(multiply(multiply(inverse_far, y), y), near_sum);
  const DoubleDouble half_a_plus_x = scaled(add(a, x), half),
                     half_a_plus_1 = scaled(add(a, one), half);
  const auto root_of = [&](DoubleDouble u, DoubleDouble v) COREPY_LAMBDA_INLINE {
    const DoubleDouble root = square_root(multiply(u, v));
    return add_ordered(root.hi, root.lo);
  };
  const DoublesMask is_left = x <= one, is_right = x >= one;
  const DoubleDouble along = select_parts(is_left, root_of(whole_part, half_a_plus_x),
                                          multiply(root_of(slope, half_a_plus_x), y));
  const DoubleDouble root_of_rise = select_parts(is_right, root_of(whole_part, half_a_plus_1),
                                                 multiply(root_of(slope, half_a_plus_1), y));
  const DoubleDouble a_minus_1 = select_parts(is_right, scaled(whole_part, half),
                                              scaled(multiply(multiply(slope, y), y), half));
  return {along, log1p_in_two_parts(add(a_minus_1, root_of_rise))};
}

// x, y >= 0; beyond far_from_1, asin z = atan2(x, y) + i ln 2|z|.
COREPY_INLINE InverseSineParts inverse_sine_parts(Doubles x, Doubles y) {
  const DoublesMask is_far = larger_of(x, y) > Doubles(far_from_1);
  const Doubles zero(0);
  const InverseSineParts near =
      near_inverse_sine_parts(select<double>(is_far, zero, x), select<double>(is_far, zero, y));
  const DoubleDouble twice =
      add(log_of_far_length(whole(x), y), DoubleDouble{Doubles(ln2), Doubles(ln2_rest)});
  const InverseSineParts parts = {select_parts(is_far, whole(y), near.along),
                                  select_parts(is_far, twice, near.rise)};
  // a length is infinite where a part is, else nan where one is
  const Doubles nan(quiet_nan), inf(infinity);
  const DoublesMask has_infinity = (x == inf) | (y == inf), has_nan = is_nan(x) | is_nan(y);
  const auto rise = [&](DoubleDouble value) COREPY_LAMBDA_INLINE {
    return select_parts(has_infinity, whole(inf), select_parts(has_nan, whole(nan), value));
  };
  return {parts.along, rise(parts.rise)};
}

// The sign of `sign` on the magnitude of a rise (infinities have no low part).
COREPY_INLINE Doubles signed_rise(const InverseSineParts& parts, Doubles sign) {
  const Doubles sum =
      parts.rise.hi + select<double>(is_finite(parts.rise.hi), parts.rise.lo, Doubles(0));
  return with_sign(sum, sign);
}

// u = asin's real part and v its imaginary one, for the point's own signs.
COREPY_INLINE ComplexDoubles asin(ComplexDoubles z) {
  const Doubles x = magnitude_of(z.re), y = magnitude_of(z.im);
  const InverseSineParts parts = inverse_sine_parts(x, y);
  Doubles angle = rounded_angle(whole(x), parts.along);
  const DoublesMask is_special = ~(is_finite(x) & is_finite(y));
  angle = select<double>(is_special, vec::atan2(x, y), angle);
  angle = select<double>(x == Doubles(0), Doubles(0), angle);  // beside a nan, too
  return {with_sign(angle, z.re), signed_rise(parts, z.im)};
}

// acos and acosh share these: the angle in 0 .. pi, and the rise.
struct InverseCosineParts {
  Doubles angle;
  InverseSineParts parts;
};
COREPY_INLINE InverseCosineParts inverse_cosine_parts(ComplexDoubles z) {
  const Doubles x = magnitude_of(z.re), y = magnitude_of(z.im);
  const InverseSineParts parts = inverse_sine_parts(x, y);
  Doubles angle = rounded_angle(parts.along, whole(z.re));
  const DoublesMask is_special = ~(is_finite(x) & is_finite(y));
  angle = select<double>(is_special, vec::atan2(y, z.re), angle);
  angle = select<double>(x == Doubles(0), Doubles(half_pi), angle);
  return {angle, parts};
}
COREPY_INLINE ComplexDoubles acos(ComplexDoubles z) {
  const InverseCosineParts value = inverse_cosine_parts(z);
  return {value.angle, signed_rise(value.parts, negate(z.im))};
}
COREPY_INLINE ComplexDoubles acosh(ComplexDoubles z) {
  const InverseCosineParts value = inverse_cosine_parts(z);
  return {signed_rise(value.parts, Doubles(0)), with_sign(value.angle, z.im)};
}

// asinh z = i asin(-iz)
COREPY_INLINE ComplexDoubles asinh(ComplexDoubles z) {
  const ComplexDoubles turned = complex_math::asin(ComplexDoubles{z.im, z.re});
  return {turned.im, turned.re};
}

// ---- atanh ----
// In the first quadrant: the real part is ln(1 + 4x / ((1 - x)^2 + y^2)) / 4, the imaginary one
// atan2(2y, 1 - x^2 - y^2) / 2, whose second argument may cancel and is summed exactly. At x = 1
// the former is ln(4 / y^2 + 1) / 4.
COREPY_INLINE Doubles atanh_length(Doubles x, Doubles y) {
  const DoublesMask is_far = larger_of(x, y) > Doubles(far_from_1);
  // beyond, x / |z|^2
  const ScaledPoint point = scale_point(x, y);
  const DoubleDouble norm =
      add(multiply_exactly(point.x, point.x), multiply_exactly(point.y, point.y));
  const Doubles far = rounded(divide(whole(point.x), norm)) * point.scale;
  const DoubleDouble rest = add_exactly(Doubles(1), negate(x));
  const DoubleDouble distance = add(multiply(rest, rest), multiply_exactly(y, y));
  const DoublesMask x_is_tiny = x < Doubles(0x1p-700);
  const Doubles lift = select<double>(x_is_tiny, Doubles(0x1p300), Doubles(1));
  const DoubleDouble ratio = divide(whole(x * lift), distance);
  const DoublesMask is_near = ~is_far & (ratio.hi < Doubles(0x1p100));
  const DoubleDouble w = select_parts(
      is_near & ~x_is_tiny, scaled(add_ordered(ratio.hi, ratio.lo), Doubles(4)), whole(Doubles(0)));
  const Doubles near = rounded(log1p_in_two_parts(w)) * Doubles(0.25);
  const Doubles tiny = rounded(ratio) * select<double>(x_is_tiny, Doubles(0x1p-300), Doubles(0));
  // ln(4 / |1 - z|^2) / 4 where that is large
  const DoubleDouble steep =
      add(DoubleDouble{Doubles(ln2), Doubles(ln2_rest)}, negate(log_of_far_length(rest, y)));
  Doubles result = select<double>(x_is_tiny, tiny, near);
  result = select<double>(~is_near, rounded(steep) * Doubles(0.5), result);
  return select<double>(is_far, far, result);
}

COREPY_INLINE ComplexDoubles atanh(ComplexDoubles z) {
  const Doubles zero(0), nan(quiet_nan), right_angle(half_pi);
  const Doubles x = magnitude_of(z.re), y = magnitude_of(z.im);
  Doubles re = atanh_length(x, y);
  const DoublesMask is_far = larger_of(x, y) > Doubles(far_from_1);
  const DoubleDouble difference =
      negate(norm_minus_1(select<double>(is_far, zero, x), select<double>(is_far, zero, y)));
  Doubles im = rounded_angle(whole(y + y), difference, whole(Doubles(0.5)));
  im = select<double>(is_far, right_angle, im);
  // on the real axis the sign of a zero tells the side of the cut
  im = select<double>((y == zero) & ~is_far, select<double>(x > Doubles(1), right_angle, zero), im);
  re = select<double>((x == Doubles(1)) & (y == zero), Doubles(infinity), re);
  const DoublesMask x_is_infinite = x == Doubles(infinity), y_is_infinite = y == Doubles(infinity);
  const DoublesMask has_nan = is_nan(x) | is_nan(y);
  re = select<double>(has_nan, nan, re);
  im = select<double>(has_nan, nan, im);
  re = select<double>(x_is_infinite | y_is_infinite | (x == zero), zero, re);
  im = select<double>(y_is_infinite | (x_is_infinite & ~is_nan(y)), right_angle, im);
  return {with_sign(re, z.re), with_sign(im, z.im)};
}
COREPY_INLINE ComplexDoubles atan(ComplexDoubles z) {
  const ComplexDoubles turned = complex_math::atanh(ComplexDoubles{z.im, z.re});
  return {turned.im, turned.re};
}

}  // namespace corepy::COREPY_ISA::vec::complex_math

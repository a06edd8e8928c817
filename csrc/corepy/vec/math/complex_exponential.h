// exp, expm1, log, log1p, log2, log10 and sqrt of complex numbers in float64 parts; complex64 is
// computed by the same formulas and rounded (vec/complex_functions.h). Special values and branch
// cuts are those of the array API and of C99's Annex G; a branch cut's side is told by the sign of
// a zero. Powers are in complex_power.h, trigonometric and hyperbolic functions in
// complex_trigonometric.h, their inverses in complex_inverse.h.
#pragma once

#include "corepy/vec/math/complex_parts.h"

namespace corepy::COREPY_ISA::vec::complex_math {

// ---- exponentials ----

inline constexpr double tiny_sine = 0x1p-200;  // below, sin y is y, which e^x may yet lift

COREPY_INLINE Bits choose_bits(DoublesMask m, std::uint64_t yes) {
  return bit_cast<std::uint64_t>(select<double>(m, bit_cast<double>(Bits(yes)), Doubles(0)));
}

// e^x cis(y) for two-part x and y. Each part within 0.6 ulp of the true value (1 ulp where it is
// subnormal). Finite |y|; x may be infinite.
COREPY_INLINE ComplexDoubles exp_of_two_parts(DoubleDouble x, DoubleDouble y) {
  const Doubles sign = sign_of(y.hi), y_size = magnitude_of(y.hi), y_low = flip_sign(y.lo, sign);
  const SinCos angle = sin_cos_of_two_parts(y_size, y_low);
  const ExpInParts power = exp_in_parts(x.hi, x.lo);
  const DoublesMask is_tiny = y_size < Doubles(tiny_sine);
  const DoubleDouble sine =
      select_parts(is_tiny, scaled({y_size, y_low}, Doubles(0x1p600)), angle.sin);
  const Bits sine_power = power.n - choose_bits(is_tiny, 600);
  const Doubles re = scale_widely(rounded(multiply(power.significand, angle.cos)), power.n);
  const Doubles im = scale_widely(rounded(multiply(power.significand, sine)), sine_power);
  return {with_sign(re, angle.cos.hi), flip_sign(with_sign(im, sine.hi), sign)};
}

// What C99 says of an infinite or nan y, and of nan + 0i.
COREPY_INLINE ComplexDoubles patch_exp_special(ComplexDoubles z, ComplexDoubles result) {
  const Doubles zero(0), nan(quiet_nan);
  const DoublesMask has_no_angle = ~is_finite(z.im), vanishes = z.re == Doubles(-infinity);
  const Doubles size = select<double>(z.re == Doubles(infinity), z.re, nan);
  const Doubles zero_of_angle = sign_of(without_nan_sign(z.im));
  result.re = select<double>(has_no_angle, select<double>(vanishes, zero, size), result.re);
  result.im = select<double>(has_no_angle, select<double>(vanishes, zero_of_angle, nan), result.im);
  result.im = select<double>(is_nan(z.re) & (z.im == zero), z.im, result.im);
  return result;
}

COREPY_INLINE ComplexDoubles exp(ComplexDoubles z) {
  return patch_exp_special(z, exp_of_two_parts(whole(z.re), whole(z.im)));
}

// The real part is (e^x - 1) cos y - (1 - cos y): both terms to about 2^-57, so where they cancel
// the error is some 2^-56 of either.
COREPY_INLINE ComplexDoubles expm1(ComplexDoubles z) {
  const ComplexDoubles power = complex_math::exp(z);
  const SinCos angle = sin_cos_of_size(magnitude_of(z.im));
  const ExpInParts parts = exp_in_parts(clamp(z.re, -690, 690));
  const Doubles scale = power_of_two(parts.n);
  const DoublesMask is_near = scale == Doubles(1);
  const DoubleDouble growth =
      select_parts(is_near, parts.tail, add(scaled(parts.significand, scale), Doubles(-1)));
  const DoubleDouble one_plus = add(angle.cos, Doubles(1));
  const DoubleDouble versine =
      select_parts(angle.cos.hi > Doubles(0), divide(multiply(angle.sin, angle.sin), one_plus),
                   add(negate(angle.cos), Doubles(1)));
  const DoubleDouble sum =
      add(multiply(growth, angle.cos), negate(add_ordered(versine.hi, versine.lo)));
  const DoublesMask is_plain = (magnitude_of(z.re) <= Doubles(690)) & is_finite(z.im);
  // -y^2 / 2 may underflow, to -0
  const Doubles re =
      select<double>((sum.hi == Doubles(0)) & (z.im != Doubles(0)), Doubles(-0.0), rounded(sum));
  return {select<double>(is_plain, re, power.re - Doubles(1)), power.im};
}

// ---- logarithms ----

COREPY_INLINE ComplexDoubles log(ComplexDoubles z) {
  return {patch_log_of_length(z.re, z.im, rounded(log_of_length(z.re, z.im))),
          rounded_angle(whole(z.im), whole(z.re))};
}

// The logarithm to another base: both parts times factor + factor_low before they are rounded.
COREPY_INLINE ComplexDoubles log_times(ComplexDoubles z, double factor, double factor_low) {
  const DoubleDouble unit = {Doubles(factor), Doubles(factor_low)};
  return {patch_log_of_length(z.re, z.im, rounded(multiply(log_of_length(z.re, z.im), unit))),
          rounded_angle(whole(z.im), whole(z.re), unit)};
}
COREPY_INLINE ComplexDoubles log2(ComplexDoubles z) {
  return log_times(z, binary_base.factor, binary_base.factor_low);
}
COREPY_INLINE ComplexDoubles log10(ComplexDoubles z) {
  return log_times(z, decimal_base.factor, decimal_base.factor_low);
}

// |1 + z|^2 - 1 = 2x + x^2 + y^2, summed exactly; below 2^-300 by 2^600 larger, where its own
// square no longer counts in the logarithm.
COREPY_INLINE ComplexDoubles log1p(ComplexDoubles z) {
  constexpr double squares_underflow = 0x1p-300;
  const Doubles larger = larger_of(magnitude_of(z.re), magnitude_of(z.im));
  const DoublesMask is_tiny = larger < Doubles(squares_underflow);
  const Doubles scale = select<double>(is_tiny, Doubles(0x1p300), Doubles(1));
  const Doubles x = z.re * scale, y = z.im * scale;
  const DoubleDouble x_square = multiply_exactly(x, x), y_square = multiply_exactly(y, y);
  const DoubleDouble difference =
      sum_exactly<5>({y_square.lo, x_square.lo, x_square.hi, y_square.hi, (x + x) * scale});
  const DoubleDouble one_plus = add_exactly(Doubles(1), z.re);
  const DoubleDouble far = log_of_far_length(one_plus, z.im);
  const Doubles tiny = rounded(difference) * Doubles(0x1p-600) * Doubles(0.5);
  const Doubles length =
      select<double>(is_tiny, tiny, rounded(choose_log_of_length(difference, far)));
  return {patch_log_of_length(one_plus.hi, z.im, length), rounded_angle(whole(z.im), one_plus)};
}

// ---- square root ----

// What C99 says of infinite and nan parts, for a root whose imaginary part takes the sign of z's.
COREPY_INLINE ComplexDoubles patch_sqrt_special(ComplexDoubles z, ComplexDoubles root) {
  const Doubles zero(0), inf(infinity), nan(quiet_nan);
  const DoublesMask has_nan = is_nan(z.re) | is_nan(z.im);
  const DoublesMask is_right = z.re == inf, is_left = z.re == Doubles(-infinity);
  root.re = select<double>(has_nan, nan, root.re);
  root.im = select<double>(has_nan, nan, root.im);
  root.re = select<double>(is_right, inf, root.re);
  root.im = select<double>(is_right & ~has_nan, zero, root.im);
  root.re = select<double>(is_left & ~has_nan, zero, root.re);
  root.im = select<double>(is_left, inf, root.im);
  const DoublesMask is_upward = is_infinite(z.im);
  const DoublesMask is_zero = (z.re == zero) & (z.im == zero);
  return {select<double>(is_zero, zero, select<double>(is_upward, inf, root.re)),
          select<double>(is_zero, zero, select<double>(is_upward, inf, root.im))};
}

// t = sqrt((|z| + |x|) / 2) and |y| / 2t. Tiny z is scaled up; of huge z only |z| is scaled, for y
// may be small.
COREPY_INLINE ComplexDoubles sqrt(ComplexDoubles z) {
  const ScaledPoint point = scale_point(magnitude_of(z.re), magnitude_of(z.im));
  const DoubleDouble length =
      square_root(add(multiply_exactly(point.x, point.x), multiply_exactly(point.y, point.y)));
  const DoubleDouble normal = add_ordered(length.hi, length.lo);
  const DoubleDouble root = square_root(scaled(add(normal, point.x), Doubles(0.5)));
  const DoublesMask is_huge = point.exponent > Doubles(0), is_tiny = point.exponent < Doubles(0);
  const Doubles lift = select<double>(is_huge, Doubles(0x1p300), Doubles(1));
  const Doubles lower = select<double>(is_tiny, Doubles(0x1p-300), Doubles(1));
  const DoubleDouble larger = scaled(root, lift);
  const Doubles y = select<double>(is_tiny, point.y, magnitude_of(z.im));
  // lifted where y is so small that the quotient's remainder would underflow
  const DoublesMask is_faint = y < Doubles(0x1p-700);
  const Doubles faint = select<double>(is_faint, Doubles(0x1p300), Doubles(1));
  const DoubleDouble quotient = divide(whole(y * faint), scaled(larger, Doubles(2)));
  const Doubles along = rounded(larger) * lower;
  const Doubles across = rounded(quotient) * select<double>(is_faint, Doubles(0x1p-300), lower);
  const DoublesMask is_left = has_minus_sign(z.re);
  const ComplexDoubles patched = patch_sqrt_special(
      z, {select<double>(is_left, across, along), select<double>(is_left, along, across)});
  return {patched.re, with_sign(patched.im, z.im)};
}

}  // namespace corepy::COREPY_ISA::vec::complex_math

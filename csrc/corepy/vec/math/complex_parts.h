// What the complex elementary functions are made of, in two parts each (hi + lo, some 60 bits or
// more): sine and cosine, sinh and cosh without their power of two, the angle of a point, the
// logarithm of a length, sums that cancel. The functions themselves are in complex_exponential.h,
// complex_trigonometric.h and complex_inverse.h.
//
// With these each part of a result is rounded once, from a value that is wrong by a few hundredths
// of an ulp at most. Real and imaginary parts are vectors of their own; lanes that a formula does
// not serve are replaced by select, so no lane knows its neighbours.
#pragma once

#include "corepy/vec/complex.h"
#include "corepy/vec/math/inverse_trig.h"
#include "corepy/vec/math/log.h"
#include "corepy/vec/math/trig.h"

namespace corepy::COREPY_ISA::vec {

using ComplexDoubles = ComplexVec<double>;

// ---- two-part arithmetic beside double_double.h ----

COREPY_INLINE Doubles rounded(DoubleDouble x) { return x.hi + x.lo; }
COREPY_INLINE DoubleDouble scaled(DoubleDouble x, Doubles power) {
  return {x.hi * power, x.lo * power};
}
COREPY_INLINE DoubleDouble select_parts(DoublesMask m, DoubleDouble yes, DoubleDouble no) {
  return {select<double>(m, yes.hi, no.hi), select<double>(m, yes.lo, no.lo)};
}
COREPY_INLINE DoubleDouble multiply(DoubleDouble a, Doubles b) {
  const DoubleDouble product = multiply_exactly(a.hi, b);
  return add_ordered(product.hi, vec::fma(a.lo, b, product.lo));
}
COREPY_INLINE DoubleDouble whole(Doubles x) { return {x, Doubles(0)}; }
COREPY_INLINE Doubles larger_of(Doubles a, Doubles b) { return select<double>(a > b, a, b); }
// A NaN's sign bit is no part of a value: it must not choose the sign of another part.
COREPY_INLINE Doubles without_nan_sign(Doubles x) {
  return select<double>(is_nan(x), Doubles(quiet_nan), x);
}
COREPY_INLINE ComplexDoubles without_nan_signs(ComplexDoubles z) {
  return {without_nan_sign(z.re), without_nan_sign(z.im)};
}
COREPY_INLINE DoublesMask is_finite(Doubles x) { return magnitude_of(x) < Doubles(infinity); }

// The sum of N numbers that may cancel almost entirely, relative error about 2^-100: error-free
// additions pass over them three times (Ogita, Rump, Oishi, "Accurate sum and dot product", 2005).
template <int N>
COREPY_INLINE DoubleDouble sum_exactly(const Doubles (&terms)[N]) {
  Doubles t[N];
  for (int i = 0; i < N; ++i) t[i] = terms[i];
  for (int pass = 0; pass < 3; ++pass) {
    for (int i = 1; i < N; ++i) {
      const DoubleDouble sum = add_exactly(t[i], t[i - 1]);
      t[i] = sum.hi;
      t[i - 1] = sum.lo;
    }
  }
  Doubles low = t[0];
  for (int i = 1; i + 1 < N; ++i) low = low + t[i];
  return add_exactly(t[N - 1], low);
}

// x * 2^n, |n| <= 3000, one rounding where the result is subnormal and |x| within 2^-300 .. 4.
COREPY_INLINE Doubles scale_widely(Doubles x, Bits n) {
  constexpr std::uint64_t offset = 6144;
  const Bits positive = (n + Bits(offset)) & Bits(0xFFFF);
  const Bits quarter = positive >> 2, rest = positive - quarter - quarter - quarter;
  const Doubles power = power_of_two(quarter - Bits(offset / 4));
  return ((x * power) * power) * power * power_of_two(rest - Bits(offset / 4));
}

// ---- sine and cosine ----

// Taylor coefficients: their parts beyond float64 count in the first two only.
inline constexpr double sine_tail[7] = {1.0 / 120,
                                        -1.0 / 5040,
                                        1.0 / 362880,
                                        -1.0 / 39916800,
                                        1.0 / 6227020800.0,
                                        -1.0 / 1307674368000.0,
                                        1.0 / 355687428096000.0};
inline constexpr double cosine_tail[7] = {-1.0 / 720,
                                          1.0 / 40320,
                                          -1.0 / 3628800,
                                          1.0 / 479001600,
                                          -1.0 / 87178291200.0,
                                          1.0 / 20922789888000.0,
                                          -1.0 / 6402373705728000.0};
inline constexpr double sixth = 0x1.5555555555555p-3, sixth_low = 0x1.5555555555555p-57;

// Of r + r_low, |r| <= pi/4. Relative error about 2^-62.
COREPY_INLINE SinCos sin_cos_in_two_parts(Doubles r, Doubles r_low) {
  const DoubleDouble a = add_ordered(r, r_low), square = multiply(a, a);
  const DoubleDouble cube = multiply(a, square), fourth = multiply(square, square);
  const DoubleDouble third_term = multiply(cube, {Doubles(-sixth), Doubles(-sixth_low)});
  const Doubles sin_rest = (cube.hi * square.hi) * evaluate_polynomial(square.hi, sine_tail);
  const DoubleDouble fourth_term = multiply(fourth, {Doubles(sixth / 4), Doubles(sixth_low / 4)});
  const Doubles cos_rest = (fourth.hi * square.hi) * evaluate_polynomial(square.hi, cosine_tail);
  const DoubleDouble minus_half = scaled(square, Doubles(-0.5));
  return {add(a, add(third_term, sin_rest)),
          add(add(minus_half, add(fourth_term, cos_rest)), Doubles(1))};
}

COREPY_INLINE PreciseAngle reduce_size(Doubles size) {
  const PreciseAngle plain = reduce_plain_angle(size);
  const DoublesMask is_rare = are_rare_angles(size, plain.r);
  return vec::any<double>(is_rare) ? patch_rare_angles(plain, size, is_rare) : plain;
}

// Of a reduced angle, with its quarter turns.
COREPY_INLINE SinCos sin_cos_of_angle(const PreciseAngle& angle) {
  const SinCos value = sin_cos_in_two_parts(angle.r, angle.r_low);
  const Bits n = angle.n();
  const DoublesMask is_odd = is_odd_quadrant(n);
  const Doubles sin_sign = bit_cast<double>((n >> 1) << 63);
  const Doubles cos_sign = bit_cast<double>(((n + Bits(1)) >> 1) << 63);
  const DoubleDouble sin = select_parts(is_odd, value.cos, value.sin);
  const DoubleDouble cos = select_parts(is_odd, value.sin, value.cos);
  return {{flip_sign(sin.hi, sin_sign), flip_sign(sin.lo, sin_sign)},
          {flip_sign(cos.hi, cos_sign), flip_sign(cos.lo, cos_sign)}};
}

// Of size >= 0; nan for infinity and nan.
COREPY_INLINE SinCos sin_cos_of_size(Doubles size) { return sin_cos_of_angle(reduce_size(size)); }

// Of size + low, |low| <= ulp(size): of huge sizes the low part is many turns itself, which are
// reduced with what the size left. (From 2^72 on it says nothing any more.)
COREPY_INLINE SinCos sin_cos_of_two_parts(Doubles size, Doubles low) {
  const DoublesMask counts = magnitude_of(low) < Doubles(0x1p19);
  const PreciseAngle first = reduce_size(size);
  const DoubleDouble sum = add_exactly(first.r, select<double>(counts, low, Doubles(0)));
  const PreciseAngle second = reduce_plain_angle(sum.hi);
  const DoubleDouble angle = add_exactly(second.r, sum.lo + first.r_low);
  return sin_cos_of_angle({angle.hi, angle.lo + second.r_low,
                           bit_cast<double>((first.n() & Bits(3)) + (second.n() & Bits(3)))});
}

// ---- e^x, sinh and cosh without their powers of two ----

// Beyond, e^x times any sine is 0 or infinity (the least sine is 2^-1074).
inline constexpr double exp_complex_limit = 1460;

COREPY_INLINE ExpReduced reduce_for_exp(Doubles x, Doubles x_low = Doubles(0)) {
  const Doubles inside = clamp(x, -exp_complex_limit, exp_complex_limit);
  return reduce_by_ln2(inside, select<double>(inside == x, x_low, Doubles(0)));
}

// e^x = (1 + tail) 2^n. Relative error 2^-59.
struct ExpInParts {
  DoubleDouble tail, significand;
  Bits n;
};
COREPY_INLINE ExpInParts exp_in_parts(Doubles x, Doubles x_low = Doubles(0)) {
  const ExpReduced reduced = reduce_for_exp(x, x_low);
  const DoubleDouble tail = exp_minus_1_precise(reduced);
  const DoubleDouble normal = add_ordered(tail.hi, tail.lo);
  return {normal, add(normal, Doubles(1)), reduced.n};
}

// 4^-n for n >= 0, 0 in effect from 2^-1000 on.
COREPY_INLINE Doubles inverse_square_power(Bits n) {
  const Bits small = n & Bits(0xFFFF);  // the bits of n have a constant above them
  const DoublesMask is_far = biased_integer_to_double(small, 0) > Doubles(500);
  const Bits doubled = small + small;
  const Doubles power = bit_cast<double>(Bits(0x3FF0000000000000u) - (doubled << 52));
  return select<double>(is_far, Doubles(0x1p-1000), power);
}

// sinh x = sinh 2^(n-1), cosh x = cosh 2^(n-1) of x >= 0. Relative error of each 2^-58.
struct SinhCosh {
  DoubleDouble sinh, cosh;
  Bits n;
  Doubles inverse_square;  // 4^-n
};
COREPY_INLINE SinhCosh sinh_cosh_of_size(Doubles x) {
  const ExpInParts power = exp_in_parts(x);
  const DoubleDouble inverse = divide(whole(Doubles(1)), power.significand);
  const Doubles inverse_square = inverse_square_power(power.n);
  const DoubleDouble falling = scaled(inverse, inverse_square);
  // e^x - e^-x, and near 0 (e^x - 1) + (e^x - 1) / e^x, which does not cancel
  const DoubleDouble far = add(power.significand, negate(falling));
  const DoubleDouble near = add(power.tail, multiply(power.tail, inverse));
  const DoublesMask is_near = inverse_square == Doubles(1);
  return {select_parts(is_near, near, far), add(power.significand, falling), power.n,
          inverse_square};
}

// ---- the angle of a point ----

// atan2(y, x) of y >= 0, x_size >= 0 (negative where `is_left`), both finite, not both 0; the
// quotient is no nearer to 0 than it is representable. Relative error about 2^-60. The breakpoints
// are those of angle_of_sizes (inverse_trig.h); c has two bits, so that c x and c y are exact in
// two parts.
COREPY_INLINE DoubleDouble angle_in_two_parts(DoubleDouble y, DoubleDouble x_size,
                                              DoublesMask is_left) {
  using namespace coefficients;
  using Integers = Vec<std::int64_t>;
  constexpr std::int64_t half_octave = std::int64_t{1} << 51;
  constexpr std::int64_t first = 7 * half_octave + half_octave * 3 / 8;
  // neither 1 / denominator nor the products may leave the range
  const Doubles larger = larger_of(y.hi, x_size.hi);
  const Doubles scale =
      select<double>(larger > Doubles(0x1p900), Doubles(0x1p-100),
                     select<double>(larger < Doubles(0x1p-400), Doubles(0x1p300), Doubles(1)));
  y = scaled(y, scale);
  x_size = scaled(x_size, scale);
  const Integers difference = ::xsimd::bitwise_cast<std::int64_t>(
      bit_cast<std::uint64_t>(y.hi) - bit_cast<std::uint64_t>(x_size.hi) +
      Bits(static_cast<std::uint64_t>(first)));
  const Integers inside =
      ::xsimd::min(::xsimd::max(difference, Integers(0)), Integers(16 * half_octave - 1));
  const Bits index = ::xsimd::bitwise_cast<std::uint64_t>(inside) >> 51;
  const Doubles c = lookup(atan_breakpoint, index);
  const DoubleDouble numerator = add(y, negate(multiply(x_size, c)));
  const DoubleDouble denominator = add(x_size, multiply(y, c));
  const DoubleDouble quotient = divide(numerator, denominator);
  const DoubleDouble t = add_ordered(quotient.hi, quotient.lo);
  const Doubles square = t.hi * t.hi;
  const Doubles tail = vec::fma(t.hi * square, evaluate_polynomial(square, atan_tail),
                                vec::fnma<double>(t.lo, square, t.lo));
  const Doubles left_sign = select<double>(is_left, Doubles(-0.0), Doubles(0));
  const auto choose = [&](Doubles left, Doubles right)
                          COREPY_LAMBDA_INLINE { return select<double>(is_left, left, right); };
  const Doubles angle = choose(lookup(atan_left, index), lookup(atan_angle, index));
  const Doubles angle_low = choose(lookup(atan_left_low, index), lookup(atan_angle_low, index));
  const DoubleDouble sum = add_exactly(angle, flip_sign(t.hi, left_sign));
  return add_ordered(sum.hi, sum.lo + (angle_low + flip_sign(tail, left_sign)));
}

// ---- logarithms ----

inline constexpr double series_limit = 0x1p-20;

// ln(1 + w), w > -1/2 and below 2^1000; relative error 2^-64 however small w is.
COREPY_INLINE DoubleDouble log1p_in_two_parts(DoubleDouble w) {
  const DoubleDouble square = multiply(w, w);
  const Doubles cubic =
      vec::fma(w.hi, vec::fma(w.hi, Doubles(0.2), Doubles(-0.25)), Doubles(1.0 / 3));
  const DoubleDouble quadratic = add(w, scaled(square, Doubles(-0.5)));
  const DoubleDouble series =
      add_ordered(quadratic.hi, vec::fma(square.hi * w.hi, cubic, quadratic.lo));
  const DoubleDouble u = add_exactly(Doubles(1), w.hi);
  return select_parts(magnitude_of(w.hi) < Doubles(series_limit), series,
                      log_precise({u.hi, u.lo + w.lo}));
}

// A point's parts scaled by a power of two, such that squares neither overflow nor, where it
// counts, underflow.
struct ScaledPoint {
  Doubles x, y, scale, exponent;  // scale is 2^-exponent
};
COREPY_INLINE ScaledPoint scale_point(Doubles x, Doubles y) {
  const Doubles larger = larger_of(magnitude_of(x), magnitude_of(y));
  const DoublesMask is_huge = larger > Doubles(0x1p480), is_tiny = larger < Doubles(0x1p-400);
  const auto choose = [&](double if_huge, double if_tiny, double otherwise) COREPY_LAMBDA_INLINE {
    return select<double>(is_huge, Doubles(if_huge),
                          select<double>(is_tiny, Doubles(if_tiny), Doubles(otherwise)));
  };
  const Doubles scale = choose(0x1p-600, 0x1p600, 1);
  return {x * scale, y * scale, scale, choose(600, -600, 0)};
}

// ln |x + iy| where that is not near 1; x and y finite and not both 0. Relative error about 2^-62.
COREPY_INLINE DoubleDouble log_of_far_length(DoubleDouble x, Doubles y) {
  const ScaledPoint point = scale_point(x.hi, y);
  const DoubleDouble scaled_x = {point.x, x.lo * point.scale};
  const DoubleDouble norm = add(multiply(scaled_x, scaled_x), multiply_exactly(point.y, point.y));
  const DoubleDouble power = multiply({Doubles(ln2), Doubles(ln2_rest)}, point.exponent);
  return add(power, scaled(log_precise(norm), Doubles(0.5)));
}

// x^2 + y^2 - 1, however much it cancels; x and y moderate.
COREPY_INLINE DoubleDouble norm_minus_1(Doubles x, Doubles y) {
  const DoubleDouble x_square = multiply_exactly(x, x), y_square = multiply_exactly(y, y);
  return sum_exactly<5>({y_square.lo, x_square.lo, Doubles(-1), y_square.hi, x_square.hi});
}

// ln |z| of |z|^2 = 1 + difference where that is within 1/2 .. 2, else `far`.
COREPY_INLINE DoubleDouble choose_log_of_length(DoubleDouble difference, DoubleDouble far) {
  const DoublesMask is_near = (difference.hi > Doubles(-0.5)) & (difference.hi < Doubles(1));
  const DoubleDouble inside = select_parts(is_near, difference, whole(Doubles(0)));
  return select_parts(is_near, scaled(log1p_in_two_parts(inside), Doubles(0.5)), far);
}

// ln |x + iy|, x and y finite and not both 0. Relative error about 2^-62, also next to |z| = 1.
COREPY_INLINE DoubleDouble log_of_length(Doubles x, Doubles y) {
  return choose_log_of_length(norm_minus_1(x, y), log_of_far_length(whole(x), y));
}

// What every logarithm of a length is at infinities, zero and nan: C99's hypot, then log.
COREPY_INLINE Doubles patch_log_of_length(Doubles x, Doubles y, Doubles result) {
  result = select<double>((x == Doubles(0)) & (y == Doubles(0)), Doubles(-infinity), result);
  result = select<double>(is_nan(x) | is_nan(y), Doubles(quiet_nan), result);
  return select<double>(is_infinite(x) | is_infinite(y), Doubles(infinity), result);
}

// atan2(y, x) in two parts; of infinities, of nan and of two zeros C99's values, in one.
COREPY_INLINE DoubleDouble angle_of_point(DoubleDouble y, DoubleDouble x) {
  const Doubles y_sign = sign_of(y.hi), x_sign = sign_of(x.hi);
  const DoubleDouble size =
      angle_in_two_parts({flip_sign(y.hi, y_sign), flip_sign(y.lo, y_sign)},
                         {flip_sign(x.hi, x_sign), flip_sign(x.lo, x_sign)}, has_minus_sign(x.hi));
  const DoubleDouble angle = {with_sign(size.hi, y.hi), flip_sign(size.lo, y_sign)};
  const DoublesMask is_plain =
      is_finite(y.hi) & is_finite(x.hi) & ~((y.hi == Doubles(0)) & (x.hi == Doubles(0)));
  if (vec::all<double>(is_plain)) return angle;
  return select_parts(is_plain, angle, whole(vec::atan2(y.hi, x.hi)));
}

// atan2(y, x) times `unit` (0.1 .. 10), rounded. An angle next to 0 is a quotient, which is taken
// of a larger y: its digits beyond the first 53 would underflow.
COREPY_INLINE Doubles rounded_angle(DoubleDouble y, DoubleDouble x, DoubleDouble unit) {
  const DoublesMask is_faint =
      (magnitude_of(y.hi) < x.hi * Doubles(0x1p-400)) & (x.hi < Doubles(infinity));
  const Doubles lift = select<double>(is_faint, Doubles(0x1p300), Doubles(1));
  const Doubles lower = select<double>(is_faint, Doubles(0x1p-300), Doubles(1));
  const DoubleDouble angle = angle_of_point(scaled(y, lift), x);
  return with_sign(rounded(multiply(angle, unit)) * lower, y.hi);
}
COREPY_INLINE Doubles rounded_angle(DoubleDouble y, DoubleDouble x) {
  return rounded_angle(y, x, whole(Doubles(1)));
}

}  // namespace corepy::COREPY_ISA::vec

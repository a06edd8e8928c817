// asin, acos, atan, atan2 of float64. The functions they invert are in trig.h, float32 in
// float32/inverse_trig.h.
#pragma once

#include "corepy/vec/math/polynomial.h"
#include "corepy/vec/math/reduce_pi.h"

namespace corepy::COREPY_ISA::vec {

// ---- atan ----
// Breakpoints c with atan q = atan c + atan((q - c) / (1 + c q)); q in [0, 1] is nearest to one of
// 0, 1/2, 1, and then
// |(q - c) / (1 + c q)| <= 1/4.
inline constexpr double atan_half = 0x1.dac670561bb4fp-2, atan_half_low = 0x1.a2b7f222f65e2p-56;
inline constexpr double quarter_pi = half_pi / 2, quarter_pi_low = half_pi_low / 2;

struct AtanBreakpoint {
  Doubles c;
  DoubleDouble atan_c;
};

// For q = numerator / denominator, 0 <= numerator <= denominator.
COREPY_INLINE AtanBreakpoint nearest_breakpoint(Doubles numerator, Doubles denominator) {
  const Doubles quadruple = numerator * Doubles(4);
  const DoublesMask is_half = quadruple >= denominator,
                    is_one = quadruple >= denominator * Doubles(3);
  const auto choose = [&](double zero, double half, double one) COREPY_LAMBDA_INLINE {
    return select<double>(is_one, Doubles(one),
                          select<double>(is_half, Doubles(half), Doubles(zero)));
  };
  return {choose(0, 0.5, 1),
          {choose(0, atan_half, quarter_pi), choose(0, atan_half_low, quarter_pi_low)}};
}

// atan(numerator / denominator), 0 <= numerator <= denominator, both within 2^-1000 .. 2^1020 (the
// numerator also 0). A sum hi + lo, normalised; error about 2^-58.
COREPY_INLINE DoubleDouble atan_of_ratio(Doubles numerator, Doubles denominator) {
  const AtanBreakpoint point = nearest_breakpoint(numerator, denominator);
  const Doubles difference = vec::fma(negate(point.c), denominator, numerator);  // exact (Sterbenz)
  const DoubleDouble sum = add_ordered(denominator, point.c * numerator);
  const DoubleDouble t = divide({difference, Doubles(0)}, sum);
  const Doubles square = t.hi * t.hi;
  const Doubles tail = (t.hi * square) * evaluate_polynomial(square, coefficients::atan_tail);
  const DoubleDouble head = add_ordered(point.atan_c.hi, t.hi);
  return add_ordered(head.hi, head.lo + (tail + (t.lo + point.atan_c.lo)));
}

// For float32 results: relative error 2^-38.
COREPY_INLINE Doubles atan_of_ratio_short(Doubles numerator, Doubles denominator) {
  const AtanBreakpoint point = nearest_breakpoint(numerator, denominator);
  const Doubles difference = vec::fma(negate(point.c), denominator, numerator);
  const Doubles t = difference / vec::fma(point.c, numerator, denominator);
  const Doubles square = t * t;
  const Doubles polynomial = evaluate_polynomial(square, coefficients::atan_tail_short);
  return point.atan_c.hi + vec::fma(t * square, polynomial, t);
}

// The angle of the point (x, y) from that of its image in the octant 0 <= y <= x: `is_swapped`
// where |y| > |x|, then `is_left` where x is negative.
COREPY_INLINE Doubles angle_from_octant(DoubleDouble octant, DoublesMask is_swapped,
                                        DoublesMask is_left) {
  const Doubles zero(0);
  // swapped: pi/2 - octant; left: pi - that. So a multiple of pi/2, and the octant's sign.
  const Doubles base = select<double>(is_swapped, Doubles(half_pi),
                                      select<double>(is_left, Doubles(2 * half_pi), zero));
  const Doubles base_low = select<double>(is_swapped, Doubles(half_pi_low),
                                          select<double>(is_left, Doubles(2 * half_pi_low), zero));
  const Doubles sign = flip_sign(select<double>(is_swapped, Doubles(-0.0), zero),
                                 select<double>(is_left, Doubles(-0.0), zero));
  const DoubleDouble sum = add_ordered(base, flip_sign(octant.hi, sign));
  return sum.hi + (sum.lo + (flip_sign(octant.lo, sign) + base_low));
}

// Error at most 0.6 ulp. atan(+-0) = +-0, atan(+-inf) = +-pi/2, atan(nan) = nan.
COREPY_INLINE Doubles atan(Doubles x) {
  constexpr double like_infinity = 0x1p70;
  const Doubles size = clamp(magnitude_of(x), 0, like_infinity);
  const DoublesMask is_swapped = size > Doubles(1);
  const Doubles numerator = select<double>(is_swapped, Doubles(1), size);
  const Doubles denominator = select<double>(is_swapped, size, Doubles(1));
  const DoubleDouble octant = atan_of_ratio(numerator, denominator);
  return flip_sign(angle_from_octant(octant, is_swapped, Doubles(1) < Doubles(0)), sign_of(x));
}

// ---- atan2 ----
// numerator = min(|x|, |y|) and denominator = max(|x|, |y|), made such that their ratio is that of
// the limits: 0/0 is 0/1, inf/inf is 1/1, finite/inf is 0/1.
struct OctantRatio {
  Doubles numerator, denominator;
  DoublesMask is_swapped;
};

COREPY_INLINE OctantRatio octant_ratio(Doubles y, Doubles x) {
  const Doubles y_size = magnitude_of(y), x_size = magnitude_of(x);
  const DoublesMask is_swapped = y_size > x_size;
  Doubles numerator = select<double>(is_swapped, x_size, y_size);
  Doubles denominator = select<double>(is_swapped, y_size, x_size);
  const DoublesMask is_limit = (denominator == Doubles(0)) | (denominator == Doubles(infinity));
  const Doubles limit = select<double>(numerator == Doubles(infinity), Doubles(1), Doubles(0));
  numerator = select<double>(is_limit, limit, numerator);
  denominator = select<double>(is_limit, Doubles(1), denominator);
  return {numerator, denominator, is_swapped};
}

// Both scaled by one power of two into the range of atan_of_ratio, where the ratio is not 0 anyway.
COREPY_INLINE OctantRatio scale_ratio(const OctantRatio& ratio) {
  constexpr double large = 0x1p900;
  const Doubles factor = select<double>(
      ratio.denominator > Doubles(large), Doubles(0x1p-100),
      select<double>(ratio.numerator < Doubles(1 / large), Doubles(0x1p120), Doubles(1)));
  return {ratio.numerator * factor, ratio.denominator * factor, ratio.is_swapped};
}

COREPY_INLINE DoublesMask has_minus_sign(Doubles x) {
  return with_sign(Doubles(1), x) < Doubles(0);
}

// The angle of the point (x, y) in [-pi, pi]. Error at most 0.6 ulp, of a subnormal result 0.75
// ulp. C99's special cases: the signs of zeros count, atan2(+-0, -0) = +-pi, atan2(+-inf, -inf) =
// +-3pi/4.
COREPY_INLINE Doubles atan2(Doubles y, Doubles x) {
  const OctantRatio ratio = scale_ratio(octant_ratio(y, x));
  const DoubleDouble octant = atan_of_ratio(ratio.numerator, ratio.denominator);
  const Doubles angle = angle_from_octant(octant, ratio.is_swapped, has_minus_sign(x));
  return select<double>(is_nan(x) | is_nan(y), Doubles(quiet_nan), flip_sign(angle, sign_of(y)));
}

// ---- asin and acos ----
// For |x| <= 1/2 the series at 0; beyond, asin x = pi/2 - 2 asin(s) with s = sqrt((1 - x) / 2),
// which is exact but for the root, whose error is kept.
struct AsinParts {
  Doubles argument, argument_low, tail;  // asin(argument + argument_low) = their sum + tail
  DoublesMask is_far;                    // |x| > 1/2: the argument is s
};

// size = |x|
COREPY_INLINE AsinParts asin_parts(Doubles size) {
  const DoublesMask is_far = size > Doubles(0.5);
  const Doubles half_rest = (Doubles(1) - size) * Doubles(0.5);
  const DoubleDouble root = square_root({half_rest, Doubles(0)});
  const Doubles argument = select<double>(is_far, root.hi, size);
  const Doubles square = select<double>(is_far, half_rest, size * size);
  return {argument, select<double>(is_far, root.lo, Doubles(0)),
          (argument * square) * evaluate_polynomial(square, coefficients::asin_tail), is_far};
}

// base + base_low + factor * asin(argument), factor a power of two or 0 with either sign, |base| >=
// the rest or 0.
COREPY_INLINE Doubles angle_from_asin(const AsinParts& parts, Doubles base, Doubles base_low,
                                      Doubles factor) {
  const DoubleDouble sum = add_ordered(base, factor * parts.argument);
  return sum.hi + (sum.lo + vec::fma(factor, parts.tail + parts.argument_low, base_low));
}

// asin |x| = asin |x|, or pi/2 - 2 asin s.
COREPY_INLINE Doubles asin_from_parts(const AsinParts& parts) {
  const Doubles zero(0);
  return angle_from_asin(parts, select<double>(parts.is_far, Doubles(half_pi), zero),
                         select<double>(parts.is_far, Doubles(half_pi_low), zero),
                         select<double>(parts.is_far, Doubles(-2), Doubles(1)));
}

// acos x = pi/2 - asin x, or 2 asin s, or pi - 2 asin s for x < -1/2.
COREPY_INLINE Doubles acos_from_parts(const AsinParts& parts, Doubles x) {
  const DoublesMask is_left = parts.is_far & (x < Doubles(0)),
                    is_right = parts.is_far & (x > Doubles(0));
  const auto choose = [&](Doubles left, Doubles right, Doubles near) COREPY_LAMBDA_INLINE {
    return select<double>(is_left, left, select<double>(is_right, right, near));
  };
  return angle_from_asin(parts, choose(Doubles(2 * half_pi), Doubles(0), Doubles(half_pi)),
                         choose(Doubles(2 * half_pi_low), Doubles(0), Doubles(half_pi_low)),
                         choose(Doubles(-2), Doubles(2), flip_sign(Doubles(-1), sign_of(x))));
}

// Error at most 0.7 ulp. asin(+-0) = +-0; |x| > 1 and nan give nan.
COREPY_INLINE Doubles asin(Doubles x) {
  return flip_sign(asin_from_parts(asin_parts(magnitude_of(x))), sign_of(x));
}

// Error at most 0.7 ulp. acos(1) = 0; |x| > 1 and nan give nan.
COREPY_INLINE Doubles acos(Doubles x) { return acos_from_parts(asin_parts(magnitude_of(x)), x); }

}  // namespace corepy::COREPY_ISA::vec

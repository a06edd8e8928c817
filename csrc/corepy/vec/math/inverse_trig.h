// asin, acos, atan, atan2 of float64. The functions they invert are in trig.h, float32 in
// float32/inverse_trig.h.
#pragma once

#include "corepy/vec/math/polynomial.h"
#include "corepy/vec/math/reduce_pi.h"

namespace corepy::COREPY_ISA::vec {

// ---- atan ----
// atan q = atan c + atan((q - c) / (1 + c q)) with c one of 16 breakpoints: 0, 2^k and 1.5 * 2^k
// for k = -3 .. 3, and 28, which serves up to infinity.

// angle + atan(t), |t| <= 0.135; `low` has what t and the angle lack.
COREPY_INLINE Doubles add_angles(Doubles angle, Doubles t, Doubles low) {
  const Doubles square = t * t;
  const Doubles tail =
      vec::fma(t * square, evaluate_polynomial(square, coefficients::atan_tail), low);
  return angle + (t + tail);
}

// Error at most 0.9 ulp. atan(+-0) = +-0, atan(+-inf) = +-pi/2, atan(nan) = nan.
COREPY_INLINE Doubles atan(Doubles x) {
  using namespace coefficients;
  constexpr double like_infinity = 0x1p60;
  // The breakpoints change at 7/8 and 5/4 of the powers of two: every half octave of the bits
  // beyond those of the first such point.
  constexpr std::uint64_t first = 0x3FBC000000000000u - (std::uint64_t{1} << 51);  // 7/64
  const Doubles size = at_most(magnitude_of(x), like_infinity);
  const Doubles inside = at_least(at_most(size, 16), 0.1);
  const Bits index = (bit_cast<std::uint64_t>(inside) - Bits(first)) >> 51;
  const Doubles c = lookup(atan_breakpoint, index);
  const Doubles t = (size - c) / vec::fma(c, size, Doubles(1));
  const Doubles angle = add_angles(lookup(atan_angle, index), t, lookup(atan_angle_low, index));
  return flip_sign(angle, sign_of(x));
}

// ---- atan2 ----
COREPY_INLINE DoublesMask has_minus_sign(Doubles x) {
  return with_sign(Doubles(1), x) < Doubles(0);
}

inline constexpr double smallest_for_atan2 = 0x1p-900, largest_for_atan2 = 0x1p960;

// atan2(|y|, x); both sizes at most the largest, |y| at least the smallest, or 0 where |x| is that.
// The quotient of the sizes need not be known for its breakpoint: the difference of their bits
// tells it to 1/8, and |t| <= 0.135 then.
COREPY_INLINE Doubles angle_of_sizes(Doubles y_size, Doubles x_size, Doubles x) {
  using namespace coefficients;
  using Integers = Vec<std::int64_t>;
  constexpr std::int64_t half_octave = std::int64_t{1} << 51;
  constexpr std::int64_t first = 7 * half_octave + half_octave * 3 / 8;  // of 7/64 * 1.06
  const Integers difference = ::xsimd::bitwise_cast<std::int64_t>(
      bit_cast<std::uint64_t>(y_size) - bit_cast<std::uint64_t>(x_size) +
      Bits(static_cast<std::uint64_t>(first)));
  const Integers inside =
      ::xsimd::min(::xsimd::max(difference, Integers(0)), Integers(16 * half_octave - 1));
  const Bits index = ::xsimd::bitwise_cast<std::uint64_t>(inside) >> 51;
  const Doubles c = lookup(atan_breakpoint, index);
  const Doubles numerator = flip_sign(vec::fnma<double>(c, x_size, y_size), sign_of(x));
  const Doubles denominator = vec::fma(c, y_size, x_size), inverse = Doubles(1) / denominator;
  const Doubles t = numerator * inverse;
  // counts where c = 0: there numerator and denominator are exact
  const Doubles t_low = vec::fnma<double>(t, denominator, numerator) * inverse;
  const DoublesMask is_left = has_minus_sign(x);
  const auto choose = [&](Doubles left, Doubles right)
                          COREPY_LAMBDA_INLINE { return select<double>(is_left, left, right); };
  const Doubles angle_low = choose(lookup(atan_left_low, index), lookup(atan_angle_low, index));
  return add_angles(choose(lookup(atan_left, index), lookup(atan_angle, index)), t,
                    angle_low + t_low);
}

// For lanes whose sizes are beyond angle_of_sizes; the others get the plain path's bits.
// Infinite sizes become such as have the angle of the limit (0/0 is 0/1, inf/inf is 1/1, finite/inf
// is 0/1); then both are scaled by one power of two. Where the smaller one underflows the angle is
// 0 or pi/2 anyway.
inline __attribute__((noinline)) void compute_rare_atan2(const double* y_lanes,
                                                         const double* x_lanes,
                                                         double* result) noexcept {
  const Doubles y = load(y_lanes), x = load(x_lanes);
  const Doubles y_size = magnitude_of(y), x_size = magnitude_of(x);
  const Doubles most = select<double>(y_size > x_size, y_size, x_size);
  const auto limit = [&](Doubles size, double of_zero) COREPY_LAMBDA_INLINE {
    const Doubles of_infinite = select<double>(size == most, Doubles(1), Doubles(0));
    const Doubles finite = select<double>(most == Doubles(0), Doubles(of_zero), size);
    return select<double>(most == Doubles(infinity), of_infinite, finite);
  };
  const DoublesMask is_small = (y_size < Doubles(smallest_for_atan2)) & (most < Doubles(0x1p700));
  const Doubles factor = select<double>(most > Doubles(largest_for_atan2), Doubles(0x1p-200),
                                        select<double>(is_small, Doubles(0x1p200), Doubles(1)));
  const Doubles angle = angle_of_sizes(limit(y_size, 0) * factor, limit(x_size, 1) * factor, x);
  const DoublesMask is_invalid = is_nan(x) | is_nan(y);
  store(result, select<double>(is_invalid, Doubles(quiet_nan), flip_sign(angle, sign_of(y))));
}

// The angle of the point (x, y) in [-pi, pi]. Error at most 0.9 ulp. C99's special cases: the signs
// of zeros count, atan2(+-0, -0) = +-pi, atan2(+-inf, -inf) = +-3pi/4.
COREPY_INLINE Doubles atan2(Doubles y, Doubles x) {
  const Doubles y_size = magnitude_of(y), x_size = magnitude_of(x);
  const Doubles smallest(smallest_for_atan2), largest(largest_for_atan2);
  const DoublesMask is_zero = (y_size == Doubles(0)) & (x_size >= smallest);
  const DoublesMask is_plain =
      (y_size <= largest) & (x_size <= largest) & ((y_size >= smallest) | is_zero);
  if (vec::all<double>(is_plain)) {
    return flip_sign(angle_of_sizes(y_size, x_size, x), sign_of(y));
  }
  alignas(64) double y_lanes[lanes<double>], x_lanes[lanes<double>], result[lanes<double>];
  store(y_lanes, y);
  store(x_lanes, x);
  compute_rare_atan2(y_lanes, x_lanes, result);
  return load(result);
}

// ---- for float32 results, in float64 ----
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
  const DoubleDouble root = root_in_two_parts(half_rest);
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

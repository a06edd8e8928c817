// asin, acos, atan, atan2 of float32. The float64 functions are in math/inverse_trig.h.
#pragma once

#include "corepy/vec/math/float32/coefficients.h"
#include "corepy/vec/math/float32/rare_lanes.h"
#include "corepy/vec/math/float32/trig.h"
#include "corepy/vec/math/inverse_trig.h"

namespace corepy::COREPY_ISA::vec {

// ---- atan ----
// atan q = atan c + atan((q - c) / (1 + c q)) with c one of 16 breakpoints: 0, 2^k and 1.5 * 2^k
// for k = -3 .. 3, and 28. They change at 7/8 and 5/4 of the powers of two between, so that the
// breakpoint of a number's neighbourhood is found by its bits.

// The breakpoint's index (in the low 4 bits) for q, given as bits(q) - bits(1); q may be a quotient
// of which only the difference of the two numbers' bits is known (then |t| <= 0.145, else 0.115).
COREPY_INLINE FloatBits breakpoint_index(Vec<std::int32_t> bits_from_1) {
  using Integers = Vec<std::int32_t>;
  constexpr std::int32_t half_octave = 1 << 22;
  const Integers from_first = bits_from_1 + Integers(half_octave / 2 + 7 * half_octave);
  const Integers inside =
      ::xsimd::min(::xsimd::max(from_first, Integers(0)), Integers(16 * half_octave - 1));
  return ::xsimd::bitwise_cast<std::uint32_t>(inside) >> 22;
}

// atan(t) - t for |t| <= 0.145.
COREPY_INLINE Floats atan_tail(Floats t) {
  const Floats square = t * t;
  return (t * square) * evaluate_polynomial(square, float_coefficients::atan_tail);
}

// Error at most 0.8 ulp. atan(+-0) = +-0, atan(+-inf) = +-pi/2, atan(nan) = nan.
COREPY_INLINE Floats atan(Floats x) {
  using namespace float_coefficients;
  constexpr float like_infinity = 0x1p60f;
  const Floats size = at_most(magnitude_of(x), like_infinity);
  const FloatBits index =
      breakpoint_index(::xsimd::bitwise_cast<std::int32_t>(bits_of(size) - FloatBits(0x3F800000u)));
  const Floats c = lookup(atan_breakpoint, index);
  const Floats t = vec::divide<float>(size - c, vec::fma(c, size, Floats(1)));
  const Floats low = vec::atan_tail(t) + lookup_of<16>(atan_angle_low, index);
  return flip_sign_of(lookup_of<16>(atan_angle, index) + (t + low), bits_of(x));
}

// ---- atan2 ----
// In float64; error at most 0.51 ulp.
struct Atan2OfAny {
  static COREPY_INLINE Floats apply(Floats y, Floats x) {
    return compute_in_double(y, x, [](Doubles v, Doubles w) COREPY_LAMBDA_INLINE {
      const OctantRatio ratio = octant_ratio(v, w);  // float32 values need no scaling in float64
      const DoubleDouble octant = {atan_of_ratio_short(ratio.numerator, ratio.denominator),
                                   Doubles(0)};
      const Doubles angle = angle_from_octant(octant, ratio.is_swapped, has_minus_sign(w));
      return select<double>(is_nan(v) | is_nan(w), Doubles(quiet_nan),
                            flip_sign(angle, sign_of(v)));
    });
  }
};

// Sizes whose products and quotients neither overflow nor lose digits to underflow. y may be 0.
COREPY_INLINE FloatsMask is_rare_for_atan2(Floats y_size, Floats x_size) {
  constexpr float largest = 0x1p60f, smallest = 0x1p-40f;
  const FloatsMask y_is_plain =
      (y_size <= Floats(largest)) & ((y_size >= Floats(smallest)) | (y_size == Floats(0)));
  const FloatsMask x_is_plain = (x_size <= Floats(largest)) & (x_size >= Floats(smallest));
  return ~(y_is_plain & x_is_plain);
}

// The angle of the point (x, y) in [-pi, pi]. Error at most 0.8 ulp. C99's special cases: the signs
// of zeros count, atan2(+-0, -0) = +-pi, atan2(+-inf, -inf) = +-3pi/4.
COREPY_INLINE Floats atan2(Floats y, Floats x) {
  using namespace float_coefficients;
  const Floats y_size = magnitude_of(y), x_size = magnitude_of(x), x_sign = sign_of(x);
  const FloatBits index =
      breakpoint_index(::xsimd::bitwise_cast<std::int32_t>(bits_of(y_size) - bits_of(x_size)));
  const Floats c = lookup(atan_breakpoint, index);
  const Floats numerator = vec::fnma(c, x_size, y_size);
  const Floats denominator = vec::fma(c, y_size, x_size);
  // what the division loses counts where the angle is small
  const Floats inverse = vec::reciprocal<float>(denominator);
  const Floats t = numerator * inverse;
  const Floats t_low = vec::fnma(t, denominator, numerator) * inverse;
  // where x is negative, pi less the angle: the table's second half
  const FloatBits half = index + (bits_of(x_sign) >> 27);
  const Floats low = flip_sign(vec::atan_tail(t) + t_low, x_sign) + lookup(atan_angle_low, half);
  const Floats angle = lookup(atan_angle, half) + (flip_sign(t, x_sign) + low);
  const Floats result = flip_sign_of(angle, bits_of(y));
  const FloatsMask is_rare = is_rare_for_atan2(y_size, x_size);
  if (vec::any<float>(is_rare)) return replace_rare<Atan2OfAny>(is_rare, result, y, x);
  return result;
}

// ---- asin and acos ----
// For |x| <= 1/2 the series at 0; beyond, asin x = pi/2 - 2 asin(s) with s = sqrt((1 - x) / 2),
// which is exact but for the root, whose error is kept.
struct AsinPartsFloat {
  Floats argument, tail;  // asin of the argument (its error included) = their sum
  FloatsMask is_far;      // |x| > 1/2: the argument is s
};

// size = |x|
COREPY_INLINE AsinPartsFloat asin_parts(Floats size) {
  const FloatsMask is_far = size > Floats(0.5f);
  const Floats half_rest = vec::fma(size, Floats(-0.5f), Floats(0.5f));
  const Floats root = vec::sqrt<float>(half_rest);
  const Floats root_low = vec::fnma(root, root, half_rest) * half_inverse_root(half_rest);
  const Floats argument = select<float>(is_far, root, size);
  const Floats square = select<float>(is_far, half_rest, size * size);
  const Floats polynomial = evaluate_polynomial(square, float_coefficients::asin_tail);
  return {argument,
          vec::fma(argument * square, polynomial, select<float>(is_far, root_low, Floats(0))),
          is_far};
}

inline constexpr float pi_float = 2 * half_pi_float, pi_low_float = 2 * half_pi_low_float;

// base + base_low + factor * (argument + tail), factor a power of two or 0 with either sign; |base|
// is 0 or larger than the rest.
COREPY_INLINE Floats angle_from_asin(const AsinPartsFloat& parts, Floats base, Floats base_low,
                                     Floats factor) {
  const Floats linear = factor * parts.argument;
  const Floats head = base + linear;
  const Floats lost = (base - head) + linear;
  return head + (lost + vec::fma(factor, parts.tail, base_low));
}

// Error at most 0.8 ulp. asin(+-0) = +-0; |x| > 1 and nan give nan.
COREPY_INLINE Floats asin(Floats x) {
  const AsinPartsFloat parts = asin_parts(magnitude_of(x));
  const auto choose = [&](float far, float near) COREPY_LAMBDA_INLINE {
    return select<float>(parts.is_far, Floats(far), Floats(near));
  };
  return flip_sign(
      angle_from_asin(parts, choose(half_pi_float, 0), choose(half_pi_low_float, 0), choose(-2, 1)),
      sign_of(x));
}

// Error at most 0.8 ulp. acos(1) = 0; |x| > 1 and nan give nan.
COREPY_INLINE Floats acos(Floats x) {
  const AsinPartsFloat parts = asin_parts(magnitude_of(x));
  const FloatsMask is_left = x < Floats(0);
  const auto choose = [&](float left, float right, float near) COREPY_LAMBDA_INLINE {
    return select<float>(parts.is_far, select<float>(is_left, Floats(left), Floats(right)),
                         Floats(near));
  };
  // near: pi/2 - asin x; far left: pi - 2 asin s; far right: 2 asin s
  const Floats factor =
      flip_sign_of(select<float>(parts.is_far, Floats(2), Floats(-1)), bits_of(x));
  return angle_from_asin(parts, choose(pi_float, 0, half_pi_float),
                         choose(pi_low_float, 0, half_pi_low_float), factor);
}

}  // namespace corepy::COREPY_ISA::vec

// sin, cos, tan of float32. The float64 functions, which also serve the largest angles here, are in
// math/trig.h.
#pragma once

#include "corepy/vec/math/float32/coefficients.h"
#include "corepy/vec/math/float32/rare_lanes.h"
#include "corepy/vec/math/trig.h"

namespace corepy::COREPY_ISA::vec {

// x = n pi/2 + r + r_low (n modulo 4 in the low bits of n()), |r| <= pi/4.
struct ReducedAngleFloat {
  Floats r, r_low, n_shifted;  // n_shifted: as in RoundedFloat

  COREPY_INLINE FloatBits n() const { return bits_of(n_shifted); }
};

// pi/2 = the sum of three float32 numbers, to 2^-75.
inline constexpr float half_pi_float = 0x1.921fb6p+0f, half_pi_low_float = -0x1.777a5cp-25f,
                       half_pi_lowest_float = -0x1.ee59dap-50f;
// From here on the parts of pi/2 above lose digits of r.
inline constexpr float angle_is_rare_from = 0x1p17f;

// For 0 <= x < angle_is_rare_from.
COREPY_INLINE ReducedAngleFloat reduce_angle(Floats x) {
  constexpr float two_over_pi = 0x1.45f306p-1f;
  const RoundedFloat n = round_product(x, two_over_pi);
  // exact: a multiple of 2^-24 below 1, or n is 0
  const Floats first = vec::fma(n.value, Floats(-half_pi_float), x);
  const Floats second = n.value * Floats(half_pi_low_float);
  const Floats second_low = vec::fms(n.value, Floats(half_pi_low_float), second);
  const Floats r = first - second;
  const Floats lost = (first - r) - second;
  return {r, vec::fma(n.value, Floats(-half_pi_lowest_float), lost - second_low), n.shifted};
}

COREPY_INLINE FloatsMask is_odd_quadrant(FloatBits n) {
  return ::xsimd::batch_bool_cast<float>(::xsimd::bitwise_cast<std::int32_t>(n << 31) <
                                         Vec<std::int32_t>(0));
}

// sin(n pi/2 + angle): cos of the angle where n is odd, negative where n mod 4 is 2 or 3.
COREPY_INLINE Floats sin_in_quadrant(const ReducedAngleFloat& angle, FloatBits n, FloatBits sign) {
  const Floats r = angle.r, square = r * r;
  const Floats sin_polynomial = evaluate_polynomial(square, float_coefficients::sin_tail);
  const Floats sin_tail = vec::fma(r * square, sin_polynomial, angle.r_low);
  const Floats cos_polynomial = evaluate_polynomial(square, float_coefficients::cos_tail);
  const Floats cos_head = vec::fma(square, Floats(-0.5f), Floats(1));
  const Floats cos_lost = vec::fma(square, Floats(-0.5f), Floats(1) - cos_head);
  const Floats cos_tail =
      vec::fma(square * square, cos_polynomial, vec::fnma(r, angle.r_low, cos_lost));
  const FloatsMask is_odd = is_odd_quadrant(n);
  const Floats head = select<float>(is_odd, cos_head, r);
  const Floats tail = select<float>(is_odd, cos_tail, sin_tail);
  return flip_sign_of(head + tail, (n << 30) ^ sign);
}

// The same for angles of any size, in float64: error at most 0.51 ulp.
struct SinOfAnyAngle {
  static COREPY_INLINE Floats apply(Floats x) {
    return compute_in_double(x, [](Doubles v) COREPY_LAMBDA_INLINE {
      const ReducedAngle angle = reduce_angle_short(magnitude_of(v));
      return flip_sign(sin_in_quadrant(sin_cos_of_reduced_short(angle), angle.n), sign_of(v));
    });
  }
};
struct CosOfAnyAngle {
  static COREPY_INLINE Floats apply(Floats x) {
    return compute_in_double(x, [](Doubles v) COREPY_LAMBDA_INLINE {
      const ReducedAngle angle = reduce_angle_short(magnitude_of(v));
      return sin_in_quadrant(sin_cos_of_reduced_short(angle), angle.n + Bits(1));
    });
  }
};
struct TanOfAnyAngle {
  static COREPY_INLINE Floats apply(Floats x) {
    return compute_in_double(x, [](Doubles v) COREPY_LAMBDA_INLINE {
      const ReducedAngle angle = reduce_angle_short(magnitude_of(v));
      const SinCos value = sin_cos_of_reduced_short(angle);
      const DoublesMask is_odd = is_odd_quadrant(angle.n);
      const Doubles sin = value.sin.hi + value.sin.lo, cos = value.cos.hi + value.cos.lo;
      const Doubles ratio = select<double>(is_odd, cos, sin) / select<double>(is_odd, sin, cos);
      return flip_sign(ratio, flip_sign(sign_of(v), bit_cast<double>(angle.n << 63)));
    });
  }
};

// Error at most 0.9 ulp at any size of x. sin(+-0) = +-0; infinities and nan give nan.
COREPY_INLINE Floats sin(Floats x) {
  const Floats size = magnitude_of(x);
  const ReducedAngleFloat angle = reduce_angle(size);
  const Floats result = sin_in_quadrant(angle, angle.n(), bits_of(x));
  const FloatsMask is_rare = is_not_below(size, angle_is_rare_from);
  if (vec::any<float>(is_rare)) return replace_rare<SinOfAnyAngle>(is_rare, result, x);
  return result;
}

// Error at most 0.9 ulp at any size of x. cos(+-0) = 1; infinities and nan give nan.
COREPY_INLINE Floats cos(Floats x) {
  const Floats size = magnitude_of(x);
  const ReducedAngleFloat angle = reduce_angle(size);
  const Floats result = sin_in_quadrant(angle, angle.n() + FloatBits(1), FloatBits(0));
  const FloatsMask is_rare = is_not_below(size, angle_is_rare_from);
  if (vec::any<float>(is_rare)) return replace_rare<CosOfAnyAngle>(is_rare, result, x);
  return result;
}

// ---- tan ----
// x = n pi/32 + r + r_low (n in n_shifted), |r| <= pi/64 (1 + 2^-4); |x| < tan_is_long_from. Keeps
// the sign of a zero x. The step's first part is rounded down, its second has 11 bits: n times it,
// n < 2^13, and what its subtraction loses are multiples of 2^-38, and exact.
inline constexpr float tan_inverse_step = 0x1.45f306p+3f;  // 32/pi
inline constexpr float tan_is_long_from = 800;
COREPY_INLINE ReducedAngleFloat reduce_angle_for_tan(Floats x) {
  constexpr float step = 0x1.921fb4p-4f, step_second = 0x1.444p-28f, step_third = 0x1.68c234p-43f;
  const RoundedFloat n = round_product(x, tan_inverse_step);
  const Floats first = vec::fma(n.value, Floats(-step), x);  // exact
  const Floats second = n.value * Floats(-step_second);
  const Floats r = first + second;
  const Floats lost = second - (r - first);  // in this order: -0 for a zero x
  return {r, vec::fma(n.value, Floats(-step_third), lost), n.shifted};
}

// The same for |x| < angle_is_rare_from; r_low is below half an ulp of r.
COREPY_INLINE ReducedAngleFloat reduce_long_angle_for_tan(Floats x) {
  constexpr float step = half_pi_float / 16, step_low = half_pi_low_float / 16,
                  step_lowest = half_pi_lowest_float / 16;
  const RoundedFloat n = round_product(x, tan_inverse_step);
  const Floats first = vec::fma(n.value, Floats(-step), x);  // exact
  const Floats second = n.value * Floats(step_low);
  const Floats second_low = vec::fms(n.value, Floats(step_low), second);
  const Floats sum = first - second;
  const Floats lost = ((first - sum) - second) - second_low;
  const Floats low = vec::fma(n.value, Floats(-step_lowest), lost);
  const Floats r = sum + low;
  return {r, (sum - r) + low, n.shifted};
}

// With tan(n pi/32) = s / c, tan x = (s + c t) / (c - s t), t = tan(r + r_low) = r + tail. The two
// sums and the quotient are corrected by what they lose. No step makes +0 of a -0: for n = 0, s is
// -0, and the correction, +0 for a zero x, is subtracted.
COREPY_INLINE Floats tan_of_reduced(const ReducedAngleFloat& angle) {
  const Floats s = lookup(float_coefficients::tan_above, angle.n());
  const Floats c = lookup(float_coefficients::tan_below, angle.n());
  const Floats r = angle.r, square = r * r;
  const Floats polynomial = evaluate_polynomial(square, float_coefficients::tan_tail);
  const Floats tail = vec::fma(r * square, polynomial, angle.r_low), t = r + tail;
  const Floats above = vec::fma(c, t, s), below = vec::fnma(s, t, c);
  const Floats above_low = vec::fma(c, tail, vec::fma(c, r, s - above));
  const Floats below_low = vec::fnma(s, tail, vec::fnma(s, r, c - below));
  const Floats quotient = vec::divide<float>(above, below);
  const Floats excess = vec::fms(quotient, below, above) - above_low;
  return vec::fnma(vec::fma(quotient, below_low, excess), rough_reciprocal(below), quotient);
}

struct TanOfLongAngle {
  static COREPY_INLINE Floats apply(Floats x) {
    const Floats result = tan_of_reduced(reduce_long_angle_for_tan(x));
    const FloatsMask is_rare = is_not_below(magnitude_of(x), angle_is_rare_from);
    if (vec::any<float>(is_rare)) return replace_rare<TanOfAnyAngle>(is_rare, result, x);
    return result;
  }
};

// Error at most 0.6 ulp at any size of x. tan(+-0) = +-0; infinities and nan give nan.
COREPY_INLINE Floats tan(Floats x) {
  const Floats result = tan_of_reduced(reduce_angle_for_tan(x));
  const FloatsMask is_long = is_not_below(magnitude_of(x), tan_is_long_from);
  if (vec::any<float>(is_long)) [[unlikely]]
    return replace_rare<TanOfLongAngle>(is_long, result, x);
  return result;
}

}  // namespace corepy::COREPY_ISA::vec

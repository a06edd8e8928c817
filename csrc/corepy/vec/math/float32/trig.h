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
  return flip_sign_of(head + tail, n << 30, sign);
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

// c[1] + c[2] x + ... of `yes` where m, of `no` elsewhere: choosing coefficients is cheaper than a
// second polynomial.
template <std::size_t N>
COREPY_INLINE Floats evaluate_chosen(FloatsMask m, Floats x, const float (&yes)[N],
                                     const float (&no)[N]) {
  const auto coefficient = [&](std::size_t i) COREPY_LAMBDA_INLINE {
    return select<float>(m, Floats(yes[i]), Floats(no[i]));
  };
  Floats sum = coefficient(N - 1);
  for (std::size_t i = N - 2; i >= 1; --i) sum = vec::fma(sum, x, coefficient(i));
  return sum;
}

// Where n is even, tan = r + r^3 T(r^2) + r_low tan', tan' = 1 + tan^2, about 1 + 1.6 r^2; where
// it is odd, -cot, cot = 1 / (r + r_low) + r C(r^2), with what the division loses. The first terms
// of T and C are added last: each sum is rounded only once where it is large.
//
// Error at most 0.95 ulp at any size of x. tan(+-0) = +-0; infinities and nan give nan.
COREPY_INLINE Floats tan(Floats x) {
  using float_coefficients::cot_tail, float_coefficients::tan_tail;
  const Floats size = magnitude_of(x);
  const ReducedAngleFloat angle = reduce_angle(size);
  const FloatsMask is_odd = is_odd_quadrant(angle.n());
  const Floats r = angle.r, square = r * r, cube = r * square;
  const Floats square_low = vec::fms(r, r, square);
  // next to the largest multiples of pi/2, r_low is no longer small beside r
  const Floats divisor = r + angle.r_low, divisor_low = (r - divisor) + angle.r_low;
  const Floats inverse = vec::reciprocal<float>(divisor);
  const Floats lost = vec::fnma(inverse, divisor_low, vec::fnma(inverse, divisor, Floats(1)));
  const Floats even_low = vec::fma(square_low, r * Floats(tan_tail[0]),
                                   vec::fma(angle.r_low * square, Floats(1.6f), angle.r_low));
  const auto choose = [is_odd](Floats odd, Floats even)
                          COREPY_LAMBDA_INLINE { return select<float>(is_odd, odd, even); };
  const Floats rest = evaluate_chosen(is_odd, square, cot_tail, tan_tail);
  const Floats low = vec::fma(choose(cube, cube * square), rest, choose(inverse * lost, even_low));
  const Floats first = choose(Floats(cot_tail[0]), Floats(tan_tail[0]));
  const Floats ratio = choose(inverse, r) + vec::fma(choose(r, cube), first, low);
  const Floats result = flip_sign_of(ratio, angle.n() << 31, bits_of(x));
  const FloatsMask is_rare = is_not_below(size, angle_is_rare_from);
  if (vec::any<float>(is_rare)) return replace_rare<TanOfAnyAngle>(is_rare, result, x);
  return result;
}

}  // namespace corepy::COREPY_ISA::vec

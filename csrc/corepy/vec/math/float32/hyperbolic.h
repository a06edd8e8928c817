// sinh, cosh, tanh of float32. The float64 functions are in math/hyperbolic.h.
#pragma once

#include "corepy/vec/math/float32/exp.h"

namespace corepy::COREPY_ISA::vec {

// With x = n ln 2 + r, p = 2^(n-1) + 2^(-n-1) and d = 2^(n-1) - 2^(-n-1):
//   sinh x = d cosh r + p sinh r,  cosh x = p cosh r + d sinh r
// so both are even cosh r + odd sinh r. `even` is 0 or larger than `odd * r`; `even_low` is what
// rounding them lost.
COREPY_INLINE Floats combine_hyperbolic(Floats even, Floats even_low, Floats odd,
                                        const ExpReducedFloat& x) {
  const Floats r = x.r + x.r_low, square = r * r;
  const Floats sinh_tail = evaluate_polynomial(square, float_coefficients::sinh_tail);
  const Floats cosh_tail = evaluate_polynomial(square, float_coefficients::cosh_tail);
  const Floats head = vec::fma(odd, x.r, even);
  const Floats lost = vec::fma(odd, x.r, even - head);
  const Floats low = vec::fma(odd, x.r_low, lost + even_low);
  const Floats tail = vec::fma(even, cosh_tail, (odd * r) * sinh_tail);
  return head + vec::fma(square, tail, low);
}

struct HalfPowersFloat {
  Floats up, down, sum, difference;  // 2^(n-1), 2^(-n-1), 0 <= n <= 126
};
COREPY_INLINE HalfPowersFloat half_powers(FloatBits n) {
  const FloatBits up_bits = (n << 23) + FloatBits(0x3F000000u);
  const Floats up = floats_of(up_bits), down = floats_of(FloatBits(0x7E000000u) - up_bits);
  return {up, down, up + down, up - down};
}

// Beyond, 2^n nears overflow and e^-x is nothing beside e^x.
inline constexpr float sinh_plain_limit_float = 80;

// e^size / 2 where that is beyond the limit, else `result`.
COREPY_INLINE Floats patch_huge_hyperbolic(Floats size, Floats result) {
  const FloatsMask is_huge = ~(size <= Floats(sinh_plain_limit_float));
  if (vec::any<float>(is_huge)) [[unlikely]]
    result = select<float>(is_huge, exp_shifted<-1>(size), result);
  return result;
}

// Error at most 0.95 ulp. sinh(+-0) = +-0, sinh(+-inf) = +-inf, sinh(nan) = nan.
COREPY_INLINE Floats sinh(Floats x) {
  const Floats size = magnitude_of(x);
  const ExpReducedFloat reduced = reduce_by_ln2(size);
  const HalfPowersFloat power = half_powers(reduced.n_bits());
  // of the difference, which counts by cosh r, rounding loses at most a quarter of the result's ulp
  const Floats sum_lost = (power.up - power.sum) + power.down;
  const Floats result =
      combine_hyperbolic(power.difference, sum_lost * reduced.r, power.sum, reduced);
  return flip_sign_of(patch_huge_hyperbolic(size, result), bits_of(x));
}

// Error at most 0.85 ulp. cosh(+-0) = 1, cosh(+-inf) = inf, cosh(nan) = nan.
COREPY_INLINE Floats cosh(Floats x) {
  const Floats size = magnitude_of(x);
  const ExpReducedFloat reduced = reduce_by_ln2(size);
  const HalfPowersFloat power = half_powers(reduced.n_bits());
  const Floats result =
      combine_hyperbolic(power.sum, (power.up - power.sum) + power.down, power.difference, reduced);
  return patch_huge_hyperbolic(size, result);
}

// tanh |x| = value + d (c[0] + c[1] d + ... + c[4] d^4) with d = |x| - centre, for 26 intervals of
// |x|: the first reaches to 1/8 (value: |x| itself), then 4 to each binade. From 9.02 on the result
// is 1. Error at most 0.8 ulp. tanh(+-0) = +-0, tanh(+-inf) = +-1, tanh(nan) = nan.
COREPY_INLINE Floats tanh(Floats x) {
  using namespace float_coefficients;
  constexpr float tanh_is_1 = 9.5f;
  const Floats size = magnitude_of(x);
  const Floats inside = at_most(size, tanh_is_1);
  const FloatBits index =
      (bits_of(::xsimd::max(Floats(tanh_first), inside)) - FloatBits(tanh_first_bits)) >> 21;
  const Floats d = inside - lookup(tanh_centre, index);
  const Floats square = d * d;
  const Floats low =
      vec::fma(lookup(tanh_coefficient_1, index), d, lookup(tanh_coefficient_0, index));
  const Floats middle =
      vec::fma(lookup(tanh_coefficient_3, index), d, lookup(tanh_coefficient_2, index));
  const Floats high = vec::fma(lookup(tanh_coefficient_4, index), square, middle);
  const Floats slope = vec::fma(high, square, low);
  const Floats value =
      select<float>(inside < Floats(tanh_first_end), inside, lookup(tanh_value, index));
  return flip_sign_of(vec::fma(d, slope, value), bits_of(x));
}

}  // namespace corepy::COREPY_ISA::vec

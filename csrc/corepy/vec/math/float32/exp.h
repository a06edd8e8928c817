// exp, expm1 of float32. The float64 functions are in math/exp.h, sinh, cosh, tanh in
// float32/hyperbolic.h.
#pragma once

#include "corepy/vec/math/float32/bits.h"
#include "corepy/vec/math/float32/coefficients.h"

namespace corepy::COREPY_ISA::vec {

inline constexpr float log2_of_e_float = 0x1.715476p+0f;
// ln 2 in two parts. x - n * the first is exact in float32 for |n| <= 150 and n next to x / ln 2:
// a multiple of 2^-25 below 1/2.
inline constexpr float ln2_float = 0x1.62e430p-1f, ln2_low_float = -0x1.05c610p-29f;

// x = n ln 2 + r + r_low, |r + r_low| <= ln(2)/2; r is exact, r_low its correction.
struct ExpReducedFloat {
  Floats r, r_low, n, n_shifted;  // n_shifted: as in RoundedFloat

  COREPY_INLINE FloatBits n_bits() const { return bits_of(n_shifted); }
};

COREPY_INLINE ExpReducedFloat reduce_by_ln2(Floats x) {
  const RoundedFloat n = round_product(x, log2_of_e_float);
  return {vec::fma(n.value, Floats(-ln2_float), x), n.value * Floats(-ln2_low_float), n.value,
          n.shifted};
}

// x + x_low = n ln 2 + r + r_low; |r + r_low| <= ln(2)/2 + |x_low|.
COREPY_INLINE ExpReducedFloat reduce_by_ln2(Floats x, Floats x_low) {
  const RoundedFloat n = round_product(x, log2_of_e_float);
  return {vec::fma(n.value, Floats(-ln2_float), x),
          vec::fma(n.value, Floats(-ln2_low_float), x_low), n.value, n.shifted};
}

// e^x where it is finite and beyond: below the first it rounds to 0, above the second to infinity.
inline constexpr float exp_zero_below = -104, exp_infinite_above = 89;

// e^(r + r_low) * 2^(n + Shift) with the given polynomial for (e^r - 1 - r) / r^2; |n| <= 160,
// |Shift| <= 1.
template <int Shift = 0, std::size_t N>
COREPY_INLINE Floats exp_of_reduced(const ExpReducedFloat& reduced, const float (&polynomial)[N]) {
  const Floats r = reduced.r + reduced.r_low;
  const Floats tail = vec::fma(r * r, evaluate_polynomial(r, polynomial), reduced.r_low);
  // 1 + r + tail, with what the first sum loses
  const Floats head = Floats(1) + reduced.r;
  const Floats significand = head + ((reduced.r + (Floats(1) - head)) + tail);
  const Floats shift(static_cast<float>(Shift));
  return scale_by_power_of_two(significand, Shift == 0 ? reduced.n : reduced.n + shift);
}

// e^x * 2^Shift for any x; |Shift| <= 1.
template <int Shift = 0>
COREPY_INLINE Floats exp_shifted(Floats x) {
  const Floats inside = at_most(at_least(x, exp_zero_below), exp_infinite_above + 1);
  return exp_of_reduced<Shift>(reduce_by_ln2(inside), float_coefficients::exp_tail);
}

// e^x. Error at most 0.8 ulp. exp(-inf) = 0, exp(inf) = inf, exp(nan) = nan.
COREPY_INLINE Floats exp(Floats x) { return exp_shifted(x); }

// e^x - 1. Error at most 0.85 ulp. expm1(+-0) = +-0, expm1(-inf) = -1, expm1(inf) = inf, expm1(nan)
// = nan.
COREPY_INLINE Floats expm1(Floats x) {
  constexpr float minus_1_negligible = 40;  // beside e^x
  constexpr float exp_negligible = -20;     // beside 1
  const Floats inside = at_most(at_least(x, exp_negligible), minus_1_negligible);
  const ExpReducedFloat reduced = reduce_by_ln2(inside);
  const Floats r = reduced.r + reduced.r_low;
  // 2^n (1 + r + tail) - 1 = (2^n - 1) + 2^n r + 2^n tail; the first is 0 or larger than the second
  const Floats scale = power_of_two(reduced.n_bits());
  const Floats integer = scale - Floats(1);
  const Floats head = vec::fma(scale, reduced.r, integer);
  const Floats lost = vec::fma(scale, reduced.r, integer - head);
  const Floats integer_lost = (scale - integer) - Floats(1);
  const Floats low = vec::fma(scale, reduced.r_low, lost + integer_lost);
  // the first term of the polynomial is added last: the sum is rounded only once where it is large
  const Floats square = scale * (r * r);
  const Floats rest = evaluate_polynomial<1>(r, float_coefficients::expm1_tail);
  const Floats tail = vec::fma(square * r, rest, low);
  Floats result = head + vec::fma(square, Floats(float_coefficients::expm1_tail[0]), tail);
  const FloatsMask is_large = x > Floats(minus_1_negligible);
  if (vec::any<float>(is_large)) result = select<float>(is_large, exp_shifted(x), result);
  return keep_minus(result, x);
}

}  // namespace corepy::COREPY_ISA::vec

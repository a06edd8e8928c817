// exp, expm1 of float64, and the parts of e^x that other families use. Not here: pow (pow.h), sinh,
// cosh, tanh (hyperbolic.h); float32 (float32/exp.h).
#pragma once

#include "corepy/vec/math/coefficients.h"
#include "corepy/vec/math/double_double.h"
#include "corepy/vec/math/polynomial.h"

namespace corepy::COREPY_ISA::vec {

inline constexpr double log2_of_e = 0x1.71547652b82fep+0;
// ln 2 in two parts; k * ln2_high is exact for |k| < 2^11, since ln2_high is a multiple of 2^-42.
inline constexpr double ln2_high = 0x1.62e42fefa3800p-1;
inline constexpr double ln2_low = 0x1.ef35793c76730p-45;
inline constexpr double ln2 = 0x1.62e42fefa39efp-1;

// e^x underflows to 0 below the first and overflows above the second: x is clamped there.
inline constexpr double exp_lowest = -760, exp_highest = 760;
inline constexpr double exp_plain_limit = 708;  // within it, e^x and 2^n are normal

// x = n ln 2 + r + r_low, |r + r_low| <= ln(2)/2; r is exact, r_low its correction.
struct ExpReduced {
  Doubles r, r_low;
  Bits n;
};

COREPY_INLINE ExpReduced reduce_by_ln2(Doubles x, Doubles x_low = Doubles(0)) {
  const RoundedInteger n = round_product(x, log2_of_e);
  return {vec::fma(n.value, Doubles(-ln2_high), x), vec::fma(n.value, Doubles(-ln2_low), x_low),
          n.bits};
}

// e^(r + r_low) - 1 - r, error about 2^-57.
COREPY_INLINE Doubles exp_minus_1_minus_r(const ExpReduced& x) {
  const Doubles r = x.r + x.r_low;
  return vec::fma(r * r, evaluate_polynomial(r, coefficients::exp_tail), x.r_low);
}

// e^(r + r_low) - 1 as a double-double, error about 2^-59: the square is kept in two parts.
COREPY_INLINE DoubleDouble exp_minus_1_precise(const ExpReduced& x) {
  const Doubles half = x.r * Doubles(0.5);
  const DoubleDouble square = multiply_exactly(half, x.r);
  const Doubles r = x.r + x.r_low;
  const Doubles rest = vec::fma(r * (r * r), evaluate_polynomial(r, coefficients::exp_tail_precise),
                                vec::fma(x.r_low, x.r, x.r_low));
  const DoubleDouble sum = add_ordered(x.r, square.hi);
  return add_ordered(sum.hi, sum.lo + (square.lo + rest));
}

// e^(x + x_low) = (hi + lo) * 2^n with relative error about 2^-59; |x| <= 1400.
struct ExpParts {
  DoubleDouble significand;
  Bits n;
};

COREPY_INLINE ExpParts exp_parts(Doubles x, Doubles x_low = Doubles(0)) {
  const ExpReduced reduced = reduce_by_ln2(x, x_low);
  const DoubleDouble tail = exp_minus_1_precise(reduced);
  const DoubleDouble sum = add_ordered(Doubles(1), tail.hi);
  return {add_ordered(sum.hi, sum.lo + tail.lo), reduced.n};
}

// e^x. Error at most 0.9 ulp. exp(-inf) = 0, exp(inf) = inf, exp(nan) = nan.
COREPY_INLINE Doubles exp(Doubles x) {
  const DoublesMask is_rare = ~(magnitude_of(x) <= Doubles(exp_plain_limit));
  const bool has_rare = vec::any<double>(is_rare);
  const Doubles inside = has_rare ? clamp(x, exp_lowest, exp_highest) : x;
  const ExpReduced reduced = reduce_by_ln2(inside);
  const Doubles tail = reduced.r + exp_minus_1_minus_r(reduced);  // e^r - 1
  // Scaling by a power of two commutes with the rounding wherever the result is normal: both ways
  // give equal bits.
  if (has_rare) return scale_by_power_of_two(Doubles(1) + tail, reduced.n);
  const Doubles scale = power_of_two(reduced.n);
  return vec::fma(tail, scale, scale);
}

// e^x for float32 results: relative error 2^-37, no overflow handling; |x| <= 1000.
COREPY_INLINE Doubles exp_short(Doubles x) {
  const RoundedInteger n = round_product(x, log2_of_e);
  const Doubles r = vec::fma(n.value, Doubles(-ln2), x);
  const Doubles tail = vec::fma(r * r, evaluate_polynomial(r, coefficients::exp_tail_short), r);
  const Doubles scale = power_of_two(n.bits);
  return vec::fma(tail, scale, scale);
}

// Beyond these, e^x is 0 or infinity in float32.
inline constexpr double exp_lowest_float = -110, exp_highest_float = 100;

// e^(x + x_low) - 1 as a double-double with relative error about 2^-57; |x| <= 700.
COREPY_INLINE DoubleDouble expm1_parts(Doubles x, Doubles x_low = Doubles(0)) {
  const ExpReduced reduced = reduce_by_ln2(x, x_low);
  const DoubleDouble tail = exp_minus_1_precise(reduced);
  const Doubles scale = power_of_two(reduced.n);
  // 2^n (1 + tail) - 1 = (2^n - 1) + 2^n tail. The first is 0 or the larger, and exact for -53 <= n
  // <= 53; beyond, what its rounding loses is added.
  const DoubleDouble integer = add_exactly(scale, Doubles(-1));
  const DoubleDouble sum = add_exactly(integer.hi, scale * tail.hi);
  return add_ordered(sum.hi, sum.lo + vec::fma(scale, tail.lo, integer.lo));
}

// e^x - 1. Error at most 0.9 ulp. expm1(+-0) = +-0, expm1(-inf) = -1, expm1(inf) = inf, expm1(nan)
// = nan.
COREPY_INLINE Doubles expm1(Doubles x) {
  constexpr double all_ones_limit = -40;  // below: -1 + e^x rounds to -1
  constexpr double minus_1_negligible = 60;
  const Doubles inside = clamp(x, all_ones_limit, minus_1_negligible);
  Doubles result = expm1_parts(inside).hi;
  if (vec::any<double>(x > Doubles(minus_1_negligible))) {
    result = select<double>(x > Doubles(minus_1_negligible), exp(x), result);
  }
  return select<double>(x == Doubles(0), x, result);
}

}  // namespace corepy::COREPY_ISA::vec

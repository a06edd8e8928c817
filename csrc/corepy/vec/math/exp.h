// exp, expm1 of float64, and the parts of e^x that other families use. Not here: pow (pow.h), sinh,
// cosh, tanh (hyperbolic.h); float32 (float32/exp.h).
#pragma once

#include "corepy/vec/math/coefficients.h"
#include "corepy/vec/math/double_double.h"
#include "corepy/vec/math/polynomial.h"

namespace corepy::COREPY_ISA::vec {

inline constexpr double log2_of_e = 0x1.71547652b82fep+0;
inline constexpr double ln2 = 0x1.62e42fefa39efp-1, ln2_rest = 0x1.abc9e3b39803fp-56;
// ln 2 in two parts; k * ln2_high is exact for |k| < 2^11, since ln2_high is a multiple of 2^-42.
inline constexpr double ln2_high = 0x1.62e42fefa3800p-1, ln2_low = 0x1.ef35793c76730p-45;

// e^x underflows to 0 below the first and overflows above the second: x is clamped there.
inline constexpr double exp_lowest = -760, exp_highest = 760;
inline constexpr double exp_plain_limit = 708;  // within it, e^x and 2^n are normal

// ---- reduction to |r| <= ln(2)/2 ----
// x = n ln 2 + r + r_low; r is exact: it is a multiple of the lesser of ulp(x) and ulp(ln2), and
// small enough for one float64.
struct ExpReduced {
  Doubles r, r_low;
  Bits n;
};

COREPY_INLINE ExpReduced reduce_by_ln2(Doubles x, Doubles x_low = Doubles(0)) {
  const RoundedInteger n = round_product(x, log2_of_e);
  return {vec::fma(n.value, Doubles(-ln2), x), vec::fma(n.value, Doubles(-ln2_rest), x_low),
          n.bits};
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

// ---- reduction to |r| <= ln(2)/32, by a table of 2^(j/16) ----
// x = n ln(2)/16 + r + r_low; r is exact, as above. The table's index is in n's lowest four bits.
COREPY_INLINE ExpReduced reduce_by_sixteenth(Doubles x, Doubles x_low = Doubles(0)) {
  const RoundedInteger n = round_product(x, log2_of_e * 16);
  return {vec::fma(n.value, Doubles(-ln2 / 16), x),
          vec::fma(n.value, Doubles(-ln2_rest / 16), x_low), n.bits};
}

// 2^(n/16) without what `table_rest` adds (relative to it); normal.
COREPY_INLINE Doubles table_power(Bits n) {
  return bit_cast<double>(lookup(coefficients::exp_table_bits, n) + (n << 48));
}
COREPY_INLINE Doubles table_rest(Bits n) { return lookup(coefficients::exp_table_low, n); }

// e^(r + r_low) - 1 plus the table's rest. Error about 2^-56.
COREPY_INLINE Doubles table_tail(const ExpReduced& x) {
  const Doubles r = x.r + x.r_low;
  const Doubles polynomial = evaluate_polynomial(r, coefficients::exp_table_tail);
  return vec::fma(r * r, polynomial, r + table_rest(x.n));
}

// 2^(n/16) (1 + table_tail), a normal number. Error at most 0.63 ulp.
COREPY_INLINE Doubles exp_of_reduced(const ExpReduced& x) {
  const Doubles power = table_power(x.n);
  return vec::fma(power, table_tail(x), power);
}
// The same bits where the result is normal; else 0, infinity, or a subnormal rounded twice.
COREPY_INLINE Doubles exp_of_reduced_with_care(const ExpReduced& x) {
  const Bits index = x.n & Bits(15);
  const Doubles power = table_power(index);
  const Doubles significand = vec::fma(power, table_tail(x), power);
  return scale_by_power_of_two(significand, (x.n - index) >> 4);
}

// e^x. Error at most 0.63 ulp, of a subnormal result 0.8 ulp. exp(-inf) = 0, exp(inf) = inf,
// exp(nan) = nan.
COREPY_INLINE Doubles exp(Doubles x) {
  const DoublesMask is_rare = ~(magnitude_of(x) <= Doubles(exp_plain_limit));
  if (vec::any<double>(is_rare)) {
    return exp_of_reduced_with_care(reduce_by_sixteenth(clamp(x, exp_lowest, exp_highest)));
  }
  return exp_of_reduced(reduce_by_sixteenth(x));
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

// ---- e^x - 1 ----
// As hi + lo, lo a few ulp of hi (not normalised); relative error about 2^-57. 1 + lost = 2^(n/16)
// - integer, or near enough: what the difference to 1 lost.
COREPY_INLINE DoubleDouble expm1_sum(const ExpReduced& x, Doubles power, Doubles integer,
                                     Doubles lost) {
  const Doubles r = x.r + x.r_low, rest = table_rest(x.n);
  const Doubles polynomial = evaluate_polynomial(r, coefficients::expm1_table_tail);
  const Doubles tail = vec::fma(r * r, polynomial, x.r_low + vec::fma(rest, r, rest));
  // 2^(n/16) (1 + r + tail) - 1: the integer is 0 or larger than 2^(n/16) r
  const DoubleDouble linear = multiply_exactly(power, x.r);
  const DoubleDouble sum = add_ordered(integer, linear.hi);
  return {sum.hi, vec::fma(power, tail, linear.lo + (sum.lo + lost))};
}

// e^x - 1. Error at most 0.6 ulp. expm1(+-0) = +-0, expm1(-inf) = -1, expm1(inf) = inf, expm1(nan)
// = nan.
COREPY_INLINE Doubles expm1(Doubles x) {
  const DoublesMask is_rare = ~(magnitude_of(x) <= Doubles(exp_plain_limit));
  const bool has_rare = vec::any<double>(is_rare);
  const Doubles inside = has_rare ? clamp(x, -exp_plain_limit, exp_plain_limit) : x;
  const ExpReduced reduced = reduce_by_sixteenth(inside);
  const Doubles power = table_power(reduced.n);
  const DoubleDouble integer = add_exactly(power, Doubles(-1));
  const DoubleDouble sum = expm1_sum(reduced, power, integer.hi, integer.lo);
  Doubles result = sum.hi + sum.lo;
  if (has_rare) {
    result = select<double>(x > Doubles(exp_plain_limit), vec::exp(x), result);
  }
  return result | sign_of(x);  // -0
}

}  // namespace corepy::COREPY_ISA::vec

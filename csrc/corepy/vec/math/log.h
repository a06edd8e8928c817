// log, log1p, log2, log10 of float64 (float32: float32/log.h), and the double-double logarithm that
// pow and the inverse hyperbolic functions use. Not here: logaddexp (logaddexp.h).
#pragma once

#include "corepy/vec/math/exp.h"

namespace corepy::COREPY_ISA::vec {

inline constexpr double smallest_normal = 0x1p-1022;

// x = 2^k * m with m in the table's range [0.67, 1.35); m * inverse = 1 + z, |z| < 0.034.
struct LogReduced {
  Doubles m, k;
  Bits table_index;
  Doubles twice_inverse_power;  // 2^(1-k), or 0 for k = 1024
};

// x positive and normal. `k_offset` (a small integer >= 0) is subtracted from k.
COREPY_INLINE LogReduced reduce_to_log_table(Doubles x, Bits k_offset = Bits(0)) {
  // Bits above the table's start; + 2048 binades keep the exponent part positive.
  constexpr std::uint64_t bias = 2048;
  const Bits bits = bit_cast<std::uint64_t>(x);
  const Bits offset = bits - Bits(coefficients::log_table_start) + Bits(bias << 52);
  const Bits biased_k = offset >> 52;
  const Doubles m = bit_cast<double>(bits - ((biased_k - Bits(bias)) << 52));
  return {m, biased_integer_to_double(biased_k - k_offset, bias), offset >> 48,
          bit_cast<double>((Bits(bias + 1024) - biased_k) << 52)};
}

// The positive x scaled to a normal number, and the power of two that undoes it.
struct Normalized {
  Doubles value;
  Bits power;  // x = value / 2^power
};

COREPY_INLINE Normalized normalize(Doubles x) {
  const DoublesMask is_subnormal = x < Doubles(smallest_normal);
  return {select<double>(is_subnormal, x * Doubles(0x1p52), x),
          bit_cast<std::uint64_t>(
              select<double>(is_subnormal, bit_cast<double>(Bits(52)), Doubles(0)))};
}

// What every real logarithm gives outside (0, inf): log(+-0) = -inf, log(inf) = inf, negative and
// nan: nan.
COREPY_INLINE Doubles patch_log_special(Doubles x, Doubles result) {
  result = select<double>(x == Doubles(infinity), x, result);
  result = select<double>(x == Doubles(0), Doubles(-infinity), result);
  return select<double>(x >= Doubles(0), result, Doubles(quiet_nan));
}

COREPY_INLINE DoublesMask is_rare_for_log(Doubles x) {
  return ~((x >= Doubles(smallest_normal)) & (x < Doubles(infinity)));
}

// log(x), x = 2^k m, for the plain result.
COREPY_INLINE Doubles log_of_reduced(const LogReduced& x) {
  const Doubles z = vec::fma(x.m, lookup(coefficients::log_inverse, x.table_index), Doubles(-1));
  const Doubles base =
      vec::fma(x.k, Doubles(ln2_high), lookup(coefficients::log_high, x.table_index));
  const DoubleDouble sum = add_ordered(base, z);
  const Doubles low =
      vec::fma(x.k, Doubles(ln2_low), lookup(coefficients::log_low, x.table_index)) + sum.lo;
  return sum.hi + vec::fma(z * z, evaluate_polynomial(z, coefficients::log_tail), low);
}

// ln x. Error at most 0.6 ulp. log(+-0) = -inf, log(inf) = inf, log(x < 0) = log(nan) = nan.
COREPY_INLINE Doubles log(Doubles x) {
  if (vec::any<double>(is_rare_for_log(x))) {
    const Normalized normal = normalize(x);
    return patch_log_special(x, log_of_reduced(reduce_to_log_table(normal.value, normal.power)));
  }
  return log_of_reduced(reduce_to_log_table(x));
}

// ln x for float32 results: absolute error 2^-43 and relative error 2^-38; x positive and normal.
COREPY_INLINE Doubles log_short(Doubles x) {
  const LogReduced reduced = reduce_to_log_table(x);
  const Doubles z =
      vec::fma(reduced.m, lookup(coefficients::log_inverse, reduced.table_index), Doubles(-1));
  const Doubles base =
      vec::fma(reduced.k, Doubles(ln2), lookup(coefficients::log_high, reduced.table_index));
  return base + vec::fma(z * z, evaluate_polynomial(z, coefficients::log_tail_short), z);
}

// z^3 P(z), P(z) = (log(1+z) - z + z^2/2) / z^3, as a double-double; `square` is z^2.
COREPY_INLINE DoubleDouble log_cubic_term(Doubles z, DoubleDouble square) {
  const Doubles rest = evaluate_polynomial<1>(z, coefficients::log_tail_precise);
  const Doubles first = Doubles(coefficients::log_tail_precise[0]);
  const Doubles p = vec::fma(z, rest, first);
  const Doubles p_low =
      vec::fma(z, rest, first - p) + Doubles(coefficients::log_tail_precise_0_low);
  const DoubleDouble cube = multiply_exactly(square.hi, z);
  const DoubleDouble term = multiply_exactly(cube.hi, p);
  const Doubles cube_low = vec::fma(square.lo, z, cube.lo);
  return {term.hi, term.lo + vec::fma(cube.hi, p_low, p * cube_low)};
}

// ln(x + x_low) with relative error about 2^-66; x positive and normal. `x_low` is a correction:
// |x_low| <= ulp(x), or anything below 2^-52 where x is 1.
COREPY_INLINE DoubleDouble log_precise(Doubles x, Doubles x_low = Doubles(0),
                                       Bits k_offset = Bits(0)) {
  const LogReduced reduced = reduce_to_log_table(x, k_offset);
  const Doubles inverse = lookup(coefficients::log_inverse, reduced.table_index);
  // m's upper half times the inverse (at most 9 bits) is exact, and so is that minus 1; then the
  // lower half.
  const Doubles upper =
      bit_cast<double>(bit_cast<std::uint64_t>(reduced.m) & Bits(0xFFFFFFFF00000000u));
  const DoubleDouble z_plain =
      add_exactly(vec::fma(upper, inverse, Doubles(-1)), (reduced.m - upper) * inverse);
  const DoubleDouble z =
      add(z_plain, (x_low * reduced.twice_inverse_power) * (inverse * Doubles(0.5)));
  // k ln2 + log_high + z - z^2/2 + z^3 P(z), large terms first; what each sum loses is gathered in
  // `small`.
  const Doubles base =
      vec::fma(reduced.k, Doubles(ln2_high), lookup(coefficients::log_high, reduced.table_index));
  const Doubles base_low =
      vec::fma(reduced.k, Doubles(ln2_low), lookup(coefficients::log_low, reduced.table_index));
  const DoubleDouble linear = add_ordered(base, z.hi);
  const DoubleDouble square = multiply_exactly(z.hi, z.hi);
  const DoubleDouble quadratic = add_ordered(linear.hi, square.hi * Doubles(-0.5));
  const DoubleDouble cubic = log_cubic_term(z.hi, square);
  const DoubleDouble sum = add_ordered(quadratic.hi, cubic.hi);
  const Doubles z_low_part = vec::fma(negate(z.hi), z.lo, z.lo);  // of z - z^2/2
  const Doubles small = ((linear.lo + base_low) + z_low_part) +
                        (quadratic.lo + vec::fma(square.lo, Doubles(-0.5), cubic.lo));
  return add_ordered(sum.hi, sum.lo + small);
}

// log(x) * factor, rounded once, for the other bases.
COREPY_INLINE Doubles log_times(Doubles x, DoubleDouble factor) {
  if (vec::any<double>(is_rare_for_log(x))) {
    const Normalized normal = normalize(x);
    return patch_log_special(
        x, multiply(log_precise(normal.value, Doubles(0), normal.power), factor).hi);
  }
  return multiply(log_precise(x), factor).hi;
}

// 1 / ln 2 and 1 / ln 10, each in two parts.
inline constexpr double inverse_ln2_low = 0x1.777d0ffda0d24p-56;
inline constexpr double inverse_ln10 = 0x1.bcb7b1526e50ep-2,
                        inverse_ln10_low = 0x1.95355baaafad3p-57;

// Logarithm in base 2, exact for powers of two. Error at most 0.51 ulp. Special cases as for log.
COREPY_INLINE Doubles log2(Doubles x) {
  return log_times(x, {Doubles(log2_of_e), Doubles(inverse_ln2_low)});
}

// Logarithm in base 10, exact for powers of ten. Error at most 0.51 ulp. Special cases as for log.
COREPY_INLINE Doubles log10(Doubles x) {
  return log_times(x, {Doubles(inverse_ln10), Doubles(inverse_ln10_low)});
}

// ln(1 + w) for a double-double w > -1, not infinite, with relative error about 2^-64.
COREPY_INLINE DoubleDouble log1p_precise(DoubleDouble w) {
  const DoubleDouble u = add_exactly(Doubles(1), w.hi);
  return log_precise(u.hi, u.lo + w.lo);
}

// ln(1 + x). Error at most 0.51 ulp. log1p(+-0) = +-0, log1p(-1) = -inf, log1p(inf) = inf, x < -1
// and nan: nan.
COREPY_INLINE Doubles log1p(Doubles x) {
  const Doubles one_plus_x = Doubles(1) + x;
  Doubles result = log1p_precise({x, Doubles(0)}).hi;
  if (vec::any<double>(is_rare_for_log(one_plus_x))) result = patch_log_special(one_plus_x, result);
  return select<double>(x == Doubles(0), x, result);
}

// ln(1 + x) for float32 results: relative error 2^-37; |1 + x| in (0, inf).
COREPY_INLINE Doubles log1p_short(Doubles x) {
  const DoubleDouble u = add_exactly(Doubles(1), x);
  return log_short(u.hi) + u.lo / u.hi;
}

}  // namespace corepy::COREPY_ISA::vec

// log, log1p, log2, log10 of float64 (float32: float32/log.h), and the double-double logarithm that
// pow and the inverse hyperbolic functions use. Not here: logaddexp (logaddexp.h).
#pragma once

#include "corepy/vec/math/exp.h"

namespace corepy::COREPY_ISA::vec {

inline constexpr double smallest_normal = 0x1p-1022;

// x = 2^k * m with m within 0.67 .. 1.35. Members of one type: compilers keep such a struct in
// registers, where one of mixed vectors went through memory.
struct LogReduced {
  Doubles m, k, offset;  // the bits of x above those of the least m, and 2048 binades

  COREPY_INLINE Bits offset_bits() const { return bit_cast<std::uint64_t>(offset); }
};

// x positive and normal; `start` the bits of the least m. `k_offset` (a small integer >= 0) is
// subtracted from k.
COREPY_INLINE LogReduced reduce_for_log(Doubles x, std::uint64_t start, Bits k_offset = Bits(0)) {
  constexpr std::uint64_t bias = 2048;  // binades that keep the exponent part positive
  const Bits offset = bit_cast<std::uint64_t>(x) + Bits((bias << 52) - start);
  const Bits m = (offset & Bits((std::uint64_t{1} << 52) - 1)) + Bits(start);
  return {bit_cast<double>(m), biased_integer_to_double((offset >> 52) - k_offset, bias),
          bit_cast<double>(offset)};
}

// 2^-k, for |k| < 1022.
COREPY_INLINE Doubles inverse_power(const LogReduced& x) {
  constexpr std::uint64_t one = 0x3FF0000000000000u, bias = 2048;
  return bit_cast<double>(Bits(one + (bias << 52)) - (x.offset_bits() & Bits(0xFFFull << 52)));
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
#if defined(__AVX512DQ__)
  return DoublesMask(_mm512_fpclass_pd_mask(x, 0xFF));  // every class but positive and normal
#else
  return ~((x >= Doubles(smallest_normal)) & (x < Doubles(infinity)));
#endif
}

// ---- plain logarithms: 16 intervals, |z| < 0.034 ----
// A base's table and polynomial: base(x) = k unit + table + z factor + z^2 tail(z).
struct LogBase {
  double unit_high, unit_low;  // the logarithm of 2; the high part a multiple of 2^-42
  double factor, factor_low;   // of e
  const double (&high)[16], (&low)[16], (&tail)[9];
};
inline constexpr LogBase natural_base = {
    ln2_high, ln2_low, 1, 0, coefficients::log_high, coefficients::log_low, coefficients::log_tail};
inline constexpr LogBase binary_base = {1,
                                        0,
                                        log2_of_e,
                                        0x1.777d0ffda0d24p-56,
                                        coefficients::log2_high,
                                        coefficients::log2_low,
                                        coefficients::log2_tail};
inline constexpr LogBase decimal_base = {0x1.34413509f7800p-2,     0x1.fef311f12b358p-46,
                                         0x1.bcb7b1526e50ep-2,     0x1.95355baaafad3p-57,
                                         coefficients::log10_high, coefficients::log10_low,
                                         coefficients::log10_tail};

// The logarithm of 2^k (1 + z) / inverse, the inverse being the table's at `index`.
template <const LogBase& Base>
COREPY_INLINE Doubles log_of_parts(Doubles k, Doubles z, Bits index) {
  const Doubles head = vec::fma(k, Doubles(Base.unit_high), lookup(Base.high, index));  // exact
  Doubles low = lookup(Base.low, index);
  if constexpr (Base.unit_low != 0) low = vec::fma(k, Doubles(Base.unit_low), low);
  Doubles linear = z;
  if constexpr (Base.factor != 1) {
    const DoubleDouble product = multiply_exactly(z, Doubles(Base.factor));
    linear = product.hi;
    low = low + vec::fma(z, Doubles(Base.factor_low), product.lo);
  }
  const DoubleDouble sum = add_ordered(head, linear);
  return sum.hi + vec::fma(z * z, evaluate_polynomial(z, Base.tail), sum.lo + low);
}

template <const LogBase& Base>
COREPY_INLINE Doubles log_of_normal(Doubles x, Bits k_offset = Bits(0)) {
  const LogReduced reduced = reduce_for_log(x, coefficients::log_table_start, k_offset);
  const Bits index = reduced.offset_bits() >> 48;
  const Doubles inverse = lookup(coefficients::log_table_inverse, index);
  const Doubles z = vec::fma(reduced.m, inverse, Doubles(-1));
  return log_of_parts<Base>(reduced.k, z, index);
}

template <const LogBase& Base>
COREPY_INLINE Doubles log_in_base(Doubles x) {
  if (vec::any<double>(is_rare_for_log(x))) {
    const Normalized normal = normalize(x);
    return patch_log_special(x, log_of_normal<Base>(normal.value, normal.power));
  }
  return log_of_normal<Base>(x);
}

// ln x. Error at most 0.6 ulp. log(+-0) = -inf, log(inf) = inf, log(x < 0) = log(nan) = nan.
COREPY_INLINE Doubles log(Doubles x) { return log_in_base<natural_base>(x); }

// Logarithm in base 2, exact for powers of two. Error at most 0.6 ulp. Special cases as for log.
COREPY_INLINE Doubles log2(Doubles x) { return log_in_base<binary_base>(x); }

// Logarithm in base 10, exact for powers of ten. Error at most 0.6 ulp. Special cases as for log.
COREPY_INLINE Doubles log10(Doubles x) { return log_in_base<decimal_base>(x); }

// ln(x.hi + x.lo), rounded; x within 2^-1000 .. 2^1000, |x.lo| <= ulp(x.hi), or anything below
// 2^-52 where x.hi is 1. Error at most 0.8 ulp.
COREPY_INLINE Doubles log_of_sum(DoubleDouble x) {
  const LogReduced reduced = reduce_for_log(x.hi, coefficients::log_table_start);
  const Bits index = reduced.offset_bits() >> 48;
  const Doubles inverse = lookup(coefficients::log_table_inverse, index);
  const Doubles z = vec::fma(reduced.m, inverse, Doubles(-1));
  const Doubles z_low = (x.lo * inverse_power(reduced)) * inverse, rounded = z + z_low;
  const Doubles head =
      vec::fma(reduced.k, Doubles(ln2_high), lookup(coefficients::log_high, index));
  const Doubles low =
      vec::fma(reduced.k, Doubles(ln2_low), lookup(coefficients::log_low, index)) + z_low;
  const DoubleDouble linear = add_ordered(head, z);
  return linear.hi + vec::fma(rounded * rounded,
                              evaluate_polynomial(rounded, coefficients::log_tail),
                              linear.lo + low);
}

// 1 + x for x > -1. The low part is exact below 2^53: what is subtracted are multiples of ulp(1 +
// x), no larger than 1 + x. From there on it is less than ulp(x), and does not count in a
// logarithm.
COREPY_INLINE DoubleDouble add_to_1(Doubles x) { return add_ordered(Doubles(1), x); }

// ln(1 + x). Error at most 0.8 ulp. log1p(+-0) = +-0, log1p(-1) = -inf, log1p(inf) = inf, x < -1
// and nan: nan.
COREPY_INLINE Doubles log1p(Doubles x) {
  constexpr double one_vanishes = 0x1p100;
  const DoubleDouble sum = add_to_1(x);
  const Doubles one_plus_x = sum.hi;
  const DoublesMask is_rare =
      ~((one_plus_x >= Doubles(smallest_normal)) & (x <= Doubles(one_vanishes)));
  Doubles result = log_of_sum(sum);
  if (vec::any<double>(is_rare)) {
    result = patch_log_special(one_plus_x,
                               select<double>(x > Doubles(one_vanishes), vec::log(x), result));
  }
  return result | sign_of(x);  // -0
}

// ln x for float32 results: absolute error 2^-43 and relative error 2^-38; x positive and normal.
COREPY_INLINE Doubles log_short(Doubles x) {
  const LogReduced reduced = reduce_for_log(x, coefficients::log_table_start);
  const Bits index = reduced.offset_bits() >> 48;
  const Doubles z =
      vec::fma(reduced.m, lookup(coefficients::log_table_inverse, index), Doubles(-1));
  const Doubles base = vec::fma(reduced.k, Doubles(ln2), lookup(coefficients::log_high, index));
  return base + vec::fma(z * z, evaluate_polynomial(z, coefficients::log_tail_short), z);
}

// ---- in double-double: 32 intervals, |z| < 0.0157 ----
// m * inverse - 1: the high part is exact, the low part the product's.
COREPY_INLINE DoubleDouble multiply_less_1(Doubles m, Doubles inverse) {
  const DoubleDouble product = multiply_exactly(m, inverse);
  return {product.hi - Doubles(1), product.lo};
}

// ln(2^k (1 + z) / inverse) = hi + lo, |lo| < 2^-13 |hi| (not normalised), with relative error
// about 2^-65; |z.lo| <= 2^-53 or an ulp of z.hi.
COREPY_INLINE DoubleDouble log_sum(Doubles k, DoubleDouble z, Bits index) {
  // head + z - z^2/2 + z^3 P(z), large terms first; what each sum loses is gathered
  const Doubles head = vec::fma(k, Doubles(ln2_high), lookup(coefficients::log_fine_high, index));
  const Doubles head_low = vec::fma(k, Doubles(ln2_low), lookup(coefficients::log_fine_low, index));
  const DoubleDouble square = multiply_exactly(z.hi * Doubles(-0.5), z.hi);  // -z^2/2
  const DoubleDouble linear = add_ordered(head, z.hi);
  const DoubleDouble quadratic = add_ordered(linear.hi, square.hi);
  const Doubles slope = vec::fms<double>(z.hi, z.hi, z.hi);  // 1 - z + z^2, less 1
  const Doubles gathered =
      ((linear.lo + quadratic.lo) + (head_low + square.lo)) + vec::fma(z.lo, slope, z.lo);
  return {quadratic.hi, vec::fma(z.hi * square.hi,
                                 evaluate_polynomial(z.hi, coefficients::log_fine_tail), gathered)};
}

// ln x as such a sum; x positive and normal.
COREPY_INLINE DoubleDouble log_sum(Doubles x, Bits k_offset = Bits(0)) {
  const LogReduced reduced = reduce_for_log(x, coefficients::log_fine_start, k_offset);
  const Bits index = reduced.offset_bits() >> 47;
  const Doubles inverse = lookup(coefficients::log_fine_inverse, index);
  return log_sum(reduced.k, multiply_less_1(reduced.m, inverse), index);
}

COREPY_INLINE DoubleDouble log_precise(Doubles x, Bits k_offset = Bits(0)) {
  const DoubleDouble sum = log_sum(x, k_offset);
  return add_ordered(sum.hi, sum.lo);
}

// ln(x.hi + x.lo); x within 2^-1000 .. 2^1000, |x.lo| <= ulp(x.hi), or anything below 2^-52 where
// x.hi is 1.
COREPY_INLINE DoubleDouble log_precise(DoubleDouble x) {
  const LogReduced reduced = reduce_for_log(x.hi, coefficients::log_fine_start);
  const Bits index = reduced.offset_bits() >> 47;
  const Doubles inverse = lookup(coefficients::log_fine_inverse, index);
  const DoubleDouble z = multiply_less_1(reduced.m, inverse);
  const Doubles low = vec::fma(x.lo * inverse_power(reduced), inverse, z.lo);
  const DoubleDouble sum = log_sum(reduced.k, add_ordered(z.hi, low), index);
  return add_ordered(sum.hi, sum.lo);
}

// ln(1 + w) for a double-double w > -1 below 2^1000, with relative error about 2^-64.
COREPY_INLINE DoubleDouble log1p_precise(DoubleDouble w) {
  const DoubleDouble u = add_to_1(w.hi);
  return log_precise({u.hi, u.lo + w.lo});
}

// ln(1 + x) for float32 results: relative error 2^-37; |1 + x| in (0, inf).
COREPY_INLINE Doubles log1p_short(Doubles x) {
  const DoubleDouble u = add_exactly(Doubles(1), x);
  return log_short(u.hi) + u.lo / u.hi;
}

}  // namespace corepy::COREPY_ISA::vec

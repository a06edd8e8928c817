// sinh, cosh, tanh of float64. Their inverses are in inverse_hyperbolic.h, float32 in
// float32/hyperbolic.h.
#pragma once

#include "corepy/vec/math/exp.h"

namespace corepy::COREPY_ISA::vec {

inline constexpr double sinh_plain_limit = 708;  // beyond, 2^n nears overflow

// ---- sinh ----
// Of x >= 0, from x = n ln 2 + r, up = 2^(n-1), down = 2^(-n-1):
//   sinh x = (up - down) cosh r + (up + down) sinh r
// With n = 0 that is sinh r itself, so small x keep their digits without a branch.
// 0 <= x <= sinh_plain_limit.
COREPY_INLINE Doubles sinh_of_size(Doubles x) {
  const ExpReduced reduced = reduce_by_ln2(x);
  const Doubles r = reduced.r + reduced.r_low, square = r * r;
  const Doubles sinh_tail =
      vec::fma(r * square, evaluate_polynomial(square, coefficients::sinh_tail), reduced.r_low);
  const Doubles cosh_tail = square * evaluate_polynomial(square, coefficients::cosh_tail);
  const Bits shifted = reduced.n << 52, half(0x3FE0000000000000u);
  const Doubles up = bit_cast<double>(half + shifted), down = bit_cast<double>(half - shifted);
  const DoubleDouble difference = add_ordered(up, negate(down));
  const Doubles sum = up + down;
  const DoubleDouble linear = multiply_exactly(sum, reduced.r);
  const DoubleDouble head = add_ordered(difference.hi, linear.hi);
  const Doubles tail = vec::fma(sum, sinh_tail, difference.lo + linear.lo);
  return head.hi + (head.lo + vec::fma(difference.hi, cosh_tail, tail));
}

// ---- cosh ----
// Of x >= 0, from x = n ln(2)/16 + r, up = 2^(n/16), down = 2^(-n/16):
//   2 cosh x = (up + down) + (up - down) sinh r + (up + down) (cosh r - 1)
// 0 <= x <= sinh_plain_limit.
COREPY_INLINE Doubles cosh_of_size(Doubles x) {
  const ExpReduced reduced = reduce_by_sixteenth(x);
  const Bits minus_n = Bits(0) - reduced.n;
  const Doubles up = table_power(reduced.n), down = table_power(minus_n);
  const Doubles low = vec::fma(up, table_rest(reduced.n), down * table_rest(minus_n));
  const DoubleDouble sum = add_ordered(up, down);
  const Doubles r = reduced.r + reduced.r_low, square = r * r;
  const Doubles sinh_r =
      vec::fma(r * square, evaluate_polynomial(square, coefficients::sinh_table_tail), r);
  const Doubles cosh_tail = square * evaluate_polynomial(square, coefficients::cosh_table_tail);
  const Doubles tail = vec::fma(up - down, sinh_r, vec::fma(sum.hi, cosh_tail, sum.lo + low));
  return Doubles(0.5) * (sum.hi + tail);
}

// e^x / 2 where x is beyond the plain limit, else `result`.
COREPY_INLINE Doubles patch_huge_hyperbolic(Doubles x, Doubles result) {
  ExpReduced reduced = reduce_by_sixteenth(clamp(x, 0, exp_highest));
  reduced.n = reduced.n - Bits(16);
  return select<double>(x > Doubles(sinh_plain_limit), exp_of_reduced_with_care(reduced), result);
}

// Error at most 0.95 ulp. sinh(+-0) = +-0, sinh(+-inf) = +-inf, sinh(nan) = nan.
COREPY_INLINE Doubles sinh(Doubles x) {
  const Doubles size = magnitude_of(x);
  if (!vec::any<double>(~(size <= Doubles(sinh_plain_limit)))) {
    return flip_sign(sinh_of_size(size), sign_of(x));
  }
  const Doubles result = sinh_of_size(clamp(size, 0, sinh_plain_limit));
  return flip_sign(patch_huge_hyperbolic(size, result), sign_of(x));
}

// Error at most 0.7 ulp. cosh(+-0) = 1, cosh(+-inf) = inf, cosh(nan) = nan.
COREPY_INLINE Doubles cosh(Doubles x) {
  const Doubles size = magnitude_of(x);
  if (!vec::any<double>(~(size <= Doubles(sinh_plain_limit)))) {
    return cosh_of_size(size);
  }
  const Doubles result = cosh_of_size(clamp(size, 0, sinh_plain_limit));
  return patch_huge_hyperbolic(size, result);
}

// ---- tanh ----
// With T = tanh c and m = 1 - T^2,
//   tanh(c + d) = T + m sinh d / (cosh d + T sinh d)
//               = T + m d + m (sinh d - d cosh d - T d sinh d) / (cosh d + T sinh d),
// which for c = 0 keeps the digits of small arguments. 32 intervals, four to each binade, the first
// from 0 to 1/8 with c = 0, the last from 20 on with T = 1; the other centres are such that T is
// very nearly a float64.
//
// Error at most 0.8 ulp. tanh(+-0) = +-0, tanh(+-inf) = +-1, tanh(nan) = nan.
COREPY_INLINE Doubles tanh(Doubles x) {
  constexpr double highest = 22;
  const Doubles size = at_most(magnitude_of(x), highest);
  const Bits index = bit_cast<std::uint64_t>(at_least(size, coefficients::tanh_first)) >> 50;
  const Doubles value = lookup(coefficients::tanh_value, index);
  const Doubles d = size - lookup(coefficients::tanh_centre, index);  // exact
  const Doubles square = d * d, cube = d * square;
  const Doubles sinh_tail = evaluate_polynomial(square, coefficients::tanh_sinh_tail);
  const Doubles cosh_tail = evaluate_polynomial(square, coefficients::tanh_cosh_tail);
  const Doubles sinh_d = vec::fma(cube, sinh_tail, d);
  const Doubles cosh_d = vec::fma(square, cosh_tail, Doubles(1));
  const Doubles slope = vec::fma(negate(value), value, Doubles(1));
  const Doubles rest = vec::fma(negate(value * d), sinh_d, cube * (sinh_tail - cosh_tail));
  const Doubles quotient = (slope * rest) / vec::fma(value, sinh_d, cosh_d);
  return with_sign(value + vec::fma(slope, d, quotient), x);
}

}  // namespace corepy::COREPY_ISA::vec

// sinh, cosh, tanh of float64. Their inverses are in inverse_hyperbolic.h, float32 in
// float32/hyperbolic.h.
#pragma once

#include "corepy/vec/math/exp.h"

namespace corepy::COREPY_ISA::vec {

// sinh and cosh of x >= 0 from x = n ln 2 + r:
//   sinh x = (2^(n-1) + 2^(-n-1)) sinh r + (2^(n-1) - 2^(-n-1)) cosh r
//   cosh x = (2^(n-1) + 2^(-n-1)) cosh r + (2^(n-1) - 2^(-n-1)) sinh r
// With n = 0 the first is sinh r itself, so small x keep their digits without a branch.
struct SinhCosh {
  DoubleDouble sinh, cosh;
};

// 2^(n-1) and 2^(-n-1), for 0 <= n <= 1020.
struct HalfPowers {
  Doubles up, down;
};
COREPY_INLINE HalfPowers half_powers(Bits n) {
  return {power_of_two(n - Bits(1)), power_of_two(Bits(0) - n - Bits(1))};
}

// a x.hi + b y.hi with all that is lost added to the low parts.
COREPY_INLINE DoubleDouble combine(DoubleDouble a, DoubleDouble x, DoubleDouble b, DoubleDouble y) {
  const DoubleDouble ax = multiply_exactly(a.hi, x.hi), by = multiply_exactly(b.hi, y.hi);
  const DoubleDouble sum = add_exactly(ax.hi, by.hi);
  const Doubles low_x = vec::fma(a.hi, x.lo, vec::fma(a.lo, x.hi, ax.lo));
  const Doubles low_y = vec::fma(b.hi, y.lo, vec::fma(b.lo, y.hi, by.lo));
  return add_ordered(sum.hi, sum.lo + (low_x + low_y));
}

// Relative errors about 2^-59; 0 <= x <= 700.
COREPY_INLINE SinhCosh sinh_cosh(Doubles x) {
  const ExpReduced reduced = reduce_by_ln2(x);
  const Doubles r = reduced.r;
  const DoubleDouble square = multiply_exactly(r, r);
  const Doubles r_rounded = r + reduced.r_low, z = r_rounded * r_rounded;  // for the small terms
  const Doubles sinh_tail = (r_rounded * z) * evaluate_polynomial(z, coefficients::sinh_tail);
  const Doubles cosh_tail = (z * z) * evaluate_polynomial(z, coefficients::cosh_tail);
  const DoubleDouble cosh_head = add_ordered(Doubles(1), square.hi * Doubles(0.5));
  const Doubles cosh_low =
      vec::fma(reduced.r_low, r, vec::fma(square.lo, Doubles(0.5), cosh_head.lo));
  const DoubleDouble sinh_r = {r, reduced.r_low + sinh_tail};
  const DoubleDouble cosh_r = {cosh_head.hi, cosh_low + cosh_tail};
  const HalfPowers power = half_powers(reduced.n);
  const DoubleDouble sum = add_ordered(power.up, power.down);
  const DoubleDouble difference = add_ordered(power.up, negate(power.down));
  return {combine(sum, sinh_r, difference, cosh_r), combine(sum, cosh_r, difference, sinh_r)};
}

inline constexpr double sinh_plain_limit =
    700;  // beyond, 2^n nears overflow and e^-x is nothing beside e^x

// e^x / 2 where x is beyond the plain limit, else `result`.
COREPY_INLINE Doubles patch_huge_hyperbolic(Doubles x, Doubles result) {
  const ExpParts parts = exp_parts(clamp(x, 0, exp_highest));
  const Doubles half_exp = scale_by_power_of_two(parts.significand.hi, parts.n - Bits(1));
  return select<double>(x > Doubles(sinh_plain_limit), half_exp, result);
}

// Error at most 0.6 ulp. sinh(+-0) = +-0, sinh(+-inf) = +-inf, sinh(nan) = nan.
COREPY_INLINE Doubles sinh(Doubles x) {
  const Doubles size = magnitude_of(x);
  Doubles result = sinh_cosh(clamp(size, 0, sinh_plain_limit)).sinh.hi;
  if (vec::any<double>(size > Doubles(sinh_plain_limit)))
    result = patch_huge_hyperbolic(size, result);
  return flip_sign(result, sign_of(x));
}

// Error at most 0.6 ulp. cosh(+-0) = 1, cosh(+-inf) = inf, cosh(nan) = nan.
COREPY_INLINE Doubles cosh(Doubles x) {
  const Doubles size = magnitude_of(x);
  const Doubles result = sinh_cosh(clamp(size, 0, sinh_plain_limit)).cosh.hi;
  const bool has_huge = vec::any<double>(size > Doubles(sinh_plain_limit));
  return has_huge ? patch_huge_hyperbolic(size, result) : result;
}

inline constexpr double tanh_is_1 = 22;  // 1 - tanh(22) < 2^-62

// Error at most 0.6 ulp. tanh(+-0) = +-0, tanh(+-inf) = +-1, tanh(nan) = nan.
COREPY_INLINE Doubles tanh(Doubles x) {
  const SinhCosh value = sinh_cosh(clamp(magnitude_of(x), 0, tanh_is_1));
  const DoubleDouble ratio = divide(value.sinh, value.cosh);
  return flip_sign(ratio.hi + ratio.lo, sign_of(x));
}

}  // namespace corepy::COREPY_ISA::vec

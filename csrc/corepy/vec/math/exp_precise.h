// e^x to about 2^-98, for the few places where two such values cancel (logaddexp near 0). Slow; exp
// itself is in exp.h.
#pragma once

#include "corepy/vec/math/exp.h"

namespace corepy::COREPY_ISA::vec {

// 1/2!, 1/3!, ... 1/8! in two parts each.
inline constexpr double inverse_factorial[7] = {0x1p-1,
                                                0x1.5555555555555p-3,
                                                0x1.5555555555555p-5,
                                                0x1.1111111111111p-7,
                                                0x1.6c16c16c16c17p-10,
                                                0x1.a01a01a01a01ap-13,
                                                0x1.a01a01a01a01ap-16};
inline constexpr double inverse_factorial_low[7] = {0,
                                                    0x1.5555555555555p-57,
                                                    0x1.5555555555555p-59,
                                                    0x1.1111111111111p-63,
                                                    -0x1.f49f49f49f49fp-65,
                                                    0x1.a01a01a01a01ap-73,
                                                    0x1.a01a01a01a01ap-76};
// 1/9! ... 1/13!: one part is enough, so far down the series.
inline constexpr double inverse_factorial_tail[5] = {1.0 / 362880, 1.0 / 3628800, 1.0 / 39916800,
                                                     1.0 / 479001600, 1.0 / 6227020800};

// e^x - 1, |x| <= 0.7, relative error about 2^-98: the series at x / 64, then six times (1 + e)^2 -
// 1 = e (e + 2).
COREPY_INLINE DoubleDouble expm1_double_double(DoubleDouble x) {
  constexpr int doublings = 6;
  const Doubles shrink(1.0 / (1 << doublings));
  const DoubleDouble r = {x.hi * shrink, x.lo * shrink};
  DoubleDouble sum = {evaluate_polynomial(r.hi, inverse_factorial_tail), Doubles(0)};
  for (int k = 6; k >= 0; --k) {
    const DoubleDouble coefficient = {Doubles(inverse_factorial[k]),
                                      Doubles(inverse_factorial_low[k])};
    sum = add(coefficient, multiply(sum, r));
  }
  DoubleDouble result = add(r, multiply(multiply(r, r), sum));
  for (int i = 0; i < doublings; ++i) result = multiply(result, add(result, Doubles(2)));
  return result;
}

// e^x, -700 <= x <= 700, relative error about 2^-98.
COREPY_INLINE DoubleDouble exp_double_double(Doubles x) {
  constexpr double ln2_lowest = 0x1.cc01f97b57a08p-103;  // ln 2 - ln2_high - ln2_low
  const RoundedInteger n = round_product(x, log2_of_e);
  const Doubles r = vec::fma(n.value, Doubles(-ln2_high), x);  // exact
  const DoubleDouble low = multiply_exactly(n.value, Doubles(-ln2_low));
  const DoubleDouble reduced =
      add({r, Doubles(0)}, {low.hi, vec::fma(n.value, Doubles(-ln2_lowest), low.lo)});
  const DoubleDouble significand = add(expm1_double_double(reduced), Doubles(1));
  const Doubles scale = power_of_two(n.bits);
  return {significand.hi * scale, significand.lo * scale};
}

}  // namespace corepy::COREPY_ISA::vec

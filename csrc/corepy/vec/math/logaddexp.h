// logaddexp: ln(e^x + e^y).
#pragma once

#include "corepy/vec/math/exp_precise.h"
#include "corepy/vec/math/log.h"

namespace corepy::COREPY_ISA::vec {

// larger + ln(1 + e^(smaller - larger)) cancels where the result is nearer to 0 than this and
// `larger` is negative.
inline constexpr double logaddexp_cancels_below = 0x1p-4;

struct OrderedPair {
  Doubles larger, smaller;
};
COREPY_INLINE OrderedPair order_pair(Doubles x, Doubles y) {
  const DoublesMask x_is_larger = x > y;
  return {select<double>(x_is_larger, x, y), select<double>(x_is_larger, y, x)};
}

// Below e^-700 the plain sum's error is beneath the smallest subnormal.
COREPY_INLINE DoublesMask logaddexp_cancels(OrderedPair pair, Doubles result) {
  return (pair.larger < Doubles(0)) & (pair.smaller > Doubles(-700)) &
         (magnitude_of(result) < Doubles(logaddexp_cancels_below));
}

// ln(1 + s), s = (e^larger - 1) + e^smaller with an absolute error of 2^-98, in the lanes that
// cancel.
inline __attribute__((noinline)) void recompute_cancelled(const double* larger,
                                                          const double* smaller,
                                                          double* result) noexcept {
  const OrderedPair pair = {load(larger), load(smaller)};
  const Doubles old = load(result), zero(0);
  const DoublesMask cancels = logaddexp_cancels(pair, old);
  const DoubleDouble above_one =
      add(expm1_double_double({select<double>(cancels, pair.larger, zero), zero}),
          exp_double_double(select<double>(cancels, pair.smaller, zero)));
  store(result, select<double>(cancels, log1p_precise(above_one).hi, old));
}

COREPY_INLINE Doubles patch_cancelled(OrderedPair pair, Doubles result) {
  alignas(64) double larger[lanes<double>], smaller[lanes<double>], results[lanes<double>];
  store(larger, pair.larger);
  store(smaller, pair.smaller);
  store(results, result);
  recompute_cancelled(larger, smaller, results);
  return load(results);
}

// ln(e^x + e^y). Error at most 0.8 ulp for |result| >= 2^-44; nearer to 0, an absolute error of
// 2^-98 (there the result hangs on the last bits of x and y). logaddexp(-inf, -inf) = -inf; nan
// gives nan.
COREPY_INLINE Doubles logaddexp(Doubles x, Doubles y) {
  constexpr double lowest = -750;  // below, e^(smaller - larger) underflows to 0
  const OrderedPair pair = order_pair(x, y);
  const DoubleDouble difference = add_exactly(pair.smaller, negate(pair.larger));
  const DoublesMask is_plain =
      difference.hi > Doubles(lowest);  // false for infinities and nan, too
  const ExpParts power =
      exp_parts(select<double>(is_plain, difference.hi, Doubles(0)), difference.lo);
  const DoubleDouble w = {scale_by_power_of_two(power.significand.hi, power.n),
                          scale_by_power_of_two(power.significand.lo, power.n)};
  const Doubles sum = add(log1p_precise(w), pair.larger).hi;
  // + 0: ln(e^-0 + 0) is +0
  Doubles result = select<double>(is_plain, sum, pair.larger + Doubles(0));
  if (vec::any<double>(logaddexp_cancels(pair, result))) result = patch_cancelled(pair, result);
  return select<double>(is_nan(x) | is_nan(y), Doubles(quiet_nan), result);
}

// ln(e^x + e^y). Error at most 0.51 ulp. Special cases as for float64.
COREPY_INLINE Floats logaddexp(Floats x, Floats y) {
  return compute_in_double(x, y, [](Doubles v, Doubles w) COREPY_LAMBDA_INLINE {
    constexpr double lowest = -150;  // below, e^(smaller - larger) is 0 beside any float32
    const OrderedPair pair = order_pair(v, w);
    const Doubles difference = pair.smaller - pair.larger;
    const DoublesMask is_plain = difference > Doubles(lowest);
    const Doubles power = exp_short(select<double>(is_plain, difference, Doubles(0)));
    Doubles result =
        select<double>(is_plain, pair.larger + log1p_short(power), pair.larger + Doubles(0));
    if (vec::any<double>(logaddexp_cancels(pair, result))) result = patch_cancelled(pair, result);
    return select<double>(is_nan(v) | is_nan(w), Doubles(quiet_nan), result);
  });
}

}  // namespace corepy::COREPY_ISA::vec

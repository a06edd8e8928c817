// pow of float32: e^(y ln x) with the logarithm in two parts. The float64 function is in
// math/pow.h.
#pragma once

#include "corepy/vec/math/float32/exp.h"
#include "corepy/vec/math/float32/log.h"
#include "corepy/vec/math/float32/rare_lanes.h"
#include "corepy/vec/math/pow.h"

namespace corepy::COREPY_ISA::vec {

// ln x = log + log_low, |log_low| < 2^-11 |log|.
struct LogParts {
  Floats log, log_low;
};

// ln x with relative error about 2^-34; x positive and normal.
COREPY_INLINE LogParts log_parts(Floats x) {
  using namespace float_coefficients;
  const FloatBits offset = bits_of(x) - FloatBits(pow_table_start);
  const Floats k = ::xsimd::batch_cast<float>(::xsimd::bitwise_cast<std::int32_t>(offset) >> 23);
  const Floats m = floats_of(bits_of(x) - (offset & FloatBits(0xFF800000u)));
  const FloatBits index = offset >> 18;
  const Floats z = vec::fma(m, lookup(pow_inverse, index), Floats(-1));  // exact
  // k ln2 + pow_log + z - z^2/2 + z^3 P(z), large terms first; what each sum loses is gathered
  const Floats base = vec::fma(k, Floats(NaturalLog::two), lookup(pow_log, index));  // exact
  const Floats base_low = vec::fma(k, Floats(NaturalLog::two_low), lookup(pow_log_low, index));
  const Floats linear = base + z;
  const Floats linear_lost = (base - linear) + z;
  const Floats square = z * z;
  const Floats square_low = vec::fms(z, z, square);
  const Floats head = vec::fma(square, Floats(-0.5f), linear);
  const Floats head_lost = vec::fma(square, Floats(-0.5f), linear - head);
  // the sums that are ready last come last
  const Floats cubic = vec::fma(z * square, evaluate_polynomial(z, pow_log_tail), base_low);
  const Floats low = (vec::fma(square_low, Floats(-0.5f), cubic) + linear_lost) + head_lost;
  return {head, low};
}

// In float64: error at most 0.51 ulp, and C99's special cases.
struct PowOfAny {
  static COREPY_INLINE Floats apply(Floats x, Floats y) {
    return compute_in_double(x, y, [](Doubles v, Doubles w) COREPY_LAMBDA_INLINE {
      const Doubles exponent =
          w * log_short(magnitude_of(v));  // a float32 subnormal is a normal float64
      const Doubles result = exp_short(clamp(exponent, exp_lowest_float, exp_highest_float));
      return patch_pow_special(v, w, result);
    });
  }
};

// x^y. Error at most 0.8 ulp. C99's special cases: pow(x, +-0) = pow(1, y) = 1 even for nan; x < 0
// needs an integer y.
COREPY_INLINE Floats pow(Floats x, Floats y) {
  constexpr float largest_exponent = 110;  // e^x is 0 or infinite before
  const LogParts log = log_parts(x);
  const Floats exponent = y * log.log;
  const Floats exponent_low = vec::fma(y, log.log_low, vec::fms(y, log.log, exponent));
  const Floats result =
      exp_of_reduced(reduce_by_ln2(exponent, exponent_low), float_coefficients::exp_tail_wide);
  const FloatsMask is_rare =
      is_rare_for_log(x) | ~(magnitude_of(exponent) <= Floats(largest_exponent));
  if (vec::any<float>(is_rare)) return replace_rare<PowOfAny>(is_rare, result, x, y);
  return result;
}

// The operator table's spelling: only integer powers (vec/integer.h) have something to flag.
COREPY_INLINE Floats pow(Floats x, Floats y, std::uint32_t&) {
  return pow_with_roots<float>(
      x, y, [](Floats v, Floats w) COREPY_LAMBDA_INLINE { return vec::pow(v, w); });
}

}  // namespace corepy::COREPY_ISA::vec

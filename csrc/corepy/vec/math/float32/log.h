// log, log1p, log2, log10 of float32. The float64 functions are in math/log.h.
#pragma once

#include "corepy/vec/math/float32/bits.h"
#include "corepy/vec/math/float32/coefficients.h"

namespace corepy::COREPY_ISA::vec {

// ln 2 in two parts; k times the first is exact for |k| < 2^8.
inline constexpr float ln2_head_float = 0x1.62e400p-1f, ln2_tail_float = 0x1.7f7d1cp-20f;
inline constexpr float smallest_normal_float = 0x1p-126f;

// x = 2^k (1 + z), sqrt(1/2) <= 1 + z < sqrt(2); z is exact.
struct LogReducedFloat {
  Floats k, z;
  FloatBits power;  // k * 2^23
};

// x positive and normal.
COREPY_INLINE LogReducedFloat reduce_to_sqrt2(Floats x) {
  constexpr std::uint32_t sqrt_half_bits = 0x3F3504F3u;
  const FloatBits offset = bits_of(x) - FloatBits(sqrt_half_bits);
  const FloatBits power = offset & FloatBits(0xFF800000u);
  const auto k = ::xsimd::bitwise_cast<std::int32_t>(offset) >> 23;  // rounds down
  return {::xsimd::batch_cast<float>(k), floats_of(bits_of(x) - power) - Floats(1), power};
}

// z^2 (c[0] + c[1] z + ...) + low, the first term added last: so the sum is rounded only once where
// it is large.
template <std::size_t N>
COREPY_INLINE Floats add_log_tail(Floats z, const float (&c)[N], Floats low) {
  const Floats square = z * z;
  return vec::fma(square, Floats(c[0]), vec::fma(square * z, evaluate_polynomial<1>(z, c), low));
}

// k ln 2 + (z + z^2 tail(z)) + low, the larger two terms added exactly.
COREPY_INLINE Floats log_of_reduced(const LogReducedFloat& x, Floats low = Floats(0)) {
  const Floats head = vec::fma(x.k, Floats(ln2_head_float), x.z);
  const Floats lost = vec::fms(x.k, Floats(ln2_head_float), head) + x.z;
  low = vec::fma(x.k, Floats(ln2_tail_float), low) + lost;
  return head + add_log_tail(x.z, float_coefficients::log_tail, low);
}

// What every real logarithm gives outside (0, inf): log(+-0) = -inf, log(inf) = inf, negative and
// nan: nan.
COREPY_INLINE Floats patch_log_special(Floats x, Floats result) {
  result = select<float>(x == Floats(infinity_float), x, result);
  result = select<float>(x == Floats(0), Floats(-infinity_float), result);
  return select<float>(x >= Floats(0), result, Floats(quiet_nan_float));
}

COREPY_INLINE FloatsMask is_rare_for_log(Floats x) {
  return ~((x >= Floats(smallest_normal_float)) & (x < Floats(infinity_float)));
}

// A subnormal x scaled to a normal number, and k corrected.
COREPY_INLINE LogReducedFloat reduce_any_to_sqrt2(Floats x) {
  const FloatsMask is_subnormal = x < Floats(smallest_normal_float);
  LogReducedFloat reduced = reduce_to_sqrt2(select<float>(is_subnormal, x * Floats(0x1p23f), x));
  reduced.k = reduced.k - select<float>(is_subnormal, Floats(23), Floats(0));
  return reduced;
}

// ln x. Error at most 0.9 ulp. log(+-0) = -inf, log(inf) = inf, log(x < 0) = log(nan) = nan.
COREPY_INLINE Floats log(Floats x) {
  if (vec::any<float>(is_rare_for_log(x)))
    return patch_log_special(x, log_of_reduced(reduce_any_to_sqrt2(x)));
  return log_of_reduced(reduce_to_sqrt2(x));
}

// k log(2) + (z log(e) + z^2 tail(z)), log(2) and log(e) in two parts, k * two exact. Of the
// products and the first sum, all that is lost is kept.
COREPY_INLINE Floats log_of_reduced(const LogReducedFloat& x, float two, float two_low, float e,
                                    float e_low, const float (&tail)[9]) {
  const Floats linear = x.z * Floats(e);
  const Floats linear_low = vec::fma(x.z, Floats(e_low), vec::fms(x.z, Floats(e), linear));
  const Floats head = vec::fma(x.k, Floats(two), linear);
  const Floats lost = vec::fms(x.k, Floats(two), head) + linear;
  const Floats low = vec::fma(x.k, Floats(two_low), lost + linear_low);
  return head + add_log_tail(x.z, tail, low);
}

COREPY_INLINE Floats log2_of_reduced(const LogReducedFloat& x) {
  return log_of_reduced(x, 1, 0, 0x1.715476p+0f, 0x1.4ae0cp-26f, float_coefficients::log2_tail);
}
COREPY_INLINE Floats log10_of_reduced(const LogReducedFloat& x) {
  return log_of_reduced(x, 0x1.344000p-2f, 0x1.3509f8p-18f, 0x1.bcb7b2p-2f, -0x1.5b235ep-27f,
                        float_coefficients::log10_tail);
}

// Logarithm in base 2, exact for powers of two. Error at most 0.95 ulp. Special cases as for log.
COREPY_INLINE Floats log2(Floats x) {
  if (vec::any<float>(is_rare_for_log(x)))
    return patch_log_special(x, log2_of_reduced(reduce_any_to_sqrt2(x)));
  return log2_of_reduced(reduce_to_sqrt2(x));
}

// Logarithm in base 10, exact for powers of ten. Error at most 0.9 ulp. Special cases as for log.
COREPY_INLINE Floats log10(Floats x) {
  if (vec::any<float>(is_rare_for_log(x)))
    return patch_log_special(x, log10_of_reduced(reduce_any_to_sqrt2(x)));
  return log10_of_reduced(reduce_to_sqrt2(x));
}

// ln(x + x_low) for x positive and normal, x_low a correction: below ulp(x), or anything below
// 2^-24 where x is 1.
COREPY_INLINE Floats log_of_sum(Floats x, Floats x_low) {
  LogReducedFloat reduced = reduce_to_sqrt2(x);
  // 2^-k; 0 for k = 127 and 128
  const auto power_bits =
      ::xsimd::bitwise_cast<std::int32_t>(FloatBits(0x3F800000u) - reduced.power);
  const Floats inverse_power = bit_cast<float>(::xsimd::max(power_bits, Vec<std::int32_t>(0)));
  const Floats correction = x_low * inverse_power;
  const Floats z = reduced.z + correction;
  const Floats z_low = (reduced.z - z) + correction;
  reduced.z = z;
  // z_low counts by 1 / (1 + z), about 1 - z
  return log_of_reduced(reduced, vec::fnma(z, z_low, z_low));
}

// a + b - sum exactly, sum being the rounded a + b.
COREPY_INLINE Floats lost_by_sum(Floats a, Floats b, Floats sum) {
  const Floats larger = ::xsimd::max(a, b), smaller = ::xsimd::min(a, b);
  return smaller - (sum - larger);
}

// ln(1 + x). Error at most 0.9 ulp. log1p(+-0) = +-0, log1p(-1) = -inf, log1p(inf) = inf, x < -1
// and nan: nan.
COREPY_INLINE Floats log1p(Floats x) {
  const Floats sum = Floats(1) + x;
  Floats result = log_of_sum(sum, lost_by_sum(x, Floats(1), sum));
  const FloatsMask is_rare = ~((sum > Floats(0)) & (sum < Floats(infinity_float)));
  if (vec::any<float>(is_rare)) result = patch_log_special(sum, result);
  return keep_minus(result, x);
}

}  // namespace corepy::COREPY_ISA::vec

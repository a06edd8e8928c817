// log, log1p, log2, log10 of float32. The float64 functions are in math/log.h.
#pragma once

#include "corepy/vec/math/float32/bits.h"
#include "corepy/vec/math/float32/coefficients.h"

namespace corepy::COREPY_ISA::vec {

inline constexpr float smallest_normal_float = 0x1p-126f;

// A logarithm: the table of inverses 1/m and of log(m), the tail of log(1 + z), log(2) and log(e)
// in two parts each; k times the first of log(2), plus any entry of `value`, is exact.
struct NaturalLog {
  static constexpr const float (&inverse)[32] = float_coefficients::log_inverse;
  static constexpr const float (&value)[32] = float_coefficients::log_value;
  static constexpr const float (&tail)[4] = float_coefficients::log_tail;
  static constexpr float two = 0x1.62e400p-1f, two_low = 0x1.7f7d1cp-20f, e = 1, e_low = 0;
};
struct BinaryLog {
  static constexpr const float (&inverse)[32] = float_coefficients::log2_inverse;
  static constexpr const float (&value)[32] = float_coefficients::log2_value;
  static constexpr const float (&tail)[4] = float_coefficients::log2_tail;
  static constexpr float two = 1, two_low = 0, e = 0x1.715476p+0f, e_low = 0x1.4ae0cp-26f;
};
struct DecimalLog {
  static constexpr const float (&inverse)[32] = float_coefficients::log10_inverse;
  static constexpr const float (&value)[32] = float_coefficients::log10_value;
  static constexpr const float (&tail)[4] = float_coefficients::log10_tail;
  static constexpr float two = 0x1.344000p-2f, two_low = 0x1.3509f8p-18f, e = 0x1.bcb7b2p-2f,
                         e_low = -0x1.5b235ep-27f;
};

// x = 2^k y with 3/4 <= y < 3/2; the table's entry for y is that of the bits of x, from bit 18 up.
struct LogReducedFloat {
  Floats k;
  FloatBits power, index;  // k * 2^23; the table's entry, in the low 5 bits
};

// x positive and normal.
COREPY_INLINE LogReducedFloat reduce_for_log(Floats x) {
  constexpr std::uint32_t three_quarters_bits = 0x3F400000u;
  const FloatBits offset = bits_of(x) - FloatBits(three_quarters_bits);
  const auto k = ::xsimd::bitwise_cast<std::int32_t>(offset) >> 23;  // rounds down
  return {::xsimd::batch_cast<float>(k), offset & FloatBits(0xFF800000u), bits_of(x) >> 18};
}

// k log(2) + log(m) + log(1 + z) + low, `low` small: of the order of z's error. Where the first two
// are not 0, they are so much larger than z that its error hardly counts.
template <class Log>
COREPY_INLINE Floats add_log_parts(const LogReducedFloat& x, Floats z, Floats low) {
  const Floats value = lookup(Log::value, x.index);
  Floats head;
  if constexpr (Log::two == 1) {
    head = x.k + value;
  } else {
    head = vec::fma(x.k, Floats(Log::two), value);
    low = vec::fma(x.k, Floats(Log::two_low), low);
  }
  if constexpr (Log::e != 1) low = vec::fma(z, Floats(Log::e_low), low);
  low = vec::fma(z * z, evaluate_polynomial(z, Log::tail), low);
  return head + vec::fma(z, Floats(Log::e), low);
}
// The same without `low`.
template <class Log>
COREPY_INLINE Floats add_log_parts(const LogReducedFloat& x, Floats z) {
  return add_log_parts<Log>(x, z, Floats(0));
}

// x positive and normal; a factor 2^-k_less is left out of x.
template <class Log>
COREPY_INLINE Floats log_of_normal(Floats x, Floats k_less = Floats(0)) {
  LogReducedFloat reduced = reduce_for_log(x);
  const Floats y = floats_of(bits_of(x) - reduced.power);
  const Floats z = vec::fma(y, lookup(Log::inverse, reduced.index), Floats(-1));
  reduced.k = reduced.k - k_less;
  return add_log_parts<Log>(reduced, z);
}

// What every real logarithm gives outside (0, inf): log(+-0) = -inf, log(inf) = inf, negative and
// nan: nan.
COREPY_INLINE Floats patch_log_special(Floats x, Floats result) {
  result = select<float>(x == Floats(infinity_float), x, result);
  result = select<float>(x == Floats(0), Floats(-infinity_float), result);
  return select<float>(x >= Floats(0), result, Floats(quiet_nan_float));
}

// Zeros, subnormal and negative numbers, infinities, NaNs.
COREPY_INLINE FloatsMask is_rare_for_log(Floats x) {
#if defined(__AVX512F__)
  return _mm512_fpclass_ps_mask(x, 0xFF);
#else
  return ~((x >= Floats(smallest_normal_float)) & (x < Floats(infinity_float)));
#endif
}

template <class Log>
COREPY_INLINE Floats log_in_base(Floats x) {
  const FloatsMask is_rare = is_rare_for_log(x);
  if (vec::any<float>(is_rare)) [[unlikely]] {
    const FloatsMask is_subnormal = x < Floats(smallest_normal_float);
    const Floats normal = select<float>(is_subnormal, x * Floats(0x1p23f), x);
    const Floats k_less = select<float>(is_subnormal, Floats(23), Floats(0));
    return patch_log_special(x, log_of_normal<Log>(normal, k_less));
  }
  return log_of_normal<Log>(x);
}

// ln x. Error at most 0.9 ulp. log(+-0) = -inf, log(inf) = inf, log(x < 0) = log(nan) = nan.
COREPY_INLINE Floats log(Floats x) { return log_in_base<NaturalLog>(x); }

// Logarithm in base 2, exact for powers of two. Error at most 0.95 ulp. Special cases as for log.
COREPY_INLINE Floats log2(Floats x) { return log_in_base<BinaryLog>(x); }

// Logarithm in base 10, exact for powers of ten. Error at most 0.9 ulp. Special cases as for log.
COREPY_INLINE Floats log10(Floats x) { return log_in_base<DecimalLog>(x); }

// Beyond, 2^-k may be subnormal.
inline constexpr float log1p_is_rare_from = 0x1p125f;

// 1 + w = 2^k m (1 + z), as for reduce_for_log. With s = 2^-k / m, z = (1 + w) s - 1 = w s + (s -
// 1): no digit of w is lost.
struct Log1pReducedFloat {
  LogReducedFloat reduced;
  Floats scale, z;  // s
};
// -1 < w < log1p_is_rare_from
COREPY_INLINE Log1pReducedFloat reduce_for_log1p(Floats w) {
  const LogReducedFloat reduced = reduce_for_log(Floats(1) + w);
  const Floats inverse = lookup(NaturalLog::inverse, reduced.index);
  const Floats scale = floats_of(bits_of(inverse) - reduced.power);
  return {reduced, scale, vec::fma(w, scale, scale - Floats(1))};
}

// ln(1 + w + w_low); w_low a correction.
COREPY_INLINE Floats log1p_of_parts(Floats w, Floats w_low) {
  const Log1pReducedFloat x = reduce_for_log1p(w);
  const Floats z_low = w_low * x.scale;
  // z_low counts by 1 / (1 + z), about 1 - z
  return add_log_parts<NaturalLog>(x.reduced, x.z, vec::fnma(x.z, z_low, z_low));
}

// ln(1 + x). Error at most 0.9 ulp. log1p(+-0) = +-0, log1p(-1) = -inf, log1p(inf) = inf, x < -1
// and nan: nan.
COREPY_INLINE Floats log1p(Floats x) {
  const Log1pReducedFloat parts = reduce_for_log1p(x);
  Floats result = add_log_parts<NaturalLog>(parts.reduced, parts.z);
  const FloatsMask is_rare = ~((x > Floats(-1)) & (x < Floats(log1p_is_rare_from)));
  if (vec::any<float>(is_rare)) [[unlikely]]
    result = select<float>(is_rare, vec::log(Floats(1) + x), result);
  return keep_minus(result, x);
}

}  // namespace corepy::COREPY_ISA::vec

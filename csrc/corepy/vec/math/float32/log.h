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

// x = 2^k y with 3/4 <= y < 3/2, as the difference of the bits of x and of 3/4: from it come k, 2^k
// as an exponent's bits, and, in the low 5 bits, the table's entry for y. One vector and no struct
// of several: compilers pass such through memory.
COREPY_INLINE FloatBits log_offset(Floats x) { return bits_of(x) - FloatBits(0x3F400000u); }
COREPY_INLINE Floats log_k(FloatBits offset) {
  return ::xsimd::batch_cast<float>(::xsimd::bitwise_cast<std::int32_t>(offset) >> 23);
}
COREPY_INLINE FloatBits log_power(FloatBits offset) { return offset & FloatBits(0xFF800000u); }
COREPY_INLINE FloatBits log_index(FloatBits offset) { return offset >> 18; }

// k log(2) + log(m) + log(1 + z) + low, `low` small: of the order of z's error. Where the first two
// are not 0, they are so much larger than z that its error hardly counts.
template <class Log>
COREPY_INLINE Floats add_log_parts(Floats k, FloatBits index, Floats z, Floats low = Floats(0)) {
  const Floats value = lookup(Log::value, index);
  Floats head;
  if constexpr (Log::two == 1) {
    head = k + value;
  } else {
    head = vec::fma(k, Floats(Log::two), value);
    low = vec::fma(k, Floats(Log::two_low), low);
  }
  if constexpr (Log::e != 1) low = vec::fma(z, Floats(Log::e_low), low);
  low = vec::fma(z * z, evaluate_polynomial(z, Log::tail), low);
  return head + vec::fma(z, Floats(Log::e), low);
}

// log(2^k y) for x = 2^k' y, positive and normal.
template <class Log>
COREPY_INLINE Floats log_with_power(Floats x, Floats k) {
  const FloatBits offset = log_offset(x), index = log_index(offset);
  const Floats y = floats_of(bits_of(x) - log_power(offset));
  const Floats z = vec::fma(y, lookup(Log::inverse, index), Floats(-1));
  return add_log_parts<Log>(k, index, z);
}
template <class Log>
COREPY_INLINE Floats log_of_normal(Floats x) {
  return log_with_power<Log>(x, log_k(log_offset(x)));
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
    const Floats k = log_k(log_offset(normal));
    const Floats k_of_x = select<float>(is_subnormal, k - Floats(23), k);
    return patch_log_special(x, log_with_power<Log>(normal, k_of_x));
  }
  return log_of_normal<Log>(x);
}

// ln x. Error at most 0.8 ulp. log(+-0) = -inf, log(inf) = inf, log(x < 0) = log(nan) = nan.
COREPY_INLINE Floats log(Floats x) { return log_in_base<NaturalLog>(x); }

// Logarithm in base 2, exact for powers of two. Error at most 0.9 ulp. Special cases as for log.
COREPY_INLINE Floats log2(Floats x) { return log_in_base<BinaryLog>(x); }

// Logarithm in base 10, exact for powers of ten. Error at most 0.8 ulp. Special cases as for log.
COREPY_INLINE Floats log10(Floats x) { return log_in_base<DecimalLog>(x); }

// Beyond, 2^-k may be subnormal.
inline constexpr float log1p_is_rare_from = 0x1p125f;

// 2^-k / m of a table's entry.
COREPY_INLINE Floats log1p_scale(FloatBits offset) {
  const Floats inverse = lookup(NaturalLog::inverse, log_index(offset));
  return floats_of(bits_of(inverse) - log_power(offset));
}

// With 1 + w = 2^k m (1 + z) and scale = 2^-k / m, z = (1 + w) scale - 1 = w scale + (scale - 1):
// no digit of w is lost.
COREPY_INLINE Floats log1p_argument(Floats w, Floats scale) {
  return vec::fma(w, scale, scale - Floats(1));
}

// ln(1 + w + w_low); -1 < w < log1p_is_rare_from, w_low a correction.
COREPY_INLINE Floats log1p_of_parts(Floats w, Floats w_low) {
  const FloatBits offset = log_offset(Floats(1) + w);
  const Floats scale = log1p_scale(offset), z = log1p_argument(w, scale), z_low = w_low * scale;
  // z_low counts by 1 / (1 + z), about 1 - z
  return add_log_parts<NaturalLog>(log_k(offset), log_index(offset), z, vec::fnma(z, z_low, z_low));
}

// ln(1 + x). Error at most 0.8 ulp. log1p(+-0) = +-0, log1p(-1) = -inf, log1p(inf) = inf, x < -1
// and nan: nan.
COREPY_INLINE Floats log1p(Floats x) {
  const FloatBits offset = log_offset(Floats(1) + x);
  const Floats z = log1p_argument(x, log1p_scale(offset));
  Floats result = add_log_parts<NaturalLog>(log_k(offset), log_index(offset), z);
  const FloatsMask is_rare = ~((x > Floats(-1)) & (x < Floats(log1p_is_rare_from)));
  if (vec::any<float>(is_rare)) [[unlikely]]
    result = select<float>(is_rare, vec::log(Floats(1) + x), result);
  return keep_minus(result, x);
}

}  // namespace corepy::COREPY_ISA::vec

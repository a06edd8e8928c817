// Float vectors to integers: truncated, saturated, 0 for NaN, as vec/convert.h defines it for one
// element. Here are the ISAs whose compilers find no good sequence for that: AVX-512 and AVX2.
#pragma once

#include <cstdint>
#include <limits>
#include <type_traits>

#include "corepy/vec/vec.h"

namespace corepy::COREPY_ISA::vec {

#if defined(__AVX2__)
inline constexpr bool has_integer_stores = true;
#else
inline constexpr bool has_integer_stores = false;
#endif

// Whether store_in_range is defined: below, for AVX2.
template <class From, class To>
inline constexpr bool has_stores_in_range =
#if defined(__AVX2__) && !defined(__AVX512BW__)
    std::is_same_v<To, std::int32_t> || sizeof(To) == 8;
#else
    false;
#endif

// Converts in_range_length elements and stores them at `out`, which may be `in`; false, with
// nothing stored, where one is a NaN or outside of what a few instructions convert: for 32 bits the
// integers but the smallest, for 64 bits what has at most 51 or 52 of them.
inline constexpr int in_range_length = 32;
template <class From>
bool store_in_range(const From* in, std::int32_t* out);
template <class From, class To>
  requires(sizeof(To) == 8)
bool store_in_range(const From* in, To* out);

#if defined(__AVX512BW__)

// max(x, 0) is 0 for NaN: x86's max gives its second operand then. Conversions give all ones, the
// largest unsigned integer, for what is too large; the narrowing ones saturate.
template <class To>
COREPY_INLINE void store_unsigned(Vec<float> x, To* out) {
  const __m512 y = _mm512_max_ps(x, _mm512_setzero_ps());
  if constexpr (sizeof(To) == 8) {
    _mm512_storeu_si512(out, _mm512_cvttps_epu64(_mm512_castps512_ps256(y)));
    _mm512_storeu_si512(out + 8, _mm512_cvttps_epu64(_mm512_extractf32x8_ps(y, 1)));
  } else {
    const __m512i v = _mm512_cvttps_epu32(y);
    if constexpr (sizeof(To) == 4) {
      _mm512_storeu_si512(out, v);
    } else if constexpr (sizeof(To) == 2) {
      _mm256_storeu_si256(reinterpret_cast<__m256i*>(out), _mm512_cvtusepi32_epi16(v));
    } else {
      _mm_storeu_si128(reinterpret_cast<__m128i*>(out), _mm512_cvtusepi32_epi8(v));
    }
  }
}
template <class To>
COREPY_INLINE void store_unsigned(Vec<double> x, To* out) {
  const __m512d y = _mm512_max_pd(x, _mm512_setzero_pd());
  if constexpr (sizeof(To) == 8) {
    _mm512_storeu_si512(out, _mm512_cvttpd_epu64(y));
  } else {
    const __m256i v = _mm512_cvttpd_epu32(y);
    if constexpr (sizeof(To) == 4) {
      _mm256_storeu_si256(reinterpret_cast<__m256i*>(out), v);
    } else if constexpr (sizeof(To) == 2) {
      _mm_storeu_si128(reinterpret_cast<__m128i*>(out), _mm256_cvtusepi32_epi16(v));
    } else {
      _mm_storel_epi64(reinterpret_cast<__m128i*>(out), _mm256_cvtusepi32_epi8(v));
    }
  }
}

// Conversions give the smallest integer for what is out of range: right below, so that only what is
// too large is brought into range first, or replaced.
COREPY_INLINE __m512i convert_to_int64(__m256 x) {
  const __m512i v = _mm512_maskz_cvttps_epi64(_mm256_cmp_ps_mask(x, x, _CMP_ORD_Q), x);
  const __mmask8 too_large = _mm256_cmp_ps_mask(x, _mm256_set1_ps(0x1p63f), _CMP_GE_OQ);
  return _mm512_mask_mov_epi64(v, too_large, _mm512_set1_epi64(INT64_MAX));
}
template <class To>
COREPY_INLINE void store_signed(Vec<float> x, To* out) {
  if constexpr (sizeof(To) == 8) {
    _mm512_storeu_si512(out, convert_to_int64(_mm512_castps512_ps256(x)));
    _mm512_storeu_si512(out + 8, convert_to_int64(_mm512_extractf32x8_ps(x, 1)));
  } else {
    const __mmask16 is_number = _mm512_cmp_ps_mask(x, x, _CMP_ORD_Q);
    if constexpr (sizeof(To) == 4) {
      const __m512i v = _mm512_maskz_cvttps_epi32(is_number, x);
      const __mmask16 too_large = _mm512_cmp_ps_mask(x, _mm512_set1_ps(0x1p31f), _CMP_GE_OQ);
      _mm512_storeu_si512(out, _mm512_mask_mov_epi32(v, too_large, _mm512_set1_epi32(INT32_MAX)));
    } else {
      constexpr float highest = std::numeric_limits<To>::max();
      const __m512i v =
          _mm512_maskz_cvttps_epi32(is_number, _mm512_min_ps(x, _mm512_set1_ps(highest)));
      if constexpr (sizeof(To) == 2) {
        _mm256_storeu_si256(reinterpret_cast<__m256i*>(out), _mm512_cvtsepi32_epi16(v));
      } else {
        _mm_storeu_si128(reinterpret_cast<__m128i*>(out), _mm512_cvtsepi32_epi8(v));
      }
    }
  }
}
template <class To>
COREPY_INLINE void store_signed(Vec<double> x, To* out) {
  const __mmask8 is_number = _mm512_cmp_pd_mask(x, x, _CMP_ORD_Q);
  if constexpr (sizeof(To) == 8) {
    const __m512i v = _mm512_maskz_cvttpd_epi64(is_number, x);
    const __mmask8 too_large = _mm512_cmp_pd_mask(x, _mm512_set1_pd(0x1p63), _CMP_GE_OQ);
    _mm512_storeu_si512(out, _mm512_mask_mov_epi64(v, too_large, _mm512_set1_epi64(INT64_MAX)));
  } else {
    constexpr double highest = std::numeric_limits<To>::max();
    const __m256i v =
        _mm512_maskz_cvttpd_epi32(is_number, _mm512_min_pd(x, _mm512_set1_pd(highest)));
    if constexpr (sizeof(To) == 4) {
      _mm256_storeu_si256(reinterpret_cast<__m256i*>(out), v);
    } else if constexpr (sizeof(To) == 2) {
      _mm_storeu_si128(reinterpret_cast<__m128i*>(out), _mm256_cvtsepi32_epi16(v));
    } else {
      _mm_storel_epi64(reinterpret_cast<__m128i*>(out), _mm256_cvtsepi32_epi8(v));
    }
  }
}

#elif defined(__AVX2__)

// x not above the largest To, which is a float; 0 for NaN. Unsigned: not below 0 either;
// conversions give the smallest integer for what is too small, and packing saturates.
template <class To>
COREPY_INLINE __m256 clamp_to(__m256 x) {
  const __m256 highest = _mm256_set1_ps(static_cast<float>(std::numeric_limits<To>::max()));
  x = std::is_signed_v<To> ? _mm256_and_ps(x, _mm256_cmp_ps(x, x, _CMP_ORD_Q))
                           : _mm256_max_ps(x, _mm256_setzero_ps());  // 0 for NaN
  return _mm256_min_ps(x, highest);
}
template <class To>
COREPY_INLINE __m256d clamp_to(__m256d x) {
  const __m256d highest = _mm256_set1_pd(static_cast<double>(std::numeric_limits<To>::max()));
  x = std::is_signed_v<To> ? _mm256_and_pd(x, _mm256_cmp_pd(x, x, _CMP_ORD_Q))
                           : _mm256_max_pd(x, _mm256_setzero_pd());
  return _mm256_min_pd(x, highest);
}

// Four int32 in the range of To, of 8 or 16 bits, into the low bytes.
template <class To>
COREPY_INLINE __m128i narrow_words(__m128i words) {
  if constexpr (sizeof(To) == 2) {
    return words;
  } else if constexpr (std::is_signed_v<To>) {
    return _mm_packs_epi16(words, words);
  } else {
    return _mm_packus_epi16(words, words);
  }
}
template <class To>
COREPY_INLINE __m128i pack_words(__m128i low, __m128i high) {
  return std::is_signed_v<To> || sizeof(To) == 1 ? _mm_packs_epi32(low, high)
                                                 : _mm_packus_epi32(low, high);
}

// A truncated x, lowest <= x < 2^64, as the low 64 bits of its two's complement: two halves of 32
// bits, each read from the significand of a sum with a power of two. Every step is exact.
COREPY_INLINE __m256i convert_whole(__m256d x) {
  const __m256d high = _mm256_floor_pd(_mm256_mul_pd(x, _mm256_set1_pd(0x1p-32)));
  const __m256d low = _mm256_sub_pd(x, _mm256_mul_pd(high, _mm256_set1_pd(0x1p32)));
  const __m256d high_sum = _mm256_add_pd(high, _mm256_set1_pd(0x1.8p52));
  const __m256d low_sum = _mm256_add_pd(low, _mm256_set1_pd(0x1p52));
  const __m256i low_bits =
      _mm256_xor_si256(_mm256_castpd_si256(low_sum), _mm256_castpd_si256(_mm256_set1_pd(0x1p52)));
  return _mm256_or_si256(_mm256_slli_epi64(_mm256_castpd_si256(high_sum), 32), low_bits);
}
template <class To>
COREPY_INLINE __m256i convert_to_64_bits(__m256d x) {
  static_assert(sizeof(To) == 8);
  constexpr double too_large = std::is_signed_v<To> ? 0x1p63 : 0x1p64;
  const __m256i saturated =
      _mm256_set1_epi64x(static_cast<long long>(std::numeric_limits<To>::max()));
  const __m256d is_too_large = _mm256_cmp_pd(x, _mm256_set1_pd(too_large), _CMP_GE_OQ);
  if constexpr (std::is_signed_v<To>) x = _mm256_and_pd(x, _mm256_cmp_pd(x, x, _CMP_ORD_Q));
  const __m256d y =
      _mm256_max_pd(x, _mm256_set1_pd(static_cast<double>(std::numeric_limits<To>::min())));
  const __m256i v = convert_whole(_mm256_round_pd(y, _MM_FROUND_TO_ZERO | _MM_FROUND_NO_EXC));
  return _mm256_blendv_epi8(v, saturated, _mm256_castpd_si256(is_too_large));
}

template <class To>
COREPY_INLINE void store_integers_of(Vec<double> x, To* out) {
  if constexpr (sizeof(To) == 8) {
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(out), convert_to_64_bits<To>(x));
  } else if constexpr (sizeof(To) == 4 && std::is_unsigned_v<To>) {
    const __m256d whole = _mm256_round_pd(clamp_to<To>(x), _MM_FROUND_TO_ZERO | _MM_FROUND_NO_EXC);
    const __m256i bits = _mm256_castpd_si256(_mm256_add_pd(whole, _mm256_set1_pd(0x1p52)));
    const __m256i low =
        _mm256_permutevar8x32_epi32(bits, _mm256_setr_epi32(0, 2, 4, 6, 0, 2, 4, 6));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(out), _mm256_castsi256_si128(low));
  } else {
    const __m128i v = _mm256_cvttpd_epi32(clamp_to<To>(x));
    if constexpr (sizeof(To) == 4) {
      _mm_storeu_si128(reinterpret_cast<__m128i*>(out), v);
    } else {
      const __m128i packed = narrow_words<To>(pack_words<To>(v, v));
      if constexpr (sizeof(To) == 2) {
        _mm_storel_epi64(reinterpret_cast<__m128i*>(out), packed);
      } else {
        const std::int32_t four = _mm_cvtsi128_si32(packed);
        std::memcpy(out, &four, sizeof four);
      }
    }
  }
}
template <class To>
COREPY_INLINE void store_integers_of(Vec<float> x, To* out) {
  if constexpr (sizeof(To) == 8) {
    store_integers_of<To>(_mm256_cvtps_pd(_mm256_castps256_ps128(x)), out);
    store_integers_of<To>(_mm256_cvtps_pd(_mm256_extractf128_ps(x, 1)), out + 4);
  } else if constexpr (sizeof(To) == 4 && std::is_signed_v<To>) {
    // What is out of range becomes the smallest integer, whose complement is the largest.
    const __m256i is_too_large =
        _mm256_castps_si256(_mm256_cmp_ps(x, _mm256_set1_ps(0x1p31f), _CMP_GE_OQ));
    const __m256 number = _mm256_and_ps(x, _mm256_cmp_ps(x, x, _CMP_ORD_Q));
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(out),
                        _mm256_xor_si256(_mm256_cvttps_epi32(number), is_too_large));
  } else if constexpr (sizeof(To) == 4) {
    // From 2^31 on, what exceeds it is converted and the top bit is set.
    const __m256 y = _mm256_max_ps(x, _mm256_setzero_ps()), half = _mm256_set1_ps(0x1p31f);
    const __m256 is_large = _mm256_cmp_ps(y, half, _CMP_GE_OQ);
    const __m256 is_too_large = _mm256_cmp_ps(y, _mm256_set1_ps(0x1p32f), _CMP_GE_OQ);
    const __m256i v = _mm256_cvttps_epi32(_mm256_sub_ps(y, _mm256_and_ps(half, is_large)));
    const __m256i top = _mm256_slli_epi32(_mm256_castps_si256(is_large), 31);
    _mm256_storeu_si256(
        reinterpret_cast<__m256i*>(out),
        _mm256_or_si256(_mm256_xor_si256(v, top), _mm256_castps_si256(is_too_large)));
  } else {
    const __m256i v = _mm256_cvttps_epi32(clamp_to<To>(x));
    const __m128i packed =
        narrow_words<To>(pack_words<To>(_mm256_castsi256_si128(v), _mm256_extracti128_si256(v, 1)));
    if constexpr (sizeof(To) == 2) {
      _mm_storeu_si128(reinterpret_cast<__m128i*>(out), packed);
    } else {
      _mm_storel_epi64(reinterpret_cast<__m128i*>(out), packed);
    }
  }
}

// Eight elements, truncated; what is a NaN or out of range gives the smallest integer.
COREPY_INLINE __m256i truncate_eight(const float* in) {
  return _mm256_cvttps_epi32(_mm256_loadu_ps(in));
}
COREPY_INLINE __m256i truncate_eight(const double* in) {
  const __m128i low = _mm256_cvttpd_epi32(_mm256_loadu_pd(in));
  return _mm256_inserti128_si256(_mm256_castsi128_si256(low),
                                 _mm256_cvttpd_epi32(_mm256_loadu_pd(in + 4)), 1);
}

template <class From>
COREPY_INLINE bool store_in_range(const From* in, std::int32_t* out) {
  constexpr int count = in_range_length / 8;
  __m256i v[count];
  __m256i found = _mm256_setzero_si256();
  for (int k = 0; k < count; ++k) {
    v[k] = truncate_eight(in + 8 * k);
    found = _mm256_or_si256(found, _mm256_cmpeq_epi32(v[k], _mm256_set1_epi32(INT32_MIN)));
  }
  if (!_mm256_testz_si256(found, found)) return false;
  for (int k = 0; k < count; ++k)
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(out + 8 * k), v[k]);
  return true;
}

COREPY_INLINE __m256d load_four(const double* in) { return _mm256_loadu_pd(in); }
COREPY_INLINE __m256d load_four(const float* in) { return _mm256_cvtps_pd(_mm_loadu_ps(in)); }

// The sum with a power of two that leaves no bits for fractions has the integer in its significand.
template <class From, class To>
  requires(sizeof(To) == 8)
COREPY_INLINE bool store_in_range(const From* in, To* out) {
  constexpr bool is_signed = std::is_signed_v<To>;
  const __m256d shift = _mm256_set1_pd(is_signed ? 0x1.8p52 : 0x1p52);
  const __m256d below = _mm256_set1_pd(is_signed ? -0x1p51 : -1.0);
  const __m256d above = _mm256_set1_pd(is_signed ? 0x1p51 : 0x1p52);
  constexpr int count = in_range_length / 4;
  __m256i v[count];
  __m256d inside = _mm256_castsi256_pd(_mm256_set1_epi64x(-1));
  for (int k = 0; k < count; ++k) {
    const __m256d x = load_four(in + 4 * k);
    inside = _mm256_and_pd(inside, _mm256_and_pd(_mm256_cmp_pd(x, below, _CMP_GT_OQ),
                                                 _mm256_cmp_pd(x, above, _CMP_LT_OQ)));
    const __m256d whole = _mm256_round_pd(x, _MM_FROUND_TO_ZERO | _MM_FROUND_NO_EXC);
    v[k] = _mm256_castpd_si256(_mm256_add_pd(whole, shift));
  }
  if (_mm256_movemask_pd(inside) != 15) return false;
  for (int k = 0; k < count; ++k)
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(out + 4 * k),
                        _mm256_sub_epi64(v[k], _mm256_castpd_si256(shift)));
  return true;
}

#endif

// Converts all lanes of x to To and stores them at `out`, at any address.
template <class To, class From>
COREPY_INLINE void store_integers([[maybe_unused]] Vec<From> x, [[maybe_unused]] To* out) {
#if defined(__AVX512BW__)
  if constexpr (std::is_signed_v<To>) {
    store_signed<To>(x, out);
  } else {
    store_unsigned<To>(x, out);
  }
#elif defined(__AVX2__)
  store_integers_of<To>(x, out);
#endif
}

}  // namespace corepy::COREPY_ISA::vec

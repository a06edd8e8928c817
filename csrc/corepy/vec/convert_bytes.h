// Bytes to elements of 32 bits, for the ISA whose compilers go there in two steps (AVX2). What a
// conversion means is in vec/convert.h.
#pragma once

#include <cstdint>
#include <type_traits>

#include "corepy/vec/vec.h"

namespace corepy::COREPY_ISA::vec {

// Whether convert_bytes does anything for these element types.
#if defined(__AVX2__) && !defined(__AVX512BW__)
template <class To, class From>
inline constexpr bool has_byte_conversion =
    (std::is_same_v<From, bool8_t> || (std::is_integral_v<From> && sizeof(From) == 1)) &&
    (std::is_same_v<To, float> || (std::is_integral_v<To> && sizeof(To) == 4));
#else
template <class To, class From>
inline constexpr bool has_byte_conversion = false;
#endif

// Converts whole vectors of `length` elements, at any address; returns for how many that was.
template <class To, class From>
COREPY_INLINE std::int64_t convert_bytes([[maybe_unused]] const unsigned char* in,
                                         [[maybe_unused]] unsigned char* out,
                                         [[maybe_unused]] std::int64_t length) {
  std::int64_t i = 0;
#if defined(__AVX2__) && !defined(__AVX512BW__)
  for (; i + 8 <= length; i += 8) {
    __m128i bytes = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(in + i));
    if constexpr (std::is_same_v<From, bool8_t>) bytes = _mm_min_epu8(bytes, _mm_set1_epi8(1));
    __m256i words;
    if constexpr (std::is_same_v<From, std::int8_t>) {
      words = _mm256_cvtepi8_epi32(bytes);
    } else {
      words = _mm256_cvtepu8_epi32(bytes);
    }
    if constexpr (std::is_same_v<To, float>) words = _mm256_castps_si256(_mm256_cvtepi32_ps(words));
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(out + 4 * i), words);
  }
#endif
  return i;
}

}  // namespace corepy::COREPY_ISA::vec

// Arrays of half-precision elements to float32 and back, with the machine's instructions where it
// has them (F16C); the same bits as core/half.h, which says what they are. Any alignment.
#pragma once

#include <cstdint>
#include <cstring>
#include <type_traits>

#include "corepy/core/half.h"
#include "corepy/vec/vec.h"

namespace corepy::COREPY_ISA::vec {

#ifdef __F16C__
inline constexpr std::int64_t half_lanes = 8;

COREPY_INLINE void expand_eight(const unsigned char* in, float* out) {
  __m128i halves;
  std::memcpy(&halves, in, sizeof halves);
  _mm256_storeu_ps(out, _mm256_cvtph_ps(halves));
}
COREPY_INLINE void round_eight(const unsigned char* in, unsigned char* out) {
  __m256 x;
  std::memcpy(&x, in, sizeof x);
  const __m128i halves = _mm256_cvtps_ph(x, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
  // The instruction keeps what it can of a NaN.
  const __m128i magnitude = _mm_and_si128(halves, _mm_set1_epi16(0x7fff));
  const __m128i is_nan = _mm_cmpgt_epi16(magnitude, _mm_set1_epi16(0x7c00));
  const __m128i unified =
      _mm_blendv_epi8(halves, _mm_set1_epi16(static_cast<std::int16_t>(float16_nan_bits)), is_nan);
  std::memcpy(out, &unified, sizeof unified);
}
#endif

template <class Half>
COREPY_INLINE void expand_halves(const unsigned char* in, float* out, std::int64_t length) {
  std::int64_t i = 0;
#ifdef __F16C__
  if constexpr (std::is_same_v<Half, Float16>) {
    for (; i + half_lanes <= length; i += half_lanes) expand_eight(in + 2 * i, out + i);
  }
#endif
  for (; i < length; ++i) {
    Half half;
    std::memcpy(&half, in + 2 * i, sizeof half);
    const float wide = expand_half(half);
    std::memcpy(reinterpret_cast<unsigned char*>(out) + 4 * i, &wide, sizeof wide);
  }
}

template <class Half>
COREPY_INLINE void round_to_halves(const unsigned char* in, unsigned char* out,
                                   std::int64_t length) {
  std::int64_t i = 0;
#ifdef __F16C__
  if constexpr (std::is_same_v<Half, Float16>) {
    for (; i + half_lanes <= length; i += half_lanes) round_eight(in + 4 * i, out + 2 * i);
  }
#endif
  for (; i < length; ++i) {
    float x;
    std::memcpy(&x, in + 4 * i, sizeof x);
    const Half half = round_to_half<Half>(x);
    std::memcpy(out + 2 * i, &half, sizeof half);
  }
}

}  // namespace corepy::COREPY_ISA::vec

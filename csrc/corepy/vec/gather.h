// Elements at positions, a vector of them at a time. Loops over whole arrays are in
// kernels/indexing.h.
#pragma once

#include <cstdint>

#include "corepy/vec/vec.h"

namespace corepy::COREPY_ISA::vec {

// Whether gather_elements does anything for elements of this size.
#if defined(__AVX2__)
template <std::int64_t Size>
inline constexpr bool has_gather = Size == 4 || Size == 8;
#else
template <std::int64_t Size>
inline constexpr bool has_gather = false;
#endif

#if defined(__AVX2__) && !defined(__AVX512BW__)
COREPY_INLINE __m128i low_halves(__m256i v) {
  return _mm256_castsi256_si128(
      _mm256_permutevar8x32_epi32(v, _mm256_setr_epi32(0, 2, 4, 6, 0, 2, 4, 6)));
}
#endif

// out[i] = the element at base + p(i) * Scale for i < n, and returns for how many i: whole vectors
// of them. Checked: p(i) is indices[i], counted from the end of the axis where negative; each index
// is read once, and where one lies outside, its lane loads nothing and `outside` becomes true.
// Else p(i) is indices[i].
template <std::int64_t Size, int Scale, bool Checked>
COREPY_INLINE std::int64_t gather_elements(const char* base, const std::int64_t* indices,
                                           std::int64_t n, std::int64_t axis_length, char* out,
                                           bool& outside) {
  std::int64_t i = 0;
#if defined(__AVX512BW__)
  const __m512i length = _mm512_set1_epi64(axis_length);
  __mmask8 inside = 0xff, all_inside = 0xff;
  for (; i + 8 <= n; i += 8) {
    __m512i at = _mm512_loadu_si512(indices + i);
    if constexpr (Checked) {
      at = _mm512_mask_add_epi64(at, _mm512_movepi64_mask(at), at, length);
      inside = _mm512_cmplt_epu64_mask(at, length);
      all_inside &= inside;
    }
    if constexpr (Size == 8) {
      const __m512i v =
          _mm512_mask_i64gather_epi64(_mm512_setzero_si512(), inside, at, base, Scale);
      _mm512_storeu_si512(out + i * 8, v);
    } else {
      const __m256i v =
          _mm512_mask_i64gather_epi32(_mm256_setzero_si256(), inside, at, base, Scale);
      _mm256_storeu_si256(reinterpret_cast<__m256i*>(out + i * 4), v);
    }
  }
  outside |= all_inside != 0xff;
#elif defined(__AVX2__)
  const __m256i length = _mm256_set1_epi64x(axis_length), zero = _mm256_setzero_si256();
  __m256i inside = _mm256_set1_epi64x(-1), all_inside = inside;
  for (; i + 4 <= n; i += 4) {
    __m256i at = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(indices + i));
    if constexpr (Checked) {
      at = _mm256_add_epi64(at, _mm256_and_si256(_mm256_cmpgt_epi64(zero, at), length));
      inside = _mm256_andnot_si256(_mm256_cmpgt_epi64(zero, at), _mm256_cmpgt_epi64(length, at));
      all_inside = _mm256_and_si256(all_inside, inside);
    }
    if constexpr (Size == 8) {
      const __m256i v = _mm256_mask_i64gather_epi64(zero, reinterpret_cast<const long long*>(base),
                                                    at, inside, Scale);
      _mm256_storeu_si256(reinterpret_cast<__m256i*>(out + i * 8), v);
    } else {
      const __m128i v = _mm256_mask_i64gather_epi32(
          _mm_setzero_si128(), reinterpret_cast<const int*>(base), at, low_halves(inside), Scale);
      _mm_storeu_si128(reinterpret_cast<__m128i*>(out + i * 4), v);
    }
  }
  outside |= _mm256_movemask_epi8(all_inside) != -1;
#endif
  return i;
}

}  // namespace corepy::COREPY_ISA::vec

// Elements at positions, a vector of them at a time. Loops over whole arrays are in
// kernels/indexing.h.
#pragma once

#include <cstdint>

#include "corepy/vec/vec.h"

namespace corepy::COREPY_ISA::vec {

// Whether gather_elements does anything for elements of this size. AVX2's instruction is slower
// than single loads (by half on Zen 3, from each level of cache).
#if defined(__AVX512BW__)
template <std::int64_t Size>
inline constexpr bool has_gather = Size == 4 || Size == 8;
#else
template <std::int64_t Size>
inline constexpr bool has_gather = false;
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
#endif
  return i;
}

}  // namespace corepy::COREPY_ISA::vec

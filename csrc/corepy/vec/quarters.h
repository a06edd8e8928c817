// Vectors made of 16-byte pieces of several rows, transposed in place: many rows side by side, a
// few of their elements at a time. Square transposes are in vec/transpose_registers.h.
#pragma once

#include "corepy/vec/fold.h"
#include "corepy/vec/transpose_registers.h"
#include "corepy/vec/vec.h"

namespace corepy::COREPY_ISA::vec {

// Elements in 16 bytes.
template <class T>
inline constexpr std::int64_t quarter_size = 16 / static_cast<std::int64_t>(sizeof(T));

#if defined(__AVX2__)
#if defined(__AVX512F__)
using Quarters = __m512;
// Loads that repeat the quarter, merged under a mask: an insertion takes the one port of shuffles.
COREPY_INLINE Quarters join_quarters(__m128 q0, __m128 q1, __m128 q2, __m128 q3) {
  Quarters v = _mm512_castps128_ps512(q0);
  v = _mm512_mask_broadcast_f32x4(v, 0x00f0, q1);
  v = _mm512_mask_broadcast_f32x4(v, 0x0f00, q2);
  return _mm512_mask_broadcast_f32x4(v, 0xf000, q3);
}
COREPY_INLINE void transpose_in_quarters(Vec<float> (&v)[4]) {
  const __m512 low01 = _mm512_unpacklo_ps(v[0], v[1]), high01 = _mm512_unpackhi_ps(v[0], v[1]);
  const __m512 low23 = _mm512_unpacklo_ps(v[2], v[3]), high23 = _mm512_unpackhi_ps(v[2], v[3]);
  v[0] = _mm512_shuffle_ps(low01, low23, 0x44);
  v[1] = _mm512_shuffle_ps(low01, low23, 0xee);
  v[2] = _mm512_shuffle_ps(high01, high23, 0x44);
  v[3] = _mm512_shuffle_ps(high01, high23, 0xee);
}
COREPY_INLINE void transpose_in_quarters(Vec<double> (&v)[2]) {
  const __m512d low = _mm512_unpacklo_pd(v[0], v[1]);
  v[1] = _mm512_unpackhi_pd(v[0], v[1]);
  v[0] = low;
}
#else
using Quarters = __m256;
// An insertion from memory takes no port of shuffles (a broadcast of what was loaded would pass
// through the stack first).
COREPY_INLINE Quarters join_quarters(__m128 q0, __m128 q1) {
  return _mm256_insertf128_ps(_mm256_castps128_ps256(q0), q1, 1);
}
COREPY_INLINE void transpose_in_quarters(Vec<float> (&v)[4]) {
  const __m256 low01 = _mm256_unpacklo_ps(v[0], v[1]), high01 = _mm256_unpackhi_ps(v[0], v[1]);
  const __m256 low23 = _mm256_unpacklo_ps(v[2], v[3]), high23 = _mm256_unpackhi_ps(v[2], v[3]);
  v[0] = _mm256_shuffle_ps(low01, low23, 0x44);
  v[1] = _mm256_shuffle_ps(low01, low23, 0xee);
  v[2] = _mm256_shuffle_ps(high01, high23, 0x44);
  v[3] = _mm256_shuffle_ps(high01, high23, 0xee);
}
COREPY_INLINE void transpose_in_quarters(Vec<double> (&v)[2]) {
  const __m256d low = _mm256_unpacklo_pd(v[0], v[1]);
  v[1] = _mm256_unpackhi_pd(v[0], v[1]);
  v[0] = low;
}
#endif

// The first `count` elements of a quarter, zeros behind them; nothing behind them is touched.
template <class T>
COREPY_INLINE __m128 load_quarter(const T* p, std::int64_t count) {
  if (count >= quarter_size<T>) return _mm_loadu_ps(reinterpret_cast<const float*>(p));
#if defined(__AVX512VL__)
  const auto mask = static_cast<__mmask8>((1u << count) - 1);
  if constexpr (sizeof(T) == 4) return _mm_maskz_loadu_ps(mask, p);
  if constexpr (sizeof(T) == 8) return _mm_castpd_ps(_mm_maskz_loadu_pd(mask, p));
#else
  if constexpr (sizeof(T) == 4) {
    const __m128i mask =
        _mm_cmpgt_epi32(_mm_set1_epi32(static_cast<int>(count)), _mm_setr_epi32(0, 1, 2, 3));
    return _mm_maskload_ps(p, mask);
  } else {
    return _mm_castpd_ps(_mm_load_sd(p));
  }
#endif
}
#endif

// The addresses of lanes<T> rows, as few registers: those of each quarter's first row, and strides.
template <class T>
struct RowAddresses {
  static constexpr std::int64_t quarters = lanes<T> / quarter_size<T>;
  const char* first[quarters];
  std::int64_t stride_bytes;

  COREPY_INLINE RowAddresses(const char* rows, std::int64_t row_stride_bytes)
      : stride_bytes(row_stride_bytes) {
    COREPY_UNROLL
    for (std::int64_t q = 0; q < quarters; ++q) {
      first[q] = rows + q * quarter_size<T> * row_stride_bytes;
    }
  }
  // Row j of quarter q.
  COREPY_INLINE const T* at(std::int64_t j, std::int64_t q) const {
    return reinterpret_cast<const T*>(first[q] + j * stride_bytes);
  }
  COREPY_INLINE void advance(std::int64_t bytes) {
    COREPY_UNROLL
    for (std::int64_t q = 0; q < quarters; ++q) first[q] += bytes;
  }
};

// out[c] holds element c of lanes<T> rows, `count` elements of which are there: the others are 0.
template <class T>
COREPY_INLINE void load_columns(const RowAddresses<T>& rows, std::int64_t count,
                                Vec<T> (&out)[quarter_size<T>]) {
  constexpr std::int64_t size = quarter_size<T>;
#if defined(__AVX2__)
  COREPY_UNROLL
  for (std::int64_t j = 0; j < size; ++j) {
    const auto quarter = [&](std::int64_t q)
                             COREPY_LAMBDA_INLINE { return load_quarter<T>(rows.at(j, q), count); };
#if defined(__AVX512F__)
    const Quarters v = join_quarters(quarter(0), quarter(1), quarter(2), quarter(3));
#else
    const Quarters v = join_quarters(quarter(0), quarter(1));
#endif
    out[j] = __builtin_bit_cast(typename Vec<T>::register_type, v);
  }
  transpose_in_quarters(out);
#else
  COREPY_UNROLL
  for (std::int64_t j = 0; j < size; ++j) {
    out[j] = count >= size ? vec::load(rows.at(j, 0)) : vec::load_partial(rows.at(j, 0), count);
  }
  transpose_registers(out);
#endif
}

}  // namespace corepy::COREPY_ISA::vec

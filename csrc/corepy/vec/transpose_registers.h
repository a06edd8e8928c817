// Square transposes that stay in registers: lanes<T> vectors of lanes<T> elements, for float and
// double (and whatever is carried in them). Transposes from memory to memory are in
// vec/transpose.h.
#pragma once

#include "corepy/vec/fold.h"
#include "corepy/vec/vec.h"

namespace corepy::COREPY_ISA::vec {

#ifdef __AVX512F__

// A 4 x 4 transpose of 128-bit quarters: afterwards r[q] holds quarter q of r[0], r[1], r[2], r[3].
COREPY_INLINE void transpose_quarters(__m512 (&r)[4]) {
  const __m512 even01 = _mm512_shuffle_f32x4(r[0], r[1], 0x88);  // quarters 0 and 2 of both
  const __m512 odd01 = _mm512_shuffle_f32x4(r[0], r[1], 0xdd);   // quarters 1 and 3
  const __m512 even23 = _mm512_shuffle_f32x4(r[2], r[3], 0x88);
  const __m512 odd23 = _mm512_shuffle_f32x4(r[2], r[3], 0xdd);
  r[0] = _mm512_shuffle_f32x4(even01, even23, 0x88);
  r[1] = _mm512_shuffle_f32x4(odd01, odd23, 0x88);
  r[2] = _mm512_shuffle_f32x4(even01, even23, 0xdd);
  r[3] = _mm512_shuffle_f32x4(odd01, odd23, 0xdd);
}

COREPY_INLINE void transpose_registers(Vec<float> (&rows)[16]) {
  __m512 quads[4][4];  // quads[c][g]: in quarter q, element 4 q + c of rows 4 g .. 4 g + 3
  COREPY_UNROLL
  for (int g = 0; g < 4; ++g) {
    const __m512 low01 = _mm512_unpacklo_ps(rows[4 * g], rows[4 * g + 1]);
    const __m512 high01 = _mm512_unpackhi_ps(rows[4 * g], rows[4 * g + 1]);
    const __m512 low23 = _mm512_unpacklo_ps(rows[4 * g + 2], rows[4 * g + 3]);
    const __m512 high23 = _mm512_unpackhi_ps(rows[4 * g + 2], rows[4 * g + 3]);
    quads[0][g] = _mm512_shuffle_ps(low01, low23, 0x44);
    quads[1][g] = _mm512_shuffle_ps(low01, low23, 0xee);
    quads[2][g] = _mm512_shuffle_ps(high01, high23, 0x44);
    quads[3][g] = _mm512_shuffle_ps(high01, high23, 0xee);
  }
  COREPY_UNROLL
  for (int c = 0; c < 4; ++c) {
    transpose_quarters(quads[c]);
    COREPY_UNROLL
    for (int q = 0; q < 4; ++q) rows[4 * q + c] = quads[c][q];
  }
}

COREPY_INLINE void transpose_registers(Vec<double> (&rows)[8]) {
  __m512 pairs[2][4];  // pairs[c][g]: in quarter q, element 2 q + c of rows 2 g and 2 g + 1
  COREPY_UNROLL
  for (int g = 0; g < 4; ++g) {
    pairs[0][g] = _mm512_castpd_ps(_mm512_unpacklo_pd(rows[2 * g], rows[2 * g + 1]));
    pairs[1][g] = _mm512_castpd_ps(_mm512_unpackhi_pd(rows[2 * g], rows[2 * g + 1]));
  }
  COREPY_UNROLL
  for (int c = 0; c < 2; ++c) {
    transpose_quarters(pairs[c]);
    COREPY_UNROLL
    for (int q = 0; q < 4; ++q) rows[2 * q + c] = _mm512_castps_pd(pairs[c][q]);
  }
}

#else

template <class T>
COREPY_INLINE void transpose_registers(Vec<T> (&rows)[lanes<T>]) {
  ::xsimd::transpose(rows, rows + lanes<T>);
}

#endif

}  // namespace corepy::COREPY_ISA::vec

// Square blocks of elements transposed in registers, for element sizes 1, 2, 4 and 8 bytes. Loops
// over matrices are in kernels/copy.h.
#pragma once

#include <cstdint>
#include <cstring>

#include "corepy/vec/lanes.h"
#include "corepy/vec/vec.h"
#if defined(__ARM_NEON)
#include <arm_neon.h>
#endif

namespace corepy::COREPY_ISA::vec {

template <std::int64_t Size>
using UnsignedOfSize = std::make_unsigned_t<typename integer_of_size<Size>::type>;

// Half a perfect shuffle of two 128-bit vectors: x0 y0 x1 y1 ... of their low or high halves.
template <std::int64_t Size>
COREPY_INLINE auto interleave_low(Lanes<UnsignedOfSize<Size>, 16 / Size> x,
                                  Lanes<UnsignedOfSize<Size>, 16 / Size> y) {
  using V = Lanes<UnsignedOfSize<Size>, 16 / Size>;
#if defined(__SSE2__)
  const __m128i a = __builtin_bit_cast(__m128i, x), b = __builtin_bit_cast(__m128i, y);
  if constexpr (Size == 1) return __builtin_bit_cast(V, _mm_unpacklo_epi8(a, b));
  if constexpr (Size == 2) return __builtin_bit_cast(V, _mm_unpacklo_epi16(a, b));
  if constexpr (Size == 4) return __builtin_bit_cast(V, _mm_unpacklo_epi32(a, b));
  if constexpr (Size == 8) return __builtin_bit_cast(V, _mm_unpacklo_epi64(a, b));
#else
  V result = {};
  for (std::int64_t i = 0; i < 8 / Size; ++i) {
    result[2 * i] = x[i];
    result[2 * i + 1] = y[i];
  }
  return result;
#endif
}
template <std::int64_t Size>
COREPY_INLINE auto interleave_high(Lanes<UnsignedOfSize<Size>, 16 / Size> x,
                                   Lanes<UnsignedOfSize<Size>, 16 / Size> y) {
  using V = Lanes<UnsignedOfSize<Size>, 16 / Size>;
#if defined(__SSE2__)
  const __m128i a = __builtin_bit_cast(__m128i, x), b = __builtin_bit_cast(__m128i, y);
  if constexpr (Size == 1) return __builtin_bit_cast(V, _mm_unpackhi_epi8(a, b));
  if constexpr (Size == 2) return __builtin_bit_cast(V, _mm_unpackhi_epi16(a, b));
  if constexpr (Size == 4) return __builtin_bit_cast(V, _mm_unpackhi_epi32(a, b));
  if constexpr (Size == 8) return __builtin_bit_cast(V, _mm_unpackhi_epi64(a, b));
#else
  V result = {};
  for (std::int64_t i = 0; i < 8 / Size; ++i) {
    result[2 * i] = x[8 / Size + i];
    result[2 * i + 1] = y[8 / Size + i];
  }
  return result;
#endif
}

// 16 / Size rows of 16 bytes. Interleaving row i with row i + n/2 into rows 2i and 2i + 1, log2(n)
// times, transposes.
template <std::int64_t Size>
struct TransposeBlock128 {
  static constexpr std::int64_t side = 16 / Size;
  using V = Lanes<UnsignedOfSize<Size>, side>;

  static COREPY_INLINE void run(const char* in, std::int64_t in_stride, char* out,
                                std::int64_t out_stride) {
    V rows[side], next[side];
    for (std::int64_t i = 0; i < side; ++i) std::memcpy(&rows[i], in + i * in_stride, 16);
#pragma GCC unroll 4
    for (std::int64_t step = 1; step < side; step *= 2) {
#pragma GCC unroll 8
      for (std::int64_t i = 0; i < side / 2; ++i) {
        next[2 * i] = interleave_low<Size>(rows[i], rows[i + side / 2]);
        next[2 * i + 1] = interleave_high<Size>(rows[i], rows[i + side / 2]);
      }
#pragma GCC unroll 16
      for (std::int64_t i = 0; i < side; ++i) rows[i] = next[i];
    }
#pragma GCC unroll 16
    for (std::int64_t i = 0; i < side; ++i) std::memcpy(out + i * out_stride, &rows[i], 16);
  }
};

#if defined(__AVX512BW__)

struct TransposeBlock512x4 {
  static constexpr std::int64_t side = 16;
  static COREPY_INLINE void run(const char* in, std::int64_t in_stride, char* out,
                                std::int64_t out_stride) {
    __m512i r[16], t[16];
#pragma GCC unroll 16
    for (int i = 0; i < 16; ++i) r[i] = _mm512_loadu_si512(in + i * in_stride);
#pragma GCC unroll 8
    for (int i = 0; i < 16; i += 2) {
      t[i] = _mm512_unpacklo_epi32(r[i], r[i + 1]);
      t[i + 1] = _mm512_unpackhi_epi32(r[i], r[i + 1]);
    }
    // r[4q + c] holds, in its 128-bit part k, column 4k + c of rows 4q .. 4q + 3
#pragma GCC unroll 4
    for (int q = 0; q < 16; q += 4) {
      r[q] = _mm512_unpacklo_epi64(t[q], t[q + 2]);
      r[q + 1] = _mm512_unpackhi_epi64(t[q], t[q + 2]);
      r[q + 2] = _mm512_unpacklo_epi64(t[q + 1], t[q + 3]);
      r[q + 3] = _mm512_unpackhi_epi64(t[q + 1], t[q + 3]);
    }
    // a 4 x 4 transpose of 128-bit parts for each c
#pragma GCC unroll 4
    for (int c = 0; c < 4; ++c) {
      const __m512i low01 = _mm512_shuffle_i32x4(r[c], r[4 + c], 0x44);
      const __m512i high01 = _mm512_shuffle_i32x4(r[c], r[4 + c], 0xee);
      const __m512i low23 = _mm512_shuffle_i32x4(r[8 + c], r[12 + c], 0x44);
      const __m512i high23 = _mm512_shuffle_i32x4(r[8 + c], r[12 + c], 0xee);
      _mm512_storeu_si512(out + c * out_stride, _mm512_shuffle_i32x4(low01, low23, 0x88));
      _mm512_storeu_si512(out + (4 + c) * out_stride, _mm512_shuffle_i32x4(low01, low23, 0xdd));
      _mm512_storeu_si512(out + (8 + c) * out_stride, _mm512_shuffle_i32x4(high01, high23, 0x88));
      _mm512_storeu_si512(out + (12 + c) * out_stride, _mm512_shuffle_i32x4(high01, high23, 0xdd));
    }
  }
};

struct TransposeBlock512x8 {
  static constexpr std::int64_t side = 8;
  static COREPY_INLINE void run(const char* in, std::int64_t in_stride, char* out,
                                std::int64_t out_stride) {
    __m512i r[8], t[8];
#pragma GCC unroll 8
    for (int i = 0; i < 8; ++i) r[i] = _mm512_loadu_si512(in + i * in_stride);
    // t[2q + c] holds, in its 128-bit part k, column 2k + c of rows 2q, 2q + 1
#pragma GCC unroll 4
    for (int i = 0; i < 8; i += 2) {
      t[i] = _mm512_unpacklo_epi64(r[i], r[i + 1]);
      t[i + 1] = _mm512_unpackhi_epi64(r[i], r[i + 1]);
    }
#pragma GCC unroll 2
    for (int c = 0; c < 2; ++c) {
      const __m512i low01 = _mm512_shuffle_i32x4(t[c], t[2 + c], 0x44);
      const __m512i high01 = _mm512_shuffle_i32x4(t[c], t[2 + c], 0xee);
      const __m512i low23 = _mm512_shuffle_i32x4(t[4 + c], t[6 + c], 0x44);
      const __m512i high23 = _mm512_shuffle_i32x4(t[4 + c], t[6 + c], 0xee);
      _mm512_storeu_si512(out + c * out_stride, _mm512_shuffle_i32x4(low01, low23, 0x88));
      _mm512_storeu_si512(out + (2 + c) * out_stride, _mm512_shuffle_i32x4(low01, low23, 0xdd));
      _mm512_storeu_si512(out + (4 + c) * out_stride, _mm512_shuffle_i32x4(high01, high23, 0x88));
      _mm512_storeu_si512(out + (6 + c) * out_stride, _mm512_shuffle_i32x4(high01, high23, 0xdd));
    }
  }
};

#elif defined(__AVX2__)

COREPY_INLINE __m256i load_256(const char* p) {
  return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p));
}
COREPY_INLINE void store_256(char* p, __m256i v) {
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(p), v);
}

struct TransposeBlock256x4 {
  static constexpr std::int64_t side = 8;
  static COREPY_INLINE void run(const char* in, std::int64_t in_stride, char* out,
                                std::int64_t out_stride) {
    __m256i r[8], t[8];
#pragma GCC unroll 8
    for (int i = 0; i < 8; ++i) r[i] = load_256(in + i * in_stride);
#pragma GCC unroll 4
    for (int i = 0; i < 8; i += 2) {
      t[i] = _mm256_unpacklo_epi32(r[i], r[i + 1]);
      t[i + 1] = _mm256_unpackhi_epi32(r[i], r[i + 1]);
    }
    // r[4q + c] holds, in its 128-bit part k, column 4k + c of rows 4q .. 4q + 3
#pragma GCC unroll 2
    for (int q = 0; q < 8; q += 4) {
      r[q] = _mm256_unpacklo_epi64(t[q], t[q + 2]);
      r[q + 1] = _mm256_unpackhi_epi64(t[q], t[q + 2]);
      r[q + 2] = _mm256_unpacklo_epi64(t[q + 1], t[q + 3]);
      r[q + 3] = _mm256_unpackhi_epi64(t[q + 1], t[q + 3]);
    }
#pragma GCC unroll 4
    for (int c = 0; c < 4; ++c) {
      store_256(out + c * out_stride, _mm256_permute2x128_si256(r[c], r[4 + c], 0x20));
      store_256(out + (4 + c) * out_stride, _mm256_permute2x128_si256(r[c], r[4 + c], 0x31));
    }
  }
};

struct TransposeBlock256x8 {
  static constexpr std::int64_t side = 4;
  static COREPY_INLINE void run(const char* in, std::int64_t in_stride, char* out,
                                std::int64_t out_stride) {
    const __m256i r0 = load_256(in), r1 = load_256(in + in_stride);
    const __m256i r2 = load_256(in + 2 * in_stride), r3 = load_256(in + 3 * in_stride);
    const __m256i even01 = _mm256_unpacklo_epi64(r0, r1), odd01 = _mm256_unpackhi_epi64(r0, r1);
    const __m256i even23 = _mm256_unpacklo_epi64(r2, r3), odd23 = _mm256_unpackhi_epi64(r2, r3);
    store_256(out, _mm256_permute2x128_si256(even01, even23, 0x20));
    store_256(out + out_stride, _mm256_permute2x128_si256(odd01, odd23, 0x20));
    store_256(out + 2 * out_stride, _mm256_permute2x128_si256(even01, even23, 0x31));
    store_256(out + 3 * out_stride, _mm256_permute2x128_si256(odd01, odd23, 0x31));
  }
};

#endif

// The block of this ISA for an element size.
template <std::int64_t Size>
struct transpose_block {
  using type = TransposeBlock128<Size>;
};
#if defined(__AVX512BW__)
template <>
struct transpose_block<4> {
  using type = TransposeBlock512x4;
};
template <>
struct transpose_block<8> {
  using type = TransposeBlock512x8;
};
#elif defined(__AVX2__)
template <>
struct transpose_block<4> {
  using type = TransposeBlock256x4;
};
template <>
struct transpose_block<8> {
  using type = TransposeBlock256x8;
};
#endif
template <std::int64_t Size>
using TransposeBlock = typename transpose_block<Size>::type;

}  // namespace corepy::COREPY_ISA::vec

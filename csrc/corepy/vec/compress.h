// Elements chosen by a mask, 64 at a time: truth bytes to bits, the chosen elements or their
// positions next to each other, and back. Elements are raw bytes of 1, 2, 4, 8 or 16. Loops over
// whole arrays are in kernels/indexing_mask.h.
#pragma once

#include <cstdint>
#include <cstring>
#include <type_traits>

#include "corepy/vec/lanes.h"
#include "corepy/vec/mask.h"
#include "corepy/vec/vec.h"

namespace corepy::COREPY_ISA::vec {

inline constexpr std::int64_t mask_word = 64;

COREPY_INLINE int count_bits(std::uint64_t bits) { return __builtin_popcountll(bits); }

// Bit i is set where byte i is not 0, for 64 bytes.
COREPY_INLINE std::uint64_t load_mask_word(const std::uint8_t* p) {
#if defined(__AVX512BW__)
  const __m512i bytes = _mm512_loadu_si512(p);
  return _mm512_test_epi8_mask(bytes, bytes);
#elif defined(__AVX2__)
  std::uint64_t zeros = 0;
  for (int i = 0; i < 2; ++i) {
    const __m256i bytes = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p + 32 * i));
    const int found = _mm256_movemask_epi8(_mm256_cmpeq_epi8(bytes, _mm256_setzero_si256()));
    zeros |= std::uint64_t{static_cast<std::uint32_t>(found)} << (32 * i);
  }
  return ~zeros;
#elif defined(__SSE2__)
  std::uint64_t zeros = 0;
  for (int i = 0; i < 4; ++i) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p + 16 * i));
    const int found = _mm_movemask_epi8(_mm_cmpeq_epi8(bytes, _mm_setzero_si128()));
    zeros |= std::uint64_t{static_cast<std::uint32_t>(found)} << (16 * i);
  }
  return ~zeros;
#else
  // The high bit of each byte that is not 0, and then those eight bits side by side.
  constexpr std::uint64_t low = 0x7f7f7f7f7f7f7f7fu;
  std::uint64_t bits = 0;
  for (int i = 0; i < 8; ++i) {
    std::uint64_t bytes;
    std::memcpy(&bytes, p + 8 * i, sizeof bytes);
    const std::uint64_t high = (((bytes & low) + low) | bytes) & ~low;
    bits |= (((high >> 7) * 0x0102040810204080u) >> 56) << (8 * i);
  }
  return bits;
#endif
}

// The same for the first n (< 64) bytes; the other bits are 0.
COREPY_INLINE std::uint64_t load_mask_word_partial(const std::uint8_t* p, std::int64_t n) {
  std::uint8_t bytes[mask_word] = {};
  std::memcpy(bytes, p, static_cast<std::size_t>(n));
  return load_mask_word(bytes);
}

#if defined(__AVX2__) && !defined(__AVX512BW__)
// For every byte of mask bits: the positions of its set bits in order (the rest 0), and for every
// lane the count of set bits below it.
struct BitPositions {
  std::uint8_t chosen[256][8];
  std::uint8_t rank[256][8];
};
alignas(64) inline constexpr BitPositions bit_positions = [] {
  BitPositions table{};
  for (int bits = 0; bits < 256; ++bits) {
    int k = 0;
    for (int i = 0; i < 8; ++i) {
      table.rank[bits][i] = static_cast<std::uint8_t>(k);
      if ((bits >> i) & 1) table.chosen[bits][k++] = static_cast<std::uint8_t>(i);
    }
  }
  return table;
}();
COREPY_INLINE __m256i load_lane_numbers(const std::uint8_t (&entry)[8]) {
  return _mm256_cvtepu8_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(entry)));
}
// Numbers of 64-bit lanes as those of their 32-bit halves: 2 n and 2 n + 1.
COREPY_INLINE __m256i number_halves(const std::uint8_t (&entry)[8]) {
  std::int32_t low;
  std::memcpy(&low, entry, sizeof low);
  const __m256i lane = _mm256_cvtepu8_epi64(_mm_cvtsi32_si128(low));
  const __m256i even = _mm256_add_epi64(lane, lane);
  return _mm256_or_si256(even,
                         _mm256_slli_epi64(_mm256_add_epi64(even, _mm256_set1_epi64x(1)), 32));
}
// All ones in the lanes whose bit is set.
COREPY_INLINE __m256i spread_bits_to_dwords(std::uint64_t bits) {
  const __m256i each = _mm256_setr_epi32(1, 2, 4, 8, 16, 32, 64, 128);
  const __m256i all = _mm256_set1_epi32(static_cast<int>(bits & 0xff));
  return _mm256_cmpeq_epi32(_mm256_and_si256(all, each), each);
}
COREPY_INLINE __m256i spread_bits_to_qwords(std::uint64_t bits) {
  const __m256i each = _mm256_setr_epi64x(1, 2, 4, 8);
  const __m256i all = _mm256_set1_epi64x(static_cast<long long>(bits & 0xf));
  return _mm256_cmpeq_epi64(_mm256_and_si256(all, each), each);
}
#endif

// Writes the elements of in[0, 64) whose bit is set to out, in order, and returns how many. May
// write anything to the rest of out[0, 64).
template <std::int64_t Size>
COREPY_INLINE std::int64_t compress_word(const char* in, std::uint64_t bits, char* out) {
#if defined(__AVX512BW__)
  if constexpr (Size == 4 || Size == 8) {
    constexpr int width = 64 / Size;
    char* to = out;
    for (int i = 0; i < Size; ++i) {
      const __m512i v = _mm512_loadu_si512(in + 64 * i);
      if constexpr (Size == 4) {
        const auto m = static_cast<__mmask16>(bits >> (width * i));
        _mm512_storeu_si512(to, _mm512_maskz_compress_epi32(m, v));
        to += 4 * __builtin_popcount(m);
      } else {
        const auto m = static_cast<__mmask8>(bits >> (width * i));
        _mm512_storeu_si512(to, _mm512_maskz_compress_epi64(m, v));
        to += 8 * __builtin_popcount(m);
      }
    }
    return count_bits(bits);
  }
  if constexpr (Size <= 2) {  // through 32 bits: compression of narrower lanes needs AVX512-VBMI2
    char* to = out;
    for (int i = 0; i < 4; ++i) {
      const auto m = static_cast<__mmask16>(bits >> (16 * i));
      if constexpr (Size == 1) {
        const __m512i v =
            _mm512_cvtepu8_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(in + 16 * i)));
        _mm_storeu_si128(reinterpret_cast<__m128i*>(to),
                         _mm512_cvtepi32_epi8(_mm512_maskz_compress_epi32(m, v)));
      } else {
        const __m512i v = _mm512_cvtepu16_epi32(
            _mm256_loadu_si256(reinterpret_cast<const __m256i*>(in + 32 * i)));
        _mm256_storeu_si256(reinterpret_cast<__m256i*>(to),
                            _mm512_cvtepi32_epi16(_mm512_maskz_compress_epi32(m, v)));
      }
      to += Size * __builtin_popcount(m);
    }
    return count_bits(bits);
  }
#elif defined(__AVX2__)
  if constexpr (Size == 4) {
    char* to = out;
    for (int i = 0; i < 8; ++i) {
      const auto m = static_cast<std::uint8_t>(bits >> (8 * i));
      const __m256i v = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(in + 32 * i));
      const __m256i lanes = load_lane_numbers(bit_positions.chosen[m]);
      _mm256_storeu_si256(reinterpret_cast<__m256i*>(to), _mm256_permutevar8x32_epi32(v, lanes));
      to += 4 * __builtin_popcount(m);
    }
    return count_bits(bits);
  }
  if constexpr (Size == 8) {
    char* to = out;
    for (int i = 0; i < 16; ++i) {
      const auto m = static_cast<std::uint8_t>((bits >> (4 * i)) & 15);
      const __m256i v = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(in + 32 * i));
      const __m256i lanes = number_halves(bit_positions.chosen[m]);
      _mm256_storeu_si256(reinterpret_cast<__m256i*>(to), _mm256_permutevar8x32_epi32(v, lanes));
      to += 8 * __builtin_popcount(m);
    }
    return count_bits(bits);
  }
#endif
  std::int64_t k = 0;
#pragma GCC unroll 8
  for (int i = 0; i < mask_word; ++i) {
    std::memcpy(out + k * Size, in + i * Size, Size);
    k += static_cast<std::int64_t>((bits >> i) & 1);
  }
  return k;
}

// out = from where `chosen` is 1, as it is where 0: by arithmetic, since a branch would be
// mispredicted.
template <std::int64_t Size>
COREPY_INLINE void blend_element(char* out, const char* from, std::uint64_t chosen) {
  constexpr std::int64_t part = Size < 8 ? Size : 8;
  using Bits = std::make_unsigned_t<typename integer_of_size<part>::type>;
  const auto mask = static_cast<Bits>(0 - chosen);
  for (std::int64_t i = 0; i < Size; i += part) {
    Bits a, b;
    std::memcpy(&a, out + i, sizeof a);
    std::memcpy(&b, from + i, sizeof b);
    a = static_cast<Bits>(a ^ ((a ^ b) & mask));
    std::memcpy(out + i, &a, sizeof a);
  }
}

// Writes values[0], values[1] ... to the elements of out[0, 64) whose bit is set, and returns how
// many. May read all of values[0, 64), and write other elements of out as they are.
template <std::int64_t Size>
COREPY_INLINE std::int64_t expand_word(char* out, std::uint64_t bits, const char* values) {
#if defined(__AVX512BW__)
  if constexpr (Size == 4 || Size == 8) {
    constexpr int width = 64 / Size;
    const char* from = values;
    for (int i = 0; i < Size; ++i) {
      const __m512i v = _mm512_loadu_si512(from);
      if constexpr (Size == 4) {
        const auto m = static_cast<__mmask16>(bits >> (width * i));
        _mm512_mask_storeu_epi32(out + 64 * i, m, _mm512_maskz_expand_epi32(m, v));
        from += 4 * __builtin_popcount(m);
      } else {
        const auto m = static_cast<__mmask8>(bits >> (width * i));
        _mm512_mask_storeu_epi64(out + 64 * i, m, _mm512_maskz_expand_epi64(m, v));
        from += 8 * __builtin_popcount(m);
      }
    }
    return count_bits(bits);
  }
  if constexpr (Size <= 2) {  // through 32 bits, as in compress_word
    const char* from = values;
    for (int i = 0; i < 4; ++i) {
      const auto m = static_cast<__mmask16>(bits >> (16 * i));
      if constexpr (Size == 1) {
        const __m512i v =
            _mm512_cvtepu8_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(from)));
        _mm_mask_storeu_epi8(out + 16 * i, m,
                             _mm512_cvtepi32_epi8(_mm512_maskz_expand_epi32(m, v)));
      } else {
        const __m512i v =
            _mm512_cvtepu16_epi32(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(from)));
        _mm256_mask_storeu_epi16(out + 32 * i, m,
                                 _mm512_cvtepi32_epi16(_mm512_maskz_expand_epi32(m, v)));
      }
      from += Size * __builtin_popcount(m);
    }
    return count_bits(bits);
  }
#elif defined(__AVX2__)
  if constexpr (Size == 4) {
    const char* from = values;
    for (int i = 0; i < 8; ++i) {
      const auto m = static_cast<std::uint8_t>(bits >> (8 * i));
      auto* target = reinterpret_cast<__m256i*>(out + 32 * i);
      const __m256i v = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from));
      const __m256i spread =
          _mm256_permutevar8x32_epi32(v, load_lane_numbers(bit_positions.rank[m]));
      const __m256i old = _mm256_loadu_si256(target);
      _mm256_storeu_si256(target, _mm256_blendv_epi8(old, spread, spread_bits_to_dwords(m)));
      from += 4 * __builtin_popcount(m);
    }
    return count_bits(bits);
  }
  if constexpr (Size == 8) {
    const char* from = values;
    for (int i = 0; i < 16; ++i) {
      const auto m = static_cast<std::uint8_t>((bits >> (4 * i)) & 15);
      auto* target = reinterpret_cast<__m256i*>(out + 32 * i);
      const __m256i v = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from));
      const __m256i spread = _mm256_permutevar8x32_epi32(v, number_halves(bit_positions.rank[m]));
      const __m256i old = _mm256_loadu_si256(target);
      _mm256_storeu_si256(target, _mm256_blendv_epi8(old, spread, spread_bits_to_qwords(m)));
      from += 8 * __builtin_popcount(m);
    }
    return count_bits(bits);
  }
#endif
  std::int64_t k = 0;
#pragma GCC unroll 4
  for (int i = 0; i < mask_word; ++i) {
    const std::uint64_t chosen = (bits >> i) & 1;
    blend_element<Size>(out + i * Size, values + k * Size, chosen);
    k += static_cast<std::int64_t>(chosen);
  }
  return k;
}

// Writes one element to those of out[0, 64) whose byte of `mask` is not 0. May write other elements
// as they are.
template <std::int64_t Size>
COREPY_INLINE void fill_word(char* out, const std::uint8_t* mask, const char* element) {
  if constexpr (Size <= 8) {
    using T = typename integer_of_size<Size>::type;
    T value;
    std::memcpy(&value, element, Size);
    const Vec<T> v = broadcast<T>(value);
    constexpr std::int64_t width = lanes<T>;
    for (std::int64_t i = 0; i < mask_word; i += width) {
      auto* target = reinterpret_cast<T*>(out + i * Size);
      store<T>(target, select<T>(load_mask<T>(mask + i), v, load<T>(target)));
    }
  } else {
    const std::uint64_t bits = load_mask_word(mask);
    for (int i = 0; i < mask_word; ++i) {
      blend_element<Size>(out + i * Size, element, (bits >> i) & 1);
    }
  }
}

// Writes base + i for every set bit i to out, in order, and returns how many. May write anything to
// the rest of out[0, 64).
COREPY_INLINE std::int64_t locate_word(std::uint64_t bits, std::int64_t base, std::int64_t* out) {
#if defined(__AVX512BW__)
  std::int64_t* to = out;
  __m512i positions =
      _mm512_add_epi64(_mm512_set1_epi64(base), _mm512_setr_epi64(0, 1, 2, 3, 4, 5, 6, 7));
  for (int i = 0; i < 8; ++i) {
    const auto m = static_cast<__mmask8>(bits >> (8 * i));
    _mm512_storeu_si512(to, _mm512_maskz_compress_epi64(m, positions));
    positions = _mm512_add_epi64(positions, _mm512_set1_epi64(8));
    to += __builtin_popcount(m);
  }
  return count_bits(bits);
#elif defined(__AVX2__)
  std::int64_t* to = out;
  for (int i = 0; i < 8; ++i) {
    const auto m = static_cast<std::uint8_t>(bits >> (8 * i));
    const __m256i start = _mm256_set1_epi64x(base + 8 * i);
    const __m128i chosen =
        _mm_loadl_epi64(reinterpret_cast<const __m128i*>(bit_positions.chosen[m]));
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(to),
                        _mm256_add_epi64(start, _mm256_cvtepu8_epi64(chosen)));
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(to + 4),
                        _mm256_add_epi64(start, _mm256_cvtepu8_epi64(_mm_srli_si128(chosen, 4))));
    to += __builtin_popcount(m);
  }
  return count_bits(bits);
#else
  std::int64_t k = 0;
#pragma GCC unroll 8
  for (int i = 0; i < mask_word; ++i) {
    out[k] = base + i;
    k += static_cast<std::int64_t>((bits >> i) & 1);
  }
  return k;
#endif
}

}  // namespace corepy::COREPY_ISA::vec

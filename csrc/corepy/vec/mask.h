// Masks to and from memory: a mask of Vec<T> as one byte per lane, 0 or 1 (a bool array).
// Comparisons that make masks are in vec/arithmetic.h, bool arithmetic in vec/bool.h.
#pragma once

#include <cstring>
#include <type_traits>

#include "corepy/vec/lanes.h"
#include "corepy/vec/vec.h"

namespace corepy::COREPY_ISA::vec {

#if defined(__AVX512BW__)

// The lanes' bytes: as many as T has lanes, in the low bytes of the register.
template <class T>
COREPY_INLINE auto mask_bytes(Mask<T> m) {
  if constexpr (sizeof(T) == 1) {
    return _mm512_maskz_set1_epi8(static_cast<__mmask64>(m.data), 1);
  } else if constexpr (sizeof(T) == 2) {
    return _mm256_maskz_set1_epi8(static_cast<__mmask32>(m.data), 1);
  } else {
    return _mm_maskz_set1_epi8(static_cast<__mmask16>(m.data), 1);
  }
}
template <class T>
COREPY_INLINE void store_mask(std::uint8_t* p, Mask<T> m) {
  if constexpr (sizeof(T) == 1) {
    _mm512_storeu_si512(p, mask_bytes<T>(m));
  } else if constexpr (sizeof(T) == 2) {
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(p), mask_bytes<T>(m));
  } else if constexpr (sizeof(T) == 4) {
    _mm_storeu_si128(reinterpret_cast<__m128i*>(p), mask_bytes<T>(m));
  } else {
    _mm_storel_epi64(reinterpret_cast<__m128i*>(p), mask_bytes<T>(m));
  }
}
// Masks that are stored together, as whole cache lines where that is cheap: narrow stores of
// comparisons would take as many store slots as their operands take load slots.
template <class T>
inline constexpr std::int64_t mask_group = static_cast<std::int64_t>(sizeof(T));
template <class T>
COREPY_INLINE void store_mask_group(std::uint8_t* p, const Mask<T> (&masks)[mask_group<T>]) {
  __mmask64 bits = 0;
  for (std::int64_t j = 0; j < mask_group<T>; ++j)
    bits |= static_cast<__mmask64>(masks[j].data) << (j * lanes<T>);
  _mm512_storeu_si512(p, _mm512_maskz_set1_epi8(bits, 1));
}
template <class T>
COREPY_INLINE void store_mask_partial(std::uint8_t* p, Mask<T> m, std::int64_t n) {
  const __mmask64 first = (__mmask64(1) << n) - 1;
  const __m512i bytes = _mm512_maskz_set1_epi8(static_cast<__mmask64>(m.data), 1);
  _mm512_mask_storeu_epi8(p, first, bytes);
}
template <RealElement T>
COREPY_INLINE Mask<T> load_mask_partial(const std::uint8_t* p, std::int64_t n) {
  const __m512i bytes = _mm512_maskz_loadu_epi8((__mmask64(1) << n) - 1, p);
  using Register = decltype(Mask<T>::data);
  return Mask<T>(static_cast<Register>(_mm512_test_epi8_mask(bytes, bytes)));
}
template <RealElement T>
COREPY_INLINE Mask<T> load_mask(const std::uint8_t* p) {
  using Register = decltype(Mask<T>::data);
  if constexpr (sizeof(T) == 1) {
    const __m512i bytes = _mm512_loadu_si512(p);
    return Mask<T>(static_cast<Register>(_mm512_test_epi8_mask(bytes, bytes)));
  } else if constexpr (sizeof(T) == 2) {
    const __m256i bytes = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p));
    return Mask<T>(static_cast<Register>(_mm256_test_epi8_mask(bytes, bytes)));
  } else {
    const __m128i bytes = sizeof(T) == 4 ? _mm_loadu_si128(reinterpret_cast<const __m128i*>(p))
                                         : _mm_loadl_epi64(reinterpret_cast<const __m128i*>(p));
    return Mask<T>(static_cast<Register>(_mm_test_epi8_mask(bytes, bytes)));
  }
}

#else

// Emulated masks are arrays of bool, all others are lanes of T's width, 0 or -1.
#if defined(__SSE2__)
inline constexpr bool has_lane_masks = true;
#else
inline constexpr bool has_lane_masks = has_fma;  // NEON, but not the emulated baseline
#endif

template <class T>
COREPY_INLINE Native<BitsOf<T> > mask_to_lanes(Mask<T> m) {
  using Bits = Native<BitsOf<T> >;
  if constexpr (has_lane_masks) {
    return __builtin_bit_cast(Bits, m);
  } else {
    Bits result = {};
    for (std::int64_t i = 0; i < lanes<T>; ++i)
      result[i] = m.get(static_cast<std::size_t>(i)) ? -1 : 0;
    return result;
  }
}
template <class T>
COREPY_INLINE Mask<T> lanes_to_mask(Native<BitsOf<T> > v) {
  if constexpr (has_lane_masks) {
    return __builtin_bit_cast(Mask<T>, v);
  } else {
    bool bits[lanes<T>];
    for (std::int64_t i = 0; i < lanes<T>; ++i) bits[i] = v[i] != 0;
    return Mask<T>::load_unaligned(bits);
  }
}

// Narrows the lanes step by step: each step halves the width, keeping the low bits of 0 and -1.
template <class T, std::int64_t N>
COREPY_INLINE Lanes<std::int8_t, N> narrow_to_bytes(Lanes<T, N> v) {
  if constexpr (sizeof(T) == 1) {
    return v;
  } else {
    using Half = typename integer_of_size<sizeof(T) / 2>::type;
    return narrow_to_bytes<Half, N>(convert_lanes<Half, T, N>(v));
  }
}
// Byte i of an entry is bit i of its index.
struct BytesOfBits {
  std::int32_t words[16];
};
inline constexpr BytesOfBits bytes_of_bits = [] {
  BytesOfBits table{};
  for (int bits = 0; bits < 16; ++bits) {
    for (int i = 0; i < 4; ++i) table.words[bits] |= ((bits >> i) & 1) << (8 * i);
  }
  return table;
}();

template <class T>
COREPY_INLINE Lanes<std::int8_t, lanes<T> > mask_bytes(Mask<T> m) {
#if defined(__AVX2__)
  const __m256i all = __builtin_bit_cast(__m256i, m);
  if constexpr (sizeof(T) == 8) {
    const int bits = _mm256_movemask_pd(_mm256_castsi256_pd(all));
    return __builtin_bit_cast(Lanes<std::int8_t, 4>, bytes_of_bits.words[bits]);
  } else if constexpr (sizeof(T) == 4) {
    const __m128i words =
        _mm_packs_epi32(_mm256_castsi256_si128(all), _mm256_extracti128_si256(all, 1));
    const __m128i bytes = _mm_and_si128(_mm_packs_epi16(words, words), _mm_set1_epi8(1));
    return __builtin_bit_cast(Lanes<std::int8_t, 8>, _mm_cvtsi128_si64(bytes));
  } else if constexpr (sizeof(T) == 2) {
    const __m128i bytes =
        _mm_packs_epi16(_mm256_castsi256_si128(all), _mm256_extracti128_si256(all, 1));
    return __builtin_bit_cast(Lanes<std::int8_t, 16>, _mm_and_si128(bytes, _mm_set1_epi8(1)));
  } else
#elif defined(__SSE2__)
  const __m128i all = __builtin_bit_cast(__m128i, m);
  if constexpr (sizeof(T) == 8) {
    const int bits = _mm_movemask_pd(_mm_castsi128_pd(all));
    return __builtin_bit_cast(Lanes<std::int8_t, 2>,
                              static_cast<std::int16_t>(bytes_of_bits.words[bits]));
  } else if constexpr (sizeof(T) == 4) {
    const __m128i words = _mm_packs_epi32(all, all);
    const __m128i bytes = _mm_and_si128(_mm_packs_epi16(words, words), _mm_set1_epi8(1));
    return __builtin_bit_cast(Lanes<std::int8_t, 4>, _mm_cvtsi128_si32(bytes));
  } else if constexpr (sizeof(T) == 2) {
    const __m128i bytes = _mm_and_si128(_mm_packs_epi16(all, all), _mm_set1_epi8(1));
    return __builtin_bit_cast(Lanes<std::int8_t, 8>, _mm_cvtsi128_si64(bytes));
  } else
#endif
  {
    return narrow_to_bytes<BitsOf<T>, lanes<T> >(mask_to_lanes<T>(m)) & std::int8_t(1);
  }
}
template <class T>
COREPY_INLINE void store_mask(std::uint8_t* p, Mask<T> m) {
  const auto bytes = mask_bytes<T>(m);
  std::memcpy(p, &bytes, static_cast<std::size_t>(lanes<T>));
}
// Masks that are stored together: two, as many as other loops take at a time.
template <class T>
inline constexpr std::int64_t mask_group = 2;
template <class T>
COREPY_INLINE void store_mask_group(std::uint8_t* p, const Mask<T> (&masks)[mask_group<T>]) {
  for (std::int64_t j = 0; j < mask_group<T>; ++j) store_mask<T>(p + j * lanes<T>, masks[j]);
}
template <class T>
COREPY_INLINE void store_mask_partial(std::uint8_t* p, Mask<T> m, std::int64_t n) {
  const auto bytes = mask_bytes<T>(m);
  std::memcpy(p, &bytes, static_cast<std::size_t>(n));
}

#if defined(__SSE2__)

// N bytes in the low part of a register, each replaced by -1 where it is 0 and by 0 elsewhere.
template <std::int64_t N>
COREPY_INLINE __m128i zero_bytes(const std::uint8_t* p) {
  __m128i bytes;
  if constexpr (N == 16) {
    bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
  } else {
    std::uint64_t low = 0;
    std::memcpy(&low, p, static_cast<std::size_t>(N));
    bytes = _mm_cvtsi64_si128(static_cast<long long>(low));
  }
  return _mm_cmpeq_epi8(bytes, _mm_setzero_si128());
}

// Lane i is set where byte i is not 0.
template <RealElement T>
COREPY_INLINE Mask<T> load_mask(const std::uint8_t* p) {
  using Bits = Native<BitsOf<T> >;
  if constexpr (sizeof(T) == 1) {
    Bits bytes;
    std::memcpy(&bytes, p, sizeof(bytes));
    return lanes_to_mask<T>(bytes != 0);
  } else {
    __m128i zeros = zero_bytes<lanes<T> >(p);
#if defined(__AVX2__)
    __m256i wide;
    if constexpr (sizeof(T) == 2) wide = _mm256_cvtepi8_epi16(zeros);
    if constexpr (sizeof(T) == 4) wide = _mm256_cvtepi8_epi32(zeros);
    if constexpr (sizeof(T) == 8) wide = _mm256_cvtepi8_epi64(zeros);
    return lanes_to_mask<T>(~__builtin_bit_cast(Bits, wide));
#else
    // each byte next to itself, as often as the lane is wide
    zeros = _mm_unpacklo_epi8(zeros, zeros);
    if constexpr (sizeof(T) >= 4) zeros = _mm_unpacklo_epi16(zeros, zeros);
    if constexpr (sizeof(T) == 8) zeros = _mm_unpacklo_epi32(zeros, zeros);
    return lanes_to_mask<T>(~__builtin_bit_cast(Bits, zeros));
#endif
  }
}

#else

template <class T, std::int64_t N>
COREPY_INLINE Lanes<T, N> widen_bytes(Lanes<std::int8_t, N> v) {
  if constexpr (sizeof(T) == 1) {
    return v;
  } else {
    using Half = typename integer_of_size<sizeof(T) / 2>::type;
    return convert_lanes<T, Half, N>(widen_bytes<Half, N>(v));
  }
}
// Lane i is set where byte i is not 0.
template <RealElement T>
COREPY_INLINE Mask<T> load_mask(const std::uint8_t* p) {
  Lanes<std::int8_t, lanes<T> > bytes;
  std::memcpy(&bytes, p, sizeof(bytes));
  return lanes_to_mask<T>(widen_bytes<BitsOf<T>, lanes<T> >(bytes != 0));
}

#endif

template <RealElement T>
COREPY_INLINE Mask<T> load_mask_partial(const std::uint8_t* p, std::int64_t n) {
  std::uint8_t bytes[lanes<T>] = {};
  std::memcpy(bytes, p, static_cast<std::size_t>(n));
  return load_mask<T>(bytes);
}

#endif

}  // namespace corepy::COREPY_ISA::vec

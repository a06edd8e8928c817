// A Vec as a plain compiler vector: wrapping integer arithmetic, conversions between widths,
// per-lane loops. What xsimd does well (loads, comparisons, shuffles) is in vec/vec.h.
#pragma once

#include <concepts>
#include <type_traits>

#include "corepy/vec/vec.h"

// For what few lanes need: kept out of the loops, which it would swell.
#define COREPY_COLD __attribute__((noinline, cold))

namespace corepy::COREPY_ISA::vec {

// Integers by size, and the signed one as wide as T.
template <std::size_t Bytes>
struct integer_of_size;
template <>
struct integer_of_size<1> {
  using type = std::int8_t;
};
template <>
struct integer_of_size<2> {
  using type = std::int16_t;
};
template <>
struct integer_of_size<4> {
  using type = std::int32_t;
};
template <>
struct integer_of_size<8> {
  using type = std::int64_t;
};
template <class T>
using BitsOf = typename integer_of_size<sizeof(T)>::type;
template <std::size_t Bytes, bool Signed>
using IntegerOfSize =
    std::conditional_t<Signed, typename integer_of_size<Bytes>::type,
                       std::make_unsigned_t<typename integer_of_size<Bytes>::type>>;

// N lanes of T as GCC and Clang know vectors: operators work on all lanes, on every ISA, and
// integer ones compile to the best sequence that the ISA has (8-bit multiply, 64-bit multiply,
// variable shifts).
template <class T, std::int64_t N>
struct lanes_type {
  typedef T type __attribute__((vector_size(sizeof(T) * N)));
};
template <class T, std::int64_t N>
using Lanes = typename lanes_type<T, N>::type;
template <class T>
using Native = Lanes<T, lanes<T>>;

template <class T>
COREPY_INLINE Native<T> to_native(Vec<T> v) {
  return __builtin_bit_cast(Native<T>, v);
}
template <class T>
COREPY_INLINE Vec<T> from_native(Native<T> v) {
  return __builtin_bit_cast(Vec<T>, v);
}

// Signed overflow is undefined, unsigned arithmetic wraps: integer formulas work on unsigned lanes.
template <class T>
COREPY_INLINE auto to_unsigned(Vec<T> v) {
  return __builtin_bit_cast(Native<std::make_unsigned_t<T>>, v);
}
template <class T>
COREPY_INLINE Vec<T> from_unsigned(Native<std::make_unsigned_t<T>> v) {
  return __builtin_bit_cast(Vec<T>, v);
}

template <class T, std::int64_t N>
struct LaneHalves {
  Lanes<T, N / 2> low, high;
};
template <class T, std::int64_t N>
COREPY_INLINE LaneHalves<T, N> split_lanes(Lanes<T, N> v) {
  return __builtin_bit_cast(LaneHalves<T, N>, v);
}
template <class T, std::int64_t N>
COREPY_INLINE Lanes<T, N> join_lanes(Lanes<T, N / 2> low, Lanes<T, N / 2> high) {
  return __builtin_bit_cast(Lanes<T, N>, (LaneHalves<T, N>{low, high}));
}

// A value conversion lane by lane: integers wrap, int to float rounds, float to int needs values in
// range. Integers change width in steps of two: GCC takes a longer step lane by lane.
template <class To, class From, std::int64_t N>
COREPY_INLINE Lanes<To, N> convert_lanes(Lanes<From, N> v) {
  if constexpr (std::is_same_v<To, From>) {
    return v;
  } else if constexpr (std::is_integral_v<To> && std::is_integral_v<From> &&
                       sizeof(To) > 2 * sizeof(From)) {
    using Step = IntegerOfSize<2 * sizeof(From), std::is_signed_v<From>>;
    return convert_lanes<To, Step, N>(__builtin_convertvector(v, Lanes<Step, N>));
  } else if constexpr (std::is_integral_v<To> && std::is_integral_v<From> &&
                       2 * sizeof(To) < sizeof(From)) {
    using Step = IntegerOfSize<sizeof(From) / 2, std::is_signed_v<From>>;
    return convert_lanes<To, Step, N>(__builtin_convertvector(v, Lanes<Step, N>));
  } else {
    return __builtin_convertvector(v, Lanes<To, N>);
  }
}

// Twice as wide integers of the same signedness, as two vectors in an order that narrow() undoes:
// on x86 without crossing 128-bit parts, hence not the order of the lanes.
template <class T>
using Wider = IntegerOfSize<2 * sizeof(T), std::is_signed_v<T>>;
template <class T>
struct WidePair {
  Vec<Wider<T>> first, second;
};

#if defined(__AVX512BW__)
#define COREPY_VECTOR_INTRINSIC(name) _mm512_##name
#define COREPY_VECTOR_REGISTER __m512i
#define COREPY_VECTOR_BITS 512
#elif defined(__AVX2__)
#define COREPY_VECTOR_INTRINSIC(name) _mm256_##name
#define COREPY_VECTOR_REGISTER __m256i
#define COREPY_VECTOR_BITS 256
#elif defined(__SSE2__)
#define COREPY_VECTOR_INTRINSIC(name) _mm_##name
#define COREPY_VECTOR_REGISTER __m128i
#define COREPY_VECTOR_BITS 128
#endif

template <std::integral T>
COREPY_INLINE WidePair<T> widen(Vec<T> v) {
  static_assert(sizeof(T) <= 2);
  using W = Wider<T>;
#if defined(__SSE2__)
  const auto x = __builtin_bit_cast(COREPY_VECTOR_REGISTER, v);
  // the value in the high half of each wide lane, then shifted down with or without its sign
  const COREPY_VECTOR_REGISTER zero = {};
  COREPY_VECTOR_REGISTER first, second;
  if constexpr (sizeof(T) == 1) {
    first = COREPY_VECTOR_INTRINSIC(unpacklo_epi8)(zero, x);
    second = COREPY_VECTOR_INTRINSIC(unpackhi_epi8)(zero, x);
  } else {
    first = COREPY_VECTOR_INTRINSIC(unpacklo_epi16)(zero, x);
    second = COREPY_VECTOR_INTRINSIC(unpackhi_epi16)(zero, x);
  }
  constexpr int width = 8 * sizeof(T);
  return {from_native<W>(__builtin_bit_cast(Native<W>, first) >> width),
          from_native<W>(__builtin_bit_cast(Native<W>, second) >> width)};
#else
  const auto halves = split_lanes<T, lanes<T>>(to_native<T>(v));
  return {from_native<W>(convert_lanes<W, T, lanes<W>>(halves.low)),
          from_native<W>(convert_lanes<W, T, lanes<W>>(halves.high))};
#endif
}

// The low halves of the lanes of a widened pair.
template <class T>
COREPY_INLINE Vec<T> narrow(WidePair<T> v) {
  using W = Wider<T>;
#if defined(__SSE2__)
  // The packs saturate: values are first brought into range, by their own low bits.
  if constexpr (sizeof(T) == 1) {
    const auto low_byte = [](Vec<W> w) {
      return __builtin_bit_cast(COREPY_VECTOR_REGISTER, to_native<W>(w) & W(0xff));
    };
    return from_native<T>(__builtin_bit_cast(
        Native<T>, COREPY_VECTOR_INTRINSIC(packus_epi16)(low_byte(v.first), low_byte(v.second))));
  } else {
    const auto low_word = [](Vec<W> w) {
      const auto x = __builtin_bit_cast(COREPY_VECTOR_REGISTER, w);
      return COREPY_VECTOR_INTRINSIC(srai_epi32)(COREPY_VECTOR_INTRINSIC(slli_epi32)(x, 16), 16);
    };
    return from_native<T>(__builtin_bit_cast(
        Native<T>, COREPY_VECTOR_INTRINSIC(packs_epi32)(low_word(v.first), low_word(v.second))));
  }
#else
  return from_native<T>(
      join_lanes<T, lanes<T>>(convert_lanes<T, W, lanes<W>>(to_native<W>(v.first)),
                              convert_lanes<T, W, lanes<W>>(to_native<W>(v.second))));
#endif
}

// f(lane) or f(lane, lane) for each lane, through memory: for what no ISA has, and for rare lanes.
template <class T, class F>
COREPY_INLINE Vec<T> map_lanes(Vec<T> a, F f) {
  alignas(64) T x[lanes<T>];
  a.store_aligned(x);
  for (std::int64_t i = 0; i < lanes<T>; ++i) x[i] = f(x[i]);
  return Vec<T>::load_aligned(x);
}
template <class T, class F>
COREPY_INLINE Vec<T> map_lanes(Vec<T> a, Vec<T> b, F f) {
  alignas(64) T x[lanes<T>], y[lanes<T>];
  a.store_aligned(x);
  b.store_aligned(y);
  for (std::int64_t i = 0; i < lanes<T>; ++i) x[i] = f(x[i], y[i]);
  return Vec<T>::load_aligned(x);
}

}  // namespace corepy::COREPY_ISA::vec

// Half-precision elements as float32 and back, one at a time, in integer arithmetic that every ISA
// compiles to the same bits. Arrays are in vec/convert_half.h. Kernels include this, so: no library
// functions.
//
// To half is one rounding, to nearest even, from any source type: what is wider than float32 is
// first rounded to odd there (a last bit that says "inexact", S. Boldo and G. Melquiond, "Emulation
// of FMA and correctly rounded sums: proved algorithms using rounding to odd", IEEE Trans. Comput.
// 57 (2008)), so that the second rounding meets no tie that the first one made. Subnormal numbers
// are kept, what is too large becomes infinity, and every NaN the same quiet one.
#pragma once

#include <cstdint>
#include <type_traits>

#include "corepy/core/dtype.h"

#define COREPY_HALF_INLINE inline __attribute__((always_inline))

namespace corepy {

inline constexpr std::uint16_t float16_nan_bits = 0x7e00, bfloat16_nan_bits = 0x7fc0;

// Exact. A NaN stays one.
COREPY_HALF_INLINE float expand_half(Float16 half) {
  const std::uint32_t bits = static_cast<std::uint16_t>(half);
  const std::uint32_t magnitude = (bits & 0x7fffu) << 13;
  constexpr std::uint32_t rebias = (127u - 15u) << 23, tiny = (127u - 15u + 1u) << 23;
  // A subnormal number is the distance from 2^-14 of the number with its fraction there.
  const float distance =
      __builtin_bit_cast(float, magnitude + tiny) - __builtin_bit_cast(float, tiny);
  const std::uint32_t normal = magnitude + rebias;
  const std::uint32_t special = normal + rebias;  // exponent 31 becomes 255
  std::uint32_t wide = magnitude >= 0x0f800000u ? special : normal;
  wide = magnitude < 0x00800000u ? __builtin_bit_cast(std::uint32_t, distance) : wide;
  return __builtin_bit_cast(float, wide | (bits & 0x8000u) << 16);
}
COREPY_HALF_INLINE float expand_half(BFloat16 half) {
  return __builtin_bit_cast(float, std::uint32_t{static_cast<std::uint16_t>(half)} << 16);
}

template <class Half>
COREPY_HALF_INLINE Half round_to_half(float x) {
  const auto bits = __builtin_bit_cast(std::uint32_t, x);
  const std::uint32_t magnitude = bits & 0x7fffffffu;
  std::uint32_t half;
  if constexpr (std::is_same_v<Half, Float16>) {
    constexpr std::uint32_t unbias = 0u - ((127u - 15u) << 23);
    const std::uint32_t normal = (magnitude + unbias + 0xfffu + (magnitude >> 13 & 1u)) >> 13;
    // Next to 0.5 float32 has float16's smallest spacing: the addition rounds.
    const std::uint32_t tiny =
        __builtin_bit_cast(std::uint32_t, __builtin_bit_cast(float, magnitude) + 0.5f) -
        __builtin_bit_cast(std::uint32_t, 0.5f);
    half = magnitude < 0x38800000u ? tiny : normal;    // below 2^-14
    half = magnitude >= 0x47800000u ? 0x7c00u : half;  // 2^16 and more
    half |= bits >> 16 & 0x8000u;
    half = magnitude > 0x7f800000u ? float16_nan_bits : half;
  } else {
    half = (bits + 0x7fffu + (bits >> 16 & 1u)) >> 16;
    half = magnitude > 0x7f800000u ? bfloat16_nan_bits : half;
  }
  return static_cast<Half>(static_cast<std::uint16_t>(half));
}

// A number as a float32 whose last bit is set where it is inexact: to be rounded once more, to
// half.
COREPY_HALF_INLINE float round_to_odd(double x) {
  const float nearest = static_cast<float>(x);
  const double back = nearest;
  const auto is_inexact = static_cast<std::uint32_t>(back != x);  // of a NaN too: it stays one
  const auto is_past = static_cast<std::uint32_t>(__builtin_fabs(back) > __builtin_fabs(x));
  return __builtin_bit_cast(float,
                            (__builtin_bit_cast(std::uint32_t, nearest) - is_past) | is_inexact);
}
COREPY_HALF_INLINE float round_to_odd(float x) { return x; }
template <class T>
  requires std::is_integral_v<T>
COREPY_HALF_INLINE float round_to_odd(T x) {
  if constexpr (sizeof(T) <= 2) {
    return static_cast<float>(x);
  } else if constexpr (sizeof(T) == 4) {
    return round_to_odd(static_cast<double>(x));
  } else {
    // Numbers of more than 53 bits keep their place between two multiples of 2^12, which is exact
    // in float64; no half-precision number or tie of that size lies in between.
    constexpr T limit = T(1) << 53, low = 0xfff;
    const bool fits = std::is_signed_v<T> ? x < limit && x > T(0) - limit : x < limit;
    const T between = (x & ~low) | ((x & low) != 0 ? T(0x800) : T(0));
    return round_to_odd(static_cast<double>(fits ? x : between));
  }
}

}  // namespace corepy

#undef COREPY_HALF_INLINE

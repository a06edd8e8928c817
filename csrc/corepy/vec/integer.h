// Bitwise operations, shifts and powers of integer vectors. Arithmetic and comparisons are in
// vec/arithmetic.h, division in vec/division.h.
//
// What C++ leaves undefined is fixed here: a shift by the width or more gives 0 (-1 for a negative
// left operand of >>). What has no value gives 0 and a flag for the caller to report: negative
// shift counts, negative powers. Lanes beyond the end of an array must hold a harmless operand,
// e.g. 1 (load_partial's `fill`), else they raise a false flag.
#pragma once

#include <concepts>
#include <type_traits>

#include "corepy/core/loop_flag.h"
#include "corepy/vec/arithmetic.h"
#include "corepy/vec/lanes.h"
#include "corepy/vec/vec.h"

namespace corepy::COREPY_ISA::vec {

template <class T>
COREPY_INLINE Vec<T> bitwise_and(Vec<T> a, Vec<T> b) {
  return from_native<T>(to_native<T>(a) & to_native<T>(b));
}
template <class T>
COREPY_INLINE Vec<T> bitwise_or(Vec<T> a, Vec<T> b) {
  return from_native<T>(to_native<T>(a) | to_native<T>(b));
}
template <class T>
COREPY_INLINE Vec<T> bitwise_xor(Vec<T> a, Vec<T> b) {
  return from_native<T>(to_native<T>(a) ^ to_native<T>(b));
}
template <class T>
COREPY_INLINE Vec<T> bitwise_invert(Vec<T> a) {
  return from_native<T>(~to_native<T>(a));
}

// Raises `flag` if a lane is negative.
template <class T>
COREPY_INLINE void flag_negative(Vec<T> a, LoopFlag flag, std::uint32_t& flags) {
  if constexpr (std::is_signed_v<T>) {
    if (any<T>(a < Vec<T>(T(0)))) [[unlikely]] {
      flags |= flag;
    }
  }
}

// Whether the ISA shifts lanes of this size by counts of their own; GCC expands the others lane by
// lane.
#if defined(__AVX512BW__)
inline constexpr std::size_t smallest_variable_shift_bytes = 2;
#elif defined(__AVX2__)
inline constexpr std::size_t smallest_variable_shift_bytes = 4;
#else
inline constexpr std::size_t smallest_variable_shift_bytes = 1;  // NEON has all, SSE2 none
#endif

#if defined(__SSE2__) && !defined(__AVX512F__)
inline constexpr bool has_signed_64_bit_shift = false;
#else
inline constexpr bool has_signed_64_bit_shift = true;
#endif

// v << count and v >> count for counts below the width.
template <bool Left, class T>
COREPY_INLINE Vec<T> shift_lanes(Vec<T> v, Vec<T> count) {
  if constexpr (sizeof(T) < smallest_variable_shift_bytes) {
    const WidePair<T> x = widen<T>(v), n = widen<T>(count);
    return narrow<T>({shift_lanes<Left, Wider<T>>(x.first, n.first),
                      shift_lanes<Left, Wider<T>>(x.second, n.second)});
  } else if constexpr (Left) {
    return from_unsigned<T>(to_unsigned<T>(v) << to_unsigned<T>(count));
  } else if constexpr (std::is_signed_v<T> && sizeof(T) == 8 && !has_signed_64_bit_shift) {
    // ~(~v >> count) of the negative lanes, whose sign bits the complement clears
    const auto sign = __builtin_bit_cast(decltype(to_unsigned<T>(v)), to_native<T>(v) < 0);
    return from_unsigned<T>(((to_unsigned<T>(v) ^ sign) >> to_unsigned<T>(count)) ^ sign);
  } else {
    return from_native<T>(to_native<T>(v) >> to_native<T>(count));
  }
}

template <bool Left, class T>
COREPY_INLINE Vec<T> shift(Vec<T> a, Vec<T> count, std::uint32_t& flags) {
  using Bits = std::make_unsigned_t<T>;
  constexpr Bits width = sizeof(T) * 8;
  flag_negative<T>(count, loop_flag_negative_shift, flags);
  const Vec<Bits> unsigned_count =
      from_native<Bits>(to_unsigned<T>(count));  // a negative count is huge
  const Vec<Bits> small = ::xsimd::min(unsigned_count, Vec<Bits>(Bits(width - 1)));
  const Vec<T> shifted = shift_lanes<Left, T>(a, bit_cast<T>(small));
  if constexpr (!Left && std::is_signed_v<T>) {  // a >> (width - 1) is 0 or -1 already
    return select<T>(count < Vec<T>(T(0)), Vec<T>(T(0)), shifted);
  } else {
    const Vec<Bits> kept = select<Bits>(unsigned_count < Vec<Bits>(width), bit_cast<Bits>(shifted),
                                        Vec<Bits>(Bits(0)));
    return bit_cast<T>(kept);
  }
}

template <class T>
COREPY_INLINE Vec<T> bitwise_left_shift(Vec<T> a, Vec<T> count, std::uint32_t& flags) {
  return shift<true, T>(a, count, flags);
}
template <class T>
COREPY_INLINE Vec<T> bitwise_right_shift(Vec<T> a, Vec<T> count, std::uint32_t& flags) {
  return shift<false, T>(a, count, flags);
}

// base to the power of exponent by squaring, modulo 2^width; a negative exponent gives 0 and a
// flag. 0 to the power of 0 is 1.
template <std::integral T>
COREPY_INLINE Vec<T> pow(Vec<T> base, Vec<T> exponent, std::uint32_t& flags) {
  using Bits = std::make_unsigned_t<T>;
  flag_negative<T>(exponent, loop_flag_negative_integer_power, flags);
  const Vec<Bits> zero(Bits(0)), one(Bits(1));
  Vec<Bits> left = bit_cast<Bits>(exponent);
  if constexpr (std::is_signed_v<T>) {
    left = bit_cast<Bits>(::xsimd::max(exponent, Vec<T>(T(0))));
  }
  Vec<Bits> power = bit_cast<Bits>(base);
  Vec<Bits> result = one;
  while (true) {
    const Mask<Bits> odd = bitwise_and<Bits>(left, one) != zero;
    result = select<Bits>(odd, multiply<Bits>(result, power), result);
    left = from_native<Bits>(to_native<Bits>(left) >> 1);
    if (!any<Bits>(left != zero)) break;
    power = multiply<Bits>(power, power);
  }
  if constexpr (std::is_signed_v<T>) {
    return select<T>(exponent < Vec<T>(T(0)), Vec<T>(T(0)), bit_cast<T>(result));
  } else {
    return result;
  }
}

}  // namespace corepy::COREPY_ISA::vec

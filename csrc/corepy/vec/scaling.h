// Scaling by powers of two, exactly, so that squares and products neither overflow nor underflow:
// for complex division.
#pragma once

#include <limits>
#include <type_traits>

#include "corepy/vec/arithmetic.h"
#include "corepy/vec/lanes.h"
#include "corepy/vec/vec.h"

namespace corepy::COREPY_ISA::vec {

template <class T>
inline constexpr int fraction_bits = std::numeric_limits<T>::digits - 1;
template <class T>
inline constexpr int exponent_bias = std::numeric_limits<T>::max_exponent - 1;

// The biased exponent of the larger magnitude, kept to 1 .. 2 bias - 1, so that powers of two of
// either sign of it are normal numbers. (Subnormals and zeros count as the smallest normal;
// infinities and NaN as the largest power but one.)
template <class T>
COREPY_INLINE Vec<BitsOf<T>> scaling_exponent(Vec<T> x, Vec<T> y) {
  using Bits = BitsOf<T>;
  constexpr Bits most = Bits(2 * exponent_bias<T> - 1) << fraction_bits<T>;
  constexpr T least = std::numeric_limits<T>::min();
  const Vec<T> least_power(least), most_power(__builtin_bit_cast(T, most));
  // A NaN gives any exponent: the result is NaN whatever the scale.
  const Vec<T> larger =
      ::xsimd::max(::xsimd::min(::xsimd::max(abs<T>(x), abs<T>(y)), most_power), least_power);
  return from_unsigned<Bits>(to_unsigned<Bits>(bit_cast<Bits>(larger)) >> fraction_bits<T>);
}

// 2^(bias - e) and 2^(e - bias) for a biased exponent e from scaling_exponent.
template <class T>
COREPY_INLINE Vec<T> inverse_power_of_two(Vec<BitsOf<T>> e) {
  using Bits = BitsOf<T>;
  return bit_cast<T>(
      from_native<Bits>((Bits(2 * exponent_bias<T>) - to_native<Bits>(e)) << fraction_bits<T>));
}
template <class T>
COREPY_INLINE Vec<T> power_of_two(Vec<BitsOf<T>> e) {
  using Bits = BitsOf<T>;
  return bit_cast<T>(from_native<Bits>(to_native<Bits>(e) << fraction_bits<T>));
}

// Two normal powers of two of the same sign of exponent whose product is 2^(e - f): applied one
// after the other they overflow or underflow only where the result does.
template <class T>
struct PowerPair {
  Vec<T> first, second;
};
template <class T>
COREPY_INLINE PowerPair<T> two_powers_of_difference(Vec<BitsOf<T>> e, Vec<BitsOf<T>> f) {
  using Bits = BitsOf<T>;
  using Unsigned = std::make_unsigned_t<Bits>;
  const auto sum =
      to_unsigned<Bits>(e) - to_unsigned<Bits>(f) + Unsigned(2 * exponent_bias<T>);  // > 0
  const auto half = sum >> 1;
  return {power_of_two<T>(from_unsigned<Bits>(half)),
          power_of_two<T>(from_unsigned<Bits>(sum - half))};
}

}  // namespace corepy::COREPY_ISA::vec

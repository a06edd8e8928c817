// Conversion of one element between any two element types. Loops over arrays are in kernels/cast.h.
//
// Each conversion rounds once, straight from its source type. Integers wrap; float to integer
// truncates, saturates out of range and gives 0 for NaN; anything to bool is "not 0" (NaN is true,
// a complex number if either part is); bool to a number is 0 or 1; complex to real takes the real
// part, real to complex has the imaginary part +0.
#pragma once

#include <cstdint>
#include <limits>
#include <type_traits>

#include "corepy/core/dtype.h"
#include "corepy/vec/vec.h"

namespace corepy::COREPY_ISA::vec {

// Written without branches and with every conversion in range, so that loops over it vectorise and
// no ISA's "out of range" value is ever seen.
template <class To, class From>
COREPY_INLINE To convert_float_to_integer(From x) {
  using Limits = std::numeric_limits<To>;
  constexpr From lowest = static_cast<From>(Limits::min());  // a power of two or 0: exact
  if constexpr (Limits::digits <= std::numeric_limits<From>::digits) {
    constexpr From highest = static_cast<From>(Limits::max());
    From y = x < lowest ? lowest : x;
    y = y > highest ? highest : y;
    y = x == x ? y : From(0);
    return static_cast<To>(y);
  } else {
    // The largest integer is no float: the first value too large is, 2^digits.
    constexpr From too_large = static_cast<From>(To(1) << (Limits::digits - 1)) * From(2);
    From y = x < lowest ? lowest : x;
    y = y < too_large ? y : From(0);  // NaN too
    const To converted = static_cast<To>(y);
    constexpr To highest = Limits::max();
    return x >= too_large ? highest : converted;
  }
}

#if defined(__SSE2__) && !defined(__AVX512DQ__)
// An integer of 64 bits, rounded once; x86 has an instruction for vectors of them from AVX-512 on
// only. Each half of 32 bits becomes the low end of a significand: 2^84 (+ 2^63, which makes a
// signed half positive) + high * 2^32, less the powers and 2^52, is exact; 2^52 + low is added to
// that.
template <class From>
COREPY_INLINE double convert_to_float64(From x) {
  constexpr std::uint64_t sign = std::is_signed_v<From> ? 0x80000000 : 0;
  constexpr double powers = std::is_signed_v<From> ? 0x1p84 + 0x1p63 + 0x1p52 : 0x1p84 + 0x1p52;
  const auto bits = static_cast<std::uint64_t>(x);
  const std::uint64_t high = (bits >> 32) ^ (0x4530000000000000 | sign);
  const std::uint64_t low = (bits & 0xffffffff) | 0x4330000000000000;
  return (__builtin_bit_cast(double, high) - powers) + __builtin_bit_cast(double, low);
}
#endif

template <class To, class From>
COREPY_INLINE To convert_element(From x) {
  if constexpr (std::is_same_v<From, bool8_t>) {
    const auto one = static_cast<std::uint8_t>(static_cast<std::uint8_t>(x) != 0);
    if constexpr (std::is_same_v<To, bool8_t>) {
      return static_cast<bool8_t>(one);
    } else {
      return convert_element<To, std::uint8_t>(one);
    }
  } else if constexpr (is_complex_element<From>) {
    if constexpr (std::is_same_v<To, bool8_t>) {
      return static_cast<bool8_t>((x.re != 0) | (x.im != 0));
    } else if constexpr (is_complex_element<To>) {
      return {static_cast<typename To::value_type>(x.re),
              static_cast<typename To::value_type>(x.im)};
    } else {
      return convert_element<To>(x.re);
    }
  } else if constexpr (std::is_same_v<To, bool8_t>) {
    return static_cast<bool8_t>(x != From(0));
  } else if constexpr (is_complex_element<To>) {
    return {static_cast<typename To::value_type>(x), typename To::value_type(0)};
  } else if constexpr (std::is_floating_point_v<From> && std::is_integral_v<To>) {
    return convert_float_to_integer<To, From>(x);
#if defined(__SSE2__) && !defined(__AVX512DQ__)
  } else if constexpr (std::is_same_v<To, double> && std::is_integral_v<From> &&
                       sizeof(From) == 8) {
    return convert_to_float64<From>(x);
#endif
  } else {
    return static_cast<To>(x);
  }
}

}  // namespace corepy::COREPY_ISA::vec

// floor_divide and remainder with Python's meaning: floor of the quotient, remainder with the
// divisor's sign. Plain float division is vec/arithmetic.h's divide.
#pragma once

#include <cmath>
#include <limits>
#include <type_traits>

#include "corepy/core/loop_flag.h"
#include "corepy/vec/arithmetic.h"
#include "corepy/vec/lanes.h"
#include "corepy/vec/rounding.h"
#include "corepy/vec/vec.h"

namespace corepy::COREPY_ISA::vec {

// ---- integers ----
//
// x // 0 and x % 0 give 0 and a flag, INT_MIN // -1 wraps. Lanes beyond the end of an array must
// hold a divisor other than 0 (load_partial's `fill`), else they raise a false flag.

// Quotients toward zero of integers up to 2^16 and 2^32 in magnitude, through floats: a / b is
// either an integer or further from the next one than a rounding error. Divisors are not 0.
COREPY_INLINE Vec<std::int32_t> divide_through_float(Vec<std::int32_t> a, Vec<std::int32_t> b) {
  constexpr std::int64_t n = lanes<float>;
  const Native<float> quotient = convert_lanes<float, std::int32_t, n>(to_native<std::int32_t>(a)) /
                                 convert_lanes<float, std::int32_t, n>(to_native<std::int32_t>(b));
  return from_native<std::int32_t>(convert_lanes<std::int32_t, float, n>(quotient));
}

#if defined(__AVX2__) && !defined(__AVX512F__)
// Written out, for GCC splits and converts vectors through memory.
template <class T>
COREPY_INLINE __m256d to_double(__m128i v) {
  if constexpr (std::is_signed_v<T>) return _mm256_cvtepi32_pd(v);
  // no instruction: both steps are exact
  const __m128i biased = _mm_xor_si128(v, _mm_set1_epi32(std::numeric_limits<std::int32_t>::min()));
  return _mm256_add_pd(_mm256_cvtepi32_pd(biased), _mm256_set1_pd(0x1p31));
}
template <class T>
COREPY_INLINE __m128i divide_half_through_double(__m128i a, __m128i b) {
  return _mm256_cvttpd_epi32(_mm256_div_pd(to_double<T>(a), to_double<T>(b)));
}
template <class T>
COREPY_INLINE Vec<T> divide_halves_through_double(Vec<T> a, Vec<T> b) {
  const auto x = __builtin_bit_cast(__m256i, a), y = __builtin_bit_cast(__m256i, b);
  const __m128i low =
      divide_half_through_double<T>(_mm256_castsi256_si128(x), _mm256_castsi256_si128(y));
  const __m128i high =
      divide_half_through_double<T>(_mm256_extracti128_si256(x, 1), _mm256_extracti128_si256(y, 1));
  return __builtin_bit_cast(Vec<T>, _mm256_set_m128i(high, low));
}
#else
template <class T>
COREPY_INLINE Native<double> to_double(Lanes<T, lanes<double>> v) {
  constexpr std::int64_t n = lanes<double>;
#if defined(__SSE2__) && !defined(__AVX512F__)
  if constexpr (std::is_unsigned_v<T>) {  // no instruction: both steps are exact
    const auto biased = __builtin_bit_cast(Lanes<std::int32_t, n>, v ^ T(0x80000000));
    return convert_lanes<double, std::int32_t, n>(biased) + 0x1p31;
  } else
#endif
  {
    return convert_lanes<double, T, n>(v);
  }
}
template <class T>
COREPY_INLINE Lanes<T, lanes<double>> divide_half_through_double(Lanes<T, lanes<double>> a,
                                                                 Lanes<T, lanes<double>> b) {
  constexpr std::int64_t n = lanes<double>;
  const auto quotient = convert_lanes<std::int32_t, double, n>(to_double<T>(a) / to_double<T>(b));
  return __builtin_bit_cast(Lanes<T, n>, quotient);
}
template <class T>
COREPY_INLINE Vec<T> divide_halves_through_double(Vec<T> a, Vec<T> b) {
  const auto x = split_lanes<T, lanes<T>>(to_native<T>(a));
  const auto y = split_lanes<T, lanes<T>>(to_native<T>(b));
  return from_native<T>(join_lanes<T, lanes<T>>(divide_half_through_double<T>(x.low, y.low),
                                                divide_half_through_double<T>(x.high, y.high)));
}
#endif
template <class T>
COREPY_INLINE Vec<T> divide_through_double(Vec<T> a, Vec<T> b) {
  const Vec<T> quotient = divide_halves_through_double<T>(a, b);
  // only these quotients may reach 2^31, which has no int32
  if constexpr (std::is_signed_v<T>) {
    return select<T>(b == Vec<T>(T(-1)), negative<T>(a), quotient);
  } else {
    return select<T>(b == Vec<T>(T(1)), a, quotient);
  }
}

// The quotient of two float64 that hold integers up to 2^53, truncated, is that of the integers: it
// is an integer or further from the next one than a rounding error.
#if defined(__AVX512DQ__)
// Lanes of magnitude up to 2^52 (below 2^53 for unsigned ones).
template <class T>
COREPY_INLINE Mask<std::uint64_t> fits_double(Vec<T> a) {
  constexpr std::uint64_t half_range = std::is_signed_v<T> ? std::uint64_t{1} << 52 : 0;
  const Vec<std::uint64_t> shifted = from_native<std::uint64_t>(to_unsigned<T>(a) + half_range);
  return shifted < Vec<std::uint64_t>(std::uint64_t{1} << 53);
}
#else
// The other ISAs convert no vectors of 64-bit integers, or not in each direction. Added to the bits
// of 2^52 (1.5 * 2^52 for signed ones), an integer x < 2^52 (-2^51 <= x < 2^51) is the low end of a
// significand, and 2^52 or its half more is subtracted from that.
template <class T>
inline constexpr double significand_offset = std::is_signed_v<T> ? 0x1.8p52 : 0x1p52;

template <class T>
COREPY_INLINE Vec<std::uint64_t> add_to_significand(Vec<T> x) {
  constexpr auto offset = __builtin_bit_cast(std::uint64_t, significand_offset<T>);
  return from_native<std::uint64_t>(to_unsigned<T>(x) + offset);
}
// Whether both held what they can: bits from 2^52 on and below 2^53.
COREPY_INLINE bool are_significands(Vec<std::uint64_t> a, Vec<std::uint64_t> b) {
  constexpr auto power = __builtin_bit_cast(std::uint64_t, 0x1p52);
  const auto other_bits =
      (to_native<std::uint64_t>(a) ^ power) | (to_native<std::uint64_t>(b) ^ power);
  return all<std::uint64_t>(from_native<std::uint64_t>(other_bits >> 52) ==
                            Vec<std::uint64_t>(std::uint64_t{0}));
}
template <class T>
COREPY_INLINE Vec<T> divide_significands(Vec<std::uint64_t> a, Vec<std::uint64_t> b) {
  constexpr auto offset = __builtin_bit_cast(std::uint64_t, significand_offset<T>);
  const Vec<double> power(significand_offset<T>);
  const Vec<double> quotient = trunc<double>(divide<double>(
      subtract<double>(bit_cast<double>(a), power), subtract<double>(bit_cast<double>(b), power)));
  const auto bits = to_native<std::uint64_t>(bit_cast<std::uint64_t>(add<double>(quotient, power)));
  return bit_cast<T>(from_native<std::uint64_t>(bits - offset));
}
#endif

// Out of line, or each loop over 64-bit integers would hold a division for every lane.
template <class T>
__attribute__((noinline)) void divide_arrays(const T* a, const T* b, T* quotient) noexcept {
#pragma GCC unroll 1
  for (std::int64_t i = 0; i < lanes<T>; ++i) {
    if constexpr (std::is_signed_v<T>) {
      using Bits = std::make_unsigned_t<T>;
      // INT_MIN / -1 traps
      quotient[i] = b[i] == T(-1) ? static_cast<T>(Bits(0) - static_cast<Bits>(a[i])) : a[i] / b[i];
    } else {
      quotient[i] = a[i] / b[i];
    }
  }
}

#if defined(__AVX512DQ__)
// Quotients of any dividends by divisors 0 < b < 2^62. The first float64 quotient x (1 + d), with
// |d| below 3 units roundoff, truncated leaves the remainder r = a - q b, -2^13 < r < b + 2^13 for
// b of any size (conversions saturate, so that q < 2^64); the quotient of r, below 2^14 in
// magnitude, is then off by one at most.
COREPY_INLINE Vec<std::uint64_t> divide_twice(Vec<std::uint64_t> a, Vec<std::uint64_t> b) {
  const __m512i zero = _mm512_setzero_si512(), one = _mm512_set1_epi64(1);
  const __m512d divisor = _mm512_cvtepu64_pd(b);
  const __m512i first = _mm512_cvttpd_epu64(_mm512_div_pd(_mm512_cvtepu64_pd(a), divisor));
  const __m512i rest = _mm512_sub_epi64(a, _mm512_mullo_epi64(first, b));
  const __m512i second = _mm512_cvttpd_epi64(_mm512_div_pd(_mm512_cvtepi64_pd(rest), divisor));
  const __m512i last = _mm512_sub_epi64(rest, _mm512_mullo_epi64(second, b));
  __m512i quotient = _mm512_add_epi64(first, second);
  quotient = _mm512_mask_sub_epi64(quotient, _mm512_cmplt_epi64_mask(last, zero), quotient, one);
  return _mm512_mask_add_epi64(quotient, _mm512_cmpge_epi64_mask(last, b), quotient, one);
}
// The same of magnitudes, with the quotient's sign.
template <class T>
COREPY_INLINE Vec<T> divide_twice_signed(Vec<T> a, Vec<T> b) {
  if constexpr (std::is_signed_v<T>) {
    const __m512i sign = _mm512_srai_epi64(_mm512_xor_si512(a, b), 63);
    const __m512i quotient = divide_twice(Vec<std::uint64_t>(_mm512_abs_epi64(a)),
                                          Vec<std::uint64_t>(_mm512_abs_epi64(b)));
    return Vec<T>(_mm512_sub_epi64(_mm512_xor_si512(quotient, sign), sign));
  } else {
    return divide_twice(a, b);
  }
}
template <class T>
COREPY_INLINE Mask<std::uint64_t> is_divisor_for_twice(Vec<T> b) {
  constexpr std::uint64_t limit = std::uint64_t{1} << 62;
  constexpr std::uint64_t offset = std::is_signed_v<T> ? limit - 1 : 0;
  const Vec<std::uint64_t> shifted = from_native<std::uint64_t>(to_unsigned<T>(b) + offset);
  return shifted < Vec<std::uint64_t>(limit + offset);
}
#endif

// Quotients toward zero; divisors are not 0.
template <class T>
COREPY_INLINE Vec<T> divide_toward_zero(Vec<T> a, Vec<T> b) {
  if constexpr (sizeof(T) == 1) {
    const WidePair<T> x = widen<T>(a), y = widen<T>(b);
    return narrow<T>({divide_toward_zero<Wider<T>>(x.first, y.first),
                      divide_toward_zero<Wider<T>>(x.second, y.second)});
  } else if constexpr (sizeof(T) == 2) {
    const WidePair<T> x = widen<T>(a), y = widen<T>(b);
    using W = Wider<T>;  // uint32 here is below 2^16, so int32 as well
    const auto divide_wide = [](Vec<W> u, Vec<W> v) COREPY_LAMBDA_INLINE {
      return bit_cast<W>(
          divide_through_float(bit_cast<std::int32_t>(u), bit_cast<std::int32_t>(v)));
    };
    return narrow<T>({divide_wide(x.first, y.first), divide_wide(x.second, y.second)});
  } else if constexpr (sizeof(T) == 4) {
    return divide_through_double<T>(a, b);
  } else {
#if defined(__AVX512DQ__)
    if (all<std::uint64_t>(fits_double<T>(a) & fits_double<T>(b))) {
      const Native<double> quotient = convert_lanes<double, T, lanes<T>>(to_native<T>(a)) /
                                      convert_lanes<double, T, lanes<T>>(to_native<T>(b));
      return from_native<T>(convert_lanes<T, double, lanes<T>>(quotient));
    }
    if (all<std::uint64_t>(is_divisor_for_twice<T>(b))) return divide_twice_signed<T>(a, b);
#else
    const Vec<std::uint64_t> a_bits = add_to_significand<T>(a), b_bits = add_to_significand<T>(b);
    if (are_significands(a_bits, b_bits)) return divide_significands<T>(a_bits, b_bits);
#endif
    alignas(64) T x[lanes<T>], y[lanes<T>], quotient[lanes<T>];
    a.store_aligned(x);
    b.store_aligned(y);
    divide_arrays<T>(x, y, quotient);
    return Vec<T>::load_aligned(quotient);
  }
}

template <class T>
struct Quotient {
  Vec<T> quotient, remainder;
};

template <class T>
COREPY_INLINE Quotient<T> divide_floor(Vec<T> a, Vec<T> b, std::uint32_t& flags) {
  const Vec<T> zero(T(0));
  const Mask<T> by_zero = b == zero;
  if (any<T>(by_zero)) [[unlikely]] {
    flags |= loop_flag_integer_divide_by_zero;
  }
  const Vec<T> divisor = select<T>(by_zero, Vec<T>(T(1)), b);
  Vec<T> quotient = divide_toward_zero<T>(a, divisor);
  Vec<T> remainder = subtract<T>(a, multiply<T>(quotient, divisor));
  if constexpr (std::is_signed_v<T>) {
    const Vec<T> signs = from_native<T>(to_native<T>(remainder) ^ to_native<T>(divisor));
    const Mask<T> below = (remainder != zero) & (signs < zero);
    quotient = select<T>(below, subtract<T>(quotient, Vec<T>(T(1))), quotient);
    remainder = select<T>(below, add<T>(remainder, divisor), remainder);
  }
  return {select<T>(by_zero, zero, quotient), select<T>(by_zero, zero, remainder)};
}

// ---- floats ----
//
// remainder is fmod(a, b), plus b (rounded once) where its sign is not b's, for all magnitudes; a
// zero has b's sign. floor_divide is floor(a / b) of the exact quotient, rounded once. Special
// cases follow the array API's tables:
//   remainder: NaN for a = +-inf or b = 0; b = +-inf gives a where the signs agree, else b; 0 % inf
//   is 0 with b's sign. floor_divide: a / b for a = +-inf, a = +-0, b = 0 or b = +-inf (so -0 for
//   5 // -inf, where Python has -1: the standard allows both).
//
// Common case: q = floor(fl(a / b)) is floor(a / b), or one more where the quotient was rounded up
// to an integer; while |q| < 2^(p-1), r = fma(-q, b, a) is then fmod(a, b), or that plus b rounded
// once, or (q one too large) that minus b exactly. All other lanes are done one by one.

// fmod(a, b) of the magnitudes 0 <= a < inf, 0 < b < inf by long division of the significands:
// exact.
template <class T>
COREPY_INLINE T fmod_magnitudes(T a, T b) {
  using Bits = std::make_unsigned_t<BitsOf<T>>;
  constexpr int fraction_bits = std::numeric_limits<T>::digits - 1;
  constexpr Bits implicit_bit = Bits(1) << fraction_bits;
  Bits a_bits = __builtin_bit_cast(Bits, a);
  Bits b_bits = __builtin_bit_cast(Bits, b);
  if (a_bits < b_bits) return a;
  int a_exponent = static_cast<int>(a_bits >> fraction_bits);
  int b_exponent = static_cast<int>(b_bits >> fraction_bits);
  std::uint64_t x = a_bits & (implicit_bit - 1);
  std::uint64_t y = b_bits & (implicit_bit - 1);
  if (a_exponent != 0) {
    x |= implicit_bit;
  } else {
    a_exponent = 1;  // a subnormal
  }
  if (b_exponent != 0) {
    y |= implicit_bit;
  } else {
    b_exponent = 1;
  }
  constexpr int free_bits = 64 - std::numeric_limits<T>::digits;
  x %= y;
  for (int left = a_exponent - b_exponent; left > 0 && x != 0;) {
    const int step = left < free_bits ? left : free_bits;
    x = (x << step) % y;
    left -= step;
  }
  if (x == 0) return T(0);
  // x * 2^(b_exponent - bias): normalise, but not below the subnormals' exponent
  const int shift = __builtin_clzll(x) - free_bits;
  const int room = b_exponent - 1;
  if (shift <= room) {
    const Bits significand = static_cast<Bits>(x << shift) & (implicit_bit - 1);
    return __builtin_bit_cast(
        T,
        static_cast<Bits>((static_cast<Bits>(b_exponent - shift) << fraction_bits) | significand));
  }
  return __builtin_bit_cast(T, static_cast<Bits>(x << room));
}

template <class T>
COREPY_INLINE T remainder_scalar(T a, T b) {
  constexpr T infinity = std::numeric_limits<T>::infinity(),
              nan = std::numeric_limits<T>::quiet_NaN();
  const T a_magnitude = __builtin_fabs(a), b_magnitude = __builtin_fabs(b);
  if (!(a_magnitude < infinity) || b == T(0) || b != b) return nan;
  const bool b_negative = __builtin_signbit(b);
  T result = a_magnitude;
  if (b_magnitude < infinity) result = fmod_magnitudes<T>(a_magnitude, b_magnitude);
  if (result == T(0)) return b_negative ? -T(0) : T(0);
  if (__builtin_signbit(a)) result = -result;
  return (result < T(0)) != b_negative ? result + b : result;
}

template <class T>
COREPY_INLINE T floor_divide_scalar(T a, T b) {
  constexpr T infinity = std::numeric_limits<T>::infinity();
  const T quotient = a / b;
  const T magnitude = __builtin_fabs(quotient);
  if (quotient != quotient || magnitude == infinity || a == T(0)) return quotient;
  if (__builtin_fabs(b) == infinity) return quotient;
  // The exact quotient is `quotient` + residual / b, and `quotient` is an integer here (else the
  // vector code took it). Only the floor of the small part can move the result, where it makes a
  // tie.
  T residual;
  if constexpr (std::is_same_v<T, float>) {
    residual = __builtin_fmaf(-quotient, b, a);
  } else {
    residual = __builtin_fma(-quotient, b, a);
  }
  const T part = residual / b;
  T below = part;
  constexpr T fraction_limit =
      T(1) / std::numeric_limits<T>::epsilon();  // from here on, floats are integers
  if (__builtin_fabs(part) < fraction_limit) {
    below = static_cast<T>(static_cast<std::int64_t>(part));
    if (part < below) below -= T(1);
  }
  return quotient + below;
}

template <class T>
struct FloatQuotient {
  Vec<T> quotient, remainder;
  Mask<T> rare;  // lanes that the common case does not cover
};

template <class T>
COREPY_INLINE FloatQuotient<T> divide_floor_common(Vec<T> a, Vec<T> b) {
  const Vec<T> zero(T(0));
  const Vec<T> ratio = divide<T>(a, b);
  Vec<T> quotient = floor<T>(ratio);
  Vec<T> remainder = fnma<T>(quotient, b, a);
  const Mask<T> above = (remainder != zero) & ((remainder < zero) != (b < zero));
  quotient = select<T>(above, subtract<T>(quotient, Vec<T>(T(1))), quotient);
  remainder = select<T>(above, add<T>(remainder, b), remainder);
  constexpr T exact_limit =
      T(1) / std::numeric_limits<T>::epsilon();  // 2^(p-1): from here on, ratio is an integer
  // a NaN ratio is the right result already (0 / 0, inf / inf, NaN operands)
  const Mask<T> rare = (abs<T>(ratio) >= Vec<T>(exact_limit)) | isinf<T>(b);
  return {quotient, remainder, rare};
}

template <class T>
COREPY_COLD Vec<T> patch_floor_divide(Mask<T> rare, Vec<T> common, Vec<T> a, Vec<T> b) noexcept {
  return select<T>(rare, map_lanes<T>(a, b, [](T x, T y) { return floor_divide_scalar<T>(x, y); }),
                   common);
}
template <class T>
COREPY_COLD Vec<T> patch_remainder(Mask<T> rare, Vec<T> common, Vec<T> a, Vec<T> b) noexcept {
  return select<T>(rare, map_lanes<T>(a, b, [](T x, T y) { return remainder_scalar<T>(x, y); }),
                   common);
}

// ---- both ----

template <class T>
COREPY_INLINE Vec<T> floor_divide(Vec<T> a, Vec<T> b, std::uint32_t& flags) {
  if constexpr (std::is_integral_v<T>) {
    return divide_floor<T>(a, b, flags).quotient;
  } else {
    const FloatQuotient<T> result = divide_floor_common<T>(a, b);
    if (any<T>(result.rare)) [[unlikely]] {
      return patch_floor_divide<T>(result.rare, result.quotient, a, b);
    }
    return result.quotient;
  }
}

template <class T>
COREPY_INLINE Vec<T> remainder(Vec<T> a, Vec<T> b, std::uint32_t& flags) {
  if constexpr (std::is_integral_v<T>) {
    return divide_floor<T>(a, b, flags).remainder;
  } else {
    const FloatQuotient<T> result = divide_floor_common<T>(a, b);
    const Vec<T> zeros =
        select<T>(result.remainder == Vec<T>(T(0)), bits_and<T>(b, sign_bit<T>), result.remainder);
    // One NaN: hardware differs in the sign of an fma's, and signbit(x) would show it.
    constexpr T nan = std::numeric_limits<T>::quiet_NaN();
    const Vec<T> common = select<T>(zeros == zeros, zeros, Vec<T>(nan));
    if (any<T>(result.rare)) [[unlikely]] {
      return patch_remainder<T>(result.rare, common, a, b);
    }
    return common;
  }
}

}  // namespace corepy::COREPY_ISA::vec

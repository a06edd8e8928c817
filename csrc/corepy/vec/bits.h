// The bits of floating-point vectors: signs, powers of two, integers held in floats, float32 <->
// float64 halves and lookups in small tables. Every function here is exact, so equal on every
// ISA. Arithmetic is in vec.h.
#pragma once

#include <limits>
#include <type_traits>

#include "corepy/vec/vec.h"

namespace corepy::COREPY_ISA::vec {

using Floats = Vec<float>;
using Doubles = Vec<double>;
using Bits = Vec<std::uint64_t>;  // of Doubles
using DoublesMask = Mask<double>;

// ---- signs ----
// By bits: xsimd's unary minus is 0 - x on AVX-512, which turns +0 into +0.
template <class T>
COREPY_INLINE Vec<T> sign_of(Vec<T> x) {
  return x & Vec<T>(T(-0.0));
}
template <class T>
COREPY_INLINE Vec<T> magnitude_of(Vec<T> x) {
  return ::xsimd::bitwise_andnot(x, Vec<T>(T(-0.0)));
}
template <class T>
COREPY_INLINE Vec<T> flip_sign(Vec<T> x, Vec<T> sign) {
  return x ^ sign;
}
template <class T>
COREPY_INLINE Vec<T> negate(Vec<T> x) {
  return x ^ Vec<T>(T(-0.0));
}
template <class T>
COREPY_INLINE Vec<T> with_sign(Vec<T> magnitude, Vec<T> sign) {
  return magnitude_of(magnitude) | sign_of(sign);
}

// ---- special values ----
inline constexpr double infinity = std::numeric_limits<double>::infinity();
inline constexpr double quiet_nan = std::numeric_limits<double>::quiet_NaN();

COREPY_INLINE DoublesMask is_nan(Doubles x) { return x != x; }
COREPY_INLINE DoublesMask is_infinite(Doubles x) { return magnitude_of(x) == Doubles(infinity); }

// NaN stays NaN (the hardware's minimum and maximum differ there).
COREPY_INLINE Doubles clamp(Doubles x, double low, double high) {
  x = vec::select<double>(x > Doubles(high), Doubles(high), x);
  return vec::select<double>(x < Doubles(low), Doubles(low), x);
}

// The smaller of x and `high`, the larger of x and `low`; NaN stays NaN, since x86's instructions
// give their second operand then. As assembly: compilers take the intrinsics for commutative.
#if defined(__AVX512F__)
using DoubleRegister = __m512d;
#define COREPY_DOUBLE_MIN_MAX
#elif defined(__AVX2__)
using DoubleRegister = __m256d;
#define COREPY_DOUBLE_MIN_MAX
#endif
COREPY_INLINE Doubles at_most(Doubles x, double high) {
#ifdef COREPY_DOUBLE_MIN_MAX
  DoubleRegister smaller;
  __asm__("vminpd %2, %1, %0"
          : "=v"(smaller)
          : "v"(DoubleRegister(Doubles(high))), "v"(DoubleRegister(x)));
  return smaller;
#else
  return vec::select<double>(x > Doubles(high), Doubles(high), x);
#endif
}
COREPY_INLINE Doubles at_least(Doubles x, double low) {
#ifdef COREPY_DOUBLE_MIN_MAX
  DoubleRegister larger;
  __asm__("vmaxpd %2, %1, %0"
          : "=v"(larger)
          : "v"(DoubleRegister(Doubles(low))), "v"(DoubleRegister(x)));
  return larger;
#else
  return vec::select<double>(x < Doubles(low), Doubles(low), x);
#endif
}
#undef COREPY_DOUBLE_MIN_MAX

// ---- integers held in float64 ----
// Adding 1.5 * 2^52 rounds a float64 below 2^51 to the nearest integer (ties to even) and leaves
// that integer, two's complement, in the low bits of the sum.
inline constexpr double round_shift = 0x1.8p52;

struct RoundedInteger {
  Doubles value;
  Bits bits;  // the integer plus a constant whose low 51 bits are zero
};

// The integer next to x * scale; |x * scale| < 2^51.
COREPY_INLINE RoundedInteger round_product(Doubles x, double scale) {
  const Doubles shifted = vec::fma(x, Doubles(scale), Doubles(round_shift));
  return {shifted - Doubles(round_shift), bit_cast<std::uint64_t>(shifted)};
}

// The float64 of an integer, given as `integer + bias` >= 0 and < 2^52.
COREPY_INLINE Doubles biased_integer_to_double(Bits biased, double bias) {
  const Doubles shifted = bit_cast<double>(biased | Bits(0x4330000000000000u));  // 2^52 + biased
  return shifted - Doubles(0x1p52 + bias);
}

// ---- powers of two ----
// 2^n from RoundedInteger bits; -1022 <= n <= 1023.
COREPY_INLINE Doubles power_of_two(Bits n) {
  return bit_cast<double>((n << 52) + Bits(0x3FF0000000000000u));
}

// x * 2^n with one rounding where the result is subnormal; |n| <= 2040. In three exact or final
// steps, since no one factor spans the range.
COREPY_INLINE Doubles scale_by_power_of_two(Doubles x, Bits n) {
  const Bits positive = (n + Bits(4096)) & Bits(0xFFFF);
  const Bits half = positive >> 1;  // (n + 4096) / 2, rounded down
  return (x * power_of_two(half - Bits(2048))) * power_of_two(positive - half - Bits(2048));
}

// ---- float32 as two float64 vectors ----
struct DoubleHalves {
  Doubles low, high;
};

COREPY_INLINE DoubleHalves widen(Floats x) {
#if defined(__AVX512F__)
  return {Doubles(_mm512_cvtps_pd(_mm512_castps512_ps256(x))),
          Doubles(_mm512_cvtps_pd(_mm512_extractf32x8_ps(x, 1)))};
#elif defined(__AVX2__)
  return {Doubles(_mm256_cvtps_pd(_mm256_castps256_ps128(x))),
          Doubles(_mm256_cvtps_pd(_mm256_extractf128_ps(x, 1)))};
#elif defined(__SSE2__)
  return {Doubles(_mm_cvtps_pd(x)), Doubles(_mm_cvtps_pd(_mm_movehl_ps(x, x)))};
#else
  alignas(64) float from[lanes<float>];
  alignas(64) double to[lanes<float>];
  x.store_aligned(from);
  for (std::int64_t i = 0; i < lanes<float>; ++i) to[i] = from[i];
  return {Doubles::load_aligned(to), Doubles::load_aligned(to + lanes<double>)};
#endif
}

// Rounds to nearest, ties to even; overflow gives infinity.
COREPY_INLINE Floats narrow(DoubleHalves x) {
#if defined(__AVX512F__)
  return _mm512_insertf32x8(_mm512_castps256_ps512(_mm512_cvtpd_ps(x.low)), _mm512_cvtpd_ps(x.high),
                            1);
#elif defined(__AVX2__)
  return _mm256_insertf128_ps(_mm256_castps128_ps256(_mm256_cvtpd_ps(x.low)),
                              _mm256_cvtpd_ps(x.high), 1);
#elif defined(__SSE2__)
  return _mm_movelh_ps(_mm_cvtpd_ps(x.low), _mm_cvtpd_ps(x.high));
#else
  alignas(64) double from[lanes<float>];
  alignas(64) float to[lanes<float>];
  x.low.store_aligned(from);
  x.high.store_aligned(from + lanes<double>);
  for (std::int64_t i = 0; i < lanes<float>; ++i) to[i] = static_cast<float>(from[i]);
  return Floats::load_aligned(to);
#endif
}

// A float32 function computed in float64 and rounded once: f takes and gives Doubles.
template <class F>
COREPY_INLINE Floats compute_in_double(Floats x, F f) {
  const DoubleHalves wide = widen(x);
  return narrow({f(wide.low), f(wide.high)});
}
template <class F>
COREPY_INLINE Floats compute_in_double(Floats x, Floats y, F f) {
  const DoubleHalves wide_x = widen(x), wide_y = widen(y);
  return narrow({f(wide_x.low, wide_y.low), f(wide_x.high, wide_y.high)});
}

// ---- tables ----
// table[index mod N] per lane, N = 16 or 32; elements of 8 bytes, the table 64-byte aligned. Exact,
// so that each ISA may look up as it likes: two registers permuted, a gather, or one by one.
template <class T, std::size_t N>
COREPY_INLINE Vec<T> lookup(const T (&table)[N], Bits index) {
  static_assert(sizeof(T) == 8 && (N == 16 || N == 32));
#if defined(__AVX512F__)
  const auto part = [&](int first) COREPY_LAMBDA_INLINE {
    return _mm512_permutex2var_epi64(_mm512_load_si512(table + first), index,
                                     _mm512_load_si512(table + first + 8));
  };
  __m512i found = part(0);
  if constexpr (N == 32) {
    const __mmask8 is_upper = _mm512_test_epi64_mask(index, _mm512_set1_epi64(16));
    found = _mm512_mask_blend_epi64(is_upper, found, part(16));
  }
  return __builtin_bit_cast(Vec<T>, found);
#elif defined(__AVX2__)
  const __m256i at = _mm256_and_si256(index, _mm256_set1_epi64x(N - 1));
  if constexpr (std::is_same_v<T, double>) {
    return _mm256_i64gather_pd(table, at, 8);
  } else {
    return _mm256_i64gather_epi64(reinterpret_cast<const long long*>(table), at, 8);
  }
#else
  alignas(64) std::uint64_t at[lanes<double>];
  alignas(64) T found[lanes<double>];
  index.store_aligned(at);
  for (std::int64_t i = 0; i < lanes<double>; ++i) found[i] = table[at[i] & (N - 1)];
  return Vec<T>::load_aligned(found);
#endif
}

}  // namespace corepy::COREPY_ISA::vec

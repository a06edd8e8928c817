// What the float32 elementary functions share: clamps, integers held in floats, powers of two and
// lookups in small tables. Every function here is exact but for `scale_by_power_of_two`, which
// rounds once. The float64 counterparts are in vec/bits.h.
#pragma once

#include "corepy/vec/arithmetic.h"
#include "corepy/vec/lanes.h"
#include "corepy/vec/math/polynomial.h"

namespace corepy::COREPY_ISA::vec {

using FloatBits = Vec<std::uint32_t>;  // of Floats
using FloatsMask = Mask<float>;

inline constexpr float infinity_float = std::numeric_limits<float>::infinity();
inline constexpr float quiet_nan_float = std::numeric_limits<float>::quiet_NaN();

COREPY_INLINE FloatBits bits_of(Floats x) { return bit_cast<std::uint32_t>(x); }
COREPY_INLINE Floats floats_of(FloatBits bits) { return bit_cast<float>(bits); }

// ---- signs ----
// x with its sign flipped where a's is minus.
COREPY_INLINE Floats flip_sign_of(Floats x, FloatBits a) {
#if defined(__AVX512F__)
  constexpr int x_xor_a_and_sign = 0x78;
  return floats_of(
      _mm512_ternarylogic_epi32(bits_of(x), a, FloatBits(0x80000000u), x_xor_a_and_sign));
#else
  return floats_of(bits_of(x) ^ (a & FloatBits(0x80000000u)));
#endif
}

// `result` with minus where x has it: for functions whose results have the sign of x, where a -0
// may have become +0 on the way.
COREPY_INLINE Floats keep_minus(Floats result, Floats x) {
  using Unsigned = std::uint32_t;
  const Native<Unsigned> minus = to_native<Unsigned>(bits_of(x)) & Unsigned(0x80000000u);
  return floats_of(from_native<Unsigned>(to_native<Unsigned>(bits_of(result)) | minus));
}

// ---- clamps ----
// The smaller of x and `high`, the larger of x and `low`; NaN stays NaN: x86's instructions give
// their second operand then. As assembly, since compilers take the intrinsics for commutative.
#if defined(__AVX512F__)
using FloatRegister = __m512;
#define COREPY_FLOAT_MIN_MAX
#elif defined(__AVX2__)
using FloatRegister = __m256;
#define COREPY_FLOAT_MIN_MAX
#endif
COREPY_INLINE Floats at_most(Floats x, float high) {
#ifdef COREPY_FLOAT_MIN_MAX
  FloatRegister smaller;
  __asm__("vminps %2, %1, %0"
          : "=v"(smaller)
          : "v"(FloatRegister(Floats(high))), "v"(FloatRegister(x)));
  return smaller;
#else
  return select<float>(x > Floats(high), Floats(high), x);
#endif
}
COREPY_INLINE Floats at_least(Floats x, float low) {
#ifdef COREPY_FLOAT_MIN_MAX
  FloatRegister larger;
  __asm__("vmaxps %2, %1, %0"
          : "=v"(larger)
          : "v"(FloatRegister(Floats(low))), "v"(FloatRegister(x)));
  return larger;
#else
  return select<float>(x < Floats(low), Floats(low), x);
#endif
}
#undef COREPY_FLOAT_MIN_MAX

// True where x is NaN or not below `limit`.
COREPY_INLINE FloatsMask is_not_below(Floats x, float limit) { return ~(x < Floats(limit)); }

// ---- integers held in float32 ----
// Adding 1.5 * 2^23 rounds a float32 below 2^22 to the nearest integer (ties to even) and leaves
// that integer, two's complement, in the low bits of the sum.
inline constexpr float round_shift_float = 0x1.8p23f;

// An integer as a float and in the low bits of `shifted`. Two members of one type: compilers keep
// such a struct in registers, where one of mixed vectors went through memory.
struct RoundedFloat {
  Floats value, shifted;

  // the integer plus a constant whose low 22 bits are zero
  COREPY_INLINE FloatBits bits() const { return bits_of(shifted); }
};

// The integer next to x * scale; |x * scale| < 2^22.
COREPY_INLINE RoundedFloat round_product(Floats x, float scale) {
  const Floats shifted = vec::fma(x, Floats(scale), Floats(round_shift_float));
  return {shifted - Floats(round_shift_float), shifted};
}

// ---- powers of two ----
// 2^n from RoundedFloat bits; -126 <= n <= 127.
COREPY_INLINE Floats power_of_two(FloatBits n) {
  return floats_of((n << 23) + FloatBits(0x3F800000u));
}

// x * 2^n, rounded once where that is subnormal; n an integer, |n| <= 250, |x| within 1/4 .. 4.
COREPY_INLINE Floats scale_by_power_of_two(Floats x, Floats n) {
#if defined(__AVX512F__)
  return _mm512_scalef_ps(x, n);
#else
  const FloatBits positive = bits_of(n + Floats(round_shift_float + 512)) & FloatBits(0xFFF);
  const FloatBits half = positive >> 1;  // (n + 512) / 2, rounded down
  return (x * power_of_two(half - FloatBits(256))) * power_of_two(positive - half - FloatBits(256));
#endif
}

// 1 / (2 sqrt(x)) to 4 %, from the bits: enough to correct a root by its error. Finite for x = 0.
COREPY_INLINE Floats half_inverse_root(Floats x) {
  return floats_of(FloatBits(0x5EB759DFu) - (bits_of(x) >> 1));
}

// 1 / x to 6 %, from the bits: enough to correct a quotient by its error. |x| within 2^-126 ..
// 2^125.
COREPY_INLINE Floats rough_reciprocal(Floats x) {
  return floats_of(FloatBits(0x7EF311C3u) - bits_of(x));
}

// ---- tables ----
// table[index mod Used] per lane, of its first 16 or 32 entries; the table is 64-byte aligned.
template <std::size_t Used, std::size_t N>
COREPY_INLINE Floats lookup_of(const float (&table)[N], FloatBits index) {
  static_assert(Used <= N && (Used == 16 || Used == 32));
#if defined(__AVX512F__)
  if constexpr (Used == 16) {
    return _mm512_permutexvar_ps(index, _mm512_load_ps(table));
  } else {
    return _mm512_permutex2var_ps(_mm512_load_ps(table), index, _mm512_load_ps(table + 16));
  }
#elif defined(__AVX2__)
  const auto part = [&](int first) COREPY_LAMBDA_INLINE {
    return _mm256_permutevar8x32_ps(_mm256_load_ps(table + first), index);
  };
  // the blend looks at the sign bit: that of index << 28 is bit 3 of the index, << 27 bit 4
  const __m256 bit3 = _mm256_castsi256_ps(_mm256_slli_epi32(index, 28));
  const __m256 low = _mm256_blendv_ps(part(0), part(8), bit3);
  if constexpr (Used == 16) {
    return low;
  } else {
    const __m256 high = _mm256_blendv_ps(part(16), part(24), bit3);
    return _mm256_blendv_ps(low, high, _mm256_castsi256_ps(_mm256_slli_epi32(index, 27)));
  }
#else
  alignas(64) std::uint32_t at[lanes<float>];
  alignas(64) float found[lanes<float>];
  index.store_aligned(at);
  for (std::int64_t i = 0; i < lanes<float>; ++i) found[i] = table[at[i] & (Used - 1)];
  return Floats::load_aligned(found);
#endif
}
template <std::size_t N>
COREPY_INLINE Floats lookup(const float (&table)[N], FloatBits index) {
  return lookup_of<N>(table, index);
}

}  // namespace corepy::COREPY_ISA::vec

// Arithmetic, minimum, maximum, sign manipulation and comparisons of Vec<T>, integers and floats
// alike. Not here: division with rounding to integers (vec/division.h), bits and shifts
// (vec/integer.h), rounding (vec/rounding.h), bool (vec/bool.h), complex (vec/complex.h).
//
// Integer arithmetic wraps. Float arithmetic is IEEE: one rounding per operation, 0 ulp.
#pragma once

#include <limits>
#include <type_traits>

#include "corepy/vec/lanes.h"
#include "corepy/vec/vec.h"

namespace corepy::COREPY_ISA::vec {

template <class T>
COREPY_INLINE Vec<T> add(Vec<T> a, Vec<T> b) {
  if constexpr (std::is_integral_v<T>) {
    return from_unsigned<T>(to_unsigned<T>(a) + to_unsigned<T>(b));
  } else {
    return from_native<T>(to_native<T>(a) + to_native<T>(b));
  }
}
template <class T>
COREPY_INLINE Vec<T> subtract(Vec<T> a, Vec<T> b) {
  if constexpr (std::is_integral_v<T>) {
    return from_unsigned<T>(to_unsigned<T>(a) - to_unsigned<T>(b));
  } else {
    return from_native<T>(to_native<T>(a) - to_native<T>(b));
  }
}
template <class T>
COREPY_INLINE Vec<T> multiply(Vec<T> a, Vec<T> b) {
  if constexpr (std::is_integral_v<T>) {
    return from_unsigned<T>(to_unsigned<T>(a) * to_unsigned<T>(b));
  } else {
    return from_native<T>(to_native<T>(a) * to_native<T>(b));
  }
}
// Floats only: integers divide as float64. Not xsimd's operator/, which approximates on NEON.
template <class T>
COREPY_INLINE Vec<T> divide(Vec<T> a, Vec<T> b) {
  static_assert(std::is_floating_point_v<T>);
  return from_native<T>(to_native<T>(a) / to_native<T>(b));
}
template <class T>
COREPY_INLINE Vec<T> square(Vec<T> a) {
  return multiply<T>(a, a);
}
template <class T>
COREPY_INLINE Vec<T> reciprocal(Vec<T> a) {
  return divide<T>(Vec<T>(T(1)), a);
}
template <class T>
COREPY_INLINE Vec<T> sqrt(Vec<T> a) {
  static_assert(std::is_floating_point_v<T>);
#ifdef __aarch64__
  if constexpr (has_fma && std::is_same_v<T, float>) return vsqrtq_f32(a);  // xsimd estimates it
#endif
  return ::xsimd::sqrt(a);
}
template <class T>
COREPY_INLINE Vec<T> positive(Vec<T> a) {
  return a;
}

// Comparisons. A comparison with a NaN is false, except not_equal, which is true.
template <class T>
COREPY_INLINE Mask<T> equal(Vec<T> a, Vec<T> b) {
  return a == b;
}
template <class T>
COREPY_INLINE Mask<T> not_equal(Vec<T> a, Vec<T> b) {
  return a != b;
}
template <class T>
COREPY_INLINE Mask<T> less(Vec<T> a, Vec<T> b) {
  return a < b;
}
template <class T>
COREPY_INLINE Mask<T> less_equal(Vec<T> a, Vec<T> b) {
  return a <= b;
}
template <class T>
COREPY_INLINE Mask<T> greater(Vec<T> a, Vec<T> b) {
  return b < a;
}
template <class T>
COREPY_INLINE Mask<T> greater_equal(Vec<T> a, Vec<T> b) {
  return b <= a;
}

// Bits of a float vector, as integer lanes.
template <class T>
inline constexpr BitsOf<T> sign_bit = std::numeric_limits<BitsOf<T>>::min();

template <class T>
COREPY_INLINE Vec<T> bits_and(Vec<T> a, BitsOf<T> mask) {
  const Native<BitsOf<T>> bits = __builtin_bit_cast(Native<BitsOf<T>>, a);
  return __builtin_bit_cast(Vec<T>, bits & mask);
}
template <class T>
COREPY_INLINE Vec<T> bits_and(Vec<T> a, Vec<T> b) {
  using Bits = Native<BitsOf<T>>;
  return __builtin_bit_cast(Vec<T>, __builtin_bit_cast(Bits, a) & __builtin_bit_cast(Bits, b));
}
template <class T>
COREPY_INLINE Vec<T> bits_or(Vec<T> a, Vec<T> b) {
  using Bits = Native<BitsOf<T>>;
  return __builtin_bit_cast(Vec<T>, __builtin_bit_cast(Bits, a) | __builtin_bit_cast(Bits, b));
}

// The magnitude of a, the sign of b; a NaN's sign bit is set like any other. One ternary-logic
// instruction on AVX-512.
template <class T>
COREPY_INLINE Vec<T> copysign(Vec<T> a, Vec<T> b) {
  return bits_or<T>(bits_and<T>(a, static_cast<BitsOf<T>>(~sign_bit<T>)),
                    bits_and<T>(b, sign_bit<T>));
}

// Flips the sign bit (0 - x would turn -0 into +0); integers wrap: -INT_MIN is INT_MIN.
template <class T>
COREPY_INLINE Vec<T> negative(Vec<T> a) {
  if constexpr (std::is_floating_point_v<T>) {
    const Native<BitsOf<T>> bits = __builtin_bit_cast(Native<BitsOf<T>>, a);
    return __builtin_bit_cast(Vec<T>, bits ^ sign_bit<T>);
  } else {
    const Native<std::make_unsigned_t<T>> zero = {};
    return from_unsigned<T>(zero - to_unsigned<T>(a));
  }
}

// Clears the sign bit; integers wrap: abs(INT_MIN) is INT_MIN.
template <class T>
COREPY_INLINE Vec<T> abs(Vec<T> a) {
  if constexpr (std::is_floating_point_v<T>) {
    return bits_and<T>(a, static_cast<BitsOf<T>>(~sign_bit<T>));
  } else if constexpr (std::is_unsigned_v<T>) {
    return a;
  } else {
    // max of the signed values -a and a, for INT_MIN both are INT_MIN
    return ::xsimd::max(a, negative<T>(a));
  }
}

// -1, 0 or 1; for floats sign(NaN) is NaN and sign(-0) is +0, as NumPy and the array API have it.
template <class T>
COREPY_INLINE Vec<T> sign(Vec<T> a) {
  if constexpr (std::is_floating_point_v<T>) {
    const Vec<T> zero(T(0));
    const Vec<T> one_signed = copysign<T>(Vec<T>(T(1)), a);
    const Vec<T> nonzero = select<T>(a == zero, zero, one_signed);
    return select<T>(a != a, a, nonzero);
  } else if constexpr (std::is_unsigned_v<T>) {
    return ::xsimd::min(a, Vec<T>(T(1)));
  } else {
    return ::xsimd::max(::xsimd::min(a, Vec<T>(T(1))), Vec<T>(T(-1)));
  }
}

// True in lanes where a or b is NaN.
template <class T>
COREPY_INLINE Mask<T> unordered(Vec<T> a, Vec<T> b) {
#if defined(__AVX512F__)
  if constexpr (std::is_same_v<T, float>) {
    return _mm512_cmp_ps_mask(a, b, _CMP_UNORD_Q);
  } else {
    return _mm512_cmp_pd_mask(a, b, _CMP_UNORD_Q);
  }
#elif defined(__AVX2__)
  if constexpr (std::is_same_v<T, float>) {
    return _mm256_cmp_ps(a, b, _CMP_UNORD_Q);
  } else {
    return _mm256_cmp_pd(a, b, _CMP_UNORD_Q);
  }
#elif defined(__SSE2__)
  if constexpr (std::is_same_v<T, float>) {
    return _mm_cmpunord_ps(a, b);
  } else {
    return _mm_cmpunord_pd(a, b);
  }
#else
  return (a != a) | (b != b);
#endif
}

// Smaller and larger value. Floats: a NaN operand gives NaN, and -0 is below +0, whatever the order
// of the operands. x86's min and max return the second operand where both are zeros or one is NaN:
// the two orders together hold all there is.
template <class T>
COREPY_INLINE Vec<T> minimum(Vec<T> a, Vec<T> b) {
  if constexpr (std::is_floating_point_v<T>) {
#if defined(__SSE2__)
    return bits_or<T>(::xsimd::min(a, b),
                      ::xsimd::min(b, a));  // the bits of a NaN with any others: a NaN
#else
    const Vec<T> ordered = select<T>(a == b, bits_or<T>(a, b), select<T>(a < b, a, b));
    return select<T>(unordered<T>(a, b), add<T>(a, b), ordered);
#endif
  } else {
    return ::xsimd::min(a, b);
  }
}
template <class T>
COREPY_INLINE Vec<T> maximum(Vec<T> a, Vec<T> b) {
  if constexpr (std::is_floating_point_v<T>) {
#if defined(__SSE2__)
    const Vec<T> ordered = bits_and<T>(::xsimd::max(a, b), ::xsimd::max(b, a));
#else
    const Vec<T> ordered = select<T>(a == b, bits_and<T>(a, b), select<T>(b < a, a, b));
#endif
    return select<T>(unordered<T>(a, b), add<T>(a, b), ordered);
  } else {
    return ::xsimd::max(a, b);
  }
}

// Classification. Integers are finite numbers.
template <class T>
COREPY_INLINE Mask<T> isnan(Vec<T> a) {
  return a != a;
}
template <class T>
COREPY_INLINE Mask<T> isinf(Vec<T> a) {
  if constexpr (std::is_floating_point_v<T>) {
    constexpr T infinity = std::numeric_limits<T>::infinity();
    return abs<T>(a) == Vec<T>(infinity);
  } else {
    return a != a;
  }
}
template <class T>
COREPY_INLINE Mask<T> isfinite(Vec<T> a) {
  if constexpr (std::is_floating_point_v<T>) {
    constexpr T infinity = std::numeric_limits<T>::infinity();
    return abs<T>(a) < Vec<T>(infinity);
  } else {
    return a == a;
  }
}
template <class T>
COREPY_INLINE Mask<T> signbit(Vec<T> a) {
  // a comparison of floats, since masks carry the element type: copysign(1, a) is below 0 where the
  // bit is set
  return copysign<T>(Vec<T>(T(1)), a) < Vec<T>(T(0));
}

// The neighbour of a in the direction of b: equal values give b, a NaN operand NaN, and from 0 the
// smallest subnormal with b's sign. Floats of one sign are ordered as their bits are.
template <class T>
COREPY_INLINE Vec<T> nextafter(Vec<T> a, Vec<T> b) {
  using Bits = BitsOf<T>;
  constexpr T smallest = std::numeric_limits<T>::denorm_min();
  const Vec<T> zero(T(0));
  const Vec<Bits> bits = bit_cast<Bits>(a);
  const Vec<T> away = bit_cast<T>(add<Bits>(bits, Vec<Bits>(Bits(1))));
  const Vec<T> toward = bit_cast<T>(subtract<Bits>(bits, Vec<Bits>(Bits(1))));
  const Mask<T> grows = (a < b) == (zero < a);
  Vec<T> result = select<T>(grows, away, toward);
  result = select<T>(a == zero, copysign<T>(Vec<T>(smallest), b), result);
  result = select<T>(a == b, b, result);
  return select<T>((a != a) | (b != b), add<T>(a, b), result);
}

}  // namespace corepy::COREPY_ISA::vec

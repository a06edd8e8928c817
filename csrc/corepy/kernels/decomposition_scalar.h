// Scalars of matrix decompositions: arithmetic of real and complex elements with one written
// formula each, without fused operations. Matrices and their blocks are in decomposition_block.h.
#pragma once

#include <cstdint>
#include <limits>
#include <type_traits>

#include "corepy/core/dtype.h"
#include "corepy/vec/vec.h"

namespace corepy::COREPY_ISA::decomposition {

// x, through which the compiler may not look.
template <class T>
COREPY_INLINE T opaque(T x) {
#if defined(__x86_64__)
  asm("" : "+x"(x));
#elif defined(__aarch64__)
  asm("" : "+w"(x));
#else
  asm("" : "+m"(x));
#endif
  return x;
}

// a * b, rounded before anything is made of it. GCC (12 at least) makes one fused instruction of
// two products of which one is added and one subtracted side by side in memory, as complex
// arithmetic has them, whatever -ffp-contract says.
template <class T>
COREPY_INLINE T rounded_product(T a, T b) {
  return opaque(a * b);
}

template <class E>
COREPY_INLINE E from_real(PartOf<E> x) {
  if constexpr (is_complex_element<E>) {
    return {x, 0};
  } else {
    return x;
  }
}
template <class E>
COREPY_INLINE PartOf<E> re(E x) {
  if constexpr (is_complex_element<E>) {
    return x.re;
  } else {
    return x;
  }
}
template <class E>
COREPY_INLINE PartOf<E> im(E x) {
  if constexpr (is_complex_element<E>) {
    return x.im;
  } else {
    return 0;
  }
}
template <class E>
COREPY_INLINE E conj(E x) {
  if constexpr (is_complex_element<E>) {
    return {x.re, -x.im};
  } else {
    return x;
  }
}
template <class E>
COREPY_INLINE E negate(E x) {
  if constexpr (is_complex_element<E>) {
    return {-x.re, -x.im};
  } else {
    return -x;
  }
}
template <class E>
COREPY_INLINE E add(E a, E b) {
  if constexpr (is_complex_element<E>) {
    return {a.re + b.re, a.im + b.im};
  } else {
    return a + b;
  }
}
template <class E>
COREPY_INLINE E subtract(E a, E b) {
  if constexpr (is_complex_element<E>) {
    return {a.re - b.re, a.im - b.im};
  } else {
    return a - b;
  }
}
template <class E>
COREPY_INLINE E multiply(E a, E b) {
  if constexpr (is_complex_element<E>) {
    return {rounded_product(a.re, b.re) - rounded_product(a.im, b.im),
            rounded_product(a.re, b.im) + rounded_product(a.im, b.re)};
  } else {
    return a * b;
  }
}
template <class E>
COREPY_INLINE E scale(E a, PartOf<E> s) {
  if constexpr (is_complex_element<E>) {
    return {a.re * s, a.im * s};
  } else {
    return a * s;
  }
}

template <class T>
COREPY_INLINE T magnitude(T x) {
  return x < 0 ? -x : x == 0 ? T(0) : x;
}
template <class T>
COREPY_INLINE T larger(T a, T b) {
  return a < b ? b : a;
}
COREPY_INLINE std::int64_t smaller_extent(std::int64_t a, std::int64_t b) { return a < b ? a : b; }
COREPY_INLINE float root(float x) { return x > 0 ? __builtin_sqrtf(x) : x; }
COREPY_INLINE double root(double x) { return x > 0 ? __builtin_sqrt(x) : x; }
// |a| with the sign of b.
template <class T>
COREPY_INLINE T with_sign(T a, T b) {
  return b < 0 ? -magnitude(a) : magnitude(a);
}

// sqrt(a**2 + b**2) without overflow on the way.
template <class T>
COREPY_INLINE T hypotenuse(T a, T b) {
  const T x = magnitude(a), y = magnitude(b);
  const T high = x < y ? y : x, low = x < y ? x : y;
  if (high == 0 || low == 0) return high;
  const T ratio = low / high;
  return high * root(1 + ratio * ratio);
}
template <class E>
COREPY_INLINE PartOf<E> modulus(E x) {
  if constexpr (is_complex_element<E>) {
    return hypotenuse(x.re, x.im);
  } else {
    return magnitude(x);
  }
}
// Between the modulus and its square root of 2 fold: what pivots are chosen by.
template <class E>
COREPY_INLINE PartOf<E> rough_modulus(E x) {
  if constexpr (is_complex_element<E>) {
    return magnitude(x.re) + magnitude(x.im);
  } else {
    return magnitude(x);
  }
}

// Smith's quotient: scaled by the divisor's larger part.
template <class E>
COREPY_INLINE E divide(E a, E b) {
  if constexpr (is_complex_element<E>) {
    if (magnitude(b.re) >= magnitude(b.im)) {
      const auto ratio = b.im / b.re, divisor = b.re + b.im * ratio;
      return {(a.re + rounded_product(a.im, ratio)) / divisor,
              (a.im - rounded_product(a.re, ratio)) / divisor};
    }
    const auto ratio = b.re / b.im, divisor = b.re * ratio + b.im;
    return {(rounded_product(a.re, ratio) + a.im) / divisor,
            (rounded_product(a.im, ratio) - a.re) / divisor};
  } else {
    return a / b;
  }
}

// Variables and builtins: a call of std::numeric_limits or std::bit_cast that is not inlined
// becomes a function of this ISA's instructions that all objects share.
template <class T>
inline constexpr T least_normal = std::numeric_limits<T>::min();
template <class T>
inline constexpr T largest_finite = std::numeric_limits<T>::max();

template <class T>
COREPY_INLINE bool is_finite(T x) {
  return magnitude(x) <= largest_finite<T>;
}

template <class T>
using BitsOf = std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>;
template <class T>
inline constexpr int fraction_bits = std::numeric_limits<T>::digits - 1;
template <class T>
inline constexpr int exponent_bias = std::numeric_limits<T>::max_exponent - 1;

// 2**e, for the exponents of normal numbers.
template <class T>
COREPY_INLINE T power_of_two(int e) {
  return __builtin_bit_cast(
      T, static_cast<BitsOf<T>>(static_cast<BitsOf<T>>(e + exponent_bias<T>) << fraction_bits<T>));
}
// The exponent e of a finite x > 0 with 2**e <= x < 2**(e + 1).
template <class T>
COREPY_INLINE int exponent_of(T x) {
  constexpr T tiny = least_normal<T>;
  int shift = 0;
  if (x < tiny) {
    x *= power_of_two<T>(fraction_bits<T> + 1);
    shift = fraction_bits<T> + 1;
  }
  return static_cast<int>(__builtin_bit_cast(BitsOf<T>, x) >> fraction_bits<T>) - exponent_bias<T> -
         shift;
}
// x * 2**e, exact but for underflow and overflow; any e.
template <class T>
COREPY_INLINE T times_power_of_two(T x, int e) {
  constexpr int step = exponent_bias<T> - 1;
  for (; e > step; e -= step) x *= power_of_two<T>(step);
  for (; e < -step; e += step) x *= power_of_two<T>(-step);
  return x * power_of_two<T>(e);
}

template <class E>
COREPY_INLINE void scale_by_power(E& x, int e) {
  if constexpr (is_complex_element<E>) {
    x = {times_power_of_two(x.re, e), times_power_of_two(x.im, e)};
  } else {
    x = times_power_of_two(x, e);
  }
}

}  // namespace corepy::COREPY_ISA::decomposition

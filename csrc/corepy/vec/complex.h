// Complex vectors: loads that split real and imaginary parts, arithmetic, magnitude, comparisons.
// Transcendental functions are in vec/math/.
//
// Each operation has one written formula, the same on every ISA; u is half an ulp of 1 (2^-24 or
// 2^-53).
//   multiply  re = a.re * b.re - a.im * b.im, im = a.re * b.im + a.im * b.re. Without fma, so that
//   a * b has the bits of
//             b * a, and z * conj(z) is real. Error <= sqrt(5) u |a b| normwise (Brent, Percival,
//             Zimmermann, 2007), barring overflow and underflow; not componentwise. As in NumPy,
//             infinities are not recovered from NaN parts, as in (inf + inf i) * (1 + 1i).
//   divide    both operands scaled by powers of two to magnitude about 1 (exact), then num = a
//   conj(b), den = |b|^2 by the
//             formulas above, re = num.re / den, im = num.im / den, and the exponents put back. No
//             overflow or underflow on the way; error <= 6u |a / b| normwise plus that of a
//             subnormal result; z / z is 1. A result with two NaN parts from z / 0, inf / z or z /
//             inf is recovered as C's Annex G does.
//   abs       hypot(re, im), < 1 ulp; infinite where a part is, even beside a NaN.
#pragma once

#include <limits>
#include <type_traits>

#include "corepy/core/dtype.h"
#include "corepy/vec/arithmetic.h"
#include "corepy/vec/lanes.h"
#include "corepy/vec/mask.h"
#include "corepy/vec/math/hypot.h"
#include "corepy/vec/scaling.h"
#include "corepy/vec/vec.h"

namespace corepy::COREPY_ISA {

template <class T>
struct ComplexVec {
  Vec<T> re, im;
};

template <class T>
struct vec_of<Complex<T>> {
  using type = ComplexVec<T>;
  using mask = Mask<T>;
  static constexpr std::int64_t size = lanes<T>;
};

namespace vec {

template <class E>
concept ComplexElement = is_complex_element<E>;

// ---- memory: adjacent parts there, separate vectors here ----

template <class T>
COREPY_INLINE ComplexVec<T> deinterleave(Vec<T> first, Vec<T> second) {
#if defined(__AVX512BW__)
  if constexpr (sizeof(T) == 4) {
    const __m512i even =
        _mm512_set_epi32(30, 28, 26, 24, 22, 20, 18, 16, 14, 12, 10, 8, 6, 4, 2, 0);
    const __m512i odd = _mm512_set_epi32(31, 29, 27, 25, 23, 21, 19, 17, 15, 13, 11, 9, 7, 5, 3, 1);
    return {_mm512_permutex2var_ps(first, even, second),
            _mm512_permutex2var_ps(first, odd, second)};
  } else {
    const __m512i even = _mm512_set_epi64(14, 12, 10, 8, 6, 4, 2, 0);
    const __m512i odd = _mm512_set_epi64(15, 13, 11, 9, 7, 5, 3, 1);
    return {_mm512_permutex2var_pd(first, even, second),
            _mm512_permutex2var_pd(first, odd, second)};
  }
#elif defined(__AVX2__)
  if constexpr (sizeof(T) == 4) {
    const __m256 low = _mm256_permute2f128_ps(first, second, 0x20);
    const __m256 high = _mm256_permute2f128_ps(first, second, 0x31);
    const __m256 re = _mm256_shuffle_ps(low, high, 0x88);
    const __m256 im = _mm256_shuffle_ps(low, high, 0xdd);
    return {re, im};
  } else {
    const __m256d low = _mm256_permute2f128_pd(first, second, 0x20);
    const __m256d high = _mm256_permute2f128_pd(first, second, 0x31);
    return {_mm256_unpacklo_pd(low, high), _mm256_unpackhi_pd(low, high)};
  }
#elif defined(__SSE2__)
  if constexpr (sizeof(T) == 4) {
    return {_mm_shuffle_ps(first, second, 0x88), _mm_shuffle_ps(first, second, 0xdd)};
  } else {
    return {_mm_unpacklo_pd(first, second), _mm_unpackhi_pd(first, second)};
  }
#else
  const Native<T> x = to_native<T>(first), y = to_native<T>(second);
  Native<T> re = {}, im = {};
  constexpr std::int64_t half = lanes<T> / 2;
  for (std::int64_t i = 0; i < half; ++i) {
    re[i] = x[2 * i];
    im[i] = x[2 * i + 1];
    re[half + i] = y[2 * i];
    im[half + i] = y[2 * i + 1];
  }
  return {from_native<T>(re), from_native<T>(im)};
#endif
}

template <class T>
struct InterleavedPair {
  Vec<T> first, second;
};
template <class T>
COREPY_INLINE InterleavedPair<T> interleave(ComplexVec<T> v) {
#if defined(__AVX512BW__)
  if constexpr (sizeof(T) == 4) {
    const __m512i low = _mm512_set_epi32(23, 7, 22, 6, 21, 5, 20, 4, 19, 3, 18, 2, 17, 1, 16, 0);
    const __m512i high =
        _mm512_set_epi32(31, 15, 30, 14, 29, 13, 28, 12, 27, 11, 26, 10, 25, 9, 24, 8);
    return {_mm512_permutex2var_ps(v.re, low, v.im), _mm512_permutex2var_ps(v.re, high, v.im)};
  } else {
    const __m512i low = _mm512_set_epi64(11, 3, 10, 2, 9, 1, 8, 0);
    const __m512i high = _mm512_set_epi64(15, 7, 14, 6, 13, 5, 12, 4);
    return {_mm512_permutex2var_pd(v.re, low, v.im), _mm512_permutex2var_pd(v.re, high, v.im)};
  }
#elif defined(__AVX2__)
  if constexpr (sizeof(T) == 4) {
    const __m256 low = _mm256_unpacklo_ps(v.re, v.im);
    const __m256 high = _mm256_unpackhi_ps(v.re, v.im);
    return {_mm256_permute2f128_ps(low, high, 0x20), _mm256_permute2f128_ps(low, high, 0x31)};
  } else {
    const __m256d low = _mm256_unpacklo_pd(v.re, v.im);
    const __m256d high = _mm256_unpackhi_pd(v.re, v.im);
    return {_mm256_permute2f128_pd(low, high, 0x20), _mm256_permute2f128_pd(low, high, 0x31)};
  }
#elif defined(__SSE2__)
  if constexpr (sizeof(T) == 4) {
    return {_mm_unpacklo_ps(v.re, v.im), _mm_unpackhi_ps(v.re, v.im)};
  } else {
    return {_mm_unpacklo_pd(v.re, v.im), _mm_unpackhi_pd(v.re, v.im)};
  }
#else
  const Native<T> re = to_native<T>(v.re), im = to_native<T>(v.im);
  Native<T> x = {}, y = {};
  constexpr std::int64_t half = lanes<T> / 2;
  for (std::int64_t i = 0; i < half; ++i) {
    x[2 * i] = re[i];
    x[2 * i + 1] = im[i];
    y[2 * i] = re[half + i];
    y[2 * i + 1] = im[half + i];
  }
  return {from_native<T>(x), from_native<T>(y)};
#endif
}

template <ComplexElement E>
COREPY_INLINE ComplexVec<typename E::value_type> load(const E* p) {
  using T = typename E::value_type;
  const T* parts = reinterpret_cast<const T*>(p);
  return deinterleave<T>(load<T>(parts), load<T>(parts + lanes<T>));
}
template <ComplexElement E>
COREPY_INLINE void store(E* p, VecOf<E> v) {
  using T = typename E::value_type;
  T* parts = reinterpret_cast<T*>(p);
  const auto pair = interleave<T>(v);
  store<T>(parts, pair.first);
  store<T>(parts + lanes<T>, pair.second);
}
template <ComplexElement E>
COREPY_INLINE void stream(E* p, VecOf<E> v) {
  using T = typename E::value_type;
  T* parts = reinterpret_cast<T*>(p);
  const auto pair = interleave<T>(v);
  stream<T>(parts, pair.first);
  stream<T>(parts + lanes<T>, pair.second);
}
template <ComplexElement E>
COREPY_INLINE ComplexVec<typename E::value_type> broadcast(E x) {
  using T = typename E::value_type;
  return {Vec<T>(x.re), Vec<T>(x.im)};
}
template <ComplexElement E>
COREPY_INLINE ComplexVec<typename E::value_type> load_partial(const E* p, std::int64_t n,
                                                              E fill = E{}) {
  E buffer[lanes_of<E>];
  for (std::int64_t i = 0; i < lanes_of<E>; ++i) buffer[i] = fill;
  std::memcpy(buffer, p, static_cast<std::size_t>(n) * sizeof(E));
  return load<E>(buffer);
}
template <ComplexElement E>
COREPY_INLINE void store_partial(E* p, VecOf<E> v, std::int64_t n) {
  E buffer[lanes_of<E>];
  store<E>(buffer, v);
  std::memcpy(p, buffer, static_cast<std::size_t>(n) * sizeof(E));
}

template <ComplexElement E>
COREPY_INLINE MaskOf<E> load_mask(const std::uint8_t* p) {
  return load_mask<typename E::value_type>(p);
}
template <ComplexElement E>
COREPY_INLINE MaskOf<E> load_mask_partial(const std::uint8_t* p, std::int64_t n) {
  return load_mask_partial<typename E::value_type>(p, n);
}

// ---- parts, comparisons, classification ----

template <class T>
COREPY_INLINE Vec<T> real(ComplexVec<T> a) {
  return a.re;
}
template <class T>
COREPY_INLINE Vec<T> imag(ComplexVec<T> a) {
  return a.im;
}
template <class T>
COREPY_INLINE ComplexVec<T> conj(ComplexVec<T> a) {
  return {a.re, negative<T>(a.im)};
}
template <class T>
COREPY_INLINE ComplexVec<T> select(Mask<T> m, ComplexVec<T> yes, ComplexVec<T> no) {
  return {select<T>(m, yes.re, no.re), select<T>(m, yes.im, no.im)};
}
template <class T>
COREPY_INLINE Mask<T> equal(ComplexVec<T> a, ComplexVec<T> b) {
  return (a.re == b.re) & (a.im == b.im);
}
template <class T>
COREPY_INLINE Mask<T> not_equal(ComplexVec<T> a, ComplexVec<T> b) {
  return (a.re != b.re) | (a.im != b.im);
}
template <class T>
COREPY_INLINE Mask<T> isnan(ComplexVec<T> a) {
  return isnan<T>(a.re) | isnan<T>(a.im);
}
template <class T>
COREPY_INLINE Mask<T> isinf(ComplexVec<T> a) {
  return isinf<T>(a.re) | isinf<T>(a.im);
}
template <class T>
COREPY_INLINE Mask<T> isfinite(ComplexVec<T> a) {
  return isfinite<T>(a.re) & isfinite<T>(a.im);
}

// ---- arithmetic ----

template <class T>
COREPY_INLINE ComplexVec<T> add(ComplexVec<T> a, ComplexVec<T> b) {
  return {add<T>(a.re, b.re), add<T>(a.im, b.im)};
}
template <class T>
COREPY_INLINE ComplexVec<T> subtract(ComplexVec<T> a, ComplexVec<T> b) {
  return {subtract<T>(a.re, b.re), subtract<T>(a.im, b.im)};
}
template <class T>
COREPY_INLINE ComplexVec<T> negative(ComplexVec<T> a) {
  return {negative<T>(a.re), negative<T>(a.im)};
}
template <class T>
COREPY_INLINE ComplexVec<T> positive(ComplexVec<T> a) {
  return a;
}
template <class T>
COREPY_INLINE ComplexVec<T> multiply(ComplexVec<T> a, ComplexVec<T> b) {
  return {subtract<T>(multiply<T>(a.re, b.re), multiply<T>(a.im, b.im)),
          add<T>(multiply<T>(a.re, b.im), multiply<T>(a.im, b.re))};
}
template <class T>
COREPY_INLINE ComplexVec<T> square(ComplexVec<T> a) {
  return multiply<T>(a, a);
}
template <class T>
COREPY_INLINE Vec<T> abs(ComplexVec<T> a) {
  return vec::hypot(a.re, a.im);
}

// a / b of one lane where b is zero or an operand is infinite, as C's Annex G recovers it, always:
// whether the scaled quotient lost it would depend on what the scaling left of tiny parts. Any
// other lane keeps its `quotient`.
template <class T>
COREPY_INLINE Complex<T> divide_special(Complex<T> a, Complex<T> b, Complex<T> quotient) {
  constexpr T infinity = std::numeric_limits<T>::infinity();
  const auto is_infinite = [](T x) { return __builtin_fabs(x) == infinity; };
  const auto is_finite = [](T x) { return __builtin_fabs(x) < infinity; };
  const auto signed_unit = [&](T x) {
    return __builtin_signbit(x) ? -T(is_infinite(x)) : T(is_infinite(x));
  };
  if (b.re == T(0) && b.im == T(0) && !(a.re != a.re && a.im != a.im)) {
    const T signed_infinity = __builtin_signbit(b.re) ? -infinity : infinity;
    return {signed_infinity * a.re, signed_infinity * a.im};
  }
  if ((is_infinite(a.re) || is_infinite(a.im)) && is_finite(b.re) && is_finite(b.im)) {
    const Complex<T> unit{signed_unit(a.re), signed_unit(a.im)};
    return {infinity * (unit.re * b.re + unit.im * b.im),
            infinity * (unit.im * b.re - unit.re * b.im)};
  }
  if ((is_infinite(b.re) || is_infinite(b.im)) && is_finite(a.re) && is_finite(a.im)) {
    const Complex<T> unit{signed_unit(b.re), signed_unit(b.im)};
    const auto signed_zero = [](T x) {
      return static_cast<T>(__builtin_copysign(0.0, x));
    };  // 0 * x, also where x overflowed
    return {signed_zero(a.re * unit.re + a.im * unit.im),
            signed_zero(a.im * unit.re - a.re * unit.im)};
  }
  return quotient;
}

template <class T>
COREPY_COLD ComplexVec<T> patch_divide(ComplexVec<T> quotient, ComplexVec<T> a,
                                       ComplexVec<T> b) noexcept {
  Complex<T> x[lanes<T>], y[lanes<T>], z[lanes<T>];
  store<Complex<T>>(x, a);
  store<Complex<T>>(y, b);
  store<Complex<T>>(z, quotient);
  for (std::int64_t i = 0; i < lanes<T>; ++i) z[i] = divide_special<T>(x[i], y[i], z[i]);
  return load<Complex<T>>(z);
}

template <class T>
COREPY_INLINE ComplexVec<T> divide(ComplexVec<T> a, ComplexVec<T> b) {
  using Bits = BitsOf<T>;
  const Vec<Bits> a_exponent = scaling_exponent<T>(a.re, a.im);
  const Vec<Bits> b_exponent = scaling_exponent<T>(b.re, b.im);
  const Vec<T> a_scale = inverse_power_of_two<T>(a_exponent);
  const Vec<T> b_scale = inverse_power_of_two<T>(b_exponent);
  const ComplexVec<T> x{multiply<T>(a.re, a_scale), multiply<T>(a.im, a_scale)};
  const ComplexVec<T> y{multiply<T>(b.re, b_scale), multiply<T>(b.im, b_scale)};
  const ComplexVec<T> numerator = multiply<T>(x, conj<T>(y));
  const Vec<T> denominator = add<T>(multiply<T>(y.re, y.re), multiply<T>(y.im, y.im));
  // 2^(a_exponent - b_exponent) in two factors, since one may not be representable
  const auto factors = two_powers_of_difference<T>(a_exponent, b_exponent);
  const auto put_back = [&](Vec<T> part) {
    const Vec<T> quotient = divide<T>(part, denominator);
    return multiply<T>(multiply<T>(quotient, factors.first), factors.second);
  };
  const ComplexVec<T> quotient{put_back(numerator.re), put_back(numerator.im)};
  // A zero divisor, or an infinity in an operand, leaves no finite part in both.
  if (any<T>(~isfinite<T>(quotient))) [[unlikely]] {
    return patch_divide<T>(quotient, a, b);
  }
  return quotient;
}
template <class T>
COREPY_INLINE ComplexVec<T> reciprocal(ComplexVec<T> a) {
  return divide<T>({Vec<T>(T(1)), Vec<T>(T(0))}, a);
}

// a / |a|; 0 for 0, NaN where a part is. Scaled first, since |a| may overflow where its parts do
// not.
template <class T>
COREPY_INLINE ComplexVec<T> sign(ComplexVec<T> a) {
  const Vec<T> scale = inverse_power_of_two<T>(scaling_exponent<T>(a.re, a.im));
  const ComplexVec<T> x{multiply<T>(a.re, scale), multiply<T>(a.im, scale)};
  const Vec<T> magnitude = vec::hypot(x.re, x.im);
  const Mask<T> is_zero = magnitude == Vec<T>(T(0));
  const Vec<T> divisor = select<T>(is_zero, Vec<T>(T(1)), magnitude);
  const Vec<T> zero(T(0));
  return {select<T>(is_zero, zero, divide<T>(x.re, divisor)),
          select<T>(is_zero, zero, divide<T>(x.im, divisor))};
}

}  // namespace vec
}  // namespace corepy::COREPY_ISA

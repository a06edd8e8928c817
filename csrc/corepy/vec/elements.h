// Everything an elementwise formula may name: the vector types of all dtypes and the functions over
// them, and the truth of a vector's elements. The elementary functions are apart, in vec/math.h,
// since they take long to compile.
#pragma once

#include "corepy/vec/arithmetic.h"
#include "corepy/vec/bool.h"
#include "corepy/vec/complex.h"
#include "corepy/vec/division.h"
#include "corepy/vec/extrema.h"
#include "corepy/vec/integer.h"
#include "corepy/vec/mask.h"
#include "corepy/vec/rounding.h"
#include "corepy/vec/vec.h"

namespace corepy::COREPY_ISA {

// The element whose Mask a comparison of E gives: E itself, a bool's byte, a complex number's part.
template <class E>
struct mask_element_of {
  using type = E;
};
template <>
struct mask_element_of<bool8_t> {
  using type = std::uint8_t;
};
template <class T>
struct mask_element_of<Complex<T>> {
  using type = T;
};

namespace vec {

// Lanes that are not zero; NaN is true.
template <RealElement T, class A>
COREPY_INLINE Mask<T> is_true(::xsimd::batch<T, A> a) {
  return a != Vec<T>(T(0));
}
COREPY_INLINE Mask<std::uint8_t> is_true(BoolVec a) { return a.bytes != Vec<std::uint8_t>(0); }
template <class T>
COREPY_INLINE Mask<T> is_true(ComplexVec<T> a) {
  return (a.re != Vec<T>(T(0))) | (a.im != Vec<T>(T(0)));
}
template <class T, class A>
COREPY_INLINE Mask<T> logical_not(::xsimd::batch_bool<T, A> m) {
  return !m;
}

// Real numbers as complex ones with a zero imaginary part, as the standard's conj and real take
// them.
template <RealElement T, class A>
COREPY_INLINE Vec<T> conj(::xsimd::batch<T, A> a) {
  return a;
}
template <RealElement T, class A>
COREPY_INLINE Vec<T> real(::xsimd::batch<T, A> a) {
  return a;
}
template <class T>
COREPY_INLINE ComplexVec<T> round(ComplexVec<T> a) {
  return {round(a.re), round(a.im)};
}

template <class T, class A>
COREPY_INLINE Vec<T> select_lanes(Mask<T> m, ::xsimd::batch<T, A> a, ::xsimd::batch<T, A> b) {
  return ::xsimd::select(m, a, b);
}
COREPY_INLINE BoolVec select_lanes(Mask<std::uint8_t> m, BoolVec a, BoolVec b) {
  return {::xsimd::select(m, a.bytes, b.bytes)};
}
template <class T>
COREPY_INLINE ComplexVec<T> select_lanes(Mask<T> m, ComplexVec<T> a, ComplexVec<T> b) {
  return {::xsimd::select(m, a.re, b.re), ::xsimd::select(m, a.im, b.im)};
}

}  // namespace vec
}  // namespace corepy::COREPY_ISA

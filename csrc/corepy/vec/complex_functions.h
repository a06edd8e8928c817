// The elementary functions of complex vectors, as the operator table's formulas call them. Their
// bodies (vec/math/complex_*.h) are long: each is compiled once per ISA, out of line, over float64
// parts (kernels/complex_*.cpp); complex64 is computed in float64 and each part rounded once.
#pragma once

#include "corepy/vec/bits.h"
#include "corepy/vec/complex.h"

// Every function of one operand, and pow, which has two.
#define COREPY_FOR_EACH_COMPLEX_EXPONENTIAL(X) \
  X(exp) X(expm1) X(log) X(log10) X(log1p) X(log2) X(sqrt)
#define COREPY_FOR_EACH_COMPLEX_TRIGONOMETRIC(X) X(cos) X(cosh) X(sin) X(sinh) X(tan) X(tanh)
#define COREPY_FOR_EACH_COMPLEX_INVERSE(X) X(acos) X(acosh) X(asin) X(asinh) X(atan) X(atanh)

namespace corepy::COREPY_ISA {

// Vectors go through memory: as arguments they would follow the platform's rules for registers.
#define COREPY_DECLARE(name) \
  void complex_##name(const ComplexVec<double>& z, ComplexVec<double>& result) noexcept;
COREPY_FOR_EACH_COMPLEX_EXPONENTIAL(COREPY_DECLARE)
COREPY_FOR_EACH_COMPLEX_TRIGONOMETRIC(COREPY_DECLARE)
COREPY_FOR_EACH_COMPLEX_INVERSE(COREPY_DECLARE)
#undef COREPY_DECLARE
void complex_pow(const ComplexVec<double>& a, const ComplexVec<double>& b,
                 ComplexVec<double>& result) noexcept;

namespace vec {

struct ComplexHalves {
  ComplexVec<double> low, high;
};
COREPY_INLINE ComplexHalves widen(ComplexVec<float> z) {
  const DoubleHalves re = widen(z.re), im = widen(z.im);
  return {{re.low, im.low}, {re.high, im.high}};
}
COREPY_INLINE ComplexVec<float> narrow(const ComplexHalves& z) {
  return {narrow(DoubleHalves{z.low.re, z.high.re}), narrow(DoubleHalves{z.low.im, z.high.im})};
}

#define COREPY_DEFINE(name)                                        \
  COREPY_INLINE ComplexVec<double> name(ComplexVec<double> z) {    \
    ComplexVec<double> result;                                     \
    complex_##name(z, result);                                     \
    return result;                                                 \
  }                                                                \
  COREPY_INLINE ComplexVec<float> name(ComplexVec<float> z) {      \
    const ComplexHalves wide = widen(z);                           \
    return narrow(ComplexHalves{name(wide.low), name(wide.high)}); \
  }
COREPY_FOR_EACH_COMPLEX_EXPONENTIAL(COREPY_DEFINE)
COREPY_FOR_EACH_COMPLEX_TRIGONOMETRIC(COREPY_DEFINE)
COREPY_FOR_EACH_COMPLEX_INVERSE(COREPY_DEFINE)
#undef COREPY_DEFINE

COREPY_INLINE ComplexVec<double> pow(ComplexVec<double> a, ComplexVec<double> b) {
  ComplexVec<double> result;
  complex_pow(a, b, result);
  return result;
}
COREPY_INLINE ComplexVec<float> pow(ComplexVec<float> a, ComplexVec<float> b) {
  const ComplexHalves x = widen(a), y = widen(b);
  return narrow(ComplexHalves{vec::pow(x.low, y.low), vec::pow(x.high, y.high)});
}

// Whether the larger part of `a` lies within least .. largest.
template <class T>
COREPY_INLINE Mask<T> is_moderate(ComplexVec<T> a, Vec<T> least, Vec<T> largest) {
  const Vec<T> re = vec::abs(a.re), im = vec::abs(a.im);
  return (re <= largest) & (im <= largest) & ((re >= least) | (im >= least));
}

// Whether a^b is a * a: `a` lies so far from the ends of T's range that no product nears them.
template <class T>
COREPY_INLINE Mask<T> is_plain_square(ComplexVec<T> a, ComplexVec<T> b) {
  constexpr T largest = sizeof(T) == 8 ? T(0x1p220) : T(0x1p50);
  return (b.re == Vec<T>(T(2))) & (b.im == Vec<T>(T(0))) &
         is_moderate(a, Vec<T>(1 / largest), Vec<T>(largest));
}

// The operator table's spelling: only integer powers (vec/integer.h) have something to flag.
template <class T>
COREPY_INLINE ComplexVec<T> pow(ComplexVec<T> a, ComplexVec<T> b, std::uint32_t&) {
  const Mask<T> is_square = is_plain_square(a, b);
  if (!vec::any<T>(is_square)) return vec::pow(a, b);
  const ComplexVec<T> square = vec::multiply(a, a);
  if (vec::all<T>(is_square)) return square;
  const ComplexVec<T> power = vec::pow(a, b);
  return {select<T>(is_square, square.re, power.re), select<T>(is_square, square.im, power.im)};
}

}  // namespace vec
}  // namespace corepy::COREPY_ISA

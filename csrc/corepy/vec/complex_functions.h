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

// The operator table's spelling: only integer powers (vec/integer.h) have something to flag.
COREPY_INLINE ComplexVec<double> pow(ComplexVec<double> a, ComplexVec<double> b, std::uint32_t&) {
  ComplexVec<double> result;
  complex_pow(a, b, result);
  return result;
}
COREPY_INLINE ComplexVec<float> pow(ComplexVec<float> a, ComplexVec<float> b,
                                    std::uint32_t& flags) {
  const ComplexHalves x = widen(a), y = widen(b);
  return narrow(ComplexHalves{vec::pow(x.low, y.low, flags), vec::pow(x.high, y.high, flags)});
}

}  // namespace vec
}  // namespace corepy::COREPY_ISA

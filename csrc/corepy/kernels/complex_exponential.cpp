// Exponentials, logarithms, roots and powers of complex numbers, one body each, which the loops of
// complex64 and complex128 call (vec/complex_functions.h).
#include "corepy/vec/math/complex_exponential.h"
#include "corepy/vec/complex_functions.h"
#include "corepy/vec/math/complex_power.h"

namespace corepy::COREPY_ISA {

#define COREPY_DEFINE(name)                                                               \
  void complex_##name(const ComplexVec<double>& z, ComplexVec<double>& result) noexcept { \
    result = vec::complex_math::name(vec::without_nan_signs(z));                          \
  }
COREPY_FOR_EACH_COMPLEX_EXPONENTIAL(COREPY_DEFINE)
#undef COREPY_DEFINE

void complex_pow(const ComplexVec<double>& a, const ComplexVec<double>& b,
                 ComplexVec<double>& result) noexcept {
  result = vec::complex_math::pow(vec::without_nan_signs(a), vec::without_nan_signs(b));
}

}  // namespace corepy::COREPY_ISA

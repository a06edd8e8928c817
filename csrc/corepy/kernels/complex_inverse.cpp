// Inverse trigonometric and hyperbolic functions of complex numbers, one body each, which the loops
// of complex64 and complex128 call (vec/complex_functions.h).
#include "corepy/vec/math/complex_inverse.h"
#include "corepy/vec/complex_functions.h"

namespace corepy::COREPY_ISA {

#define COREPY_DEFINE(name)                                                               \
  void complex_##name(const ComplexVec<double>& z, ComplexVec<double>& result) noexcept { \
    result = vec::complex_math::name(vec::without_nan_signs(z));                          \
  }
COREPY_FOR_EACH_COMPLEX_INVERSE(COREPY_DEFINE)
#undef COREPY_DEFINE

}  // namespace corepy::COREPY_ISA

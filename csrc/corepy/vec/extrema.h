// Minimum and maximum for reductions, where NaNs are watched apart. The elementwise minimum and
// maximum, which propagate NaN, are in vec/arithmetic.h.
#pragma once

#include <type_traits>

#include "corepy/vec/arithmetic.h"
#include "corepy/vec/vec.h"

namespace corepy::COREPY_ISA::vec {

// The larger or smaller of a and b, -0 below +0; unspecified where one is NaN.
template <bool Largest, class T>
COREPY_INLINE Vec<T> extremum(Vec<T> a, Vec<T> b) {
  if constexpr (std::is_floating_point_v<T>) {
#ifdef __AVX512DQ__
    constexpr int compare_signs =
        Largest ? 5 : 4;  // maximum or minimum, the sign from the comparison, -0 below +0
    if constexpr (std::is_same_v<T, float>) {
      return _mm512_range_ps(a, b, compare_signs);
    } else {
      return _mm512_range_pd(a, b, compare_signs);
    }
#endif
    // The instructions of x86 give the second operand where both are zero: both orders together
    // hold both signs.
    if constexpr (Largest) {
      return bits_and<T>(::xsimd::max(a, b), ::xsimd::max(b, a));
    } else {
      return bits_or<T>(::xsimd::min(a, b), ::xsimd::min(b, a));
    }
  } else if constexpr (Largest) {
    return ::xsimd::max(a, b);
  } else {
    return ::xsimd::min(a, b);
  }
}

// As extremum, but either zero where both are zeros.
template <bool Largest, class T>
COREPY_INLINE Vec<T> extremum_of_equals(Vec<T> a, Vec<T> b) {
  if constexpr (Largest) {
    return ::xsimd::max(a, b);
  } else {
    return ::xsimd::min(a, b);
  }
}

}  // namespace corepy::COREPY_ISA::vec

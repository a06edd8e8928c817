// floor, ceil, trunc and round (half to even): exact for all magnitudes, sign of zero kept, NaN and
// infinities unchanged; integers are what they are. Rounding quotients to integers is in
// vec/division.h.
#pragma once

#include <limits>
#include <type_traits>

#ifdef __aarch64__
#include <arm_neon.h>
#endif

#include "corepy/vec/arithmetic.h"
#include "corepy/vec/vec.h"

namespace corepy::COREPY_ISA::vec {

// Whether the ISA rounds in one instruction (SSE4.1 and later, NEON). SSE2 cannot.
inline constexpr bool has_rounding = has_fma;

// The instruction of each direction. xsimd has none for NEON: it converts to integers and back,
// which drops the sign of zero.
#ifdef __aarch64__
#define COREPY_ROUNDING(name, neon, x86)                                                 \
  template <class T>                                                                     \
  COREPY_INLINE Vec<T> name(Vec<T> a) {                                                  \
    if constexpr (sizeof(T) == 4) {                                                      \
      return __builtin_bit_cast(Vec<T>, neon##_f32(__builtin_bit_cast(float32x4_t, a))); \
    } else {                                                                             \
      return __builtin_bit_cast(Vec<T>, neon##_f64(__builtin_bit_cast(float64x2_t, a))); \
    }                                                                                    \
  }
#else
#define COREPY_ROUNDING(name, neon, x86) \
  template <class T>                     \
  COREPY_INLINE Vec<T> name(Vec<T> a) {  \
    return ::xsimd::x86(a);              \
  }
#endif
COREPY_ROUNDING(round_instruction, vrndnq, nearbyint)
COREPY_ROUNDING(floor_instruction, vrndmq, floor)
COREPY_ROUNDING(ceil_instruction, vrndpq, ceil)
COREPY_ROUNDING(trunc_instruction, vrndq, trunc)
#undef COREPY_ROUNDING

// Adding and subtracting 2^(p-1), p the precision, rounds a smaller magnitude to an integer, half
// to even, in the default rounding mode; from 2^(p-1) on, every float is an integer already. (A NaN
// fails the comparison and stays.)
template <class T>
COREPY_INLINE Vec<T> round_by_addition(Vec<T> a) {
  constexpr T limit = T(1) / std::numeric_limits<T>::epsilon();
  const Vec<T> magnitude = abs<T>(a);
  const Vec<T> rounded = subtract<T>(add<T>(magnitude, Vec<T>(limit)), Vec<T>(limit));
  return select<T>(magnitude < Vec<T>(limit), copysign<T>(rounded, a), a);
}

template <class T>
COREPY_INLINE Vec<T> round(Vec<T> a) {
  if constexpr (std::is_integral_v<T>) {
    return a;
  } else if constexpr (has_rounding) {
    return round_instruction<T>(a);
  } else {
    return round_by_addition<T>(a);
  }
}
template <class T>
COREPY_INLINE Vec<T> floor(Vec<T> a) {
  if constexpr (std::is_integral_v<T>) {
    return a;
  } else if constexpr (has_rounding) {
    return floor_instruction<T>(a);
  } else {
    const Vec<T> nearest = round_by_addition<T>(a);
    return copysign<T>(select<T>(a < nearest, subtract<T>(nearest, Vec<T>(T(1))), nearest), a);
  }
}
template <class T>
COREPY_INLINE Vec<T> ceil(Vec<T> a) {
  if constexpr (std::is_integral_v<T>) {
    return a;
  } else if constexpr (has_rounding) {
    return ceil_instruction<T>(a);
  } else {
    const Vec<T> nearest = round_by_addition<T>(a);
    return copysign<T>(select<T>(nearest < a, add<T>(nearest, Vec<T>(T(1))), nearest), a);
  }
}
template <class T>
COREPY_INLINE Vec<T> trunc(Vec<T> a) {
  if constexpr (std::is_integral_v<T>) {
    return a;
  } else if constexpr (has_rounding) {
    return trunc_instruction<T>(a);
  } else {
    return copysign<T>(floor<T>(abs<T>(a)), a);
  }
}

}  // namespace corepy::COREPY_ISA::vec

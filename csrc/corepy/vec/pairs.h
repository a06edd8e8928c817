// Vectors whose neighbouring lanes are the parts of complex numbers, (re, im), as they lie in
// memory. Complex arithmetic with the parts in separate vectors is in vec/complex.h.
#pragma once

#include "corepy/vec/fold.h"
#include "corepy/vec/vec.h"

namespace corepy::COREPY_ISA::vec {

template <class T>
struct AlternatingSigns {
  alignas(64) T value[64 / sizeof(T)];
  constexpr AlternatingSigns() : value{} {
    for (std::size_t i = 0; i < 64 / sizeof(T); i += 2) value[i] = T(-0.0);
  }
};
template <class T>
inline constexpr AlternatingSigns<T> alternating_signs;

// Floats by an immediate where xsimd takes a register of lane numbers, which a tile of sums lacks.
template <class T>
COREPY_INLINE Vec<T> swap_pairs(Vec<T> v) {
#if defined(__AVX2__) && !defined(__AVX512F__)
  if constexpr (std::is_same_v<T, float>) return _mm256_permute_ps(v, 0xb1);
#endif
  return permute<SwapPairs>(v);
}
// i * v: (-im, re), exactly.
template <class T>
COREPY_INLINE Vec<T> turn_pairs(Vec<T> v) {
  return swap_pairs(v) ^ Vec<T>::load_aligned(alternating_signs<T>.value);
}
// (im, -re)
template <class T>
COREPY_INLINE Vec<T> turn_pairs_back(Vec<T> v) {
  return swap_pairs(v ^ Vec<T>::load_aligned(alternating_signs<T>.value));
}
template <class T>
COREPY_INLINE Vec<T> repeat_even(Vec<T> v) {
  return permute<RepeatEven>(v);
}
template <class T>
COREPY_INLINE Vec<T> repeat_odd(Vec<T> v) {
  return permute<RepeatOdd>(v);
}

// (x, y, x, y, ...)
template <class T>
COREPY_INLINE Vec<T> broadcast_pair(T x, T y) {
  if constexpr (sizeof(T) == 4) {
    const T pair[2] = {x, y};
    return bit_cast<T>(Vec<double>(__builtin_bit_cast(double, pair)));
  } else {
#if defined(__AVX512F__)
    return Vec<T>(_mm512_broadcast_f64x2(_mm_set_pd(y, x)));
#elif defined(__AVX2__)
    return Vec<T>(_mm256_set_m128d(_mm_set_pd(y, x), _mm_set_pd(y, x)));
#else
    return Vec<T>(x, y);
#endif
  }
}

}  // namespace corepy::COREPY_ISA::vec

// Across the lanes of a vector: halving, merging of two half-folded vectors, lane masks. The order
// in which lanes are combined is part of the numerics contract (kernels/reduction_order.h);
// elementwise operations are in vec/arithmetic.h.
#pragma once

#include <cstdint>
#include <type_traits>

#include "corepy/vec/lanes.h"
#include "corepy/vec/vec.h"

// Loops over arrays of vectors must unroll wholly, or the arrays live in memory.
#ifdef __clang__
#define COREPY_UNROLL _Pragma("unroll")
#else
#define COREPY_UNROLL _Pragma("GCC unroll 16")
#endif

namespace corepy::COREPY_ISA::vec {

template <class T>
using UnsignedOf = std::make_unsigned_t<BitsOf<T>>;

template <std::int64_t Shift>
struct RotateLanes {
  static constexpr unsigned get(unsigned lane, unsigned count) {
    return (lane + static_cast<unsigned>(Shift)) % count;
  }
};
struct SwapPairs {
  static constexpr unsigned get(unsigned lane, unsigned) { return lane ^ 1; }
};
struct RepeatEven {
  static constexpr unsigned get(unsigned lane, unsigned) { return lane & ~1u; }
};
struct RepeatOdd {
  static constexpr unsigned get(unsigned lane, unsigned) { return lane | 1u; }
};

// Lane i of the result is lane Pattern::get(i, count) of v.
template <class Pattern, class T>
COREPY_INLINE Vec<T> permute(Vec<T> v) {
  return ::xsimd::swizzle(v, ::xsimd::make_batch_constant<UnsignedOf<T>, Pattern, Arch>());
}

#ifdef __AVX512F__
// Lane i of the result is lane index[i] of v, of 4 or 8 bytes, counted on beyond the last lane from
// the first. One instruction, where xsimd's swizzle may take three.
template <class T>
COREPY_INLINE Vec<T> permute_by(__m512i index, Vec<T> v) {
  const __m512i x = __builtin_bit_cast(__m512i, v);
  if constexpr (sizeof(T) == 4) {
    return __builtin_bit_cast(Vec<T>, _mm512_permutexvar_epi32(index, x));
  } else {
    return __builtin_bit_cast(Vec<T>, _mm512_permutexvar_epi64(index, x));
  }
}
#endif

// Halves the lanes until `Left` are left, which the low lanes then hold: lane l takes combine(l, l
// + lanes/2), and so on.
template <std::int64_t Left, std::int64_t Lanes, class T, class Combine>
COREPY_INLINE Vec<T> fold_lanes(Vec<T> v, Combine combine) {
  if constexpr (Lanes <= Left) {
    return v;
  } else {
    return fold_lanes<Left, Lanes / 2>(combine(v, permute<RotateLanes<Lanes / 2>>(v)), combine);
  }
}

#ifdef __AVX512F__
// a[from], b[from], a[from + 1], b[from + 1] ...: one instruction, where xsimd's zip takes several.
template <int From, class T>
COREPY_INLINE Vec<T> interleave_lanes(Vec<T> a, Vec<T> b) {
  if constexpr (sizeof(T) == 4) {
    const __m512i index =
        _mm512_add_epi32(_mm512_setr_epi32(0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23),
                         _mm512_set1_epi32(From));
    return _mm512_permutex2var_ps(a, index, b);
  } else {
    const __m512i index =
        _mm512_add_epi64(_mm512_setr_epi64(0, 8, 1, 9, 2, 10, 3, 11), _mm512_set1_epi64(From));
    return _mm512_permutex2var_pd(a, index, b);
  }
}
#endif

// One halving step of two float vectors at once: even lanes of the result belong to a, odd ones to
// b.
template <class T, class Combine>
COREPY_INLINE Vec<T> merge_halves(Vec<T> a, Vec<T> b, Combine combine) {
#ifdef __AVX512F__
  return combine(interleave_lanes<0>(a, b), interleave_lanes<lanes<T> / 2>(a, b));
#else
  return combine(::xsimd::zip_lo(a, b), ::xsimd::zip_hi(a, b));
#endif
}

template <class T>
struct LaneNumbers {
  alignas(64) T value[64];
  constexpr LaneNumbers() : value{} {
    for (int i = 0; i < 64; ++i) value[i] = static_cast<T>(i);
  }
};
template <class T>
inline constexpr LaneNumbers<T> lane_numbers;

// True in the first n lanes.
template <class T>
COREPY_INLINE Mask<T> first_lanes(std::int64_t n) {
  return Vec<T>::load_aligned(lane_numbers<T>.value) < Vec<T>(static_cast<T>(n));
}

}  // namespace corepy::COREPY_ISA::vec

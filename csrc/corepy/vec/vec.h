// Vectors of one ISA: the only place (with vec/math and vec/complex.h) that names xsimd or an
// intrinsic. Loads, stores, masks, fused multiply-add and bit operations; elementary functions are
// in vec/math/, complex arithmetic in vec/complex.h.
#pragma once

#ifndef COREPY_ISA
#error "vec/vec.h is compiled once per ISA: define COREPY_ISA (avx512, avx2, baseline, neon)"
#endif
#ifdef __FAST_MATH__
#error "corepy's results are defined by IEEE arithmetic: do not build it with -ffast-math"
#endif

#define COREPY_CAT_(a, b) a##b
#define COREPY_CAT(a, b) COREPY_CAT_(a, b)
#define COREPY_XSIMD_CAT_(a, b) \
  a##b  // a twin, since a macro is not expanded inside its own expansion
#define COREPY_XSIMD_CAT(a, b) COREPY_XSIMD_CAT_(a, b)
// xsimd's inline functions would be weak symbols of the same name in every ISA's object, and the
// linker could hand the AVX-512 copy to baseline code. Renaming the namespace makes each ISA's
// symbols its own (tests/build checks it).
#define xsimd COREPY_XSIMD_CAT(xsimd_, COREPY_ISA)
#ifndef __SSE2__
#define XSIMD_WITH_EMULATED 1  // baseline on machines where xsimd has no portable 128-bit type
#endif
#include <xsimd/xsimd.hpp>

#include <cmath>
#include <cstdint>
#include <cstring>

#include "corepy/core/dtype.h"

#define COREPY_INLINE inline __attribute__((always_inline))
#define COREPY_LAMBDA_INLINE __attribute__((always_inline))

#define COREPY_ARCH_avx512 ::xsimd::avx512bw
#define COREPY_ARCH_avx2 ::xsimd::fma3<::xsimd::avx2>
#define COREPY_ARCH_neon ::xsimd::neon64
#ifdef __SSE2__
#define COREPY_ARCH_baseline ::xsimd::sse2
#else
#define COREPY_ARCH_baseline ::xsimd::emulated<128>
#endif

namespace corepy::COREPY_ISA {

using Arch = COREPY_CAT(COREPY_ARCH_, COREPY_ISA);

template <class T>
using Vec = ::xsimd::batch<T, Arch>;
template <class T>
using Mask = ::xsimd::batch_bool<T, Arch>;

template <class T>
inline constexpr std::int64_t lanes = static_cast<std::int64_t>(Vec<T>::size);

// Whether the machine has a fused multiply-add instruction; where not (SSE2, emulated), std::fma
// per lane: slow, same bits.
inline constexpr bool has_fma = !std::is_same_v<Arch, COREPY_ARCH_baseline>;

// What holds lanes of an element type, and what a comparison of two such gives. Specialised for
// bool8_t (vec/bool.h) and Complex<T> (vec/complex.h), so that one loop template serves every dtype
// through the overloads of vec::load, load_partial, store, store_partial, stream and broadcast.
template <class E>
struct vec_of {
  using type = Vec<E>;
  using mask = Mask<E>;
  static constexpr std::int64_t size = lanes<E>;
};
template <class E>
using VecOf = typename vec_of<E>::type;
template <class E>
using MaskOf = typename vec_of<E>::mask;
template <class E>
inline constexpr std::int64_t lanes_of = vec_of<E>::size;

// The element types that a Vec can hold.
template <class T>
concept RealElement = std::is_arithmetic_v<T> && !std::is_same_v<T, bool>;

namespace vec {

template <class T>
struct scalar_of {
  using type = T;
};
template <class T, class A>
struct scalar_of<::xsimd::batch<T, A>> {
  using type = T;
};

template <RealElement T>
COREPY_INLINE Vec<T> load(const T* p) {
  return Vec<T>::load_unaligned(p);
}
template <RealElement T>
COREPY_INLINE void store(T* p, Vec<T> v) {
  v.store_unaligned(p);
}
template <RealElement T>
COREPY_INLINE Vec<T> broadcast(T x) {
  return Vec<T>(x);
}

#if defined(__AVX2__) && !defined(__AVX512BW__)
// All bits of the first n of the 32-bit words.
alignas(64) inline constexpr std::int32_t first_words[16] = {-1, -1, -1, -1, -1, -1, -1, -1};
COREPY_INLINE __m256i mask_first_words(std::int64_t n) {
  return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(first_words + 8 - n));
}
#endif

// The first n (< lanes) elements of p; the other lanes hold `fill`. Never touches memory past p +
// n.
template <RealElement T>
COREPY_INLINE Vec<T> load_partial(const T* p, std::int64_t n, T fill = T(0)) {
#ifdef __AVX512BW__
  if constexpr (std::is_same_v<T, float>) {
    return _mm512_mask_loadu_ps(_mm512_set1_ps(fill), static_cast<__mmask16>((1u << n) - 1), p);
  } else if constexpr (std::is_same_v<T, double>) {
    return _mm512_mask_loadu_pd(_mm512_set1_pd(fill), static_cast<__mmask8>((1u << n) - 1), p);
  } else if constexpr (sizeof(T) == 8) {
    return _mm512_mask_loadu_epi64(Vec<T>(fill), static_cast<__mmask8>((1u << n) - 1), p);
  } else if constexpr (sizeof(T) == 4) {
    return _mm512_mask_loadu_epi32(Vec<T>(fill), static_cast<__mmask16>((1u << n) - 1), p);
  } else if constexpr (sizeof(T) == 2) {
    return _mm512_mask_loadu_epi16(Vec<T>(fill), static_cast<__mmask32>((1ull << n) - 1), p);
  } else {
    return _mm512_mask_loadu_epi8(Vec<T>(fill), static_cast<__mmask64>((1ull << n) - 1), p);
  }
#else
#ifdef __AVX2__
  if constexpr (sizeof(T) >= 4) {
    const __m256i mask = mask_first_words(n * (sizeof(T) / 4));
    const __m256i some = _mm256_maskload_epi32(reinterpret_cast<const int*>(p), mask);
    const __m256i rest = __builtin_bit_cast(__m256i, Vec<T>(fill));
    return __builtin_bit_cast(Vec<T>, _mm256_blendv_epi8(rest, some, mask));
  }
#endif
  alignas(64) T buffer[lanes<T>];
  for (std::int64_t i = 0; i < lanes<T>; ++i) buffer[i] = fill;
  std::memcpy(buffer, p, static_cast<std::size_t>(n) * sizeof(T));
  return Vec<T>::load_aligned(buffer);
#endif
}

// Stores the first n (< lanes) elements; memory past p + n is not written.
template <RealElement T>
COREPY_INLINE void store_partial(T* p, Vec<T> v, std::int64_t n) {
#ifdef __AVX512BW__
  if constexpr (std::is_same_v<T, float>) {
    _mm512_mask_storeu_ps(p, static_cast<__mmask16>((1u << n) - 1), v);
  } else if constexpr (std::is_same_v<T, double>) {
    _mm512_mask_storeu_pd(p, static_cast<__mmask8>((1u << n) - 1), v);
  } else if constexpr (sizeof(T) == 8) {
    _mm512_mask_storeu_epi64(p, static_cast<__mmask8>((1u << n) - 1), v);
  } else if constexpr (sizeof(T) == 4) {
    _mm512_mask_storeu_epi32(p, static_cast<__mmask16>((1u << n) - 1), v);
  } else if constexpr (sizeof(T) == 2) {
    _mm512_mask_storeu_epi16(p, static_cast<__mmask32>((1ull << n) - 1), v);
  } else {
    _mm512_mask_storeu_epi8(p, static_cast<__mmask64>((1ull << n) - 1), v);
  }
#else
#ifdef __AVX2__
  if constexpr (sizeof(T) >= 4) {
    // By halves: the masked store of some CPUs takes 18 operations.
    const std::int64_t words = n * (sizeof(T) / 4);
    char* to = reinterpret_cast<char*>(p);
    const __m256i all = __builtin_bit_cast(__m256i, v);
    __m128i left = _mm256_castsi256_si128(all);
    if (words & 4) {
      _mm_storeu_si128(reinterpret_cast<__m128i*>(to), left);
      left = _mm256_extracti128_si256(all, 1);
      to += 16;
    }
    if (words & 2) {
      _mm_storel_epi64(reinterpret_cast<__m128i*>(to), left);
      left = _mm_unpackhi_epi64(left, left);
      to += 8;
    }
    if (words & 1) {
      const int word = _mm_cvtsi128_si32(left);
      std::memcpy(to, &word, sizeof word);
    }
    return;
  }
#endif
  alignas(64) T buffer[lanes<T>];
  v.store_aligned(buffer);
  std::memcpy(p, buffer, static_cast<std::size_t>(n) * sizeof(T));
#endif
}

// Stores past the caches, for outputs larger than the last level. p is aligned to the vector; a
// stream_fence() must follow before another thread may be told of the data. A plain store where the
// ISA has nothing of the kind.
template <RealElement T>
COREPY_INLINE void stream(T* p, Vec<T> v) {
#if defined(__AVX512BW__)
  _mm512_stream_si512(reinterpret_cast<__m512i*>(p), __builtin_bit_cast(__m512i, v));
#elif defined(__AVX2__)
  _mm256_stream_si256(reinterpret_cast<__m256i*>(p), __builtin_bit_cast(__m256i, v));
#elif defined(__SSE2__)
  _mm_stream_si128(reinterpret_cast<__m128i*>(p), __builtin_bit_cast(__m128i, v));
#else
  v.store_unaligned(p);
#endif
}
COREPY_INLINE void stream_fence() {
#if defined(__SSE2__)
  _mm_sfence();
#endif
}

// a * b + c with one rounding, on every ISA.
template <class T>
COREPY_INLINE Vec<T> fma(Vec<T> a, Vec<T> b, Vec<T> c) {
  if constexpr (has_fma) {
    return ::xsimd::fma(a, b, c);
  } else {
    alignas(64) T x[lanes<T>], y[lanes<T>], z[lanes<T>];
    a.store_aligned(x);
    b.store_aligned(y);
    c.store_aligned(z);
    for (std::int64_t i = 0; i < lanes<T>; ++i) z[i] = std::fma(x[i], y[i], z[i]);
    return Vec<T>::load_aligned(z);
  }
}

// c - a * b with one rounding.
template <class T>
COREPY_INLINE Vec<T> fnma(Vec<T> a, Vec<T> b, Vec<T> c) {
#ifdef __FMA__
  return ::xsimd::fnma(a, b,
                       c);  // not fma(-a, ...): xsimd's minus is 0 - a on AVX-512, which loses -0
#else
  return fma(-a, b, c);
#endif
}

// a * b - c with one rounding.
template <class T>
COREPY_INLINE Vec<T> fms(Vec<T> a, Vec<T> b, Vec<T> c) {
#ifdef __FMA__
  return ::xsimd::fms(a, b, c);
#else
  return fma(a, b, -c);
#endif
}

template <class T>
COREPY_INLINE Vec<T> select(Mask<T> m, Vec<T> yes, Vec<T> no) {
  return ::xsimd::select(m, yes, no);
}
template <class T>
COREPY_INLINE bool any(Mask<T> m) {
  return ::xsimd::any(m);
}
template <class T>
COREPY_INLINE bool all(Mask<T> m) {
  return ::xsimd::all(m);
}
// The same bits seen as another element type of the same width.
template <class U, class T>
COREPY_INLINE Vec<U> bit_cast(Vec<T> v) {
  return ::xsimd::bitwise_cast<U>(v);
}

}  // namespace vec
}  // namespace corepy::COREPY_ISA

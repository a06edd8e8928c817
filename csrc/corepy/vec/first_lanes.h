// Loads and stores of the first lanes of a vector, their number fixed once for many of them. Single
// partial loads and stores are in vec/vec.h.
#pragma once

#include "corepy/vec/fold.h"
#include "corepy/vec/vec.h"

namespace corepy::COREPY_ISA::vec {

// Whether a partial load is one instruction, which never touches memory behind its lanes.
#if defined(__AVX512BW__)
template <class T>
inline constexpr bool has_prefix_load = true;
#elif defined(__AVX2__)
template <class T>
inline constexpr bool has_prefix_load = sizeof(T) >= 4;
#else
template <class T>
inline constexpr bool has_prefix_load = false;
#endif

// The first `count` lanes, 0 < count <= lanes<T>. Without has_prefix_load, loads read whole
// vectors: the caller sees to it that they are there.
template <class T>
class Prefix {
 public:
  explicit COREPY_INLINE Prefix(std::int64_t count) : count_(count) {
#if defined(__AVX512BW__)
    mask_ = ~std::uint64_t{0} >> (64 - count);
#elif defined(__AVX2__)
    if constexpr (has_prefix_load<T>) {
      using Number = std::conditional_t<sizeof(T) == 4, std::int32_t, std::int64_t>;
      mask_ =
          __builtin_bit_cast(__m256i, Vec<Number>(static_cast<Number>(count)) >
                                          Vec<Number>::load_aligned(lane_numbers<Number>.value));
    }
#endif
  }

  COREPY_INLINE Vec<T> load(const T* p) const {
#if defined(__AVX512BW__)
    if constexpr (std::is_same_v<T, float>) {
      return _mm512_maskz_loadu_ps(static_cast<__mmask16>(mask_), p);
    } else if constexpr (std::is_same_v<T, double>) {
      return _mm512_maskz_loadu_pd(static_cast<__mmask8>(mask_), p);
    } else if constexpr (sizeof(T) == 8) {
      return _mm512_maskz_loadu_epi64(static_cast<__mmask8>(mask_), p);
    } else if constexpr (sizeof(T) == 4) {
      return _mm512_maskz_loadu_epi32(static_cast<__mmask16>(mask_), p);
    } else if constexpr (sizeof(T) == 2) {
      return _mm512_maskz_loadu_epi16(static_cast<__mmask32>(mask_), p);
    } else {
      return _mm512_maskz_loadu_epi8(static_cast<__mmask64>(mask_), p);
    }
#elif defined(__AVX2__)
    if constexpr (std::is_same_v<T, float>) {
      return Vec<T>(_mm256_maskload_ps(p, mask_));
    } else if constexpr (std::is_same_v<T, double>) {
      return Vec<T>(_mm256_maskload_pd(p, mask_));
    } else if constexpr (sizeof(T) == 4) {
      return Vec<T>(_mm256_maskload_epi32(reinterpret_cast<const int*>(p), mask_));
    } else if constexpr (sizeof(T) == 8) {
      return Vec<T>(_mm256_maskload_epi64(reinterpret_cast<const long long*>(p), mask_));
    } else {
      return vec::load(p);
    }
#else
    return vec::load(p);
#endif
  }

  COREPY_INLINE void store(T* p, Vec<T> v) const {
#if defined(__AVX512BW__)
    if constexpr (std::is_same_v<T, float>) {
      _mm512_mask_storeu_ps(p, static_cast<__mmask16>(mask_), v);
    } else if constexpr (std::is_same_v<T, double>) {
      _mm512_mask_storeu_pd(p, static_cast<__mmask8>(mask_), v);
    } else if constexpr (sizeof(T) == 8) {
      _mm512_mask_storeu_epi64(p, static_cast<__mmask8>(mask_), v);
    } else if constexpr (sizeof(T) == 4) {
      _mm512_mask_storeu_epi32(p, static_cast<__mmask16>(mask_), v);
    } else if constexpr (sizeof(T) == 2) {
      _mm512_mask_storeu_epi16(p, static_cast<__mmask32>(mask_), v);
    } else {
      _mm512_mask_storeu_epi8(p, static_cast<__mmask64>(mask_), v);
    }
#else
    if (count_ == lanes<T>) {
      vec::store(p, v);
    } else {
      vec::store_partial(p, v, count_);
    }
#endif
  }

  // As load, of memory that may end with the last lane on any ISA.
  COREPY_INLINE Vec<T> load_exactly(const T* p) const {
    if constexpr (has_prefix_load<T>) {
      return load(p);
    } else {
      return count_ == lanes<T> ? vec::load(p) : vec::load_partial(p, count_);
    }
  }

 private:
  std::int64_t count_;
#if defined(__AVX512BW__)
  std::uint64_t mask_;
#elif defined(__AVX2__)
  __m256i mask_;
#endif
};

}  // namespace corepy::COREPY_ISA::vec

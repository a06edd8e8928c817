// 32 bytes of float or double lanes as one value, on every ISA: the lanes in which matmul sums
// along k (kernels/matmul.h). Full vectors are in vec/vec.h.
#pragma once

#include "corepy/vec/fold.h"
#include "corepy/vec/vec.h"

namespace corepy::COREPY_ISA::vec {

#ifdef __AVX2__
using LaneBlockArch = ::xsimd::fma3<::xsimd::avx2>;  // AVX-512, too, has 256-bit registers
#else
using LaneBlockArch = Arch;
#endif

// 32 bytes of ones, 32 of zeros: read from 32 - n on, a mask of the first n bytes.
struct LaneBlockMasks {
  alignas(64) std::uint8_t byte[64];
  constexpr LaneBlockMasks() : byte{} {
    for (int i = 0; i < 32; ++i) byte[i] = 0xff;
  }
};
inline constexpr LaneBlockMasks lane_block_masks;

template <class T>
struct LaneBlock {
  using Part = ::xsimd::batch<T, LaneBlockArch>;
  static constexpr std::int64_t size = 32 / static_cast<std::int64_t>(sizeof(T));
  static constexpr std::int64_t part_size = static_cast<std::int64_t>(Part::size);
  static constexpr std::int64_t parts = size / part_size;
  Part part[parts];

  static COREPY_INLINE LaneBlock broadcast(T x) {
    LaneBlock block;
    COREPY_UNROLL
    for (std::int64_t i = 0; i < parts; ++i) block.part[i] = Part(x);
    return block;
  }
  static COREPY_INLINE LaneBlock load(const T* p) {
    LaneBlock block;
    COREPY_UNROLL
    for (std::int64_t i = 0; i < parts; ++i)
      block.part[i] = Part::load_unaligned(p + i * part_size);
    return block;
  }
  // The first n (< size) elements of p, zeros behind them. Never touches memory past p + n.
  static COREPY_INLINE LaneBlock load_partial(const T* p, std::int64_t n) {
#ifdef __AVX2__
    const __m256i bytes = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(
        lane_block_masks.byte + 32 - n * static_cast<std::int64_t>(sizeof(T))));
    if constexpr (std::is_same_v<T, float>) {
      return {Part(_mm256_maskload_ps(p, bytes))};
    } else {
      return {Part(_mm256_maskload_pd(p, bytes))};
    }
#else
    alignas(32) T buffer[size] = {};
    std::memcpy(buffer, p, static_cast<std::size_t>(n) * sizeof(T));
    return load(buffer);
#endif
  }
  COREPY_INLINE void store(T* p) const {
    COREPY_UNROLL
    for (std::int64_t i = 0; i < parts; ++i) part[i].store_unaligned(p + i * part_size);
  }
};

// a * b + c with one rounding.
template <class T>
COREPY_INLINE LaneBlock<T> fma(const LaneBlock<T>& a, const LaneBlock<T>& b,
                               const LaneBlock<T>& c) {
  LaneBlock<T> result;
  COREPY_UNROLL
  for (std::int64_t i = 0; i < LaneBlock<T>::parts; ++i) {
    if constexpr (has_fma) {
      result.part[i] = ::xsimd::fma(a.part[i], b.part[i], c.part[i]);
    } else {
      result.part[i] = fma<T>(a.part[i], b.part[i], c.part[i]);
    }
  }
  return result;
}

// The sum of the lanes by halving: l takes l + size / 2, then l + size / 4, ... .
template <class T>
COREPY_INLINE T sum_lanes(const LaneBlock<T>& block) {
#ifdef __AVX2__
  if constexpr (std::is_same_v<T, float>) {
    const __m256 v = block.part[0];
    const __m128 four = _mm_add_ps(_mm256_castps256_ps128(v), _mm256_extractf128_ps(v, 1));
    const __m128 two = _mm_add_ps(four, _mm_movehl_ps(four, four));
    return _mm_cvtss_f32(_mm_add_ss(two, _mm_movehdup_ps(two)));
  } else {
    const __m256d v = block.part[0];
    const __m128d two = _mm_add_pd(_mm256_castpd256_pd128(v), _mm256_extractf128_pd(v, 1));
    return _mm_cvtsd_f64(_mm_add_sd(two, _mm_unpackhi_pd(two, two)));
  }
#else
  constexpr std::int64_t size = LaneBlock<T>::size;
  T lane[size];
  block.store(lane);
  COREPY_UNROLL
  for (std::int64_t half = size / 2; half > 0; half /= 2) {
    COREPY_UNROLL
    for (std::int64_t l = 0; l < half; ++l) lane[l] = lane[l] + lane[l + half];
  }
  return lane[0];
#endif
}

}  // namespace corepy::COREPY_ISA::vec

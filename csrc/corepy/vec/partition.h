// What sorting asks of vectors of keys: lanes parted by a comparison, lanes reversed within groups,
// alternating blends. Networks and loops are in kernels/sorting_network.h and
// kernels/sorting_quick.h.
#pragma once

#include <cstdint>
#include <type_traits>

#include "corepy/vec/fold.h"
#include "corepy/vec/vec.h"

namespace corepy::COREPY_ISA::vec {

// Whether the ISA moves chosen lanes together fast enough for sorting by partition.
#ifdef __AVX2__
template <class K>
inline constexpr bool has_partition =
    std::is_same_v<K, std::int32_t> || std::is_same_v<K, std::int64_t> || std::is_same_v<K, double>;
#else
template <class K>
inline constexpr bool has_partition = false;
#endif

// Whether doubles are sorted as such, not as integers in their order: AVX2 has a minimum of
// doubles, but none of 64-bit integers.
#if defined(__AVX2__) && !defined(__AVX512BW__)
inline constexpr bool sorts_doubles = true;
#else
inline constexpr bool sorts_doubles = false;
#endif

// Lane i of each group of `Group` lanes takes the group's lane Group - 1 - i.
template <std::int64_t Group>
struct ReverseGroups {
  static constexpr unsigned get(unsigned lane, unsigned) {
    return lane ^ static_cast<unsigned>(Group - 1);
  }
};
template <std::int64_t Group>
struct SwapHalves {
  static constexpr unsigned get(unsigned lane, unsigned) {
    return lane ^ static_cast<unsigned>(Group / 2);
  }
};
template <std::int64_t Group>
struct UpperHalves {
  static constexpr bool get(unsigned lane, unsigned) { return (lane & (Group / 2)) != 0; }
};

template <std::int64_t Group, class K>
COREPY_INLINE Vec<K> reverse_groups(Vec<K> v) {
  return permute<ReverseGroups<Group>>(v);
}
template <std::int64_t Group, class K>
COREPY_INLINE Vec<K> swap_halves(Vec<K> v) {
  return permute<SwapHalves<Group>>(v);
}
// The lower half of each group of lanes from `low`, the upper from `high`.
template <std::int64_t Group, class K>
COREPY_INLINE Vec<K> blend_halves(Vec<K> low, Vec<K> high) {
  return ::xsimd::select(::xsimd::make_batch_bool_constant<K, UpperHalves<Group>, Arch>(), high,
                         low);
}
template <class K>
COREPY_INLINE Vec<K> smaller_of(Vec<K> a, Vec<K> b) {
  return ::xsimd::min(a, b);
}
template <class K>
COREPY_INLINE Vec<K> larger_of(Vec<K> a, Vec<K> b) {
  return ::xsimd::max(a, b);
}

// v's lanes parted: the `lower_count` lanes below the pivot (or, OrEqual, not above it) are the
// first of `lower`, the others are the last of `upper`; the other lanes of both are arbitrary.
template <class K>
struct Parted {
  Vec<K> lower, upper;
  std::int64_t lower_count;
};

#ifdef __AVX2__
namespace partition_tables {

template <int Lanes, class Entry, int Words>
struct Table {
  alignas(64) Entry row[1 << Lanes][Words];
};
// For each set of lanes, first those outside of it, in order, then those in it.
constexpr Table<8, std::uint8_t, 8> make_byte_table() {
  Table<8, std::uint8_t, 8> table{};
  for (int set = 0; set < 256; ++set) {
    int to = 0;
    for (int in = 0; in < 2; ++in) {
      for (int lane = 0; lane < 8; ++lane) {
        if ((set >> lane & 1) == in) table.row[set][to++] = static_cast<std::uint8_t>(lane);
      }
    }
  }
  return table;
}
// The same for four lanes of 64 bits, as pairs of 32-bit lanes.
constexpr Table<4, std::int32_t, 8> make_pair_table() {
  Table<4, std::int32_t, 8> table{};
  for (int set = 0; set < 16; ++set) {
    int to = 0;
    for (int in = 0; in < 2; ++in) {
      for (int lane = 0; lane < 4; ++lane) {
        if ((set >> lane & 1) != in) continue;
        table.row[set][to++] = 2 * lane;
        table.row[set][to++] = 2 * lane + 1;
      }
    }
  }
  return table;
}
[[maybe_unused]] inline constexpr auto byte_table = make_byte_table();
[[maybe_unused]] inline constexpr auto pair_table = make_pair_table();
// Loaded from 16 - n on: lane i of the result is i + 16 - n modulo 16, a rotation upwards by n.
struct Rotations {
  alignas(64) std::int32_t lane[32];
};
constexpr Rotations make_rotations() {
  Rotations rotations{};
  for (int i = 0; i < 32; ++i) rotations.lane[i] = i & 15;
  return rotations;
}
[[maybe_unused]] inline constexpr Rotations rotations = make_rotations();

}  // namespace partition_tables

template <bool OrEqual, class K>
COREPY_INLINE Parted<K> part_lanes(Vec<K> v, Vec<K> pivot) {
#if defined(__AVX512BW__)
  if constexpr (sizeof(K) == 4) {
    const __mmask16 upper =
        OrEqual ? _mm512_cmpgt_epi32_mask(v, pivot) : _mm512_cmpge_epi32_mask(v, pivot);
    const int count = __builtin_popcount(static_cast<std::uint16_t>(~upper));
    const __m512i low = _mm512_maskz_compress_epi32(static_cast<__mmask16>(~upper), v);
    const __m512i high = _mm512_maskz_compress_epi32(upper, v);
    const __m512i turn = _mm512_loadu_si512(partition_tables::rotations.lane + 16 - count);
    return {Vec<K>(low), Vec<K>(_mm512_permutexvar_epi32(turn, high)), count};
  } else {
    const __mmask8 upper =
        OrEqual ? _mm512_cmpgt_epi64_mask(v, pivot) : _mm512_cmpge_epi64_mask(v, pivot);
    const __m512i order = _mm512_cvtepu8_epi64(
        _mm_loadl_epi64(reinterpret_cast<const __m128i*>(partition_tables::byte_table.row[upper])));
    const Vec<K> parted(_mm512_permutexvar_epi64(order, v));
    return {parted, parted, 8 - __builtin_popcount(upper)};
  }
#else
  if constexpr (sizeof(K) == 4) {
    const __m256i upper = OrEqual ? _mm256_cmpgt_epi32(v, pivot) : _mm256_cmpgt_epi32(pivot, v);
    const unsigned bits = static_cast<unsigned>(_mm256_movemask_ps(_mm256_castsi256_ps(upper)));
    const unsigned set = OrEqual ? bits : bits ^ 0xffu;
    const __m256i order = _mm256_cvtepu8_epi32(
        _mm_loadl_epi64(reinterpret_cast<const __m128i*>(partition_tables::byte_table.row[set])));
    const Vec<K> parted(_mm256_permutevar8x32_epi32(v, order));
    return {parted, parted, 8 - __builtin_popcount(set)};
  } else {
    unsigned set;
    __m256i lanes_of_set;
    if constexpr (std::is_same_v<K, double>) {
      constexpr int is_upper = OrEqual ? _CMP_GT_OQ : _CMP_GE_OQ;
      set = static_cast<unsigned>(_mm256_movemask_pd(_mm256_cmp_pd(v, pivot, is_upper)));
      lanes_of_set = _mm256_castpd_si256(v);
    } else {
      const __m256i upper = OrEqual ? _mm256_cmpgt_epi64(v, pivot) : _mm256_cmpgt_epi64(pivot, v);
      const unsigned bits = static_cast<unsigned>(_mm256_movemask_pd(_mm256_castsi256_pd(upper)));
      set = OrEqual ? bits : bits ^ 0xfu;
      lanes_of_set = v;
    }
    const __m256i order =
        _mm256_load_si256(reinterpret_cast<const __m256i*>(partition_tables::pair_table.row[set]));
    const Vec<std::int64_t> moved(_mm256_permutevar8x32_epi32(lanes_of_set, order));
    const Vec<K> parted = ::xsimd::bitwise_cast<K>(moved);
    return {parted, parted, 4 - __builtin_popcount(set)};
  }
#endif
}

// All lanes of a parted vector at once.
template <class K>
COREPY_INLINE Vec<K> join_parted(const Parted<K>& parted) {
#if defined(__AVX512BW__)
  const auto lower = static_cast<__mmask16>((1u << parted.lower_count) - 1);
  if constexpr (sizeof(K) == 4) {
    return Vec<K>(_mm512_mask_blend_epi32(lower, parted.upper, parted.lower));
  }
#endif
  return parted.lower;
}
#else
// Without has_partition only the names are there: nothing calls them.
template <bool OrEqual, class K>
Parted<K> part_lanes(Vec<K> v, Vec<K> pivot);
template <class K>
Vec<K> join_parted(const Parted<K>& parted);
#endif

}  // namespace corepy::COREPY_ISA::vec

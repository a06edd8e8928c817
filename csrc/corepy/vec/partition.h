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

// Between two runs of keys that grow towards each other.
template <class K>
struct Gap {
  K* keys;
  std::int64_t front, back;
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

}  // namespace partition_tables

// A vector whose last `upper_count` lanes are the upper ones, to both ends of the gap.
template <class K>
COREPY_INLINE void place_parted(Vec<K> parted, int upper_count, Gap<K>& gap) {
  vec::store(gap.keys + gap.front, parted);
  vec::store(gap.keys + gap.back - lanes<K>, parted);
  gap.front += lanes<K> - upper_count;
  gap.back -= upper_count;
}

// Eight lanes of 32 bits, ordered by the set of upper ones, to both ends of the gap.
template <class K>
COREPY_INLINE void place_eight(__m256i v, unsigned upper, Gap<K>& gap) {
  const __m256i order = _mm256_cvtepu8_epi32(
      _mm_loadl_epi64(reinterpret_cast<const __m128i*>(partition_tables::byte_table.row[upper])));
  const __m256i parted = _mm256_permutevar8x32_epi32(v, order);
  const int count = __builtin_popcount(upper);
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(gap.keys + gap.front), parted);
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(gap.keys + gap.back - 8), parted);
  gap.front += 8 - count;
  gap.back -= count;
}

// Puts v's lanes below the pivot (OrEqual: not above it) to the front of the gap and the others to
// its back; the gap has room for a vector at least, and what is left of it holds anything after.
// On AVX-512, lanes of 32 bits go by halves: an order of eight comes from a table, and that is
// faster than to compress sixteen twice.
template <bool OrEqual, class K>
COREPY_INLINE void place_lanes(Vec<K> v, Vec<K> pivot, Gap<K>& gap) {
#if defined(__AVX512BW__)
  if constexpr (sizeof(K) == 4) {
    const unsigned upper =
        OrEqual ? _mm512_cmpgt_epi32_mask(v, pivot) : _mm512_cmpge_epi32_mask(v, pivot);
    place_eight<K>(_mm512_castsi512_si256(v), upper & 0xff, gap);
    place_eight<K>(_mm512_extracti64x4_epi64(v, 1), upper >> 8, gap);
  } else {
    const __mmask8 upper =
        OrEqual ? _mm512_cmpgt_epi64_mask(v, pivot) : _mm512_cmpge_epi64_mask(v, pivot);
    const __m512i order = _mm512_cvtepu8_epi64(
        _mm_loadl_epi64(reinterpret_cast<const __m128i*>(partition_tables::byte_table.row[upper])));
    place_parted<K>(_mm512_permutexvar_epi64(order, v), __builtin_popcount(upper), gap);
  }
#else
  if constexpr (sizeof(K) == 4) {
    const __m256i upper = OrEqual ? _mm256_cmpgt_epi32(v, pivot) : _mm256_cmpgt_epi32(pivot, v);
    const unsigned bits = static_cast<unsigned>(_mm256_movemask_ps(_mm256_castsi256_ps(upper)));
    place_eight<K>(v, OrEqual ? bits : bits ^ 0xffu, gap);
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
    place_parted<K>(::xsimd::bitwise_cast<K>(moved), __builtin_popcount(set), gap);
  }
#endif
}
#else
// Without has_partition only the name is there: nothing calls it.
template <bool OrEqual, class K>
void place_lanes(Vec<K> v, Vec<K> pivot, Gap<K>& gap);
#endif

}  // namespace corepy::COREPY_ISA::vec

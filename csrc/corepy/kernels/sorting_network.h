// Sorting a few keys in registers: columns by a network, then bitonic merges of columns.
// Partition of many is in sorting_quick.h.
#pragma once

#include <cstdint>
#include <limits>

#include "corepy/vec/partition.h"
#include "corepy/vec/vec.h"

namespace corepy::COREPY_ISA::sorting {

// No key is beyond these.
template <class K>
inline constexpr K lowest_key =
    std::numeric_limits<K>::has_infinity ? -std::numeric_limits<K>::infinity()
                                         : std::numeric_limits<K>::min();
template <class K>
inline constexpr K last_key =
    std::numeric_limits<K>::has_infinity ? std::numeric_limits<K>::infinity()
                                         : std::numeric_limits<K>::max();

template <class K>
COREPY_INLINE void exchange(Vec<K>& a, Vec<K>& b) {
  const Vec<K> low = vec::smaller_of<K>(a, b);
  b = vec::larger_of<K>(a, b);
  a = low;
}

// Merges the sorted rows [First, First + Count / 2) and [First + Count / 2, First + Count), of
// which every Step-th counts (Batcher's odd-even merge).
template <int First, int Count, int Step, int Rows, class K>
COREPY_INLINE void merge_odd_even(Vec<K> (&row)[Rows]) {
  if constexpr (2 * Step < Count) {
    merge_odd_even<First, Count, 2 * Step>(row);
    merge_odd_even<First + Step, Count, 2 * Step>(row);
#pragma GCC unroll 32
    for (int r = First + Step; r + Step < First + Count; r += 2 * Step)
      exchange<K>(row[r], row[r + Step]);
  } else {
    exchange<K>(row[First], row[First + Step]);
  }
}
// Sorts each lane over the rows.
template <int First, int Count, int Rows, class K>
COREPY_INLINE void sort_columns(Vec<K> (&row)[Rows]) {
  if constexpr (Count > 1) {
    sort_columns<First, Count / 2>(row);
    sort_columns<First + Count / 2, Count / 2>(row);
    merge_odd_even<First, Count, 1>(row);
  }
}

// Merges bitonic runs that lie in `Span` rows x `Group` lanes each. Element (r, l) of a run meets
// (Span - 1 - r, Group - 1 - l): a comparison of a bitonic merge, since the second half of a run
// lies there reversed, and this leaves both halves so again.
template <int Rows, int Span, int Group, class K>
COREPY_INLINE void merge_rows(Vec<K> (&row)[Rows]) {
  if constexpr (Span > 1) {
#pragma GCC unroll 32
    for (int first = 0; first < Rows; first += Span) {
#pragma GCC unroll 32
      for (int r = 0; r < Span / 2; ++r) {
        Vec<K>& low = row[first + r];
        Vec<K>& high = row[first + Span - 1 - r];
        high = vec::reverse_groups<Group, K>(high);
        exchange<K>(low, high);
      }
    }
    merge_rows<Rows, Span / 2, Group>(row);
  }
}
// The levels inside of a row: after the first, which is as above, halves lie in order, and lane l
// meets l + Group / 2.
template <int Rows, int Group, bool First, class K>
COREPY_INLINE void merge_lanes(Vec<K> (&row)[Rows]) {
  if constexpr (Group > 1) {
#pragma GCC unroll 32
    for (int r = 0; r < Rows; ++r) {
      const Vec<K> other =
          First ? vec::reverse_groups<Group, K>(row[r]) : vec::swap_halves<Group, K>(row[r]);
      row[r] = vec::blend_halves<Group, K>(vec::smaller_of<K>(row[r], other),
                                           vec::larger_of<K>(row[r], other));
    }
    merge_lanes<Rows, Group / 2, false>(row);
  }
}
// Runs of Group / 2 columns each become runs of Group columns.
template <int Rows, int Group, class K>
COREPY_INLINE void merge_columns(Vec<K> (&row)[Rows]) {
  if constexpr (Group <= static_cast<int>(lanes<K>)) {
    merge_rows<Rows, Rows, Group>(row);
    merge_lanes<Rows, Group, true>(row);
    merge_columns<Rows, 2 * Group>(row);
  }
}

// Sorts n keys, (Rows - 1) * lanes < n <= Rows * lanes, from `in` to `out` (which may be `in`).
template <int Rows, class K>
void sort_in_registers(const K* in, K* out, std::int64_t n) noexcept {
  Vec<K> row[Rows];
  const std::int64_t whole = n / lanes<K>, rest = n % lanes<K>;
#pragma GCC unroll 32
  for (int r = 0; r < Rows; ++r) {
    row[r] = r < whole ? vec::load(in + r * lanes<K>) : Vec<K>(last_key<K>);
    if (r == whole && rest != 0) row[r] = vec::load_partial(in + r * lanes<K>, rest, last_key<K>);
  }
  sort_columns<0, Rows>(row);
  merge_columns<Rows, 2>(row);
#pragma GCC unroll 32
  for (int r = 0; r < Rows; ++r) {
    if (r < whole) vec::store(out + r * lanes<K>, row[r]);
    if (r == whole && rest != 0) vec::store_partial(out + r * lanes<K>, row[r], rest);
  }
}

// How many rows pay, measured: also where they spill, a partition of as many costs more. As many
// as there are registers on AVX-512, as on AVX2.
inline constexpr int network_rows_max = sizeof(Vec<std::int32_t>) >= 64 ? 32 : 16;
template <class K>
inline constexpr std::int64_t network_length_max = network_rows_max * lanes<K>;

// Sorts up to network_length_max keys from `in` to `out` (which may be `in`).
template <class K>
COREPY_INLINE void sort_few(const K* in, K* out, std::int64_t n) noexcept {
  if (n <= lanes<K>) return sort_in_registers<1>(in, out, n);
  if (n <= 2 * lanes<K>) return sort_in_registers<2>(in, out, n);
  if (n <= 4 * lanes<K>) return sort_in_registers<4>(in, out, n);
  if (n <= 8 * lanes<K>) return sort_in_registers<8>(in, out, n);
  if (n <= 16 * lanes<K>) return sort_in_registers<16>(in, out, n);
  if constexpr (network_rows_max > 16) sort_in_registers<32>(in, out, n);
}

}  // namespace corepy::COREPY_ISA::sorting

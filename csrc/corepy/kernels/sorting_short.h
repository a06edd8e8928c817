// Sorting rows of few elements, many rows at a time: the rows' first elements side by side, then
// the second ones, and so on, so that one comparison is that of whole vectors. Longer rows are in
// sorting.h; the promises are in sorting_table.h.
//
// Why it is right: an element's rank is the number of elements before it in the sorted row. Of two
// elements the later one goes behind unless its key is smaller, so equal ones keep their order; all
// NaNs have one key, the last.
#pragma once

#include <cstdint>
#include <type_traits>

#include "corepy/kernels/sorting_keys.h"
#include "corepy/vec/partition.h"

namespace corepy::COREPY_ISA::sorting {

// Limits that pay, found with benchmarks/cpp/sorting_benchmark.cpp: the vectors' sorting of values
// (sorting_partition.h) is faster from a few elements on, that of records (sorting.h) later.
template <class T>
inline constexpr std::int64_t short_values_max = sizeof(T) <= 2 ? 64 : 16;
template <class T>
inline constexpr std::int64_t short_positions_max =
    sizeof(T) == 8                                       ? 32
    : sizeof(T) == 4 && vec::has_partition<std::int64_t> ? 48
                                                         : 64;

// Rows side by side: their keys and ranks fit into the first-level cache.
inline constexpr std::int64_t short_sort_block = 64;

template <class T>
struct ShortRowBlock {
  // Keys whose signed order is the sort order, since vectors compare signed integers.
  using SignedKey = std::make_signed_t<Key<T>>;
  static_assert(short_values_max<T> <= short_positions_max<T>);
  alignas(64) SignedKey keys[short_positions_max<T>][short_sort_block];
  alignas(64) SignedKey ranks[short_positions_max<T>][short_sort_block];
};

template <class T>
COREPY_INLINE void load_short_rows(const ShortRowsArgs& args, const char* in, std::int64_t rows,
                                   ShortRowBlock<T>& block) {
  using U = Key<T>;
  const U flip = args.descending ? static_cast<U>(~U(0)) : U(0);
  const std::int64_t row_stride = args.in_row_stride_bytes;
  for (std::int64_t i = 0; i < args.n; ++i) {
    const char* column = in + i * args.in_stride_bytes;
    auto* keys = block.keys[i];
    for (std::int64_t r = 0; r < rows; ++r) {
      const U key = key_or_last<T>(load_bits<U>(column + r * row_stride, 0), flip);
      keys[r] = static_cast<typename ShortRowBlock<T>::SignedKey>(key ^ top_bit<T>);
    }
    // The block is always compared as a whole.
    for (std::int64_t r = rows; r < short_sort_block; ++r) keys[r] = 0;
  }
}

template <class T>
COREPY_INLINE void rank_short_rows(std::int64_t n, ShortRowBlock<T>& block) {
  using S = typename ShortRowBlock<T>::SignedKey;
  for (std::int64_t i = 0; i < n; ++i) {
    for (std::int64_t r = 0; r < short_sort_block; ++r) block.ranks[i][r] = static_cast<S>(i);
  }
  for (std::int64_t i = 0; i < n; ++i) {
    const S* keys = block.keys[i];
    S* ranks = block.ranks[i];
    for (std::int64_t j = i + 1; j < n; ++j) {
      const S* later_keys = block.keys[j];
      S* later_ranks = block.ranks[j];
#pragma GCC ivdep
      for (std::int64_t r = 0; r < short_sort_block; ++r) {
        const S behind = keys[r] > later_keys[r] ? S(-1) : S(0);
        ranks[r] = static_cast<S>(ranks[r] - behind);
        later_ranks[r] = static_cast<S>(later_ranks[r] + behind);
      }
    }
  }
}

template <class T>
COREPY_INLINE void write_short_rows(const ShortRowsArgs& args, const char* in, char* out,
                                    std::int64_t rows, const ShortRowBlock<T>& block) {
  for (std::int64_t r = 0; r < rows; ++r) {
    const char* in_row = in + r * args.in_row_stride_bytes;
    char* out_row = out + r * args.out_row_stride_bytes;
    for (std::int64_t i = 0; i < args.n; ++i) {
      char* place = out_row + std::int64_t{block.ranks[i][r]} * args.out_stride_bytes;
      if (args.writes_positions) {
        store_bits(place, 0, i);
      } else {
        store_bits(place, 0, element_bits<T>(in_row + i * args.in_stride_bytes, 0));
      }
    }
  }
}

template <class T>
void sort_short_rows(const ShortRowsArgs& args) noexcept {
  ShortRowBlock<T> block;
  for (std::int64_t first = 0; first < args.rows; first += short_sort_block) {
    const std::int64_t left = args.rows - first;
    const std::int64_t rows = left < short_sort_block ? left : short_sort_block;
    const char* in = static_cast<const char*>(args.in) + first * args.in_row_stride_bytes;
    char* out = static_cast<char*>(args.out) + first * args.out_row_stride_bytes;
    load_short_rows<T>(args, in, rows, block);
    rank_short_rows<T>(args.n, block);
    write_short_rows<T>(args, in, out, rows, block);
  }
}

template <class T>
constexpr ShortRowsKernel short_rows_kernel() {
  if constexpr (is_complex_element<T>) {
    return {nullptr, 0, 0};
  } else {
    return {&sort_short_rows<T>, short_values_max<T>, short_positions_max<T>};
  }
}

}  // namespace corepy::COREPY_ISA::sorting

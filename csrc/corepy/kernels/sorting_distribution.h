// The steps by which one long row is cut into buckets of keys that lie together: bounds of buckets
// from a sample, each element's bucket, elements moved to their buckets. What a bucket is sorted by
// is in sorting.h; who runs the steps, and on which threads, is in dispatch/sorting_long_row.cpp.
//
// All elements of a bucket come before all of the next one, equal elements are in one bucket, and
// the moves keep their order: so a stable sort of each bucket is the stable sort of the row, and no
// bit of it depends on the sample.
#pragma once

#include <cstdint>

#include "corepy/kernels/sorting_keys.h"
#include "corepy/kernels/sorting_table.h"

namespace corepy::COREPY_ISA::sorting {

// Writes up to `parts` - 1 different keys that cut the sorted sample into parts of one size.
template <class T>
int collect_bounds(const void* sample, std::int64_t n, int parts, Key<T> flip, Key<T>* bounds) {
  int count = 0;
  for (int i = 1; i < parts; ++i) {
    const auto bits = load_bits<Key<T>>(sample, i * n / parts);
    const Key<T> key = key_or_last<T>(bits, flip);
    if (count == 0 || key != bounds[count - 1]) bounds[count++] = key;
  }
  return count;
}

// Puts the sorted bounds [begin, end), 2**h - 1 of them, below `node` of a tree whose node i has
// the children 2 * i and 2 * i + 1.
template <class U>
void write_tree(const U* bounds, int begin, int end, int node, void* tree) {
  if (begin == end) return;
  const int middle = begin + (end - begin) / 2;
  store_bits(tree, node, bounds[middle]);
  write_tree(bounds, begin, middle, 2 * node, tree);
  write_tree(bounds, middle + 1, end, 2 * node + 1, tree);
}

// Where the sample has a bound twice there are elements that no bounds divide: then each bound gets
// a bucket of its own, and those that are equal to it need no sorting.
template <class T>
void choose_buckets(const void* sample, std::int64_t n, int parts, bool descending,
                    SortBuckets* buckets) noexcept {
  using U = Key<T>;
  constexpr U last = static_cast<U>(~U(0));
  const U flip = descending ? last : U(0);
  U bounds[sort_bucket_max];
  int count = collect_bounds<T>(sample, n, parts, flip, bounds);
  buckets->has_equal = count < parts - 1;
  if (buckets->has_equal && parts > sort_bucket_max / 2)
    count = collect_bounds<T>(sample, n, sort_bucket_max / 2, flip, bounds);
  buckets->levels = bit_width(static_cast<std::uint64_t>(count));
  const int slots = 1 << buckets->levels;
  for (int i = count; i < slots; ++i) bounds[i] = last;  // no key is above
  for (int i = 0; i < slots; ++i) store_bits(buckets->bounds, i, bounds[i]);
  write_tree(bounds, 0, slots - 1, 1, buckets->tree);
  buckets->count = buckets->has_equal ? 2 * (count + 1) : count + 1;
  buckets->descending = descending;
}

// Elements whose searches run side by side: each step of one waits for the step before.
inline constexpr int search_group = 8;

// The number of bounds below each of some keys; with `Equal`, which bucket that makes.
template <bool Equal, class U>
COREPY_INLINE void find_buckets(const SortBuckets& buckets, const U* keys, std::uint8_t* numbers) {
  std::uint32_t node[search_group];
#pragma GCC unroll 8
  for (int e = 0; e < search_group; ++e) node[e] = 1;
  for (int level = 0; level < buckets.levels; ++level) {
#pragma GCC unroll 8
    for (int e = 0; e < search_group; ++e)
      node[e] = 2 * node[e] + (load_bits<U>(buckets.tree, node[e]) < keys[e]);
  }
#pragma GCC unroll 8
  for (int e = 0; e < search_group; ++e) {
    const std::uint32_t below = node[e] - (1u << buckets.levels);
    const bool equal = Equal && load_bits<U>(buckets.bounds, below) == keys[e];
    numbers[e] = static_cast<std::uint8_t>(Equal ? 2 * below + equal : below);
  }
}

template <bool Equal, class T>
void number_part(const DistributionArgs& args) {
  using U = Key<T>;
  constexpr int block = 16 * search_group;
  const SortBuckets& buckets = *args.buckets;
  const U flip = buckets.descending ? static_cast<U>(~U(0)) : U(0);
  std::int64_t counts[sort_bucket_max] = {};
  for (std::int64_t start = 0; start < args.n; start += block) {
    const std::int64_t count = args.n - start < block ? args.n - start : block;
    U keys[block] = {};
    std::uint8_t numbers[block];
    for (std::int64_t i = 0; i < count; ++i)
      keys[i] = key_or_last<T>(load_bits<U>(args.in, start + i), flip);
    for (std::int64_t i = 0; i < count; i += search_group)
      find_buckets<Equal>(buckets, keys + i, numbers + i);
    for (std::int64_t i = 0; i < count; ++i) {
      args.numbers[start + i] = numbers[i];
      ++counts[numbers[i]];
    }
  }
  for (int b = 0; b < sort_bucket_max; ++b) args.places[b] = counts[b];
}

template <class T>
void number_elements(const DistributionArgs& args) noexcept {
  args.buckets->has_equal ? number_part<true, T>(args) : number_part<false, T>(args);
}

// Reads the numbers that were counted, not the elements they came from: whatever other code writes
// to these meanwhile, nothing is put outside of its bucket.
template <class T>
void move_elements(const DistributionArgs& args) noexcept {
  using U = Key<T>;
  std::int64_t places[sort_bucket_max];
  for (int b = 0; b < sort_bucket_max; ++b) places[b] = args.places[b];
  if (args.positions == nullptr) {
    for (std::int64_t i = 0; i < args.n; ++i)
      store_bits(args.out, places[args.numbers[i]]++, load_bits<U>(args.in, i));
    return;
  }
  for (std::int64_t i = 0; i < args.n; ++i) {
    const std::int64_t to = places[args.numbers[i]]++;
    store_bits(args.out, to, load_bits<U>(args.in, i));
    args.positions[to] = args.first_position + i;
  }
}

template <class T>
RowOrder order_of_part(const void* in, std::int64_t n, bool descending) noexcept {
  return find_row_order<T>(in, n, descending);
}

template <class T>
constexpr DistributionKernel distribution_kernel() {
  if constexpr (is_complex_element<T>) {
    return {nullptr, nullptr, nullptr, nullptr};
  } else {
    return {&order_of_part<T>, &choose_buckets<T>, &number_elements<T>, &move_elements<T>};
  }
}

}  // namespace corepy::COREPY_ISA::sorting

// The steps by which the values of one long row are cut into buckets where vectors part keys faster
// than elements are moved one by one: each part of the row is parted in place by the same bounds,
// then what belongs to one bucket is copied together, and each bucket is sorted by sorting_quick.h.
// Who runs the steps, and on which threads, is in dispatch/sorting_long_row.cpp.
#pragma once

#include <cstdint>
#include <cstring>

#include "corepy/kernels/sorting_partition.h"
#include "corepy/kernels/sorting_table.h"

namespace corepy::COREPY_ISA::sorting {

template <class T>
COREPY_INLINE Key<T> flip_of(bool descending) {
  return descending ? static_cast<Key<T>>(~Key<T>(0)) : Key<T>(0);
}

// Different keys from the sorted sample, NaN left out, that cut it into parts of one size.
template <class T>
void choose_split(const void* sample, std::int64_t n, int parts, bool descending,
                  SortBuckets* buckets) noexcept {
  using U = Key<T>;
  auto* bounds = reinterpret_cast<QuickKey<T>*>(buckets->bounds);
  if (parts > sort_bucket_max - 1) parts = sort_bucket_max - 1;  // and one for NaN
  int count = 0;
  for (int i = 1; i < parts; ++i) {
    const auto bits = load_bits<U>(sample, i * n / parts);
    if (is_nan_bits<T>(bits)) break;
    QuickKey<T> key;
    store_bits(&key, 0, map_quick_key<T>(bits, flip_of<T>(descending)));
    if (count == 0 || bounds[count - 1] < key) bounds[count++] = key;
  }
  buckets->count = count + 2;  // the last one is NaN's
  buckets->levels = 0;
  buckets->has_equal = false;
  buckets->descending = descending;
}

// The first of n sorted keys that is not below `bound`.
template <class K>
COREPY_INLINE std::int64_t find_first(const K* keys, std::int64_t n, K bound) {
  std::int64_t begin = 0;
  for (std::int64_t end = n; begin < end;) {
    const std::int64_t middle = begin + (end - begin) / 2;
    const bool below = keys[middle] < bound;
    (below ? begin : end) = below ? middle + 1 : middle;
  }
  return begin;
}

// Parts n keys by bounds[0, count) and writes how many there are below each, beyond those before,
// and at the end how many are left.
template <class K>
void split_keys(K* keys, std::int64_t n, const K* bounds, int count,
                std::int64_t* counts) noexcept {
  if (count == 0) {
    counts[0] = n;
    return;
  }
  if (n <= network_length_max<K>) {
    if (n > 1) sort_few(keys, keys, n);
    std::int64_t from = 0;
    for (int b = 0; b < count; ++b) {
      const std::int64_t to = find_first<K>(keys, n, bounds[b]);
      counts[b] = to - from;
      from = to;
    }
    counts[count] = n - from;
    return;
  }
  const int middle = count / 2;
  const std::int64_t lower = part_keys<false>(keys, n, bounds[middle]);
  split_keys(keys, lower, bounds, middle, counts);
  split_keys(keys + lower, n - lower, bounds + middle + 1, count - middle - 1, counts + middle + 1);
}

// Writes the part's keys to args.out by bucket, behind them the NaNs in order, and to `places` how
// many there are of each. `args.scratch` has room for the part.
template <class T>
void split_part(const DistributionArgs& args) noexcept {
  using K = QuickKey<T>;
  const SortBuckets& buckets = *args.buckets;
  const Key<T> flip = flip_of<T>(buckets.descending);
  auto* keys = static_cast<K*>(args.out);
  const CollectedKeys collected = collect_keys<T>(args.in, args.n, flip, keys, args.scratch);
  const std::int64_t nans = args.n - collected.count;
  std::memcpy(keys + collected.count, args.scratch, static_cast<std::size_t>(nans) * sizeof(K));
  const int bounds = buckets.count - 2;
  split_keys(keys, collected.count, reinterpret_cast<const K*>(buckets.bounds), bounds,
             args.places);
  args.places[bounds + 1] = nans;
  *args.has_negative_zero = collected.has_negative_zero;
}

// Sorts a bucket of keys in place and makes elements of them; those of the last are NaNs, as they
// were. `scratch` has the room that sort_workspace_bytes asks for the bucket's length.
template <class T>
void sort_split(const SortBuckets& buckets, int bucket, void* data, std::int64_t n,
                void* workspace) noexcept {
  using K = QuickKey<T>;
  if (bucket == buckets.count - 1) return;
  auto* keys = static_cast<K*>(data);
  const auto* bounds = reinterpret_cast<const K*>(buckets.bounds);
  quick_sort<K>(keys, n, {0, n}, bucket == 0 ? lowest_key<K> : bounds[bucket - 1],
                cut_quick_scratch<K>(n, workspace));
  write_elements<T>(keys, n, flip_of<T>(buckets.descending), data);
}

template <class T>
constexpr SplitKernel split_kernel() {
  if constexpr (is_complex_element<T>) {
    return {};
  } else if constexpr (partition_length_max<T>() == 0) {
    return {};
  } else {
    return {&choose_split<T>, &split_part<T>, &sort_split<T>, &quick_scratch_bytes<QuickKey<T>>,
            &restore_zeros<T>};
  }
}

}  // namespace corepy::COREPY_ISA::sorting

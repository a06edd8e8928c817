// Quicksort of signed integers or doubles by vectors: pivots from samples, partition in place,
// networks for short segments, radix sort where pivots were bad. No elements, NaN or direction
// (sorting.h).
#pragma once

#include <cstdint>
#include <cstring>
#include <limits>

#include "corepy/kernels/loop_args.h"
#include "corepy/kernels/sorting_network.h"
#include "corepy/kernels/sorting_radix.h"

namespace corepy::COREPY_ISA::sorting {

// Vectors read from one end at a time: which end is chosen by the room left there, and the next
// choice waits for this one's counts.
inline constexpr int read_group = 8;
// The machine does not see two streams in these reads, and is told this far ahead.
inline constexpr std::uintptr_t prefetch_bytes = 2048;

// Parts keys[0, n) in place: those below the pivot (OrEqual: not above it) come first. Returns how
// many they are; n >= 2 * read_group * lanes. A group of each end is set aside first: so there is
// room for two groups, and after reading the next group at the end with less room there is one
// group of room at least at both, whatever the counts.
template <bool OrEqual, class K>
COREPY_INLINE std::int64_t part_keys(K* keys, std::int64_t n, K pivot_key) {
  constexpr std::int64_t width = lanes<K>, group = read_group * width;
  const Vec<K> pivot(pivot_key);
  const std::int64_t single = n % width;
  alignas(64) K waiting[2 * group], tail[width];
  // Stored and loaded by the same vectors, which the machine hands over before they are written.
  vec::store(tail, vec::load(keys + n - width));
#pragma GCC unroll 8
  for (int r = 0; r < read_group; ++r) {
    vec::store(waiting + r * width, vec::load(keys + r * width));
    vec::store(waiting + group + r * width, vec::load(keys + n - single - group + r * width));
  }
  vec::Gap<K> gap{keys, 0, n};
  const auto place_vector = [&](Vec<K> v) COREPY_LAMBDA_INLINE {
    vec::place_lanes<OrEqual, K>(v, pivot, gap);
  };
  std::int64_t read_front = group, read_back = n - single - group;
  const auto is_front_fuller = [&] { return read_front - gap.front <= gap.back - read_back; };
  while (read_back - read_front >= group) {
    const bool at_front = is_front_fuller();
    const K* from = keys + (at_front ? read_front : read_back - group);
    (at_front ? read_front : read_back) += at_front ? group : -group;
    const auto ahead =
        reinterpret_cast<std::uintptr_t>(from) + (at_front ? prefetch_bytes : -prefetch_bytes);
    Vec<K> v[read_group];
#pragma GCC unroll 8
    for (std::size_t r = 0; r < read_group; ++r)
      __builtin_prefetch(reinterpret_cast<const void*>(ahead + r * width * sizeof(K)), 1);
#pragma GCC unroll 8
    for (int r = 0; r < read_group; ++r) v[r] = vec::load(from + r * width);
#pragma GCC unroll 8
    for (int r = 0; r < read_group; ++r) place_vector(v[r]);
  }
  while (read_front < read_back) {
    const bool at_front = is_front_fuller();
    read_back -= at_front ? 0 : width;
    const Vec<K> v = vec::load(keys + (at_front ? read_front : read_back));
    read_front += at_front ? width : 0;
    place_vector(v);
  }
  for (std::int64_t i = width - single; i < width; ++i) {
    const bool lower = OrEqual ? tail[i] <= pivot_key : tail[i] < pivot_key;
    keys[gap.front] = keys[gap.back - 1] = tail[i];
    gap.front += lower;
    gap.back -= !lower;
  }
  for (const K* rest = waiting; gap.front < gap.back; rest += width) place_vector(vec::load(rest));
  return gap.front;
}

// A middle key of three vectors from different places: the middle lane of their medians.
template <class K>
COREPY_INLINE K short_sample_median(const K* keys, std::int64_t n) {
  Vec<K> a = vec::load(keys + n / 8), b = vec::load(keys + n / 2 - lanes<K> / 2),
         c = vec::load(keys + n - n / 8 - lanes<K>);
  exchange<K>(a, b);
  b = vec::smaller_of<K>(b, c);
  alignas(64) K sample[lanes<K>];
  Vec<K> row[1] = {vec::larger_of<K>(a, b)};
  merge_columns<1, 2>(row);
  vec::store(sample, row[0]);
  return sample[lanes<K> / 2];
}
// The median of keys from places that follow no pattern of the data.
template <class K>
K long_sample_median(const K* keys, std::int64_t n, std::uint64_t& random) noexcept {
  constexpr int rows = 4;
  constexpr std::int64_t count = rows * lanes<K>;
  alignas(64) K sample[count];
  const std::int64_t step = n / count;
  for (std::int64_t i = 0; i < count; ++i) {
    random = random * 6364136223846793005u + 1442695040888963407u;
    const auto jitter =
        static_cast<std::int64_t>((random >> 32) * static_cast<std::uint64_t>(step) >> 32);
    sample[i] = keys[i * step + jitter];
  }
  sort_in_registers<rows>(sample, sample, count);
  return sample[count / 2];
}
inline constexpr std::int64_t long_sample_min_length = 4096;

// Keys that pivots did not halve: at worst the time of the radix sort. Of zeros, all become +0.
template <class K>
void sort_by_radix(K* data, K* scratch, std::int64_t n, std::int64_t* counters) noexcept {
  using U = Key<K>;
  U* keys = reinterpret_cast<U*>(data);
  for (std::int64_t i = 0; i < n; ++i) keys[i] = key_of_bits<K>(load_bits<U>(data, i), 0);
  sort_integers(keys, reinterpret_cast<U*>(scratch), n, 0, sizeof(K) * 8, counters);
  for (std::int64_t i = 0; i < n; ++i) store_bits(data, i, bits_of_key<K>(keys[i], 0));
}

// What the radix sort may need: n keys and digit_counters(n) counters.
template <class K>
struct QuickScratch {
  K* keys;
  std::int64_t* counters;
};

static_assert(network_rows_max >= 2 * read_group, "what is parted is longer than two groups");

// Sorts n keys none of which is below `floor`, as far as `places` need it.
template <class K>
void sort_segment(K* keys, std::int64_t n, SortPlaces places, K floor, int depth_left,
                  std::uint64_t random, const QuickScratch<K>& scratch) noexcept {
  for (; n > network_length_max<K>; --depth_left) {
    if (depth_left == 0) return sort_by_radix(keys, scratch.keys, n, scratch.counters);
    const K pivot = n < long_sample_min_length ? short_sample_median(keys, n)
                                               : long_sample_median(keys, n, random);
    std::int64_t lower = 0;
    if (pivot == floor) {  // what is not above the pivot is equal to it
      lower = part_keys<true>(keys, n, pivot);
    } else {
      lower = part_keys<false>(keys, n, pivot);
      if (places.first < lower)
        sort_segment(keys, lower, places, floor, depth_left - 1, random, scratch);
    }
    if (places.end <= lower) return;
    floor = pivot;
    keys += lower;
    n -= lower;
    places.first -= lower;
    places.end -= lower;
  }
  if (n > 1) sort_few(keys, keys, n);
}

// Sorts n keys none of which is below `floor`, in O(n log n) whatever they are: too many bad pivots
// lead to the radix sort. What lies at the places is as in the sorted row; only that may be asked
// for, in O(n) for few.
template <class K>
void quick_sort(K* keys, std::int64_t n, SortPlaces places, K floor,
                const QuickScratch<K>& scratch) noexcept {
  sort_segment<K>(keys, n, places, floor, 2 * bit_width(static_cast<std::uint64_t>(n)),
                  static_cast<std::uint64_t>(n), scratch);
}

template <class K>
std::int64_t quick_scratch_bytes(std::int64_t n) noexcept {
  return digit_counters(n) * std::int64_t{sizeof(std::int64_t)} + bytes_of_buffer(n, sizeof(K));
}
template <class K>
COREPY_INLINE QuickScratch<K> cut_quick_scratch(std::int64_t n, void* workspace) {
  auto* counters = static_cast<std::int64_t*>(workspace);
  return {reinterpret_cast<K*>(counters + digit_counters(n)), counters};
}

}  // namespace corepy::COREPY_ISA::sorting

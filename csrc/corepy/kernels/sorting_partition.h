// Sorting the values of a row by quicksort: elements to signed keys and back, NaN and the signs of
// zero, and when this is faster than the radix sort. The sorting is in sorting_quick.h.
#pragma once

#include <cstdint>
#include <cstring>
#include <type_traits>

#include "corepy/kernels/loop_args.h"
#include "corepy/kernels/sorting_keys.h"
#include "corepy/kernels/sorting_quick.h"

namespace corepy::COREPY_ISA::sorting {

template <class T>
using SignedKey = std::make_signed_t<Key<T>>;

// The longest row that is sorted so, by measurement (benchmarks/cpp/sorting_benchmark.cpp): four
// lanes lose to the radix sort from some thousand elements on.
template <class T>
constexpr std::int64_t partition_length_max() {
  if (!vec::has_partition<SignedKey<T>>) return 0;
  return lanes<SignedKey<T>> > 4 ? std::numeric_limits<std::int64_t>::max() : 4096;
}

// The element with these bits as a signed integer in sort order, and back: the map is its own
// inverse. -0 is the key below that of +0, so that zeros stay together. Descending, all keys are
// complemented.
template <class T>
COREPY_INLINE Key<T> map_signed_key(Key<T> bits, Key<T> flip) {
  if constexpr (is_float<T>) {
    const auto negative =
        static_cast<Key<T>>(static_cast<SignedKey<T>>(bits) >> (sizeof(T) * 8 - 1));
    return bits ^ (negative >> 1) ^ flip;
  } else {
    return bits ^ (std::is_signed_v<T> ? Key<T>(0) : top_bit<T>)^flip;
  }
}
template <class T>
COREPY_INLINE Key<T> unmap_signed_key(Key<T> key, Key<T> flip) {
  return map_signed_key<T>(key ^ flip, Key<T>(0));
}

struct CollectedKeys {
  std::int64_t count;  // the others are NaN
  bool has_negative_zero;
};

// Writes the keys of what is not NaN to `keys`, and the NaNs' bits, in order, to `nans`.
template <class T>
CollectedKeys collect_keys(const void* row, std::int64_t n, Key<T> flip, Key<T>* keys,
                           Key<T>* nans) {
  using U = Key<T>;
  constexpr std::int64_t block = 1024;
  U negative_zero = 0;
  std::int64_t to = 0, nan_to = 0;
  for (std::int64_t start = 0; start < n; start += block) {
    const std::int64_t stop = n - start < block ? n : start + block;
    U any_nan = 0;
    for (std::int64_t i = start; i < stop; ++i) {
      const U bits = load_bits<U>(row, i);
      any_nan |= mask_of<U>(is_nan_bits<T>(bits));
      negative_zero |= mask_of<U>(is_negative_zero_bits<T>(bits));
      keys[to + i - start] = map_signed_key<T>(bits, flip);
    }
    if (any_nan == 0) {
      to += stop - start;
      continue;
    }
    for (std::int64_t i = start; i < stop; ++i) {
      const U bits = load_bits<U>(row, i);
      const bool is_nan = is_nan_bits<T>(bits);
      keys[to] = map_signed_key<T>(bits, flip);
      nans[nan_to] = bits;
      to += !is_nan;
      nan_to += is_nan;
    }
  }
  return {to, negative_zero != 0};
}

// The first of n sorted keys that is not below `bound`.
template <class S>
COREPY_INLINE std::int64_t find_first(const S* keys, std::int64_t n, S bound) {
  std::int64_t begin = 0;
  for (std::int64_t end = n; begin < end;) {
    const std::int64_t middle = begin + (end - begin) / 2;
    const bool below = keys[middle] < bound;
    (below ? begin : end) = below ? middle + 1 : middle;
  }
  return begin;
}

template <class T>
void write_elements(const Key<T>* keys, std::int64_t n, Key<T> flip, void* out) {
  for (std::int64_t i = 0; i < n; ++i) store_bits(out, i, unmap_signed_key<T>(keys[i], flip));
}

// Sorts a row's values. `keys` and `nans` have room for n, `scratch` for what quick_sort asks. Each
// element is read once and zeros, if signs differ, again; if other code writes to them meanwhile,
// the result holds some of the values, and nothing is written outside of it.
template <class T>
void sort_values_by_partition(const SortArgs& args, Key<T>* keys, Key<T>* nans,
                              const QuickScratch<SignedKey<T>>& scratch) noexcept {
  using U = Key<T>;
  using S = SignedKey<T>;
  const U flip = args.descending ? static_cast<U>(~U(0)) : U(0);
  const CollectedKeys collected = collect_keys<T>(args.in, args.n, flip, keys, nans);
  const std::int64_t count = collected.count;
  S* sorted = reinterpret_cast<S*>(keys);
  quick_sort<S>(sorted, count, scratch);
  std::int64_t zero = 0, zeros_end = 0;
  if (collected.has_negative_zero) {  // their keys are -1 and 0 in both directions
    zero = find_first<S>(sorted, count, -1);
    zeros_end = find_first<S>(sorted, count, 1);
  }
  if (static_cast<void*>(keys) != args.out) {
    write_elements<T>(keys, count, flip, args.out);
  } else if (map_signed_key<T>(0, flip) != 0 || is_float<T>) {
    for (std::int64_t i = 0; i < count; ++i) keys[i] = unmap_signed_key<T>(keys[i], flip);
  }
  for (std::int64_t i = count; i < args.n; ++i) store_bits(args.out, i, nans[i - count]);
  for (std::int64_t i = 0; zero < zeros_end && i < args.n; ++i) {
    const U bits = load_bits<U>(args.in, i);
    if (bits == 0 || is_negative_zero_bits<T>(bits)) store_bits(args.out, zero++, bits);
  }
}

}  // namespace corepy::COREPY_ISA::sorting

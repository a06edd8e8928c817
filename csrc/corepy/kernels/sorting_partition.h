// Sorting the values of a row by quicksort: elements to keys and back, NaN and the signs of
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
inline constexpr bool is_own_key = vec::sorts_doubles && std::is_same_v<T, double>;

// What the quicksort sorts: signed integers, or doubles as they are.
template <class T>
struct quick_key_of {
  using type = std::make_signed_t<Key<T>>;
};
template <>
struct quick_key_of<double> {
  using type = std::conditional_t<vec::sorts_doubles, double, std::int64_t>;
};
template <class T>
using QuickKey = typename quick_key_of<T>::type;

// The longest row that is sorted so whatever it holds, by measurement
// (benchmarks/cpp/sorting_benchmark.cpp). Integers in four lanes, without a minimum of them, lose
// to the radix sort from some thousand elements on where their keys have few bits.
template <class T>
constexpr std::int64_t partition_length_max() {
  if (!vec::has_partition<QuickKey<T>>) return 0;
  const bool is_fast = lanes<QuickKey<T>> > 4 || is_own_key<T>;
  return is_fast ? std::numeric_limits<std::int64_t>::max() : 4096;
}

// The bits of the key of the element with these bits, and back: the map is its own inverse. Zeros
// stay together: as an integer, -0 is the key below that of +0. Descending, integer keys are
// complemented and doubles negated; `flip` is all ones.
template <class T>
COREPY_INLINE Key<T> map_quick_key(Key<T> bits, Key<T> flip) {
  if constexpr (is_own_key<T>) {
    return bits ^ (flip & top_bit<T>);
  } else if constexpr (is_float<T>) {
    const auto negative =
        static_cast<Key<T>>(static_cast<QuickKey<T>>(bits) >> (sizeof(T) * 8 - 1));
    return bits ^ (negative >> 1) ^ flip;
  } else {
    return bits ^ (std::is_signed_v<T> ? Key<T>(0) : top_bit<T>)^flip;
  }
}
template <class T>
COREPY_INLINE Key<T> unmap_quick_key(Key<T> key, Key<T> flip) {
  return is_own_key<T> ? map_quick_key<T>(key, flip) : map_quick_key<T>(key ^ flip, Key<T>(0));
}

struct CollectedKeys {
  std::int64_t count;  // the others are NaN
  bool has_negative_zero;
};

// Writes the keys of what is not NaN to `keys`, and the NaNs' bits, in order, to `nans`.
template <class T>
CollectedKeys collect_keys(const void* row, std::int64_t n, Key<T> flip, void* keys, void* nans) {
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
      store_bits(keys, to + i - start, map_quick_key<T>(bits, flip));
    }
    if (any_nan == 0) {
      to += stop - start;
      continue;
    }
    for (std::int64_t i = start; i < stop; ++i) {
      const U bits = load_bits<U>(row, i);
      const bool is_nan = is_nan_bits<T>(bits);
      store_bits(keys, to, map_quick_key<T>(bits, flip));
      store_bits(nans, nan_to, bits);
      to += !is_nan;
      nan_to += is_nan;
    }
  }
  return {to, negative_zero != 0};
}

// Turns keys into elements at `out`, which may be `keys`. Two loops: one loop for both cases would
// not be vectorised where they are the same.
template <class T>
void write_elements(void* keys, std::int64_t n, Key<T> flip, void* out) {
  if (keys != out) {
    for (std::int64_t i = 0; i < n; ++i)
      store_bits(out, i, unmap_quick_key<T>(load_bits<Key<T>>(keys, i), flip));
  } else if (unmap_quick_key<T>(0, flip) != 0 || (is_float<T> && !is_own_key<T>)) {
    for (std::int64_t i = 0; i < n; ++i)
      store_bits(keys, i, unmap_quick_key<T>(load_bits<Key<T>>(keys, i), flip));
  }
}

// Writes the zeros of the row `args.in` again, in their order, over those of the sorted `args.out`.
// If other code writes to `in` meanwhile, still only zeros are written, and only over zeros.
template <class T>
void restore_zeros(const SortArgs& args) noexcept {
  using U = Key<T>;
  const U flip = args.descending ? static_cast<U>(~U(0)) : U(0);
  const U zero = key_of_bits<T>(0, flip);
  const auto count_until = [&](U bound) {  // sorted elements whose key is below
    std::int64_t begin = 0;
    for (std::int64_t end = args.n; begin < end;) {
      const std::int64_t middle = begin + (end - begin) / 2;
      const bool below = key_or_last<T>(load_bits<U>(args.out, middle), flip) < bound;
      (below ? begin : end) = below ? middle + 1 : middle;
    }
    return begin;
  };
  std::int64_t to = count_until(zero);
  const std::int64_t zeros_end = count_until(zero + 1);
  for (std::int64_t i = 0; to < zeros_end && i < args.n; ++i) {
    const U bits = load_bits<U>(args.in, i);
    if (bits == 0 || is_negative_zero_bits<T>(bits)) store_bits(args.out, to++, bits);
  }
}

// Room for a row's NaNs and, behind them, for what quick_sort may need for the others; and, where
// the keys cannot lie in `out`, for these.
template <class T>
COREPY_INLINE std::int64_t parted_bytes(std::int64_t n, bool is_aligned) {
  return quick_scratch_bytes<QuickKey<T>>(n) + bytes_of_buffer(n, sizeof(T)) * (is_aligned ? 0 : 1);
}

// Sorts a row's values. Each element is read once and zeros, if signs differ, again; if other code
// writes to them meanwhile, the result holds some of the values, and nothing is written outside of
// it.
template <class T>
void sort_values_by_partition(const SortArgs& args, bool is_aligned) noexcept {
  using K = QuickKey<T>;
  const Key<T> flip = args.descending ? static_cast<Key<T>>(~Key<T>(0)) : Key<T>(0);
  QuickScratch<K> scratch = cut_quick_scratch<K>(args.n, args.workspace);
  K* nans = scratch.keys;
  K* keys = is_aligned ? static_cast<K*>(args.out)
                       : nans + bytes_of_buffer(args.n, sizeof(K)) / std::int64_t{sizeof(K)};
  const CollectedKeys collected = collect_keys<T>(args.in, args.n, flip, keys, nans);
  const std::int64_t count = collected.count;
  scratch.keys += args.n - count;
  // Which zeros lie where is known of sorted keys only.
  const bool is_partial = args.places.end > args.places.first && !collected.has_negative_zero;
  quick_sort<K>(keys, count, is_partial ? args.places : SortPlaces{0, count}, lowest_key<K>,
                scratch);
  write_elements<T>(keys, count, flip, args.out);
  for (std::int64_t i = count; i < args.n; ++i)
    store_bits(args.out, i, load_bits<Key<T>>(nans, i - count));
  if (collected.has_negative_zero) restore_zeros<T>(args);
}

}  // namespace corepy::COREPY_ISA::sorting

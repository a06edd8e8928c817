// Elements as unsigned keys whose order is the sort order, and what one scan of a row tells about
// its keys. No sorting (sorting_radix.h).
#pragma once

#include <cstdint>
#include <cstring>
#include <limits>
#include <type_traits>

#include "corepy/core/dtype.h"
#include "corepy/kernels/sorting_table.h"
#include "corepy/vec/lanes.h"
#include "corepy/vec/vec.h"

namespace corepy::COREPY_ISA::sorting {

// The unsigned integer of an element's size: its bits, and its key.
template <class T>
using Key = vec::IntegerOfSize<sizeof(T), false>;

template <class T>
inline constexpr bool is_float = std::is_floating_point_v<T> || is_half_element<T>;
// Bits of a float's fraction.
template <class T>
inline constexpr int fraction_bits =
    std::is_same_v<T, Float16>    ? 10
    : std::is_same_v<T, BFloat16> ? 7
                                  : std::numeric_limits<T>::digits - 1;

template <class T>
inline constexpr Key<T> top_bit = static_cast<Key<T>>(Key<T>(1) << (sizeof(T) * 8 - 1));

// The row may lie at any address, so elements are read and written through memcpy.
template <class U>
COREPY_INLINE U load_bits(const void* row, std::int64_t i) {
  U bits;
  std::memcpy(&bits, static_cast<const unsigned char*>(row) + i * std::int64_t{sizeof(U)},
              sizeof(U));
  return bits;
}
template <class U>
COREPY_INLINE void store_bits(void* row, std::int64_t i, U bits) {
  std::memcpy(static_cast<unsigned char*>(row) + i * std::int64_t{sizeof(U)}, &bits, sizeof(U));
}

// The bits that a sorted row holds for an element: its own, or 0 or 1 for a bool.
template <class T>
COREPY_INLINE Key<T> element_bits(const void* row, std::int64_t i) {
  const auto bits = load_bits<Key<T>>(row, i);
  return std::is_same_v<T, bool8_t> ? static_cast<Key<T>>(bits != 0 ? 1 : 0) : bits;
}

template <class T>
COREPY_INLINE bool is_nan_bits([[maybe_unused]] Key<T> bits) {
  if constexpr (is_float<T>) {
    constexpr auto finite = static_cast<Key<T>>(~top_bit<T>);
    constexpr auto infinity = static_cast<Key<T>>(finite >> fraction_bits<T> << fraction_bits<T>);
    return static_cast<Key<T>>(bits & finite) > infinity;
  } else {
    return false;
  }
}
template <class T>
COREPY_INLINE bool is_negative_zero_bits([[maybe_unused]] Key<T> bits) {
  return is_float<T> && bits == top_bit<T>;
}

// All ones where true: conditions as masks keep the loops free of branches, and so vectorised.
template <class U>
COREPY_INLINE U mask_of(bool condition) {
  return static_cast<U>(U(0) - static_cast<U>(condition));
}

// The key of an element that is not NaN; `flip` is 0 for ascending order, all ones for descending.
// No float's key is all ones, in either direction: that is the place of NaN.
template <class T>
COREPY_INLINE Key<T> key_of_bits(Key<T> bits, Key<T> flip) {
  if constexpr (std::is_same_v<T, bool8_t>) {
    return static_cast<Key<T>>((bits != 0 ? 1 : 0) ^ flip);
  } else if constexpr (is_float<T>) {
    const auto value = static_cast<Key<T>>(bits & ~mask_of<Key<T>>(is_negative_zero_bits<T>(bits)));
    const auto negative = static_cast<Key<T>>(Key<T>(0) - (value >> (sizeof(T) * 8 - 1)));
    return static_cast<Key<T>>(value ^ (negative | top_bit<T>)^flip);
  } else if constexpr (std::is_signed_v<T>) {
    return static_cast<Key<T>>(bits ^ top_bit<T> ^ flip);
  } else {
    return static_cast<Key<T>>(bits ^ flip);
  }
}

// The bits of the element with this key; of the two zeros, +0.
template <class T>
COREPY_INLINE Key<T> bits_of_key(Key<T> key, Key<T> flip) {
  key = static_cast<Key<T>>(key ^ flip);
  if constexpr (is_float<T>) {
    const auto other = static_cast<Key<T>>(~key);
    const auto negative = static_cast<Key<T>>(Key<T>(0) - (other >> (sizeof(T) * 8 - 1)));
    return static_cast<Key<T>>(key ^ (negative | top_bit<T>));
  } else if constexpr (std::is_signed_v<T>) {
    return static_cast<Key<T>>(key ^ top_bit<T>);
  } else {
    return key;
  }
}

// Any element's key, NaN last.
template <class T>
COREPY_INLINE Key<T> key_or_last(Key<T> bits, Key<T> flip) {
  return static_cast<Key<T>>(key_of_bits<T>(bits, flip) | mask_of<Key<T>>(is_nan_bits<T>(bits)));
}

COREPY_INLINE int bit_width(std::uint64_t x) { return x == 0 ? 0 : 64 - __builtin_clzll(x); }

// A row's keys all lie in [min, max] and share their `shared_low_bits` lowest bits, so that an
// element is told from the others by its reduced key: (key - min) >> shared_low_bits, of `bits`
// bits. Few bits mean few radix passes.
template <class T>
struct KeyScan {
  Key<T> flip, min, max;
  int shared_low_bits, bits;
  std::int64_t nan_count;
  bool has_negative_zero;

  COREPY_INLINE Key<T> reduce(Key<T> element_bits) const {
    const Key<T> key = key_of_bits<T>(element_bits, flip);
    return static_cast<Key<T>>(static_cast<Key<T>>(key - min) >> shared_low_bits);
  }
  COREPY_INLINE Key<T> restore(Key<T> reduced) const {
    const auto key = static_cast<Key<T>>(static_cast<Key<T>>(reduced << shared_low_bits) + min);
    return bits_of_key<T>(key, flip);
  }
};

template <class T>
KeyScan<T> scan_keys(const void* row, std::int64_t n, bool descending) {
  using U = Key<T>;
  constexpr U ones = static_cast<U>(~U(0));
  const U flip = descending ? ones : U(0);
  U min = ones, max = 0, all_and = ones, all_or = 0;
  U nan_count = 0,
    negative_zero = 0;  // counted in the element's width, which vectorises; n is cut to fit
  std::int64_t nans = 0;
  constexpr std::int64_t block = 1 << 14;
  for (std::int64_t start = 0; start < n; start += block) {
    const std::int64_t stop = n - start < block ? n : start + block;
    nan_count = 0;
    for (std::int64_t i = start; i < stop; ++i) {
      const U bits = load_bits<U>(row, i);
      const U key = key_of_bits<T>(bits, flip);
      const U is_nan = mask_of<U>(is_nan_bits<T>(bits));
      const auto or_ones = static_cast<U>(key | is_nan);
      const auto or_zero = static_cast<U>(key & static_cast<U>(~is_nan));
      min = or_ones < min ? or_ones : min;
      max = or_zero > max ? or_zero : max;
      all_and &= or_ones;
      all_or |= or_zero;
      nan_count = static_cast<U>(nan_count - is_nan);
      negative_zero |= mask_of<U>(is_negative_zero_bits<T>(bits));
    }
    nans += is_float<T> ? static_cast<std::int64_t>(nan_count) : 0;
  }
  KeyScan<T> scan{flip, min, max, 0, 0, nans, negative_zero != 0};
  const U varying = all_or & static_cast<U>(~all_and);
  if (nans == n || varying == 0) {
    scan.max = scan.min;
    return scan;
  }
  scan.shared_low_bits = __builtin_ctzll(varying);
  scan.bits = bit_width(static_cast<U>(max - min) >> scan.shared_low_bits);
  return scan;
}

// About as many bits as a scan of the row would find, from a few of its elements.
template <class T>
int sample_key_bits(const void* row, std::int64_t n) {
  using U = Key<T>;
  constexpr std::int64_t samples = 64;
  const U first = key_of_bits<T>(load_bits<U>(row, 0), 0);
  U min = first, max = first, varying = 0;
  for (std::int64_t i = 1; i < samples; ++i) {
    const U key = key_of_bits<T>(load_bits<U>(row, i * n / samples), 0);
    min = key < min ? key : min;
    max = key > max ? key : max;
    varying |= key ^ first;
  }
  return varying == 0 ? 0 : bit_width(static_cast<U>(max - min) >> __builtin_ctzll(varying));
}

// Whether the row is in sort order already. Looks at a block at a time, so a mixed row costs
// little.
template <class T>
RowOrder find_row_order(const void* row, std::int64_t n, bool descending) {
  using U = Key<T>;
  const U flip = descending ? static_cast<U>(~U(0)) : U(0);
  constexpr std::int64_t block = 256;
  U rises = 0, ties = 0, falls = 0;  // not 0: seen. As wide as an element, which vectorises
  for (std::int64_t start = 1; start < n; start += block) {
    const std::int64_t stop = n - start < block ? n : start + block;
    for (std::int64_t i = start; i < stop; ++i) {
      const U before = key_or_last<T>(load_bits<U>(row, i - 1), flip);
      const U after = key_or_last<T>(load_bits<U>(row, i), flip);
      rises |= mask_of<U>(before < after);
      ties |= mask_of<U>(before == after);
      falls |= mask_of<U>(before > after);
    }
    if (falls != 0 && (rises | ties) != 0) return RowOrder::mixed;
  }
  return falls == 0 ? RowOrder::sorted : RowOrder::strictly_reversed;
}

}  // namespace corepy::COREPY_ISA::sorting

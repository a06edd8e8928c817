// Sorting unsigned integers and records by some of their bits: ranks and merges for few,
// least-significant-digit radix sort for many. All stable, none knows elements, NaN or direction
// (sorting.h).
#pragma once

#include <cstdint>
#include <cstring>

#include "corepy/kernels/sorting_keys.h"

namespace corepy::COREPY_ISA::sorting {

COREPY_INLINE std::int64_t bytes_of_buffer(std::int64_t n, std::int64_t item_bytes) {
  return (n * item_bytes + 63) / 64 * 64;
}

// A position under its key, for rows whose positions do not fit into half a 64-bit integer.
struct WideRecord {
  std::uint64_t key, index;
};

template <class R>
COREPY_INLINE R sort_key(R integer) {
  return integer;
}
COREPY_INLINE std::uint64_t sort_key(WideRecord record) { return record.key; }

// Up to this many are sorted without histograms (measured by benchmarks/cpp/sorting_benchmark.cpp).
inline constexpr std::int64_t small_sort_max = 160;
inline constexpr int rank_block = 32;

// Sorts up to rank_block integers by counting for each how many are smaller: no branch, whole
// vectors. Equal ones share a rank and leave a gap behind it, which the last loop fills.
template <class R>
void sort_by_ranks(R* data, std::int64_t n) noexcept {
  R block[rank_block], ranks[rank_block] = {}, sorted[rank_block] = {};
  for (int i = 0; i < rank_block; ++i) block[i] = i < n ? data[i] : static_cast<R>(~R(0));
  for (std::int64_t j = 0; j < n; ++j) {
    const R other = data[j];
    for (int i = 0; i < rank_block; ++i) ranks[i] = static_cast<R>(ranks[i] + (other < block[i]));
  }
  for (std::int64_t i = 0; i < n; ++i) sorted[ranks[i]] = block[i];
  R largest = 0;
  for (std::int64_t i = 0; i < n; ++i) {
    largest = sorted[i] > largest ? sorted[i] : largest;
    data[i] = largest;
  }
}

// Merges the sorted [a, middle) and [middle, end) to out, without a branch on the data.
template <class R>
COREPY_INLINE void merge_halves(const R* a, const R* middle, const R* end, R* out) noexcept {
  const R* b = middle;
  while (a < middle && b < end) {
    const R x = *a, y = *b;
    const bool take_b = y < x;
    *out++ = take_b ? y : x;
    b += take_b;
    a += !take_b;
  }
  std::memcpy(out, a, static_cast<std::size_t>(middle - a) * sizeof(R));
  out += middle - a;
  std::memcpy(out, b, static_cast<std::size_t>(end - b) * sizeof(R));
}

// Sorts a few integers (equal ones cannot be told apart, so any order of them is stable).
template <class R>
void sort_small(R* data, R* scratch, std::int64_t n) noexcept {
  for (std::int64_t i = 0; i < n; i += rank_block) {
    sort_by_ranks(data + i, n - i < rank_block ? n - i : rank_block);
  }
  for (std::int64_t width = rank_block; width < n; width *= 2) {
    for (std::int64_t i = 0; i < n; i += 2 * width) {
      const std::int64_t middle = n - i < width ? n : i + width;
      const std::int64_t end = n - i < 2 * width ? n : i + 2 * width;
      merge_halves(data + i, data + middle, data + end, scratch + i);
    }
    std::memcpy(data, scratch, static_cast<std::size_t>(n) * sizeof(R));
  }
}

// How `bits` bits are cut into digits: wide ones where n pays for their histograms.
struct DigitPlan {
  int passes, width;
  COREPY_INLINE std::int64_t size() const { return std::int64_t{1} << width; }
};
inline constexpr int narrow_digit_bits = 8, wide_digit_bits = 11;
inline constexpr std::int64_t wide_digit_min_length = 6000;
inline constexpr int digit_passes_max = 8;

COREPY_INLINE DigitPlan plan_digits(std::int64_t n, int bits) {
  const bool wide = n >= wide_digit_min_length && bits > 2 * narrow_digit_bits;
  const int width = wide ? wide_digit_bits : narrow_digit_bits;
  const int passes = (bits + width - 1) / width;
  return {passes, (bits + passes - 1) / passes};
}
// Counters that a radix sort of n needs, whatever its bits.
COREPY_INLINE std::int64_t digit_counters(std::int64_t n) {
  if (n <= small_sort_max) return 0;
  constexpr std::int64_t narrow = digit_passes_max << narrow_digit_bits;
  constexpr std::int64_t wide = ((64 + wide_digit_bits - 1) / wide_digit_bits) << wide_digit_bits;
  return n < wide_digit_min_length ? narrow : wide;
}

template <int Passes, class R>
COREPY_INLINE void count_digits_unrolled(const R* data, std::int64_t n, int low_bit, int width,
                                         std::int64_t* counts) {
  const std::uint64_t mask = (std::uint64_t{1} << width) - 1;
  for (std::int64_t i = 0; i < n; ++i) {
    std::uint64_t key = static_cast<std::uint64_t>(sort_key(data[i])) >> low_bit;
    for (int p = 0; p < Passes; ++p) {
      ++counts[(static_cast<std::int64_t>(p) << width) + static_cast<std::int64_t>(key & mask)];
      key >>= width;
    }
  }
}

template <class R>
void count_digits(const R* data, std::int64_t n, int low_bit, DigitPlan plan,
                  std::int64_t* counts) {
  std::memset(counts, 0, static_cast<std::size_t>(plan.passes * plan.size()) * sizeof(*counts));
  switch (plan.passes) {
    case 1:
      return count_digits_unrolled<1>(data, n, low_bit, plan.width, counts);
    case 2:
      return count_digits_unrolled<2>(data, n, low_bit, plan.width, counts);
    case 3:
      return count_digits_unrolled<3>(data, n, low_bit, plan.width, counts);
    case 4:
      return count_digits_unrolled<4>(data, n, low_bit, plan.width, counts);
    case 5:
      return count_digits_unrolled<5>(data, n, low_bit, plan.width, counts);
    case 6:
      return count_digits_unrolled<6>(data, n, low_bit, plan.width, counts);
    case 7:
      return count_digits_unrolled<7>(data, n, low_bit, plan.width, counts);
    default:
      return count_digits_unrolled<8>(data, n, low_bit, plan.width, counts);
  }
}

// Counts to where each digit's first element goes.
COREPY_INLINE void counts_to_offsets(std::int64_t* counts, std::int64_t size) {
  std::int64_t total = 0;
  for (std::int64_t d = 0; d < size; ++d) {
    const std::int64_t count = counts[d];
    counts[d] = total;
    total += count;
  }
}

template <class R>
COREPY_INLINE std::uint64_t digit_of(R record, int shift, std::uint64_t mask) {
  return static_cast<std::uint64_t>(sort_key(record)) >> shift & mask;
}

// Sorts by the `bits` bits of the key from `low_bit` up; equal ones keep their order. Returns where
// the result is: data or scratch.
template <class R>
R* radix_sort(R* data, R* scratch, std::int64_t n, int low_bit, int bits,
              std::int64_t* counters) noexcept {
  if (bits == 0) return data;
  const DigitPlan plan = plan_digits(n, bits);
  const std::uint64_t mask = (std::uint64_t{1} << plan.width) - 1;
  count_digits(data, n, low_bit, plan, counters);
  for (int p = 0; p < plan.passes; ++p) {
    std::int64_t* offsets = counters + p * plan.size();
    const int shift = low_bit + p * plan.width;
    if (offsets[digit_of(data[0], shift, mask)] == n) continue;  // the same digit everywhere
    counts_to_offsets(offsets, plan.size());
    for (std::int64_t i = 0; i < n; ++i) {
      const R r = data[i];
      scratch[offsets[digit_of(r, shift, mask)]++] = r;
    }
    R* sorted = scratch;
    scratch = data;
    data = sorted;
  }
  return data;
}

// Sorts in place integers that differ only in the `bits` bits from `low_bit` up (or, below them,
// are in order already).
template <class R>
void sort_integers(R* data, R* scratch, std::int64_t n, int low_bit, int bits,
                   std::int64_t* counters) noexcept {
  if (n <= small_sort_max) return sort_small(data, scratch, n);
  const R* sorted = radix_sort(data, scratch, n, low_bit, bits, counters);
  if (sorted != data) std::memcpy(data, sorted, static_cast<std::size_t>(n) * sizeof(R));
}

// Finishes a sort that went by the bits from `tie_bits` up only: sorts each run of equal ones by
// the bits below, which `refine(run, n)` first brings into the run's bits [low_bit, low_bit +
// tie_bits).
template <class R, class Refine>
COREPY_INLINE void sort_ties(R* data, R* scratch, std::int64_t n, int prefix_shift, int low_bit,
                             int tie_bits, std::int64_t* counters, Refine refine) noexcept {
  for (std::int64_t start = 0, end = 0; start < n; start = end) {
    const R prefix = static_cast<R>(data[start] >> prefix_shift);
    for (end = start + 1; end < n && static_cast<R>(data[end] >> prefix_shift) == prefix;) ++end;
    if (end - start == 1) continue;
    refine(data + start, end - start);
    sort_integers(data + start, scratch, end - start, low_bit, tie_bits, counters);
  }
}

}  // namespace corepy::COREPY_ISA::sorting

// Sorting one row: values, positions, or both. NaN and the signs of zero are settled here; the
// sorting itself is in sorting_radix.h, and for values where vectors are faster in
// sorting_partition.h. The promises are in sorting_table.h.
//
// Why it is right: the key order puts equal elements (also -0 and +0) on one key. Positions travel
// with their keys through stable passes. Values travel as keys alone, which is shorter: what equal
// keys may hide is only the sign of zero, and those are written again in their original order at
// the end. NaNs are set aside in order.
#pragma once

#include <cstdint>
#include <cstring>

#include "corepy/kernels/loop_args.h"
#include "corepy/kernels/sorting_bytes.h"
#include "corepy/kernels/sorting_keys.h"
#include "corepy/kernels/sorting_partition.h"
#include "corepy/kernels/sorting_radix.h"

namespace corepy::COREPY_ISA::sorting {

// Keys of 64 bits are sorted by this many top bits first (3 wide digits); ties, rare in most data,
// are then sorted by the rest.
inline constexpr int prefix_bits = 3 * wide_digit_bits;
// Up to this many reduced keys, values are counted, not moved; the larger table pays from the
// length on.
inline constexpr int count_bits = 11, long_count_bits = 16;
// Bytes have few enough keys for a row of this length already.
template <class T>
inline constexpr std::int64_t count_min_length = sizeof(T) == 1 ? 64 : small_sort_max + 1;
inline constexpr std::int64_t long_count_min_length = std::int64_t{4} << long_count_bits;
static_assert(count_bits <= wide_digit_bits && count_bits <= long_count_bits);
// A record: the top 32 bits of a reduced key over a position.
inline constexpr int index_bits = 32;
inline constexpr std::int64_t record_max_length = std::int64_t{1} << index_bits;

struct Workspace {
  std::int64_t* counters;
  unsigned char* snapshot;        // n elements
  unsigned char *first, *second;  // n keys or records each
};

template <class T>
COREPY_INLINE std::int64_t count_counters(std::int64_t n) {
  if (n >= long_count_min_length) return std::int64_t{1} << long_count_bits;
  const std::int64_t counted = n >= count_min_length<T> ? std::int64_t{1} << count_bits : 0;
  const std::int64_t digits = digit_counters(n);
  return counted < digits ? digits : counted;
}
template <class T>
COREPY_INLINE std::int64_t item_bytes_of(const SortArgs& args) {
  if (args.out_indices == nullptr) return sizeof(T);
  return args.n <= record_max_length ? sizeof(std::uint64_t) : sizeof(WideRecord);
}

// Whether values of such rows are sorted by sorting_partition.h, whatever they are.
template <class T>
COREPY_INLINE bool is_always_parted(const SortArgs& args) {
  return args.out_indices == nullptr && args.n <= partition_length_max<T>();
}
template <class T>
COREPY_INLINE bool is_aligned_for(const void* row) {
  return reinterpret_cast<std::uintptr_t>(row) % alignof(T) == 0;
}

template <class T>
std::int64_t sort_workspace_bytes(const SortArgs& args) noexcept {
  if constexpr (partition_length_max<T>() > 0) {
    if (is_always_parted<T>(args)) return parted_bytes<T>(args.n, is_aligned_for<T>(args.out));
  }
  return count_counters<T>(args.n) * std::int64_t{sizeof(std::int64_t)} +
         bytes_of_buffer(args.n, sizeof(T)) + 2 * bytes_of_buffer(args.n, item_bytes_of<T>(args));
}
template <class T>
COREPY_INLINE Workspace cut_workspace(const SortArgs& args) {
  auto* counters = static_cast<std::int64_t*>(args.workspace);
  auto* snapshot = reinterpret_cast<unsigned char*>(counters + count_counters<T>(args.n));
  auto* first = snapshot + bytes_of_buffer(args.n, sizeof(T));
  return {counters, snapshot, first, first + bytes_of_buffer(args.n, item_bytes_of<T>(args))};
}

// The same request on a copy of the row: where other code shares the memory and writes to it
// meanwhile, counts taken in one pass would not fit what the next pass reads, and elements would be
// put outside of `out`.
template <class T>
COREPY_INLINE SortArgs take_snapshot(const SortArgs& args, const Workspace& workspace) {
  std::memcpy(workspace.snapshot, args.in, static_cast<std::size_t>(args.n) * sizeof(T));
  SortArgs snapshot = args;
  snapshot.in = workspace.snapshot;
  return snapshot;
}

// Calls visit(m, i, reduced key) for each element i that is not NaN, the m-th such, and puts the
// NaNs, in order, behind where the others will be. Returns how many others there are. Takes its
// arguments by value: through a reference, what `visit` stores might change them for all that the
// compiler knows, and no loop would be vectorised.
template <class T, class Visit>
COREPY_INLINE std::int64_t visit_keys(const SortArgs args, const KeyScan<T> scan, Visit visit) {
  using U = Key<T>;
  if (scan.nan_count == 0) {
    for (std::int64_t i = 0; i < args.n; ++i) visit(i, i, scan.reduce(load_bits<U>(args.in, i)));
    return args.n;
  }
  std::int64_t m = 0, nan_to = args.n - scan.nan_count;
  for (std::int64_t i = 0; i < args.n; ++i) {
    const U bits = load_bits<U>(args.in, i);
    if (!is_nan_bits<T>(bits)) {
      visit(m++, i, scan.reduce(bits));
    } else if (args.out_indices != nullptr) {
      args.out_indices[nan_to++] = i;
    } else {
      store_bits(args.out, nan_to++, bits);
    }
  }
  return m;
}

// ---- values ----

// Few different keys: counts each, then writes it that often. Several tables, so that equal
// neighbours need not wait for each other's increment.
template <class T>
void write_counted_keys(const SortArgs& args, const KeyScan<T>& scan, std::int64_t* counts) {
  using U = Key<T>;
  const std::int64_t size = std::int64_t{1} << scan.bits;
  const std::int64_t tables = scan.bits <= narrow_digit_bits ? 4 : 1;
  std::memset(counts, 0, static_cast<std::size_t>(size * tables) * sizeof(*counts));
  visit_keys(args, scan, [=](std::int64_t m, std::int64_t, U key) {
    ++counts[key + (m & (tables - 1)) * size];
  });
  std::int64_t to = 0;
  for (std::int64_t d = 0; d < size; ++d) {
    std::int64_t count = 0;
    for (std::int64_t table = 0; table < tables; ++table) count += counts[d + table * size];
    const U bits = scan.restore(static_cast<U>(d));
    for (const std::int64_t stop = to + count; to < stop; ++to) store_bits(args.out, to, bits);
  }
}

// Counts keys of scan.bits bits and leaves in `counts` where each key's first element goes.
template <class T>
COREPY_INLINE void find_places(const SortArgs& args, const KeyScan<T>& scan, std::int64_t* counts) {
  const std::int64_t size = std::int64_t{1} << scan.bits;
  std::memset(counts, 0, static_cast<std::size_t>(size) * sizeof(*counts));
  visit_keys(args, scan, [=](std::int64_t, std::int64_t, Key<T> key) { ++counts[key]; });
  counts_to_offsets(counts, size);
}

template <class T>
void sort_values_by_counting(const SortArgs& args, const KeyScan<T>& scan, std::int64_t* counts) {
  // Runs of few elements end where no processor expects it: those are put to their places instead.
  constexpr std::int64_t long_run = 8;
  if (args.n >> scan.bits >= long_run) return write_counted_keys(args, scan, counts);
  find_places(args, scan, counts);
  void* out = args.out;
  visit_keys(args, scan, [=](std::int64_t, std::int64_t, Key<T> key) {
    store_bits(out, counts[key]++, scan.restore(key));
  });
}

template <class T>
COREPY_INLINE void write_keys(const Key<T>* keys, std::int64_t n, const KeyScan<T> scan,
                              void* out) {
  for (std::int64_t i = 0; i < n; ++i) store_bits(out, i, scan.restore(keys[i]));
}

template <class T>
void sort_values_by_keys(const SortArgs& args, const KeyScan<T>& scan, const Workspace& workspace) {
  using U = Key<T>;
  auto* keys = reinterpret_cast<U*>(workspace.first);
  auto* scratch = reinterpret_cast<U*>(workspace.second);
  const std::int64_t m =
      visit_keys(args, scan, [=](std::int64_t k, std::int64_t, U key) { keys[k] = key; });
  const int tie_bits = scan.bits > prefix_bits + wide_digit_bits ? scan.bits - prefix_bits : 0;
  if (m <= small_sort_max) {
    sort_small(keys, scratch, m);
  } else {
    U* sorted = radix_sort(keys, scratch, m, tie_bits, scan.bits - tie_bits, workspace.counters);
    scratch = sorted == keys ? scratch : keys;
    keys = sorted;
    if (tie_bits != 0) {
      sort_ties(keys, scratch, m, tie_bits, 0, tie_bits, workspace.counters,
                [](U*, std::int64_t) {});
    }
  }
  write_keys(keys, m, scan, args.out);
}

template <class T>
void copy_row(const SortArgs& args, bool reversed) {
  for (std::int64_t i = 0; i < args.n; ++i) {
    store_bits(args.out, i, element_bits<T>(args.in, reversed ? args.n - 1 - i : i));
  }
}

template <class T>
void sort_values(const SortArgs& row) noexcept {
  const RowOrder order = find_row_order<T>(row.in, row.n, row.descending);
  if (order != RowOrder::mixed) return copy_row<T>(row, order == RowOrder::strictly_reversed);
  if constexpr (sizeof(T) == 1 && !std::is_same_v<T, bool8_t>) {
    if (row.n >= counted_bytes_min) return sort_bytes<T>(row);
  }
  if constexpr (partition_length_max<T>() > 0) {
    // The workspace of the radix sort has room for this one's.
    if (is_always_parted<T>(row) || sample_key_bits<T>(row.in, row.n) > prefix_bits)
      return sort_values_by_partition<T>(row, is_aligned_for<T>(row.out));
  }
  const Workspace workspace = cut_workspace<T>(row);
  const SortArgs args = take_snapshot<T>(row, workspace);
  const auto scan = scan_keys<T>(args.in, args.n, args.descending);
  const int counted_bits = args.n >= long_count_min_length ? long_count_bits : count_bits;
  if (args.n >= count_min_length<T> && scan.bits <= counted_bits) {
    sort_values_by_counting(args, scan, workspace.counters);
  } else {
    sort_values_by_keys(args, scan, workspace);
  }
  if (scan.has_negative_zero) restore_zeros<T>(args);  // keys made every zero +0
}

// ---- positions ----

template <class T>
void argsort_by_counting(const SortArgs& args, const KeyScan<T>& scan, std::int64_t* counts) {
  find_places(args, scan, counts);
  std::int64_t* out = args.out_indices;
  visit_keys(args, scan, [=](std::int64_t, std::int64_t i, Key<T> key) { out[counts[key]++] = i; });
}

// Whether so many records are sorted faster by vectors (benchmarks/cpp/sorting_benchmark.cpp).
COREPY_INLINE bool is_quick_for_records(std::int64_t m, int key_bits) {
  using K = std::int64_t;
  if (!vec::has_partition<K>) return false;
  if (m <= 4 * network_length_max<K>) return true;
  return lanes<K> > 4 && plan_digits(m, key_bits).passes > 2;
}

// Sorts records: by vectors, then as signed integers, or by the key's bits. Returns where the
// result is: records or scratch.
COREPY_INLINE std::uint64_t* sort_records(std::uint64_t* records, std::uint64_t* scratch,
                                          std::int64_t m, int key_bits, bool is_quick,
                                          std::int64_t* counters) {
  if constexpr (vec::has_partition<std::int64_t>) {
    using K = std::int64_t;
    if (is_quick) {
      quick_sort<K>(reinterpret_cast<K*>(records), m, {0, m}, lowest_key<K>,
                    {reinterpret_cast<K*>(scratch), counters});
      return records;
    }
  }
  if (m > small_sort_max) return radix_sort(records, scratch, m, index_bits, key_bits, counters);
  sort_small(records, scratch, m);
  return records;
}

template <class T>
void argsort_by_records(const SortArgs& args, const KeyScan<T>& scan, const Workspace& workspace) {
  using U = Key<T>;
  constexpr std::uint64_t index_mask = (std::uint64_t{1} << index_bits) - 1;
  auto* records = reinterpret_cast<std::uint64_t*>(workspace.first);
  auto* scratch = reinterpret_cast<std::uint64_t*>(workspace.second);
  const int tie_bits = scan.bits > 32 ? scan.bits - 32 : 0;
  const int key_bits = scan.bits - tie_bits;
  const bool is_quick = is_quick_for_records(args.n - scan.nan_count, key_bits);
  // What makes the order that of signed integers; runs of one key do not mind.
  const std::uint64_t flip = is_quick ? top_bit<std::uint64_t> : 0;
  const std::int64_t m = visit_keys(args, scan, [=](std::int64_t r, std::int64_t i, U key) {
    const std::uint64_t top = (static_cast<std::uint64_t>(key) >> tie_bits) << index_bits;
    records[r] = (top | static_cast<std::uint64_t>(i)) ^ flip;
  });
  std::uint64_t* sorted = sort_records(records, scratch, m, key_bits, is_quick, workspace.counters);
  scratch = sorted == records ? scratch : records;
  records = sorted;
  if (tie_bits != 0) {
    const std::uint64_t tie_mask = (std::uint64_t{1} << tie_bits) - 1;
    sort_ties(records, scratch, m, index_bits, index_bits, tie_bits, workspace.counters,
              [&](std::uint64_t* run, std::int64_t length) {
                for (std::int64_t r = 0; r < length; ++r) {
                  const std::uint64_t i = run[r] & index_mask;
                  const auto bits = load_bits<U>(args.in, static_cast<std::int64_t>(i));
                  run[r] = (scan.reduce(bits) & tie_mask) << index_bits | i;
                }
              });
  }
  std::int64_t* out = args.out_indices;
  for (std::int64_t i = 0; i < m; ++i) out[i] = static_cast<std::int64_t>(records[i] & index_mask);
}

// Rows too long for records: keys and positions side by side.
template <class T>
void argsort_by_wide_records(const SortArgs& args, const KeyScan<T>& scan,
                             const Workspace& workspace) {
  auto* records = reinterpret_cast<WideRecord*>(workspace.first);
  auto* scratch = reinterpret_cast<WideRecord*>(workspace.second);
  const std::int64_t m = visit_keys(args, scan, [=](std::int64_t r, std::int64_t i, Key<T> key) {
    records[r] = {static_cast<std::uint64_t>(key), static_cast<std::uint64_t>(i)};
  });
  records = radix_sort(records, scratch, m, 0, scan.bits, workspace.counters);
  for (std::int64_t i = 0; i < m; ++i) {
    args.out_indices[i] = static_cast<std::int64_t>(records[i].index);
  }
}

template <class T>
void argsort(const SortArgs& row) noexcept {
  const RowOrder order = find_row_order<T>(row.in, row.n, row.descending);
  if (order != RowOrder::mixed) {
    const bool reversed = order == RowOrder::strictly_reversed;
    for (std::int64_t i = 0; i < row.n; ++i) row.out_indices[i] = reversed ? row.n - 1 - i : i;
    return;
  }
  const Workspace workspace = cut_workspace<T>(row);
  const SortArgs args = take_snapshot<T>(row, workspace);
  const auto scan = scan_keys<T>(args.in, args.n, args.descending);
  if (scan.bits <= count_bits && args.n >= count_min_length<T>) {
    argsort_by_counting(args, scan, workspace.counters);
  } else if (args.n <= record_max_length) {
    argsort_by_records(args, scan, workspace);
  } else {
    argsort_by_wide_records(args, scan, workspace);
  }
}

// Writes in[out_indices[i]].
template <class T>
void gather_values(const SortArgs& args) {
  for (std::int64_t i = 0; i < args.n; ++i) {
    store_bits(args.out, i, element_bits<T>(args.in, args.out_indices[i]));
  }
}

template <class T>
void sort_row(const SortArgs& args) noexcept {
  if (args.n <= 0) return;
  if (args.out_indices == nullptr) {
    if (args.out != nullptr) sort_values<T>(args);
    return;
  }
  argsort<T>(args);
  if (args.out != nullptr) gather_values<T>(args);
}

template <class T>
constexpr SortKernel sort_kernel() {
  if constexpr (is_complex_element<T>) {
    return {nullptr, nullptr};
  } else {
    return {&sort_row<T>, &sort_workspace_bytes<T>};
  }
}

}  // namespace corepy::COREPY_ISA::sorting

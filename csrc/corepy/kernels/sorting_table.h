// The table of sorting kernels, one per ISA and dtype, and what they promise. No code (sorting.h).
#pragma once

#include <cstdint>

#include "corepy/core/dtype.h"
#include "corepy/kernels/loop_args.h"

namespace corepy {

// Sorts one contiguous row (SortArgs). `out` and `out_indices` do not overlap `in` or each other;
// any alignment of `in` and `out`. The promise, on every ISA:
// - stable in both directions: equal elements keep their order, descending too;
// - NaNs come last in both directions, in the order they had; -0 equals +0;
// - out[i] is in[out_indices[i]] bit for bit (a bool is written as 0 or 1).
//
// A long row is cut into buckets first (sorting_distribution.h).

// Numbers of buckets fit into a byte.
inline constexpr int sort_bucket_max = 256;

// How elements are divided: element e's bucket comes from the number of bounds below its key.
struct SortBuckets {
  alignas(64) unsigned char tree[sort_bucket_max * 8];    // the bounds as a search tree, from 1 on
  alignas(64) unsigned char bounds[sort_bucket_max * 8];  // in order
  int levels, count;
  bool has_equal;  // the odd buckets hold elements that are all equal
  bool descending;
};

// A part of a row, and where its elements go. `places` has sort_bucket_max entries: how many of the
// part's elements are in each bucket, and then, of the whole row, where the first of them goes.
struct DistributionArgs {
  const SortBuckets* buckets;
  std::int64_t n;
  const void* in;
  std::uint8_t* numbers;  // each element's bucket
  std::int64_t* places;
  void* out;                // the row's elements by bucket (split_part: the part's keys)
  std::int64_t* positions;  // their positions in the row, or null
  std::int64_t first_position;
  void* scratch;            // split_part: n elements
  bool* has_negative_zero;  // split_part
};

enum class RowOrder { mixed, sorted, strictly_reversed };

struct DistributionKernel {
  RowOrder (*find_order)(const void* in, std::int64_t n, bool descending) noexcept;
  // `sample`: n elements in order; `parts`: how many buckets are wanted, from 2 on.
  void (*choose_buckets)(const void* sample, std::int64_t n, int parts, bool descending,
                         SortBuckets* buckets) noexcept;
  void (*number_elements)(const DistributionArgs&) noexcept;  // writes numbers and places
  void (*move_elements)(const DistributionArgs&) noexcept;    // writes out and positions
};

// The same for values alone, where the ISA has a quicksort for the dtype; null where not.
struct SplitKernel {
  void (*choose_buckets)(const void* sample, std::int64_t n, int parts, bool descending,
                         SortBuckets* buckets) noexcept;
  void (*split_part)(const DistributionArgs&) noexcept;
  void (*sort_bucket)(const SortBuckets& buckets, int bucket, void* data, std::int64_t n,
                      void* workspace) noexcept;
  std::int64_t (*workspace_bytes)(std::int64_t n) noexcept;  // of sort_bucket
  // Writes the zeros of args.in once more over those of args.out, in their order.
  void (*restore_zeros)(const SortArgs&) noexcept;
};

// Rows of few elements, element i of row r at r * row stride + i * stride, on both sides. `out`,
// elements or std::int64_t positions, does not overlap `in`; any alignment. Where other code writes
// to `in` meanwhile, each place of `out` holds one of the values.
struct ShortRowsArgs {
  std::int64_t rows, n;
  const void* in;
  std::int64_t in_row_stride_bytes, in_stride_bytes;
  void* out;
  std::int64_t out_row_stride_bytes, out_stride_bytes;
  bool writes_positions, descending;
};
struct ShortRowsKernel {
  void (*run)(const ShortRowsArgs&) noexcept;
  // Up to which n many rows are sorted faster so than one by one; run takes no more positions.
  std::int64_t longest_values, longest_positions;
};

struct SortKernels {
  SortKernel kernel[dtype_count];  // complex: null, complex numbers have no order
  ShortRowsKernel short_rows[dtype_count];
  DistributionKernel distribution[dtype_count];
  SplitKernel split[dtype_count];
};

}  // namespace corepy

// Declares one ISA's table; expand it with COREPY_FOR_EACH_ISA.
#define COREPY_DECLARE_SORTING_KERNELS(isa)        \
  namespace corepy::isa {                          \
  extern constinit const SortKernels sort_kernels; \
  }

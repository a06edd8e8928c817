// Sorting of one long row by tasks that threads share and Ctrl-C ends between: parts of the row are
// cut into buckets by the same bounds, then buckets are sorted. The kernels' promise (equal
// elements keep their order) leaves one result only, so neither cuts nor threads show in it.
#pragma once

#include <cstddef>
#include <cstdint>

#include "corepy/dispatch/blocking_region.h"
#include "corepy/dispatch/workspace.h"
#include "corepy/kernels/sorting_table.h"

namespace corepy {

class LongRowSort {
 public:
  // Whether a row is worth it, values or (`indices`) positions.
  static bool is_worth(DType dtype, std::int64_t n, bool indices, int threads) noexcept;

  LongRowSort(Operation& operation, BlockingRegion& region, const SortKernels& kernels, DType dtype,
              std::int64_t n, bool descending, bool indices);
  // Counts, for a dry run, the memory and threads of a row in no order; not that of its largest
  // bucket.
  static void plan(Operation& operation, BlockingRegion& region, const SortKernels& kernels,
                   DType dtype, std::int64_t n, bool indices);
  // Sorts a contiguous row at `in` to `out`, which is aligned for its elements and does not overlap
  // it. Fails when the user interrupts.
  void run(const std::byte* in, std::byte* out);

  // task(first, count) for every part of a row of n.
  template <class Task>
  static void for_each_part(BlockingRegion& region, std::int64_t n, const Task& task) {
    const std::int64_t length = part_length(n);
    region.run((n + length - 1) / length, [&](std::int64_t part, int) noexcept {
      const std::int64_t first = part * length;
      task(first, n - first < length ? n - first : length);
    });
  }

 private:
  static std::int64_t part_length(std::int64_t n) noexcept;
  static bool splits(const SortKernels& kernels, DType dtype, bool indices) noexcept;
  static std::int64_t table_bytes(std::int64_t parts) noexcept;
  static std::int64_t row_bytes(std::int64_t n, std::int64_t size, bool indices) noexcept;
  struct Part {
    std::int64_t first, count;
  };
  Part part(std::int64_t index) const noexcept;
  SortArgs request(std::int64_t count, const std::byte* in, std::byte* out) const noexcept;
  RowOrder find_order(const std::byte* in);
  void sort_ordered(const std::byte* in, std::byte* out, bool reversed);
  void choose_buckets(const std::byte* in);
  // Writes to every page of a target of n_ elements, which holds nothing yet.
  void touch_pages(std::byte* target, std::int64_t element_size);
  // Counts, one row for each part, to places in the row ordered by buckets; starts_ are the
  // buckets'. Returns the size of the largest one that needs sorting.
  std::int64_t find_places();
  void run_split(const std::byte* in, std::byte* out);
  void run_distribution(const std::byte* in, std::byte* out);
  void sort_bucket(int bucket, std::byte* out, const std::byte* elements,
                   const std::int64_t* positions, void* workspace) const noexcept;

  Operation& operation_;
  BlockingRegion& region_;
  const SortKernel& sort_;
  const DistributionKernel& distribution_;
  const SplitKernel& split_;
  std::int64_t n_, size_, part_length_, parts_;
  bool descending_, indices_, splits_;
  SortBuckets buckets_;
  Workspace tables_, row_, slots_;
  std::int64_t *counts_, *places_, *starts_;  // a row of buckets for each part; one for all
};

}  // namespace corepy

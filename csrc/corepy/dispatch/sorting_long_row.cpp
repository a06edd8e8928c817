// The tasks of sorting one long row. What they do to elements is in kernels/sorting_distribution.h
// and, for values where vectors part keys, kernels/sorting_split.h.
#include "corepy/dispatch/sorting_long_row.h"

#include <algorithm>
#include <atomic>
#include <cstring>

namespace corepy {
namespace {

// From here on two threads are faster than one; on one thread a row is cut only where it would keep
// Ctrl-C waiting (measured, docs/topics/multithreading.md).
constexpr std::int64_t shared_min_length = std::int64_t{1} << 17;
constexpr std::int64_t single_min_length = std::int64_t{1} << 22;
// Buckets that are sorted in a second-level cache, as many as there may be.
constexpr std::int64_t bucket_length = std::int64_t{1} << 13;
// Sampled elements for each bucket: none then gets much more than its share.
constexpr std::int64_t samples_per_bucket = 16;

std::int64_t round_up(std::int64_t bytes) { return (bytes + 63) / 64 * 64; }

}  // namespace

bool LongRowSort::is_worth(DType dtype, std::int64_t n, bool indices, int threads) noexcept {
  // Values of one or two bytes are counted, at some tenths of a nanosecond for each.
  if (!indices && itemsize_of(dtype) <= 2) return false;
  return n >= (threads > 1 ? shared_min_length : single_min_length);
}

std::int64_t LongRowSort::part_length(std::int64_t n) noexcept {
  return std::int64_t{1} << (n < (std::int64_t{1} << 20) ? 15 : 16);
}

LongRowSort::LongRowSort(Operation& operation, BlockingRegion& region, const SortKernels& kernels,
                         DType dtype, std::int64_t n, bool descending, bool indices)
    : operation_(operation),
      region_(region),
      sort_(kernels.kernel[static_cast<int>(dtype)]),
      distribution_(kernels.distribution[static_cast<int>(dtype)]),
      split_(kernels.split[static_cast<int>(dtype)]),
      n_(n),
      size_(itemsize_of(dtype)),
      part_length_(part_length(n)),
      parts_((n + part_length_ - 1) / part_length_),
      descending_(descending),
      indices_(indices),
      splits_(splits(kernels, dtype, indices)) {
  const std::int64_t bytes = table_bytes(parts_);
  counts_ = static_cast<std::int64_t*>(tables_.ensure(operation, bytes));
  places_ = counts_ + parts_ * sort_bucket_max;
  starts_ = places_ + parts_ * sort_bucket_max;
  std::memset(counts_, 0, static_cast<std::size_t>(bytes));
}

// Counts and places for each part and bucket, starts of buckets.
std::int64_t LongRowSort::table_bytes(std::int64_t parts) noexcept {
  return (2 * parts * sort_bucket_max + sort_bucket_max + 1) * std::int64_t{sizeof(std::int64_t)};
}

LongRowSort::Part LongRowSort::part(std::int64_t index) const noexcept {
  const std::int64_t first = index * part_length_;
  return {first, std::min(part_length_, n_ - first)};
}

SortArgs LongRowSort::request(std::int64_t count, const std::byte* in,
                              std::byte* out) const noexcept {
  SortArgs args{};
  args.n = count;
  args.in = in;
  args.out = indices_ ? nullptr : out;
  args.out_indices = indices_ ? reinterpret_cast<std::int64_t*>(out) : nullptr;
  args.descending = descending_;
  return args;
}

bool LongRowSort::splits(const SortKernels& kernels, DType dtype, bool indices) noexcept {
  return !indices && kernels.split[static_cast<int>(dtype)].split_part != nullptr;
}

// Of a distribution: the elements in the order of their buckets, positions, numbers of buckets.
std::int64_t LongRowSort::row_bytes(std::int64_t n, std::int64_t size, bool indices) noexcept {
  return round_up(n * size) + (indices ? round_up(n * std::int64_t{sizeof(std::int64_t)}) : 0) + n;
}

void LongRowSort::plan(Operation& operation, BlockingRegion& region, const SortKernels& kernels,
                       DType dtype, std::int64_t n, bool indices) {
  const std::int64_t size = itemsize_of(dtype), length = part_length(n);
  const std::int64_t parts = (n + length - 1) / length;
  const bool is_split = splits(kernels, dtype, indices);
  Workspace tables, row, slots;
  tables.ensure(operation, table_bytes(parts));
  row.ensure(operation, is_split ? n * size : row_bytes(n, size, indices));
  slots.ensure(operation, is_split ? round_up(length * size) * region.thread_count() : 0);
  region.note_threads(parts);
}

void LongRowSort::run(const std::byte* in, std::byte* out) {
  const RowOrder order = find_order(in);
  if (order != RowOrder::mixed) {
    return sort_ordered(in, out, order == RowOrder::strictly_reversed);
  }
  choose_buckets(in);
  if (splits_) {
    run_split(in, out);
  } else {
    run_distribution(in, out);
  }
}

// Each part is compared with the first element of the next, too.
RowOrder LongRowSort::find_order(const std::byte* in) {
  std::atomic<bool> sorted{true}, reversed{true};
  region_.run(parts_, [&](std::int64_t index, int) noexcept {
    const auto [first, count] = part(index);
    const std::int64_t length = std::min(count + 1, n_ - first);
    if (length == 1 ||
        (!sorted.load(std::memory_order_relaxed) && !reversed.load(std::memory_order_relaxed))) {
      return;
    }
    const RowOrder order = distribution_.find_order(in + first * size_, length, descending_);
    if (order != RowOrder::sorted) sorted.store(false, std::memory_order_relaxed);
    if (order != RowOrder::strictly_reversed) reversed.store(false, std::memory_order_relaxed);
  });
  return sorted ? RowOrder::sorted : reversed ? RowOrder::strictly_reversed : RowOrder::mixed;
}

// Parts are in order already, or reversed, and so are the elements of each.
void LongRowSort::sort_ordered(const std::byte* in, std::byte* out, bool reversed) {
  const std::int64_t out_size = indices_ ? std::int64_t{sizeof(std::int64_t)} : size_;
  const std::int64_t needed = round_up(sort_.workspace_bytes(request(part_length_, in, out)));
  auto* slots = static_cast<std::byte*>(slots_.ensure(operation_, needed * region_.thread_count()));
  region_.run(parts_, [&](std::int64_t index, int slot) noexcept {
    const auto [first, count] = part(index);
    std::byte* target = out + (reversed ? n_ - first - count : first) * out_size;
    SortArgs args = request(count, in + first * size_, target);
    args.workspace = slots + slot * needed;
    sort_.run(args);
    for (std::int64_t i = 0; indices_ && i < count; ++i) args.out_indices[i] += first;
  });
}

void LongRowSort::choose_buckets(const std::byte* in) {
  std::int64_t wanted = 2;
  while (wanted < sort_bucket_max && n_ / (2 * wanted) >= bucket_length) wanted *= 2;
  const std::int64_t count = wanted * samples_per_bucket, step = n_ / count;
  SortArgs args{};
  args.n = count;
  args.descending = descending_;
  const std::int64_t bytes = round_up(count * size_);
  auto* sample =
      static_cast<std::byte*>(slots_.ensure(operation_, 2 * bytes + sort_.workspace_bytes(args)));
  std::uint64_t random = 1;  // places that follow no pattern of the data
  for (std::int64_t i = 0; i < count; ++i) {
    random = random * 6364136223846793005u + 1442695040888963407u;
    const auto jitter = static_cast<std::int64_t>(random >> 33) % step;
    std::memcpy(sample + i * size_, in + (i * step + jitter) * size_,
                static_cast<std::size_t>(size_));
  }
  args.in = sample;
  args.out = sample + bytes;
  args.workspace = sample + 2 * bytes;
  sort_.run(args);
  (splits_ ? split_.choose_buckets : distribution_.choose_buckets)(
      sample + bytes, count, static_cast<int>(wanted), descending_, &buckets_);
}

// The system makes pages when they are first written, and large ones when their first byte is. A
// part's elements go to all buckets, so the first part would make all the memory of its target:
// a second on some machines, in which Ctrl-C had to wait.
void LongRowSort::touch_pages(std::byte* target, std::int64_t element_size) {
  constexpr std::int64_t page_bytes = 4096;
  region_.run(parts_, [&](std::int64_t index, int) noexcept {
    const auto [first, count] = part(index);
    for (std::int64_t i = 0; i < count * element_size; i += page_bytes)
      target[first * element_size + i] = std::byte{0};
  });
}

std::int64_t LongRowSort::find_places() {
  std::int64_t total = 0, largest = 0;
  for (int bucket = 0; bucket < buckets_.count; ++bucket) {
    starts_[bucket] = total;
    for (std::int64_t index = 0; index < parts_; ++index) {
      places_[index * sort_bucket_max + bucket] = total;
      total += counts_[index * sort_bucket_max + bucket];
    }
    const bool needs_sorting = !buckets_.has_equal || bucket % 2 == 0;
    if (needs_sorting) largest = std::max(largest, total - starts_[bucket]);
  }
  starts_[buckets_.count] = total;
  return largest;
}

void LongRowSort::run_split(const std::byte* in, std::byte* out) {
  const std::int64_t part_bytes = round_up(part_length_ * size_);
  auto* keys = static_cast<std::byte*>(row_.ensure(operation_, n_ * size_));
  auto* scratch =
      static_cast<std::byte*>(slots_.ensure(operation_, part_bytes * region_.thread_count()));
  std::atomic<bool> has_negative_zero{false};
  region_.run(parts_, [&](std::int64_t index, int slot) noexcept {
    const auto [first, count] = part(index);
    bool negative_zero = false;
    DistributionArgs args{};
    args.buckets = &buckets_;
    args.n = count;
    args.in = in + first * size_;
    args.out = keys + first * size_;
    args.places = &counts_[index * sort_bucket_max];
    args.scratch = scratch + slot * part_bytes;
    args.has_negative_zero = &negative_zero;
    split_.split_part(args);
    if (negative_zero) has_negative_zero.store(true, std::memory_order_relaxed);
  });
  const std::int64_t needed = round_up(split_.workspace_bytes(find_places()));
  touch_pages(out, size_);
  region_.run(parts_, [&](std::int64_t index, int) noexcept {
    const std::byte* from = keys + index * part_length_ * size_;
    for (int bucket = 0; bucket < buckets_.count; ++bucket) {
      const std::int64_t entry = index * sort_bucket_max + bucket;
      const std::int64_t bytes = counts_[entry] * size_;
      std::memcpy(out + places_[entry] * size_, from, static_cast<std::size_t>(bytes));
      from += bytes;
    }
  });
  auto* slots = static_cast<std::byte*>(slots_.ensure(operation_, needed * region_.thread_count()));
  region_.run(buckets_.count, [&](std::int64_t bucket, int slot) noexcept {
    const std::int64_t start = starts_[bucket];
    split_.sort_bucket(buckets_, static_cast<int>(bucket), out + start * size_,
                       starts_[bucket + 1] - start, slots + slot * needed);
  });
  if (has_negative_zero) {
    const SortArgs args = request(n_, in, out);
    region_.run(1, [&](std::int64_t, int) noexcept { split_.restore_zeros(args); });
  }
}

void LongRowSort::run_distribution(const std::byte* in, std::byte* out) {
  const std::int64_t elements_bytes = round_up(n_ * size_);
  const std::int64_t positions_bytes = indices_ ? n_ * std::int64_t{sizeof(std::int64_t)} : 0;
  auto* elements = static_cast<std::byte*>(row_.ensure(operation_, row_bytes(n_, size_, indices_)));
  auto* positions = indices_ ? reinterpret_cast<std::int64_t*>(elements + elements_bytes) : nullptr;
  auto* numbers =
      reinterpret_cast<std::uint8_t*>(elements + elements_bytes + round_up(positions_bytes));
  const auto args_of = [&](std::int64_t index, std::int64_t* places) noexcept {
    const auto [first, count] = part(index);
    DistributionArgs args{};
    args.buckets = &buckets_;
    args.n = count;
    args.in = in + first * size_;
    args.numbers = numbers + first;
    args.places = &places[index * sort_bucket_max];
    args.out = elements;
    args.positions = positions;
    args.first_position = first;
    return args;
  };
  region_.run(parts_, [&](std::int64_t index, int) noexcept {
    distribution_.number_elements(args_of(index, counts_));
  });
  const std::int64_t largest = find_places();
  touch_pages(elements, size_);
  if (indices_) touch_pages(reinterpret_cast<std::byte*>(positions), sizeof(std::int64_t));
  region_.run(parts_, [&](std::int64_t index, int) noexcept {
    distribution_.move_elements(args_of(index, places_));
  });
  const std::int64_t needed = round_up(sort_.workspace_bytes(request(largest, in, out)));
  auto* slots = static_cast<std::byte*>(slots_.ensure(operation_, needed * region_.thread_count()));
  region_.run(buckets_.count, [&](std::int64_t bucket, int slot) noexcept {
    sort_bucket(static_cast<int>(bucket), out, elements, positions, slots + slot * needed);
  });
}

void LongRowSort::sort_bucket(int bucket, std::byte* out, const std::byte* elements,
                              const std::int64_t* positions, void* workspace) const noexcept {
  const std::int64_t start = starts_[bucket], count = starts_[bucket + 1] - start;
  const bool is_equal = buckets_.has_equal && bucket % 2 != 0;
  const std::int64_t out_size = indices_ ? std::int64_t{sizeof(std::int64_t)} : size_;
  SortArgs args = request(count, elements + start * size_, out + start * out_size);
  args.workspace = workspace;
  if (is_equal) {  // in their order already
    const void* from = indices_ ? static_cast<const void*>(positions + start) : args.in;
    std::memcpy(out + start * out_size, from, static_cast<std::size_t>(count * out_size));
    return;
  }
  sort_.run(args);
  for (std::int64_t i = 0; indices_ && i < count; ++i)
    args.out_indices[i] = positions[start + args.out_indices[i]];
}

}  // namespace corepy

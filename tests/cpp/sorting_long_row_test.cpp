// The steps by which a long row is cut into buckets, on every ISA this machine has: buckets in
// order, elements of each in theirs, nothing lost. Whole rows are sorted in tests/ops.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <memory>
#include <random>
#include <string>
#include <type_traits>
#include <vector>

#include "sorting_kernels.h"

namespace corepy {
namespace {

template <class T>
std::vector<T> make_row(const std::string& pattern, std::int64_t n) {
  std::mt19937_64 random(7);
  std::vector<T> row;
  for (std::int64_t i = 0; i < n; ++i) {
    T x = static_cast<T>(static_cast<std::int64_t>(random() % 200'001) - 100'000);
    if (pattern == "few") x = static_cast<T>(random() % 3);
    if (pattern == "half equal" && random() % 2 != 0) x = T(5);
    if (pattern == "extremes" && i % 3 == 0)
      x = i % 2 != 0 ? std::numeric_limits<T>::max() : std::numeric_limits<T>::lowest();
    if constexpr (std::is_floating_point_v<T>) {
      if (pattern == "NaNs and zeros" && random() % 4 == 0)
        x = random() % 2 != 0 ? std::numeric_limits<T>::quiet_NaN() : T(-0.0);
      if (pattern == "NaNs only") x = std::numeric_limits<T>::quiet_NaN();
    }
    row.push_back(x);
  }
  return row;
}
const char* const patterns[] = {"many",           "few",      "half equal", "extremes",
                                "NaNs and zeros", "NaNs only"};

template <class T>
class LongRow : public testing::Test {
 protected:
  static constexpr std::int64_t n = 20'011, part = 8192, parts = (n + part - 1) / part;
  using Counts = std::vector<std::int64_t>;

  // What a row's sample is for the call: here the whole row, in order.
  static std::vector<T> sorted_copy(std::vector<T> row, bool descending) {
    std::stable_sort(row.begin(), row.end(),
                     [=](T a, T b) { return comes_before(a, b, descending); });
    return row;
  }
  // Counts of all parts to places by bucket, and the buckets' starts.
  static Counts find_places(const SortBuckets& buckets, const Counts& counts, Counts& places) {
    Counts starts;
    std::int64_t total = 0;
    for (int b = 0; b < buckets.count; ++b) {
      starts.push_back(total);
      for (std::int64_t p = 0; p < parts; ++p) {
        places[p * sort_bucket_max + b] = total;
        total += counts[p * sort_bucket_max + b];
      }
    }
    EXPECT_EQ(total, n);
    starts.push_back(total);
    return starts;
  }

  // The greatest of a bucket come before the least of the next.
  static void check_buckets(const std::vector<T>& by_bucket, const Counts& starts,
                            bool descending) {
    const auto before = [=](T a, T b) { return comes_before(a, b, descending); };
    const T* last = nullptr;
    for (std::size_t b = 0; b + 1 < starts.size(); ++b) {
      if (starts[b] == starts[b + 1]) continue;
      const T* begin = by_bucket.data() + starts[b];
      const T* end = by_bucket.data() + starts[b + 1];
      if (last != nullptr) {
        ASSERT_FALSE(before(*std::min_element(begin, end, before), *last)) << b;
      }
      last = std::max_element(begin, end, before);
    }
  }

  static void check_distribution(const SortKernels& kernels, const std::vector<T>& row, int wanted,
                                 bool descending) {
    const DistributionKernel& kernel = kernels.distribution[static_cast<int>(dtype_of<T>)];
    const auto buckets = std::make_unique<SortBuckets>();
    const auto sample = sorted_copy(row, descending);
    kernel.choose_buckets(sample.data(), n, wanted, descending, buckets.get());
    ASSERT_LE(buckets->count, sort_bucket_max);
    std::vector<std::uint8_t> numbers(n);
    Counts counts(parts * sort_bucket_max), places(counts), positions(n);
    std::vector<T> moved(n);
    const auto args = [&](std::int64_t p, Counts& of) {
      DistributionArgs made{};
      made.buckets = buckets.get();
      made.first_position = p * part;
      made.n = std::min(part, n - p * part);
      made.in = row.data() + p * part;
      made.numbers = numbers.data() + p * part;
      made.places = &of[p * sort_bucket_max];
      made.out = moved.data();
      made.positions = positions.data();
      return made;
    };
    for (std::int64_t p = 0; p < parts; ++p) kernel.number_elements(args(p, counts));
    const Counts starts = find_places(*buckets, counts, places);
    for (std::int64_t p = 0; p < parts; ++p) kernel.move_elements(args(p, places));
    check_buckets(moved, starts, descending);
    for (std::size_t b = 0; b + 1 < starts.size(); ++b) {
      for (std::int64_t i = starts[b]; i < starts[b + 1]; ++i) {
        ASSERT_EQ(std::memcmp(&moved[i], &row[positions[i]], sizeof(T)), 0);
        if (i == starts[b]) continue;
        ASSERT_LT(positions[i - 1], positions[i]);  // in their order
        if (buckets->has_equal && b % 2 != 0) {
          ASSERT_FALSE(comes_before(moved[i - 1], moved[i], descending) ||
                       comes_before(moved[i], moved[i - 1], descending));
        }
      }
    }
  }

  static void check_split(const SortKernels& kernels, const std::vector<T>& row, int wanted,
                          bool descending) {
    const SplitKernel& kernel = kernels.split[static_cast<int>(dtype_of<T>)];
    if (kernel.split_part == nullptr) return;  // this ISA has no quicksort of T
    const auto buckets = std::make_unique<SortBuckets>();
    const auto sample = sorted_copy(row, descending);
    kernel.choose_buckets(sample.data(), n, wanted, descending, buckets.get());
    ASSERT_LE(buckets->count, sort_bucket_max);
    std::vector<T> keys(n), scratch(part), out(n);
    Counts counts(parts * sort_bucket_max), places(counts);
    bool has_negative_zero = false;
    for (std::int64_t p = 0; p < parts; ++p) {
      bool found = false;
      DistributionArgs args{};
      args.buckets = buckets.get();
      args.n = std::min(part, n - p * part);
      args.in = row.data() + p * part;
      args.places = &counts[p * sort_bucket_max];
      args.out = keys.data() + p * part;
      args.scratch = scratch.data();
      args.has_negative_zero = &found;
      kernel.split_part(args);
      has_negative_zero = has_negative_zero || found;
    }
    const Counts starts = find_places(*buckets, counts, places);
    for (std::int64_t p = 0; p < parts; ++p) {
      const T* from = keys.data() + p * part;
      for (int b = 0; b < buckets->count; ++b) {
        const std::int64_t entry = p * sort_bucket_max + b;
        if (counts[entry] != 0) std::memcpy(&out[places[entry]], from, counts[entry] * sizeof(T));
        from += counts[entry];
      }
    }
    std::vector<std::int64_t> workspace(n + 65'536);
    for (int b = 0; b < buckets->count; ++b) {
      const std::int64_t length = starts[b + 1] - starts[b];
      ASSERT_LE(kernel.workspace_bytes(length), static_cast<std::int64_t>(workspace.size()) * 8);
      kernel.sort_bucket(*buckets, b, out.data() + starts[b], length, workspace.data());
    }
    if (has_negative_zero) {
      SortArgs args{};
      args.n = n;
      args.in = row.data();
      args.out = out.data();
      args.descending = descending;
      kernel.restore_zeros(args);
    }
    for (std::int64_t i = 0; i < n; ++i)
      ASSERT_EQ(std::memcmp(&out[i], &sample[i], sizeof(T)), 0) << i;
  }
};
using LongTypes = testing::Types<std::int32_t, std::int64_t, float, double>;
struct TypeNames {
  template <class T>
  static std::string GetName(int) {
    return name_of(dtype_of<T>);
  }
};
TYPED_TEST_SUITE(LongRow, LongTypes, TypeNames);

TYPED_TEST(LongRow, IsCutIntoBucketsInOrder) {
  for (const IsaKernels& isa : available_isas()) {
    for (const char* pattern : patterns) {
      const auto row = make_row<TypeParam>(pattern, TestFixture::n);
      for (const int wanted : {2, 16, 256}) {
        for (const bool descending : {false, true}) {
          SCOPED_TRACE(isa.name + " " + pattern + " " + std::to_string(wanted));
          TestFixture::check_distribution(*isa.kernels, row, wanted, descending);
          TestFixture::check_split(*isa.kernels, row, wanted, descending);
          if (testing::Test::HasFatalFailure()) return;
        }
      }
    }
  }
}

}  // namespace
}  // namespace corepy

// The sorting kernels of every ISA this machine has, against std::stable_sort with the promised
// order. Axes, strides and dtypes of operands are tested with their layers.
#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <numeric>
#include <random>
#include <string>
#include <type_traits>
#include <vector>

#include "sorting_kernels.h"

// For the parts that dispatch reaches only with rows of more than 2**32 elements.
#define COREPY_ISA baseline
#include "corepy/kernels/sorting.h"

namespace corepy {
namespace {

// ---- the promised order, written down again ----

template <class T>
std::vector<std::int64_t> expected_order(const std::vector<T>& row, bool descending) {
  std::vector<std::int64_t> order(row.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](std::int64_t i, std::int64_t j) {
    return comes_before(row[i], row[j], descending);
  });
  return order;
}
template <class T>
std::vector<T> expected_values(const std::vector<T>& row, const std::vector<std::int64_t>& order) {
  std::vector<T> values;
  for (const std::int64_t i : order) {
    T value = row[i];
    if constexpr (std::is_same_v<T, bool8_t>) value = value == bool8_t::no ? value : bool8_t::yes;
    values.push_back(value);
  }
  return values;
}

// What differs first, bit by bit; empty where nothing does.
template <class T>
std::string find_difference(const std::vector<T>& got, const std::vector<T>& expected) {
  if (got.size() != expected.size()) return "sizes differ";
  for (std::size_t i = 0; i < got.size(); ++i) {
    if (std::memcmp(&got[i], &expected[i], sizeof(T)) != 0) {
      return "differs at " + std::to_string(i);
    }
  }
  return "";
}

// ---- a call on odd addresses between guard bytes ----

constexpr unsigned char guard = 0xA5;
constexpr std::size_t guard_bytes = 64;

struct GuardedBuffer {
  std::vector<unsigned char> bytes;
  std::size_t offset, size;

  GuardedBuffer(std::size_t size, std::size_t misalignment)
      : bytes(size + 3 * guard_bytes, guard), size(size) {
    const auto address = reinterpret_cast<std::uintptr_t>(bytes.data());
    offset = guard_bytes - address % guard_bytes + misalignment;
  }
  unsigned char* data() { return bytes.data() + offset; }
  bool is_intact() const {
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      if ((i < offset || i >= offset + size) && bytes[i] != guard) return false;
    }
    return true;
  }
};

template <class T>
struct Sorted {
  std::vector<T> values;
  std::vector<std::int64_t> order;
  bool guards_intact;
};

template <class T>
Sorted<T> run_kernel(const SortKernel& kernel, const std::vector<T>& row, bool descending,
                     bool want_values, bool want_order, SortPlaces places = {}) {
  const std::size_t n = row.size();
  const std::size_t misalignment = n % 2;  // half of the rows lie at odd addresses
  GuardedBuffer in(n * sizeof(T), misalignment), out(n * sizeof(T), misalignment), order(n * 8, 0);
  if (n != 0) std::memcpy(in.data(), row.data(), n * sizeof(T));
  SortArgs args{};
  args.n = static_cast<std::int64_t>(n);
  args.in = in.data();
  args.out = want_values ? out.data() : nullptr;
  args.out_indices = want_order ? reinterpret_cast<std::int64_t*>(order.data()) : nullptr;
  args.descending = descending;
  args.places = places;
  GuardedBuffer workspace(static_cast<std::size_t>(kernel.workspace_bytes(args)), 0);
  args.workspace = workspace.data();
  kernel.run(args);
  Sorted<T> sorted{std::vector<T>(want_values ? n : 0),
                   std::vector<std::int64_t>(want_order ? n : 0),
                   in.is_intact() && out.is_intact() && order.is_intact() && workspace.is_intact()};
  if (n != 0 && want_values) std::memcpy(sorted.values.data(), out.data(), n * sizeof(T));
  if (n != 0 && want_order) std::memcpy(sorted.order.data(), order.data(), n * 8);
  return sorted;
}

template <class T>
void check_row(const std::vector<T>& row, const std::string& what) {
  for (const bool descending : {false, true}) {
    const auto order = expected_order(row, descending);
    const auto values = expected_values(row, order);
    for (const IsaKernels& isa : available_isas()) {
      SCOPED_TRACE(what + " n=" + std::to_string(row.size()) + " " + isa.name +
                   (descending ? " descending" : " ascending"));
      const SortKernel& kernel = isa.kernels->kernel[static_cast<int>(dtype_of<T>)];
      const auto only_values = run_kernel(kernel, row, descending, true, false);
      const auto only_order = run_kernel(kernel, row, descending, false, true);
      const auto both = run_kernel(kernel, row, descending, true, true);
      ASSERT_EQ(find_difference(only_values.values, values), "");
      ASSERT_EQ(find_difference(only_order.order, order), "");
      ASSERT_EQ(find_difference(both.values, values), "");
      ASSERT_EQ(find_difference(both.order, order), "");
      ASSERT_TRUE(only_values.guards_intact && only_order.guards_intact && both.guards_intact);
    }
  }
}

// ---- rows ----

using Random = std::mt19937_64;

template <class T>
T random_bits(Random& random) {  // floats: NaNs of all payloads, infinities, subnormals
  const std::uint64_t bits = random();
  T x;
  std::memcpy(&x, &bits, sizeof(T));
  return x;
}
template <class T>
T of_integer(std::int64_t i) {
  if constexpr (std::is_same_v<T, bool8_t>) {
    return static_cast<bool8_t>(i & 3);  // also bytes that are neither 0 nor 1
  } else {
    return static_cast<T>(i);
  }
}

template <class T>
struct Pattern {
  const char* name;
  T (*make)(Random& random, std::int64_t i, std::int64_t n);
};

template <class T>
std::vector<Pattern<T>> patterns() {
  std::vector<Pattern<T>> found = {
      {"any bits", [](Random& r, std::int64_t, std::int64_t) { return random_bits<T>(r); }},
      {"few values", [](Random& r, std::int64_t, std::int64_t) { return of_integer<T>(r() % 7); }},
      {"many values",
       [](Random& r, std::int64_t, std::int64_t) { return of_integer<T>(r() % 9999); }},
      {"one value", [](Random&, std::int64_t, std::int64_t) { return of_integer<T>(1); }},
      {"sorted", [](Random&, std::int64_t i, std::int64_t) { return of_integer<T>(i); }},
      {"reversed", [](Random&, std::int64_t i, std::int64_t n) { return of_integer<T>(n - i); }},
      {"last out of place",
       [](Random&, std::int64_t i, std::int64_t n) { return of_integer<T>(i + 1 == n ? 0 : i); }},
      {"pipe", [](Random&, std::int64_t i,
                  std::int64_t n) { return of_integer<T>(i < n / 2 ? i : n - i); }},
  };
  if constexpr (std::is_integral_v<T>) {
    found.push_back({"extremes among small ones", [](Random& r, std::int64_t i, std::int64_t) {
                       if (i % 50 == 3) return std::numeric_limits<T>::min();
                       if (i % 50 == 4) return std::numeric_limits<T>::max();
                       return static_cast<T>(r() % 100);
                     }});
    found.push_back({"multiples of 16", [](Random& r, std::int64_t, std::int64_t) {
                       return static_cast<T>(r() << 4);
                     }});
    if constexpr (sizeof(T) == 8) {
      found.push_back({"long ties", [](Random& r, std::int64_t, std::int64_t) {
                         return static_cast<T>((r() % 3 << 62) | (r() & 0x3FFF'FFFF));
                       }});
    }
  }
  if constexpr (std::is_floating_point_v<T>) {
    found.push_back({"normal", [](Random& r, std::int64_t, std::int64_t) {
                       return static_cast<T>(std::normal_distribution<double>()(r));
                     }});
    found.push_back({"close to 1", [](Random& r, std::int64_t i, std::int64_t) {
                       const T x =
                           1 + static_cast<T>(r() % 4096) * std::numeric_limits<T>::epsilon();
                       return i % 100 == 7 ? std::numeric_limits<T>::max() : x;
                     }});
    found.push_back({"zeros of both signs", [](Random& r, std::int64_t, std::int64_t) {
                       constexpr T values[] = {T(0), T(-0.0), T(0), T(-0.0), T(1), T(-1)};
                       return values[r() % 6];
                     }});
    found.push_back({"zeros only", [](Random& r, std::int64_t, std::int64_t) {
                       return r() % 2 != 0 ? T(0) : T(-0.0);
                     }});
    found.push_back({"specials", [](Random& r, std::int64_t, std::int64_t) {
                       using L = std::numeric_limits<T>;
                       const T values[] = {L::quiet_NaN(), -L::quiet_NaN(), L::infinity(),
                                           -L::infinity(), L::denorm_min(), -L::denorm_min(),
                                           T(0),           T(-0.0),         L::max(),
                                           L::lowest()};
                       return values[r() % 10];
                     }});
    found.push_back({"NaNs only", [](Random& r, std::int64_t, std::int64_t) {
                       const auto nan = std::numeric_limits<T>::quiet_NaN();
                       return r() % 2 != 0 ? nan : -nan;
                     }});
  }
  return found;
}

template <class T>
class Sorting : public testing::Test {};
using RealTypes =
    testing::Types<bool8_t, std::int8_t, std::int16_t, std::int32_t, std::int64_t, std::uint8_t,
                   std::uint16_t, std::uint32_t, std::uint64_t, float, double>;
struct TypeNames {
  template <class T>
  static std::string GetName(int) {
    return name_of(dtype_of<T>);
  }
};
TYPED_TEST_SUITE(Sorting, RealTypes, TypeNames);

template <class T>
void check_lengths(const std::vector<std::int64_t>& lengths) {
  Random random(20240607);
  for (const auto& pattern : patterns<T>()) {
    for (const std::int64_t n : lengths) {
      std::vector<T> row;
      for (std::int64_t i = 0; i < n; ++i) row.push_back(pattern.make(random, i, n));
      check_row(row, pattern.name);
      if (testing::Test::HasFatalFailure()) return;
    }
  }
}

TYPED_TEST(Sorting, ShortRowsOfEveryLength) {
  std::vector<std::int64_t> lengths(301);
  std::iota(lengths.begin(), lengths.end(), 0);
  check_lengths<TypeParam>(lengths);
}
TYPED_TEST(Sorting, LongRows) { check_lengths<TypeParam>({1000, 5999, 6000, 100000}); }

// Long enough for the 16-bit counters.
TYPED_TEST(Sorting, VeryLongRow) {
  Random random(5);
  std::vector<TypeParam> row;
  for (int i = 0; i < 270000; ++i) row.push_back(of_integer<TypeParam>(random() % 60000));
  check_row(row, "very long");
}

// Only some places asked for: these hold what they do in the sorted row, all of its elements are
// there, and NaNs are last.
TYPED_TEST(Sorting, SomePlaces) {
  Random random(8);
  for (const auto& pattern : patterns<TypeParam>()) {
    for (const std::int64_t n : {40, 513, 1100, 20000}) {
      std::vector<TypeParam> row;
      for (std::int64_t i = 0; i < n; ++i) row.push_back(pattern.make(random, i, n));
      const auto expected = expected_values(row, expected_order(row, false));
      const auto bits_before = [](TypeParam x, TypeParam y) {
        return std::memcmp(&x, &y, sizeof(TypeParam)) < 0;
      };
      std::vector<TypeParam> all = expected;
      std::sort(all.begin(), all.end(), bits_before);
      for (const IsaKernels& isa : available_isas()) {
        const SortKernel& kernel = isa.kernels->kernel[static_cast<int>(dtype_of<TypeParam>)];
        for (const SortPlaces places : {SortPlaces{0, 1}, {n / 2, n / 2 + 2}, {n - 1, n}}) {
          SCOPED_TRACE(std::string(pattern.name) + " n=" + std::to_string(n) + " " + isa.name +
                       " from " + std::to_string(places.first));
          auto found = run_kernel(kernel, row, false, true, false, places);
          const auto first = static_cast<std::ptrdiff_t>(places.first),
                     end = static_cast<std::ptrdiff_t>(places.end);
          const std::vector<TypeParam> at(found.values.begin() + first, found.values.begin() + end);
          ASSERT_EQ(find_difference(at, std::vector<TypeParam>(expected.begin() + first,
                                                               expected.begin() + end)),
                    "");
          ASSERT_TRUE(found.guards_intact);
          const auto is_number = [](TypeParam x) { return !is_nan(x); };
          ASSERT_TRUE(std::is_partitioned(found.values.begin(), found.values.end(), is_number));
          std::sort(found.values.begin(), found.values.end(), bits_before);
          ASSERT_EQ(find_difference(found.values, all), "");
        }
      }
    }
  }
}

// Around the number of bytes that are counted by narrow counters, of which one gets nearly all.
TEST(SortingBytes, OneValueFillsItsCounter) {
  for (const std::int64_t n : {65471, 65472, 65473, 131000}) {
    for (const std::int8_t value : {-128, -1, 0, 127}) {
      std::vector<std::int8_t> row(static_cast<std::size_t>(n), value);
      row[0] = 5;
      row[1] = 6;
      row.back() = -5;
      check_row(row, "one value and three others");
      if (testing::Test::HasFatalFailure()) return;
    }
  }
}

// ---- many rows of few elements ----

// `rows` of n elements each, written by the kernel between guard bytes. Element i of row r lies at
// r * n + i, or at i * rows + r.
template <class T>
struct ShortRowsCase {
  std::int64_t rows, n;
  bool by_columns, descending;

  std::int64_t place(std::int64_t r, std::int64_t i) const {
    return by_columns ? i * rows + r : r * n + i;
  }
  ShortRowsArgs arguments(std::int64_t itemsize) const {
    ShortRowsArgs args{};
    args.rows = rows;
    args.n = n;
    args.descending = descending;
    args.in_row_stride_bytes = (by_columns ? 1 : n) * std::int64_t{sizeof(T)};
    args.in_stride_bytes = (by_columns ? rows : 1) * std::int64_t{sizeof(T)};
    args.out_row_stride_bytes = (by_columns ? 1 : n) * itemsize;
    args.out_stride_bytes = (by_columns ? rows : 1) * itemsize;
    return args;
  }
};

template <class T, class Out>
void check_short_rows(const IsaKernels& isa, const ShortRowsCase<T>& test, const std::vector<T>& x,
                      const std::vector<Out>& expected, bool writes_positions) {
  const std::size_t misalignment = writes_positions ? 0 : 1;
  GuardedBuffer in(x.size() * sizeof(T), 1), out(expected.size() * sizeof(Out), misalignment);
  std::memcpy(in.data(), x.data(), x.size() * sizeof(T));
  ShortRowsArgs args = test.arguments(sizeof(Out));
  args.in = in.data();
  args.out = out.data();
  args.writes_positions = writes_positions;
  isa.kernels->short_rows[static_cast<int>(dtype_of<T>)].run(args);
  std::vector<Out> got(expected.size());
  std::memcpy(got.data(), out.data(), got.size() * sizeof(Out));
  ASSERT_EQ(find_difference(got, expected), "");
  ASSERT_TRUE(in.is_intact() && out.is_intact());
}

template <class T>
std::int64_t longest_short_row(const IsaKernels& isa) {
  return isa.kernels->short_rows[static_cast<int>(dtype_of<T>)].longest_positions;
}

template <class T>
void check_short_rows_of(const ShortRowsCase<T>& test, const Pattern<T>& pattern, Random& random) {
  const std::size_t size = static_cast<std::size_t>(test.rows * test.n);
  std::vector<T> x(size), values(size);
  std::vector<std::int64_t> positions(size);
  for (std::int64_t r = 0; r < test.rows; ++r) {
    std::vector<T> row;
    for (std::int64_t i = 0; i < test.n; ++i) row.push_back(pattern.make(random, i, test.n));
    const auto order = expected_order(row, test.descending);
    const auto sorted = expected_values(row, order);
    for (std::int64_t i = 0; i < test.n; ++i) {
      const auto at = static_cast<std::size_t>(test.place(r, i)),
                 from = static_cast<std::size_t>(i);
      x[at] = row[from];
      values[at] = sorted[from];
      positions[at] = order[from];
    }
  }
  for (const IsaKernels& isa : available_isas()) {
    if (test.n > longest_short_row<T>(isa)) continue;
    SCOPED_TRACE(std::string(pattern.name) + " " + isa.name + " rows=" + std::to_string(test.rows) +
                 " n=" + std::to_string(test.n) + (test.by_columns ? " by columns" : "") +
                 (test.descending ? " descending" : ""));
    check_short_rows(isa, test, x, values, false);
    check_short_rows(isa, test, x, positions, true);
    if (testing::Test::HasFatalFailure()) return;
  }
}

TYPED_TEST(Sorting, ManyRowsOfFewElements) {
  Random random(11);
  std::int64_t longest = 0;
  for (const IsaKernels& isa : available_isas())
    longest = std::max(longest, longest_short_row<TypeParam>(isa));
  for (const auto& pattern : patterns<TypeParam>()) {
    for (std::int64_t n = 1; n <= longest; n += n < 18 ? 1 : 7) {
      for (const std::int64_t rows : {1, 63, 64, 65, 130}) {
        for (const bool by_columns : {false, true}) {
          check_short_rows_of<TypeParam>({rows, n, by_columns, (n + rows) % 2 == 0}, pattern,
                                         random);
          if (testing::Test::HasFatalFailure()) return;
        }
      }
    }
  }
}

// Rows of more than 2**32 elements take wide records; here they sort a short one.
TYPED_TEST(Sorting, WideRecords) {
  Random random(3);
  for (const auto& pattern : patterns<TypeParam>()) {
    constexpr std::int64_t n = 7001;
    std::vector<TypeParam> row;
    for (std::int64_t i = 0; i < n; ++i) row.push_back(pattern.make(random, i, n));
    std::vector<std::int64_t> order(n), counters(baseline::sorting::count_counters<TypeParam>(n));
    std::vector<unsigned char> first(n * 16), second(n * 16);
    SortArgs args{};
    args.n = n;
    args.in = row.data();
    args.out_indices = order.data();
    const auto scan = baseline::sorting::scan_keys<TypeParam>(args.in, n, false);
    baseline::sorting::argsort_by_wide_records<TypeParam>(
        args, scan, {counters.data(), nullptr, first.data(), second.data()});
    EXPECT_EQ(find_difference(order, expected_order(row, false)), "") << pattern.name;
  }
}

// What a quicksort whose pivots keep failing falls back to, which no row found so far needs.
template <class K>
void check_radix_fallback() {
  Random random(6);
  for (const std::int64_t n : {5, 700, 9001}) {
    std::vector<K> keys(n), scratch(n);
    for (K& key : keys) key = static_cast<K>(random());
    std::vector<K> expected = keys;
    std::sort(expected.begin(), expected.end());
    std::vector<std::int64_t> counters(baseline::sorting::digit_counters(n));
    baseline::sorting::sort_by_radix<K>(keys.data(), scratch.data(), n, counters.data());
    EXPECT_EQ(keys, expected) << n;
  }
}
TEST(SortingFallback, SortsSignedKeys) {
  check_radix_fallback<std::int32_t>();
  check_radix_fallback<std::int64_t>();
  check_radix_fallback<double>();
}

TEST(SortingTable, ComplexNumbersHaveNoOrder) {
  for (const IsaKernels& isa : available_isas()) {
    for (int d = 0; d < dtype_count; ++d) {
      EXPECT_EQ(isa.kernels->kernel[d].run == nullptr, is_complex(static_cast<DType>(d)));
      EXPECT_EQ(isa.kernels->short_rows[d].run == nullptr, is_complex(static_cast<DType>(d)));
    }
  }
}

// ---- the comparers reject wrong results ----

TEST(SortingComparers, RejectWrongOrderAndWrongZero) {
  const std::vector<float> row = {2, -0.0f, 1, 0.0f, std::nanf("")};
  const auto order = expected_order(row, false);
  EXPECT_EQ(order, (std::vector<std::int64_t>{1, 3, 2, 0, 4}));
  EXPECT_EQ(expected_order(row, true), (std::vector<std::int64_t>{0, 2, 1, 3, 4}));
  auto values = expected_values(row, order);
  std::swap(values[0], values[1]);
  EXPECT_EQ(find_difference(values, expected_values(row, order)), "differs at 0");
  EXPECT_EQ(find_difference(std::vector<float>(4), values), "sizes differ");
}
TEST(SortingComparers, GuardsSeeAWriteOutside) {
  GuardedBuffer buffer(10, 1);
  EXPECT_TRUE(buffer.is_intact());
  buffer.data()[10] = 0;
  EXPECT_FALSE(buffer.is_intact());
}

}  // namespace
}  // namespace corepy

// Cumulative sums and products of every ISA against a scalar reference written from the documented
// order: rows, columns, scans that are cut and continued, totals of blocks.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <random>
#include <string>
#include <type_traits>
#include <vector>

#include "corepy/dispatch/isa.h"
#include "corepy/kernels/scan_table.h"

COREPY_FOR_EACH_ISA(COREPY_DECLARE_SCAN_KERNELS)

namespace corepy {
namespace {

struct NamedKernels {
  const char* isa;
  const ScanKernels* kernels;
};
std::vector<NamedKernels> available_kernels() {
  std::vector<NamedKernels> list;
#define COREPY_X(name) \
  if (is_available(Isa::name)) list.push_back({#name, &name::scan_kernels});
  COREPY_FOR_EACH_ISA(COREPY_X)
#undef COREPY_X
  return list;
}

// Halves of 1, 2, 4, 8 elements joined, in groups of 16.
template <class R>
std::vector<R> find_local_sums(const R* x, std::size_t count) {
  std::vector<R> a(x, x + count);
  for (std::size_t half = 1; half < 16; half *= 2) {
    for (std::size_t i = 0; i < count; ++i) {
      if ((i & half) != 0) a[i] = a[(i & ~(2 * half - 1)) | (half - 1)] + a[i];
    }
  }
  return a;
}

template <class R>
std::vector<R> cumulative_sum_of(const std::vector<R>& x) {
  std::vector<R> result;
  R high = R(-0.0), low = R(-0.0), inside = R(-0.0);
  for (std::size_t i = 0; i < x.size(); i += 16) {
    const std::size_t count = std::min<std::size_t>(16, x.size() - i);
    const std::vector<R> local = find_local_sums(x.data() + i, count);
    for (const R sum : local) result.push_back(high + (low + (inside + sum)));
    if (count == 16) inside = inside + local[15];
    if (count < 16 || (i + 16) % 256 != 0) continue;
    const R v = low + inside, sum = high + v, from_v = sum - high;
    const R error = (high - (sum - from_v)) + (v - from_v);
    low = error != 0 && std::isfinite(error) ? error : R(-0.0);
    high = sum, inside = R(-0.0);
  }
  return result;
}

template <class T>
std::vector<T> cumulative_product_of(std::vector<T> x) {
  for (std::size_t i = 1; i < x.size(); ++i) x[i] = static_cast<T>(x[i - 1] * x[i]);
  return x;
}

template <class T>
std::vector<T> values(std::size_t n) {
  std::mt19937_64 random(n);
  std::normal_distribution<double> normal(1, 0.05);
  std::vector<T> x;
  for (std::size_t i = 0; i < n; ++i) {
    if constexpr (std::is_floating_point_v<T>) {
      x.push_back(static_cast<T>(normal(random)));
    } else {
      x.push_back(static_cast<T>(random()));
    }
  }
  return x;
}

template <class T>
std::vector<T> reference(ScanOp op, const std::vector<T>& x) {
  if (op == ScanOp::cumulative_prod) return cumulative_product_of(x);
  if constexpr (std::is_floating_point_v<T>) {
    return cumulative_sum_of(x);
  } else {
    std::vector<T> sums = x;
    for (std::size_t i = 1; i < x.size(); ++i) sums[i] += sums[i - 1];
    return sums;
  }
}

template <class T>
bool have_equal_bytes(const std::vector<T>& a, const std::vector<T>& b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(T)) == 0;
}

constexpr ScanOp scan_ops[] = {ScanOp::cumulative_prod, ScanOp::cumulative_sum};
constexpr std::size_t lengths[] = {1, 2, 7, 15, 16, 17, 100, 255, 256, 257, 272, 511, 513, 1300};

template <class T>
void check_rows() {
  for (const std::size_t n : lengths) {
    const std::vector<T> x = values<T>(n);
    for (const ScanOp op : scan_ops) {
      const std::vector<T> expected = reference(op, x);
      for (const NamedKernels& named : available_kernels()) {
        const ScanKernel& kernel = named.kernels->at(op, dtype_of<T>);
        for (std::size_t cut = 0; cut < n; cut += 256) {
          std::vector<T> out(n);
          alignas(64) std::byte state[scan_state_bytes];
          const auto left = static_cast<std::int64_t>(cut), all = static_cast<std::int64_t>(n);
          kernel.run_row({0, left, x.data(), out.data(), state, false});
          kernel.run_row({left, all - left, x.data() + cut, out.data() + cut, state, true});
          EXPECT_TRUE(have_equal_bytes(out, expected))
              << named.isa << " " << name_of(dtype_of<T>) << " n=" << n << " cut=" << cut;
          if (kernel.find_totals == nullptr || cut == 0) continue;
          std::vector<T> totals(cut / 256);
          kernel.find_totals(x.data(), left, totals.data());
          kernel.pass_totals(state, 0, totals.data(), left / 256);
          kernel.run_row({left, all - left, x.data() + cut, out.data() + cut, state, false});
          EXPECT_TRUE(have_equal_bytes(out, expected)) << named.isa << " from totals, cut=" << cut;
        }
      }
    }
  }
}

template <class T>
void check_columns() {
  for (const std::size_t n : lengths) {
    for (const std::size_t width : {1, 2, 3, 5, 8, 37}) {
      const std::vector<T> x = values<T>(n * width);
      for (const ScanOp op : scan_ops) {
        std::vector<T> expected(n * width);
        for (std::size_t j = 0; j < width; ++j) {
          std::vector<T> column;
          for (std::size_t i = 0; i < n; ++i) column.push_back(x[i * width + j]);
          column = reference(op, column);
          for (std::size_t i = 0; i < n; ++i) expected[i * width + j] = column[i];
        }
        for (const NamedKernels& named : available_kernels()) {
          const ScanKernel& kernel = named.kernels->at(op, dtype_of<T>);
          const auto columns = static_cast<std::int64_t>(width);
          const auto bytes = static_cast<std::size_t>(kernel.column_state_bytes(columns));
          std::vector<std::byte> memory(bytes + 64);
          std::byte* state = memory.data();
          while (reinterpret_cast<std::uintptr_t>(state) % 64 != 0) ++state;
          std::vector<T> out(n * width);
          for (std::size_t i = 0; i < n; i += 16) {  // cut after every group
            const auto row_bytes = static_cast<std::int64_t>(width * sizeof(T));
            kernel.run_columns({static_cast<std::int64_t>(i),
                                static_cast<std::int64_t>(std::min<std::size_t>(16, n - i)),
                                columns, x.data() + i * width, row_bytes, out.data() + i * width,
                                row_bytes, state});
          }
          EXPECT_TRUE(have_equal_bytes(out, expected))
              << named.isa << " " << name_of(dtype_of<T>) << " n=" << n << " width=" << width;
        }
      }
    }
  }
}

// Rows one behind the other and with gaps between them, which are left as they are.
template <class T>
void check_many_rows() {
  for (std::size_t n = 1; n <= 18; ++n) {
    for (const std::size_t rows : {1, 2, 3, 5, 8, 17}) {
      for (const std::size_t gap : {0, 1}) {
        const std::size_t pitch = n + gap;
        const std::vector<T> x = values<T>(rows * pitch - gap);
        const T untouched = static_cast<T>(77);
        for (const ScanOp op : scan_ops) {
          std::vector<T> expected(x.size() + 1, untouched);
          for (std::size_t i = 0; i < rows; ++i) {
            const auto from = x.begin() + static_cast<std::ptrdiff_t>(i * pitch);
            const std::vector<T> row =
                reference(op, std::vector<T>(from, from + static_cast<std::ptrdiff_t>(n)));
            std::copy(row.begin(), row.end(),
                      expected.begin() + static_cast<std::ptrdiff_t>(i * pitch));
          }
          for (const NamedKernels& named : available_kernels()) {
            std::vector<T> out(x.size() + 1, untouched);
            const auto step = static_cast<std::int64_t>(pitch * sizeof(T));
            named.kernels->at(op, dtype_of<T>)
                .run_rows({static_cast<std::int64_t>(n), static_cast<std::int64_t>(rows), x.data(),
                           step, out.data(), step, false});
            EXPECT_TRUE(have_equal_bytes(out, expected))
                << named.isa << " " << name_of(dtype_of<T>) << " n=" << n << " rows=" << rows;
          }
        }
      }
    }
  }
}

TEST(Scan, ManyRowsAreEachAlone) {
  check_many_rows<float>();
  check_many_rows<double>();
  check_many_rows<std::uint64_t>();
}

TEST(Scan, RowsFollowTheDocumentedOrder) {
  check_rows<float>();
  check_rows<double>();
  check_rows<std::uint64_t>();
}

TEST(Scan, ColumnsFollowTheOrderOfRows) {
  check_columns<float>();
  check_columns<double>();
  check_columns<std::uint64_t>();
}

TEST(Scan, TheReferenceSeesTheOrder) {
  const std::vector<float> x = values<float>(1300);
  std::vector<float> in_order = x;
  for (std::size_t i = 1; i < x.size(); ++i) in_order[i] += in_order[i - 1];
  EXPECT_FALSE(have_equal_bytes(cumulative_sum_of(x), in_order));
}

}  // namespace
}  // namespace corepy

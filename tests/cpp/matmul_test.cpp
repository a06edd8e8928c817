// The matmul kernels of every ISA this machine has, against the contract of kernels/matmul.h
// written out per element. Inference of shapes and dtypes, batches and threads are tested with
// their layers.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <random>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "corepy/dispatch/isa.h"
#include "corepy/kernels/matmul_table.h"
#include "matmul_operands.h"
#include "matmul_reference.h"

COREPY_FOR_EACH_ISA(COREPY_DECLARE_MATMUL_KERNELS)

namespace corepy {
namespace {

using testing_reference::expected_element;
using namespace testing_matmul;

struct NamedKernels {
  std::string name;
  const MatmulKernels* kernels;
};

const std::vector<NamedKernels>& supported_isas() {
  static const std::vector<NamedKernels> isas = [] {
    std::vector<NamedKernels> found;
#define COREPY_X(name) \
  if (is_available(Isa::name)) found.push_back({#name, &name::matmul_kernels});
    COREPY_FOR_EACH_ISA(COREPY_X)
#undef COREPY_X
    return found;
  }();
  return isas;
}

template <class E>
std::vector<E> expected_product(const Matrix<E>& a, const Matrix<E>& b, bool conjugate_a = false) {
  std::vector<std::vector<E>> columns;
  for (std::int64_t j = 0; j < b.columns; ++j) {
    columns.emplace_back();
    for (std::int64_t k = 0; k < b.rows; ++k) columns.back().push_back(b.at(k, j));
  }
  std::vector<E> result;
  for (std::int64_t i = 0; i < a.rows; ++i) {
    std::vector<E> row;
    for (std::int64_t k = 0; k < a.columns; ++k) {
      row.push_back(a.at(i, k));
      if constexpr (is_complex_element<E>) {
        if (conjugate_a) row.back().im = -row.back().im;
      }
    }
    for (std::int64_t j = 0; j < b.columns; ++j) {
      result.push_back(expected_element(row, columns[static_cast<std::size_t>(j)]));
    }
  }
  return result;
}

template <class E>
testing::AssertionResult has_same_bits(const std::vector<E>& got, const std::vector<E>& expected) {
  if (got.size() != expected.size()) return testing::AssertionFailure() << "sizes differ";
  for (std::size_t i = 0; i < got.size(); ++i) {
    if (std::memcmp(&got[i], &expected[i], sizeof(E)) != 0) {
      return testing::AssertionFailure() << "element " << i << " of " << got.size() << " differs";
    }
  }
  return testing::AssertionSuccess();
}

template <class E>
class MatmulTest : public testing::Test {
 protected:
  // A product on every ISA against the contract.
  void check(std::int64_t m, std::int64_t n, std::int64_t k, Layout a_layout = Layout::c_order,
             Layout b_layout = Layout::c_order, bool conjugate_a = false,
             std::int64_t padding = 0) {
    const Matrix<E> a = make_matrix<E>(m, k, a_layout, random_);
    const Matrix<E> b = make_matrix<E>(k, n, b_layout, random_);
    const std::vector<E> expected = expected_product(a, b, conjugate_a);
    for (const NamedKernels& isa : supported_isas()) {
      ASSERT_TRUE(has_same_bits(multiply(*isa.kernels, a, b, conjugate_a, padding), expected))
          << isa.name << " m=" << m << " n=" << n << " k=" << k
          << " layouts=" << static_cast<int>(a_layout) << "," << static_cast<int>(b_layout)
          << " conjugate_a=" << conjugate_a;
    }
  }
  std::mt19937_64 random_{20240229};
};

using Elements = testing::Types<float, double, complex64_t, complex128_t, std::int8_t, std::int16_t,
                                std::int32_t, std::int64_t, std::uint8_t, std::uint16_t,
                                std::uint32_t, std::uint64_t>;
struct ElementName {
  template <class E>
  static std::string GetName(int) {
    return name_of(dtype_of<E>);
  }
};
TYPED_TEST_SUITE(MatmulTest, Elements, ElementName);

// The edges of chains, lanes, blocks and of the tree over blocks.
constexpr std::int64_t k_edges[] = {
    0,   1,    2,    3,    5,    7,    8,    9,    16,   31,   32,   63,   64,   65,  66,  68,
    71,  72,   100,  127,  128,  129,  130,  135,  136,  200,  511,  512,  513,  514, 519, 520,
    640, 1023, 1024, 1025, 1031, 1500, 1536, 1537, 2047, 2049, 3000, 3073, 3585, 4097};

TYPED_TEST(MatmulTest, IsTheContractAtEveryEdgeOfK) {
  for (const std::int64_t k : k_edges) {
    for (const auto& [m, n] : {std::pair{1, 1}, {1, 5}, {5, 1}, {3, 4}, {17, 35}}) {
      this->check(m, n, k);
      if (this->HasFatalFailure()) return;
    }
  }
}

TYPED_TEST(MatmulTest, IsTheContractForEverySmallShape) {
  for (std::int64_t m = 1; m <= 30; ++m) {
    for (std::int64_t n = 1; n <= 40; ++n) {
      this->check(m, n, (m * 7 + n * 3) % 20);
      if (this->HasFatalFailure()) return;
    }
  }
  for (std::int64_t m = 1; m <= 29; m += 2) {
    for (std::int64_t n = 1; n <= 70; n += 3) {
      this->check(m, n, 129 + (m + n) % 9);
      if (this->HasFatalFailure()) return;
    }
  }
}

TYPED_TEST(MatmulTest, DoesNotDependOnLayout) {
  for (const Layout a : all_layouts) {
    for (const Layout b : all_layouts) {
      for (const auto& [m, n, k] : {std::tuple{1, 1, 70},
                                    {1, 1, 140},
                                    {1, 67, 9},
                                    {1, 67, 530},
                                    {67, 1, 9},
                                    {67, 1, 530},
                                    {3, 3, 3},
                                    {2, 40, 90},
                                    {3, 140, 133},
                                    {40, 2, 90},
                                    {40, 3, 133},
                                    {31, 37, 41},
                                    {33, 34, 600},
                                    {33, 34, 1100}}) {
        this->check(m, n, k, a, b);
        if (this->HasFatalFailure()) return;
      }
    }
  }
}

TYPED_TEST(MatmulTest, HandlesManyRowsColumnsAndBlocks) {
  this->check(500, 40, 70);
  this->check(40, 1100, 70);  // a quarter more than a block of columns, and more
  this->check(40, 1300, 70);
  this->check(20, 33, 4700);
  this->check(60, 40, 3200);
  this->check(930, 33, 4200);  // several row groups, each with spare sums
}

TYPED_TEST(MatmulTest, HandlesThinProductsOfManyBlocks) {
  for (const auto& [m, n] : {std::pair{2, 2}, {3, 3}, {5, 7}, {16, 8}, {17, 8}}) {
    for (const std::int64_t k : {1537, 3073, 4096, 9001}) {
      for (const Layout layout : {Layout::c_order, Layout::transposed, Layout::spread}) {
        this->check(m, n, k, layout, Layout::c_order);
        this->check(m, n, k, Layout::transposed, layout, false, 3);
        if (this->HasFatalFailure()) return;
      }
    }
  }
}

TYPED_TEST(MatmulTest, WritesOnlyTheElementsOfC) {
  for (const auto& [m, n] : {std::pair{1, 1}, {1, 9}, {9, 1}, {5, 7}, {30, 65}, {70, 200}}) {
    for (const std::int64_t k : {0, 1, 40, 130, 600}) {
      this->check(m, n, k, Layout::c_order, Layout::c_order, false, 3);
      if (this->HasFatalFailure()) return;
    }
  }
}

TYPED_TEST(MatmulTest, AcceptsEmptyMatrices) {
  for (const auto& [m, n, k] : {std::tuple{0, 5, 3}, {5, 0, 3}, {0, 0, 0}, {3, 4, 0}})
    this->check(m, n, k);
}

TYPED_TEST(MatmulTest, ConjugatesAWhenAsked) {
  if constexpr (is_complex_element<TypeParam>) {
    for (const std::int64_t k : {1, 3, 64, 129, 600}) {
      for (const auto& [m, n] : {std::pair{1, 1}, {1, 30}, {30, 1}, {20, 30}}) {
        for (const Layout layout : {Layout::c_order, Layout::transposed, Layout::spread}) {
          this->check(m, n, k, layout, layout, true);
          if (this->HasFatalFailure()) return;
        }
      }
    }
  } else {
    this->check(4, 5, 6, Layout::c_order, Layout::c_order, true);  // no effect on reals
  }
}

// Row i of a product, a column of it and one element of it, computed alone, have the bits they have
// in the whole.
TYPED_TEST(MatmulTest, ElementsDoNotDependOnTheirNeighbours) {
  for (const std::int64_t k : {3, 128, 129, 700, 2100}) {
    const Matrix<TypeParam> a = make_matrix<TypeParam>(37, k, Layout::c_order, this->random_);
    const Matrix<TypeParam> b = make_matrix<TypeParam>(k, 41, Layout::c_order, this->random_);
    for (const NamedKernels& isa : supported_isas()) {
      const std::vector<TypeParam> whole = multiply(*isa.kernels, a, b);
      for (const std::int64_t i : {0, 5, 36}) {
        Matrix<TypeParam> row = a;
        row.rows = 1;
        row.offset_bytes += i * a.row_stride_bytes;
        const std::vector<TypeParam> expected_row(whole.begin() + i * 41,
                                                  whole.begin() + (i + 1) * 41);
        ASSERT_TRUE(has_same_bits(multiply(*isa.kernels, row, b), expected_row))
            << isa.name << " k=" << k;
        for (const std::int64_t j : {0, 7, 40}) {
          Matrix<TypeParam> column = b;
          column.columns = 1;
          column.offset_bytes += j * b.column_stride_bytes;
          const std::vector<TypeParam> expected_one = {expected_row[static_cast<std::size_t>(j)]};
          ASSERT_TRUE(has_same_bits(multiply(*isa.kernels, row, column), expected_one))
              << isa.name << " k=" << k;
          const std::vector<TypeParam> got_column = multiply(*isa.kernels, a, column);
          ASSERT_TRUE(has_same_bits({got_column[static_cast<std::size_t>(i)]}, expected_one))
              << isa.name << " k=" << k;
        }
      }
    }
  }
}

// A stack of products in one call has the bits of each product alone.
TYPED_TEST(MatmulTest, StacksAreProductsOneByOne) {
  using E = TypeParam;
  constexpr auto size = static_cast<std::int64_t>(sizeof(E));
  for (const auto& [m, n, k] : {std::tuple{1, 1, 3},
                                {1, 1, 40},
                                {1, 1, 130},
                                {1, 1, 1100},
                                {3, 3, 3},
                                {4, 1, 4},
                                {1, 4, 4},
                                {20, 1, 30},
                                {20, 3, 130},
                                {17, 18, 20},
                                {16, 70, 300},
                                {40, 40, 600}}) {
    for (const std::int64_t count : {2, 7, 16, 19}) {
      // Counts matter to small matrices, which are grouped; of large ones, few are enough.
      if (count > 7 && m * n * k > 10'000) continue;
      for (const Layout layout : {Layout::c_order, Layout::transposed, Layout::spread}) {
        for (const bool shared : {false, true}) {
          // All matrices of the stack, below each other or side by side.
          const bool is_tall = layout != Layout::transposed;
          const Matrix<E> a = make_matrix<E>(is_tall ? count * m : m, is_tall ? k : count * k,
                                             layout, this->random_);
          const Matrix<E> b = make_matrix<E>(is_tall ? count * k : k, is_tall ? n : count * n,
                                             layout, this->random_);
          ProductArgs args = {m,
                              n,
                              k,
                              a.data(),
                              a.row_stride_bytes,
                              a.column_stride_bytes,
                              b.data(),
                              b.row_stride_bytes,
                              b.column_stride_bytes,
                              nullptr,
                              n * size,
                              true,
                              nullptr};
          args.count = count;
          args.a_step_bytes = is_tall ? m * a.row_stride_bytes : k * a.column_stride_bytes;
          args.b_step_bytes = shared    ? 0
                              : is_tall ? k * b.row_stride_bytes
                                        : n * b.column_stride_bytes;
          args.c_step_bytes = m * n * size;
          for (const NamedKernels& isa : supported_isas()) {
            const ProductKernel& kernel = isa.kernels->kernel[static_cast<int>(dtype_of<E>)];
            const auto run = [&](ProductArgs call, std::vector<E>& c, std::int64_t first) {
              call.c = c.data() + first * m * n;
              Workspace workspace(kernel.workspace_bytes(call));
              call.workspace = workspace.data();
              kernel.run(call);
              EXPECT_TRUE(workspace.is_intact());
            };
            std::vector<E> whole(static_cast<std::size_t>(count * m * n)), single = whole;
            run(args, whole, 0);
            for (std::int64_t i = 0; i < count; ++i) {
              ProductArgs one = args;
              one.count = 1;
              one.a = a.data() + i * args.a_step_bytes;
              one.b = b.data() + i * args.b_step_bytes;
              run(one, single, i);
            }
            ASSERT_TRUE(has_same_bits(whole, single))
                << isa.name << " m=" << m << " n=" << n << " k=" << k << " count=" << count
                << " layout=" << static_cast<int>(layout) << " shared=" << shared;
          }
        }
      }
    }
  }
}

template <class T>
class MatmulFloatTest : public MatmulTest<T> {};
using FloatElements = testing::Types<float, double>;
TYPED_TEST_SUITE(MatmulFloatTest, FloatElements, ElementName);

// A sum starts at +0, so that a product -0 disappears in it, whatever path takes it.
TYPED_TEST(MatmulFloatTest, NegativeZeroProductsGivePositiveZero) {
  for (const std::int64_t k : {0, 1, 3, 128, 129, 1025}) {
    for (const auto& [m, n] : {std::pair{1, 1}, {1, 9}, {9, 1}, {20, 40}}) {
      Matrix<TypeParam> a = make_matrix<TypeParam>(m, k, Layout::c_order, this->random_);
      Matrix<TypeParam> b = make_matrix<TypeParam>(k, n, Layout::c_order, this->random_);
      for (auto* matrix : {&a, &b}) {
        const TypeParam value = matrix == &a ? TypeParam(-0.0) : TypeParam(1);
        for (std::size_t i = 0; i + sizeof value <= matrix->bytes.size(); i += sizeof value) {
          std::memcpy(matrix->bytes.data() + i, &value, sizeof value);
        }
      }
      for (const NamedKernels& isa : supported_isas()) {
        const std::vector<TypeParam> zeros(static_cast<std::size_t>(m * n), TypeParam(0));
        EXPECT_TRUE(has_same_bits(multiply(*isa.kernels, a, b), zeros)) << isa.name << " k=" << k;
      }
    }
  }
}

// A NaN or an infinity reaches its own row and column and nothing else: padding multiplies no
// stranger's NaN.
TYPED_TEST(MatmulFloatTest, NanStaysInItsRowAndColumn) {
  for (const std::int64_t k : {1, 20, 70, 520}) {
    for (const auto& [m, n] : {std::pair{1, 1}, {1, 19}, {19, 1}, {19, 37}}) {
      Matrix<TypeParam> a = make_matrix<TypeParam>(m, k, Layout::c_order, this->random_);
      const Matrix<TypeParam> b = make_matrix<TypeParam>(k, n, Layout::c_order, this->random_);
      const TypeParam nan = std::numeric_limits<TypeParam>::quiet_NaN();
      std::memcpy(a.bytes.data() + (m / 2) * a.row_stride_bytes, &nan, sizeof nan);
      for (const NamedKernels& isa : supported_isas()) {
        const std::vector<TypeParam> c = multiply(*isa.kernels, a, b);
        for (std::int64_t i = 0; i < m * n; ++i) {
          EXPECT_EQ(std::isnan(c[static_cast<std::size_t>(i)]), i / n == m / 2) << isa.name;
        }
      }
    }
  }
}

// The declared bound of kernels/matmul.h, against long sums in a wider type.
TEST(MatmulErrorTest, StaysWithinTheBound) {
  std::mt19937_64 random{7};
  for (const std::int64_t k : {10, 128, 1000, 20000, 300000}) {
    const Matrix<float> a = make_matrix<float>(1, k, Layout::c_order, random);
    const Matrix<float> b = make_matrix<float>(k, 1, Layout::c_order, random);
    double exact = 0, magnitude = 0;
    for (std::int64_t i = 0; i < k; ++i) {
      const double product = static_cast<double>(a.at(0, i)) * b.at(i, 0);
      exact += product;
      magnitude += std::abs(product);
    }
    const double depth =
        static_cast<double>(std::min<std::int64_t>(k, 128)) + (k > 128 ? 3 : 0) +
        std::ceil(std::log2(std::max(1.0, std::ceil(static_cast<double>(k) / 1024))));
    const double unit = std::ldexp(1.0, -24);
    const double bound = depth * unit / (1 - depth * unit) * magnitude + 1e-9 * magnitude;
    for (const NamedKernels& isa : supported_isas()) {
      EXPECT_LE(std::abs(multiply(*isa.kernels, a, b)[0] - exact), bound) << isa.name << " k=" << k;
    }
  }
}

TEST(MatmulComparerTest, RejectsAWrongBit) {
  EXPECT_TRUE(has_same_bits<float>({1.0f, 0.0f}, {1.0f, 0.0f}));
  EXPECT_FALSE(has_same_bits<float>({1.0f, 0.0f}, {1.0f, -0.0f}));
  EXPECT_FALSE(has_same_bits<float>({1.0f}, {std::nextafter(1.0f, 2.0f)}));
  EXPECT_FALSE(has_same_bits<float>({1.0f}, {1.0f, 1.0f}));
}

TEST(MatmulTableTest, HasEveryNumericDType) {
  for (const NamedKernels& isa : supported_isas()) {
    for (int d = 0; d < dtype_count; ++d) {
      const auto dtype = static_cast<DType>(d);
      const bool computes = kind_of(dtype) != DTypeKind::boolean && !is_half(dtype);
      EXPECT_EQ(isa.kernels->kernel[d].run != nullptr, computes) << isa.name << d;
    }
  }
}

}  // namespace
}  // namespace corepy

// Singular values and vectors on every ISA: shapes where another part of the algorithm begins (QR
// first for tall matrices, panels of reflectors), ranks, grades and scales, and stops in each part.
// What all decompositions have in common is tested in decomposition_test.cpp.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <string>
#include <utility>

#include "decomposition_calls.h"

namespace corepy {
namespace {

using namespace testing_decomposition;

// Tall from 64 rows and 1.6 n on; panels from 128 columns on, the rest of several widths; and both.
constexpr std::pair<std::int64_t, std::int64_t> shapes[] = {
    {2, 1},     {3, 2},     {63, 39},   {64, 39},   {64, 40},   {64, 41},   {40, 64},
    {64, 1},    {1, 64},    {65, 2},    {79, 33},   {33, 79},   {127, 127}, {128, 128},
    {129, 128}, {128, 129}, {160, 160}, {192, 159}, {207, 130}, {208, 130}, {130, 208}};

template <class E>
class SingularValuesTest : public testing::Test {
 protected:
  using T = PartOf<E>;
  static constexpr double eps = std::numeric_limits<T>::epsilon();

  WideMatrix random_matrix(std::int64_t m, std::int64_t n) {
    return widen(make_matrix<E>(m, n, Layout::c_order, random_));
  }
  static void expect_small(const WideMatrix& residual, std::int64_t n, double norms,
                           const std::string& what) {
    expect_few_roundings<T>(residual, n, norms, what);
  }
  // That results have the properties of an SVD of a.
  static void check(const Matrix<E>& a, bool complete, const std::string& what) {
    const Results results = decompose<E>({Decomposition::svd, a, nullptr, complete});
    ASSERT_EQ(results.outcome.status, DecompositionStatus::done) << what;
    const WideMatrix u = results.matrix<E>(0), values = results.matrix<T>(1);
    const WideMatrix vh = results.matrix<E>(2), exact = widen(a);
    const std::int64_t count = std::min(a.rows, a.columns), size = std::max(a.rows, a.columns);
    WideMatrix scaled(u.rows, count);
    WideMatrix rows(count, vh.columns);
    for (std::int64_t j = 0; j < count; ++j) {
      EXPECT_GE(values(j, 0).real(), 0.0) << what;
      if (j > 0) {
        EXPECT_GE(values(j - 1, 0).real(), values(j, 0).real()) << what;
      }
      for (std::int64_t i = 0; i < u.rows; ++i) scaled(i, j) = u(i, j) * values(j, 0);
      for (std::int64_t i = 0; i < vh.columns; ++i) rows(j, i) = vh(j, i);
    }
    expect_small(scaled * rows - exact, size, norm(exact), what + ", U S Vh - A");
    expect_small(adjoint(u) * u - identity(u.columns), size,
                 std::sqrt(static_cast<double>(u.columns)), what + ", U^H U - I");
    expect_small(vh * adjoint(vh) - identity(vh.rows), size,
                 std::sqrt(static_cast<double>(vh.rows)), what + ", V^H V - I");
    expect_leading_components(u);
    const Results alone = decompose<E>({Decomposition::svd, a, nullptr, complete, false});
    EXPECT_EQ(alone.bytes[1], results.bytes[1]) << what << ", values without vectors";
  }
  // The largest component of each column, or one that is as large but for roundings, is real and
  // positive.
  static void expect_leading_components(const WideMatrix& u) {
    for (std::int64_t j = 0; j < u.columns; ++j) {
      double largest = 0, leading = 0;
      for (std::int64_t i = 0; i < u.rows; ++i) {
        largest = std::max(largest, std::abs(u(i, j)));
        if (std::abs(u(i, j).imag()) <= 4 * eps) leading = std::max(leading, u(i, j).real());
      }
      EXPECT_GE(leading, (1 - 8 * eps) * largest) << j;
    }
  }

  std::mt19937_64 random_{20261129};
};

TYPED_TEST_SUITE(SingularValuesTest, Elements, ElementName);

std::string name_of_shape(std::int64_t m, std::int64_t n) {
  return std::to_string(m) + " x " + std::to_string(n);
}

TYPED_TEST(SingularValuesTest, HasItsPropertiesAroundEachThreshold) {
  using E = TypeParam;
  for (const auto& [m, n] : shapes) {
    const Matrix<E> a = narrow_matrix<E>(this->random_matrix(m, n));
    for (const bool complete : {false, true}) this->check(a, complete, name_of_shape(m, n));
  }
}

TYPED_TEST(SingularValuesTest, BitsDoNotDependOnLayout) {
  using E = TypeParam;
  for (const auto& [m, n] : {std::pair{20, 70}, std::pair{140, 135}}) {
    std::mt19937_64 random{7};
    const Matrix<E> plain = make_matrix<E>(m, n, Layout::c_order, random);
    const Results expected = decompose<E>({Decomposition::svd, plain});
    for (const Layout layout :
         {Layout::transposed, Layout::reversed, Layout::spread, Layout::unaligned}) {
      Matrix<E> other = make_matrix<E>(m, n, layout, random);
      for (std::int64_t i = 0; i < m; ++i)
        for (std::int64_t j = 0; j < n; ++j) set(other, i, j, plain.at(i, j));
      EXPECT_TRUE(have_same_bits(decompose<E>({Decomposition::svd, other}), expected))
          << name_of_shape(m, n) << ", layout " << static_cast<int>(layout);
    }
  }
}

TYPED_TEST(SingularValuesTest, RanksAndGrades) {
  using E = TypeParam;
  for (const auto& [m, n] : {std::pair{6, 6}, std::pair{70, 12}, std::pair{12, 70},
                             std::pair{140, 135}, std::pair{210, 131}}) {
    const std::string shape = name_of_shape(m, n);
    const WideMatrix x = this->random_matrix(m, n);
    const std::int64_t rank = n / 3;
    WideMatrix left(m, rank), graded = x, empty_columns = x, ones = x;
    for (std::int64_t i = 0; i < m; ++i) {
      for (std::int64_t j = 0; j < n; ++j) {
        if (j < rank) left(i, j) = x(i, j);
        graded(i, j) *= std::ldexp(1.0, static_cast<int>(-40 * j / n));
        if (j >= n / 2) empty_columns(i, j) = 0;
        ones(i, j) = 1;
      }
    }
    this->check(narrow_matrix<E>(left * this->random_matrix(rank, n)), true, shape + " low rank");
    this->check(narrow_matrix<E>(graded), true, shape + " graded");
    this->check(narrow_matrix<E>(empty_columns), true, shape + " with empty columns");
    if (m > 50) continue;
    this->check(narrow_matrix<E>(ones), true, shape + " of ones");
    this->check(narrow_matrix<E>(WideMatrix(m, n)), true, shape + " of zeros");
  }
}

TYPED_TEST(SingularValuesTest, PowersOfTwoChangeNoBit) {
  using E = TypeParam;
  using T = PartOf<E>;
  const int far = std::numeric_limits<T>::max_exponent - 30;
  for (const auto& [m, n] : {std::pair{70, 20}, std::pair{135, 130}}) {
    const WideMatrix x = this->random_matrix(m, n);
    const Results plain = decompose<E>({Decomposition::svd, narrow_matrix<E>(x)});
    const WideMatrix scaled = combine(WideMatrix(m, n), std::ldexp(1.0, far), x);
    const Results results = decompose<E>({Decomposition::svd, narrow_matrix<E>(scaled)});
    EXPECT_EQ(results.bytes[0], plain.bytes[0]) << name_of_shape(m, n);
    EXPECT_EQ(results.bytes[2], plain.bytes[2]) << name_of_shape(m, n);
  }
}

// In QR, in panels, in the iteration and in what makes vectors of them.
TYPED_TEST(SingularValuesTest, StopsInEachPart) {
  using E = TypeParam;
  for (const auto& [m, n] : {std::pair{80, 40}, std::pair{130, 130}}) {
    const Matrix<E> a = narrow_matrix<E>(this->random_matrix(m, n));
    const std::int64_t requests = decompose<E>({Decomposition::svd, a}).request_count;
    const std::int64_t step = 1 + requests / 12;
    for (std::int64_t granted = 0; granted < requests; granted += step) {
      const Results results = decompose<E>({Decomposition::svd, a, nullptr, false, true, granted});
      EXPECT_EQ(results.outcome.status, DecompositionStatus::stopped) << n << " " << granted;
      EXPECT_EQ(results.request_count, granted + 1) << n;
    }
  }
}

}  // namespace
}  // namespace corepy

// Eigenvalues of Hermitian matrices that are divided: spectra that deflate in every way, and the
// sizes around panels, leaves and unequal halves. Each ISA must give the same bits.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <functional>
#include <limits>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "decomposition_calls.h"

namespace corepy {
namespace {

using namespace testing_decomposition;

// Around leaves and panels (32), what is reduced column by column (64) and blocks of updated rows
// (256).
constexpr std::int64_t sizes[] = {33, 47, 64, 65, 66, 96, 129, 131, 163, 290};

template <class E>
class DividedTest : public testing::Test {
 protected:
  using T = PartOf<E>;

  static void expect_small(const WideMatrix& residual, double norms, const std::string& what) {
    expect_few_roundings<T>(residual, residual.rows, norms, what);
  }
  static WideMatrix tridiagonal(std::int64_t n, const std::function<double(std::int64_t)>& d,
                                const std::function<double(std::int64_t)>& e) {
    WideMatrix a(n, n);
    for (std::int64_t i = 0; i < n; ++i) {
      a(i, i) = d(i);
      if (i + 1 < n) a(i, i + 1) = a(i + 1, i) = e(i);
    }
    return a;
  }
  // With these eigenvalues, and the vectors of a reflector.
  WideMatrix with_values(std::int64_t n, const std::function<double(std::int64_t)>& value) {
    std::normal_distribution<double> normal;
    WideMatrix v(n, 1), d(n, n);
    for (std::int64_t i = 0; i < n; ++i) {
      v(i, 0) = Wide(normal(random_), is_complex_element<E> ? normal(random_) : 0.0);
      d(i, i) = value(i);
    }
    const double square = norm(v) * norm(v);
    const WideMatrix h = combine(identity(n), -2 / square, v * adjoint(v));
    return h * d * h;
  }
  static Matrix<E> hermitian(const WideMatrix& a) {
    WideMatrix low = a;
    for (std::int64_t i = 0; i < a.rows; ++i) {
      low(i, i) = a(i, i).real();
      for (std::int64_t j = 0; j < i; ++j) low(j, i) = std::conj(a(i, j));
    }
    return narrow_matrix<E>(low);
  }
  static void check(const Matrix<E>& a, const std::string& what) {
    const WideMatrix wide = widen(a);
    const std::int64_t n = a.rows;
    const Results results = decompose<E>({Decomposition::eigh, a});
    ASSERT_EQ(results.outcome.status, DecompositionStatus::done) << what;
    const WideMatrix values = results.matrix<T>(0), vectors = results.matrix<E>(1);
    for (std::int64_t i = 1; i < n; ++i)
      EXPECT_LE(values(i - 1, 0).real(), values(i, 0).real()) << what;
    expect_small(adjoint(vectors) * vectors - identity(n), std::sqrt(static_cast<double>(n)),
                 what + ", V^H V - I");
    expect_small(wide * vectors - vectors * diagonal(values.values), norm(wide),
                 what + ", A V - V D");
    const Results alone = decompose<E>({Decomposition::eigh, a, nullptr, false, false});
    EXPECT_EQ(alone.bytes[0], results.bytes[0]) << what << ": values depend on the vectors";
  }

  std::mt19937_64 random_{20250712};
};

TYPED_TEST_SUITE(DividedTest, Elements, ElementName);

TYPED_TEST(DividedTest, RandomMatrices) {
  using E = TypeParam;
  for (const std::int64_t n : sizes) {
    const WideMatrix x =
        widen(make_matrix<E>(n, n, testing_matmul::Layout::c_order, this->random_));
    this->check(this->hermitian(x + adjoint(x)), "random");
  }
}

TYPED_TEST(DividedTest, SpectraThatDeflate) {
  for (const std::int64_t n : {35, 131}) {
    const double last = static_cast<double>(n - 1);
    const std::pair<const char*, std::function<double(std::int64_t)>> spectra[] = {
        {"zero", [](std::int64_t) { return 0.0; }},
        {"one value", [](std::int64_t) { return 1.0; }},
        {"two values", [](std::int64_t i) { return i % 2 == 0 ? 1.0 : -1.0; }},
        {"rank 1", [](std::int64_t i) { return i == 0 ? 1.0 : 0.0; }},
        {"rank 3", [](std::int64_t i) { return i < 3 ? static_cast<double>(i + 1) : 0.0; }},
        {"a cluster", [](std::int64_t i) { return 1 + 1e-15 * static_cast<double>(i); }},
        {"a cluster and one", [](std::int64_t i) { return i == 0 ? 1.0 : 1e-5; }},
        {"graded", [=](std::int64_t i) { return std::pow(10.0, -30 * double(i) / last); }},
        {"huge", [=](std::int64_t i) { return 1e30 * (double(i) / last - 0.5); }},
        {"evenly spread", [=](std::int64_t i) { return 2 * double(i) / last - 1; }}};
    for (const auto& [name, value] : spectra)
      this->check(this->hermitian(this->with_values(n, value)), name);
  }
}

// What is left of it after a few columns falls to the subnormal numbers.
TYPED_TEST(DividedTest, OnesEverywhere) {
  for (const std::int64_t n : {48, 130}) {
    WideMatrix ones(n, n);
    for (Wide& x : ones.values) x = 1;
    const Matrix<TypeParam> a = this->hermitian(ones);
    this->check(a, "ones");
    const WideMatrix vectors =
        decompose<TypeParam>({Decomposition::eigh, a}).template matrix<TypeParam>(1);
    this->expect_small(adjoint(vectors) * vectors - identity(n), 1, "ones, V^H V - I");
  }
}

TYPED_TEST(DividedTest, TridiagonalMatrices) {
  for (const std::int64_t n : {66, 130}) {
    const auto ones = [](std::int64_t) { return 1.0; };
    const auto zeros = [](std::int64_t) { return 0.0; };
    const double middle = static_cast<double>(n - 1) / 2;
    this->check(this->hermitian(this->tridiagonal(n, zeros, zeros)), "zero");
    this->check(this->hermitian(this->tridiagonal(n, ones, zeros)), "unit matrix");
    this->check(this->hermitian(this->tridiagonal(
                    n, [](std::int64_t i) { return std::sin(double(i)); }, zeros)),
                "diagonal");
    this->check(this->hermitian(this->tridiagonal(n, zeros, ones)), "no diagonal");
    this->check(this->hermitian(this->tridiagonal(n, ones, [](std::int64_t) { return -0.5; })),
                "second differences");
    this->check(this->hermitian(this->tridiagonal(
                    n, [=](std::int64_t i) { return std::abs(double(i) - middle); }, ones)),
                "Wilkinson's");
    for (const double glue : {1e-4, 1e-8, 1e-14}) {
      this->check(this->hermitian(this->tridiagonal(
                      n, [](std::int64_t i) { return std::abs(double(i % 21) - 10); },
                      [=](std::int64_t i) { return i % 21 == 20 ? glue : 1.0; })),
                  "Wilkinson's, glued");
    }
    const auto falls = [=](std::int64_t i) { return std::pow(10.0, -20 * double(i) / double(n)); };
    const auto rises = [=](std::int64_t i) { return falls(n - 1 - i); };
    this->check(this->hermitian(this->tridiagonal(n, falls, falls)), "graded downwards");
    this->check(this->hermitian(this->tridiagonal(n, rises, rises)), "graded upwards");
  }
}

TYPED_TEST(DividedTest, EveryRequestMayStopIt) {
  using E = TypeParam;
  const std::int64_t n = 130;
  const WideMatrix x = widen(make_matrix<E>(n, n, testing_matmul::Layout::c_order, this->random_));
  const Matrix<E> a = this->hermitian(x + adjoint(x));
  for (const bool wants_vectors : {true, false}) {
    const std::int64_t requests =
        decompose<E>({Decomposition::eigh, a, nullptr, false, wants_vectors}).request_count;
    for (std::int64_t granted = 0; granted < requests; granted += 1 + requests / 32) {
      const Results results =
          decompose<E>({Decomposition::eigh, a, nullptr, false, wants_vectors, granted});
      EXPECT_EQ(results.outcome.status, DecompositionStatus::stopped) << granted;
      EXPECT_EQ(results.request_count, granted + 1);
    }
  }
}

}  // namespace
}  // namespace corepy

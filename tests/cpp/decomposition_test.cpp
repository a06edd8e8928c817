// The decomposition kernels of every ISA this machine has: residuals, structure of the factors, the
// same bits on each ISA and for each layout, and what is reported of matrices that have no such
// decomposition. Stacks, threads, accuracy against oracles and errors are tested in Python.
//
// No test makes an iteration fail to converge: no finite matrix is known that would.
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <complex>
#include <cstdint>
#include <limits>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "decomposition_calls.h"

namespace corepy {
namespace {

using namespace testing_decomposition;

// Around the leaves of substitution (16), panels of reflectors (32) and strips (64).
constexpr std::int64_t sizes[] = {0, 1, 2, 3, 7, 15, 16, 17, 31, 32, 33, 63, 64, 65, 97};
constexpr std::pair<std::int64_t, std::int64_t> oblong[] = {
    {0, 0}, {0, 3},   {3, 0},   {1, 1},   {1, 9},   {9, 1},   {4, 9},   {9, 4},
    {7, 7}, {31, 33}, {33, 31}, {32, 32}, {64, 20}, {20, 65}, {65, 63}, {97, 33}};

template <class E>
class DecompositionTest : public testing::Test {
 protected:
  using T = PartOf<E>;
  static constexpr T nan = std::numeric_limits<T>::quiet_NaN();
  static constexpr T infinity = std::numeric_limits<T>::infinity();
  static double bound(std::int64_t n, double norms) { return few_roundings<T>(n, norms); }

  Matrix<E> random_matrix(std::int64_t m, std::int64_t n, Layout layout = Layout::c_order) {
    return make_matrix<E>(m, n, layout, random_);
  }
  Matrix<E> definite_matrix(std::int64_t n) {
    const WideMatrix x = widen(random_matrix(n, n));
    return narrow_matrix<E>(x * adjoint(x) + identity(n));
  }
  Matrix<E> hermitian_matrix(std::int64_t n) {
    const WideMatrix x = widen(random_matrix(n, n));
    return narrow_matrix<E>(x + adjoint(x));
  }
  // The part that is not to be read.
  static void spoil(Matrix<E>& a, bool above) {
    for (std::int64_t i = 0; i < a.rows; ++i)
      for (std::int64_t j = i + 1; j < a.columns; ++j)
        set(a, above ? i : j, above ? j : i, narrow<E>(Wide(nan)));
  }
  static void expect_small(const WideMatrix& residual, std::int64_t n, double norms,
                           const std::string& what) {
    expect_few_roundings<T>(residual, n, norms, what);
  }
  static void expect_orthonormal_columns(const WideMatrix& q, const std::string& what) {
    expect_small(adjoint(q) * q - identity(q.columns), q.rows,
                 std::sqrt(static_cast<double>(q.columns)), what);
  }
  static void expect_done(const Results& results) {
    EXPECT_EQ(results.outcome.status, DecompositionStatus::done);
    EXPECT_EQ(results.outcome.detail, 0);
  }

  std::mt19937_64 random_{20240229};
};

TYPED_TEST_SUITE(DecompositionTest, Elements, ElementName);

TYPED_TEST(DecompositionTest, SolvesSystemsAndInverts) {
  using E = TypeParam;
  for (const std::int64_t n : sizes) {
    const Matrix<E> a = this->random_matrix(n, n);
    const WideMatrix wide = widen(a);
    for (const std::int64_t k : {0, 1, 3, 40}) {
      const Matrix<E> b = this->random_matrix(n, k);
      const Results solved = decompose<E>({Decomposition::solve, a, &b});
      this->expect_done(solved);
      const WideMatrix x = solved.matrix<E>(0);
      this->expect_small(wide * x - widen(b), n, norm(wide) * norm(x), "A X - B");
    }
    const Results inverted = decompose<E>({Decomposition::solve, a});
    this->expect_done(inverted);
    const WideMatrix inverse = inverted.matrix<E>(0);
    this->expect_small(wide * inverse - identity(n), n, norm(wide) * norm(inverse), "A / A - I");
  }
}

// By elimination without pivoting, for a matrix whose diagonal dominates.
Wide find_determinant(WideMatrix a) {
  Wide product = 1;
  for (std::int64_t k = 0; k < a.rows; ++k) {
    product *= a(k, k);
    for (std::int64_t i = k + 1; i < a.rows; ++i) {
      const Wide factor = a(i, k) / a(k, k);
      for (std::int64_t j = k + 1; j < a.rows; ++j) a(i, j) -= factor * a(k, j);
    }
  }
  return product;
}
template <class E>
Wide read_determinant(const Results& results) {
  const Wide phase = results.matrix<E>(0)(0, 0), modulus = results.matrix<PartOf<E>>(1)(0, 0);
  std::int64_t exponent = 0;
  std::memcpy(&exponent, results.bytes[2].data(), sizeof exponent);
  EXPECT_GE(modulus.real(), 1.0);
  EXPECT_LT(modulus.real(), 2.0);
  EXPECT_NEAR(std::abs(phase), 1.0, 4 * std::numeric_limits<PartOf<E>>::epsilon());
  return phase * modulus * std::ldexp(1.0, static_cast<int>(exponent));
}

TYPED_TEST(DecompositionTest, FindsDeterminants) {
  using E = TypeParam;
  for (const std::int64_t n : sizes) {
    const WideMatrix noise = widen(this->random_matrix(n, n));
    WideMatrix a(n, n);
    for (std::int64_t i = 0; i < n; ++i)
      for (std::int64_t j = 0; j < n; ++j)
        a(i, j) = noise(i, j) / (1 + norm(noise)) + Wide(i == j ? 2.0 : 0.0);
    Matrix<E> narrow = narrow_matrix<E>(a);
    const Wide expected = find_determinant(widen(narrow));
    double sign = 1;
    if (n > 1) {  // two rows exchanged: pivots that are not on the diagonal
      for (std::int64_t j = 0; j < n; ++j) {
        const E first = narrow.at(0, j);
        set(narrow, 0, j, narrow.at(n - 1, j));
        set(narrow, n - 1, j, first);
      }
      sign = -1;
    }
    const Results results = decompose<E>({Decomposition::determinant, narrow});
    this->expect_done(results);
    const Wide got = read_determinant<E>(results) * sign;
    EXPECT_LE(std::abs(got - expected), this->bound(n, std::abs(expected))) << n;
  }
}

TYPED_TEST(DecompositionTest, FactorsDefiniteMatrices) {
  using E = TypeParam;
  for (const std::int64_t n : sizes) {
    const Matrix<E> whole = this->definite_matrix(n);
    const WideMatrix wide = widen(whole);
    for (const bool upper : {false, true}) {
      Matrix<E> a = whole;
      this->spoil(a, !upper);
      const Results results = decompose<E>({Decomposition::cholesky, a, nullptr, upper});
      this->expect_done(results);
      const WideMatrix factor = results.matrix<E>(0);
      const WideMatrix lower = upper ? adjoint(factor) : factor;
      for (std::int64_t i = 0; i < n; ++i) {
        EXPECT_GT(lower(i, i).real(), 0.0);
        EXPECT_EQ(lower(i, i).imag(), 0.0);
        for (std::int64_t j = i + 1; j < n; ++j) EXPECT_EQ(lower(i, j), 0.0);
      }
      this->expect_small(lower * adjoint(lower) - wide, n, norm(wide), "L L^H - A");
    }
  }
}

TYPED_TEST(DecompositionTest, FactorsIntoOrthogonalAndTriangular) {
  using E = TypeParam;
  for (const auto& [m, n] : oblong) {
    const Matrix<E> a = this->random_matrix(m, n);
    for (const bool complete : {false, true}) {
      const Results results = decompose<E>({Decomposition::qr, a, nullptr, complete});
      this->expect_done(results);
      const WideMatrix q = results.matrix<E>(0), r = results.matrix<E>(1);
      EXPECT_EQ(q.columns, complete ? m : std::min(m, n));
      this->expect_orthonormal_columns(q, "Q^H Q - I");
      this->expect_small(q * r - widen(a), std::max(m, n), norm(widen(a)), "Q R - A");
      for (std::int64_t i = 0; i < r.rows; ++i)
        for (std::int64_t j = 0; j < std::min(i, n); ++j) EXPECT_EQ(r(i, j), 0.0);
    }
  }
}

TYPED_TEST(DecompositionTest, FindsEigenvaluesOfHermitianMatrices) {
  using E = TypeParam;
  using T = PartOf<E>;
  for (const std::int64_t n : sizes) {
    Matrix<E> a = this->hermitian_matrix(n);
    const WideMatrix wide = widen(a);
    this->spoil(a, true);
    const Results results = decompose<E>({Decomposition::eigh, a});
    this->expect_done(results);
    const WideMatrix values = results.matrix<T>(0), vectors = results.matrix<E>(1);
    for (std::int64_t i = 1; i < n; ++i) EXPECT_LE(values(i - 1, 0).real(), values(i, 0).real());
    this->expect_orthonormal_columns(vectors, "V^H V - I");
    this->expect_small(wide * vectors - vectors * diagonal(values.values), n, norm(wide),
                       "A V - V D");
    const Results alone = decompose<E>({Decomposition::eigh, a, nullptr, false, false});
    EXPECT_EQ(alone.bytes[0], results.bytes[0]) << "values depend on whether vectors are wanted";
  }
}

TYPED_TEST(DecompositionTest, FindsSingularValues) {
  using E = TypeParam;
  using T = PartOf<E>;
  for (const auto& [m, n] : oblong) {
    const Matrix<E> a = this->random_matrix(m, n);
    const std::int64_t count = std::min(m, n);
    const Results alone = decompose<E>({Decomposition::svd, a, nullptr, false, false});
    for (const bool complete : {false, true}) {
      const Results results = decompose<E>({Decomposition::svd, a, nullptr, complete});
      this->expect_done(results);
      const WideMatrix u = results.matrix<E>(0), values = results.matrix<T>(1);
      const WideMatrix vh = results.matrix<E>(2);
      for (std::int64_t i = 0; i < count; ++i) {
        EXPECT_GE(values(i, 0).real(), 0.0);
        if (i > 0) {
          EXPECT_GE(values(i - 1, 0).real(), values(i, 0).real());
        }
      }
      this->expect_orthonormal_columns(u, "U^H U - I");
      this->expect_orthonormal_columns(adjoint(vh), "V^H V - I");
      WideMatrix middle(u.columns, vh.rows);
      for (std::int64_t i = 0; i < count; ++i) middle(i, i) = values(i, 0);
      this->expect_small(u * middle * vh - widen(a), std::max(m, n), norm(widen(a)), "U S Vh - A");
      EXPECT_EQ(alone.bytes[1], results.bytes[1]) << "values depend on whether vectors are wanted";
    }
  }
}

TYPED_TEST(DecompositionTest, FindsEigenvalues) {
  using E = TypeParam;
  using C = Complex<PartOf<E>>;
  for (const std::int64_t n : sizes) {
    const Matrix<E> a = this->random_matrix(n, n);
    const Results results = decompose<E>({Decomposition::eig, a});
    this->expect_done(results);
    const WideMatrix values = results.matrix<C>(0), vectors = results.matrix<C>(1);
    this->expect_small(widen(a) * vectors - vectors * diagonal(values.values), n, norm(widen(a)),
                       "A V - V D");
    Wide trace = 0, sum = 0;
    for (std::int64_t j = 0; j < n; ++j) {
      trace += widen(a.at(j, j));
      sum += values(j, 0);
      double squares = 0;
      for (std::int64_t i = 0; i < n; ++i) squares += std::norm(vectors(i, j));
      EXPECT_NEAR(squares, 1.0, this->bound(n, 1.0)) << "vector " << j << " of " << n;
    }
    EXPECT_LE(std::abs(sum - trace), this->bound(n, norm(widen(a)))) << n;
  }
}

TYPED_TEST(DecompositionTest, BitsDoNotDependOnTheLayout) {
  using E = TypeParam;
  for (const std::int64_t n : {5, 40}) {
    for (const Layout layout : testing_matmul::all_layouts) {
      const bool is_broadcast =
          layout == Layout::broadcast_row || layout == Layout::broadcast_column;
      for (int i = 0; i < decomposition_count; ++i) {
        const auto which = static_cast<Decomposition>(i);
        Matrix<E> a = this->random_matrix(n, n, layout);
        // A positive definite one: the diagonal is raised in place.
        for (std::int64_t d = 0; d < n && which == Decomposition::cholesky && !is_broadcast; ++d)
          set(a, d, d, narrow<E>(Wide(1e6)));
        const Matrix<E> b = this->random_matrix(n, 3, layout);
        const Matrix<E> plain_a = narrow_matrix<E>(widen(a)), plain_b = narrow_matrix<E>(widen(b));
        const bool is_solve = which == Decomposition::solve;
        const Results strided = decompose<E>({which, a, is_solve ? &b : nullptr});
        const Results plain = decompose<E>({which, plain_a, is_solve ? &plain_b : nullptr});
        if (!is_broadcast) this->expect_done(strided);  // else of rank one: perhaps refused
        EXPECT_EQ(strided.outcome.status, plain.outcome.status);
        EXPECT_EQ(strided.outcome.detail, plain.outcome.detail);
        EXPECT_TRUE(have_same_bits(strided, plain)) << i << " layout " << static_cast<int>(layout);
      }
    }
  }
}

// Values and moduli scale, vectors stay, bit by bit, far beyond where squares overflow or vanish.
TYPED_TEST(DecompositionTest, PowersOfTwoScaleSpectraExactly) {
  using E = TypeParam;
  using T = PartOf<E>;
  constexpr int far = std::numeric_limits<T>::max_exponent * 3 / 4;
  for (const std::int64_t n : {1, 6, 40}) {
    const WideMatrix a = widen(this->hermitian_matrix(n));
    for (const auto which : {Decomposition::eigh, Decomposition::svd, Decomposition::eig}) {
      const std::size_t values = which == Decomposition::svd ? 1 : 0;
      const Matrix<E> plain_a = narrow_matrix<E>(a);
      const Results plain = decompose<E>({which, plain_a});
      this->expect_done(plain);
      for (const int exponent : {far, -far}) {
        const double factor = std::ldexp(1.0, exponent);
        const Matrix<E> scaled_a = narrow_matrix<E>(combine(WideMatrix(n, n), factor, a));
        const Results scaled = decompose<E>({which, scaled_a});
        this->expect_done(scaled);
        for (std::size_t i = 0; i < plain.bytes.size(); ++i) {
          if (i == values) continue;
          EXPECT_EQ(scaled.bytes[i], plain.bytes[i]) << n << " 2^" << exponent;
        }
        if (which == Decomposition::eig) {
          const WideMatrix x = scaled.matrix<Complex<T>>(0), y = plain.matrix<Complex<T>>(0);
          EXPECT_EQ(norm(x - combine(WideMatrix(n, 1), factor, y)), 0.0) << n;
        } else {
          const WideMatrix x = scaled.matrix<T>(values), y = plain.matrix<T>(values);
          EXPECT_EQ(norm(x - combine(WideMatrix(n, 1), factor, y)), 0.0) << n;
        }
      }
    }
  }
}

TYPED_TEST(DecompositionTest, NamesTheFirstPivotThatIsZero) {
  using E = TypeParam;
  for (const std::int64_t n : {1, 2, 16, 17, 40, 65}) {
    for (const std::int64_t zero : {std::int64_t{0}, n / 2, n - 1}) {
      // Upper triangular, shifted by one row: every pivot is found below and exact.
      WideMatrix a(n, n);
      for (std::int64_t i = 0; i < n; ++i)
        for (std::int64_t j = i; j < n; ++j) a((i + 1) % n, j) = i == j && i == zero ? 0.0 : 1.0;
      const Matrix<E> singular = narrow_matrix<E>(a);
      const Results solved = decompose<E>({Decomposition::solve, singular});
      EXPECT_EQ(solved.outcome.status, DecompositionStatus::singular);
      EXPECT_EQ(solved.outcome.detail, zero) << n;
      const Results determinant = decompose<E>({Decomposition::determinant, singular});
      this->expect_done(determinant);
      EXPECT_EQ(determinant.template matrix<E>(0)(0, 0), 0.0);
      EXPECT_EQ((determinant.template matrix<PartOf<E>>(1)(0, 0)), 0.0);
    }
  }
}

TYPED_TEST(DecompositionTest, NamesTheFirstMinorThatIsNotPositive) {
  using E = TypeParam;
  for (const std::int64_t n : {1, 2, 16, 17, 40, 65}) {
    for (const std::int64_t at : {std::int64_t{0}, n / 2, n - 1}) {
      for (const double pivot : {0.0, -1.0, static_cast<double>(this->nan)}) {
        Matrix<E> a = this->definite_matrix(n);
        set(a, at, at, narrow<E>(Wide(pivot)));
        for (const bool upper : {false, true}) {
          const Results results = decompose<E>({Decomposition::cholesky, a, nullptr, upper});
          EXPECT_EQ(results.outcome.status, DecompositionStatus::indefinite) << pivot;
          EXPECT_EQ(results.outcome.detail, at) << n;
        }
      }
    }
  }
}

TYPED_TEST(DecompositionTest, RefusesToIterateOnWhatIsNotFinite) {
  using E = TypeParam;
  for (const std::int64_t n : {1, 2, 33}) {
    for (const auto value : {this->nan, this->infinity}) {
      for (const auto which : {Decomposition::eigh, Decomposition::svd, Decomposition::eig}) {
        Matrix<E> a = this->hermitian_matrix(n);
        set(a, n - 1, n / 2, narrow<E>(Wide(value)));
        const Results results = decompose<E>({which, a});
        EXPECT_EQ(results.outcome.status, DecompositionStatus::not_finite) << n;
      }
    }
  }
}

// Elimination and reflections have no tests of what they read: a NaN reaches the result.
TYPED_TEST(DecompositionTest, NanPassesThroughWhatEndsByItself) {
  using E = TypeParam;
  for (const std::int64_t n : {1, 2, 17, 40}) {
    Matrix<E> a = this->random_matrix(n, n);
    set(a, n - 1, n - 1, narrow<E>(Wide(this->nan)));
    const Results solved = decompose<E>({Decomposition::solve, a});
    this->expect_done(solved);
    EXPECT_TRUE(std::isnan(norm(solved.template matrix<E>(0)))) << n;
    const Results determinant = decompose<E>({Decomposition::determinant, a});
    this->expect_done(determinant);
    EXPECT_TRUE(std::isnan(norm(determinant.template matrix<PartOf<E>>(1)))) << n;
    const Results factored = decompose<E>({Decomposition::qr, a});
    this->expect_done(factored);
    EXPECT_TRUE(std::isnan(norm(factored.template matrix<E>(1)))) << n;
  }
}

TYPED_TEST(DecompositionTest, HandlesZerosAndUnitMatrices) {
  using E = TypeParam;
  using T = PartOf<E>;
  for (const std::int64_t n : {1, 5, 40}) {
    for (const bool is_zero : {true, false}) {
      const Matrix<E> a = narrow_matrix<E>(is_zero ? WideMatrix(n, n) : identity(n));
      const WideMatrix wide = widen(a);
      const Results qr = decompose<E>({Decomposition::qr, a});
      const WideMatrix q = qr.template matrix<E>(0), r = qr.template matrix<E>(1);
      EXPECT_EQ(norm(q * r - wide), 0.0);
      EXPECT_EQ(norm(adjoint(q) * q - identity(n)), 0.0);
      const Results eigh = decompose<E>({Decomposition::eigh, a});
      const Results svd = decompose<E>({Decomposition::svd, a});
      const Results eig = decompose<E>({Decomposition::eig, a});
      for (std::int64_t i = 0; i < n; ++i) {
        const double expected = is_zero ? 0.0 : 1.0;
        EXPECT_EQ((eigh.template matrix<T>(0)(i, 0)), expected);
        EXPECT_EQ((svd.template matrix<T>(1)(i, 0)), expected);
        EXPECT_EQ((eig.template matrix<Complex<T>>(0)(i, 0)), expected);
      }
      EXPECT_EQ(norm(eigh.template matrix<E>(1) - identity(n)), 0.0);
    }
  }
}

// Whichever of its requests the caller refuses, the kernel returns and says so.
TYPED_TEST(DecompositionTest, StopsWhereItIsAskedTo) {
  using E = TypeParam;
  const std::int64_t n = 40;
  const Matrix<E> a = this->definite_matrix(n), b = this->random_matrix(n, 3);
  for (int i = 0; i < decomposition_count; ++i) {
    const auto which = static_cast<Decomposition>(i);
    const Matrix<E>* side = which == Decomposition::solve ? &b : nullptr;
    const std::int64_t requests = decompose<E>({which, a, side}).request_count;
    ASSERT_GT(requests, 0) << i;
    const std::int64_t step = 1 + requests / 8;
    for (std::int64_t granted = 0; granted < requests; granted += step) {
      const Results results = decompose<E>({which, a, side, false, true, granted});
      EXPECT_EQ(results.outcome.status, DecompositionStatus::stopped) << i << " " << granted;
      EXPECT_EQ(results.request_count, granted + 1) << i;
    }
  }
}

// The judges must be able to fail.
TEST(DecompositionJudges, SeeWhatIsWrong) {
  std::mt19937_64 random{1};
  const Matrix<double> a = make_matrix<double>(5, 5, Layout::c_order, random);
  const Results right = decompose<double>({Decomposition::qr, a});
  Results wrong = right;
  wrong.bytes[0][3] ^= 1;
  EXPECT_TRUE(have_same_bits(right, right));
  EXPECT_FALSE(have_same_bits(right, wrong));
  const double nan = std::numeric_limits<double>::quiet_NaN(), other_nan = -nan;
  std::memcpy(wrong.bytes[0].data(), &nan, sizeof nan);
  EXPECT_FALSE(have_same_bits(right, wrong));
  Results another = wrong;
  std::memcpy(another.bytes[0].data(), &other_nan, sizeof nan);
  EXPECT_TRUE(have_same_bits(wrong, another));
  EXPECT_TRUE(std::isnan(norm(wrong.matrix<double>(0))));
  EXPECT_EQ(norm(widen(a) * identity(5) - widen(a)), 0.0);
  EXPECT_GT(norm(widen(a) * adjoint(widen(a)) - widen(a)), 1.0);
}

}  // namespace
}  // namespace corepy

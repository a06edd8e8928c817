// The complex formulas of vec/complex.h, through the elementwise loops of every ISA this machine
// has: the written formula bit by bit where there is one, error bounds against long double
// elsewhere, special values, equal bits on all ISAs.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "elementwise_runner.h"

namespace corepy {
namespace {

using namespace testing_elementwise;

template <class T>
std::vector<Complex<T>> random_values(int count, int exponent_range) {
  std::vector<Complex<T>> values;
  std::mt19937_64 random(19);
  const auto part = [&] {
    const T fraction =
        static_cast<T>(static_cast<double>(random() % (std::uint64_t{1} << 53)) / 0x1p53 - 0.5);
    return std::ldexp(fraction,
                      static_cast<int>(random() % (2 * exponent_range + 1)) - exponent_range);
  };
  for (int i = 0; i < count; ++i) values.push_back({part(), part()});
  return values;
}

template <class T>
std::vector<Complex<T>> edge_values() {
  using Limits = std::numeric_limits<T>;
  std::vector<Complex<T>> values;
  const T parts[] = {T(0),
                     -T(0),
                     T(1),
                     T(-3),
                     Limits::max(),
                     Limits::min(),
                     -Limits::denorm_min(),
                     Limits::infinity(),
                     -Limits::infinity(),
                     Limits::quiet_NaN()};
  for (const T re : parts) {
    for (const T im : parts) values.push_back({re, im});
  }
  return values;
}

template <class T>
bool same_bits(T a, T b) {
  return (a != a && b != b) || std::memcmp(&a, &b, sizeof(T)) == 0;
}
template <class T>
bool same_bits(Complex<T> a, Complex<T> b) {
  return same_bits(a.re, b.re) && same_bits(a.im, b.im);
}
template <class T>
std::string text(Complex<T> z) {
  return "(" + std::to_string(z.re) + ", " + std::to_string(z.im) + ")";
}

template <class T>
class Complexes : public ::testing::Test {};
using PartTypes = ::testing::Types<float, double>;
TYPED_TEST_SUITE(Complexes, PartTypes);

TYPED_TEST(Complexes, SumsAndProductsFollowTheWrittenFormula) {
  using T = TypeParam;
  using E = Complex<T>;
  Pairs<E> pairs = all_pairs(edge_values<T>());
  const auto randoms = random_values<T>(3000, 20);
  pairs.a.insert(pairs.a.end(), randoms.begin(), randoms.end());
  pairs.b.insert(pairs.b.end(), randoms.rbegin(), randoms.rend());
  for (const IsaRows& isa : available_isas()) {
    const auto sum = run_binary<E, E>(isa, "add", pairs.a, pairs.b);
    const auto difference = run_binary<E, E>(isa, "subtract", pairs.a, pairs.b);
    const auto product = run_binary<E, E>(isa, "multiply", pairs.a, pairs.b);
    const auto square = run_unary<E, E>(isa, "square", pairs.a);
    const auto conjugate = run_unary<E, E>(isa, "conj", pairs.a);
    for (std::size_t i = 0; i < sum.size(); ++i) {
      const E a = pairs.a[i], b = pairs.b[i];
      ASSERT_TRUE(same_bits(sum[i], E{a.re + b.re, a.im + b.im})) << isa.name;
      ASSERT_TRUE(same_bits(difference[i], E{a.re - b.re, a.im - b.im})) << isa.name;
      ASSERT_TRUE(same_bits(product[i], E{a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re}))
          << isa.name << text(a) << text(b) << text(product[i]);
      ASSERT_TRUE(same_bits(square[i], E{a.re * a.re - a.im * a.im, a.re * a.im + a.im * a.re}));
      ASSERT_TRUE(same_bits(conjugate[i], E{a.re, -a.im})) << isa.name;
    }
  }
}

// |got - exact| <= bound u |exact|, in long double, whose exponent range holds all intermediate
// results.
TYPED_TEST(Complexes, QuotientsAreAccurateForAllMagnitudes) {
  using T = TypeParam;
  using E = Complex<T>;
  using Limits = std::numeric_limits<T>;
  constexpr long double u = Limits::epsilon() / 2, bound = 6;
  for (const int range : {3, 40, Limits::max_exponent - 2}) {
    auto a = random_values<T>(8000, range);
    std::vector<E> b(a.rbegin(), a.rend());
    for (std::size_t i = 0; i < a.size(); i += 3) {  // parts of like size too: products that cancel
      b[i].im = std::ldexp(b[i].im, std::ilogb(b[i].re) - std::ilogb(b[i].im));
      a[i].im = std::ldexp(a[i].im, std::ilogb(a[i].re) - std::ilogb(a[i].im));
    }
    for (const IsaRows& isa : available_isas()) {
      const auto quotient = run_binary<E, E>(isa, "divide", a, b);
      for (std::size_t i = 0; i < a.size(); ++i) {
        const long double x = a[i].re, y = a[i].im, v = b[i].re, w = b[i].im;
        const long double norm = v * v + w * w, re = (x * v + y * w) / norm,
                          im = (y * v - x * w) / norm;
        const long double size = std::hypot(re, im);
        if (!(size < static_cast<long double>(Limits::max())) ||
            size < static_cast<long double>(Limits::min()))
          continue;
        const long double error = std::hypot(quotient[i].re - re, quotient[i].im - im);
        // a part may be subnormal beside a normal one: half a unit of it more
        ASSERT_LE(error, bound * u * size + Limits::denorm_min())
            << isa.name << " " << text(a[i]) << " / " << text(b[i]) << " = " << text(quotient[i]);
      }
    }
  }
}

TYPED_TEST(Complexes, SpecialQuotients) {
  using T = TypeParam;
  using E = Complex<T>;
  constexpr T inf = std::numeric_limits<T>::infinity(), nan = std::numeric_limits<T>::quiet_NaN();
  constexpr T max = std::numeric_limits<T>::max(), tiny = std::numeric_limits<T>::denorm_min();
  struct Case {
    E a, b, quotient;
  };
  const Case cases[] = {
      {{1, 2}, {0, 0}, {inf, inf}},         {{-1, 2}, {0, 0}, {-inf, inf}},
      {{1, 1}, {-T(0), 0}, {-inf, -inf}},   {{0, 0}, {0, 0}, {nan, nan}},
      {{1, 2}, {inf, 0}, {0, 0}},           {{1, 2}, {inf, nan}, {0, 0}},
      {{inf, inf}, {1, 1}, {inf, nan}},     {{max, max}, {max, max}, {1, 0}},
      {{tiny, tiny}, {tiny, tiny}, {1, 0}}, {{max, 0}, {2, 0}, {max / 2, 0}},
      {{nan, nan}, {0, 0}, {nan, nan}},     {{6, 8}, {3, 4}, {2, 0}},
  };
  std::vector<E> a, b;
  for (const Case& c : cases) {
    a.push_back(c.a);
    b.push_back(c.b);
  }
  for (const IsaRows& isa : available_isas()) {
    const auto quotient = run_binary<E, E>(isa, "divide", a, b);
    for (std::size_t i = 0; i < a.size(); ++i) {
      const E got = quotient[i], expected = cases[i].quotient;
      // zeros may have either sign; where Annex G only asks for an infinity, one infinite part is
      // enough
      const bool infinite = std::isinf(expected.re) && (std::isinf(got.re) || std::isinf(got.im));
      EXPECT_TRUE(infinite || ((got.re == expected.re || same_bits(got.re, expected.re)) &&
                               (got.im == expected.im || same_bits(got.im, expected.im))))
          << isa.name << " " << text(a[i]) << " / " << text(b[i]) << " = " << text(got);
    }
  }
}

TYPED_TEST(Complexes, MagnitudeIsWithinOneUlp) {
  using T = TypeParam;
  using E = Complex<T>;
  constexpr T inf = std::numeric_limits<T>::infinity(), nan = std::numeric_limits<T>::quiet_NaN();
  for (const int range : {2, std::numeric_limits<T>::max_exponent - 2}) {
    const auto values = random_values<T>(10000, range);
    for (const IsaRows& isa : available_isas()) {
      const auto magnitude = run_unary<T, E>(isa, "abs", values);
      for (std::size_t i = 0; i < values.size(); ++i) {
        const long double exact = std::hypot(static_cast<long double>(values[i].re),
                                             static_cast<long double>(values[i].im));
        const T ulp = std::nextafter(magnitude[i], inf) - magnitude[i];
        ASSERT_LE(std::fabs(magnitude[i] - exact), static_cast<long double>(ulp))
            << isa.name << text(values[i]);
      }
    }
  }
  const std::vector<E> special = {{inf, nan}, {nan, -inf}, {nan, 1}, {0, -T(0)}, {3, -4}};
  const T expected[] = {inf, inf, nan, 0, 5};
  for (const IsaRows& isa : available_isas()) {
    const auto magnitude = run_unary<T, E>(isa, "abs", special);
    for (std::size_t i = 0; i < special.size(); ++i)
      EXPECT_TRUE(same_bits(magnitude[i], expected[i])) << isa.name << i;
  }
}

TYPED_TEST(Complexes, SignHasLengthOne) {
  using T = TypeParam;
  using E = Complex<T>;
  auto values = random_values<T>(5000, std::numeric_limits<T>::max_exponent - 2);
  values.push_back({std::numeric_limits<T>::max(), std::numeric_limits<T>::max()});
  for (const IsaRows& isa : available_isas()) {
    const auto sign = run_unary<E, E>(isa, "sign", values);
    for (std::size_t i = 0; i < values.size(); ++i) {
      const long double x = values[i].re, y = values[i].im, size = std::hypot(x, y);
      const long double error = std::hypot(sign[i].re - x / size, sign[i].im - y / size);
      ASSERT_LE(error, 3 * static_cast<long double>(std::numeric_limits<T>::epsilon()))
          << isa.name << text(values[i]);
    }
    const auto zero = run_unary<E, E>(isa, "sign", std::vector<E>{{-T(0), T(0)}});
    EXPECT_TRUE(same_bits(zero[0], E{0, 0}));
  }
}

TYPED_TEST(Complexes, ComparisonsAndClasses) {
  using T = TypeParam;
  using E = Complex<T>;
  using Byte = std::uint8_t;
  const auto pairs = all_pairs(edge_values<T>());
  for (const IsaRows& isa : available_isas()) {
    const auto equal = run_binary<Byte, E>(isa, "equal", pairs.a, pairs.b);
    const auto different = run_binary<Byte, E>(isa, "not_equal", pairs.a, pairs.b);
    const auto is_nan = run_unary<Byte, E>(isa, "isnan", pairs.a),
               is_inf = run_unary<Byte, E>(isa, "isinf", pairs.a);
    const auto is_finite = run_unary<Byte, E>(isa, "isfinite", pairs.a);
    for (std::size_t i = 0; i < pairs.a.size(); ++i) {
      const E a = pairs.a[i], b = pairs.b[i];
      ASSERT_EQ(equal[i], a.re == b.re && a.im == b.im) << isa.name;
      ASSERT_EQ(different[i], a.re != b.re || a.im != b.im) << isa.name;
      ASSERT_EQ(is_nan[i], std::isnan(a.re) || std::isnan(a.im)) << isa.name;
      ASSERT_EQ(is_inf[i], std::isinf(a.re) || std::isinf(a.im)) << isa.name;
      ASSERT_EQ(is_finite[i], std::isfinite(a.re) && std::isfinite(a.im)) << isa.name;
    }
  }
}

// Fails if an element's bits depend on the ISA or on its neighbours.
TYPED_TEST(Complexes, HaveTheSameBitsOnEveryIsaAndAlone) {
  using T = TypeParam;
  using E = Complex<T>;
  Pairs<E> pairs = all_pairs(edge_values<T>());
  for (const int range : {5, std::numeric_limits<T>::max_exponent - 2}) {
    const auto randoms = random_values<T>(2000, range);
    pairs.a.insert(pairs.a.end(), randoms.begin(), randoms.end());
    pairs.b.insert(pairs.b.end(), randoms.rbegin(), randoms.rend());
  }
  const std::vector<IsaRows> isas = available_isas();
  for (const char* op :
       {"multiply", "divide", "reciprocal", "sign", "square", "negative", "round"}) {
    const bool is_unary = op[0] == 'r' || op[0] == 's' || op[0] == 'n';
    const auto run = [&](const IsaRows& isa, const std::vector<E>& a, const std::vector<E>& b) {
      return is_unary ? run_unary<E, E>(isa, op, a) : run_binary<E, E>(isa, op, a, b);
    };
    const auto first = run(isas[0], pairs.a, pairs.b);
    for (const IsaRows& isa : isas) {
      const auto result = run(isa, pairs.a, pairs.b);
      for (std::size_t i = 0; i < result.size(); ++i) {
        ASSERT_TRUE(same_bits(result[i], first[i]))
            << isa.name << " " << op << text(pairs.a[i]) << text(pairs.b[i]);
        if (i % 31 == 0) {
          ASSERT_TRUE(same_bits(run(isa, {pairs.a[i]}, {pairs.b[i]})[0], first[i]))
              << isa.name << " " << op << " alone";
        }
      }
    }
  }
}

}  // namespace
}  // namespace corepy

// The elementary functions, through the elementwise loops of every ISA that this machine has: error
// bounds against the platform's wider arithmetic, correctly rounded hard points, C99's special
// cases, equal bits on all ISAs and beside any neighbours.
#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cfloat>
#include <cmath>
#include <cstdint>
#include <functional>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "elementwise_runner.h"
#include "math_hard_points.h"

namespace corepy {
namespace {

using namespace testing_elementwise;
using testing_math::hard_points;
using testing_math::HardPoint;
using Wide = long double;

std::vector<IsaRows> elementary_isas() {
  std::vector<IsaRows> found;
#define COREPY_ROW(arity, op, ...) isa.rows.push_back({"", #op, #arity, next++});
#define COREPY_X(isa_name)                             \
  if (is_available(Isa::isa_name)) {                   \
    IsaRows isa{#isa_name, {}};                        \
    const LoopRow* next = isa_name::exponential_loops; \
    COREPY_FOR_EACH_EXPONENTIAL_OP(COREPY_ROW)         \
    next = isa_name::trigonometric_loops;              \
    COREPY_FOR_EACH_TRIGONOMETRIC_OP(COREPY_ROW)       \
    found.push_back(std::move(isa));                   \
  }
  COREPY_FOR_EACH_ISA(COREPY_X)
#undef COREPY_X
#undef COREPY_ROW
  return found;
}

// ---- references ----

// What points that were never tried may add: all but float32's functions of one argument have some.
constexpr double untried_ulp = 0.02;

// The largest errors in units in the last place, as docs/topics/accuracy.md has them
// (tests/docs/test_accuracy_page.py compares). Those of float32 hold for all 2^32 arguments
// (exhaustive_float32.cpp).
struct Bounds {
  double float64, float32;

  template <class T>
  double of() const {
    return sizeof(T) == sizeof(double) ? float64 : float32;
  }
};

struct UnaryFunction {
  const char* name;
  std::function<Wide(Wide)> reference;
  Bounds bounds;
};

#define COREPY_UNARY(name, float64_bound, float32_bound)                         \
  {                                                                              \
    #name, [](Wide x) { return std::name(x); }, { float64_bound, float32_bound } \
  }
const std::vector<UnaryFunction>& unary_functions() {
  static const std::vector<UnaryFunction> functions = {
      COREPY_UNARY(exp, 0.786, 0.782),  COREPY_UNARY(expm1, 0.583, 0.833),
      COREPY_UNARY(log, 0.561, 0.763),  COREPY_UNARY(log1p, 0.75, 0.773),
      COREPY_UNARY(log2, 0.589, 0.888), COREPY_UNARY(log10, 0.553, 0.785),
      COREPY_UNARY(sin, 0.72, 0.9),     COREPY_UNARY(cos, 0.723, 0.89),
      COREPY_UNARY(tan, 0.537, 0.58),   COREPY_UNARY(asin, 0.692, 0.736),
      COREPY_UNARY(acos, 0.665, 0.695), COREPY_UNARY(atan, 0.73, 0.736),
      COREPY_UNARY(sinh, 0.89, 0.918),  COREPY_UNARY(cosh, 0.679, 0.813),
      COREPY_UNARY(tanh, 0.694, 0.778), COREPY_UNARY(asinh, 0.588, 0.769),
      COREPY_UNARY(acosh, 0.56, 0.77),  COREPY_UNARY(atanh, 0.568, 0.811)};
  return functions;
}
#undef COREPY_UNARY

struct BinaryFunction {
  const char* name;
  std::function<Wide(Wide, Wide)> reference;
  Bounds bounds;
};

Wide logaddexp_reference(Wide x, Wide y) {
  if (std::isnan(x) || std::isnan(y)) return x + y;
  const Wide larger = std::max(x, y), smaller = std::min(x, y);
  return std::isinf(larger) ? larger : larger + std::log1p(std::exp(smaller - larger));
}

const std::vector<BinaryFunction>& binary_functions() {
  static const std::vector<BinaryFunction> functions = {
      {"pow", [](Wide x, Wide y) { return std::pow(x, y); }, {0.82, 0.797}},
      {"atan2", [](Wide x, Wide y) { return std::atan2(x, y); }, {0.754, 0.766}},
      {"hypot", [](Wide x, Wide y) { return std::hypot(x, y); }, {0.75, 0.5}},
      {"logaddexp", logaddexp_reference, {0.8, 0.5}}};
  return functions;
}

// ---- comparison ----

template <class T>
using BitsOf = std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>;

// The bits of a result; all NaNs count as one.
template <class T>
BitsOf<T> bits_of(T x) {
  return std::bit_cast<BitsOf<T>>(std::isnan(x) ? std::numeric_limits<T>::quiet_NaN() : x);
}

template <class T>
Wide ulp_of(Wide x) {
  int exponent;
  std::frexp(x, &exponent);
  return std::ldexp(Wide(1), std::max(exponent, std::numeric_limits<T>::min_exponent) -
                                 std::numeric_limits<T>::digits);
}

// What the reference itself may be off by: where long double is double, about an ulp.
template <class T>
constexpr double reference_error_ulp =
    (LDBL_MANT_DIG > std::numeric_limits<T>::digits) ? 0.002 : 1.0;

template <class T>
std::string describe(const char* op, T x, T y, T got, Wide expected) {
  char text[200];
  std::snprintf(text, sizeof text, "%s(%a, %a) = %a, expected %La", op, static_cast<double>(x),
                static_cast<double>(y), static_cast<double>(got), expected);
  return text;
}

// True if `got` is within the bound, and zeros have the right sign.
template <class T>
bool is_close(T got, Wide expected, double bound_ulp) {
  const T rounded = static_cast<T>(expected);
  if (bits_of(got) == bits_of(rounded)) return true;
  if (std::isnan(got) || std::isnan(rounded)) return false;
  if (std::isinf(rounded) && std::isinf(expected)) return false;
  if (std::signbit(got) != std::signbit(rounded)) return false;
  const Wide finite =
      std::isinf(got)
          ? std::copysign(std::ldexp(Wide(1), std::numeric_limits<T>::max_exponent), got)
          : static_cast<Wide>(got);
  return std::fabs(finite - expected) <= (bound_ulp + reference_error_ulp<T>)*ulp_of<T>(expected);
}

// ---- operands ----

template <class T>
std::vector<T> edge_values() {
  using Limits = std::numeric_limits<T>;
  std::vector<T> values;
  for (const T x : {T(0),
                    T(1),
                    T(2),
                    T(3),
                    T(0.5),
                    T(0.25),
                    T(10),
                    T(100),
                    Limits::min(),
                    Limits::max(),
                    Limits::denorm_min(),
                    Limits::infinity(),
                    Limits::quiet_NaN(),
                    T(0.785398163397448),
                    T(1.5707963267948966),
                    T(3.141592653589793),
                    T(0.34657359),
                    T(0.6931471805599453),
                    T(88.72284),
                    T(709.782712893384),
                    T(710.4758),
                    T(745.13),
                    T(103.97),
                    T(1048576),
                    T(1073741824),
                    T(1e22),
                    T(1e37)}) {
    for (const T y : {x, std::nextafter(x, T(0)), std::nextafter(x, Limits::infinity())}) {
      values.push_back(y);
      values.push_back(-y);
    }
  }
  return values;
}

// Uniform over all bit patterns, over [-1, 1], [-10, 10] and [-700, 700], and close to 1, in turn.
template <class T>
std::vector<T> random_values(int count, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::uniform_real_distribution<double> unit(-1, 1);
  std::vector<T> values = edge_values<T>();
  for (int i = 0; i < count; ++i) {
    switch (i % 5) {
      case 0:
        values.push_back(std::bit_cast<T>(static_cast<BitsOf<T>>(random())));
        break;
      case 1:
        values.push_back(static_cast<T>(unit(random)));
        break;
      case 2:
        values.push_back(static_cast<T>(10 * unit(random)));
        break;
      case 3:
        values.push_back(static_cast<T>(700 * unit(random)));
        break;
      default:
        values.push_back(
            static_cast<T>(1 + unit(random) * std::ldexp(1.0, -static_cast<int>(random() % 40))));
    }
  }
  return values;
}

// Pairs whose results are finite and not near 1, mostly: logarithms of opposite sign, magnitudes
// within e^6.
template <class T>
Pairs<T> random_pairs(const std::string& op, int count) {
  Pairs<T> pairs = all_pairs(edge_values<T>());
  std::mt19937_64 random(3);
  std::uniform_real_distribution<double> unit(-1, 1);
  const double largest_log = std::log(static_cast<double>(std::numeric_limits<T>::max()));
  for (int i = 0; i < count; ++i) {
    double x = std::exp(largest_log * unit(random)), y = x * std::exp(6 * unit(random));
    if (op == "pow") {
      if (i % 2 == 0) x = 1 + 0.3 * unit(random);
      y = largest_log * 1.05 * unit(random) / std::max(std::fabs(std::log(x)), 1e-9);
    } else if (op == "logaddexp") {
      x = 50 * std::fabs(unit(random));  // positive: results near 0 have a test of their own
      y = x + 40 * unit(random);
    } else if (i % 3 == 0) {
      x = unit(random);
      y = unit(random);
    }
    pairs.a.push_back(static_cast<T>(x));
    pairs.b.push_back(static_cast<T>(y));
  }
  return pairs;
}

constexpr int random_count = 60000;
constexpr int most_failures_shown = 5;

template <class T>
void check_same_bits(const std::string& op, const IsaRows& isa, const std::vector<T>& got,
                     const std::vector<T>& expected) {
  for (std::size_t i = 0; i < got.size(); ++i) {
    ASSERT_EQ(bits_of(got[i]), bits_of(expected[i]))
        << op << " on " << isa.name << ", element " << i;
  }
}

template <class T>
void check_unary(const UnaryFunction& function) {
  const std::vector<T> x = random_values<T>(random_count, 1);
  const std::vector<IsaRows> isas = elementary_isas();
  const std::vector<T> got = run_unary<T>(isas[0], function.name, x);
  const double bound = function.bounds.of<T>() + (sizeof(T) == 4 ? 0 : untried_ulp);
  int failures = 0;
  for (std::size_t i = 0; i < x.size() && failures < most_failures_shown; ++i) {
    const Wide expected = function.reference(x[i]);
    if (is_close(got[i], expected, bound)) continue;
    ++failures;
    ADD_FAILURE() << describe(function.name, x[i], T(0), got[i], expected);
  }
  for (const IsaRows& isa : isas)
    check_same_bits(function.name, isa, run_unary<T>(isa, function.name, x), got);
}

template <class T>
void check_binary(const BinaryFunction& function) {
  const Pairs<T> pairs = random_pairs<T>(function.name, random_count);
  const std::vector<IsaRows> isas = elementary_isas();
  const std::vector<T> got = run_binary<T>(isas[0], function.name, pairs.a, pairs.b);
  const double bound = function.bounds.of<T>() + untried_ulp;
  int failures = 0;
  for (std::size_t i = 0; i < got.size() && failures < most_failures_shown; ++i) {
    const Wide expected = function.reference(pairs.a[i], pairs.b[i]);
    if (is_close(got[i], expected, bound)) continue;
    // ln(e^x + e^y) near 0: the plain reference cancels there.
    if (std::string(function.name) == "logaddexp" && std::fabs(expected) < 0.1) continue;
    ++failures;
    ADD_FAILURE() << describe(function.name, pairs.a[i], pairs.b[i], got[i], expected);
  }
  for (const IsaRows& isa : isas) {
    check_same_bits(function.name, isa, run_binary<T>(isa, function.name, pairs.a, pairs.b), got);
  }
}

class UnaryAccuracy : public testing::TestWithParam<UnaryFunction> {};
TEST_P(UnaryAccuracy, Float32IsWithinItsBoundOnEveryIsa) { check_unary<float>(GetParam()); }
TEST_P(UnaryAccuracy, Float64IsWithinItsBoundOnEveryIsa) { check_unary<double>(GetParam()); }
INSTANTIATE_TEST_SUITE_P(Math, UnaryAccuracy, testing::ValuesIn(unary_functions()),
                         [](const auto& info) { return std::string(info.param.name); });

class BinaryAccuracy : public testing::TestWithParam<BinaryFunction> {};
TEST_P(BinaryAccuracy, Float32IsWithinItsBoundOnEveryIsa) { check_binary<float>(GetParam()); }
TEST_P(BinaryAccuracy, Float64IsWithinItsBoundOnEveryIsa) { check_binary<double>(GetParam()); }
INSTANTIATE_TEST_SUITE_P(Math, BinaryAccuracy, testing::ValuesIn(binary_functions()),
                         [](const auto& info) { return std::string(info.param.name); });

bool is_binary(const char* op) {
  return std::any_of(binary_functions().begin(), binary_functions().end(),
                     [op](const BinaryFunction& f) { return std::string(f.name) == op; });
}

template <class T>
T evaluate_one(const IsaRows& isa, const char* op, T x, T y) {
  return is_binary(op) ? run_binary<T>(isa, op, std::vector<T>{x}, std::vector<T>{y})[0]
                       : run_unary<T>(isa, op, std::vector<T>{x})[0];
}

TEST(MathAccuracy, HardPointsAreWithinOneUlp) {
  for (const IsaRows& isa : elementary_isas()) {
    for (const HardPoint& point : hard_points) {
      const double got = evaluate_one(isa, point.op, point.x, point.y);
      const bool is_near = got == point.expected ||
                           got == std::nextafter(point.expected, -INFINITY) ||
                           got == std::nextafter(point.expected, INFINITY);
      EXPECT_TRUE(is_near) << isa.name << " "
                           << describe(point.op, point.x, point.y, got, point.expected);
    }
  }
}

// x and y around the logarithms of two probabilities that add to 1: the result is the difference of
// two numbers near 1.
TEST(MathAccuracy, LogaddexpKeepsItsDigitsNearZero) {
  constexpr double x = -0x1.62e42fefa39efp-1;         // ln(1/2), rounded
  constexpr double expected = 0x1.abc9e3b39803fp-56;  // logaddexp(x, x), correctly rounded
  for (const IsaRows& isa : elementary_isas()) {
    EXPECT_NEAR(evaluate_one(isa, "logaddexp", x, x), expected, 0x1p-98) << isa.name;
    // ln(1/4), ln(3/4) and their neighbours
    const float got = evaluate_one(isa, "logaddexp", -1.3862943611198906f, -0.28768207245178096f);
    EXPECT_EQ(got, -0x1.83c42cp-27f) << isa.name;
  }
}

// ---- special cases ----

struct SpecialCase {
  const char* op;
  double x, y, expected;
};
constexpr double inf = std::numeric_limits<double>::infinity(),
                 nan = std::numeric_limits<double>::quiet_NaN();
constexpr double pi = 3.141592653589793;

const SpecialCase special_cases[] = {{"exp", -inf, 0, 0.0},
                                     {"exp", inf, 0, inf},
                                     {"exp", -0.0, 0, 1},
                                     {"expm1", -0.0, 0, -0.0},
                                     {"expm1", -inf, 0, -1},
                                     {"expm1", inf, 0, inf},
                                     {"log", 0.0, 0, -inf},
                                     {"log", -0.0, 0, -inf},
                                     {"log", -1, 0, nan},
                                     {"log", inf, 0, inf},
                                     {"log", 1, 0, 0.0},
                                     {"log", -inf, 0, nan},
                                     {"log2", 8, 0, 3},
                                     {"log2", 0.125, 0, -3},
                                     {"log10", 1000, 0, 3},
                                     {"log1p", -0.0, 0, -0.0},
                                     {"log1p", -1, 0, -inf},
                                     {"log1p", -2, 0, nan},
                                     {"log1p", inf, 0, inf},
                                     {"sin", -0.0, 0, -0.0},
                                     {"sin", inf, 0, nan},
                                     {"cos", -0.0, 0, 1},
                                     {"cos", -inf, 0, nan},
                                     {"tan", -0.0, 0, -0.0},
                                     {"tan", inf, 0, nan},
                                     {"asin", -0.0, 0, -0.0},
                                     {"asin", 1.5, 0, nan},
                                     {"acos", 1, 0, 0.0},
                                     {"acos", -1.5, 0, nan},
                                     {"acos", -1, 0, pi},
                                     {"asin", -1, 0, -pi / 2},
                                     {"atan", -0.0, 0, -0.0},
                                     {"atan", -inf, 0, -pi / 2},
                                     {"sinh", -0.0, 0, -0.0},
                                     {"sinh", -inf, 0, -inf},
                                     {"cosh", -inf, 0, inf},
                                     {"cosh", -0.0, 0, 1},
                                     {"tanh", -0.0, 0, -0.0},
                                     {"tanh", -inf, 0, -1},
                                     {"asinh", -0.0, 0, -0.0},
                                     {"asinh", -inf, 0, -inf},
                                     {"acosh", 1, 0, 0.0},
                                     {"acosh", 0.5, 0, nan},
                                     {"acosh", -inf, 0, nan},
                                     {"acosh", inf, 0, inf},
                                     {"atanh", -0.0, 0, -0.0},
                                     {"atanh", 1, 0, inf},
                                     {"atanh", -1, 0, -inf},
                                     {"atanh", 2, 0, nan},
                                     {"pow", nan, 0.0, 1},
                                     {"pow", 1, nan, 1},
                                     {"pow", -1, inf, 1},
                                     {"pow", 0.0, -3, inf},
                                     {"pow", -0.0, -3, -inf},
                                     {"pow", -0.0, -2, inf},
                                     {"pow", -0.0, 3, -0.0},
                                     {"pow", -0.0, 2.5, 0.0},
                                     {"pow", 0.5, -inf, inf},
                                     {"pow", 2, -inf, 0.0},
                                     {"pow", -inf, 3, -inf},
                                     {"pow", -inf, -3, -0.0},
                                     {"pow", -inf, 0.5, inf},
                                     {"pow", -2, 0.5, nan},
                                     {"pow", -2, 3, -8},
                                     {"pow", nan, 1, nan},
                                     {"pow", 2, nan, nan},
                                     {"pow", inf, -1, 0.0},
                                     {"pow", -2, -inf, 0.0},
                                     {"atan2", 0.0, -0.0, pi},
                                     {"atan2", -0.0, -0.0, -pi},
                                     {"atan2", -0.0, 0.0, -0.0},
                                     {"atan2", 0.0, -1, pi},
                                     {"atan2", -1, 0.0, -pi / 2},
                                     {"atan2", 1, -inf, pi},
                                     {"atan2", -1, inf, -0.0},
                                     {"atan2", inf, inf, pi / 4},
                                     {"atan2", -inf, 3, -pi / 2},
                                     {"atan2", inf, -inf, 3 * (pi / 4)},
                                     {"atan2", nan, 1, nan},
                                     {"atan2", 1, nan, nan},
                                     {"hypot", inf, nan, inf},
                                     {"hypot", nan, -inf, inf},
                                     {"hypot", nan, 1, nan},
                                     {"hypot", -0.0, -0.0, 0.0},
                                     {"hypot", -3, 4, 5},
                                     {"logaddexp", -inf, -inf, -inf},
                                     {"logaddexp", inf, -inf, inf},
                                     {"logaddexp", -inf, 3, 3},
                                     {"logaddexp", nan, -inf, nan},
                                     {"logaddexp", inf, nan, nan},
                                     {"logaddexp", -0.0, -inf, 0.0}};

TEST(MathAccuracy, SpecialCasesAreC99s) {
  for (const IsaRows& isa : elementary_isas()) {
    for (const SpecialCase& c : special_cases) {
      const double got = evaluate_one<double>(isa, c.op, c.x, c.y);
      EXPECT_EQ(bits_of(got), bits_of(c.expected))
          << isa.name << " " << describe(c.op, c.x, c.y, got, c.expected);
      const auto x = static_cast<float>(c.x), y = static_cast<float>(c.y),
                 expected = static_cast<float>(c.expected);
      const float single = evaluate_one<float>(isa, c.op, x, y);
      EXPECT_EQ(bits_of(single), bits_of(expected))
          << isa.name << " " << describe(c.op, x, y, single, expected);
    }
    for (const UnaryFunction& function : unary_functions()) {
      EXPECT_TRUE(std::isnan(evaluate_one<double>(isa, function.name, nan, 0)))
          << isa.name << " " << function.name;
      EXPECT_TRUE(std::isnan(evaluate_one<float>(isa, function.name, static_cast<float>(nan), 0)))
          << isa.name << " " << function.name;
    }
  }
}

// ---- neighbours ----

// Each element computed alone has the bits that it has among values that take every rare path.
template <class T>
void check_neighbours(const IsaRows& isa) {
  std::vector<T> x = random_values<T>(300, 5), y = x;
  std::shuffle(x.begin(), x.end(), std::mt19937_64(9));
  std::shuffle(y.begin(), y.end(), std::mt19937_64(10));
  const auto check = [&](const char* op, const std::vector<T>& together) {
    for (std::size_t i = 0; i < x.size(); ++i) {
      const T alone = evaluate_one<T>(isa, op, x[i], y[i]);
      ASSERT_EQ(bits_of(together[i]), bits_of(alone))
          << isa.name << " " << describe<T>(op, x[i], y[i], together[i], alone);
    }
  };
  for (const UnaryFunction& f : unary_functions()) check(f.name, run_unary<T>(isa, f.name, x));
  for (const BinaryFunction& f : binary_functions())
    check(f.name, run_binary<T>(isa, f.name, x, y));
}

TEST(MathAccuracy, BitsDoNotDependOnNeighbours) {
  for (const IsaRows& isa : elementary_isas()) {
    check_neighbours<float>(isa);
    check_neighbours<double>(isa);
  }
}

}  // namespace
}  // namespace corepy

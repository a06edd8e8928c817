// The formulas of vec/ on real numbers, through the elementwise loops of every ISA this machine
// has: 8-bit integers exhaustively, wider ones and floats on edge values and random bits, against
// plain C++. Complex numbers are in vec_complex_test.cpp, casts in cast_test.cpp.
#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <string>
#include <type_traits>
#include <vector>

#include "corepy/kernels/elementwise_formula.h"
#include "elementwise_values.h"

namespace corepy {
namespace {

using namespace testing_elementwise;

// ---- which formulas share a loop; the tests below show that those which do give the right bits

static_assert(formula::ignores_sign("vec::add(a, b)"));
static_assert(formula::ignores_sign("a"));
static_assert(formula::ignores_sign("vec::is_true(a) & vec::is_true(b)"));
static_assert(formula::ignores_sign("vec::logical_not(vec::equal(a, b))"));
static_assert(!formula::ignores_sign("vec::abs(a)"));
static_assert(!formula::ignores_sign("vec::logical_not(vec::less(a, b))"));
static_assert(!formula::ignores_sign("vec::bitwise_right_shift(a, b, flags)"));
static_assert(!formula::ignores_sign("vec::add_saturated(a, b)"));
static_assert(!formula::ignores_sign("a > b"));
static_assert(formula::commutes("vec::add(a, b)"));
static_assert(!formula::commutes("vec::add(a, vec::square(b))"));
static_assert(!formula::commutes("vec::subtract(a, b)"));
static_assert(formula::raises_flags("vec::pow(a, b, flags)"));
static_assert(!formula::raises_flags("vec::pow(a, b)"));

// ---- integers ----

__extension__ typedef __int128 Wide;  // holds every product and quotient of 64-bit integers

template <class T>
T wrap(Wide x) {
  return static_cast<T>(static_cast<std::uint64_t>(x));
}
template <class T>
Wide floor_quotient(T a, T b) {
  Wide q = Wide(a) / Wide(b);
  if (Wide(a) % Wide(b) != 0 && ((a < 0) != (b < 0))) --q;
  return q;
}
template <class T>
class Integers : public ::testing::Test {};
using IntegerTypes = ::testing::Types<std::int8_t, std::int16_t, std::int32_t, std::int64_t,
                                      std::uint8_t, std::uint16_t, std::uint32_t, std::uint64_t>;
TYPED_TEST_SUITE(Integers, IntegerTypes);

TYPED_TEST(Integers, ArithmeticWraps) {
  using T = TypeParam;
  const auto pairs = all_pairs(integer_values<T>());
  check_binary<T, T>("add", pairs, [](T a, T b) { return wrap<T>(Wide(a) + b); });
  check_binary<T, T>("subtract", pairs, [](T a, T b) { return wrap<T>(Wide(a) - b); });
  check_binary<T, T>("multiply", pairs, [](T a, T b) {
    return static_cast<T>(static_cast<std::uint64_t>(a) * static_cast<std::uint64_t>(b));
  });
  check_binary<T, T>("minimum", pairs, [](T a, T b) { return b < a ? b : a; });
  check_binary<T, T>("maximum", pairs, [](T a, T b) { return a < b ? b : a; });
  const auto values = integer_values<T>();
  check_unary<T, T>("negative", values, [](T a) { return wrap<T>(-Wide(a)); });
  check_unary<T, T>("abs", values, [](T a) { return wrap<T>(a < 0 ? -Wide(a) : Wide(a)); });
  check_unary<T, T>("sign", values, [](T a) { return static_cast<T>((a > 0) - (a < 0)); });
  check_unary<T, T>("square", values, [](T a) {
    return static_cast<T>(static_cast<std::uint64_t>(a) * static_cast<std::uint64_t>(a));
  });
  for (const char* op : {"floor", "ceil", "trunc", "round", "positive"}) {
    check_unary<T, T>(op, values, [](T a) { return a; });
  }
}

TYPED_TEST(Integers, DivisionRoundsDownAndZeroGivesZero) {
  using T = TypeParam;
  const auto pairs = all_pairs(integer_values<T>());
  check_binary<T, T>("floor_divide", pairs,
                     [](T a, T b) { return b == 0 ? T(0) : wrap<T>(floor_quotient(a, b)); });
  check_binary<T, T>("remainder", pairs, [](T a, T b) {
    return b == 0 ? T(0) : wrap<T>(Wide(a) - floor_quotient(a, b) * b);
  });
}

TYPED_TEST(Integers, QuotientsNextToWholeNumbers) {
  using T = TypeParam;
  // a quotient of floating numbers could round up to the next integer; stretches of operands of
  // each magnitude
  std::mt19937_64 random(29);
  Pairs<T> pairs;
  int bits = 0;
  for (int i = 0; i < 20000; ++i) {
    if (i % 64 == 0) bits = i / 64 % std::numeric_limits<T>::digits + 1;
    const int b_bits = 1 + static_cast<int>(random() % bits);
    const int quotient_bits = bits - b_bits;
    const std::uint64_t b = (random() >> (64 - b_bits)) | 1;
    const std::uint64_t quotient = quotient_bits == 0 ? 0 : random() >> (64 - quotient_bits);
    const std::uint64_t a = quotient * b + random() % 3 - 1;
    pairs.a.push_back(static_cast<T>(random() % 2 == 0 ? a : 0 - a));
    pairs.b.push_back(static_cast<T>(random() % 2 == 0 ? b : 0 - b));
    if (pairs.b.back() == 0) pairs.b.back() = 1;
  }
  check_binary<T, T>("floor_divide", pairs, [](T a, T b) { return wrap<T>(floor_quotient(a, b)); });
  check_binary<T, T>("remainder", pairs,
                     [](T a, T b) { return wrap<T>(Wide(a) - floor_quotient(a, b) * b); });
}

TYPED_TEST(Integers, ShiftsPastTheWidthAreDefined) {
  using T = TypeParam;
  constexpr int width = sizeof(T) * 8;
  Pairs<T> pairs = all_pairs(integer_values<T>());
  check_binary<T, T>("bitwise_left_shift", pairs, [](T a, T b) {
    return b < 0 || static_cast<std::uint64_t>(b) >= width
               ? T(0)
               : static_cast<T>(static_cast<std::uint64_t>(a) << b);
  });
  check_binary<T, T>("bitwise_right_shift", pairs, [](T a, T b) {
    if (b < 0) return T(0);
    return static_cast<std::uint64_t>(b) >= width ? static_cast<T>(a < 0 ? -1 : 0)
                                                  : static_cast<T>(a >> b);
  });
}

TYPED_TEST(Integers, BitwiseAndComparisons) {
  using T = TypeParam;
  const auto pairs = all_pairs(integer_values<T>());
  check_binary<T, T>("bitwise_and", pairs, [](T a, T b) { return static_cast<T>(a & b); });
  check_binary<T, T>("bitwise_or", pairs, [](T a, T b) { return static_cast<T>(a | b); });
  check_binary<T, T>("bitwise_xor", pairs, [](T a, T b) { return static_cast<T>(a ^ b); });
  check_unary<T, T>("bitwise_invert", pairs.a, [](T a) { return static_cast<T>(~a); });
  using Byte = std::uint8_t;
  check_binary<Byte, T>("equal", pairs, [](T a, T b) { return Byte(a == b); });
  check_binary<Byte, T>("not_equal", pairs, [](T a, T b) { return Byte(a != b); });
  check_binary<Byte, T>("less", pairs, [](T a, T b) { return Byte(a < b); });
  check_binary<Byte, T>("less_equal", pairs, [](T a, T b) { return Byte(a <= b); });
  check_binary<Byte, T>("greater", pairs, [](T a, T b) { return Byte(a > b); });
  check_binary<Byte, T>("greater_equal", pairs, [](T a, T b) { return Byte(a >= b); });
  check_binary<Byte, T>("logical_xor", pairs, [](T a, T b) { return Byte((a != 0) != (b != 0)); });
  check_unary<Byte, T>("logical_not", pairs.a, [](T a) { return Byte(a == 0); });
  check_unary<Byte, T>("isfinite", pairs.a, [](T) { return Byte(1); });
  check_unary<Byte, T>("isnan", pairs.a, [](T) { return Byte(0); });
}

TYPED_TEST(Integers, PowerWraps) {
  using T = TypeParam;
  const auto pairs = all_pairs(integer_values<T>());
  check_binary<T, T>("pow", pairs, [](T base, T exponent) {
    if (exponent < 0) return T(0);
    std::uint64_t result = 1, power = static_cast<std::uint64_t>(base);
    for (auto e = static_cast<std::uint64_t>(exponent); e != 0; e >>= 1) {
      if (e & 1) result *= power;
      power *= power;
    }
    return static_cast<T>(result);
  });
  for (const IsaRows& isa : available_isas()) {
    for (const std::size_t length : {1u, 7u, 64u, 65u}) {
      const std::vector<T> base(length, T(2));
      std::vector<T> exponent(length, T(3));
      std::uint32_t flags = 0;
      run_binary<T, T>(isa, "pow", base, exponent, &flags);
      EXPECT_EQ(flags, 0u) << isa.name << " length " << length;
      exponent[length - 1] = static_cast<T>(-1);
      run_binary<T, T>(isa, "pow", base, exponent, &flags);
      EXPECT_EQ(flags, std::is_signed_v<T> ? loop_flag_negative_integer_power : 0u) << isa.name;
    }
  }
}

TYPED_TEST(Integers, FlagsAreRaisedByTheLanesThatDeserveThem) {
  using T = TypeParam;
  // each length has a partial vector at its end, whose unused lanes must raise nothing
  for (const std::size_t length : {1u, 3u, 15u, 64u, 67u, 200u}) {
    const std::vector<T> ones(length, T(1));
    for (const IsaRows& isa : available_isas()) {
      for (const char* op : {"floor_divide", "remainder"}) {
        std::uint32_t flags = 0;
        run_binary<T, T>(isa, op, ones, ones, &flags);
        EXPECT_EQ(flags, 0u) << isa.name << " " << op << " length " << length;
        for (const std::size_t at : {std::size_t{0}, length / 2, length - 1}) {
          std::vector<T> divisor = ones;
          divisor[at] = 0;
          run_binary<T, T>(isa, op, ones, divisor, &flags);
          EXPECT_EQ(flags, loop_flag_integer_divide_by_zero)
              << isa.name << " " << op << " at " << at;
        }
      }
      for (const char* op : {"bitwise_left_shift", "bitwise_right_shift"}) {
        std::uint32_t flags = 0;
        run_binary<T, T>(isa, op, ones, ones, &flags);
        EXPECT_EQ(flags, 0u);
        std::vector<T> counts = ones;
        counts[length - 1] = static_cast<T>(-1);
        run_binary<T, T>(isa, op, ones, counts, &flags);
        EXPECT_EQ(flags, std::is_signed_v<T> ? loop_flag_negative_shift : 0u)
            << isa.name << " " << op;
      }
    }
  }
}

// ---- floats ----

template <class T>
T python_remainder(T a, T b) {
  if (std::isinf(b) && std::isfinite(a)) {
    if (a == 0) return std::copysign(T(0), b);
    return std::signbit(a) == std::signbit(b) ? a : b;
  }
  T m = std::fmod(a, b);  // exact in every C library
  if (m == 0) return std::copysign(T(0), b);
  return (m < 0) != (b < 0) ? m + b : m;
}

template <class T>
class Floats : public ::testing::Test {};
using FloatTypes = ::testing::Types<float, double>;
TYPED_TEST_SUITE(Floats, FloatTypes);

TYPED_TEST(Floats, Arithmetic) {
  using T = TypeParam;
  const auto pairs = all_pairs(float_values<T>());
  check_binary<T, T>("add", pairs, [](T a, T b) { return a + b; });
  check_binary<T, T>("subtract", pairs, [](T a, T b) { return a - b; });
  check_binary<T, T>("multiply", pairs, [](T a, T b) { return a * b; });
  check_binary<T, T>("divide", pairs, [](T a, T b) { return a / b; });
  check_binary<T, T>("copysign", pairs, [](T a, T b) { return std::copysign(a, b); });
  check_binary<T, T>("nextafter", pairs, [](T a, T b) { return std::nextafter(a, b); });
  check_unary<T, T>("square", pairs.a, [](T a) { return a * a; });
  check_unary<T, T>("reciprocal", pairs.a, [](T a) { return T(1) / a; });
  check_unary<T, T>("sqrt", pairs.a, [](T a) { return std::sqrt(a); });
  check_unary<T, T>("negative", pairs.a, [](T a) { return -a; });
  check_unary<T, T>("abs", pairs.a, [](T a) { return std::fabs(a); });
  check_unary<T, T>("sign", pairs.a, [](T a) { return a != a ? a : T((a > 0) - (a < 0)); });
}

// Alone and next to lanes that take the general way.
TYPED_TEST(Floats, PowersThatAreOneOperation) {
  using T = TypeParam;
  Pairs<T> pairs;
  const std::vector<T> values = float_values<T>();
  for (const T y : {T(2), T(0.5), T(-1), T(1)}) {
    for (const T x : values) {
      for (const T other : {y, T(3)}) {
        pairs.a.insert(pairs.a.end(), {x, T(1)});
        pairs.b.insert(pairs.b.end(), {y, other});
      }
    }
  }
  check_binary<T, T>("pow", pairs, [](T x, T y) {
    if (x == T(1)) return T(1);
    if (y == T(2)) return x * x;
    if (y == T(-1)) return T(1) / x;
    if (y == T(1)) return x;
    return std::isinf(x) ? std::fabs(x) : std::sqrt(x + T(0));  // C99: of -0 it is +0
  });
}

TYPED_TEST(Floats, ExtremaPropagateNanAndOrderZeros) {
  using T = TypeParam;
  const auto pairs = all_pairs(float_values<T>());
  const auto smaller = [](T a, T b) {
    if (a != a || b != b) return std::numeric_limits<T>::quiet_NaN();
    if (a == b) return std::signbit(a) ? a : b;
    return a < b ? a : b;
  };
  check_binary<T, T>("minimum", pairs, smaller);
  check_binary<T, T>("maximum", pairs, [&](T a, T b) { return -smaller(-a, -b); });
}

TYPED_TEST(Floats, RoundingIsExactAndKeepsTheSignOfZero) {
  using T = TypeParam;
  std::vector<T> values = float_values<T>();
  std::mt19937_64 random(13);
  for (int i = 0; i < 20000; ++i) {
    values.push_back(std::bit_cast<T>(static_cast<Bits<T>>(random())));
    values.push_back(static_cast<T>(static_cast<std::int64_t>(random() % 4001) - 2000) /
                     T(2));  // ties
    values.push_back(
        std::ldexp(static_cast<T>(random() % 1000003), std::numeric_limits<T>::digits - 21));
  }
  check_unary<T, T>("floor", values, [](T a) { return std::floor(a); });
  check_unary<T, T>("ceil", values, [](T a) { return std::ceil(a); });
  check_unary<T, T>("trunc", values, [](T a) { return std::trunc(a); });
  check_unary<T, T>("round", values, [](T a) { return std::nearbyint(a); });
}

TYPED_TEST(Floats, RemainderIsExactForAllMagnitudes) {
  using T = TypeParam;
  Pairs<T> pairs = all_pairs(float_values<T>());
  std::mt19937_64 random(17);
  for (int i = 0; i < 20000;
       ++i) {  // quotients near integers, where the rounded quotient is one too large
    const T b = static_cast<T>(1 + random() % 1000) / T(7);
    const T a = b * static_cast<T>(random() % 100000);
    pairs.a.push_back(random() % 2 ? std::nextafter(a, T(0)) : a);
    pairs.b.push_back(random() % 2 ? b : -b);
  }
  check_binary<T, T>("remainder", pairs, [](T a, T b) { return python_remainder(a, b); });
}

// floor(a / b) of float32 operands, exactly: in integers where the quotient is below 2^24, from
// which on the caller accepts the rounded quotient or its neighbour.
TEST(FloorDivide, OfFloat32IsTheRoundedFloorOfTheExactQuotient) {
  Pairs<float> pairs = all_pairs(float_values<float>());
  for (const IsaRows& isa : available_isas()) {
    const auto got = run_binary<float, float>(isa, "floor_divide", pairs.a, pairs.b);
    for (std::size_t i = 0; i < got.size(); ++i) {
      const double a = pairs.a[i], b = pairs.b[i];
      if (!std::isfinite(a) || !std::isfinite(b) || b == 0) continue;
      // fmod is exact, and a - fmod(a, b) is a multiple of b below 2^24 b: 48 bits
      const double magnitude = std::fabs(a / b);
      if (magnitude >= 0x1p24) continue;
      double quotient = (a - std::fmod(a, b)) / b;
      if (std::fmod(a, b) != 0 && (a < 0) != (b < 0)) quotient -= 1;
      if (std::fabs(std::fmod(a, b)) == std::fabs(a))
        quotient = a == 0 || std::isinf(b) ? a / b : ((a < 0) != (b < 0) ? -1 : 0);
      EXPECT_EQ(canonical_bits(got[i]), canonical_bits(static_cast<float>(quotient)))
          << isa.name << " floor_divide(" << a << ", " << b << ") = " << got[i];
    }
  }
}

TYPED_TEST(Floats, FloorDivideOfSpecialOperands) {
  using T = TypeParam;
  constexpr T inf = std::numeric_limits<T>::infinity(), nan = std::numeric_limits<T>::quiet_NaN();
  constexpr T large = std::numeric_limits<T>::max(), tiny = std::numeric_limits<T>::denorm_min();
  struct Case {
    T a, b, quotient;
  };
  const Case cases[] = {
      {T(7), T(2), T(3)},    {T(-7), T(2), T(-4)}, {T(7), T(-2), T(-4)}, {T(-7), T(-2), T(3)},
      {T(1), T(0.1), T(9)},  {T(0), T(5), T(0)},   {T(0), T(-5), -T(0)}, {-T(0), T(5), -T(0)},
      {-T(0), T(-5), T(0)},  {T(5), T(0), inf},    {T(-5), T(0), -inf},  {T(5), -T(0), -inf},
      {T(0), T(0), nan},     {inf, T(2), inf},     {inf, T(-2), -inf},   {-inf, T(2), -inf},
      {inf, inf, nan},       {T(5), inf, T(0)},    {T(5), -inf, -T(0)},  {T(-5), inf, -T(0)},
      {T(-5), -inf, T(0)},   {T(0), inf, T(0)},    {T(0), -inf, -T(0)},  {nan, T(1), nan},
      {T(1), nan, nan},      {nan, inf, nan},      {large, T(1), large}, {large, tiny, inf},
      {-tiny, large, T(-1)}, {tiny, large, T(0)},  {tiny, -tiny, T(-1)}, {inf, T(0), inf},
      {T(5), T(7), T(0)},    {T(-5), T(7), T(-1)},
  };
  Pairs<T> pairs;
  std::vector<T> expected;
  for (const Case& c : cases) {
    pairs.a.push_back(c.a);
    pairs.b.push_back(c.b);
    expected.push_back(c.quotient);
  }
  std::size_t next = 0;
  check_binary<T, T>("floor_divide", pairs, [&](T, T) { return expected[next++]; });
}

TYPED_TEST(Floats, ComparisonsAndClasses) {
  using T = TypeParam;
  using Byte = std::uint8_t;
  const auto pairs = all_pairs(float_values<T>());
  check_binary<Byte, T>("equal", pairs, [](T a, T b) { return Byte(a == b); });
  check_binary<Byte, T>("not_equal", pairs, [](T a, T b) { return Byte(a != b); });
  check_binary<Byte, T>("less", pairs, [](T a, T b) { return Byte(a < b); });
  check_binary<Byte, T>("less_equal", pairs, [](T a, T b) { return Byte(a <= b); });
  check_binary<Byte, T>("greater", pairs, [](T a, T b) { return Byte(a > b); });
  check_binary<Byte, T>("greater_equal", pairs, [](T a, T b) { return Byte(a >= b); });
  check_unary<Byte, T>("isnan", pairs.a, [](T a) { return Byte(std::isnan(a)); });
  check_unary<Byte, T>("isinf", pairs.a, [](T a) { return Byte(std::isinf(a)); });
  check_unary<Byte, T>("isfinite", pairs.a, [](T a) { return Byte(std::isfinite(a)); });
  check_unary<Byte, T>("signbit", pairs.a, [](T a) { return Byte(std::signbit(a)); });
}

// ---- bool ----

TEST(Bools, AnyByteButZeroIsTrue) {
  std::vector<std::uint8_t> bytes;
  for (int i = 0; i < 256; ++i) bytes.push_back(static_cast<std::uint8_t>(i));
  const auto pairs = all_pairs(bytes);
  const auto run = [&](const IsaRows& isa, const char* op) {
    return run_loop<std::uint8_t>(isa.find(op, DType::bool_),
                                  {{pairs.a.data(), 1}, {pairs.b.data(), 1}},
                                  static_cast<std::int64_t>(pairs.a.size()));
  };
  for (const IsaRows& isa : available_isas()) {
    const auto both = run(isa, "logical_and"), either = run(isa, "bitwise_or"),
               one = run(isa, "bitwise_xor");
    const auto same = run(isa, "equal"), neither_less = run(isa, "not_equal");
    for (std::size_t i = 0; i < pairs.a.size(); ++i) {
      const bool a = pairs.a[i] != 0, b = pairs.b[i] != 0;
      ASSERT_EQ(both[i], a && b);
      ASSERT_EQ(either[i], a || b);
      ASSERT_EQ(one[i], a != b);
      ASSERT_EQ(same[i], a == b);
      ASSERT_EQ(neither_less[i], a != b);
    }
  }
}

TEST(Where, TakesTheOperandThatTheConditionNames) {
  const std::int64_t n = 203;
  const auto check = [&](auto zero) {
    using T = decltype(zero);
    std::vector<std::uint8_t> condition;
    std::vector<T> a, b;
    for (std::int64_t i = 0; i < n; ++i) {
      condition.push_back(static_cast<std::uint8_t>(i % 3 == 0 ? 0 : i));
      a.push_back(static_cast<T>(i % 100));
      b.push_back(static_cast<T>(100 - i % 100));
    }
    for (const IsaRows& isa : available_isas()) {
      const auto got =
          run_loop<T>(isa.find("where", dtype_of<T>),
                      {{condition.data(), 1}, {a.data(), sizeof(T)}, {b.data(), sizeof(T)}}, n);
      for (std::size_t i = 0; i < got.size(); ++i)
        ASSERT_EQ(got[i], condition[i] != 0 ? a[i] : b[i]) << isa.name << i;
    }
  };
  check(std::int8_t{});
  check(std::int16_t{});
  check(std::int32_t{});
  check(std::int64_t{});
  check(float{});
  check(double{});
}

// ---- what every formula must hold ----

// Fails if an element's bits depend on the ISA, on its position or on its neighbours: each operator
// runs on rows of edge values in two orders and lengths, and all ISAs must agree bit by bit.
TEST(EveryRow, HasTheSameBitsOnEveryIsa) {
  const std::vector<IsaRows> isas = available_isas();
  const auto check = [&](auto zero) {
    using T = decltype(zero);
    std::vector<T> values;
    if constexpr (std::is_integral_v<T>) {
      values = integer_values<T>();
    } else {
      values = float_values<T>();
    }
    const auto pairs = all_pairs(values);
    const auto n = static_cast<std::int64_t>(pairs.a.size());
    for (std::size_t r = 0; r < isas[0].rows.size(); ++r) {
      const NamedRow& row = isas[0].rows[r];
      if (row.group == "exponential" || row.arity == "where" ||
          row.row->loop[static_cast<int>(dtype_of<T>)] == nullptr)
        continue;
      const bool is_mask = row.group == "comparison";
      std::vector<std::vector<T>> results;
      std::vector<std::vector<std::uint8_t>> masks;
      for (const IsaRows& isa : isas) {
        const Loop loop = isa.rows[r].row->loop[static_cast<int>(dtype_of<T>)];
        ASSERT_NE(loop, nullptr);
        const auto run = [&](auto out, std::size_t first, std::int64_t count) {
          using Out = decltype(out);
          const std::pair<const void*, std::size_t> a{&pairs.a[first], sizeof(T)},
              b{&pairs.b[first], sizeof(T)};
          if (row.arity == "unary") return run_loop<Out>(loop, {a}, count);
          if (row.arity == "binary") return run_loop<Out>(loop, {a, b}, count);
          return run_loop<Out>(loop, {a, b, a}, count);
        };
        if (is_mask) {
          masks.push_back(run(std::uint8_t{}, 0, n));
          EXPECT_EQ(masks[0], masks.back()) << isa.name << " " << row.name;
        } else {
          results.push_back(run(T{}, 0, n));
          expect_same(results.back(), results[0], pairs.a, pairs.b,
                      isa.name + " " + std::string(row.name));
          // alone, an element gives what it gives among others
          for (std::size_t i = 0; i < pairs.a.size(); i += 97) {
            ASSERT_EQ(canonical_bits(run(T{}, i, 1)[0]), canonical_bits(results.back()[i]))
                << isa.name << " " << row.name;
          }
        }
      }
    }
  };
  check(std::int8_t{});
  check(std::uint16_t{});
  check(std::int32_t{});
  check(std::uint64_t{});
  check(float{});
  check(double{});
}

// The comparison that all tests above rest on can fail.
TEST(Comparison, SeesTheSignOfZeroAndWrongLanes) {
  EXPECT_NE(canonical_bits(0.0), canonical_bits(-0.0));
  EXPECT_NE(canonical_bits(std::int8_t{-1}), canonical_bits(std::int8_t{1}));
  EXPECT_EQ(canonical_bits(std::numeric_limits<float>::quiet_NaN()),
            canonical_bits(-std::numeric_limits<float>::quiet_NaN()));
}

}  // namespace
}  // namespace corepy

// The cast kernels of every ISA this machine has: all pairs of dtypes against conversions in plain
// C++ and 128-bit integers, on edge values, 8- and 16-bit types exhaustively.
#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <random>
#include <string>
#include <type_traits>
#include <vector>

#include "corepy/core/dtype.h"
#include "corepy/core/half.h"
#include "corepy/dispatch/isa.h"
#include "corepy/kernels/cast_table.h"

#define COREPY_X(isa)                    \
  namespace corepy::isa {                \
  extern const CastKernels cast_kernels; \
  }
COREPY_FOR_EACH_ISA(COREPY_X)
#undef COREPY_X

namespace corepy {
namespace {

struct IsaKernels {
  std::string name;
  const CastKernels* kernels;
};
std::vector<IsaKernels> available_isas() {
  std::vector<IsaKernels> found;
#define COREPY_X(isa) \
  if (is_available(Isa::isa)) found.push_back({#isa, &isa::cast_kernels});
  COREPY_FOR_EACH_ISA(COREPY_X)
#undef COREPY_X
  return found;
}

template <class T>
std::vector<T> values_of() {
  using Limits = std::numeric_limits<T>;
  std::vector<T> values;
  std::mt19937_64 random(23);
  if constexpr (std::is_same_v<T, bool8_t>) {
    for (int i = 0; i < 256; ++i) values.push_back(static_cast<bool8_t>(i));
  } else if constexpr (is_half_element<T>) {
    for (int i = 0; i < (1 << 16); ++i) values.push_back(static_cast<T>(i));
  } else if constexpr (is_complex_element<T>) {
    const auto parts = values_of<typename T::value_type>();
    for (std::size_t i = 0; i < parts.size(); ++i)
      values.push_back({parts[i], parts[(i * 7 + 3) % parts.size()]});
  } else if constexpr (std::is_integral_v<T> && sizeof(T) <= 2) {
    for (int i = 0; i < (1 << (8 * sizeof(T))); ++i) values.push_back(static_cast<T>(i));
  } else if constexpr (std::is_integral_v<T>) {
    for (int bit = 0; bit < static_cast<int>(8 * sizeof(T)); ++bit) {
      for (std::int64_t step = -2; step <= 2; ++step) {
        values.push_back(
            static_cast<T>((std::uint64_t{1} << bit) + static_cast<std::uint64_t>(step)));
        // ties of every floating dtype, and their neighbours
        for (const int low : {bit - 8, bit - 11, bit - 24, bit - 53}) {
          if (low < 1) continue;
          values.push_back(static_cast<T>((std::uint64_t{1} << bit) +
                                          (std::uint64_t{1} << (low - 1)) * 3 +
                                          static_cast<std::uint64_t>(step)));
          values.push_back(static_cast<T>((std::uint64_t{1} << bit) + (std::uint64_t{1} << low) +
                                          static_cast<std::uint64_t>(step)));
        }
      }
    }
    for (int i = 0; i < 3000; ++i) values.push_back(static_cast<T>(random() >> (random() % 64)));
    for (const T x : {Limits::min(), Limits::max()}) values.push_back(x);
  } else {
    for (const T x :
         {T(0), T(0.5), T(1), T(1.5), T(2.5), Limits::min(), Limits::denorm_min(), Limits::max(),
          Limits::infinity(), Limits::quiet_NaN(), T(0.999), T(255.5), T(256)}) {
      values.push_back(x);
      values.push_back(-x);
    }
    for (int bit = 0; bit < 70; ++bit) {
      const T power = std::ldexp(T(1), bit);
      for (const T x : {power, std::nextafter(power, T(0)),
                        std::nextafter(power, Limits::infinity()), power - T(1)}) {
        values.push_back(x);
        values.push_back(-x);
      }
    }
    using Bits = std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>;
    for (int i = 0; i < 3000; ++i) {
      values.push_back(std::bit_cast<T>(static_cast<Bits>(random())));
      values.push_back(static_cast<T>(static_cast<std::int64_t>(random())) / T(1 << (i % 31)));
      // ties of half precision, and what lies next to them
      const T tie = std::ldexp(
          static_cast<T>(random() >> (i % 2 == 0 ? 52 : 55)) + T(0.5),
          static_cast<int>(random() % (i % 2 == 0 ? 40 : 270)) - (i % 2 == 0 ? 26 : 145));
      for (const T x : {tie, std::nextafter(tie, T(0)), std::nextafter(tie, Limits::infinity())})
        values.push_back(i % 3 == 0 ? -x : x);
      // float64: ties of float32, subnormal ones too
      values.push_back(static_cast<T>(std::ldexp(static_cast<double>(random() >> 39) + 0.5,
                                                 static_cast<int>(random() % 300) - 170)));
    }
  }
  return values;
}

// ---- the promised conversion, written down again ----

// One rounding of an integer to float, to nearest even, by the bits that are cut off.
template <class Float>
Float round_integer(bool negative, std::uint64_t magnitude) {
  constexpr int digits = std::numeric_limits<Float>::digits;
  const int width = 64 - std::countl_zero(magnitude | 1);
  int cut = width > digits ? width - digits : 0;
  std::uint64_t kept = magnitude >> cut;
  if (cut > 0) {
    const std::uint64_t rest = magnitude & ((std::uint64_t{1} << cut) - 1),
                        half = std::uint64_t{1} << (cut - 1);
    if (rest > half || (rest == half && (kept & 1))) ++kept;
  }
  const Float value = std::ldexp(static_cast<Float>(kept), cut);
  return negative ? -value : value;
}

// The numbers of a half-precision format, by their definition.
template <class Half>
double value_of_half(Half half) {
  constexpr int fraction_bits = std::is_same_v<Half, Float16> ? 10 : 7;
  constexpr int bias = std::is_same_v<Half, Float16> ? 15 : 127;
  const int bits = static_cast<std::uint16_t>(half);
  const int exponent = (bits & 0x7fff) >> fraction_bits,
            fraction = bits & ((1 << fraction_bits) - 1);
  double value;
  if (exponent == 2 * bias + 1) {
    value = fraction == 0 ? std::numeric_limits<double>::infinity()
                          : std::numeric_limits<double>::quiet_NaN();
  } else if (exponent == 0) {
    value = std::ldexp(fraction, 1 - bias - fraction_bits);
  } else {
    value = std::ldexp(fraction + (1 << fraction_bits), exponent - bias - fraction_bits);
  }
  return bits >= 0x8000 ? -value : value;
}

// The number of the format that is nearest to x, found by bisection among all of them; `compare`
// says whether x lies below, at or above a double that is a half-precision number or a tie.
template <class Half, class Compare>
Half nearest_half(bool negative, Compare compare) {
  constexpr int infinity = std::is_same_v<Half, Float16> ? 0x7c00 : 0x7f80;
  int low = 0,
      high = infinity;  // magnitude(low) <= |x|, and |x| < magnitude(high) or it is infinity
  while (high - low > 1) {
    const int middle = (low + high) / 2;
    (compare(value_of_half(static_cast<Half>(middle))) >= 0 ? low : high) = middle;
  }
  const double below = value_of_half(static_cast<Half>(low));
  const double spacing = low == 0 ? value_of_half(static_cast<Half>(1))
                                  : below - value_of_half(static_cast<Half>(low - 1));
  const double spacing_above =
      high == infinity ? spacing : value_of_half(static_cast<Half>(high)) - below;
  const int side = compare(below + spacing_above / 2);
  const int nearest = side > 0 || (side == 0 && low % 2 != 0) ? high : low;
  return static_cast<Half>(nearest | (negative ? 0x8000 : 0));
}

template <class Half, class From>
Half expected_half(From x) {
  if constexpr (std::is_integral_v<From>) {
    const bool negative = x < 0;
    const auto bits = static_cast<std::uint64_t>(x);
    const std::uint64_t magnitude = negative ? 0 - bits : bits;
    return nearest_half<Half>(negative, [=](double value) {
      if (value >= 0x1p64) return -1;
      const double whole = std::floor(value);
      const auto other = static_cast<std::uint64_t>(whole);
      if (magnitude != other) return magnitude < other ? -1 : 1;
      return whole < value ? -1 : 0;
    });
  } else {
    const double magnitude = std::fabs(static_cast<double>(x));
    if (std::isnan(magnitude)) {
      return static_cast<Half>(std::is_same_v<Half, Float16> ? float16_nan_bits
                                                             : bfloat16_nan_bits);
    }
    constexpr int infinity = std::is_same_v<Half, Float16> ? 0x7c00 : 0x7f80;
    if (std::isinf(magnitude)) return static_cast<Half>(infinity | (std::signbit(x) ? 0x8000 : 0));
    return nearest_half<Half>(std::signbit(x), [=](double value) {
      return magnitude < value ? -1 : magnitude > value ? 1 : 0;
    });
  }
}

template <class To, class From>
To expected_cast(From x) {
  if constexpr (std::is_same_v<From, bool8_t>) {
    return expected_cast<To, std::uint8_t>(static_cast<std::uint8_t>(x) != 0 ? 1 : 0);
  } else if constexpr (std::is_same_v<From, To> && is_half_element<From>) {
    return x;
  } else if constexpr (is_half_element<From>) {
    return expected_cast<To, double>(value_of_half(x));  // exact
  } else if constexpr (is_complex_element<From>) {
    if constexpr (std::is_same_v<To, bool8_t>) {
      return x.re != 0 || x.im != 0 ? bool8_t::yes : bool8_t::no;
    } else if constexpr (is_complex_element<To>) {
      using Part = typename To::value_type;
      return {expected_cast<Part>(x.re), expected_cast<Part>(x.im)};
    } else {
      return expected_cast<To>(x.re);
    }
  } else if constexpr (is_half_element<To>) {
    return expected_half<To>(x);
  } else if constexpr (is_complex_element<To>) {
    return {expected_cast<typename To::value_type>(x), 0};
  } else if constexpr (std::is_same_v<To, bool8_t>) {
    return x != 0 ? bool8_t::yes : bool8_t::no;
  } else if constexpr (std::is_integral_v<From> && std::is_floating_point_v<To>) {
    const bool negative = x < 0;
    const auto bits = static_cast<std::uint64_t>(x);
    return round_integer<To>(negative, negative ? 0 - bits : bits);
  } else if constexpr (std::is_floating_point_v<From> && std::is_integral_v<To>) {
    if (std::isnan(x)) return 0;
    const From whole = std::trunc(x);
    if (whole >= std::ldexp(From(1), std::numeric_limits<To>::digits))
      return std::numeric_limits<To>::max();
    if (whole <= static_cast<From>(std::numeric_limits<To>::min()))
      return std::numeric_limits<To>::min();
    return static_cast<To>(whole);
  } else {
    return static_cast<To>(
        x);  // integers wrap; float64 to float32 rounds to nearest even in the default mode
  }
}

template <class T>
bool same_bits(T a, T b) {
  if constexpr (is_complex_element<T>) {
    return same_bits(a.re, b.re) && same_bits(a.im, b.im);
  } else {
    if constexpr (std::is_floating_point_v<T>) {
      if (a != a && b != b) return true;
    }
    return std::memcmp(&a, &b, sizeof(T)) == 0;
  }
}

template <class From, class To>
void check_pair() {
  const std::vector<From> values = values_of<From>();
  for (const IsaKernels& isa : available_isas()) {
    const CastLoop loop = isa.kernels->find(dtype_of<From>, dtype_of<To>);
    ASSERT_NE(loop, nullptr);
    // odd addresses, and a guard behind
    std::vector<unsigned char> in(values.size() * sizeof(From) + 1),
        out(values.size() * sizeof(To) + 65, 0xa5);
    std::memcpy(in.data() + 1, static_cast<const void*>(values.data()),
                values.size() * sizeof(From));
    loop(in.data() + 1, out.data() + 1, static_cast<std::int64_t>(values.size()));
    int reported = 0;
    for (std::size_t i = 0; i < values.size() && reported < 3; ++i) {
      To got;
      std::memcpy(&got, out.data() + 1 + i * sizeof(To), sizeof(To));
      if (!same_bits(got, expected_cast<To, From>(values[i]))) {
        ++reported;
        ADD_FAILURE() << isa.name << ": " << name_of(dtype_of<From>) << " to "
                      << name_of(dtype_of<To>) << ", value " << i;
      }
    }
    for (std::size_t i = 1 + values.size() * sizeof(To); i < out.size(); ++i)
      ASSERT_EQ(out[i], 0xa5) << "beyond the end";
    // short lengths end in the remainder loops
    for (std::int64_t length = 0; length < 20; ++length) {
      std::fill(out.begin(), out.end(), static_cast<unsigned char>(0xa5));
      loop(in.data() + 1, out.data() + 1, length);
      for (std::int64_t i = 0; i < length; ++i) {
        To got;
        std::memcpy(&got, out.data() + 1 + static_cast<std::size_t>(i) * sizeof(To), sizeof(To));
        ASSERT_TRUE(same_bits(got, expected_cast<To, From>(values[static_cast<std::size_t>(i)])))
            << isa.name << length;
      }
      ASSERT_EQ(out[1 + static_cast<std::size_t>(length) * sizeof(To)], 0xa5);
    }
  }
}

template <class From>
void check_from() {
#define COREPY_X(name, type, ...) check_pair<From, type>();
  COREPY_FOR_EACH_DTYPE(COREPY_X)
#undef COREPY_X
}

#define COREPY_X(name, type, ...) \
  TEST(Cast, From_##name) { check_from<type>(); }
COREPY_FOR_EACH_DTYPE(COREPY_X)
#undef COREPY_X

TEST(Cast, InPlaceWhereSizesAreEqual) {
  for (const IsaKernels& isa : available_isas()) {
    std::vector<float> values;
    for (int i = 0; i < 100; ++i) values.push_back(static_cast<float>(i) - 50.5f);
    isa.kernels->find(DType::float32, DType::int32)(values.data(), values.data(), 100);
    for (int i = 0; i < 100; ++i) {
      EXPECT_EQ(std::bit_cast<std::int32_t>(values[static_cast<std::size_t>(i)]),
                static_cast<std::int32_t>(i - 50.5))
          << isa.name;
    }
  }
}

// The reference itself: the hard cases, by hand.
TEST(Cast, ReferenceKnowsTheHardCases) {
  EXPECT_EQ(
      (expected_cast<float, std::int64_t>((std::int64_t{1} << 54) + (std::int64_t{1} << 30) + 1)),
      0x1.000002p54f);  // through float64 this would be a tie, rounded to 0x1p54
  EXPECT_EQ((expected_cast<std::int32_t, float>(3e9f)), std::numeric_limits<std::int32_t>::max());
  EXPECT_EQ((expected_cast<std::uint8_t, double>(-1.0)), 0);
  EXPECT_EQ((expected_cast<std::uint64_t, float>(std::numeric_limits<float>::infinity())),
            ~std::uint64_t{0});
  EXPECT_FALSE(same_bits(0.0, -0.0));
  EXPECT_EQ((expected_cast<Float16, double>(65519.99)), Float16{0x7bff});
  EXPECT_EQ((expected_cast<Float16, double>(65520)), Float16{0x7c00});
  EXPECT_EQ((expected_cast<Float16, double>(0x1p-25)), Float16{0});
  EXPECT_EQ((expected_cast<Float16, double>(-0x1.0000001p-25)), Float16{0x8001});
  EXPECT_EQ((expected_cast<Float16, float>(1 + 0x3p-11f)), Float16{0x3c02});
  // through float64 this would be a tie, rounded to 0x1p62
  EXPECT_EQ((expected_cast<BFloat16, std::int64_t>((std::int64_t{1} << 62) +
                                                   (std::int64_t{1} << 54) + 1)),
            BFloat16{0x5e81});
}

}  // namespace
}  // namespace corepy

// Operands for tests of elementwise formulas on real numbers, and checks of the results against a
// reference, bit by bit.
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <string>
#include <type_traits>
#include <vector>

#include "elementwise_runner.h"

namespace corepy::testing_elementwise {

template <class T>
using Bits = std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>;

// ---- operands ----

template <class T>
std::vector<T> integer_values() {
  using Limits = std::numeric_limits<T>;
  std::vector<T> values;
  if (sizeof(T) == 1) {
    for (int i = 0; i < 256; ++i) values.push_back(static_cast<T>(i));
    return values;
  }
  for (int i = 0; i < static_cast<int>(sizeof(T)) * 8; ++i) {
    const auto power = static_cast<T>(std::uint64_t{1} << i);
    for (const int step : {-1, 0, 1})
      values.push_back(static_cast<T>(static_cast<std::uint64_t>(power) + step));
  }
  for (const T x :
       {Limits::min(), Limits::max(), static_cast<T>(Limits::max() / 3), static_cast<T>(-1),
        static_cast<T>(7), static_cast<T>(-7), static_cast<T>(10), static_cast<T>(100)}) {
    values.push_back(x);
  }
  std::mt19937_64 random(7);
  for (int i = 0; i < 150; ++i) values.push_back(static_cast<T>(random() >> (random() % 64)));
  return values;
}

template <class T>
std::vector<T> float_values() {
  using Limits = std::numeric_limits<T>;
  std::vector<T> values;
  const T exact_limit = T(1) / Limits::epsilon();
  for (const T x : {T(0),
                    T(1),
                    T(2),
                    T(3),
                    T(0.1),
                    T(0.3),
                    T(0.5),
                    T(0.75),
                    T(1.5),
                    T(2.5),
                    T(3.5),
                    T(1e10),
                    T(1e-10),
                    exact_limit,
                    exact_limit / 2,
                    exact_limit - T(0.5),
                    exact_limit * 2,
                    exact_limit + T(1),
                    std::nextafter(T(0.5), T(0)),
                    std::nextafter(T(1), T(0)),
                    std::nextafter(T(1), T(2)),
                    Limits::min(),
                    Limits::denorm_min(),
                    Limits::denorm_min() * 3,
                    Limits::max(),
                    Limits::max() / 3,
                    Limits::infinity(),
                    Limits::quiet_NaN(),
                    std::nextafter(Limits::min(), T(0))}) {
    values.push_back(x);
    values.push_back(-x);
  }
  std::mt19937_64 random(11);
  for (int i = 0; i < 60; ++i) {
    values.push_back(std::bit_cast<T>(static_cast<Bits<T>>(random())));
    values.push_back(static_cast<T>(static_cast<double>(random() % 2000000) / 1000.0 - 1000.0));
  }
  return values;
}

// The bits of a result; all NaNs count as one.
template <class T>
std::uint64_t canonical_bits(T x) {
  if constexpr (std::is_floating_point_v<T>) {
    if (x != x) return ~std::uint64_t{0};
    return std::bit_cast<Bits<T>>(x);
  } else {
    return static_cast<std::uint64_t>(x);
  }
}

// Compares every lane and reports the first few that differ.
template <class T, class In>
void expect_same(const std::vector<T>& got, const std::vector<T>& expected,
                 const std::vector<In>& a, const std::vector<In>& b, const std::string& what) {
  ASSERT_EQ(got.size(), expected.size());
  int reported = 0;
  for (std::size_t i = 0; i < got.size() && reported < 5; ++i) {
    if (canonical_bits(got[i]) != canonical_bits(expected[i])) {
      ADD_FAILURE() << what << "(" << +a[i] << ", " << +b[i] << ") = " << +got[i] << ", expected "
                    << +expected[i];
      ++reported;
    }
  }
}

template <class Out, class T, class F>
void check_unary(const char* op, const std::vector<T>& a, F reference) {
  std::vector<Out> expected;
  for (const T x : a) expected.push_back(reference(x));
  for (const IsaRows& isa : available_isas()) {
    expect_same(run_unary<Out, T>(isa, op, a), expected, a, a, isa.name + " " + op);
  }
}
template <class Out, class T, class F>
void check_binary(const char* op, const Pairs<T>& pairs, F reference) {
  std::vector<Out> expected;
  for (std::size_t i = 0; i < pairs.a.size(); ++i)
    expected.push_back(reference(pairs.a[i], pairs.b[i]));
  for (const IsaRows& isa : available_isas()) {
    expect_same(run_binary<Out, T>(isa, op, pairs.a, pairs.b), expected, pairs.a, pairs.b,
                isa.name + " " + op);
  }
}

}  // namespace corepy::testing_elementwise

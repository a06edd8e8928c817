// What each reduction must give, one element at a time in the documented order: the scalar
// reference of reduction_test.cpp.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <type_traits>
#include <vector>

#include "corepy/kernels/reduction_table.h"

namespace corepy::testing_reference {

template <class E>
E add(E a, E b) {
  if constexpr (is_complex_element<E>) {
    return {a.re + b.re, a.im + b.im};
  } else {
    return a + b;
  }
}
template <class E>
E multiply(E a, E b) {
  if constexpr (is_complex_element<E>) {
    return {std::fma(a.re, b.re, -(a.im * b.im)), std::fma(a.re, b.im, a.im * b.re)};
  } else {
    return a * b;
  }
}

template <class E, class Combine>
E reduce_block(const E* x, std::size_t count, Combine combine) {
  std::vector<E> lane(x, x + std::min<std::size_t>(count, 16));
  for (std::size_t i = 16; i < count; ++i) lane[i % 16] = combine(lane[i % 16], x[i]);
  for (std::size_t half = 8; half > 0; half /= 2) {
    for (std::size_t l = 0; l < half && l + half < lane.size(); ++l)
      lane[l] = combine(lane[l], lane[l + half]);
    lane.resize(std::min(lane.size(), half));
  }
  return lane[0];
}

// Blocks in pairs: the largest power of two of them on the left, the rest on the right.
template <class E, class Combine>
E reduce_blocks(const std::vector<E>& blocks, std::size_t begin, std::size_t end, Combine combine) {
  if (end - begin == 1) return blocks[begin];
  std::size_t left = 1;
  while (left * 2 < end - begin) left *= 2;
  return combine(reduce_blocks(blocks, begin, begin + left, combine),
                 reduce_blocks(blocks, begin + left, end, combine));
}

template <class E, class Combine>
E reduce_in_order(const std::vector<E>& x, Combine combine) {
  std::vector<E> blocks;
  for (std::size_t i = 0; i < x.size(); i += 256) {
    blocks.push_back(reduce_block(x.data() + i, std::min<std::size_t>(256, x.size() - i), combine));
  }
  return reduce_blocks(blocks, 0, blocks.size(), combine);
}

using Bytes = std::vector<unsigned char>;
template <class T>
Bytes bytes_of(const T& value) {
  Bytes bytes(sizeof(T));
  std::memcpy(bytes.data(), &value, sizeof(T));
  return bytes;
}

template <class E>
E mean_of(const std::vector<E>& x) {
  const E sum = reduce_in_order(x, add<E>);
  if constexpr (is_complex_element<E>) {
    using R = typename E::value_type;
    return {sum.re / static_cast<R>(x.size()), sum.im / static_cast<R>(x.size())};
  } else {
    return sum / static_cast<E>(x.size());
  }
}

template <class R>
R variance_of(const std::vector<R>& x, double correction) {
  const R mean = mean_of(x);
  const double left = static_cast<double>(x.size()) - correction;
  std::vector<R> squares;
  for (R value : x) squares.push_back((value - mean) * (value - mean));
  return reduce_in_order(squares, add<R>) /
         (left > 0 ? static_cast<R>(left) : std::numeric_limits<R>::quiet_NaN());
}

template <class E>
bool is_true(E x) {
  if constexpr (is_complex_element<E>) {
    return x.re != 0 || x.im != 0;
  } else {
    return x != E{};
  }
}

template <class E>
bool is_nan(E x) {
  if constexpr (std::is_floating_point_v<E>) return std::isnan(x);
  return false;
}

template <class E>
bool comes_before(E a, E b) {  // -0 below +0
  if constexpr (std::is_floating_point_v<E>) {
    if (a == b) return std::signbit(a) && !std::signbit(b);
  }
  return a < b;
}

template <class E>
Bytes extremum_of(const std::vector<E>& x, bool largest) {
  E best = x[0];
  for (E value : x) {
    if (is_nan(value)) return bytes_of(std::numeric_limits<E>::quiet_NaN());
    if (largest ? comes_before(best, value) : comes_before(value, best)) best = value;
  }
  return bytes_of(best);
}

template <class E>
Bytes position_of(const std::vector<E>& x, bool largest) {
  std::size_t best = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (is_nan(x[i])) return bytes_of(static_cast<std::int64_t>(i));
    if (largest ? x[i] > x[best] : x[i] < x[best]) best = i;
  }
  return bytes_of(static_cast<std::int64_t>(best));
}

template <class E>
Bytes integer_sum_of(const std::vector<E>& x, bool product) {
  std::uint64_t result = product ? 1 : 0;
  for (E value : x) {
    std::uint64_t wide;
    if constexpr (std::is_same_v<E, bool8_t>) {
      wide = value != bool8_t::no;
    } else {
      wide = static_cast<std::uint64_t>(value);
    }
    result = product ? result * wide : result + wide;
  }
  return bytes_of(result);
}

// The parts of real or complex elements, each mapped.
template <class E, class F>
std::vector<E> map_parts(std::vector<E> x, F f) {
  for (E& e : x) {
    if constexpr (is_complex_element<E>) {
      e = {f(e.re), f(e.im)};
    } else {
      e = f(e);
    }
  }
  return x;
}
template <class E, class R>
R sum_of_squares(const std::vector<E>& x, R scale) {
  const E sum =
      reduce_in_order(map_parts(x, [&](R a) { return (a * scale) * (a * scale); }), add<E>);
  if constexpr (is_complex_element<E>) {
    return sum.re + sum.im;
  } else {
    return sum;
  }
}

// The norm of order 2: of scaled elements where squares were lost.
template <class R, class E>
R norm_of(const std::vector<E>& x) {
  const R squares = sum_of_squares(x, R(1));
  if (squares >= (sizeof(R) == 4 ? R(0x1p-60) : R(0x1p-900)) && std::isfinite(squares))
    return std::sqrt(squares);
  R largest = 0;
  map_parts(x, [&](R a) { return largest = largest >= std::fabs(a) ? largest : std::fabs(a); });
  if (std::isnan(squares)) return squares;
  if (largest == 0 || std::isinf(largest)) return largest;
  constexpr int limit = std::numeric_limits<R>::max_exponent - 2;
  const int exponent = std::clamp(std::ilogb(largest), 1 - limit, limit);
  return std::sqrt(sum_of_squares(x, std::ldexp(R(1), -exponent))) * std::ldexp(R(1), exponent);
}

template <class E>
Bytes count_of(const std::vector<E>& x) {
  return bytes_of<std::int64_t>(std::count_if(x.begin(), x.end(), is_true<E>));
}

// The result's bytes, or none where the operator has no kernel for E.
template <class E>
Bytes reference(ReductionOp op, const std::vector<E>& x, double correction) {
  constexpr bool is_integral = std::is_integral_v<E>;
  constexpr bool is_real_float = std::is_floating_point_v<E>;
  switch (op) {
    case ReductionOp::any:
      return bytes_of<bool>(std::any_of(x.begin(), x.end(), is_true<E>));
    case ReductionOp::all:
      return bytes_of<bool>(std::all_of(x.begin(), x.end(), is_true<E>));
    case ReductionOp::sum:
    case ReductionOp::prod:
      if constexpr (is_real_float || is_complex_element<E>) {
        return bytes_of(reduce_in_order(x, op == ReductionOp::sum ? add<E> : multiply<E>));
      } else {
        return integer_sum_of(x, op == ReductionOp::prod);
      }
    case ReductionOp::mean:
      if constexpr (is_real_float || is_complex_element<E>) return bytes_of(mean_of(x));
      return {};
    case ReductionOp::var:
      if constexpr (is_real_float) return bytes_of(variance_of(x, correction));
      return {};
    case ReductionOp::std:
      if constexpr (is_real_float) return bytes_of(std::sqrt(variance_of(x, correction)));
      return {};
    case ReductionOp::min:
    case ReductionOp::max:
      if constexpr (is_integral || is_real_float) return extremum_of(x, op == ReductionOp::max);
      return {};
    case ReductionOp::argmin:
    case ReductionOp::argmax:
      if constexpr (is_integral || is_real_float) return position_of(x, op == ReductionOp::argmax);
      return {};
    case ReductionOp::count_nonzero:
      return count_of(x);
    case ReductionOp::vector_norm:
      if constexpr (is_real_float) return bytes_of(norm_of<E>(x));
      if constexpr (is_complex_element<E>) return bytes_of(norm_of<decltype(E::re)>(x));
      return {};
  }
  return {};
}

}  // namespace corepy::testing_reference

// The contract of kernels/matmul.h written out for one element, with scalars: what matmul_test.cpp
// compares every kernel with, bit for bit. No code is shared with the kernels.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>
#include <vector>

#include "corepy/core/dtype.h"

namespace corepy::testing_reference {

template <class E>
void accumulate(E& sum, E a, E b) {
  if constexpr (is_complex_element<E>) {
    sum.re = std::fma(a.re, b.re, sum.re);
    sum.re = std::fma(-a.im, b.im, sum.re);
    sum.im = std::fma(a.re, b.im, sum.im);
    sum.im = std::fma(a.im, b.re, sum.im);
  } else if constexpr (std::is_floating_point_v<E>) {
    sum = std::fma(a, b, sum);
  } else {
    sum = static_cast<E>(static_cast<std::uint64_t>(sum) +
                         static_cast<std::uint64_t>(a) * static_cast<std::uint64_t>(b));
  }
}

template <class E>
E add(E x, E y) {
  if constexpr (is_complex_element<E>) {
    return {x.re + y.re, x.im + y.im};
  } else {
    return static_cast<E>(x + y);
  }
}

template <class E>
E sum_block(const std::vector<E>& a, const std::vector<E>& b, std::size_t begin, std::size_t end,
            std::size_t lanes) {
  std::vector<E> sums(lanes, E{});
  for (std::size_t k = begin; k < end; ++k) accumulate(sums[k % lanes], a[k], b[k]);
  for (std::size_t half = lanes / 2; half > 0; half /= 2) {
    for (std::size_t l = 0; l < half; ++l) sums[l] = add(sums[l], sums[l + half]);
  }
  return sums[0];
}

template <class E>
E expected_element(const std::vector<E>& a, const std::vector<E>& b) {
  if constexpr (std::is_integral_v<E>) {
    E sum = 0;
    for (std::size_t k = 0; k < a.size(); ++k) accumulate(sum, a[k], b[k]);
    return sum;
  } else {
    const std::size_t lanes = a.size() <= 128 ? 1 : 32 / sizeof(PartOf<E>);
    std::vector<std::pair<E, int>>
        counter;  // a sum and the binary logarithm of its number of blocks
    const std::size_t block = is_complex_element<E> ? 512 : 1024;
    for (std::size_t k = 0; k < a.size(); k += block) {
      std::pair<E, int> sum = {sum_block(a, b, k, std::min(k + block, a.size()), lanes), 0};
      while (!counter.empty() && counter.back().second == sum.second) {
        sum = {add(counter.back().first, sum.first), sum.second + 1};
        counter.pop_back();
      }
      counter.push_back(sum);
    }
    if (counter.empty()) return E{};
    E sum = counter.back().first;
    for (std::size_t i = counter.size() - 1; i-- > 0;) sum = add(counter[i].first, sum);
    return sum;
  }
}

}  // namespace corepy::testing_reference

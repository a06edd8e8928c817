// Products of integers with a vector: sums wrap, so that every order gives the same bits and the
// loops are left to the compiler.
#pragma once

#include <type_traits>

#include "corepy/kernels/matmul_vector.h"

namespace corepy::COREPY_ISA::matmul {

// What the low bits of E's products and sums are found in: bytes in 16 bits, since no ISA
// multiplies vectors of bytes. Kernels see unsigned elements only (matmul.cpp).
template <class E>
using WrappingOf = std::conditional_t<sizeof(E) == 1, std::uint16_t, E>;

// R rows at once: as many share the loads of x.
template <class E, int R>
COREPY_INLINE void sum_integer_rows(const VectorProduct& p, std::int64_t first) noexcept {
  constexpr auto itemsize = static_cast<std::int64_t>(sizeof(E));
  const char* row[R];
  WrappingOf<E> sum[R] = {};
  COREPY_UNROLL
  for (int r = 0; r < R; ++r) row[r] = p.matrix.at(first + r, 0);
  constexpr std::int64_t stretch = std::int64_t{1} << 20;
  for (std::int64_t start = 0; start < p.k; start += stretch) {
    const std::int64_t end = smaller(start + stretch, p.k);
    for (std::int64_t k = start; k < end; ++k) {
      const E x = load_element<E>(p.x + k * itemsize);
      COREPY_UNROLL
      for (int r = 0; r < R; ++r) {
        // In 64 bits, since 16-bit factors would become a signed int.
        sum[r] = static_cast<WrappingOf<E>>(
            sum[r] + std::uint64_t{load_element<E>(row[r] + k * itemsize)} * x);
      }
    }
    if (p.stop->after(R * (end - start))) return;
  }
  for (int r = 0; r < R; ++r) {
    const E y = static_cast<E>(sum[r]);
    std::memcpy(p.y + (first + r) * p.y_stride_bytes, &y, sizeof y);
  }
}

// Whether both lie contiguous along k. Short chains are not worth a path of their own.
template <class E>
bool is_integer_vector_product(const ProductArgs& args) noexcept {
  constexpr auto itemsize = static_cast<std::int64_t>(sizeof(E));
  constexpr std::int64_t short_k = 64;
  if ((args.m != 1 && args.n != 1) || args.k < short_k) return false;
  const VectorProduct p = vector_product_of(args, itemsize, nullptr);
  return p.matrix.k_stride_bytes == itemsize && p.x_stride_bytes == itemsize;
}

template <class E>
void multiply_integer_vectors(const ProductArgs& args, StopCheck& stop) noexcept {
  VectorProduct p = vector_product_of(args, static_cast<std::int64_t>(sizeof(E)), &stop);
  const std::int64_t matrix_step = p.matrix_is_a ? args.a_step_bytes : args.b_step_bytes;
  const std::int64_t x_step = p.matrix_is_a ? args.b_step_bytes : args.a_step_bytes;
  for (std::int64_t product = 0; product < args.count; ++product) {
    std::int64_t row = 0;
    for (; row + 4 <= p.rows; row += 4) sum_integer_rows<E, 4>(p, row);
    for (; row < p.rows; ++row) sum_integer_rows<E, 1>(p, row);
    p.matrix.data += matrix_step;
    p.x += x_step;
    p.y += args.c_step_bytes;
  }
}

}  // namespace corepy::COREPY_ISA::matmul

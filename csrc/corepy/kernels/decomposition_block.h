// Matrices in a kernel's workspace and the steps on blocks that all decompositions share: loading,
// products, triangular solves, reflectors. The decompositions themselves are in files of their own.
#pragma once

#include <cstring>

#include "corepy/kernels/decomposition_scalar.h"
#include "corepy/kernels/decomposition_table.h"

namespace corepy::COREPY_ISA::decomposition {

// Rows of a matrix in C order; `row` elements from one to the next.
template <class E>
struct Block {
  E* data;
  std::int64_t row;

  E* at(std::int64_t i, std::int64_t j = 0) const { return data + i * row + j; }
  E& operator()(std::int64_t i, std::int64_t j) const { return data[i * row + j]; }
  Block from(std::int64_t i, std::int64_t j) const { return {at(i, j), row}; }
};

// Hands out a workspace; without memory it only counts.
class Arena {
 public:
  explicit Arena(void* memory) : memory_(static_cast<char*>(memory)) {}
  template <class E>
  E* take(std::int64_t count) {
    void* place = memory_ == nullptr ? nullptr : memory_ + used_;
    used_ += (count * static_cast<std::int64_t>(sizeof(E)) + 63) / 64 * 64;
    return static_cast<E*>(place);
  }
  // Rows an odd number of cache lines apart: a power of two would put them all into a few sets.
  template <class E>
  Block<E> take_matrix(std::int64_t rows, std::int64_t columns) {
    const std::int64_t row = row_length<E>(columns);
    return {take<E>(rows * row), row};
  }
  std::int64_t used() const { return used_; }

 private:
  template <class E>
  static std::int64_t row_length(std::int64_t columns) {
    constexpr std::int64_t line = 64 / static_cast<std::int64_t>(sizeof(E));
    const std::int64_t lines = (columns + line - 1) / line;
    return columns <= line ? columns : (lines | 1) * line;
  }
  char* memory_;
  std::int64_t used_ = 0;
};

template <class E>
COREPY_INLINE E load_strided(const void* data, std::int64_t offset_bytes) {
  E x;
  std::memcpy(&x, static_cast<const char*>(data) + offset_bytes, sizeof x);
  return x;
}

template <class E>
void load_matrix(Block<E> to, const void* a, std::int64_t rows, std::int64_t columns,
                 std::int64_t row_stride_bytes, std::int64_t column_stride_bytes) {
  for (std::int64_t i = 0; i < rows; ++i) {
    const std::int64_t start = i * row_stride_bytes;
    if (column_stride_bytes == sizeof(E)) {
      std::memcpy(to.at(i), static_cast<const char*>(a) + start,
                  static_cast<std::size_t>(columns) * sizeof(E));
      continue;
    }
    for (std::int64_t j = 0; j < columns; ++j)
      to(i, j) = load_strided<E>(a, start + j * column_stride_bytes);
  }
}

template <class E>
void fill(Block<E> block, std::int64_t rows, std::int64_t columns, E value) {
  for (std::int64_t i = 0; i < rows; ++i)
    for (std::int64_t j = 0; j < columns; ++j) block(i, j) = value;
}
template <class E>
void set_identity(Block<E> block, std::int64_t rows, std::int64_t columns) {
  fill(block, rows, columns, E{});
  for (std::int64_t i = 0; i < smaller_extent(rows, columns); ++i) block(i, i) = from_real<E>(1);
}

// The real numbers of n elements, side by side.
template <class E>
COREPY_INLINE const PartOf<E>* parts_of_elements(const E* x) {
  return reinterpret_cast<const PartOf<E>*>(x);
}

// The largest |part| of a matrix, or a NaN or infinity where it has one. Magnitudes are compared as
// integers, which have the same order and put NaNs last: a compiler vectorises that.
template <class E>
PartOf<E> largest_part(Block<E> a, std::int64_t rows, std::int64_t columns) {
  using T = PartOf<E>;
  using Bits = std::make_signed_t<BitsOf<T>>;
  constexpr std::int64_t parts = sizeof(E) / sizeof(T);
  Bits most = 0;
  const std::int64_t runs = a.row == columns ? 1 : rows, length = a.row == columns ? rows : 1;
  for (std::int64_t i = 0; i < runs; ++i) {
    const T* x = parts_of_elements(a.at(i));
    for (std::int64_t j = 0; j < length * columns * parts; ++j) {
      const Bits bits = __builtin_bit_cast(Bits, x[j]) & static_cast<Bits>(~BitsOf<T>{0} >> 1);
      most = most < bits ? bits : most;
    }
  }
  return __builtin_bit_cast(T, most);
}

template <class E>
void scale_all(Block<E> a, std::int64_t rows, std::int64_t columns, int exponent) {
  using T = PartOf<E>;
  if (exponent == 0) return;
  if (exponent <= exponent_bias<T> - 1 && exponent >= 1 - exponent_bias<T>) {  // one multiplication
    const T power = power_of_two<T>(exponent);
    for (std::int64_t i = 0; i < rows; ++i)
      for (std::int64_t j = 0; j < columns; ++j) a(i, j) = scale(a(i, j), power);
    return;
  }
  for (std::int64_t i = 0; i < rows; ++i)
    for (std::int64_t j = 0; j < columns; ++j) scale_by_power(a(i, j), exponent);
}

// Scales a matrix to a largest part in [1, 2): false where that is not finite.
template <class E>
bool scale_to_one(Block<E> a, std::int64_t rows, std::int64_t columns, int& exponent) {
  const PartOf<E> most = largest_part(a, rows, columns);
  exponent = 0;
  if (!is_finite(most)) return false;
  if (most == 0) return true;
  exponent = exponent_of(most);
  scale_all(a, rows, columns, -exponent);
  return true;
}

// y -= a x, row by row.
template <class E>
COREPY_INLINE void subtract_multiple(E* __restrict y, E a, const E* __restrict x, std::int64_t n) {
  for (std::int64_t i = 0; i < n; ++i) y[i] = subtract(y[i], multiply(a, x[i]));
}

// ---- products

// A factor of a product: a block, or its conjugate transpose.
template <class E>
struct Factor {
  const E* data;
  std::int64_t row, column;  // elements from one to the next
  bool conjugate;
};
template <class E>
Factor<E> plain(Block<E> a) {
  return {a.data, a.row, 1, false};
}
template <class E>
Factor<E> adjoint(Block<E> a) {  // as the left factor only: the product kernels conjugate that
  return {a.data, 1, a.row, is_complex_element<E>};
}

// The services of a call, with the products of its element type.
template <class E>
struct Steps {
  const DecompositionServices& services;
  E* product;  // room for the largest product that update() makes
  std::int64_t product_size;

  // c = a b, for m x k and k x n.
  bool multiply(Block<E> c, Factor<E> a, Factor<E> b, std::int64_t m, std::int64_t n,
                std::int64_t k) const {
    if (m == 0 || n == 0) return true;
    constexpr auto size = static_cast<std::int64_t>(sizeof(E));
    ProductArgs args{};
    args.m = m, args.n = n, args.k = k;
    args.a = a.data, args.a_row_stride_bytes = a.row * size;
    args.a_column_stride_bytes = a.column * size;
    args.b = b.data, args.b_row_stride_bytes = b.row * size;
    args.b_column_stride_bytes = b.column * size;
    args.c = c.data, args.c_row_stride_bytes = c.row * size;
    args.conjugate_a = a.conjugate;
    return services.multiply(services.context, args, dtype_of<E>);
  }
  // c -= a b, in pieces of rows that fit the room.
  bool update(Block<E> c, Factor<E> a, Factor<E> b, std::int64_t m, std::int64_t n,
              std::int64_t k) const {
    if (m == 0 || n == 0 || k == 0) return true;
    const std::int64_t rows = larger(product_size / n, std::int64_t{1});
    for (std::int64_t i = 0; i < m; i += rows) {
      const std::int64_t count = smaller_extent(rows, m - i);
      const Factor<E> part = {a.data + i * a.row, a.row, a.column, a.conjugate};
      if (!multiply({product, n}, part, b, count, n, k)) return false;
      for (std::int64_t r = 0; r < count; ++r) {
        E* __restrict to = c.at(i + r);
        const E* __restrict from = product + r * n;
        for (std::int64_t j = 0; j < n; ++j) to[j] = subtract(to[j], from[j]);
      }
    }
    return true;
  }
  bool proceed(std::int64_t flops) const { return services.proceed(services.context, flops); }
};

// Room for update() of a matrix with so many columns: pieces that stay in the second-level cache.
template <class E>
std::int64_t product_room(std::int64_t columns) {
  constexpr std::int64_t bytes = 1 << 17;
  return larger(bytes / static_cast<std::int64_t>(sizeof(E)), columns);
}

// ---- triangular solves: blocks of `leaf` rows by substitution, halves by products

inline constexpr std::int64_t leaf = 16;

// Where a range is cut in two: at a multiple of the leaf.
constexpr std::int64_t half_of(std::int64_t n) { return (n / 2 + leaf - 1) / leaf * leaf; }

// b = L**-1 b, L unit lower triangular: n x n, b: n x k.
template <class E>
bool solve_unit_lower(const Steps<E>& steps, Block<E> l, Block<E> b, std::int64_t n,
                      std::int64_t k) {
  if (n > leaf) {
    const std::int64_t h = half_of(n);
    return solve_unit_lower(steps, l, b, h, k) &&
           steps.update(b.from(h, 0), plain(l.from(h, 0)), plain(b), n - h, k, h) &&
           solve_unit_lower(steps, l.from(h, h), b.from(h, 0), n - h, k);
  }
  for (std::int64_t i = 1; i < n; ++i)
    for (std::int64_t j = 0; j < i; ++j) subtract_multiple(b.at(i), l(i, j), b.at(j), k);
  return true;
}

// b = U**-1 b, U upper triangular.
template <class E>
bool solve_upper(const Steps<E>& steps, Block<E> u, Block<E> b, std::int64_t n, std::int64_t k) {
  if (n > leaf) {
    const std::int64_t h = half_of(n);
    return solve_upper(steps, u.from(h, h), b.from(h, 0), n - h, k) &&
           steps.update(b, plain(u.from(0, h)), plain(b.from(h, 0)), h, k, n - h) &&
           solve_upper(steps, u, b, h, k);
  }
  for (std::int64_t i = n - 1; i >= 0; --i) {
    for (std::int64_t j = i + 1; j < n; ++j) subtract_multiple(b.at(i), u(i, j), b.at(j), k);
    const E pivot = u(i, i);
    for (std::int64_t j = 0; j < k; ++j) b(i, j) = divide(b(i, j), pivot);
  }
  return true;
}

}  // namespace corepy::COREPY_ISA::decomposition

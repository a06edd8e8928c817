// Products with a vector where K is short, so that each result is one chain, and the matrix lies
// contiguous along k: tiles of it are transposed in registers, for many results side by side.
#pragma once

#include "corepy/kernels/matmul_vector.h"
#include "corepy/vec/complex.h"
#include "corepy/vec/prefix.h"
#include "corepy/vec/transpose_registers.h"

namespace corepy::COREPY_ISA::matmul {

// ---- few results, any layout: R chains in scalar registers ----

template <class T>
COREPY_INLINE void chain_step(T& sum, T w, T x, bool, bool) {
  sum = fused(w, x, sum);
}
template <class T>
COREPY_INLINE void chain_step(Complex<T>& sum, Complex<T> w, Complex<T> x, bool matrix_is_a,
                              bool conjugate_a) {
  const Complex<T> a = matrix_is_a ? w : x;
  const Complex<T> b = matrix_is_a ? x : w;
  const T a_im = conjugate_a ? -a.im : a.im;
  sum.re = fused(-a_im, b.im, fused(a.re, b.re, sum.re));
  sum.im = fused(a_im, b.re, fused(a.re, b.im, sum.im));
}

template <class E, int R>
COREPY_INLINE void chain_rows(const VectorProduct& p, const E* x, std::int64_t first) {
  const char* row[R];
  E sum[R] = {};
  COREPY_UNROLL
  for (int r = 0; r < R; ++r) row[r] = p.matrix.at(first + r, 0);
  for (std::int64_t k = 0; k < p.k; ++k) {
    COREPY_UNROLL
    for (int r = 0; r < R; ++r) {
      chain_step(sum[r], load_element<E>(row[r] + k * p.matrix.k_stride_bytes), x[k],
                 p.matrix_is_a, p.conjugate_a);
    }
  }
  for (int r = 0; r < R; ++r) std::memcpy(p.y + (first + r) * p.y_stride_bytes, &sum[r], sizeof(E));
}

// ---- lanes<T> results side by side ----

// The sums of lanes<T> chains; w and x hold, per part, one k of all of them.
template <class E>
struct Chains {
  using T = E;
  Vec<T> sum = vec::broadcast(T(0));
  COREPY_INLINE void step(const Vec<T>* w, const Vec<T>* x, bool, Vec<T>) {
    sum = vec::fma(w[0], x[0], sum);
  }
  COREPY_INLINE void store(E* out) const { vec::store(out, sum); }
};
template <class T>
struct Chains<Complex<T>> {
  Vec<T> re = vec::broadcast(T(0)), im = vec::broadcast(T(0));
  // `sign` is that of the conjugation, to be applied to the imaginary part of A.
  COREPY_INLINE void step(const Vec<T>* w, const Vec<T>* x, bool matrix_is_a, Vec<T> sign) {
    const Vec<T>* a = matrix_is_a ? w : x;
    const Vec<T>* b = matrix_is_a ? x : w;
    const Vec<T> a_im = a[1] ^ sign;
    re = vec::fnma(a_im, b[1], vec::fma(a[0], b[0], re));
    im = vec::fma(a_im, b[0], vec::fma(a[0], b[1], im));
  }
  COREPY_INLINE void store(Complex<T>* out) const {
    const auto pairs = vec::interleave(ComplexVec<T>{re, im});
    T* p = reinterpret_cast<T*>(out);
    vec::store(p, pairs.first);
    vec::store(p + lanes<T>, pairs.second);
  }
};

// lanes<T> rows by as many Scalars, transposed; `left` of each are there.
template <class T>
COREPY_INLINE void load_transposed(const char* data, std::int64_t stride_bytes, std::int64_t count,
                                   std::int64_t left, Vec<T> (&tile)[lanes<T>]) {
  constexpr std::int64_t size = lanes<T>;
  const auto row = [&](std::int64_t r) {
    return reinterpret_cast<const T*>(data + smaller(r, count - 1) * stride_bytes);
  };
  if (left >= size) {
    COREPY_UNROLL
    for (std::int64_t r = 0; r < size; ++r) tile[r] = vec::load(row(r));
  } else {
    const vec::Prefix<T> some(left);
    COREPY_UNROLL
    for (std::int64_t r = 0; r < size; ++r) tile[r] = some.load_exactly(row(r));
  }
  vec::transpose_registers(tile);
}

// `count` <= lanes<T> results from `first` on. Rows that lack repeat the last one.
template <class E, bool Own, bool MatrixIsA>
void chain_transposed_rows(const VectorProduct& p, const E* x, std::int64_t first,
                           std::int64_t count) noexcept {
  using T = ScalarOf<E>;
  constexpr std::int64_t size = lanes<T>, parts = parts_of<E>, k_size = size / parts;
  const Vec<T> sign = vec::broadcast(p.conjugate_a ? T(-0.0) : T(0));
  Chains<E> chains;
  Vec<T> tile[size], own[size];
  const char* row = p.matrix.at(first, 0);
  const char* x_row = reinterpret_cast<const char*>(x) + first * p.x_outer_stride_bytes;
  const bool has_next = first + 2 * size <= p.rows;
  for (std::int64_t k = 0; k < p.k; k += k_size) {
    if (has_next) {
      COREPY_UNROLL
      for (std::int64_t r = 0; r < size; ++r) {
        __builtin_prefetch(row + (size + r) * p.matrix.outer_stride_bytes);
      }
    }
    const std::int64_t left = p.k - k;
    load_transposed<T>(row, p.matrix.outer_stride_bytes, count, left * parts, tile);
    if constexpr (Own) load_transposed<T>(x_row, p.x_outer_stride_bytes, count, left * parts, own);
    COREPY_UNROLL
    for (std::int64_t q = 0; q < k_size; ++q) {
      if (q < left) {
        Vec<T> factor[parts];
        COREPY_UNROLL
        for (std::int64_t part = 0; part < parts; ++part) {
          factor[part] = Own ? own[q * parts + part]
                             : vec::broadcast(reinterpret_cast<const T*>(x + k + q)[part]);
        }
        chains.step(tile + q * parts, factor, MatrixIsA, sign);
      }
    }
    row += size * static_cast<std::int64_t>(sizeof(T));
    x_row += size * static_cast<std::int64_t>(sizeof(T));
  }
  if (count == size && p.y_stride_bytes == static_cast<std::int64_t>(sizeof(E))) {
    chains.store(reinterpret_cast<E*>(p.y) + first);
    return;
  }
  alignas(64) E result[size];
  chains.store(result);
  for (std::int64_t r = 0; r < count; ++r) {
    std::memcpy(p.y + (first + r) * p.y_stride_bytes, result + r, sizeof(E));
  }
}

// All results. Without `transposes`, the matrix lies in any layout.
template <class E, bool MatrixIsA>
void chain_along_k(const VectorProduct& p, const E* x, bool transposes) noexcept {
  constexpr std::int64_t size = lanes<ScalarOf<E>>;
  std::int64_t row = 0;
  if (p.own_x) {
    for (; row < p.rows; row += size) {
      chain_transposed_rows<E, true, MatrixIsA>(p, x, row, smaller(size, p.rows - row));
    }
    return;
  }
  if (transposes) {
    // Half a tile of rows that repeat costs no more than the scalar chains of the other half.
    for (; row + size / 2 <= p.rows && p.rows > 4; row += size) {
      chain_transposed_rows<E, false, MatrixIsA>(p, x, row, smaller(size, p.rows - row));
    }
  }
  for (; row + 4 <= p.rows; row += 4) chain_rows<E, 4>(p, x, row);
  for (; row < p.rows; ++row) chain_rows<E, 1>(p, x, row);
}

}  // namespace corepy::COREPY_ISA::matmul

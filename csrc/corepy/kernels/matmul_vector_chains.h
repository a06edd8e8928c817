// Products with a vector where K is short, so that each result is one chain, and the matrix lies
// contiguous along k: a few columns of it at a time are transposed in registers, for many results
// side by side.
#pragma once

#include "corepy/kernels/matmul_vector.h"
#include "corepy/vec/complex.h"
#include "corepy/vec/quarters.h"

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

template <class E, bool Own, int R>
COREPY_INLINE void chain_rows(const VectorProduct& p, std::int64_t first) {
  const char* row[R];
  const E* row_x[R];
  E sum[R] = {};
  COREPY_UNROLL
  for (int r = 0; r < R; ++r) {
    row[r] = p.matrix.at(first + r, 0);
    row_x[r] = reinterpret_cast<const E*>(p.x + (Own ? (first + r) * p.x_outer_stride_bytes : 0));
  }
  for (std::int64_t k = 0; k < p.k; ++k) {
    COREPY_UNROLL
    for (int r = 0; r < R; ++r) {
      chain_step(sum[r], load_element<E>(row[r] + k * p.matrix.k_stride_bytes), row_x[r][k],
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

// How many rows ahead of `rows` that are read side by side their lines are asked for: whole steps,
// and so many that the third-level cache has answered by then. None of a matrix that lies nearer,
// and none of rows within a line, which the hardware follows.
COREPY_INLINE std::int64_t rows_ahead(const VectorProduct& p, std::int64_t rows) {
  constexpr std::int64_t far_bytes = std::int64_t{1} << 20, ahead_bytes = 12288;
  const std::int64_t stride =
      p.matrix.outer_stride_bytes < 0 ? -p.matrix.outer_stride_bytes : p.matrix.outer_stride_bytes;
  if (stride <= 64 || p.rows < far_bytes / stride) return 0;
  return rows * larger(1, ahead_bytes / (rows * stride));
}

// Groups * lanes<T> results from `first` on: several groups, for a single chain would wait for each
// fma.
template <class E, bool Own, bool MatrixIsA, int Groups>
void chain_columns(const VectorProduct& p, std::int64_t first) noexcept {
  using T = ScalarOf<E>;
  constexpr std::int64_t size = lanes<T>, parts = parts_of<E>;
  constexpr std::int64_t quarter = vec::quarter_size<T>, k_size = quarter / parts;
  const Vec<T> sign = vec::broadcast(p.conjugate_a ? T(-0.0) : T(0));
  const std::int64_t stride = p.matrix.outer_stride_bytes;
  Chains<E> chains[Groups];
  const char* row = p.matrix.at(first, 0);
  const E* const x = reinterpret_cast<const E*>(p.x);
  const char* own_row = p.x + first * p.x_outer_stride_bytes;
  const std::int64_t ahead = rows_ahead(p, Groups * size);
  const bool has_next = ahead != 0 && first + ahead + Groups * size <= p.rows;
  vec::RowAddresses<T> rows(row, stride), own_rows(own_row, p.x_outer_stride_bytes);
  const std::int64_t group_bytes = size * stride, own_group_bytes = size * p.x_outer_stride_bytes;
  const auto add_columns = [&](std::int64_t k, std::int64_t left) COREPY_LAMBDA_INLINE {
    COREPY_UNROLL
    for (int group = 0; group < Groups; ++group) {
      Vec<T> w[quarter], factor[quarter];
      vec::RowAddresses<T> here = rows, own_here = own_rows;
      here.advance(group * group_bytes);
      vec::load_columns<T>(here, left * parts, w);
      if constexpr (Own) {
        own_here.advance(group * own_group_bytes);
        vec::load_columns<T>(own_here, left * parts, factor);
      } else {
        COREPY_UNROLL
        for (std::int64_t i = 0; i < quarter; ++i) {
          factor[i] =
              vec::broadcast(i < left * parts ? reinterpret_cast<const T*>(x + k)[i] : T(0));
        }
      }
      COREPY_UNROLL
      for (std::int64_t q = 0; q < k_size; ++q) {
        if (q < left) chains[group].step(w + q * parts, factor + q * parts, MatrixIsA, sign);
      }
    }
    rows.advance(16);
    own_rows.advance(16);
  };
  std::int64_t k = 0;
  while (k + k_size <= p.k) {
    if (has_next) {
      for (std::int64_t r = 0; r < Groups * size; ++r) {
        __builtin_prefetch(row + (ahead + r) * stride + k * static_cast<std::int64_t>(sizeof(E)));
      }
    }
    const std::int64_t end = smaller(k + 64 / static_cast<std::int64_t>(sizeof(E)), p.k);
    for (; k + k_size <= end; k += k_size) add_columns(k, k_size);
  }
  if (k < p.k) add_columns(k, p.k - k);
  if (p.y_stride_bytes == static_cast<std::int64_t>(sizeof(E))) {
    for (int group = 0; group < Groups; ++group) {
      chains[group].store(reinterpret_cast<E*>(p.y) + first + group * size);
    }
    return;
  }
  alignas(64) E result[Groups * size];
  for (int group = 0; group < Groups; ++group) chains[group].store(result + group * size);
  for (std::int64_t r = 0; r < Groups * size; ++r) {
    std::memcpy(p.y + (first + r) * p.y_stride_bytes, result + r, sizeof(E));
  }
}

// All results; x lies contiguous.
template <class E, bool Own, bool MatrixIsA>
void chain_along_k(const VectorProduct& p) noexcept {
  constexpr std::int64_t size = lanes<ScalarOf<E>>;
  constexpr int groups = 2;
  const bool is_contiguous = vector_method<E>(p) == VectorMethod::along_k;
  std::int64_t row = 0;
  if (is_contiguous) {
    for (; row + groups * size <= p.rows; row += groups * size) {
      chain_columns<E, Own, MatrixIsA, groups>(p, row);
    }
    if (row + size <= p.rows) {
      chain_columns<E, Own, MatrixIsA, 1>(p, row);
      row += size;
    }
    // A few last rows cost no more as part of a vector that begins before them.
    if (row + size / 4 <= p.rows && p.rows >= size) {
      chain_columns<E, Own, MatrixIsA, 1>(p, p.rows - size);
      return;
    }
  }
  for (; row + 4 <= p.rows; row += 4) chain_rows<E, Own, 4>(p, row);
  for (; row < p.rows; ++row) chain_rows<E, Own, 1>(p, row);
}

}  // namespace corepy::COREPY_ISA::matmul

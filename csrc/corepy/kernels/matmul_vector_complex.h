// Products of a complex matrix with a vector. The matrix is read as it lies, real and imaginary
// parts side by side: one k is two fma of a vector w of the matrix, first(w) * f + s and second(w)
// * g + s, with f and g made of x beforehand.
#pragma once

#include "corepy/kernels/matmul_vector_strips.h"

namespace corepy::COREPY_ISA::matmul {

// The contract's order of the four products, per pair (re, im) of the sums:
//   the matrix is A: first = (a.re, a.re), f = (x.re, x.im);  second = (a.im, a.im), g = (-x.im,
//   x.re) the matrix is B: first = (b.re, b.im), f = (x.re, x.re);  second = (b.im, b.re), g =
//   (-x.im, x.im)
// (A product changes its sign with one factor's, exactly.) Conjugating A negates g.
template <class T, bool MatrixIsA>
struct ComplexFactors {
  const T* f;
  const T* g;

  static COREPY_INLINE Vec<T> first(Vec<T> w) {
    if constexpr (MatrixIsA) return vec::permute<vec::RepeatEven>(w);
    return w;
  }
  static COREPY_INLINE Vec<T> second(Vec<T> w) {
    if constexpr (MatrixIsA) return vec::permute<vec::RepeatOdd>(w);
    return vec::permute<vec::SwapPairs>(w);
  }
  static COREPY_INLINE Vec<T> multiply_add(Vec<T> w, Vec<T> f, Vec<T> g, Vec<T> s) {
    return vec::fma(second(w), g, vec::fma(first(w), f, s));
  }
  static COREPY_INLINE Vec<T> repeat_pair(const T* pair) {
    alignas(64) T values[lanes<T>];
    for (std::int64_t i = 0; i < lanes<T>; i += 2) {
      values[i] = pair[0];
      values[i + 1] = pair[1];
    }
    return vec::load(values);
  }

  // See RealFactors; sums and width count Scalars, two per element.
  template <int Q>
  COREPY_INLINE void add_rows(const char* rows, std::int64_t row_step_bytes, std::int64_t k,
                              std::int64_t k_step, bool first, T* sum, std::int64_t width) const {
    Vec<T> fq[Q], gq[Q];
    COREPY_UNROLL
    for (int q = 0; q < Q; ++q) {
      fq[q] = repeat_pair(f + 2 * (k + q * k_step));
      gq[q] = repeat_pair(g + 2 * (k + q * k_step));
    }
    for (std::int64_t j = 0; j < width; j += lanes<T>) {
      const std::int64_t left = width - j;
      Vec<T> s = first ? vec::broadcast(T(0)) : vec::load(sum + j);
      COREPY_UNROLL
      for (int q = 0; q < Q; ++q) {
        const T* row = reinterpret_cast<const T*>(rows + q * row_step_bytes) + j;
        s = multiply_add(left >= lanes<T> ? vec::load(row) : vec::load_partial(row, left), fq[q],
                         gq[q], s);
      }
      vec::store(sum + j, s);
    }
  }
};

// f and g, `p.k` pairs each, one behind the other.
template <class T>
void make_complex_factors(const VectorProduct& p, T* f, T* g) noexcept {
  for (std::int64_t k = 0; k < p.k; ++k) {
    const auto x = load_element<Complex<T>>(p.x + k * p.x_stride_bytes);
    const T im = p.conjugate_a ? -x.im : x.im;
    f[2 * k] = x.re;
    f[2 * k + 1] = p.matrix_is_a ? x.im : x.re;
    g[2 * k] = -im;
    g[2 * k + 1] = !p.matrix_is_a ? im : p.conjugate_a ? -x.re : x.re;
  }
}

// Steps 3 and 4 for R rows and one block: all lanes of a row are 64 bytes. Lanes without k take
// (+0) * (-1) + s, which is s.
template <class T, bool MatrixIsA, int R>
COREPY_INLINE void sum_complex_rows_of_block(const T* const (&row)[R],
                                             const ComplexFactors<T, MatrixIsA>& x,
                                             std::int64_t k_count, Complex<T> (&sum)[R]) {
  constexpr std::int64_t size = 64 / sizeof(T);  // Scalars of all lanes
  constexpr std::int64_t parts = size / lanes<T>;
  Vec<T> acc[R][parts];
  COREPY_UNROLL
  for (int r = 0; r < R; ++r) {
    COREPY_UNROLL
    for (std::int64_t i = 0; i < parts; ++i) acc[r][i] = vec::broadcast(T(0));
  }
  std::int64_t j = 0;
  for (; j + size <= 2 * k_count; j += size) {
    COREPY_UNROLL
    for (int r = 0; r < R; ++r) {
      COREPY_UNROLL
      for (std::int64_t i = 0; i < parts; ++i) {
        const std::int64_t at = j + i * lanes<T>;
        acc[r][i] = x.multiply_add(vec::load(row[r] + at), vec::load(x.f + at), vec::load(x.g + at),
                                   acc[r][i]);
      }
    }
  }
  for (std::int64_t i = 0; j + i * lanes<T> < 2 * k_count; ++i) {  // the last vectors, one by one
    const std::int64_t at = j + i * lanes<T>;
    const std::int64_t left = smaller(2 * k_count - at, lanes<T>);
    const auto load = [&](const T* p, T fill) {
      return left == lanes<T> ? vec::load(p + at) : vec::load_partial(p + at, left, fill);
    };
    const Vec<T> f = load(x.f, T(-1));
    const Vec<T> g = load(x.g, T(-1));
    COREPY_UNROLL
    for (int r = 0; r < R; ++r) {
      // A constant index keeps the sums in registers.
      COREPY_UNROLL
      for (std::int64_t part = 0; part < parts; ++part) {
        if (part == i) acc[r][part] = x.multiply_add(load(row[r], T(0)), f, g, acc[r][part]);
      }
    }
  }
  for (int r = 0; r < R; ++r) {
    alignas(64) T lane[size];
    COREPY_UNROLL
    for (std::int64_t i = 0; i < parts; ++i) vec::store(lane + i * lanes<T>, acc[r][i]);
    for (std::int64_t half = size / 2; half > 1; half /= 2) {
      for (std::int64_t i = 0; i < half; ++i) lane[i] = lane[i] + lane[i + half];
    }
    sum[r] = {lane[0], lane[1]};
  }
}

// K <= 64: R chains in scalar registers.
template <class T, bool MatrixIsA, int R>
COREPY_INLINE void chain_complex_rows(const VectorProduct& p, const ComplexFactors<T, MatrixIsA>& x,
                                      std::int64_t first) {
  Complex<T> sum[R] = {};
  for (std::int64_t k = 0; k < p.k; ++k) {
    const T *f = x.f + 2 * k, *g = x.g + 2 * k;
    for (int r = 0; r < R; ++r) {
      const auto w = load_element<Complex<T>>(p.matrix.at(first + r, k));
      const T im = MatrixIsA ? w.re : w.im;
      const T swapped_re = w.im;
      const T swapped_im = MatrixIsA ? w.im : w.re;
      sum[r].re = fused(swapped_re, g[0], fused(w.re, f[0], sum[r].re));
      sum[r].im = fused(swapped_im, g[1], fused(im, f[1], sum[r].im));
    }
  }
  for (int r = 0; r < R; ++r)
    std::memcpy(p.y + (first + r) * p.y_stride_bytes, &sum[r], sizeof sum[r]);
}

// Results first .. first + count, count <= R; missing rows repeat the last one.
template <class T, bool MatrixIsA, int R>
void multiply_complex_rows(const VectorProduct& p, const ComplexFactors<T, MatrixIsA>& x,
                           std::int64_t first, std::int64_t count, char* gathered) noexcept {
  PendingSums<Complex<T>, R> pending;
  const std::int64_t blocks = block_count(p.k);
  for (std::int64_t block = 0; block < blocks; ++block) {
    const std::int64_t k = block * block_length;
    const std::int64_t k_count = smaller(block_length, p.k - k);
    const T* row[R];
    for (int r = 0; r < R; ++r) {
      const char* source = p.matrix.at(first + smaller(r, count - 1), k);
      if (gathered) {
        char* copy = gathered + r * k_count * static_cast<std::int64_t>(sizeof(Complex<T>));
        source = reinterpret_cast<const char*>(
            make_contiguous<Complex<T>>(source, p.matrix.k_stride_bytes, k_count, copy));
      }
      row[r] = reinterpret_cast<const T*>(source);
    }
    Complex<T> sum[R];
    sum_complex_rows_of_block<T, MatrixIsA, R>(row, {x.f + 2 * k, x.g + 2 * k}, k_count, sum);
    pending.absorb(merge_of_block<T>(block, blocks), sum);
  }
  for (std::int64_t r = 0; r < count; ++r) {
    std::memcpy(p.y + (first + r) * p.y_stride_bytes, &pending.sum[0][r], sizeof(Complex<T>));
  }
}

template <class T, bool MatrixIsA>
void multiply_complex_along_k(const VectorProduct& p, const ComplexFactors<T, MatrixIsA>& x,
                              char* gathered) noexcept {
  constexpr int at_once = sizeof(Vec<T>) == 64 ? 8 : sizeof(Vec<T>) == 32 ? 4 : 2;
  std::int64_t row = 0;
  if (lane_count<T>(p.k) == 1) {
    for (; row + 4 <= p.rows; row += 4) chain_complex_rows<T, MatrixIsA, 4>(p, x, row);
    for (; row < p.rows; ++row) chain_complex_rows<T, MatrixIsA, 1>(p, x, row);
    return;
  }
  if (p.rows == 1) return multiply_complex_rows<T, MatrixIsA, 1>(p, x, 0, 1, gathered);
  for (; row < p.rows; row += at_once) {
    multiply_complex_rows<T, MatrixIsA, at_once>(p, x, row, smaller(at_once, p.rows - row),
                                                 gathered);
  }
}

template <class T, bool MatrixIsA>
void multiply_complex_vector(const VectorProduct& p, char* workspace) noexcept {
  using E = Complex<T>;
  const VectorWorkspace plan = plan_vector_workspace<E>(p);
  T* const factors = reinterpret_cast<T*>(workspace);
  make_complex_factors(p, factors, factors + 2 * p.k);
  const ComplexFactors<T, MatrixIsA> x = {factors, factors + 2 * p.k};
  switch (vector_method<E>(p)) {
    case VectorMethod::along_k:
      return multiply_complex_along_k(p, x, nullptr);
    case VectorMethod::along_y:
      return multiply_along_y<E>(p, x, workspace, plan);
    case VectorMethod::gathered:
      return multiply_complex_along_k(p, x, workspace + plan.lanes);
  }
}

template <class E>
  requires is_complex_element<E>
void multiply_vector(const MatmulArgs& args) noexcept {
  using T = ScalarOf<E>;
  const VectorProduct p = vector_product_of(args, sizeof(E));
  if (p.matrix_is_a) {
    multiply_complex_vector<T, true>(p, static_cast<char*>(args.workspace));
  } else {
    multiply_complex_vector<T, false>(p, static_cast<char*>(args.workspace));
  }
}

}  // namespace corepy::COREPY_ISA::matmul

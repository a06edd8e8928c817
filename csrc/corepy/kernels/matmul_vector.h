// A product with a vector, A @ x or x @ B, or a stack of dots, in one form, and what its paths
// share. The paths: matmul_vector_chains.h (short k), matmul_vector_rows.h (the matrix contiguous
// along k), matmul_vector_strips.h (contiguous along the result).
#pragma once

#include "corepy/kernels/matmul_pack.h"
#include "corepy/vec/pairs.h"

namespace corepy::COREPY_ISA::matmul {

// y[i] = sum over k of matrix(i, k) * x[k]: A @ x as it stands, x @ B with B turned; with `own_x`,
// row i has the vector x + i * x_outer_stride_bytes. The contract's formula is symmetric in its
// operands for reals, not for complex elements: there `matrix_is_a` matters.
struct VectorProduct {
  std::int64_t rows, k;
  Operand matrix;
  const char* x;
  std::int64_t x_stride_bytes;
  char* y;
  std::int64_t y_stride_bytes;
  bool matrix_is_a;
  bool conjugate_a;
  StopCheck* stop;
  bool own_x = false;
  std::int64_t x_outer_stride_bytes = 0;
};

inline VectorProduct vector_product_of(const ProductArgs& args, std::int64_t itemsize,
                                       StopCheck* stop) noexcept {
  const char* a = static_cast<const char*>(args.a);
  const char* b = static_cast<const char*>(args.b);
  char* c = static_cast<char*>(args.c);
  if (args.n == 1) {
    return {args.m,
            args.k,
            {a, args.a_row_stride_bytes, args.a_column_stride_bytes, false},
            b,
            args.b_row_stride_bytes,
            c,
            args.c_row_stride_bytes,
            true,
            args.conjugate_a,
            stop};
  }
  return {args.n,
          args.k,
          {b, args.b_column_stride_bytes, args.b_row_stride_bytes, false},
          a,
          args.a_column_stride_bytes,
          c,
          itemsize,
          false,
          args.conjugate_a,
          stop};
}

// Dots of vectors that lie contiguous are rows of one product.
inline bool is_stack_of_dots(const ProductArgs& args, std::int64_t itemsize) noexcept {
  return args.count > 1 && args.m == 1 && args.n == 1 &&
         (args.k == 1 ||
          (args.a_column_stride_bytes == itemsize && args.b_row_stride_bytes == itemsize));
}
inline VectorProduct stack_of_dots(const ProductArgs& args, std::int64_t itemsize,
                                   StopCheck* stop) noexcept {
  VectorProduct p = vector_product_of(args, itemsize, stop);
  p.rows = args.count;
  p.matrix.outer_stride_bytes = args.a_step_bytes;
  p.matrix.k_stride_bytes = itemsize;
  p.x_stride_bytes = itemsize;
  p.y_stride_bytes = args.c_step_bytes;
  p.own_x = true;
  p.x_outer_stride_bytes = args.b_step_bytes;
  return p;
}

enum class VectorMethod { along_k, along_y, gathered };

template <class E>
VectorMethod vector_method(const VectorProduct& p) noexcept {
  constexpr auto itemsize = static_cast<std::int64_t>(sizeof(E));
  if (p.matrix.k_stride_bytes == itemsize || p.k == 1) return VectorMethod::along_k;
  if (p.matrix.outer_stride_bytes == itemsize && p.rows > 1) return VectorMethod::along_y;
  return VectorMethod::gathered;
}

// Rows at once: as many as have registers for their sums.
template <class E>
inline constexpr int rows_at_once =
    parts_of<E> == 1 ? 8 : static_cast<int>(sizeof(Vec<ScalarOf<E>>) / 8);

// Elements of y that are summed side by side where the matrix is contiguous along y. 8 KiB: long
// enough to read memory along its rows, short enough for the lanes' sums to stay in the nearest
// caches (benchmarks/cpp/matmul_benchmark.cpp).
template <class E>
inline constexpr std::int64_t strip_length = 8192 / static_cast<std::int64_t>(sizeof(E));

template <class E>
std::int64_t strip_length_of(const VectorProduct& p) noexcept {
  return smaller(strip_length<E>, round_up(p.rows, lanes<ScalarOf<E>>));
}

// Where the parts of the workspace lie, x first; `bytes` is all of it.
struct VectorWorkspace {
  bool has_whole_x;
  std::int64_t rows, lanes, pending, bytes;
};

// What does not lie contiguous is made so: a block of k at a time where few results use it, and x
// whole where many rows would copy it again.
template <class E>
VectorWorkspace plan_vector_workspace(const VectorProduct& p) noexcept {
  constexpr auto itemsize = static_cast<std::int64_t>(sizeof(E));
  const VectorMethod method = vector_method<E>(p);
  const int lanes_of_k = lane_count<ScalarOf<E>>(p.k);
  const std::int64_t block_bytes = round_up(smaller(p.k, block_length<E>) * itemsize, 64);
  VectorWorkspace w = {};
  if (p.x_stride_bytes != itemsize && p.k > 1) {
    w.has_whole_x =
        lanes_of_k == 1 || (method != VectorMethod::along_y && p.rows > rows_at_once<E>);
    w.bytes = w.has_whole_x ? round_up(p.k * itemsize, 64) : block_bytes;
  }
  if (lanes_of_k == 1) return w;
  w.rows = w.lanes = w.bytes;
  if (method == VectorMethod::gathered) {
    w.bytes += (p.rows == 1 ? 1 : rows_at_once<E>)*block_bytes;
  } else if (method == VectorMethod::along_y) {
    const std::int64_t strip = strip_length_of<E>(p) * itemsize;
    w.bytes += lanes_of_k * strip;
    w.pending = w.bytes;
    w.bytes += pending_sums<E>(p.k) * strip;
  }
  return w;
}

template <class E>
const E* make_contiguous(const char* x, std::int64_t stride_bytes, std::int64_t count,
                         char* workspace) noexcept {
  if (stride_bytes == static_cast<std::int64_t>(sizeof(E)) || count == 1) {
    return reinterpret_cast<const E*>(x);
  }
  E* copy = reinterpret_cast<E*>(workspace);
  for (std::int64_t i = 0; i < count; ++i) copy[i] = load_element<E>(x + i * stride_bytes);
  return copy;
}

// The part of x that belongs to a block of k, contiguous.
template <class E>
const E* x_of_block(const VectorProduct& p, std::int64_t k, std::int64_t k_count,
                    char* workspace) noexcept {
  return make_contiguous<E>(p.x + k * p.x_stride_bytes, p.x_stride_bytes, k_count, workspace);
}

// Copies x whole. Elements far apart take as long as tens of multiplications, so that the copy asks
// whether to stop, too.
template <class E>
void copy_x(VectorProduct& p, char* workspace) noexcept {
  constexpr std::int64_t stretch = std::int64_t{1} << 16, multiplications = 32;
  constexpr auto itemsize = static_cast<std::int64_t>(sizeof(E));
  for (std::int64_t k = 0; k < p.k; k += stretch) {
    const std::int64_t count = smaller(stretch, p.k - k);
    x_of_block<E>(p, k, count, workspace + k * itemsize);
    if (p.stop->after(count * multiplications)) break;
  }
  p.x = workspace;
  p.x_stride_bytes = itemsize;
}

// Step 5 for R results at once.
template <class E>
COREPY_INLINE E add_elements(E x, E y) {
  if constexpr (is_complex_element<E>) {
    return {x.re + y.re, x.im + y.im};
  } else {
    return x + y;
  }
}
template <class E, int R>
struct PendingSums {
  E sum[64][R];
  COREPY_INLINE void absorb(const BlockMerge& merge, E (&s)[R]) {
    for (int number = merge.older - 1; number >= merge.older - merge.merges; --number) {
      for (int r = 0; r < R; ++r) s[r] = add_elements(sum[number][r], s[r]);
    }
    for (int r = 0; r < R; ++r) sum[merge.older - merge.merges][r] = s[r];
  }
};

// How a vector w of the matrix meets a vector x of the same k, complex: two steps, first(w) * f +
// s, then second(w) * g + s. In the contract's order, per pair (re, im) of the sums,
//   the matrix is A: first = (a.re, a.re), f = (x.re, x.im);  second = (a.im, a.im),
//                    g = (-x.im, x.re)
//   the matrix is B: first = (b.re, b.im), f = (x.re, x.re);  second = (b.im, b.re),
//                    g = (-x.im, x.im)
// (A product changes its sign with one factor's, exactly.) Conjugating A negates g.
template <class T, bool MatrixIsA>
struct PairFactors {
  Vec<T> f, g;

  static COREPY_INLINE PairFactors of(Vec<T> x, bool conjugate) {
    if constexpr (MatrixIsA) {
      return {x, conjugate ? vec::turn_pairs_back(x) : vec::turn_pairs(x)};
    } else {
      const Vec<T> im = vec::repeat_odd(x);
      return {vec::repeat_even(x), conjugate ? vec::turn_pairs_back(im) : vec::turn_pairs(im)};
    }
  }
  COREPY_INLINE Vec<T> multiply_add(Vec<T> w, Vec<T> s) const {
    if constexpr (MatrixIsA) {
      return vec::fma(vec::repeat_odd(w), g, vec::fma(vec::repeat_even(w), f, s));
    } else {
      return vec::fma(vec::swap_pairs(w), g, vec::fma(w, f, s));
    }
  }
};

}  // namespace corepy::COREPY_ISA::matmul

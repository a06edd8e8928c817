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
  bool own_x = false;
  std::int64_t x_outer_stride_bytes = 0;
  const ProductArgs* call = nullptr;  // whose product it is, for its StopCheck
};

inline VectorProduct vector_product_of(const ProductArgs& args, std::int64_t itemsize) noexcept {
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
            false,
            0,
            &args};
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
          false,
          0,
          &args};
}

// Dots of vectors that lie contiguous are rows of one product.
inline bool is_stack_of_dots(const ProductArgs& args, std::int64_t itemsize) noexcept {
  return args.count > 1 && args.m == 1 && args.n == 1 &&
         (args.k == 1 ||
          (args.a_column_stride_bytes == itemsize && args.b_row_stride_bytes == itemsize));
}
inline VectorProduct stack_of_dots(const ProductArgs& args, std::int64_t itemsize) noexcept {
  VectorProduct p = vector_product_of(args, itemsize);
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

inline constexpr std::int64_t gathered_rows = 8;

// Elements of y that are summed side by side where the matrix is contiguous along y. 8 KiB: long
// enough to read memory along its rows, short enough for the lanes' sums to stay in the nearest
// caches (benchmarks/cpp/matmul_benchmark.cpp).
template <class E>
inline constexpr std::int64_t strip_length = 8192 / static_cast<std::int64_t>(sizeof(E));

template <class E>
std::int64_t strip_length_of(const VectorProduct& p) noexcept {
  return smaller(strip_length<E>, round_up(p.rows, lanes<ScalarOf<E>>));
}

// A dot of which not both lie contiguous: a block of each at a time is made so.
template <class E>
bool is_gathered_dot(const VectorProduct& p) noexcept {
  constexpr auto itemsize = static_cast<std::int64_t>(sizeof(E));
  return p.rows == 1 && lane_count<ScalarOf<E>>(p.k) > 1 &&
         (p.x_stride_bytes != itemsize || p.matrix.k_stride_bytes != itemsize);
}
template <class E>
std::int64_t gathered_block_bytes(std::int64_t k) noexcept {
  return round_up(smaller(k, block_length<E>) * static_cast<std::int64_t>(sizeof(E)), 64);
}

// Where the parts of the workspace lie; `bytes` is all of it.
struct VectorWorkspace {
  std::int64_t lanes, pending, bytes;  // x comes first
};

template <class E>
VectorWorkspace plan_vector_workspace(const VectorProduct& p) noexcept {
  using T = ScalarOf<E>;
  constexpr auto itemsize = static_cast<std::int64_t>(sizeof(E));
  const VectorMethod method = vector_method<E>(p);
  VectorWorkspace w = {};
  if (is_gathered_dot<E>(p)) {
    w.bytes = 2 * gathered_block_bytes<E>(p.k);
    return w;
  }
  if (p.x_stride_bytes != itemsize && p.k > 1) {
    w.bytes = round_up(p.k * itemsize, 64);  // used once per row: made contiguous first
  }
  w.lanes = w.bytes;
  if (method == VectorMethod::gathered) {
    w.bytes += gathered_rows * smaller(p.k, block_length<E>) * itemsize;
  } else if (method == VectorMethod::along_y && lane_count<T>(p.k) > 1) {
    const std::int64_t strip = strip_length_of<E>(p) * itemsize;
    w.bytes += lane_count<T>(p.k) * strip;
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

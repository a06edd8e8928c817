// A product with a vector, A @ x or x @ B, in one form, and what its paths share. The paths:
// matmul_vector_rows.h (the matrix contiguous along k), matmul_vector_strips.h (contiguous along
// the result), matmul_vector_complex.h (both, complex).
#pragma once

#include "corepy/kernels/matmul_pack.h"

namespace corepy::COREPY_ISA::matmul {

// y[i] = sum over k of matrix(i, k) * x[k]: A @ x as it stands, x @ B with B turned. The contract's
// formula is symmetric in its operands for reals, not for complex elements: there `matrix_is_a`
// matters.
struct VectorProduct {
  std::int64_t rows, k;
  Operand matrix;
  const char* x;
  std::int64_t x_stride_bytes;
  char* y;
  std::int64_t y_stride_bytes;
  bool matrix_is_a;
  bool conjugate_a;
};

inline VectorProduct vector_product_of(const MatmulArgs& args, std::int64_t itemsize) noexcept {
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
            args.conjugate_a};
  }
  return {args.n,
          args.k,
          {b, args.b_column_stride_bytes, args.b_row_stride_bytes, false},
          a,
          args.a_column_stride_bytes,
          c,
          itemsize,
          false,
          args.conjugate_a};
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
  if (parts_of<E> == 2) {
    w.bytes = round_up(2 * p.k * itemsize, 64);  // x as two arrays of factors
  } else if (p.x_stride_bytes != itemsize && p.k > 1) {
    w.bytes = round_up(p.k * itemsize, 64);  // used once per row: made contiguous first
  }
  w.lanes = w.bytes;
  if (method == VectorMethod::gathered) {
    w.bytes += gathered_rows * smaller(p.k, block_length) * itemsize;
  } else if (method == VectorMethod::along_y && lane_count<T>(p.k) > 1) {
    const std::int64_t strip = strip_length_of<E>(p) * itemsize;
    w.bytes += lane_count<T>(p.k) * strip;
    w.pending = w.bytes;
    w.bytes += pending_sums<T>(p.k) * strip;
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

}  // namespace corepy::COREPY_ISA::matmul

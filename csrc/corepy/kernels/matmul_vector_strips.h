// Products of a matrix that lies contiguous along the result with a vector: strips of results
// summed side by side. And the choice between the paths of products with a vector.
#pragma once

#include "corepy/kernels/matmul_vector_rows.h"
#include "corepy/vec/prefetch.h"

namespace corepy::COREPY_ISA::matmul {

// x as the strips use it: each result takes one fma per k.
template <class E, bool MatrixIsA>
struct StripFactors {
  using T = E;
  static constexpr int parts = 1;
  const T* x;
  bool conjugate_a;

  // sum[j] = fma(row q [j], x[k + q * k_step], sum[j]) for q = 0 .. Q - 1 in this order, 0 <= j <
  // width; `first`: from +0.
  template <int Q>
  COREPY_INLINE void add_rows(const char* rows, std::int64_t row_step_bytes, std::int64_t k,
                              std::int64_t k_step, bool first, T* sum, std::int64_t width) const {
    Vec<T> factor[Q];
    COREPY_UNROLL
    for (int q = 0; q < Q; ++q) factor[q] = vec::broadcast(x[k + q * k_step]);
    const auto row = [&](int q) { return reinterpret_cast<const T*>(rows + q * row_step_bytes); };
    std::int64_t j = 0;
    for (; j + 4 * lanes<T> <= width; j += 4 * lanes<T>) {
      Vec<T> s[4];
      COREPY_UNROLL
      for (int v = 0; v < 4; ++v)
        s[v] = first ? vec::broadcast(T(0)) : vec::load(sum + j + v * lanes<T>);
      COREPY_UNROLL
      for (int q = 0; q < Q; ++q) {
        COREPY_UNROLL
        for (int v = 0; v < 4; ++v)
          s[v] = vec::fma(vec::load(row(q) + j + v * lanes<T>), factor[q], s[v]);
      }
      COREPY_UNROLL
      for (int v = 0; v < 4; ++v) vec::store(sum + j + v * lanes<T>, s[v]);
    }
    for (; j < width; j += lanes<T>) {
      const std::int64_t left = width - j;
      Vec<T> s = first ? vec::broadcast(T(0)) : vec::load(sum + j);
      COREPY_UNROLL
      for (int q = 0; q < Q; ++q) {
        const Vec<T> v =
            left >= lanes<T> ? vec::load(row(q) + j) : vec::load_partial(row(q) + j, left);
        s = vec::fma(v, factor[q], s);
      }
      vec::store(sum + j, s);
    }
  }

  // What add_rows does, for Turns rows of each of Lanes lanes, which follow each other in memory
  // from `rows` on: V vectors of the strip, the sums of all lanes in registers.
  template <int Lanes, int Turns, int V>
  COREPY_INLINE void add_turns(const char* rows, std::int64_t row_bytes, std::int64_t k, bool first,
                               T* sum, std::int64_t stride, const vec::Prefix<T>& last) const {
    Vec<T> s[Lanes][V];
    COREPY_UNROLL
    for (int l = 0; l < Lanes; ++l) {
      COREPY_UNROLL
      for (int v = 0; v < V; ++v) {
        s[l][v] = first ? vec::broadcast(T(0)) : vec::load(sum + l * stride + v * lanes<T>);
      }
    }
    for (int turn = 0; turn < Turns; ++turn) {
      COREPY_UNROLL
      for (int l = 0; l < Lanes; ++l, rows += row_bytes) {
        const Vec<T> factor = vec::broadcast(x[k + l]);
        vec::prefetch_lines(rows + Turns * Lanes * row_bytes, V * sizeof(Vec<T>));
        COREPY_UNROLL
        for (int v = 0; v < V; ++v) {
          const T* row = reinterpret_cast<const T*>(rows) + v * lanes<T>;
          s[l][v] = vec::fma(v + 1 < V ? vec::load(row) : last.load_exactly(row), factor, s[l][v]);
        }
      }
      k += Lanes;
    }
    COREPY_UNROLL
    for (int l = 0; l < Lanes; ++l) {
      COREPY_UNROLL
      for (int v = 0; v < V; ++v) vec::store(sum + l * stride + v * lanes<T>, s[l][v]);
    }
  }
};

// Complex: sums and width count Scalars, two per element.
template <class T, bool MatrixIsA>
struct StripFactors<Complex<T>, MatrixIsA> {
  static constexpr int parts = 2;
  using Factors = PairFactors<T, MatrixIsA>;
  const Complex<T>* x;
  bool conjugate_a;

  template <int Q>
  COREPY_INLINE void add_rows(const char* rows, std::int64_t row_step_bytes, std::int64_t k,
                              std::int64_t k_step, bool first, T* sum, std::int64_t width) const {
    Factors factor[Q];
    COREPY_UNROLL
    for (int q = 0; q < Q; ++q) {
      const Complex<T> e = x[k + q * k_step];
      factor[q] = Factors::of(vec::broadcast_pair(e.re, e.im), conjugate_a);
    }
    for (std::int64_t j = 0; j < width; j += lanes<T>) {
      const std::int64_t left = width - j;
      Vec<T> s = first ? vec::broadcast(T(0)) : vec::load(sum + j);
      COREPY_UNROLL
      for (int q = 0; q < Q; ++q) {
        const T* row = reinterpret_cast<const T*>(rows + q * row_step_bytes) + j;
        s = factor[q].multiply_add(left >= lanes<T> ? vec::load(row) : vec::load_partial(row, left),
                                   s);
      }
      vec::store(sum + j, s);
    }
  }
};

// The lane sums of one strip, in rows of `stride` Scalars, `width` of which are used.
template <class T>
struct StripSums {
  T* sums;
  std::int64_t stride;
  std::int64_t width;
  int lanes;
};

// From k on, sweeps over the strip that take `Rows` rows of each lane; returns the first k that is
// left. Operand, x and k begin with the block.
template <class T, int Rows, class Factors>
COREPY_INLINE std::int64_t sweep_lanes(const Operand& block, const Factors& x, std::int64_t k,
                                       std::int64_t k_count, const StripSums<T>& strip) {
  for (; k + Rows * strip.lanes <= k_count; k += Rows * strip.lanes) {
    for (int lane = 0; lane < strip.lanes; ++lane) {
      x.template add_rows<Rows>(block.at(0, k + lane), strip.lanes * block.k_stride_bytes, k + lane,
                                strip.lanes, k == 0, strip.sums + lane * strip.stride, strip.width);
    }
  }
  return k;
}

// Narrow strips, in the order of memory: a few rows of all lanes, while the next ones are asked
// for. The jumps of sweep_lanes along one lane would wait for the memory (20% of float32 at 100000
// x 32). Returns the first k that is left.
template <class T, class Factors>
COREPY_INLINE std::int64_t sum_narrow_strip(const Operand& block, const Factors& x,
                                            std::int64_t k_count, const StripSums<T>& strip) {
  constexpr int lane_total = lane_count<T>(single_chain_limit + 1);
  // Sixteen sums where there are registers for them and for a row of four vectors (100000 x 32
  // float64: 0.6 of the time on Zen 5); rows of two with eight lanes were 1.1 times slower.
  constexpr int sums = sizeof(Vec<T>) == 64 && lane_total == 4 ? 16 : 8;
  constexpr int turns = 8, vectors = sums / lane_total;
  constexpr std::int64_t step = turns * lane_total;
  std::int64_t k = 0;
  for (; k + step <= k_count; k += step) {
    std::int64_t j = 0;
    const auto add = [&]<int V>(std::integral_constant<int, V>) COREPY_LAMBDA_INLINE {
      const vec::Prefix<T> last(smaller(strip.width - j - (V - 1) * lanes<T>, lanes<T>));
      x.template add_turns<lane_total, turns, V>(
          block.at(0, k) + j * static_cast<std::int64_t>(sizeof(T)), block.k_stride_bytes, k,
          k == 0, strip.sums + j, strip.stride, last);
      j += V * lanes<T>;
    };
    while (j + (vectors - 1) * lanes<T> < strip.width) add(std::integral_constant<int, vectors>{});
    if constexpr (vectors > 2) {
      while (j + lanes<T> < strip.width) add(std::integral_constant<int, 2>{});
    }
    while (j < strip.width) add(std::integral_constant<int, 1>{});
  }
  return k;
}

// Steps 3 and 4 for one block and strip; row 0 of the sums takes the result.
template <class T, class Factors>
void sum_strip_of_block(const Operand& block, const Factors& x, std::int64_t k_count,
                        const StripSums<T>& strip) noexcept {
  for (int lane = static_cast<int>(smaller(k_count, strip.lanes)); lane < strip.lanes; ++lane) {
    std::memset(strip.sums + lane * strip.stride, 0,
                static_cast<std::size_t>(strip.stride) * sizeof(T));
  }
  std::int64_t k = 0;
  if constexpr (Factors::parts == 1) {
    constexpr std::int64_t narrow = 8 * lanes<T>;
    if (strip.lanes > 1 && strip.width <= narrow) k = sum_narrow_strip<T>(block, x, k_count, strip);
  }
  k = sweep_lanes<T, 8>(block, x, k, k_count, strip);
  k = sweep_lanes<T, 2>(block, x, k, k_count, strip);
  for (; k < k_count; ++k) {
    x.template add_rows<1>(block.at(0, k), 0, k, 0, k < strip.lanes,
                           strip.sums + k % strip.lanes * strip.stride, strip.width);
  }
  for (std::int64_t j = 0; j < strip.width; j += lanes<T>) {
    for (int half = strip.lanes / 2; half > 0; half /= 2) {
      for (int l = 0; l < half; ++l) {
        T* low = strip.sums + l * strip.stride + j;
        vec::store(low, vec::load(low) + vec::load(low + half * strip.stride));
      }
    }
  }
}

// `count` results from `first` on, from where they were summed to where they belong.
template <class E>
void scatter_strip(const ScalarOf<E>* sums, const VectorProduct& p, std::int64_t first,
                   std::int64_t count) noexcept {
  char* y = p.y + first * p.y_stride_bytes;
  if (p.y_stride_bytes == static_cast<std::int64_t>(sizeof(E))) {
    std::memcpy(y, sums, static_cast<std::size_t>(count) * sizeof(E));
    return;
  }
  for (std::int64_t j = 0; j < count; ++j) {
    std::memcpy(y + j * p.y_stride_bytes, sums + j * parts_of<E>, sizeof(E));
  }
}

// `x_copy`: where a block of x is made contiguous.
template <class E, class Factors>
void multiply_strip(const VectorProduct& p, std::int64_t first, std::int64_t count, char* x_copy,
                    const StripSums<ScalarOf<E>>& strip, ScalarOf<E>* pending) noexcept {
  using T = ScalarOf<E>;
  const std::int64_t blocks = block_count<E>(p.k);
  for (std::int64_t block = 0; block < blocks; ++block) {
    const std::int64_t k = block * block_length<E>;
    const std::int64_t k_count = smaller(block_length<E>, p.k - k);
    const Factors x = {x_of_block<E>(p, k, k_count, x_copy), p.conjugate_a};
    sum_strip_of_block<T>(p.matrix.from(first, k), x, k_count, strip);
    const BlockMerge merge = merge_of_block<T>(block, blocks);
    for (std::int64_t j = 0; j < strip.width; j += lanes<T>) {
      Vec<T> sum = vec::load(strip.sums + j);
      for (int number = merge.older - 1; number >= merge.older - merge.merges; --number) {
        sum = vec::load(pending + number * strip.stride + j) + sum;
      }
      vec::store(pending + (merge.older - merge.merges) * strip.stride + j, sum);
    }
    if (p.stop->after(count * block_length<E>)) return;
  }
  scatter_strip<E>(pending, p, first, count);
}

// Short K: the chains of a few vectors of y stay near.
template <class E, class Factors>
void chain_strip(const VectorProduct& p, const Factors& x) noexcept {
  using T = ScalarOf<E>;
  constexpr std::int64_t elements = 4 * lanes<T> / parts_of<E>;
  alignas(64) T sums[4 * lanes<T>];
  const bool is_contiguous = p.y_stride_bytes == static_cast<std::int64_t>(sizeof(E));
  for (std::int64_t j = 0; j < p.rows; j += elements) {
    const std::int64_t count = smaller(elements, p.rows - j);
    const bool direct = is_contiguous && count == elements;
    T* out = direct ? reinterpret_cast<T*>(p.y + j * p.y_stride_bytes) : sums;
    std::int64_t k = 0;
    for (; k + 8 <= p.k; k += 8) {
      x.template add_rows<8>(p.matrix.at(j, k), p.matrix.k_stride_bytes, k, 1, k == 0, out,
                             count * parts_of<E>);
    }
    for (; k < p.k; ++k)
      x.template add_rows<1>(p.matrix.at(j, k), 0, k, 0, k == 0, out, count * parts_of<E>);
    if (!direct) scatter_strip<E>(sums, p, j, count);
  }
}

template <class E, class Factors>
void multiply_along_y(const VectorProduct& p, char* workspace,
                      const VectorWorkspace& plan) noexcept {
  using T = ScalarOf<E>;
  if (lane_count<T>(p.k) == 1) {
    return chain_strip<E>(p, Factors{reinterpret_cast<const E*>(p.x), p.conjugate_a});
  }
  const std::int64_t stride = strip_length_of<E>(p);
  for (std::int64_t first = 0; first < p.rows; first += stride) {
    const std::int64_t count = smaller(stride, p.rows - first);
    multiply_strip<E, Factors>(p, first, count, workspace,
                               {reinterpret_cast<T*>(workspace + plan.lanes), stride * parts_of<E>,
                                count * parts_of<E>, lane_count<T>(p.k)},
                               reinterpret_cast<T*>(workspace + plan.pending));
  }
}

template <class E, bool MatrixIsA>
void multiply_vector_product(VectorProduct p, char* workspace) noexcept {
  const VectorWorkspace plan = plan_vector_workspace<E>(p);
  if (plan.has_whole_x) copy_x<E>(p, workspace);
  if (vector_method<E>(p) == VectorMethod::along_y) {
    multiply_along_y<E, StripFactors<E, MatrixIsA>>(p, workspace, plan);
  } else {
    multiply_along_k<E, MatrixIsA>(p, {workspace + plan.rows, workspace});
  }
}

template <class E>
void multiply_vectors(const ProductArgs& args, StopCheck& stop) noexcept {
  constexpr auto itemsize = static_cast<std::int64_t>(sizeof(E));
  char* const workspace = static_cast<char*>(args.workspace);
  if (is_stack_of_dots(args, itemsize)) {
    return multiply_vector_product<E, true>(stack_of_dots(args, itemsize, &stop), workspace);
  }
  VectorProduct p = vector_product_of(args, itemsize, &stop);
  const std::int64_t matrix_step = p.matrix_is_a ? args.a_step_bytes : args.b_step_bytes;
  const std::int64_t x_step = p.matrix_is_a ? args.b_step_bytes : args.a_step_bytes;
  for (std::int64_t product = 0; product < args.count; ++product) {
    if (parts_of<E> == 1 || p.matrix_is_a) {
      multiply_vector_product<E, true>(p, workspace);
    } else {
      multiply_vector_product<E, parts_of<E> == 1>(p, workspace);
    }
    p.matrix.data += matrix_step;
    p.x += x_step;
    p.y += args.c_step_bytes;
  }
}

template <class E>
std::int64_t vector_workspace_bytes(const ProductArgs& args) noexcept {
  constexpr auto itemsize = static_cast<std::int64_t>(sizeof(E));
  if (is_stack_of_dots(args, itemsize)) return 0;
  return plan_vector_workspace<E>(vector_product_of(args, itemsize, nullptr)).bytes;
}

}  // namespace corepy::COREPY_ISA::matmul

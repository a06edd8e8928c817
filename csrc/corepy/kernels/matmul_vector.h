// Products with a vector: A @ x, x @ B and dot, float32 and float64. They read the matrix once, so nothing of it is packed.
#pragma once

#include "corepy/kernels/matmul_pack.h"
#include "corepy/vec/lane_block.h"

namespace corepy::COREPY_ISA::matmul {

// y[i] = sum over k of matrix(i, k) * x[k]: A @ x as it stands, x @ B with B turned. Real products commute.
struct VectorProduct {
  std::int64_t rows, k;
  Operand matrix;
  const char* x;
  std::int64_t x_stride_bytes;
  char* y;
  std::int64_t y_stride_bytes;
};

inline VectorProduct vector_product_of(const MatmulArgs& args, std::int64_t itemsize) noexcept {
  const char* a = static_cast<const char*>(args.a);
  const char* b = static_cast<const char*>(args.b);
  char* c = static_cast<char*>(args.c);
  if (args.n == 1) {
    return {args.m, args.k, {a, args.a_row_stride_bytes, args.a_column_stride_bytes, false},
            b,      args.b_row_stride_bytes, c, args.c_row_stride_bytes};
  }
  return {args.n, args.k, {b, args.b_column_stride_bytes, args.b_row_stride_bytes, false},
          a,      args.a_column_stride_bytes, c, itemsize};
}

inline constexpr std::int64_t rows_at_once = 8;

// Elements of y that are summed side by side where the matrix is contiguous along y. 8 KiB: long enough to read memory along
// its rows, short enough for the lanes' sums to stay in the nearest caches (benchmarks/cpp/matmul_benchmark.cpp).
template <class T>
inline constexpr std::int64_t strip_length = 8192 / static_cast<std::int64_t>(sizeof(T));

enum class VectorMethod { along_k, along_y, gathered };

template <class T>
VectorMethod vector_method(const VectorProduct& p) noexcept {
  constexpr auto itemsize = static_cast<std::int64_t>(sizeof(T));
  if (p.matrix.k_stride_bytes == itemsize || p.k == 1) return VectorMethod::along_k;
  if (p.matrix.outer_stride_bytes == itemsize && p.rows > 1) return VectorMethod::along_y;
  return VectorMethod::gathered;
}

// Where the parts of the workspace lie; `bytes` is all of it.
struct VectorWorkspace {
  std::int64_t x, lanes, pending, bytes;
};

template <class T>
VectorWorkspace plan_vector_workspace(const VectorProduct& p) noexcept {
  constexpr auto itemsize = static_cast<std::int64_t>(sizeof(T));
  const VectorMethod method = vector_method<T>(p);
  VectorWorkspace w = {};
  // x is used once per row: made contiguous first.
  if (p.x_stride_bytes != itemsize && p.k > 1) w.bytes += round_up(p.k * itemsize, 64);
  w.lanes = w.bytes;
  if (method == VectorMethod::gathered) {
    w.bytes += rows_at_once * smaller(p.k, block_length) * itemsize;
  } else if (method == VectorMethod::along_y && lane_count<T>(p.k) > 1) {
    const std::int64_t strip = smaller(strip_length<T>, round_up(p.rows, lanes<T>)) * itemsize;
    w.bytes += lane_count<T>(p.k) * strip;
    w.pending = w.bytes;
    w.bytes += pending_sums<T>(p.k) * strip;
  }
  return w;
}

template <class T>
const T* make_contiguous(const char* x, std::int64_t stride_bytes, std::int64_t count, char* workspace) noexcept {
  if (stride_bytes == static_cast<std::int64_t>(sizeof(T)) || count == 1) {
    return reinterpret_cast<const T*>(x);
  }
  T* copy = reinterpret_cast<T*>(workspace);
  for (std::int64_t i = 0; i < count; ++i) copy[i] = load_element<T>(x + i * stride_bytes);
  return copy;
}

// ---- the matrix contiguous along k: one row of lanes per result ----

// Step 3 and 4 of the contract for R rows and one block. Own: each row has its own x (blocks of one long dot).
// Lanes that have no k left take (+0) * (-1) + s, which is s for every s, -0 included.
template <class T, int R, bool Own>
COREPY_INLINE void sum_rows_of_block(const T* const (&row)[R], const T* const (&x)[R], std::int64_t k_count,
                                     T (&sum)[R]) {
  using Block = vec::LaneBlock<T>;
  Block acc[R];
  COREPY_UNROLL
  for (int r = 0; r < R; ++r) acc[r] = Block::broadcast(T(0));
  std::int64_t k = 0;
  for (; k + Block::size <= k_count; k += Block::size) {
    const Block shared = Block::load(x[0] + k);
    COREPY_UNROLL
    for (int r = 0; r < R; ++r) {
      acc[r] = vec::fma(Block::load(row[r] + k), Own ? Block::load(x[r] + k) : shared, acc[r]);
    }
  }
  if (k < k_count) {
    const std::int64_t left = k_count - k;
    alignas(32) T tail[Block::size];
    for (int r = 0; r < R; ++r) {
      if (Own || r == 0) {
        for (std::int64_t l = 0; l < Block::size; ++l) tail[l] = l < left ? x[r][k + l] : T(-1);
      }
      acc[r] = vec::fma(Block::load_partial(row[r] + k, left), Block::load(tail), acc[r]);
    }
  }
  COREPY_UNROLL
  for (int r = 0; r < R; ++r) sum[r] = vec::sum_lanes(acc[r]);
}

// Step 5 for R results at once.
template <class T, int R>
struct PendingSums {
  T sum[64][R];
  COREPY_INLINE void absorb(const BlockMerge& merge, T (&s)[R]) {
    for (int number = merge.older - 1; number >= merge.older - merge.merges; --number) {
      for (int r = 0; r < R; ++r) s[r] = sum[number][r] + s[r];
    }
    for (int r = 0; r < R; ++r) sum[merge.older - merge.merges][r] = s[r];
  }
};

// Results first .. first + count, count <= R; missing rows repeat the last one.
template <class T, int R>
void multiply_rows(const VectorProduct& p, const T* x, std::int64_t first, std::int64_t count,
                   T* gathered) noexcept {
  PendingSums<T, R> pending;
  const std::int64_t blocks = block_count(p.k);
  for (std::int64_t block = 0; block < blocks; ++block) {
    const std::int64_t k = block * block_length;
    const std::int64_t k_count = smaller(block_length, p.k - k);
    const T* row[R];
    for (int r = 0; r < R; ++r) {
      const Operand source = p.matrix.from(first + smaller(r, count - 1), k);
      row[r] = gathered ? make_contiguous<T>(source.data, p.matrix.k_stride_bytes, k_count,
                                             reinterpret_cast<char*>(gathered + r * k_count))
                        : reinterpret_cast<const T*>(source.data);
    }
    T sum[R];
    const T* const block_x[R] = {x + k};
    sum_rows_of_block<T, R, false>(row, block_x, k_count, sum);
    pending.absorb(merge_of_block<T>(block, blocks), sum);
  }
  for (std::int64_t r = 0; r < count; ++r) {
    std::memcpy(p.y + (first + r) * p.y_stride_bytes, &pending.sum[0][r], sizeof(T));
  }
}

// Blocks first .. first + Count of a dot, side by side: a single chain of lanes would wait for each fma.
template <class T, int Count>
COREPY_INLINE void sum_dot_blocks(const T* row, const T* x, std::int64_t first, std::int64_t blocks,
                                  std::int64_t k_count, PendingSums<T, 1>& pending) {
  const T *rows[Count], *xs[Count];
  COREPY_UNROLL
  for (int i = 0; i < Count; ++i) {
    rows[i] = row + (first + i) * block_length;
    xs[i] = x + (first + i) * block_length;
  }
  T sum[Count];
  sum_rows_of_block<T, Count, true>(rows, xs, k_count, sum);
  for (int i = 0; i < Count; ++i) {
    T one[1] = {sum[i]};
    pending.absorb(merge_of_block<T>(first + i, blocks), one);
  }
}

template <class T>
T multiply_dot(const T* row, const T* x, std::int64_t k) noexcept {
  PendingSums<T, 1> pending;
  const std::int64_t blocks = block_count(k);
  const std::int64_t full = k / block_length;
  std::int64_t block = 0;
  for (; block + 4 <= full; block += 4) {
    sum_dot_blocks<T, 4>(row, x, block, blocks, block_length, pending);
  }
  for (; block + 2 <= full; block += 2) {
    sum_dot_blocks<T, 2>(row, x, block, blocks, block_length, pending);
  }
  for (; block < blocks; ++block) {
    sum_dot_blocks<T, 1>(row, x, block, blocks, smaller(block_length, k - block * block_length), pending);
  }
  return pending.sum[0][0];
}

// ---- K <= 64: one chain per result ----

// R chains in scalar registers, for few rows and any layout.
template <class T, int R>
COREPY_INLINE void chain_rows(const VectorProduct& p, const T* x, std::int64_t first) {
  const char* row[R];
  T sum[R];
  for (int r = 0; r < R; ++r) {
    row[r] = p.matrix.at(first + r, 0);
    sum[r] = 0;
  }
  for (std::int64_t k = 0; k < p.k; ++k) {
    for (int r = 0; r < R; ++r) {
      sum[r] = fused(load_element<T>(row[r] + k * p.matrix.k_stride_bytes), x[k], sum[r]);
    }
  }
  for (int r = 0; r < R; ++r) std::memcpy(p.y + (first + r) * p.y_stride_bytes, &sum[r], sizeof(T));
}

// lanes<T> chains side by side: square tiles of the matrix are transposed in registers.
template <class T>
void chain_transposed_rows(const VectorProduct& p, const T* x, std::int64_t first, std::int64_t count) noexcept {
  constexpr std::int64_t size = lanes<T>;
  const T* row[size];
  for (std::int64_t r = 0; r < size; ++r) {
    row[r] = reinterpret_cast<const T*>(p.matrix.at(first + smaller(r, count - 1), 0));
  }
  Vec<T> sum = vec::broadcast(T(0));
  Vec<T> tile[size];
  const bool has_next = first + 2 * size <= p.rows;
  std::int64_t k = 0;
  for (; k + size <= p.k; k += size) {
    if (has_next) {
      COREPY_UNROLL
      for (std::int64_t r = 0; r < size; ++r) {
        __builtin_prefetch(p.matrix.at(first + size + r, k));
      }
    }
    COREPY_UNROLL
    for (std::int64_t r = 0; r < size; ++r) tile[r] = vec::load(row[r] + k);
    vec::transpose_registers(tile);
    COREPY_UNROLL
    for (std::int64_t q = 0; q < size; ++q) sum = vec::fma(tile[q], vec::broadcast(x[k + q]), sum);
  }
  if (k < p.k) {
    COREPY_UNROLL
    for (std::int64_t r = 0; r < size; ++r) tile[r] = vec::load_partial(row[r] + k, p.k - k);
    vec::transpose_registers(tile);
    COREPY_UNROLL
    for (std::int64_t q = 0; q < size; ++q) {
      if (k + q < p.k) sum = vec::fma(tile[q], vec::broadcast(x[k + q]), sum);
    }
  }
  if (count == size && p.y_stride_bytes == static_cast<std::int64_t>(sizeof(T))) {
    vec::store(reinterpret_cast<T*>(p.y) + first, sum);
    return;
  }
  alignas(64) T result[size];
  vec::store(result, sum);
  for (std::int64_t r = 0; r < count; ++r) {
    std::memcpy(p.y + (first + r) * p.y_stride_bytes, result + r, sizeof(T));
  }
}

template <class T>
void multiply_along_k(const VectorProduct& p, const T* x, T* gathered) noexcept {
  std::int64_t row = 0;
  if (lane_count<T>(p.k) == 1) {
    if (!gathered) {
      // Half a tile of rows that repeat costs no more than the scalar chains of the other half.
      for (; row + lanes<T> / 2 <= p.rows && p.rows > 4; row += lanes<T>) {
        chain_transposed_rows<T>(p, x, row, smaller(lanes<T>, p.rows - row));
      }
    }
    for (; row + 4 <= p.rows; row += 4) chain_rows<T, 4>(p, x, row);
    for (; row < p.rows; ++row) chain_rows<T, 1>(p, x, row);
    return;
  }
  if (p.rows == 1 && !gathered) {
    const T y = multiply_dot<T>(reinterpret_cast<const T*>(p.matrix.data), x, p.k);
    std::memcpy(p.y, &y, sizeof y);
    return;
  }
  for (; row + 4 < p.rows; row += 8) multiply_rows<T, 8>(p, x, row, smaller(8, p.rows - row), gathered);
  for (; row < p.rows; row += 4) multiply_rows<T, 4>(p, x, row, smaller(4, p.rows - row), gathered);
}

// ---- the matrix contiguous along y: strips of y ----

// sum[j] = fma(row q [j], x[q * x_step], sum[j]) for q = 0 .. Q - 1, over one strip of `width` results.
template <class T, int Q>
COREPY_INLINE void add_rows(const char* rows, std::int64_t row_step_bytes, const T* x, std::int64_t x_step,
                            bool first, T* sum, std::int64_t width) {
  Vec<T> factor[Q];
  COREPY_UNROLL
  for (int q = 0; q < Q; ++q) factor[q] = vec::broadcast(x[q * x_step]);
  const auto row = [&](int q) { return reinterpret_cast<const T*>(rows + q * row_step_bytes); };
  std::int64_t j = 0;
  for (; j + 4 * lanes<T> <= width; j += 4 * lanes<T>) {
    Vec<T> s[4];
    COREPY_UNROLL
    for (int v = 0; v < 4; ++v) s[v] = first ? vec::broadcast(T(0)) : vec::load(sum + j + v * lanes<T>);
    COREPY_UNROLL
    for (int q = 0; q < Q; ++q) {
      COREPY_UNROLL
      for (int v = 0; v < 4; ++v) {
        const T* from = row(q) + j + v * lanes<T>;
        s[v] = vec::fma(vec::load(from), factor[q], s[v]);
      }
    }
    COREPY_UNROLL
    for (int v = 0; v < 4; ++v) vec::store(sum + j + v * lanes<T>, s[v]);
  }
  for (; j < width; j += lanes<T>) {
    const std::int64_t left = width - j;
    Vec<T> s = first ? vec::broadcast(T(0)) : vec::load(sum + j);
    COREPY_UNROLL
    for (int q = 0; q < Q; ++q) {
      const Vec<T> v = left >= lanes<T> ? vec::load(row(q) + j) : vec::load_partial(row(q) + j, left);
      s = vec::fma(v, factor[q], s);
    }
    vec::store(sum + j, s);
  }
}

// The lane sums of one strip, in rows of `stride`.
template <class T>
struct StripSums {
  T* sums;
  std::int64_t stride;
  std::int64_t width;
  int lanes;
};

// From k on, sweeps over the strip that take `Rows` rows of each lane; returns the first k that is left.
template <class T, int Rows>
COREPY_INLINE std::int64_t sweep_lanes(const Operand& block, const T* x, std::int64_t k, std::int64_t k_count,
                                       const StripSums<T>& strip) {
  for (; k + Rows * strip.lanes <= k_count; k += Rows * strip.lanes) {
    for (int lane = 0; lane < strip.lanes; ++lane) {
      add_rows<T, Rows>(block.at(0, k + lane), strip.lanes * block.k_stride_bytes, x + k + lane, strip.lanes,
                        k == 0, strip.sums + lane * strip.stride, strip.width);
    }
  }
  return k;
}

// Steps 3 and 4 for one block and strip; row 0 of the sums takes the result.
template <class T>
void sum_strip_of_block(const Operand& block, const T* x, std::int64_t k_count, const StripSums<T>& strip) noexcept {
  for (int lane = static_cast<int>(smaller(k_count, strip.lanes)); lane < strip.lanes; ++lane) {
    std::memset(strip.sums + lane * strip.stride, 0, static_cast<std::size_t>(strip.stride) * sizeof(T));
  }
  std::int64_t k = sweep_lanes<T, 8>(block, x, 0, k_count, strip);
  k = sweep_lanes<T, 4>(block, x, k, k_count, strip);
  k = sweep_lanes<T, 1>(block, x, k, k_count, strip);
  for (; k < k_count; ++k) {
    add_rows<T, 1>(block.at(0, k), 0, x + k, 0, k < strip.lanes, strip.sums + k % strip.lanes * strip.stride,
                   strip.width);
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

template <class T>
void scatter_strip(const T* sums, const VectorProduct& p, std::int64_t first, std::int64_t width) noexcept {
  if (p.y_stride_bytes == static_cast<std::int64_t>(sizeof(T))) {
    std::memcpy(p.y + first * p.y_stride_bytes, sums, static_cast<std::size_t>(width) * sizeof(T));
    return;
  }
  for (std::int64_t j = 0; j < width; ++j) {
    std::memcpy(p.y + (first + j) * p.y_stride_bytes, sums + j, sizeof(T));
  }
}

template <class T>
void multiply_strip(const VectorProduct& p, const T* x, std::int64_t first, const StripSums<T>& strip,
                    T* pending) noexcept {
  const std::int64_t blocks = block_count(p.k);
  for (std::int64_t block = 0; block < blocks; ++block) {
    const std::int64_t k = block * block_length;
    sum_strip_of_block<T>(p.matrix.from(first, k), x + k, smaller(block_length, p.k - k), strip);
    const BlockMerge merge = merge_of_block<T>(block, blocks);
    for (std::int64_t j = 0; j < strip.width; j += lanes<T>) {
      Vec<T> sum = vec::load(strip.sums + j);
      for (int number = merge.older - 1; number >= merge.older - merge.merges; --number) {
        sum = vec::load(pending + number * strip.stride + j) + sum;
      }
      vec::store(pending + (merge.older - merge.merges) * strip.stride + j, sum);
    }
  }
  scatter_strip(pending, p, first, strip.width);
}

// K <= 64: the chains of a few vectors of y stay in registers.
template <class T>
void chain_strip(const VectorProduct& p, const T* x, std::int64_t first, std::int64_t width) noexcept {
  constexpr std::int64_t vectors = 4;
  alignas(64) T sums[vectors * lanes<T>];
  const bool is_contiguous = p.y_stride_bytes == static_cast<std::int64_t>(sizeof(T));
  for (std::int64_t j = 0; j < width; j += vectors * lanes<T>) {
    const std::int64_t count = smaller(vectors * lanes<T>, width - j);
    const bool direct = is_contiguous && count == vectors * lanes<T>;
    T* out = direct ? reinterpret_cast<T*>(p.y) + first + j : sums;
    const char* rows = p.matrix.at(first + j, 0);
    std::int64_t k = 0;
    for (; k + 8 <= p.k; k += 8) {
      add_rows<T, 8>(rows + k * p.matrix.k_stride_bytes, p.matrix.k_stride_bytes, x + k, 1, k == 0, out, count);
    }
    for (; k < p.k; ++k) add_rows<T, 1>(rows + k * p.matrix.k_stride_bytes, 0, x + k, 0, k == 0, out, count);
    if (!direct) scatter_strip(sums, p, first + j, count);
  }
}

template <class T>
void multiply_along_y(const VectorProduct& p, const T* x, char* workspace, const VectorWorkspace& plan) noexcept {
  if (lane_count<T>(p.k) == 1) {
    chain_strip<T>(p, x, 0, p.rows);
    return;
  }
  const std::int64_t stride = smaller(strip_length<T>, round_up(p.rows, lanes<T>));
  for (std::int64_t first = 0; first < p.rows; first += stride) {
    multiply_strip<T>(p, x, first,
                      {reinterpret_cast<T*>(workspace + plan.lanes), stride, smaller(stride, p.rows - first),
                       lane_count<T>(p.k)},
                      reinterpret_cast<T*>(workspace + plan.pending));
  }
}

template <class T>
void multiply_vector(const MatmulArgs& args) noexcept {
  const VectorProduct p = vector_product_of(args, sizeof(T));
  const VectorWorkspace plan = plan_vector_workspace<T>(p);
  char* const workspace = static_cast<char*>(args.workspace);
  const T* x = make_contiguous<T>(p.x, p.x_stride_bytes, p.k, workspace + plan.x);
  switch (vector_method<T>(p)) {
    case VectorMethod::along_k:
      return multiply_along_k<T>(p, x, nullptr);
    case VectorMethod::along_y:
      return multiply_along_y<T>(p, x, workspace, plan);
    case VectorMethod::gathered:
      return multiply_along_k<T>(p, x, reinterpret_cast<T*>(workspace + plan.lanes));
  }
}

}  // namespace corepy::COREPY_ISA::matmul

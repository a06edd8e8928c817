// Products of a float32 or float64 matrix that lies contiguous along k with a vector: one row of
// lanes per result, or, for short k, one chain. Dots are the case of one row.
#pragma once

#include "corepy/kernels/matmul_vector.h"
#include "corepy/vec/lane_block.h"
#include "corepy/vec/transpose_registers.h"

namespace corepy::COREPY_ISA::matmul {

// Step 3 and 4 of the contract for R rows and one block. Own: each row has its own x (blocks of one
// long dot). Lanes that have no k left take (+0) * (-1) + s, which is s for every s, -0 included.
template <class T, int R, bool Own>
COREPY_INLINE void sum_rows_of_block(const T* const (&row)[R], const T* const (&x)[R],
                                     std::int64_t k_count, T (&sum)[R]) {
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

// Blocks first .. first + Count of a dot, side by side: a single chain of lanes would wait for each
// fma.
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
    sum_dot_blocks<T, 1>(row, x, block, blocks, smaller(block_length, k - block * block_length),
                         pending);
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
void chain_transposed_rows(const VectorProduct& p, const T* x, std::int64_t first,
                           std::int64_t count) noexcept {
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
  for (; row + 4 < p.rows; row += 8)
    multiply_rows<T, 8>(p, x, row, smaller(8, p.rows - row), gathered);
  for (; row < p.rows; row += 4) multiply_rows<T, 4>(p, x, row, smaller(4, p.rows - row), gathered);
}

}  // namespace corepy::COREPY_ISA::matmul

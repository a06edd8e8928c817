// Products of a matrix that lies contiguous along k with a vector, K long: one row of lanes per
// result. Dots are the case of one row. Short K: matmul_vector_chains.h.
#pragma once

#include "corepy/kernels/matmul_vector_chains.h"
#include "corepy/vec/first_lanes.h"
#include "corepy/vec/lane_block.h"

namespace corepy::COREPY_ISA::matmul {

// Step 3 and 4 of the contract for R rows and one block of k_count. Own: each row has its own x,
// and the last row may end sooner, at last_count.
template <class E, bool MatrixIsA>
struct RowSums {
  using T = E;
  bool conjugate_a;

  // Lanes that have no k left take (+0) * (-1) + s, which is s for every s, -0 included.
  template <int R, bool Own>
  COREPY_INLINE void sum_block(const E* const (&row)[R], const E* const (&x)[R],
                               std::int64_t k_count, std::int64_t last_count, E (&sum)[R]) const {
    using Block = vec::LaneBlock<T>;
    Block acc[R];
    COREPY_UNROLL
    for (int r = 0; r < R; ++r) acc[r] = Block::broadcast(T(0));
    std::int64_t k = 0;
    for (; k + Block::size <= last_count; k += Block::size) {
      const Block shared = Block::load(x[0] + k);
      COREPY_UNROLL
      for (int r = 0; r < R; ++r) {
        acc[r] = vec::fma(Block::load(row[r] + k), Own ? Block::load(x[r] + k) : shared, acc[r]);
      }
    }
    const auto add_tail = [&](int r, std::int64_t at, std::int64_t left) COREPY_LAMBDA_INLINE {
      alignas(32) T tail[Block::size];
      for (std::int64_t l = 0; l < Block::size; ++l) {
        tail[l] = l < left ? x[Own ? r : 0][at + l] : T(-1);
      }
      acc[r] = vec::fma(Block::load_partial(row[r] + at, left), Block::load(tail), acc[r]);
    };
    if (k < last_count) add_tail(R - 1, k, last_count - k);
    for (; k + Block::size <= k_count; k += Block::size) {
      COREPY_UNROLL
      for (int r = 0; r + 1 < R; ++r) {
        acc[r] = vec::fma(Block::load(row[r] + k), Block::load(x[Own ? r : 0] + k), acc[r]);
      }
    }
    if (k < k_count) {
      COREPY_UNROLL
      for (int r = 0; r + 1 < R; ++r) add_tail(r, k, k_count - k);
    }
    COREPY_UNROLL
    for (int r = 0; r < R; ++r) sum[r] = vec::sum_lanes(acc[r]);
  }
};

// R whole blocks of real elements that lie one behind the other, as sum_block has them. Blocks are
// pages, so that R chains at the same k ask the second-level cache for lines that all lie in one of
// its banks, half of what it delivers: each chain is two lines ahead of the next one (1e5 float32:
// 0.65 to 0.75 of the time on Zen 5).
template <int R, class T>
COREPY_INLINE void sum_whole_blocks(const T* row, const T* x, T (&sum)[R]) {
  using Block = vec::LaneBlock<T>;
  constexpr std::int64_t length = block_length<T>, lag = 128 / static_cast<std::int64_t>(sizeof(T));
  Block acc[R];
  const auto step = [&](int r, std::int64_t k) COREPY_LAMBDA_INLINE {
    const std::int64_t at = r * length + k;
    acc[r] = vec::fma(Block::load(row + at), Block::load(x + at), acc[r]);
  };
  COREPY_UNROLL
  for (int r = 0; r < R; ++r) {
    acc[r] = Block::broadcast(T(0));
    for (std::int64_t k = 0; k < (R - 1 - r) * lag; k += Block::size) step(r, k);
  }
  for (std::int64_t k = 0; k < length - (R - 1) * lag; k += Block::size) {
    COREPY_UNROLL
    for (int r = 0; r < R; ++r) step(r, k + (R - 1 - r) * lag);
  }
  COREPY_UNROLL
  for (int r = 0; r < R; ++r) {
    for (std::int64_t k = length - r * lag; k < length; k += Block::size) step(r, k);
    sum[r] = vec::sum_lanes(acc[r]);
  }
}

// All lanes of a row are 64 bytes: one, two or four vectors.
template <class T, bool MatrixIsA>
struct RowSums<Complex<T>, MatrixIsA> {
  using E = Complex<T>;
  using Factors = PairFactors<T, MatrixIsA>;
  static constexpr std::int64_t size = 64 / sizeof(T);
  static constexpr std::int64_t vectors = size / lanes<T>;
  bool conjugate_a;

  template <int R, bool Own>
  COREPY_INLINE void sum_block(const E* const (&row)[R], const E* const (&x)[R],
                               std::int64_t k_count, std::int64_t last_count, E (&sum)[R]) const {
    Vec<T> acc[R][vectors];
    COREPY_UNROLL
    for (int r = 0; r < R; ++r) {
      COREPY_UNROLL
      for (std::int64_t v = 0; v < vectors; ++v) acc[r][v] = vec::broadcast(T(0));
    }
    std::int64_t j = 0;
    for (; j + size <= 2 * last_count; j += size) {
      COREPY_UNROLL
      for (std::int64_t v = 0; v < vectors; ++v) {
        const std::int64_t at = j + v * lanes<T>;
        Factors factors = Factors::of(vec::load(scalars(x[0]) + at), conjugate_a);
        COREPY_UNROLL
        for (int r = 0; r < R; ++r) {
          if (Own && r > 0) factors = Factors::of(vec::load(scalars(x[r]) + at), conjugate_a);
          acc[r][v] = factors.multiply_add(vec::load(scalars(row[r]) + at), acc[r][v]);
        }
      }
    }
    // A constant index keeps the sums in registers.
    COREPY_UNROLL
    for (int r = 0; r < R; ++r) {
      add_rest(row[r], x[Own ? r : 0], j, 2 * (r + 1 < R ? k_count : last_count), acc[r]);
    }
    for (int r = 0; r < R; ++r) sum[r] = add_lanes(acc[r]);
  }

  static COREPY_INLINE const T* scalars(const E* p) { return reinterpret_cast<const T*>(p); }

  // The Scalars [j, end) of one row; lanes that have none keep their sums.
  COREPY_INLINE void add_rest(const E* row, const E* x, std::int64_t j, std::int64_t end,
                              Vec<T> (&acc)[vectors]) const {
    for (; j < end; j += size) {
      COREPY_UNROLL
      for (std::int64_t v = 0; v < vectors; ++v) {
        const std::int64_t at = j + v * lanes<T>;
        if (at >= end) continue;
        const std::int64_t left = smaller(end - at, lanes<T>);
        const vec::Prefix<T> some(left);
        const Factors factors = Factors::of(some.load_exactly(scalars(x) + at), conjugate_a);
        const Vec<T> next = factors.multiply_add(some.load_exactly(scalars(row) + at), acc[v]);
        acc[v] = vec::select<T>(vec::first_lanes<T>(left), next, acc[v]);
      }
    }
  }
  static COREPY_INLINE E add_lanes(const Vec<T> (&acc)[vectors]) {
    alignas(64) T lane[size];
    COREPY_UNROLL
    for (std::int64_t v = 0; v < vectors; ++v) vec::store(lane + v * lanes<T>, acc[v]);
    COREPY_UNROLL
    for (std::int64_t half = size / 2; half > 1; half /= 2) {
      COREPY_UNROLL
      for (std::int64_t i = 0; i < half; ++i) lane[i] = lane[i] + lane[i + half];
    }
    return {lane[0], lane[1]};
  }
};

// Where a block of rows, and of x, is made contiguous.
struct BlockCopies {
  char *rows, *x;
};

// Results first .. first + count, count <= R; missing rows repeat the last one.
template <class E, bool MatrixIsA, int R, bool Own>
void multiply_rows(const VectorProduct& p, std::int64_t first, std::int64_t count,
                   const BlockCopies& copies) noexcept {
  constexpr auto itemsize = static_cast<std::int64_t>(sizeof(E));
  PendingSums<E, R> pending;
  const RowSums<E, MatrixIsA> sums = {p.conjugate_a};
  const std::int64_t blocks = block_count<E>(p.k);
  for (std::int64_t block = 0; block < blocks; ++block) {
    const std::int64_t k = block * block_length<E>;
    const std::int64_t k_count = smaller(block_length<E>, p.k - k);
    const E* const shared_x = Own ? nullptr : x_of_block<E>(p, k, k_count, copies.x);
    const E *row[R], *x[R];
    for (int r = 0; r < R; ++r) {
      const std::int64_t number = first + smaller(r, count - 1);
      row[r] = make_contiguous<E>(p.matrix.at(number, k), p.matrix.k_stride_bytes, k_count,
                                  copies.rows + r * k_count * itemsize);
      x[r] = Own ? reinterpret_cast<const E*>(p.x + number * p.x_outer_stride_bytes) + k : shared_x;
    }
    E sum[R];
    sums.template sum_block<R, Own>(row, x, k_count, k_count, sum);
    pending.absorb(merge_of_block<ScalarOf<E>>(block, blocks), sum);
    if (p.stop->after(R * k_count)) return;
  }
  for (std::int64_t r = 0; r < count; ++r) {
    std::memcpy(p.y + (first + r) * p.y_stride_bytes, &pending.sum[0][r], sizeof(E));
  }
}

// Blocks first .. first + Count of a dot of k elements, side by side: a single chain of lanes would
// wait for each fma.
template <class E, bool MatrixIsA, int Count>
COREPY_INLINE void sum_dot_blocks(const RowSums<E, MatrixIsA>& sums, const E* row, const E* x,
                                  std::int64_t first, std::int64_t k, PendingSums<E, 1>& pending) {
  const std::int64_t blocks = block_count<E>(k);
  const auto count_of = [&](std::int64_t block) {
    return smaller(block_length<E>, k - block * block_length<E>);
  };
  const E *rows[Count], *xs[Count];
  COREPY_UNROLL
  for (int i = 0; i < Count; ++i) {
    rows[i] = row + (first + i) * block_length<E>;
    xs[i] = x + (first + i) * block_length<E>;
  }
  E sum[Count];
  const std::int64_t last_count = count_of(first + Count - 1);
  if constexpr (Count > 1 && parts_of<E> == 1) {
    if (last_count == block_length<E>) {
      sum_whole_blocks<Count>(rows[0], xs[0], sum);
    } else {
      sums.template sum_block<Count, true>(rows, xs, block_length<E>, last_count, sum);
    }
  } else {
    sums.template sum_block<Count, true>(rows, xs, count_of(first), last_count, sum);
  }
  for (int i = 0; i < Count; ++i) {
    E one[1] = {sum[i]};
    pending.absorb(merge_of_block<ScalarOf<E>>(first + i, blocks), one);
  }
}

// From so many bytes of each operand on, one stream of each is best: where no cache holds them, and
// for complex elements, whose chains use more of a stream's time, in the third-level cache too.
template <class E>
inline constexpr std::int64_t one_stream_bytes = std::int64_t{1} << (parts_of<E> == 1 ? 24 : 22);

// Of two vectors that lie contiguous.
template <class E, bool MatrixIsA>
void multiply_dot(const VectorProduct& p) noexcept {
  const E* const row = reinterpret_cast<const E*>(p.matrix.data);
  const E* const x = reinterpret_cast<const E*>(p.x);
  const std::int64_t k = p.k;
  PendingSums<E, 1> pending;
  const std::int64_t blocks = block_count<E>(k);
  constexpr auto itemsize = static_cast<std::int64_t>(sizeof(E));
  const bool is_one_stream = k * itemsize >= one_stream_bytes<E>;
  // Six keep the fma units busy; complex ones from further away than the nearest caches push each
  // other out, twelve streams a power of two apart. Memory is slower than one chain of fmas, and
  // the hardware runs ahead of one stream of each operand best (0.85 to 0.95 of the time of four
  // that are asked for ahead, on Zen 5).
  const int most = is_one_stream ? 1 : blocks <= 32 || parts_of<E> == 1 ? 6 : 4;
  const RowSums<E, MatrixIsA> sums = {p.conjugate_a};
  for (std::int64_t block = 0; block < blocks;) {
    const std::int64_t count = smaller(most, blocks - block);
    switch (count) {
#define COREPY_X(number)                                                   \
  case number:                                                             \
    sum_dot_blocks<E, MatrixIsA, number>(sums, row, x, block, k, pending); \
    break;
      COREPY_X(1)
      COREPY_X(2)
      COREPY_X(3)
      COREPY_X(4)
      COREPY_X(5)
      COREPY_X(6)
#undef COREPY_X
      default:
        break;
    }
    block += count;
    if (p.stop->after(count * block_length<E>)) return;
  }
  std::memcpy(p.y, &pending.sum[0][0], sizeof(E));
}

template <class E, bool MatrixIsA>
void multiply_along_k(const VectorProduct& p, const BlockCopies& copies) noexcept {
  constexpr auto itemsize = static_cast<std::int64_t>(sizeof(E));
  constexpr int most = rows_at_once<E>, half = most / 2;
  if (lane_count<ScalarOf<E>>(p.k) == 1) {
    return p.own_x ? chain_along_k<E, true, MatrixIsA>(p) : chain_along_k<E, false, MatrixIsA>(p);
  }
  if (p.rows == 1) {
    const bool is_contiguous = p.matrix.k_stride_bytes == itemsize && p.x_stride_bytes == itemsize;
    return is_contiguous ? multiply_dot<E, MatrixIsA>(p)
                         : multiply_rows<E, MatrixIsA, 1, false>(p, 0, 1, copies);
  }
  std::int64_t row = 0;
  if (p.own_x) {
    for (; row < p.rows; row += half) {
      multiply_rows<E, MatrixIsA, half, true>(p, row, smaller(half, p.rows - row), copies);
    }
    return;
  }
  for (; row + half < p.rows; row += most) {
    multiply_rows<E, MatrixIsA, most, false>(p, row, smaller(most, p.rows - row), copies);
  }
  for (; row < p.rows; row += half) {
    multiply_rows<E, MatrixIsA, half, false>(p, row, smaller(half, p.rows - row), copies);
  }
}

}  // namespace corepy::COREPY_ISA::matmul

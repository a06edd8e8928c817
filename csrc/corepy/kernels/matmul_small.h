// Products too small or too narrow to be worth packing: A is read in place, B too where vectors can
// be loaded from it. Real and integer elements, K up to 1536 (block sums then need no place but C).
#pragma once

#include "corepy/kernels/matmul_tile.h"

namespace corepy::COREPY_ISA::matmul {

// Columns of B as vectors: where each lane's k start and how far they are apart. `columns` of them
// are stored.
struct SmallStrip {
  const char* b;
  std::int64_t start_bytes[max_lanes];  // by visit
  std::int64_t step_bytes;
  std::int64_t column;
  std::int64_t columns;
};

// One block of k.
struct SmallBlock {
  std::int64_t k;
  std::int64_t k_count;
  LaneOrder order;
};

template <class T>
inline constexpr std::int64_t small_strip_columns = 2 * lanes<T>;

// Rows x (Vectors * lanes<T>) elements of C from row `row` on: steps 3 to 5 of the contract.
template <class T, int Rows, int Vectors>
COREPY_INLINE void multiply_small_tile(const MatmulArgs& args, std::int64_t row,
                                       const SmallStrip& strip, const SmallBlock& block) {
  using Tile = RealTile<T, Rows, Vectors>;
  const LaneOrder& order = block.order;
  constexpr std::int64_t stack_stride = Tile::columns * static_cast<std::int64_t>(sizeof(T));
  alignas(64) T stack[3][Tile::size];
  Tile tile;
  int height = 0;
  for (int visit = 0;; ++visit) {
    const char* a = static_cast<const char*>(args.a) + row * args.a_row_stride_bytes +
                    (block.k + order.lane[visit]) * args.a_column_stride_bytes;
    const char* b = strip.b + strip.start_bytes[visit];
    tile.clear();
    for (std::int64_t left = order.length[visit]; left > 0; --left) {
      tile.accumulate_in_place(a, args.a_row_stride_bytes, reinterpret_cast<const T*>(b));
      a += order.lanes * args.a_column_stride_bytes;
      b += strip.step_bytes;
    }
    for (int bit = visit; bit & 1; bit >>= 1) {
      tile.add(reinterpret_cast<const char*>(stack[--height]), stack_stride);
    }
    if (visit + 1 == order.lanes) break;
    tile.store(reinterpret_cast<char*>(stack[height++]), stack_stride);
  }
  char* const c = static_cast<char*>(args.c) + row * args.c_row_stride_bytes +
                  strip.column * static_cast<std::int64_t>(sizeof(T));
  if (block.k > 0) tile.add_columns(c, args.c_row_stride_bytes, strip.columns);
  tile.store_columns(c, args.c_row_stride_bytes, strip.columns);
}

template <class T, int Vectors>
void multiply_small_strip(const MatmulArgs& args, const SmallStrip& strip,
                          const SmallBlock& block) noexcept {
  std::int64_t row = 0;
  if constexpr (has_32_registers) {
    for (; row + 8 <= args.m; row += 8) multiply_small_tile<T, 8, Vectors>(args, row, strip, block);
  }
  for (; row + 4 <= args.m; row += 4) multiply_small_tile<T, 4, Vectors>(args, row, strip, block);
  switch (args.m - row) {
    case 3:
      return multiply_small_tile<T, 3, Vectors>(args, row, strip, block);
    case 2:
      return multiply_small_tile<T, 2, Vectors>(args, row, strip, block);
    case 1:
      return multiply_small_tile<T, 1, Vectors>(args, row, strip, block);
    default:
      return;
  }
}

// B is read in place where whole vectors lie there, unless many rows of A read it again and lanes
// step through it by pages: each step would fall into the same few sets of the first-level cache.
template <class T>
bool is_strip_in_place(const MatmulArgs& args) noexcept {
  if (args.b_column_stride_bytes != static_cast<std::int64_t>(sizeof(T))) return false;
  if (args.n % lanes<T> != 0) return false;
  const int lane_total = lane_count<T>(args.k);
  return lane_total == 1 || args.m <= 8 || lane_total * args.b_row_stride_bytes % 4096 != 0;
}

// Columns from `column` on, in place or packed into `copy`.
template <class T>
COREPY_INLINE SmallStrip make_small_strip(const MatmulArgs& args, std::int64_t column,
                                          const SmallBlock& block, bool in_place, T* copy) {
  constexpr auto itemsize = static_cast<std::int64_t>(sizeof(T));
  const LaneOrder& order = block.order;
  const Operand b = {static_cast<const char*>(args.b) + column * args.b_column_stride_bytes +
                         block.k * args.b_row_stride_bytes,
                     args.b_column_stride_bytes, args.b_row_stride_bytes, false};
  SmallStrip strip;
  strip.column = column;
  strip.columns = smaller(small_strip_columns<T>, args.n - column);
  if (in_place) {
    strip.b = b.data;
    strip.step_bytes = order.lanes * args.b_row_stride_bytes;
    for (int visit = 0; visit < order.lanes; ++visit) {
      strip.start_bytes[visit] = order.lane[visit] * args.b_row_stride_bytes;
    }
    return strip;
  }
  const std::int64_t padded = round_up(strip.columns, lanes<T>);
  if (order.lanes == 1 &&
      args.b_column_stride_bytes == itemsize) {  // the tiniest products: no detours
    for (std::int64_t k = 0; k < block.k_count; ++k) {
      copy_step<T>(b.at(0, k), strip.columns, padded, copy + k * padded);
    }
  } else {
    pack_panels<T>(b, strip.columns, block.k_count, order,
                   {copy, padded, padded, padded * block.k_count});
  }
  strip.b = reinterpret_cast<const char*>(copy);
  strip.step_bytes = padded * itemsize;
  for (int visit = 0; visit < order.lanes; ++visit) {
    strip.start_bytes[visit] = order.start[order.lane[visit]] * strip.step_bytes;
  }
  return strip;
}

// The smallest products copy their strip to the stack, so that they need no workspace.
inline constexpr std::int64_t stack_strip_k = 32;

template <class T>
std::int64_t small_workspace_bytes(const MatmulArgs& args) noexcept {
  if (args.k <= stack_strip_k || is_strip_in_place<T>(args)) return 0;
  return smaller(args.k, block_length) *
         smaller(small_strip_columns<T>, round_up(args.n, lanes<T>)) *
         static_cast<std::int64_t>(sizeof(T));
}

template <class T>
void multiply_small(const MatmulArgs& args) noexcept {
  alignas(64) T stack_copy[stack_strip_k * small_strip_columns<T>];
  T* const copy = args.k <= stack_strip_k ? stack_copy : static_cast<T*>(args.workspace);
  const bool in_place = is_strip_in_place<T>(args);
  std::int64_t k = 0;
  do {
    const std::int64_t k_count = smaller(block_length, args.k - k);
    const SmallBlock block = {k, k_count, LaneOrder(k_count, lane_count<T>(args.k))};
    for (std::int64_t column = 0; column < args.n; column += small_strip_columns<T>) {
      const SmallStrip strip = make_small_strip<T>(args, column, block, in_place, copy);
      if (strip.columns > lanes<T>) {
        multiply_small_strip<T, 2>(args, strip, block);
      } else {
        multiply_small_strip<T, 1>(args, strip, block);
      }
    }
    k += block_length;
  } while (k < args.k);
}

// Packing repays itself when many tiles use what was packed: benchmarks/cpp/matmul_benchmark.cpp.
template <class E>
bool is_small(const MatmulArgs& args) noexcept {
  if constexpr (!std::is_same_v<E, ScalarOf<E>>) {
    return false;
  } else {
    constexpr std::int64_t side = 256;
    if (args.m <= 8 || args.n <= lanes<E>)
      return pending_sums<E>(args.k) == 1 && args.k <= 3 * block_length;
    return args.k <= block_length && args.m <= 4 * side && args.n <= 4 * side &&
           args.m * args.n * args.k <= side * side * side;
  }
}

}  // namespace corepy::COREPY_ISA::matmul

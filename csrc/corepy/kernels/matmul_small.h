// Products too small or too narrow to be worth packing: A is read in place, B too where vectors can
// be loaded from it. K of up to three blocks, whose sums need no place but C; of any number where C
// is small, as in X.T @ X of a long, thin X.
#pragma once

#include "corepy/kernels/matmul_pack_complex.h"
#include "corepy/kernels/matmul_tile.h"
#include "corepy/vec/prefetch.h"

namespace corepy::COREPY_ISA::matmul {

// Columns of B as vectors: where each lane's k start and how far they are apart. Of the vectors
// that a tile holds, the last has `last` columns only.
template <class T>
struct SmallStrip {
  const char* b;
  std::int64_t start_bytes[max_lanes];  // by visit
  std::int64_t step_bytes;
  std::int64_t column_bytes;  // in C
  vec::Prefix<T> last;
};

// What a stack of products asks for ahead: rows of so few bytes are not followed by the hardware.
// The next B, a part with each tile, is 0.95 of the time of 64 x 64 on Zen 5; the next rows of A
// and C's tile, 0.75 to 0.9 where the stack comes from memory, but 1.05 where it is in the caches.
struct SmallAhead {
  const char* b;
  std::int64_t b_bytes;  // still to be asked for
  bool asks_for_rows;

  COREPY_INLINE void ask_for_b() {
    constexpr std::int64_t part_bytes = 1024;
    if (b_bytes <= 0) return;
    vec::prefetch_lines(b, smaller(b_bytes, part_bytes));
    b += part_bytes;
    b_bytes -= part_bytes;
  }
};

// One block of k, whose sum is added to what is in C or written there.
struct SmallBlock {
  std::int64_t k;
  std::int64_t k_count;
  LaneOrder order;
  bool is_added;
  SmallAhead* ahead;  // null: a single product, or too small a one
};

// How many vectors a tile is wide at most: many where there are few rows, for the sums must be more
// than an fma takes steps. A last tile of one vector is avoided where registers allow.
inline constexpr int small_vectors = has_32_registers ? 3 : 2;
inline constexpr int few_rows = 3;
inline constexpr int few_rows_vectors = 4;

template <class T>
std::int64_t small_strip_columns(const ProductArgs& args) noexcept {
  return (args.m <= few_rows ? few_rows_vectors : small_vectors) * lanes<T>;
}

// The steps of one k: complex ones multiply with the turned elements of B next (matmul.h).
template <class E, class Tile, int Vectors>
COREPY_INLINE void accumulate_small(Tile& tile, const char* a, std::int64_t row_stride_bytes,
                                    const char* b, bool conjugate_a,
                                    const vec::Prefix<ScalarOf<E>>& last) {
  using T = ScalarOf<E>;
  Vec<T> bv[Vectors];
  COREPY_UNROLL
  for (int v = 0; v < Vectors; ++v) {
    const T* p = reinterpret_cast<const T*>(b) + v * lanes<T>;
    bv[v] = v + 1 < Vectors ? vec::load(p) : last.load(p);
  }
  tile.accumulate_row(a, row_stride_bytes, bv);
  if constexpr (parts_of<E> == 2) {
    COREPY_UNROLL
    for (int v = 0; v < Vectors; ++v) {
      bv[v] = conjugate_a ? vec::turn_pairs_back(bv[v]) : vec::turn_pairs(bv[v]);
    }
    tile.accumulate_row(a + sizeof(T), row_stride_bytes, bv);
  }
}

// The rows of A behind a tile's, perhaps those of the next product, and the tile's place in C. What
// is behind the last row is asked for in vain.
template <int Rows>
COREPY_INLINE void ask_for_tile(const ProductArgs& args, std::int64_t row,
                                std::int64_t column_bytes, std::int64_t width_bytes) {
  if (column_bytes == 0) {
    vec::prefetch_lines(static_cast<const char*>(args.a) + (row + Rows) * args.a_row_stride_bytes,
                        Rows * args.a_row_stride_bytes);
  }
  for (int r = 0; r < Rows; ++r) {
    const char* const c_row =
        static_cast<const char*>(args.c) + (row + r) * args.c_row_stride_bytes;
    vec::prefetch_lines(c_row + column_bytes, width_bytes);
  }
}

// Rows x (Vectors * lanes<T>) Scalars of C from row `row` on: steps 3 to 5 of the contract.
template <class E, int Rows, int Vectors>
COREPY_INLINE void multiply_small_tile(const ProductArgs& args, std::int64_t row,
                                       const SmallStrip<ScalarOf<E>>& strip,
                                       const SmallBlock& block) {
  using T = ScalarOf<E>;
  using Tile = SumTile<T, Rows, Vectors>;
  const LaneOrder& order = block.order;
  constexpr std::int64_t stack_stride = Tile::columns * static_cast<std::int64_t>(sizeof(T));
  alignas(64) T stack[3][Tile::size];
  Tile tile;
  int height = 0;
  if (block.ahead != nullptr) {
    block.ahead->ask_for_b();
    if (block.ahead->asks_for_rows) ask_for_tile<Rows>(args, row, strip.column_bytes, stack_stride);
  }
  for (int visit = 0;; ++visit) {
    const char* a = static_cast<const char*>(args.a) + row * args.a_row_stride_bytes +
                    (block.k + order.lane[visit]) * args.a_column_stride_bytes;
    const char* b = strip.b + strip.start_bytes[visit];
    tile.clear();
    for (std::int64_t left = order.length[visit]; left > 0; --left) {
      accumulate_small<E, Tile, Vectors>(tile, a, args.a_row_stride_bytes, b, args.conjugate_a,
                                         strip.last);
      a += order.lanes * args.a_column_stride_bytes;
      b += strip.step_bytes;
    }
    for (int bit = visit; bit & 1; bit >>= 1) {
      tile.add(reinterpret_cast<const char*>(stack[--height]), stack_stride);
    }
    if (visit + 1 == order.lanes) break;
    tile.store(reinterpret_cast<char*>(stack[height++]), stack_stride);
  }
  char* const c = static_cast<char*>(args.c) + row * args.c_row_stride_bytes + strip.column_bytes;
  if (block.is_added) tile.add(c, args.c_row_stride_bytes, strip.last);
  tile.store(c, args.c_row_stride_bytes, strip.last);
}

template <class E, int Vectors>
void multiply_small_strip(const ProductArgs& args, const SmallStrip<ScalarOf<E>>& strip,
                          const SmallBlock& block) noexcept {
  std::int64_t row = 0;
  if constexpr (Vectors <= small_vectors) {
    if constexpr (has_32_registers) {
      for (; row + 8 <= args.m; row += 8)
        multiply_small_tile<E, 8, Vectors>(args, row, strip, block);
    }
    for (; row + 4 <= args.m; row += 4) multiply_small_tile<E, 4, Vectors>(args, row, strip, block);
  }
  switch (args.m - row) {
    case 3:
      return multiply_small_tile<E, 3, Vectors>(args, row, strip, block);
    case 2:
      return multiply_small_tile<E, 2, Vectors>(args, row, strip, block);
    case 1:
      return multiply_small_tile<E, 1, Vectors>(args, row, strip, block);
    default:
      return;
  }
}

// B is read in place where whole vectors, or parts of them, can be loaded there, unless many rows
// of A read it again and steps along k are pages: each would fall into the same few sets of the
// first-level cache. As many steps as a set has ways stay.
template <class E>
bool is_strip_in_place(const ProductArgs& args) noexcept {
  using T = ScalarOf<E>;
  if (args.b_column_stride_bytes != static_cast<std::int64_t>(sizeof(E)) && args.n > 1)
    return false;
  if (!vec::has_prefix_load<T> && args.n * parts_of<E> % lanes<T> != 0) return false;
  const int lane_total = lane_count<T>(args.k);
  constexpr std::int64_t ways = 8;
  return args.m <= (lane_total == 1 ? 16 : 8) || args.k <= ways ||
         lane_total * args.b_row_stride_bytes % 4096 != 0;
}

// Columns from `column` on, in place or packed into `copy`.
template <class E>
COREPY_INLINE SmallStrip<ScalarOf<E>> make_small_strip(const ProductArgs& args, std::int64_t column,
                                                       std::int64_t columns,
                                                       const SmallBlock& block, bool in_place,
                                                       ScalarOf<E>* copy) {
  using T = ScalarOf<E>;
  constexpr std::int64_t parts = parts_of<E>;
  const LaneOrder& order = block.order;
  const Operand b = {static_cast<const char*>(args.b) + column * args.b_column_stride_bytes +
                         block.k * args.b_row_stride_bytes,
                     args.b_column_stride_bytes, args.b_row_stride_bytes, false};
  const std::int64_t padded = round_up(columns * parts, lanes<T>);
  SmallStrip<T> strip = {b.data,
                         {},
                         order.lanes * args.b_row_stride_bytes,
                         column * static_cast<std::int64_t>(sizeof(E)),
                         vec::Prefix<T>(columns * parts - (padded - lanes<T>))};
  if (in_place) {
    for (int visit = 0; visit < order.lanes; ++visit) {
      strip.start_bytes[visit] = order.lane[visit] * args.b_row_stride_bytes;
    }
    return strip;
  }
  const PanelLayout<E> panels = {copy, columns, padded, 0};
  if constexpr (parts == 2) {
    pack_complex_columns<E>(b, columns, block.k_count, order, panels);
  } else {
    pack_panels<E>(b, columns, block.k_count, order, panels);
  }
  strip.b = reinterpret_cast<const char*>(copy);
  strip.step_bytes = padded * parts * static_cast<std::int64_t>(sizeof(T));
  for (int visit = 0; visit < order.lanes; ++visit) {
    strip.start_bytes[visit] = order.start[order.lane[visit]] * strip.step_bytes;
  }
  return strip;
}

// The smallest products copy their strip to the stack, so that they need no workspace.
inline constexpr std::int64_t stack_strip_k = 32;
// From here on block sums are kept apart (step 5).
inline constexpr std::int64_t blocks_in_order = 3;

template <class E>
std::int64_t strip_copy_bytes(const ProductArgs& args) noexcept {
  using T = ScalarOf<E>;
  if (args.k <= stack_strip_k || is_strip_in_place<E>(args)) return 0;
  return smaller(args.k, block_length<E>) * parts_of<E> *
         smaller(small_strip_columns<T>(args), round_up(args.n * parts_of<E>, lanes<T>)) *
         static_cast<std::int64_t>(sizeof(T));
}

// Behind the strip's copy: a block's sums, then those that are pending.
template <class E>
std::int64_t small_workspace_bytes(const ProductArgs& args) noexcept {
  const std::int64_t copy = strip_copy_bytes<E>(args);
  if (block_count<E>(args.k) <= blocks_in_order) return copy;
  return round_up(copy, 64) +
         (1 + pending_sums<E>(args.k)) * args.m * args.n * static_cast<std::int64_t>(sizeof(E));
}

template <class E>
COREPY_INLINE void multiply_small_block(const ProductArgs& args, const SmallBlock& block,
                                        bool in_place, ScalarOf<E>* copy) {
  using T = ScalarOf<E>;
  constexpr std::int64_t vector_elements = lanes<T> / parts_of<E>;
  for (std::int64_t column = 0; column < args.n;) {
    const std::int64_t left = args.n - column;
    if (args.m <= few_rows && left > (few_rows_vectors - 1) * vector_elements) {
      const std::int64_t columns = smaller(left, few_rows_vectors * vector_elements);
      multiply_small_strip<E, few_rows_vectors>(
          args, make_small_strip<E>(args, column, columns, block, in_place, copy), block);
      column += columns;
    } else if (has_32_registers && left > 2 * vector_elements &&
               (left <= 3 * vector_elements || left > 4 * vector_elements)) {
      const std::int64_t columns = smaller(left, 3 * vector_elements);
      multiply_small_strip<E, small_vectors>(
          args, make_small_strip<E>(args, column, columns, block, in_place, copy), block);
      column += columns;
    } else if (left > vector_elements) {
      const std::int64_t columns = smaller(left, 2 * vector_elements);
      multiply_small_strip<E, 2>(
          args, make_small_strip<E>(args, column, columns, block, in_place, copy), block);
      column += columns;
    } else {
      multiply_small_strip<E, 1>(
          args, make_small_strip<E>(args, column, left, block, in_place, copy), block);
      return;
    }
  }
}

// One product of more blocks: each block's sums go to the workspace and are joined there.
template <class E>
void multiply_small_tree(const ProductArgs& args, bool in_place, ScalarOf<E>* copy,
                         StopCheck& stop) noexcept {
  using T = StoredOf<E>;
  const int lane_total = lane_count<ScalarOf<E>>(args.k);
  const std::int64_t count = args.m * args.n * parts_of<E>;
  const std::int64_t row_bytes = args.n * static_cast<std::int64_t>(sizeof(E));
  T* const sums = reinterpret_cast<T*>(static_cast<char*>(args.workspace) +
                                       round_up(strip_copy_bytes<E>(args), 64));
  T* const pending = sums + count;
  ProductArgs block_args = args;
  block_args.c = sums;
  block_args.c_row_stride_bytes = row_bytes;
  const std::int64_t blocks = block_count<E>(args.k);
  for (std::int64_t index = 0; index < blocks; ++index) {
    const std::int64_t k = index * block_length<E>;
    const std::int64_t k_count = smaller(block_length<E>, args.k - k);
    multiply_small_block<E>(
        block_args, {k, k_count, LaneOrder(k_count, lane_total), false, nullptr}, in_place, copy);
    const BlockMerge merge = merge_of_block<ScalarOf<E>>(index, blocks);
    const int place = merge.older - merge.merges;
    for (int number = merge.older - 1; number >= place; --number) {
      for (std::int64_t i = 0; i < count; ++i)
        sums[i] = static_cast<T>(pending[number * count + i] + sums[i]);
    }
    std::memcpy(pending + place * count, sums, static_cast<std::size_t>(count) * sizeof(T));
    if (stop.after(k_count * count)) return;
  }
  for (std::int64_t row = 0; row < args.m; ++row) {
    std::memcpy(static_cast<char*>(args.c) + row * args.c_row_stride_bytes,
                reinterpret_cast<const char*>(sums) + row * row_bytes,
                static_cast<std::size_t>(row_bytes));
  }
}

template <class E>
void multiply_small_product(const ProductArgs& args, bool in_place, ScalarOf<E>* copy,
                            SmallAhead* ahead, StopCheck& stop) noexcept {
  if (block_count<E>(args.k) > blocks_in_order) {
    return multiply_small_tree<E>(args, in_place, copy, stop);
  }
  const int lane_total = lane_count<ScalarOf<E>>(args.k);
  std::int64_t k = 0;
  do {
    const std::int64_t k_count = smaller(block_length<E>, args.k - k);
    multiply_small_block<E>(args, {k, k_count, LaneOrder(k_count, lane_total), k > 0, ahead},
                            in_place, copy);
    k += block_length<E>;
  } while (k < args.k);
}

// Matrices that lie one behind the other, each of some lines; of one product its rows.
template <class E>
bool is_asked_ahead(const ProductArgs& args) noexcept {
  constexpr auto itemsize = static_cast<std::int64_t>(sizeof(E));
  constexpr std::int64_t few_bytes = 4096;
  return args.k * args.n * itemsize >= few_bytes && args.k <= block_length<E> &&
         args.a_row_stride_bytes == args.k * itemsize &&
         args.b_row_stride_bytes == args.n * itemsize;
}

template <class E>
void multiply_small(const ProductArgs& args, StopCheck& stop) noexcept {
  using T = ScalarOf<E>;
  constexpr std::int64_t stack_columns = few_rows_vectors * lanes<T>;
  alignas(64) T stack_copy[stack_strip_k * parts_of<E> * stack_columns];
  T* const copy = args.k <= stack_strip_k ? stack_copy : static_cast<T*>(args.workspace);
  const bool in_place = is_strip_in_place<E>(args);
  ProductArgs one = args;
  constexpr auto itemsize = static_cast<std::int64_t>(sizeof(E));
  const bool is_ahead = is_asked_ahead<E>(args);
  const std::int64_t b_bytes = args.b_step_bytes != 0 ? args.k * args.n * itemsize : 0;
  constexpr std::int64_t cached_bytes = std::int64_t{4} << 20;
  const bool asks_for_rows =
      args.count * (args.m * (args.k + args.n) * itemsize + b_bytes) > cached_bytes;
  for (std::int64_t product = 0; product < args.count; ++product) {
    SmallAhead ahead = {static_cast<const char*>(one.b) + args.b_step_bytes,
                        product + 1 < args.count ? b_bytes : 0, asks_for_rows};
    multiply_small_product<E>(one, in_place, copy, is_ahead ? &ahead : nullptr, stop);
    one.a = static_cast<const char*>(one.a) + args.a_step_bytes;
    one.b = static_cast<const char*>(one.b) + args.b_step_bytes;
    one.c = static_cast<char*>(one.c) + args.c_step_bytes;
  }
}

// Whether B stays in the nearest caches as it lies, however many rows A has: these are read and
// written once, which packing would do twice. With 64-byte vectors 0.6 to 0.95 of the time on Zen
// 5, with 32-byte ones, for which B's loads count more, 0.6 to 1 where B is very small.
template <class E>
bool is_b_near(const ProductArgs& args) noexcept {
  constexpr std::int64_t row_bytes = 2048, near_elements = 2048, near_bytes = 131072;
  const std::int64_t parts = parts_of<E>, itemsize = static_cast<std::int64_t>(sizeof(E));
  if (args.k > block_length<E> || args.n * itemsize * parts > row_bytes) return false;
  // A that lies along its columns would be read a page apart.
  if (args.a_column_stride_bytes != itemsize) return false;
  // Rows far apart cost their way from memory once for each strip of B.
  const bool is_dense =
      args.a_row_stride_bytes >= 0 && args.a_row_stride_bytes <= 2 * args.k * itemsize;
  if (!is_dense && args.n * parts > small_vectors * lanes<ScalarOf<E>>) return false;
  if (sizeof(Vec<float>) < 64) return args.k * args.n * parts * parts <= near_elements;
  // Integers multiply in several instructions, for which packed tiles have more sums.
  return std::is_floating_point_v<ScalarOf<E>> && args.k * args.n * itemsize * parts <= near_bytes;
}

// Packing repays itself when many tiles use what was packed: benchmarks/cpp/matmul_benchmark.cpp.
template <class E>
bool is_small(const ProductArgs& args) noexcept {
  using T = ScalarOf<E>;
  if constexpr (!std::is_same_v<StoredOf<E>, T>) {
    return false;
  } else {
    constexpr std::int64_t side = has_32_registers ? 256 : 112, parts = parts_of<E>;
    // A that lanes step through by pages is better packed, as B is (is_strip_in_place).
    const int lane_total = lane_count<T>(args.k);
    if (lane_total > 1 && args.m > 8 && args.n * parts > 2 * lanes<T> &&
        lane_total * args.a_column_stride_bytes % 4096 == 0) {
      return false;
    }
    const bool is_low = args.m <= (parts == 2 ? 24 : 16),
               is_narrow = args.n * parts <= 2 * lanes<T>;
    if (block_count<E>(args.k) > blocks_in_order) {
      // The sums of a block are joined with those before: both lie in the second-level cache.
      constexpr std::int64_t sums_bytes = 65536;
      return (is_low || is_narrow) &&
             args.m * args.n * static_cast<std::int64_t>(sizeof(E)) <= sums_bytes;
    }
    if (is_low || is_narrow) return true;
    if (is_b_near<E>(args)) return true;
    return args.k <= block_length<E> && args.m <= 4 * side && args.n <= 4 * side &&
           args.m * args.n * args.k * parts * parts <= side * side * side;
  }
}

}  // namespace corepy::COREPY_ISA::matmul

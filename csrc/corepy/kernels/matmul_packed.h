// Blocked product of packed panels, for matrices of any size and layout. The blocks fit the caches:
// a strip of B and a panel of A run through the first level, the packed block of A stays in the
// second, that of B in the second or third.
#pragma once

#include "corepy/kernels/matmul_pack.h"
#include "corepy/kernels/matmul_tile.h"

namespace corepy::COREPY_ISA::matmul {

struct PackedPlan {
  std::int64_t panel_rows;    // rows of a full panel of A
  std::int64_t row_block;     // rows of A packed at a time
  std::int64_t row_group;     // rows for which block sums are kept while k advances
  std::int64_t column_block;  // columns of B packed at a time
  std::int64_t k_block;
  int pending;
  std::int64_t a_bytes, b_bytes, spare_size_bytes;

  std::int64_t workspace_bytes() const {
    return a_bytes + b_bytes + (pending - 1) * spare_size_bytes;
  }
};

inline constexpr std::int64_t workspace_alignment = 64;

template <class E>
PackedPlan plan_packed(std::int64_t m, std::int64_t n, std::int64_t k) noexcept {
  using T = ScalarOf<E>;
  constexpr std::int64_t step_bytes = parts_of<E> * static_cast<std::int64_t>(sizeof(T));
  constexpr std::int64_t max_rows = TileShape<E>::rows;
  // Tuned with benchmarks/cpp/matmul_benchmark.cpp.
  constexpr std::int64_t max_row_block = 112 * 4 / step_bytes;
  constexpr std::int64_t max_spare_bytes = std::int64_t{8} << 20;
  constexpr std::int64_t max_column_block = larger(1024 * 4 / step_bytes, TileShape<E>::columns);

  PackedPlan plan;
  // Panels of nearly equal height, so that the last one is not thin.
  plan.panel_rows = ceil_div(m, ceil_div(m, max_rows));
  plan.row_block = smaller(round_up(m, plan.panel_rows),
                           larger(max_row_block / plan.panel_rows, 1) * plan.panel_rows);
  plan.column_block = smaller(round_up(n, TileShape<E>::columns),
                              max_column_block / TileShape<E>::columns * TileShape<E>::columns);
  plan.k_block = smaller(k, block_length);
  plan.pending = pending_sums<T>(k);
  plan.row_group = m;
  if (plan.pending > 1) {
    // Spare sums for as many rows as a few MiB hold: B is packed again for each such group.
    const std::int64_t spare_row_bytes =
        (plan.pending - 1) * plan.column_block * static_cast<std::int64_t>(sizeof(E));
    const std::int64_t row_blocks = larger(2, max_spare_bytes / spare_row_bytes / plan.row_block);
    plan.row_group = smaller(m, row_blocks * plan.row_block);
  }
  plan.a_bytes = round_up(
      plan.row_block / plan.panel_rows * TileShape<E>::row_step * plan.k_block * step_bytes,
      workspace_alignment);
  plan.b_bytes = round_up(plan.column_block * plan.k_block * step_bytes, workspace_alignment);
  plan.spare_size_bytes =
      plan.pending == 1
          ? 0
          : round_up(plan.row_group * plan.column_block * static_cast<std::int64_t>(sizeof(E)),
                     workspace_alignment);
  return plan;
}

// Adds a tile of planes to the older block sums, for tiles at the edge of C and elements that are
// not stored as they are computed. `tile` holds rows x columns, complex: the imaginary plane behind
// the real one.
template <class E>
void merge_tile(const ScalarOf<E>* tile, std::int64_t tile_rows, std::int64_t tile_columns,
                const BlockSums& sums, std::int64_t row, std::int64_t column,
                std::int64_t columns) noexcept {
  const int target = sums.merge.older - sums.merge.merges;
  const std::int64_t column_bytes = column * static_cast<std::int64_t>(sizeof(E));
  for (std::int64_t i = 0; i < tile_rows; ++i) {
    for (std::int64_t j = 0; j < columns; ++j) {
      const ScalarOf<E>* p = tile + i * tile_columns + j;
      E sum;
      if constexpr (parts_of<E> == 2) {
        sum = {p[0], p[tile_rows * tile_columns]};
      } else {
        sum = static_cast<E>(*p);
      }
      for (int number = sums.merge.older - 1; number >= target; --number) {
        const E older = reinterpret_cast<const E*>(sums.at(number, row + i, column_bytes))[j];
        if constexpr (parts_of<E> == 2) {
          sum = {older.re + sum.re, older.im + sum.im};
        } else {
          sum = static_cast<E>(older + sum);
        }
      }
      reinterpret_cast<E*>(sums.at(target, row + i, column_bytes))[j] = sum;
    }
  }
}

// All tiles of one packed block of A (rows from `row`) and one of B.
template <class E>
void multiply_blocks(const PackedPlan& plan, const ScalarOf<E>* a, std::int64_t rows,
                     const ScalarOf<E>* b, std::int64_t columns, std::int64_t k_count,
                     const LaneOrder& order, const BlockSums& sums, std::int64_t row) noexcept {
  using T = ScalarOf<E>;
  constexpr std::int64_t tile_columns = TileShape<E>::columns;
  alignas(64) T edge[TileShape<E>::rows * tile_columns * parts_of<E>];
  BlockSums edge_sums = {reinterpret_cast<char*>(edge),
                         tile_columns * static_cast<std::int64_t>(sizeof(T)),
                         nullptr,
                         0,
                         0,
                         {0, 0}};
  for (std::int64_t j = 0; j < columns; j += tile_columns) {
    const std::int64_t width = smaller(tile_columns, columns - j);
    const T* panel = a;
    // The panels of A share the work of asking for the next strip of B, or again for the first.
    const std::int64_t next = j + tile_columns < columns ? j + tile_columns : 0;
    const char* ahead = reinterpret_cast<const char*>(b + next * k_count * parts_of<E>);
    const std::int64_t ahead_step_bytes =
        tile_columns * parts_of<E> * static_cast<std::int64_t>(sizeof(T)) * plan.panel_rows / rows;
    for (std::int64_t i = 0; i < rows; i += plan.panel_rows) {
      const std::int64_t height = smaller(plan.panel_rows, rows - i);
      const PanelPair<T> panels = {panel, b + j * k_count * parts_of<E>, order, ahead,
                                   ahead_step_bytes};
      ahead += ahead_step_bytes * k_count;
      panel += TileShape<E>::row_step * k_count * parts_of<E>;
      const TileKernel<T> kernel = TileKernels<E>::kernel[height - 1];
      if (std::is_same_v<E, T> && width == tile_columns) {
        kernel(panels, sums, row + i, j * static_cast<std::int64_t>(sizeof(E)));
      } else {
        kernel(panels, edge_sums, 0, 0);
        merge_tile<E>(edge, height, tile_columns, sums, row + i, j, width);
      }
    }
  }
}

template <class E>
void multiply_packed(const MatmulArgs& args) noexcept {
  using T = ScalarOf<E>;
  constexpr std::int64_t tile_columns = TileShape<E>::columns;
  const PackedPlan plan = plan_packed<E>(args.m, args.n, args.k);
  const Operand a = {static_cast<const char*>(args.a), args.a_row_stride_bytes,
                     args.a_column_stride_bytes, args.conjugate_a};
  const Operand b = {static_cast<const char*>(args.b), args.b_column_stride_bytes,
                     args.b_row_stride_bytes, false};
  char* const workspace = static_cast<char*>(args.workspace);
  T* const a_block = reinterpret_cast<T*>(workspace);
  T* const b_block = reinterpret_cast<T*>(workspace + plan.a_bytes);
  const int lanes = lane_count<T>(args.k);
  const std::int64_t blocks = block_count(args.k);

  for (std::int64_t column = 0; column < args.n; column += plan.column_block) {
    const std::int64_t columns = smaller(plan.column_block, args.n - column);
    for (std::int64_t group = 0; group < args.m; group += plan.row_group) {
      const std::int64_t group_end = smaller(args.m, group + plan.row_group);
      BlockSums sums = {static_cast<char*>(args.c) + group * args.c_row_stride_bytes +
                            column * static_cast<std::int64_t>(sizeof(E)),
                        args.c_row_stride_bytes,
                        workspace + plan.a_bytes + plan.b_bytes,
                        plan.column_block * static_cast<std::int64_t>(sizeof(E)),
                        plan.spare_size_bytes,
                        {}};
      for (std::int64_t block = 0; block < blocks; ++block) {
        const std::int64_t k = block * block_length;
        const std::int64_t k_count = smaller(block_length, args.k - k);
        sums.merge = merge_of_block<T>(block, blocks);
        const LaneOrder order(k_count, lanes);
        pack_panels<E>(b.from(column, k), columns, k_count, order,
                       {b_block, tile_columns, tile_columns, tile_columns * k_count * parts_of<E>});
        for (std::int64_t row = group; row < group_end; row += plan.row_block) {
          const std::int64_t rows = smaller(plan.row_block, group_end - row);
          pack_panels<E>(a.from(row, k), rows, k_count, order,
                         {a_block, plan.panel_rows, TileShape<E>::row_step,
                          TileShape<E>::row_step * k_count * parts_of<E>});
          multiply_blocks<E>(plan, a_block, rows, b_block, columns, k_count, order, sums,
                             row - group);
        }
      }
    }
  }
}

}  // namespace corepy::COREPY_ISA::matmul

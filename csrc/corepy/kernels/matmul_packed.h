// Blocked product of packed panels, for matrices of any size and layout. The blocks fit the caches:
// a strip of B and a panel of A run through the first level, the packed block of A stays in the
// second, that of B in the second or third.
#pragma once

#include "corepy/kernels/matmul_pack.h"
#include "corepy/kernels/matmul_pack_complex.h"
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
  constexpr std::int64_t parts = parts_of<E>;
  constexpr auto scalar_bytes = static_cast<std::int64_t>(sizeof(T));
  constexpr std::int64_t max_rows = TileShape<E>::rows;
  // Tuned with benchmarks/cpp/matmul_benchmark.cpp.
  constexpr std::int64_t max_row_block = has_32_registers ? 56 * 4 / scalar_bytes : 24;
  constexpr std::int64_t max_spare_bytes = std::int64_t{8} << 20;
  constexpr std::int64_t max_column_block =
      larger(1024 * 4 / scalar_bytes / parts, TileShape<E>::elements);

  PackedPlan plan;
  // Panels of nearly equal height, so that the last one is not thin.
  plan.panel_rows = ceil_div(m, ceil_div(m, max_rows));
  plan.row_block = smaller(round_up(m, plan.panel_rows),
                           larger(max_row_block / plan.panel_rows, 1) * plan.panel_rows);
  // Blocks of nearly equal width, too, since A is packed for each: a quarter more in one is better.
  const std::int64_t column_blocks = ceil_div(n, max_column_block + max_column_block / 4);
  plan.column_block = round_up(ceil_div(n, column_blocks), TileShape<E>::elements);
  plan.k_block = smaller(k, block_length<E>);
  plan.pending = pending_sums<E>(k);
  plan.row_group = m;
  if (plan.pending > 1) {
    // Spare sums for as many rows as a few MiB hold: B is packed again for each such group.
    const std::int64_t spare_row_bytes =
        (plan.pending - 1) * plan.column_block * static_cast<std::int64_t>(sizeof(E));
    const std::int64_t row_blocks = larger(2, max_spare_bytes / spare_row_bytes / plan.row_block);
    plan.row_group = smaller(m, row_blocks * plan.row_block);
  }
  const std::int64_t step_bytes = parts * plan.k_block * scalar_bytes;  // of one row or column
  plan.a_bytes = round_up(plan.row_block / plan.panel_rows * TileShape<E>::row_step * step_bytes,
                          workspace_alignment);
  plan.b_bytes = round_up(parts * plan.column_block * step_bytes, workspace_alignment);
  plan.spare_size_bytes =
      plan.pending == 1
          ? 0
          : round_up(plan.row_group * plan.column_block * static_cast<std::int64_t>(sizeof(E)),
                     workspace_alignment);
  return plan;
}

// Adds a tile of sums to the older block sums, for tiles at the edge of C and elements that are not
// stored as they are computed: `count` Scalars of each row.
template <class E>
void merge_tile(ScalarOf<E>* tile, std::int64_t rows, std::int64_t count, const BlockSums& sums,
                std::int64_t row, std::int64_t column_bytes) noexcept {
  using Stored = StoredOf<E>;
  const int target = sums.merge.older - sums.merge.merges;
  for (std::int64_t i = 0; i < rows; ++i) {
    ScalarOf<E>* const sum = tile + i * TileShape<E>::columns;
    for (int number = sums.merge.older - 1; number >= target; --number) {
      const auto* older = reinterpret_cast<const Stored*>(sums.at(number, row + i, column_bytes));
      for (std::int64_t j = 0; j < count; ++j) sum[j] = older[j] + sum[j];
    }
    auto* out = reinterpret_cast<Stored*>(sums.at(target, row + i, column_bytes));
    for (std::int64_t j = 0; j < count; ++j) out[j] = static_cast<Stored>(sum[j]);
  }
}

// All tiles of one packed block of A (rows from `row`) and one of B.
template <class E>
void multiply_blocks(const PackedPlan& plan, const ScalarOf<E>* a, std::int64_t rows,
                     const ScalarOf<E>* b, std::int64_t columns, std::int64_t k_count,
                     const LaneOrder& order, const BlockSums& sums, std::int64_t row) noexcept {
  using T = ScalarOf<E>;
  using Shape = TileShape<E>;
  constexpr int parts = parts_of<E>;
  alignas(64) T edge[Shape::rows * Shape::columns];
  const BlockSums edge_sums = {reinterpret_cast<char*>(edge),
                               Shape::columns * static_cast<std::int64_t>(sizeof(T)),
                               nullptr,
                               0,
                               0,
                               {0, 0}};
  const std::int64_t strip_size = Shape::columns * parts * k_count;
  for (std::int64_t j = 0; j < columns; j += Shape::elements, b += strip_size) {
    const std::int64_t width = smaller(Shape::elements, columns - j);
    const T* panel = a;
    // The panels of A share the work of asking for the next strip of B, or again for this one.
    const bool has_next = j + Shape::elements < columns;
    const char* ahead = reinterpret_cast<const char*>(has_next ? b + strip_size : b);
    const std::int64_t ahead_step_bytes =
        Shape::columns * static_cast<std::int64_t>(sizeof(T)) * plan.panel_rows / rows;
    for (std::int64_t i = 0; i < rows; i += plan.panel_rows) {
      const std::int64_t height = smaller(plan.panel_rows, rows - i);
      const PanelPair<T> panels = {panel, b, order, parts, ahead, ahead_step_bytes};
      ahead += ahead_step_bytes * parts * k_count;
      panel += Shape::row_step * parts * k_count;
      const std::int64_t column_bytes = j * static_cast<std::int64_t>(sizeof(E));
      const TileKernel<T> kernel = TileKernels<T>::kernel[height - 1];
      if (std::is_same_v<StoredOf<E>, T> && width == Shape::elements) {
        kernel(panels, sums, row + i, column_bytes);
      } else {
        kernel(panels, edge_sums, 0, 0);
        merge_tile<E>(edge, height, width * parts, sums, row + i, column_bytes);
      }
    }
  }
}

template <class E>
void pack_columns(const Operand& b, std::int64_t columns, std::int64_t k_count,
                  const LaneOrder& order, ScalarOf<E>* out) noexcept {
  using Shape = TileShape<E>;
  const PanelLayout<E> panels = {out, Shape::elements, Shape::columns,
                                 Shape::columns * parts_of<E> * k_count};
  if constexpr (parts_of<E> == 2) {
    pack_complex_columns<E>(b, columns, k_count, order, panels);
  } else {
    pack_panels<E>(b, columns, k_count, order, panels);
  }
}

template <class E>
void multiply_packed_once(const ProductArgs& args, StopCheck& stop) noexcept {
  using T = ScalarOf<E>;
  const PackedPlan plan = plan_packed<E>(args.m, args.n, args.k);
  const Operand a = {static_cast<const char*>(args.a), args.a_row_stride_bytes,
                     args.a_column_stride_bytes, args.conjugate_a};
  const Operand b = {static_cast<const char*>(args.b), args.b_column_stride_bytes,
                     args.b_row_stride_bytes, false};
  char* const workspace = static_cast<char*>(args.workspace);
  T* const a_block = reinterpret_cast<T*>(workspace);
  T* const b_block = reinterpret_cast<T*>(workspace + plan.a_bytes);
  const int lanes = lane_count<T>(args.k);
  const std::int64_t blocks = block_count<E>(args.k);

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
        const std::int64_t k = block * block_length<E>;
        const std::int64_t k_count = smaller(block_length<E>, args.k - k);
        sums.merge = merge_of_block<T>(block, blocks);
        const LaneOrder order(k_count, lanes);
        pack_columns<E>(b.from(column, k), columns, k_count, order, b_block);
        for (std::int64_t row = group; row < group_end; row += plan.row_block) {
          const std::int64_t rows = smaller(plan.row_block, group_end - row);
          pack_panels<E>(a.from(row, k), rows, k_count, order,
                         {a_block, plan.panel_rows, TileShape<E>::row_step,
                          TileShape<E>::row_step * k_count * parts_of<E>});
          multiply_blocks<E>(plan, a_block, rows, b_block, columns, k_count, order, sums,
                             row - group);
        }
        if (stop.after(k_count * columns * (group_end - group))) return;
      }
    }
  }
}

template <class E>
void multiply_packed(const ProductArgs& args, StopCheck& stop) noexcept {
  ProductArgs one = args;
  for (std::int64_t product = 0; product < args.count; ++product) {
    multiply_packed_once<E>(one, stop);
    one.a = static_cast<const char*>(one.a) + args.a_step_bytes;
    one.b = static_cast<const char*>(one.b) + args.b_step_bytes;
    one.c = static_cast<char*>(one.c) + args.c_step_bytes;
  }
}

}  // namespace corepy::COREPY_ISA::matmul

// The innermost product: a tile of C held in registers runs over the k of one block, lane by lane.
// Panels come from matmul_pack.h; the loops over tiles are in matmul_packed.h.
#pragma once

#include "corepy/kernels/matmul_pack.h"
#include "corepy/vec/first_lanes.h"

namespace corepy::COREPY_ISA::matmul {

// Where the block sums of a region of C lie: number 0 in C itself, the others (K > 1536 only) in
// the workspace.
struct BlockSums {
  char* c;
  std::int64_t c_stride_bytes;
  char* spare;
  std::int64_t spare_stride_bytes;
  std::int64_t spare_size_bytes;
  BlockMerge merge;

  COREPY_INLINE std::int64_t stride_bytes(int number) const {
    return number == 0 ? c_stride_bytes : spare_stride_bytes;
  }
  COREPY_INLINE char* at(int number, std::int64_t row, std::int64_t column_bytes) const {
    char* base = number == 0 ? c : spare + (number - 1) * spare_size_bytes;
    return base + row * stride_bytes(number) + column_bytes;
  }
};

// How large a tile the registers hold: the sums, the vectors of B for one k and one of A. Tuned
// with benchmarks/cpp/matmul_benchmark.cpp.
struct TileSize {
  int rows;
  int vectors;
};

#ifdef __aarch64__
inline constexpr bool has_32_registers = has_fma;
#else
inline constexpr bool has_32_registers = sizeof(Vec<float>) == 64;
#endif

// T is the Scalar that is summed.
template <class T>
constexpr TileSize tile_size() {
  constexpr bool is_float = std::is_floating_point_v<T>;
  if (sizeof(Vec<T>) == 64) return {is_float ? 14 : 12, 2};
  if (has_32_registers) return {8, is_float ? 3 : 2};
  if (sizeof(Vec<T>) == 32) return {is_float ? 6 : 4, 2};
  return {4, 2};
}

// A tile has `columns` Scalars in a row: elements, or the parts of half as many complex ones.
template <class E>
struct TileShape {
  using T = ScalarOf<E>;
  static constexpr int rows = tile_size<T>().rows;
  static constexpr int vectors = tile_size<T>().vectors;
  static constexpr std::int64_t columns = vectors * lanes<T>;
  static constexpr std::int64_t elements = columns / parts_of<E>;
  // A panel of A keeps whole vectors per k and part: packing then never stores parts of one.
  static constexpr std::int64_t row_step = round_up(rows, lanes<T>);
};

// Rows x (Vectors * lanes<T>) sums. A panel of A holds Rows elements per step, one of B Vectors
// vectors. Complex products are real ones with twice the steps and columns (matmul.h).
template <class T, int Rows, int Vectors>
struct SumTile {
  using Scalar = T;
  static constexpr int rows = Rows;
  static constexpr std::int64_t columns = Vectors * lanes<T>;
  static constexpr std::int64_t a_step = TileShape<T>::row_step;
  static constexpr std::int64_t b_step = columns;
  static constexpr std::int64_t size = Rows * columns;
  Vec<T> sum[Rows][Vectors];

  COREPY_INLINE void clear() {
    COREPY_UNROLL
    for (int r = 0; r < Rows; ++r) {
      COREPY_UNROLL
      for (int v = 0; v < Vectors; ++v) sum[r][v] = Vec<T>(T(0));
    }
  }
  COREPY_INLINE void accumulate(const T* a, const T* b) {
    Vec<T> bv[Vectors];
    COREPY_UNROLL
    for (int v = 0; v < Vectors; ++v) bv[v] = vec::load(b + v * lanes<T>);
    accumulate_row(reinterpret_cast<const char*>(a), sizeof(T), bv);
  }
  // One step whose elements of A lie `stride_bytes` apart, at any address.
  COREPY_INLINE void accumulate_row(const char* a, std::int64_t stride_bytes,
                                    const Vec<T> (&bv)[Vectors]) {
    COREPY_UNROLL
    for (int r = 0; r < Rows; ++r) {
      const Vec<T> av = vec::broadcast(load_element<T>(a + r * stride_bytes));
      COREPY_UNROLL
      for (int v = 0; v < Vectors; ++v) {
        if constexpr (std::is_integral_v<T>) {
          sum[r][v] = sum[r][v] + av * bv[v];
        } else {
          sum[r][v] = vec::fma(av, bv[v], sum[r][v]);
        }
      }
    }
  }
  COREPY_INLINE void add(const char* from, std::int64_t stride_bytes) {
    COREPY_UNROLL
    for (int r = 0; r < Rows; ++r) {
      COREPY_UNROLL
      for (int v = 0; v < Vectors; ++v) {
        const T* p = reinterpret_cast<const T*>(from + r * stride_bytes) + v * lanes<T>;
        sum[r][v] = vec::load(p) + sum[r][v];
      }
    }
  }
  COREPY_INLINE void store(char* to, std::int64_t stride_bytes) const {
    COREPY_UNROLL
    for (int r = 0; r < Rows; ++r) {
      COREPY_UNROLL
      for (int v = 0; v < Vectors; ++v) {
        vec::store(reinterpret_cast<T*>(to + r * stride_bytes) + v * lanes<T>, sum[r][v]);
      }
    }
  }
  // The same where the last vector has some columns only.
  COREPY_INLINE void add(const char* from, std::int64_t stride_bytes, const vec::Prefix<T>& last) {
    COREPY_UNROLL
    for (int r = 0; r < Rows; ++r) {
      COREPY_UNROLL
      for (int v = 0; v < Vectors; ++v) {
        const T* p = reinterpret_cast<const T*>(from + r * stride_bytes) + v * lanes<T>;
        sum[r][v] = (v + 1 < Vectors ? vec::load(p) : last.load_exactly(p)) + sum[r][v];
      }
    }
  }
  COREPY_INLINE void store(char* to, std::int64_t stride_bytes, const vec::Prefix<T>& last) const {
    COREPY_UNROLL
    for (int r = 0; r < Rows; ++r) {
      COREPY_UNROLL
      for (int v = 0; v < Vectors; ++v) {
        T* p = reinterpret_cast<T*>(to + r * stride_bytes) + v * lanes<T>;
        if (v + 1 < Vectors) {
          vec::store(p, sum[r][v]);
        } else {
          last.store(p, sum[r][v]);
        }
      }
    }
  }
};

// Panels of one block, packed lane after lane in the order of lane_at. `ahead` is what later tiles
// will read: a step of it is asked for with each k, else the first tile of each strip waits for the
// third-level cache (2% of float32 at 1024 x 1024 on Zen 5).
template <class T>
struct PanelPair {
  const T* a;
  const T* b;
  const LaneOrder& order;
  int steps_per_k;  // 2 for complex elements
  const char* ahead;
  std::int64_t ahead_step_bytes;
};

// Where multiply_panels stands in its panels.
template <class Tile>
struct PanelCursor {
  using T = typename Tile::Scalar;
  const T* a;
  const T* b;
  const char* ahead;
  std::int64_t ahead_step_bytes;

  // Step 3 of the contract for one lane of `steps` steps.
  COREPY_INLINE void sum_lane(Tile& tile, std::int64_t steps) {
    tile.clear();
    for (; steps > 0; --steps) {
      __builtin_prefetch(ahead, 0, 3);
      ahead += ahead_step_bytes;
      tile.accumulate(a, b);
      a += Tile::a_step;
      b += Tile::b_step;
    }
  }
};

// Steps 3 and 4. The visits are written out one by one: as a loop with its branches between short
// lanes, they took 6% longer (float32 at K = 256 on Zen 3).
template <class Tile, int Lanes>
COREPY_INLINE void sum_lanes_of_tile(Tile& tile, PanelCursor<Tile> at,
                                     const PanelPair<typename Tile::Scalar>& panels) {
  using T = typename Tile::Scalar;
  constexpr std::int64_t stack_stride = Tile::columns * static_cast<std::int64_t>(sizeof(T));
  // The lane sums that still wait for their partner.
  alignas(64) T stack[3][Tile::size];
  int height = 0;
  COREPY_UNROLL
  for (int visit = 0; visit < Lanes; ++visit) {
    at.sum_lane(tile, panels.order.length[visit] * panels.steps_per_k);
    COREPY_UNROLL
    for (int bit = visit; bit & 1; bit >>= 1) {
      tile.add(reinterpret_cast<const char*>(stack[--height]), stack_stride);
    }
    if (visit + 1 < Lanes) tile.store(reinterpret_cast<char*>(stack[height++]), stack_stride);
  }
}

// Steps 3 to 5 of the contract for one tile.
template <class Tile>
__attribute__((noinline)) void multiply_panels(const PanelPair<typename Tile::Scalar>& panels,
                                               const BlockSums& sums, std::int64_t row,
                                               std::int64_t column_bytes) noexcept {
  using T = typename Tile::Scalar;
  const int target = sums.merge.older - sums.merge.merges;
  char* const out = sums.at(target, row, column_bytes);
  const std::int64_t out_stride = sums.stride_bytes(target);
  // What is added and written at the end: ask for it now.
  COREPY_UNROLL
  for (int r = 0; r < Tile::rows; ++r) {
    COREPY_UNROLL
    for (std::int64_t line = 0; line < Tile::columns * static_cast<std::int64_t>(sizeof(T));
         line += 64) {
      __builtin_prefetch(out + r * out_stride + line, 1, 3);
    }
  }
  const PanelCursor<Tile> at = {panels.a, panels.b, panels.ahead, panels.ahead_step_bytes};
  Tile tile;
  constexpr int many = lane_count<T>(single_chain_limit + 1);
  if (many > 1 && panels.order.lanes > 1) {
    sum_lanes_of_tile<Tile, many>(tile, at, panels);
  } else {
    sum_lanes_of_tile<Tile, 1>(tile, at, panels);
  }
  for (int number = sums.merge.older - 1; number >= target; --number) {
    tile.add(sums.at(number, row, column_bytes), sums.stride_bytes(number));
  }
  tile.store(out, out_stride);
}

template <class T>
using TileKernel = void (*)(const PanelPair<T>&, const BlockSums&, std::int64_t,
                            std::int64_t) noexcept;

// The kernel for a panel of `rows` rows, 1 <= rows <= TileShape<T>::rows, is entry rows - 1.
template <class T, class Rows = std::make_integer_sequence<int, TileShape<T>::rows>>
struct TileKernels;
template <class T, int... Index>
struct TileKernels<T, std::integer_sequence<int, Index...>> {
  static constexpr TileKernel<T> kernel[] = {
      &multiply_panels<SumTile<T, Index + 1, TileShape<T>::vectors>>...};
};

}  // namespace corepy::COREPY_ISA::matmul

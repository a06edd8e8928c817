// Plane rotations of pairs of columns, collected and applied many at a time.
#pragma once

#include "corepy/kernels/decomposition_block.h"
#include "corepy/vec/transpose.h"

namespace corepy::COREPY_ISA::decomposition {

// x_first, x_second = c x_first + s x_second, c x_second - s x_first.
template <class T>
struct Rotation {
  T c, s;
};

// Rotations of which each begins with the column that the one before ended with: of columns first
// and first + step, then first + step and first + 2 step, and so on.
struct RotationRun {
  std::int32_t first, step, length;
};

// Columns of a matrix (rows x columns, of real or complex elements) rotated in pairs. Rotations
// wait until there are many; then strips of rows are turned into rows of a buffer that stays in the
// cache, where each rotation is a loop along memory. Rows are independent: when which rotation is
// applied to which strip changes no bit.
//
// Several runs go over a strip together, each one column behind the one before (Van Zee, van de
// Geijn and Quintana-Orti, ACM Trans. Math. Softw. 40 (2014), "wavefront"): a column is read and
// written once for all of them, and their chains of operations overlap.
template <class E>
class RotatedColumns {
  using T = PartOf<E>;
  using V = Vec<T>;
  static constexpr bool has_32_registers = sizeof(Vec<float>) == 64;
  static constexpr int most_together = has_32_registers ? 4 : 3;
  static constexpr std::int64_t width = 2 * lanes<T>;  // of the part of a strip in registers

 public:
  static constexpr std::int64_t strip = 128 / sizeof(T);  // reals
  static constexpr std::int64_t strip_rows = strip / (sizeof(E) / sizeof(T));
  static constexpr std::int64_t waiting_limit(std::int64_t columns) { return 36 * columns + 64; }
  static constexpr std::int64_t run_limit(std::int64_t columns) { return columns + 64; }

  RotatedColumns(Block<E> a, std::int64_t rows, std::int64_t columns, Rotation<T>* waiting,
                 RotationRun* runs, T* buffer)
      : a_(a), rows_(rows), columns_(columns), waiting_(waiting), runs_(runs), buffer_(buffer) {}

  // Of another matrix, of no more columns: in the same memory, by turns.
  RotatedColumns of(Block<E> a, std::int64_t rows, std::int64_t columns) const {
    return {a, rows, columns, waiting_, runs_, buffer_};
  }

  void rotate(std::int64_t first, std::int64_t second, T c, T s) {
    if (rows_ == 0) return;
    const auto from = static_cast<std::int32_t>(first);
    const auto step = static_cast<std::int32_t>(second - first);
    if (run_count_ > 0 && continues(runs_[run_count_ - 1], from, step)) {
      ++runs_[run_count_ - 1].length;
    } else {
      if (run_count_ == run_limit(columns_)) apply();
      runs_[run_count_++] = {from, step, 1};
    }
    waiting_[count_++] = {c, s};
    if (count_ == waiting_limit(columns_)) apply();
  }
  // What so many rotations take, sooner or later.
  std::int64_t flops(std::int64_t rotations) const {
    constexpr std::int64_t parts = sizeof(E) / sizeof(T);
    return 6 * (1 + parts * rows_) * rotations;
  }
  void apply() {
    if (count_ == 0) return;
    for (std::int64_t r = 0; r < rows_; r += strip_rows)
      rotate_strip(a_.from(r, 0), smaller_extent(strip_rows, rows_ - r));
    count_ = run_count_ = 0;
  }

 private:
  static bool continues(const RotationRun& run, std::int32_t first, std::int32_t step) {
    return step == run.step && first == run.first + run.length * step;
  }

  void rotate_strip(Block<E> rows, std::int64_t n) {
    load_strip(rows, n);
    const Rotation<T>* rotations = waiting_;
    for (std::int64_t i = 0; i < run_count_;) {
      const int together = count_together(runs_ + i, run_count_ - i);
      switch (together) {
        case 1:
          rotations = advance<1>(runs_ + i, rotations);
          break;
        case 2:
          rotations = advance<2>(runs_ + i, rotations);
          break;
        case 3:
          rotations = advance<3>(runs_ + i, rotations);
          break;
        default:
          rotations = advance<most_together>(runs_ + i, rotations);
      }
      i += together;
    }
    store_strip(rows, n);
  }
  // How many runs may follow each other at a column's distance: in the same direction, over columns
  // most of which they share.
  static int count_together(const RotationRun* runs, std::int64_t count) {
    const std::int64_t step = runs[0].step;
    if (step != 1 && step != -1) return 1;
    std::int64_t start = step * runs[0].first, end = start + runs[0].length;
    int together = 1;
    for (; together < most_together && together < count; ++together) {
      const RotationRun& next = runs[together];
      const std::int64_t from = step * next.first + together;
      start = larger(start, from);
      end = smaller_extent(end, from + next.length);
      if (next.step != step || 2 * (end - start) < larger(runs[0].length, next.length)) break;
    }
    return together;
  }

  // Applies Count runs; the rotations after theirs. Run r turns columns u and u + 1, counted in the
  // runs' direction, at time u + r: then the run before has turned u + 1 and u + 2 already.
  template <int Count>
  const Rotation<T>* advance(const RotationRun* runs, const Rotation<T>* rotations) {
    const std::int64_t step = runs[0].step;
    const Rotation<T>* of_run[Count];
    std::int64_t from[Count], start = 0, end = 0;
    for (int r = 0; r < Count; ++r) {
      of_run[r] = rotations;
      rotations += runs[r].length;
      from[r] = step * runs[r].first + r;
      const std::int64_t to = from[r] + runs[r].length;
      start = r == 0 || from[r] > start ? from[r] : start;
      end = r == 0 || to < end ? to : end;
    }
    for (int r = 0; Count > 1 && r < Count; ++r)
      turn<1>(column(step, from[r] - r), step, of_run + r, start - from[r]);
    const Rotation<T>* together[Count];
    for (int r = 0; r < Count; ++r) together[r] = of_run[r] + (start - from[r]);
    turn<Count>(column(step, start), step, together, end - start);
    for (int r = 0; Count > 1 && r < Count; ++r) {
      const Rotation<T>* rest = of_run[r] + (end - from[r]);
      turn<1>(column(step, end - r), step, &rest, from[r] + runs[r].length - end);
    }
    return rotations;
  }
  // Column u, counted in a direction; a lone rotation of columns far apart counts from its first.
  T* column(std::int64_t step, std::int64_t u) const { return buffer_ + u / step * strip; }

  template <int Count>
  static void turn(T* at, std::int64_t step, const Rotation<T>* const* rotations,
                   std::int64_t count) {
    if (count <= 0) return;
    for (std::int64_t i = 0; i < strip; i += width)
      turn_part<Count>(at + i, step * strip, rotations, count);
  }
  // The columns that the runs have reached stay in registers.
  template <int Count>
  static void turn_part(T* at, std::int64_t step, const Rotation<T>* const* rotations,
                        std::int64_t count) {
    V reached[Count][2];
    const Rotation<T>* of_run[Count];
#pragma GCC unroll 4
    for (int r = 0; r < Count; ++r) {
      reached[r][0] = vec::load(at - r * step);
      reached[r][1] = vec::load(at - r * step + lanes<T>);
      of_run[r] = rotations[r];
    }
    for (std::int64_t k = 0; k < count; ++k, at += step) {
      V next[2] = {vec::load(at + step), vec::load(at + step + lanes<T>)};
#pragma GCC unroll 4
      for (int r = 0; r < Count; ++r) {
        const V c(of_run[r][k].c), s(of_run[r][k].s);
#pragma GCC unroll 2
        for (int v = 0; v < 2; ++v) {
          const V a = reached[r][v], b = next[v];
          next[v] = c * a + s * b;
          reached[r][v] = c * b - s * a;
        }
      }
      vec::store(at - (Count - 1) * step, next[0]);
      vec::store(at - (Count - 1) * step + lanes<T>, next[1]);
    }
#pragma GCC unroll 4
    for (int r = 0; r < Count; ++r) {
      vec::store(at - r * step, reached[r][0]);
      vec::store(at - r * step + lanes<T>, reached[r][1]);
    }
  }

  // ---- strips: `strip_rows` rows of the matrix as rows of the buffer, one for each column

  static constexpr std::int64_t side() {
    if constexpr (sizeof(E) <= 8) {
      return vec::TransposeBlock<sizeof(E)>::side;
    } else {
      return 1;
    }
  }
  // Whole blocks in registers, from or to a strip of all rows.
  static void transpose_blocks(const E* in, std::int64_t in_row, E* out, std::int64_t out_row,
                               std::int64_t rows, std::int64_t columns) {
    constexpr std::int64_t size = sizeof(E);
    for (std::int64_t i = 0; i < rows; i += side()) {
      for (std::int64_t j = 0; j < columns; j += side()) {
        const E* from = in + i * in_row + j;
        E* to = out + j * out_row + i;
        if constexpr (sizeof(E) <= 8) {
          vec::TransposeBlock<sizeof(E)>::run(reinterpret_cast<const char*>(from), in_row * size,
                                              reinterpret_cast<char*>(to), out_row * size);
        } else {
          *to = *from;
        }
      }
    }
  }
  E* elements() const { return reinterpret_cast<E*>(buffer_); }
  std::int64_t whole_columns(std::int64_t n) const {
    return n < strip_rows ? 0 : columns_ - columns_ % side();
  }
  void load_strip(Block<E> rows, std::int64_t n) {
    const std::int64_t whole = whole_columns(n);
    transpose_blocks(rows.data, rows.row, elements(), strip_rows, strip_rows, whole);
    for (std::int64_t i = 0; i < strip_rows; ++i) {
      for (std::int64_t j = whole; j < columns_; ++j)
        elements()[j * strip_rows + i] = i < n ? rows(i, j) : E{};
    }
  }
  void store_strip(Block<E> rows, std::int64_t n) {
    const std::int64_t whole = whole_columns(n);
    transpose_blocks(elements(), strip_rows, rows.data, rows.row, whole, strip_rows);
    for (std::int64_t i = 0; i < n; ++i)
      for (std::int64_t j = whole; j < columns_; ++j) rows(i, j) = elements()[j * strip_rows + i];
  }

  Block<E> a_;
  std::int64_t rows_, columns_;
  Rotation<T>* waiting_;
  RotationRun* runs_;
  T* buffer_;
  std::int64_t count_ = 0, run_count_ = 0;
};

template <class E>
RotatedColumns<E> take_rotated_columns(Arena& arena, Block<E> a, std::int64_t rows,
                                       std::int64_t columns) {
  using T = PartOf<E>;
  using Columns = RotatedColumns<E>;
  auto* waiting = arena.take<Rotation<T>>(Columns::waiting_limit(columns));
  auto* runs = arena.take<RotationRun>(Columns::run_limit(columns));
  return {a, rows, columns, waiting, runs, arena.take<T>(columns * Columns::strip)};
}

// The order that sorts n values, stable; insertion on positions, for they are nearly sorted.
template <class T>
void sort_positions(const T* values, std::int64_t* order, std::int64_t n, bool descending) {
  for (std::int64_t i = 0; i < n; ++i) {
    std::int64_t at = i;
    for (; at > 0; --at) {
      const T before = values[order[at - 1]], x = values[i];
      if (descending ? before >= x : before <= x) break;
      order[at] = order[at - 1];
    }
    order[at] = i;
  }
}

}  // namespace corepy::COREPY_ISA::decomposition

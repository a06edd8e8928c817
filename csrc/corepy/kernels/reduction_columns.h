// The order of reduction_order.h for strips of neighbouring columns: the same chains and trees, one
// vector lane per column. Rows are in reduction_order.h.
#pragma once

#include "corepy/kernels/reduction_order.h"

namespace corepy::COREPY_ISA::reduction {

// Applies f(offset, load) to a row of `width` reals vector by vector; load(p) reads the vector at p
// + offset, of which only the first lanes exist in the last one. Scratch rows are padded to whole
// vectors, operands are not.
template <class R, class F>
COREPY_INLINE void for_each_vector(std::int64_t width, F f) {
  std::int64_t j = 0;
  const auto load_all = [&](const R* p) __attribute__((always_inline)) { return vec::load(p + j); };
  for (; j + lanes<R> <= width; j += lanes<R>) f(j, load_all);
  if (j < width) {
    f(j, [&](const R* p)
             __attribute__((always_inline)) { return vec::load_partial(p + j, width - j); });
  }
}

// Stores the vector at offset j of such a row: in the last one, only the lanes that exist.
template <class R>
COREPY_INLINE void store_in_row(R* row, std::int64_t j, std::int64_t width, Vec<R> v) {
  if (j + lanes<R> <= width) {
    vec::store(row + j, v);
  } else {
    vec::store_partial(row + j, v, width - j);
  }
}

template <class Term, class R>
class ColumnOrder {
 public:
  static constexpr std::int64_t rows_per_sweep = 4;
  static constexpr std::int64_t dense_vectors = 4;

  static constexpr std::int64_t levels(std::int64_t n) {
    std::int64_t count = 1;
    for (std::int64_t blocks = (n - 1) / block_length; blocks > 0; blocks /= 2) ++count;
    return count;
  }
  static constexpr std::int64_t pitch(std::int64_t width) {
    return round_up(width, 64 / static_cast<std::int64_t>(sizeof(R)));
  }
  static constexpr std::int64_t scratch_bytes(std::int64_t n, std::int64_t width) {
    const std::int64_t rows = n <= lane_count ? 0 : lane_count + levels(n);
    return rows * pitch(width) * static_cast<std::int64_t>(sizeof(R));
  }

  ColumnOrder(std::int64_t n, std::int64_t width, const R* center, R* scratch) noexcept
      : n_(n),
        width_(width),
        pitch_(pitch(width)),
        center_(center),
        lane_rows_(scratch),
        pending_(scratch + lane_count * pitch_) {}

  // Writes `width` reals, and up to the next whole vector more.
  template <class E>
  void reduce(const StripSource<E>& source, R* result) noexcept {
    row_stride_bytes_ = source.row_stride_bytes();
    if (n_ <= lane_count) return fold_rows<lane_count>(source.block(0, n_), n_, result);
    const bool is_dense = is_dense_narrow();
    for (std::int64_t b = 0; b * block_length < n_; ++b) {
      const std::int64_t rows = smaller(block_length, n_ - b * block_length);
      const void* x = source.block(b * block_length, rows);
      ahead_ = source.is_asked_ahead() ? at(x, block_length * row_stride_bytes_) : nullptr;
      if (rows < lane_count) {
        fold_rows<lane_count>(x, rows, lane_row(0));
      } else if (is_dense) {
        reduce_dense(static_cast<const R*>(x), rows);
      } else if (!accumulate_narrow(x, rows)) {
        accumulate_lanes(x, rows);
      }
      push_block(b, rows >= lane_count && !is_dense);
    }
    fold_pending(result);
  }

 private:
  R* lane_row(std::int64_t l) const { return lane_rows_ + l * pitch_; }
  R* pending_row(std::int64_t level) const { return pending_ + level * pitch_; }
  const R* input_row(const void* x, std::int64_t i) const {
    return reinterpret_cast<const R*>(at(x, i * row_stride_bytes_));
  }

  // As many rows of the next block as were read of this one, in the order of memory, which this one
  // is not read in.
  COREPY_INLINE void ask_ahead(std::int64_t rows) noexcept {
    if (ahead_ == nullptr) return;
    vec::prefetch_lines(ahead_, rows * row_stride_bytes_);
    ahead_ += rows * row_stride_bytes_;
  }

  // Rows of few elements, one behind the other: 16 of them, one for each lane, are one long row,
  // the lanes' sums another.
  bool is_dense_narrow() const noexcept {
    return center_ == nullptr && width_ <= dense_vectors * lanes<R> &&
           row_stride_bytes_ == width_ * static_cast<std::int64_t>(sizeof(R));
  }
  // A block, into lane 0: every vector is full, for 16 elements are whole lines.
  void reduce_dense(const R* x, std::int64_t rows) noexcept {
    const std::int64_t length = lane_count * width_, turns = rows / lane_count;
    std::int64_t turn = 0;
    for (; turn + 4 <= turns; turn += 4) {
      if (ahead_ != nullptr) {
        add_dense<4, true>(x + turn * length, length, turn == 0);
      } else {
        add_dense<4, false>(x + turn * length, length, turn == 0);
      }
    }
    for (; turn < turns; ++turn) add_dense<1, false>(x + turn * length, length, turn == 0);
    add_dense_rest(x + turns * length, (rows - turns * lane_count) * width_);
    for (std::int64_t half = length / 2; half >= width_; half /= 2) {
      for (std::int64_t j = 0; j < half; j += lanes<R>) {
        R* const low = lane_rows_ + j;
        vec::store(low, Term::combine(vec::load(low), vec::load(low + half)));
      }
    }
  }
  void add_dense_rest(const R* x, std::int64_t count) noexcept {
    for_each_vector<R>(count, [&](std::int64_t j, auto load) __attribute__((always_inline)) {
      const Vec<R> term = Term::map(load(x), vec::broadcast(R(0)));
      store_in_row(lane_rows_, j, count, Term::combine(vec::load(lane_rows_ + j), term));
    });
  }
  // `Turns` long rows, one behind the other. Those in memory are asked for ahead: the hardware does
  // not get to run ahead of so short ones.
  template <std::int64_t Turns, bool Ahead>
  void add_dense(const R* x, std::int64_t length, bool first) noexcept {
    constexpr std::int64_t line = 64 / static_cast<std::int64_t>(sizeof(R));
    const Vec<R> center = vec::broadcast(R(0));
    for (std::int64_t start = 0; start < length; start += line) {
      COREPY_UNROLL
      for (std::int64_t q = 0; q < (Ahead ? Turns : 0); ++q)
        __builtin_prefetch(at(x + Turns * start + q * line, tile_ahead_bytes));
      COREPY_UNROLL
      for (std::int64_t j = start; j < start + line; j += lanes<R>) {
        Vec<R> a = Term::map(vec::load(x + j), center);
        if (!first) a = Term::combine(vec::load(lane_rows_ + j), a);
        COREPY_UNROLL
        for (std::int64_t q = 1; q < Turns; ++q)
          a = Term::combine(a, Term::map(vec::load(x + q * length + j), center));
        vec::store(lane_rows_ + j, a);
      }
    }
  }

  // A block of at most 16 rows: every lane has one element at most.
  template <std::int64_t Rows>
  void fold_rows(const void* x, std::int64_t rows, R* result) const noexcept {
    if constexpr (Rows > 1) {
      if (rows < Rows) return fold_rows<Rows - 1>(x, rows, result);
    }
    for_each_vector<R>(width_, [&](std::int64_t j, auto load) __attribute__((always_inline)) {
      const Vec<R> center = center_ ? vec::load(center_ + j) : Vec<R>(R(0));
      Vec<R> a[Rows];
      COREPY_UNROLL
      for (std::int64_t l = 0; l < Rows; ++l) a[l] = Term::map(load(input_row(x, l)), center);
      COREPY_UNROLL
      for (std::int64_t half = lane_count / 2; half > 0; half /= 2) {
        COREPY_UNROLL
        for (std::int64_t l = 0; l < half; ++l) {
          if (l + half < smaller(Rows, 2 * half)) a[l] = Term::combine(a[l], a[l + half]);
        }
      }
      vec::store(result + j, a[0]);
    });
  }

  // Rows so short that neighbouring lanes fit into registers: memory is read in longer stretches,
  // and lanes are stored once (1.5 to 2 times the speed at 16 columns). False for longer rows.
  bool accumulate_narrow(const void* x, std::int64_t rows) noexcept {
    switch ((width_ + lanes<R> - 1) / lanes<R>) {
      case 1:
        accumulate_side_by_side<1>(x, rows);
        return true;
      case 2:
        accumulate_side_by_side<2>(x, rows);
        return true;
      case 3:
        accumulate_side_by_side<3>(x, rows);
        return true;
      case 4:
        accumulate_side_by_side<4>(x, rows);
        return true;
      default:
        return false;
    }
  }

  template <std::int64_t Vectors>
  void accumulate_side_by_side(const void* x, std::int64_t rows) noexcept {
    const std::int64_t whole = rows / lane_count * lane_count, rest = width_ % lanes<R>;
    if (rest == 0) {
      accumulate_side_by_side<Vectors>(
          x, whole, [](const R* p) __attribute__((always_inline)) { return vec::load(p); });
    } else {
      accumulate_side_by_side<Vectors>(x, whole, [rest](const R* p) __attribute__((always_inline)) {
        return vec::load_partial(p, rest);
      });
    }
    for (std::int64_t l = 0; whole + l < rows; ++l)
      sweep<false, 1>(at(x, (whole + l) * row_stride_bytes_), lane_row(l));
  }

  template <std::int64_t Vectors, class LoadLast>
  COREPY_INLINE void accumulate_side_by_side(const void* x, std::int64_t rows,
                                             LoadLast load_last) noexcept {
    // As many lanes at once as there are registers for, so that few passes go over a block.
    constexpr std::int64_t registers = sizeof(Vec<R>) == 64 ? 16 : 8;
    constexpr std::int64_t side = Vectors <= 2 ? registers / Vectors : registers / 4;
    const auto term = [&](std::int64_t i, std::int64_t v) __attribute__((always_inline)) {
      const R* p = input_row(x, i) + v * lanes<R>;
      const Vec<R> center = center_ ? vec::load(center_ + v * lanes<R>) : Vec<R>(R(0));
      return Term::map(v == Vectors - 1 ? load_last(p) : vec::load(p), center);
    };
    for (std::int64_t l = 0; l < lane_count; l += side) {
      Vec<R> a[side * Vectors];
      COREPY_UNROLL
      for (std::int64_t k = 0; k < side * Vectors; ++k) a[k] = term(l + k / Vectors, k % Vectors);
      ask_ahead(side);
      for (std::int64_t i = l + lane_count; i < rows; i += lane_count) {
        ask_ahead(side);
        COREPY_UNROLL
        for (std::int64_t k = 0; k < side * Vectors; ++k)
          a[k] = Term::combine(a[k], term(i + k / Vectors, k % Vectors));
      }
      COREPY_UNROLL
      for (std::int64_t k = 0; k < side * Vectors; ++k)
        vec::store(lane_row(l + k / Vectors) + k % Vectors * lanes<R>, a[k]);
    }
  }

  void accumulate_lanes(const void* x, std::int64_t rows) noexcept {
    for (std::int64_t first = 0; first < rows; first += rows_per_sweep * lane_count) {
      for (std::int64_t l = 0; l < lane_count && first + l < rows; ++l) {
        const void* from = at(x, (first + l) * row_stride_bytes_);
        const std::int64_t count =
            smaller((rows - first - l + lane_count - 1) / lane_count, rows_per_sweep);
        ask_ahead(count);
        if (first == 0) {
          sweep_rows<true>(from, count, lane_row(l));
        } else {
          sweep_rows<false>(from, count, lane_row(l));
        }
      }
    }
  }

  template <bool First>
  void sweep_rows(const void* x, std::int64_t count, R* lane) noexcept {
    switch (count) {
      case 1:
        return sweep<First, 1>(x, lane);
      case 2:
        return sweep<First, 2>(x, lane);
      case 3:
        return sweep<First, 3>(x, lane);
      default:
        return sweep<First, 4>(x, lane);
    }
  }

  // `Count` rows of one lane, which lie 16 rows apart.
  template <bool First, std::int64_t Count>
  void sweep(const void* x, R* lane) noexcept {
    const R* row[Count];
    for (std::int64_t q = 0; q < Count; ++q) row[q] = input_row(x, q * lane_count);
    for_each_vector<R>(width_, [&](std::int64_t j, auto load) __attribute__((always_inline)) {
      const Vec<R> center = center_ ? vec::load(center_ + j) : Vec<R>(R(0));
      Vec<R> a = Term::map(load(row[0]), center);
      if constexpr (!First) a = Term::combine(vec::load(lane + j), a);
      COREPY_UNROLL
      for (std::int64_t q = 1; q < Count; ++q)
        a = Term::combine(a, Term::map(load(row[q]), center));
      vec::store(lane + j, a);
    });
  }

  // Combines the lanes of block b, unless that is done (lane 0 then holds the block), then the
  // block with its predecessors as the binary counter carries.
  void push_block(std::int64_t b, bool all_lanes) noexcept {
    std::int64_t carries = 0;
    for (std::int64_t bits = b; bits & 1; bits >>= 1) ++carries;
    const std::int64_t top = depth_ - carries;
    for (std::int64_t j = 0; j < width_; j += lanes<R>) {
      Vec<R> value = all_lanes ? fold_all_lanes(j) : vec::load(lane_row(0) + j);
      for (std::int64_t level = depth_ - 1; level >= top; --level) {
        value = Term::combine(vec::load(pending_row(level) + j), value);
      }
      vec::store(pending_row(top) + j, value);
    }
    depth_ = top + 1;
  }

  COREPY_INLINE Vec<R> fold_all_lanes(std::int64_t j) const {
    Vec<R> a[lane_count / 2];
    COREPY_UNROLL
    for (std::int64_t l = 0; l < lane_count / 2; ++l) {
      a[l] = Term::combine(vec::load(lane_row(l) + j), vec::load(lane_row(l + lane_count / 2) + j));
    }
    COREPY_UNROLL
    for (std::int64_t half = lane_count / 4; half > 0; half /= 2) {
      COREPY_UNROLL
      for (std::int64_t l = 0; l < half; ++l) a[l] = Term::combine(a[l], a[l + half]);
    }
    return a[0];
  }

  void fold_pending(R* result) const noexcept {
    for (std::int64_t j = 0; j < width_; j += lanes<R>) {
      Vec<R> value = vec::load(pending_row(depth_ - 1) + j);
      for (std::int64_t level = depth_ - 2; level >= 0; --level) {
        value = Term::combine(vec::load(pending_row(level) + j), value);
      }
      vec::store(result + j, value);
    }
  }

  std::int64_t n_, width_, pitch_, row_stride_bytes_ = 0, depth_ = 0;
  const R* center_;  // padded row of means, or null
  R* lane_rows_;     // one row per lane
  R* pending_;       // the binary counter's rows
  const char* ahead_ = nullptr;
};

}  // namespace corepy::COREPY_ISA::reduction

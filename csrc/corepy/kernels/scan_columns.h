// Cumulative sums of neighbouring columns: the order of scan_sum.h with one vector lane per column.
// Integers and products, which go row by row, are in scan_integer.h and scan_product.h.
#pragma once

#include "corepy/kernels/reduction_columns.h"
#include "corepy/kernels/scan_sum.h"

namespace corepy::COREPY_ISA::scan {

using reduction::at;
using reduction::for_each_vector;
using reduction::round_up;
using reduction::smaller;
using reduction::store_in_row;

// Reals per scratch row: whole cache lines.
template <class R>
constexpr std::int64_t row_pitch(std::int64_t reals) {
  return round_up(reals, 64 / static_cast<std::int64_t>(sizeof(R)));
}

// Four rows at a time: more would be more streams of memory than a first-level cache of 12 ways
// holds where rows lie a power of two apart (half the speed at 1024 x 1024 float64).
template <class E>
class SumColumns {
 public:
  using R = PartOf<E>;

  static std::int64_t state_bytes(std::int64_t width) noexcept {
    return state_rows * row_pitch<R>(width * parts) * static_cast<std::int64_t>(sizeof(R));
  }

  static void run(const ScanColumnsArgs& args) noexcept { SumColumns(args).scan(); }

 private:
  static constexpr std::int64_t parts = sizeof(E) / sizeof(R);
  static constexpr std::int64_t state_rows = 5;
  static constexpr std::int64_t quarter = group_length / 4;  // rows in registers at once

  explicit SumColumns(const ScanColumnsArgs& args) noexcept
      : args_(args),
        reals_(args.width * parts),
        is_dense_(args.out_row_stride_bytes == args.in_row_stride_bytes &&
                  args.in_row_stride_bytes == reals_ * static_cast<std::int64_t>(sizeof(R))),
        inside_(static_cast<R*>(args.state)),
        high_(inside_ + row_pitch<R>(reals_)),
        low_(high_ + row_pitch<R>(reals_)),
        quarter_sum_(low_ + row_pitch<R>(reals_)),
        half_sum_(quarter_sum_ + row_pitch<R>(reals_)) {}

  void scan() const noexcept {
    if (args_.first == 0) {
      for (R* p = inside_; p < quarter_sum_; ++p) *p = R(-0.0);
    }
    if (reals_ <= lanes<R>) return scan_narrow();
    for (std::int64_t i = 0; i < args_.n; i += quarter) {
      const std::int64_t rows = smaller(quarter, args_.n - i);
      const char* x = at(args_.in, i * args_.in_row_stride_bytes);
      char* out = at(args_.out, i * args_.out_row_stride_bytes);
      const std::int64_t number = i / quarter % 4;
      if (rows < quarter) {
        run_quarter<false>(number, x, out, rows);
      } else {
        run_quarter<true>(number, x, out, rows);
      }
      if ((args_.first + i + quarter) % scan_block_length == 0) finish_block();
    }
  }

  template <bool Whole>
  void run_quarter(std::int64_t number, const char* x, char* out,
                   std::int64_t rows) const noexcept {
    switch (number) {
      case 0:
        return run_rows<Whole, 0>(x, out, rows);
      case 1:
        return run_rows<Whole, 1>(x, out, rows);
      case 2:
        return run_rows<Whole, 2>(x, out, rows);
      default:
        return run_rows<Whole, 3>(x, out, rows);
    }
  }

  // The rows of quarter `Number` of a group; those from `rows` on do not exist.
  template <bool Whole, int Number>
  void run_rows(const char* x, char* out, std::int64_t rows) const noexcept {
    for_each_vector<R>(reals_, [&](std::int64_t j, auto load) __attribute__((always_inline)) {
      Vec<R> a[quarter];
      COREPY_UNROLL
      for (std::int64_t r = 0; r < quarter; ++r) {
        a[r] = Whole || r < rows
                   ? load(reinterpret_cast<const R*>(x + r * args_.in_row_stride_bytes))
                   : Vec<R>(R(0));
      }
      Vec<R> quarter_sum, half_sum;
      if constexpr (Number % 2 == 1) quarter_sum = vec::load(quarter_sum_ + j);
      if constexpr (Number >= 2) half_sum = vec::load(half_sum_ + j);
      find_local_sums<Number>(a, quarter_sum, half_sum);
      if constexpr (Number % 2 == 0) vec::store(quarter_sum_ + j, quarter_sum);
      if constexpr (Number == 1) vec::store(half_sum_ + j, half_sum);
      const Carry<R> carry{vec::load(high_ + j), vec::load(low_ + j)};
      const Vec<R> inside = vec::load(inside_ + j);
      COREPY_UNROLL
      for (std::int64_t r = 0; r < quarter; ++r) {
        if (!Whole && r >= rows) continue;
        R* target = reinterpret_cast<R*>(out + r * args_.out_row_stride_bytes);
        store_in_row(target, j, reals_, carry.add_to(inside + a[r]));
      }
      if constexpr (Number == 3) vec::store(inside_ + j, inside + a[quarter - 1]);
    });
  }

  // The joins of 1, 2, 4 and 8 rows; what later quarters need of this one is kept.
  template <int Number>
  static COREPY_INLINE void find_local_sums(Vec<R> (&a)[quarter], Vec<R>& quarter_sum,
                                            Vec<R>& half_sum) {
    a[1] = a[0] + a[1];
    a[3] = a[2] + a[3];
    a[2] = a[1] + a[2];
    a[3] = a[1] + a[3];
    if constexpr (Number % 2 == 0) {
      quarter_sum = a[3];
    } else {
      add_to_all(quarter_sum, a);
    }
    if constexpr (Number == 1) half_sum = a[3];
    if constexpr (Number >= 2) add_to_all(half_sum, a);
  }
  static COREPY_INLINE void add_to_all(Vec<R> before, Vec<R> (&a)[quarter]) {
    COREPY_UNROLL
    for (std::int64_t r = 0; r < quarter; ++r) a[r] = before + a[r];
  }

  // ---- columns of one vector, whose state stays in registers

  struct NarrowState {
    Carry<R> carry;
    Vec<R> inside, quarter_sum, half_sum;
  };

  void scan_narrow() const noexcept {
    NarrowState state{{vec::load(high_), vec::load(low_)}, vec::load(inside_), {}, {}};
    // Rows that lie one behind the other are loaded and stored as whole vectors: what is stored
    // beyond a row is where later ones belong.
    const std::int64_t open = is_dense_ ? args_.n - (lanes<R> - 1) / reals_ : 0;
    for (std::int64_t i = 0; i < args_.n; i += group_length) {
      if (i + group_length <= open) {
        run_narrow_group<true>(i, group_length, state);
      } else {
        run_narrow_group<false>(i, smaller(group_length, args_.n - i), state);
      }
      if ((args_.first + i + group_length) % scan_block_length == 0) {
        state.carry.advance(state.inside);
        state.inside = Vec<R>(R(-0.0));
      }
    }
    vec::store(high_, state.carry.high);
    vec::store(low_, state.carry.low);
    vec::store(inside_, state.inside);
  }

  template <bool Whole>
  COREPY_INLINE void run_narrow_group(std::int64_t i, std::int64_t rows,
                                      NarrowState& state) const noexcept {
    run_narrow_quarter<Whole, 0>(i, rows, state);
    run_narrow_quarter<Whole, 1>(i + quarter, rows - quarter, state);
    run_narrow_quarter<Whole, 2>(i + 2 * quarter, rows - 2 * quarter, state);
    run_narrow_quarter<Whole, 3>(i + 3 * quarter, rows - 3 * quarter, state);
  }
  template <bool Whole, int Number>
  COREPY_INLINE void run_narrow_quarter(std::int64_t i, std::int64_t rows,
                                        NarrowState& state) const noexcept {
    if (!Whole && rows <= 0) return;
    const char* x = at(args_.in, i * args_.in_row_stride_bytes);
    char* out = at(args_.out, i * args_.out_row_stride_bytes);
    Vec<R> a[quarter];
    COREPY_UNROLL
    for (std::int64_t r = 0; r < quarter; ++r) {
      const R* row = reinterpret_cast<const R*>(x + r * args_.in_row_stride_bytes);
      a[r] = Whole ? vec::load(row) : r < rows ? load_row(row) : Vec<R>(R(0));
    }
    find_local_sums<Number>(a, state.quarter_sum, state.half_sum);
    COREPY_UNROLL
    for (std::int64_t r = 0; r < quarter; ++r) {
      R* target = reinterpret_cast<R*>(out + r * args_.out_row_stride_bytes);
      const Vec<R> sums = state.carry.add_to(state.inside + a[r]);
      if constexpr (Whole) {
        vec::store(target, sums);
      } else if (r < rows) {
        store_in_row(target, 0, reals_, sums);
      }
    }
    if constexpr (Number == 3) state.inside = state.inside + a[quarter - 1];
  }
  COREPY_INLINE Vec<R> load_row(const R* row) const {
    return reals_ == lanes<R> ? vec::load(row) : vec::load_partial(row, reals_);
  }

  void finish_block() const noexcept {
    for (std::int64_t j = 0; j < reals_; j += lanes<R>) {
      Carry<R> carry{vec::load(high_ + j), vec::load(low_ + j)};
      carry.advance(vec::load(inside_ + j));
      vec::store(high_ + j, carry.high);
      vec::store(low_ + j, carry.low);
      vec::store(inside_ + j, Vec<R>(R(-0.0)));
    }
  }

  const ScanColumnsArgs& args_;
  std::int64_t reals_;
  bool is_dense_;
  R *inside_, *high_, *low_, *quarter_sum_, *half_sum_;  // rows of the state
};

}  // namespace corepy::COREPY_ISA::scan

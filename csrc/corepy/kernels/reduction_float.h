// Floating-point sum, prod, mean, var and std as kernels: ordered reductions (reduction_order.h,
// reduction_columns.h) and their final division or root. Integer sums and products are in
// reduction_integer.h.
#pragma once

#include <limits>

#include "corepy/kernels/reduction_columns.h"
#include "corepy/kernels/reduction_order.h"

namespace corepy::COREPY_ISA::reduction {

template <class R>
COREPY_INLINE R divide_element(R x, R divisor) {
  return x / divisor;
}
template <class R>
COREPY_INLINE Complex<R> divide_element(Complex<R> x, R divisor) {
  return {x.re / divisor, x.im / divisor};
}

template <class E>
constexpr E real_element(PartOf<E> value) {
  if constexpr (is_complex_element<E>) {
    return E{value, 0};
  } else {
    return value;
  }
}

// sum, prod: the ordered reduction itself. `Empty` is the value of an empty one.
template <class Term, class E, int Empty>
struct OrderedKernel {
  using In = E;
  using Out = E;
  using R = PartOf<E>;
  using Columns = ColumnOrder<Term, R>;
  static constexpr std::int64_t parts = sizeof(E) / sizeof(R);

  static E empty_result() noexcept { return real_element<E>(Empty); }
  static E reduce_row(const PieceSource<E>& source, std::int64_t n, const ReductionArgs&) noexcept {
    return reduce_in_order<Term, E>(source, n, R(0));
  }
  static constexpr int rows_at_once = BlockOrder<Term, E>::side_by_side;
  static void reduce_rows(const void* rows, std::int64_t apart_bytes, std::int64_t n,
                          const ReductionArgs&, E* results) noexcept {
    constexpr E centers[rows_at_once] = {};
    reduce_rows_in_order<Term, E>(rows, apart_bytes, n, centers, results);
  }
  using Part = E;
  static constexpr int passes = 1;
  static E reduce_part(const PieceSource<E>& source, const ReductionPart& part,
                       const ReductionArgs&) noexcept {
    return reduce_in_order<Term, E>(source, part.count, R(0));
  }
  static E fold_parts(const E* parts, std::int64_t count, const ReductionArgs&, int) noexcept {
    return fold_in_order<Term, E>(parts, count);
  }
  static constexpr std::int64_t least_dense_columns = 2;
  static constexpr std::int64_t strip_scratch_bytes(std::int64_t n, std::int64_t width) {
    return Columns::scratch_bytes(n, width * parts);
  }
  static void reduce_strip(const StripSource<E>& source, std::int64_t n, const ReductionArgs&,
                           E* results, void* scratch) noexcept {
    Columns columns(n, source.width() * parts, nullptr, static_cast<R*>(scratch));
    columns.reduce(source, reinterpret_cast<R*>(results));
  }
};

// The sum, divided once by n (rounded to R).
template <class E>
struct MeanKernel : OrderedKernel<Sum, E, 0> {
  using Base = OrderedKernel<Sum, E, 0>;
  using R = typename Base::R;

  static E empty_result() noexcept {
    constexpr R nan = std::numeric_limits<R>::quiet_NaN();
    if constexpr (is_complex_element<E>) {
      return E{nan, nan};
    } else {
      return nan;
    }
  }
  static E reduce_row(const PieceSource<E>& source, std::int64_t n,
                      const ReductionArgs& args) noexcept {
    return divide_element(Base::reduce_row(source, n, args), static_cast<R>(n));
  }
  static void reduce_rows(const void* rows, std::int64_t apart_bytes, std::int64_t n,
                          const ReductionArgs& args, E* results) noexcept {
    Base::reduce_rows(rows, apart_bytes, n, args, results);
    for (int j = 0; j < Base::rows_at_once; ++j)
      results[j] = divide_element(results[j], static_cast<R>(n));
  }
  static E fold_parts(const E* parts, std::int64_t count, const ReductionArgs& args,
                      int pass) noexcept {
    return divide_element(Base::fold_parts(parts, count, args, pass), static_cast<R>(args.n));
  }
  static void reduce_strip(const StripSource<E>& source, std::int64_t n, const ReductionArgs& args,
                           E* results, void* scratch) noexcept {
    Base::reduce_strip(source, n, args, results, scratch);
    for (std::int64_t j = 0; j < source.width(); ++j) {
      results[j] = divide_element(results[j], static_cast<R>(n));
    }
  }
};

COREPY_INLINE float sqrt_element(float x) { return __builtin_sqrtf(x); }
COREPY_INLINE double sqrt_element(double x) { return __builtin_sqrt(x); }

// Two passes: the mean as MeanKernel gives it, then the ordered sum of (x - mean)^2, divided once
// by n - correction, which is computed in float64 and rounded to R; where it is not positive the
// result is NaN, as the array API has it.
template <class R, bool Root>
struct VarianceKernel {
  using In = R;
  using Out = R;
  using Columns = ColumnOrder<SquaredDeviation, R>;

  static R empty_result() noexcept {
    constexpr R nan = std::numeric_limits<R>::quiet_NaN();
    return nan;
  }

  static R reduce_row(const PieceSource<R>& source, std::int64_t n,
                      const ReductionArgs& args) noexcept {
    const R mean = MeanKernel<R>::reduce_row(source, n, args);
    return finish(reduce_in_order<SquaredDeviation, R>(source, n, mean), divisor(n, args));
  }
  static constexpr int rows_at_once = MeanKernel<R>::rows_at_once;
  static void reduce_rows(const void* rows, std::int64_t apart_bytes, std::int64_t n,
                          const ReductionArgs& args, R* results) noexcept {
    R means[rows_at_once];
    MeanKernel<R>::reduce_rows(rows, apart_bytes, n, args, means);
    reduce_rows_in_order<SquaredDeviation, R>(rows, apart_bytes, n, means, results);
    const R by = divisor(n, args);
    for (int j = 0; j < rows_at_once; ++j) results[j] = finish(results[j], by);
  }
  using Part = R;
  static constexpr int passes = 2;
  static R reduce_part(const PieceSource<R>& source, const ReductionPart& part,
                       const ReductionArgs& args) noexcept {
    if (part.pass == 0) return MeanKernel<R>::reduce_part(source, part, args);
    const R mean = *static_cast<const R*>(part.center);
    return reduce_in_order<SquaredDeviation, R>(source, part.count, mean);
  }
  static R fold_parts(const R* parts, std::int64_t count, const ReductionArgs& args,
                      int pass) noexcept {
    if (pass == 0) return MeanKernel<R>::fold_parts(parts, count, args, pass);
    return finish(fold_in_order<SquaredDeviation, R>(parts, count), divisor(args.n, args));
  }
  static constexpr std::int64_t strip_scratch_bytes(std::int64_t n, std::int64_t width) {
    return Columns::scratch_bytes(n, width) +
           mean_row_reals(width) * static_cast<std::int64_t>(sizeof(R));
  }
  static void reduce_strip(const StripSource<R>& source, std::int64_t n, const ReductionArgs& args,
                           R* results, void* scratch) noexcept {
    R* means = static_cast<R*>(scratch);
    R* rows = means + mean_row_reals(source.width());
    for (std::int64_t j = 0; j < Columns::pitch(source.width()); ++j) means[j] = 0;
    MeanKernel<R>::reduce_strip(source, n, args, means, rows);
    Columns columns(n, source.width(), means, rows);
    columns.reduce(source, results);
    const R by = divisor(n, args);
    for (std::int64_t j = 0; j < source.width(); ++j) results[j] = finish(results[j], by);
  }

 private:
  static constexpr std::int64_t mean_row_reals(std::int64_t width) { return Columns::pitch(width); }
  COREPY_INLINE static R divisor(std::int64_t n, const ReductionArgs& args) {
    const double d = static_cast<double>(n) - args.correction;
    constexpr R nan = std::numeric_limits<R>::quiet_NaN();
    return d > 0 ? static_cast<R>(d) : nan;
  }
  COREPY_INLINE static R finish(R squares, R by) {
    const R variance = squares / by;
    return Root ? sqrt_element(variance) : variance;
  }
};

}  // namespace corepy::COREPY_ISA::reduction

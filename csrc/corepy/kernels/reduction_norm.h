// Vector norms of orders 1, 2, inf and -inf as ordered reductions (reduction_order.h,
// reduction_columns.h). Other orders, and complex ones but for 2, are composites
// (dispatch/vector_norm.cpp).
//
// Order 2 is the root of the ordered sum of squares. Where that sum is so large or so small that
// squares were lost (a rule on the sum, which is the same for every layout), it is formed again of
// elements scaled by a power of two, the inverse of the largest magnitude's: the norm overflows or
// underflows only where its value does.
#pragma once

#include "corepy/kernels/reduction_float.h"
#include "corepy/vec/arithmetic.h"

namespace corepy::COREPY_ISA::reduction {

COREPY_INLINE float magnitude_of(float x) { return __builtin_fabsf(x); }
COREPY_INLINE double magnitude_of(double x) { return __builtin_fabs(x); }

// What is done to each part of an element, and to two results. Complex elements keep their parts
// apart until the end.
template <class Part>
struct PartwiseTerm {
  template <class R>
  COREPY_INLINE static R map_element(R x, R scale) {
    return Part::map_part(x, scale);
  }
  template <class R>
  COREPY_INLINE static Complex<R> map_element(Complex<R> x, R scale) {
    return {Part::map_part(x.re, scale), Part::map_part(x.im, scale)};
  }
  template <class R>
  COREPY_INLINE static R combine_elements(R a, R b) {
    return Part::combine_parts(a, b);
  }
  template <class R>
  COREPY_INLINE static Complex<R> combine_elements(Complex<R> a, Complex<R> b) {
    return {Part::combine_parts(a.re, b.re), Part::combine_parts(a.im, b.im)};
  }
};

struct AddedParts {
  template <class R>
  COREPY_INLINE static Vec<R> combine(Vec<R> a, Vec<R> b) {
    return a + b;
  }
  template <class R>
  COREPY_INLINE static R combine_parts(R a, R b) {
    return a + b;
  }
};
struct MappedToMagnitude {
  template <class R>
  COREPY_INLINE static Vec<R> map(Vec<R> x, Vec<R>) {
    return vec::abs<R>(x);
  }
  template <class R>
  COREPY_INLINE static R map_part(R x, R) {
    return magnitude_of(x);
  }
};

struct SumOfMagnitudes : PartwiseTerm<SumOfMagnitudes>, AddedParts, MappedToMagnitude {};

struct LargestMagnitude : PartwiseTerm<LargestMagnitude>, MappedToMagnitude {
  template <class R>
  COREPY_INLINE static Vec<R> combine(Vec<R> a, Vec<R> b) {
    return vec::maximum<R>(a, b);
  }
  template <class R>
  COREPY_INLINE static R combine_parts(R a, R b) {
    return a != a || a > b ? a : b;
  }
};
struct SmallestMagnitude : PartwiseTerm<SmallestMagnitude>, MappedToMagnitude {
  template <class R>
  COREPY_INLINE static Vec<R> combine(Vec<R> a, Vec<R> b) {
    return vec::minimum<R>(a, b);
  }
  template <class R>
  COREPY_INLINE static R combine_parts(R a, R b) {
    return a != a || a < b ? a : b;
  }
};

struct SumOfSquares : PartwiseTerm<SumOfSquares>, AddedParts {
  template <class R>
  COREPY_INLINE static Vec<R> map(Vec<R> x, Vec<R>) {
    return x * x;
  }
  template <class R>
  COREPY_INLINE static R map_part(R x, R) {
    return x * x;
  }
};
struct SumOfScaledSquares : PartwiseTerm<SumOfScaledSquares>, AddedParts {
  template <class R>
  COREPY_INLINE static Vec<R> map(Vec<R> x, Vec<R> scale) {
    const Vec<R> scaled = x * scale;
    return scaled * scaled;
  }
  template <class R>
  COREPY_INLINE static R map_part(R x, R scale) {
    const R scaled = x * scale;
    return scaled * scaled;
  }
};

template <class E>
struct NormKernel {
  using In = E;
  using R = PartOf<E>;
  using Out = R;
  static constexpr std::int64_t parts = sizeof(E) / sizeof(R);
  static constexpr R infinity = std::numeric_limits<R>::infinity();

  static R empty_result() noexcept { return 0; }

  static R reduce_row(const PieceSource<E>& source, std::int64_t n,
                      const ReductionArgs& args) noexcept {
    const E value = reduce_by_order(source, n, args);
    if (order_of(args) != 2) return first_part(value);
    const R squares = add_parts(value);
    if (is_safe(squares)) return sqrt_element(squares);
    const R largest = join_largest(reduce_in_order<LargestMagnitude, E>(source, n, R(0)));
    if (!is_scalable(largest)) return largest;
    const R scale = scale_of(largest);
    return unscale(add_parts(reduce_in_order<SumOfScaledSquares, E>(source, n, scale)), scale);
  }

  // ---- a long reduction in parts: the value, for order 2 the largest magnitude and the scaled
  // sum, each of which is left out where the one before it was enough

  struct Part {
    E value;
    R scale;  // 0: the value is the norm
  };
  struct Progress {
    R value, scale;
  };
  static_assert(sizeof(Progress) <= reduction_max_part_bytes);
  static constexpr int passes = 3;

  static Part reduce_part(const PieceSource<E>& source, const ReductionPart& part,
                          const ReductionArgs& args) noexcept {
    if (part.pass == 0) return {reduce_by_order(source, part.count, args), 0};
    const Progress progress = *static_cast<const Progress*>(part.center);
    if (progress.scale == 0) return {real_element<E>(progress.value), 0};
    if (part.pass == 1) return {reduce_in_order<LargestMagnitude, E>(source, part.count, R(0)), 1};
    return {reduce_in_order<SumOfScaledSquares, E>(source, part.count, progress.scale),
            progress.scale};
  }
  static void fold(const ReductionArgs& args, int pass, const void* parts_memory,
                   std::int64_t count, void* out) noexcept {
    const Part* results = static_cast<const Part*>(parts_memory);
    const R scale = results[0].scale;
    if (pass == 2) {
      const R norm = scale == 0
                         ? first_part(results[0].value)
                         : unscale(add_parts(fold_values<SumOfSquares>(results, count)), scale);
      std::memcpy(out, &norm, sizeof norm);
      return;
    }
    Progress progress = {first_part(results[0].value), 0};
    if (pass == 0) {
      progress = begin_progress(order_of(args), results, count);
    } else if (scale != 0) {
      const R largest = join_largest(fold_values<LargestMagnitude>(results, count));
      progress = {largest, is_scalable(largest) ? scale_of(largest) : R(0)};
    }
    std::memcpy(out, &progress, sizeof progress);
  }

  // ---- columns

  static constexpr std::int64_t least_dense_columns = 2;
  static constexpr std::int64_t strip_scratch_bytes(std::int64_t n, std::int64_t width) {
    return Columns<SumOfSquares>::scratch_bytes(n, width * parts) +
           2 * row_reals(width) * static_cast<std::int64_t>(sizeof(R));
  }

  static void reduce_strip(const StripSource<E>& source, std::int64_t n, const ReductionArgs& args,
                           R* results, void* scratch) noexcept {
    if constexpr (parts == 1) {
      R* rows = static_cast<R*>(scratch);
      if (order_of(args) == 1)
        return reduce_columns<SumOfMagnitudes>(source, n, nullptr, rows, results);
      if (order_of(args) == infinity)
        return reduce_columns<LargestMagnitude>(source, n, nullptr, rows, results);
      if (order_of(args) == -infinity)
        return reduce_columns<SmallestMagnitude>(source, n, nullptr, rows, results);
    }
    R* values = static_cast<R*>(scratch);
    R* scales = values + row_reals(source.width());
    R* rows = scales + row_reals(source.width());
    reduce_columns<SumOfSquares>(source, n, nullptr, rows, values);
    bool all_safe = true;
    for (std::int64_t j = 0; j < source.width(); ++j) {
      const R squares = add_parts(element_at(values, j));
      results[j] = is_safe(squares) ? sqrt_element(squares) : R(-1);
      all_safe = all_safe && is_safe(squares);
    }
    if (!all_safe) rescale_columns(source, n, values, scales, rows, results);
  }

 private:
  static COREPY_INLINE double order_of(const ReductionArgs& args) { return args.correction; }

  template <class Term>
  using Columns = ColumnOrder<Term, R>;

  static constexpr std::int64_t row_reals(std::int64_t width) {
    return Columns<SumOfSquares>::pitch(width * parts);
  }
  template <class Term>
  static void reduce_columns(const StripSource<E>& source, std::int64_t n, const R* center, R* rows,
                             R* results) noexcept {
    Columns<Term> columns(n, source.width() * parts, center, rows);
    columns.reduce(source, results);
  }

  // The columns whose result is -1, from scaled elements.
  static void rescale_columns(const StripSource<E>& source, std::int64_t n, R* values, R* scales,
                              R* rows, R* results) noexcept {
    reduce_columns<LargestMagnitude>(source, n, nullptr, rows, values);
    for (std::int64_t j = 0; j < row_reals(source.width()); ++j) scales[j] = 1;
    for (std::int64_t j = 0; j < source.width(); ++j) {
      if (results[j] != -1) continue;
      const R largest = join_largest(element_at(values, j));
      if (is_scalable(largest)) {
        for (std::int64_t part = 0; part < parts; ++part)
          scales[j * parts + part] = scale_of(largest);
      } else {
        results[j] = largest;
      }
    }
    reduce_columns<SumOfScaledSquares>(source, n, scales, rows, values);
    for (std::int64_t j = 0; j < source.width(); ++j) {
      if (results[j] == -1)
        results[j] = unscale(add_parts(element_at(values, j)), scales[j * parts]);
    }
  }

  static E reduce_by_order(const PieceSource<E>& source, std::int64_t n,
                           const ReductionArgs& args) noexcept {
    if constexpr (parts == 1) {
      if (order_of(args) == 1) return reduce_in_order<SumOfMagnitudes, E>(source, n, R(0));
      if (order_of(args) == infinity) return reduce_in_order<LargestMagnitude, E>(source, n, R(0));
      if (order_of(args) == -infinity)
        return reduce_in_order<SmallestMagnitude, E>(source, n, R(0));
    }
    return reduce_in_order<SumOfSquares, E>(source, n, R(0));
  }

  static Progress begin_progress(double order, const Part* results, std::int64_t count) noexcept {
    if (order == 1) return {first_part(fold_values<SumOfMagnitudes>(results, count)), 0};
    if (order == infinity) return {first_part(fold_values<LargestMagnitude>(results, count)), 0};
    if (order == -infinity) return {first_part(fold_values<SmallestMagnitude>(results, count)), 0};
    const R squares = add_parts(fold_values<SumOfSquares>(results, count));
    if (is_safe(squares)) return {sqrt_element(squares), 0};
    return {squares, 1};
  }
  template <class Term>
  static E fold_values(const Part* results, std::int64_t count) noexcept {
    PairwiseCounter<Term, E> blocks;
    for (std::int64_t i = 0; i < count; ++i) blocks.push(results[i].value, 0);
    return blocks.finish();
  }

  static COREPY_INLINE E element_at(const R* reals, std::int64_t j) {
    E element;
    std::memcpy(&element, reals + j * parts, sizeof element);
    return element;
  }
  static COREPY_INLINE R first_part(const E& e) {
    if constexpr (parts == 2) {
      return e.re;
    } else {
      return e;
    }
  }
  static COREPY_INLINE R add_parts(const E& e) {
    if constexpr (parts == 2) {
      return e.re + e.im;
    } else {
      return e;
    }
  }
  static COREPY_INLINE R join_largest(const E& e) {
    if constexpr (parts == 2) {
      return LargestMagnitude::combine_parts(e.re, e.im);
    } else {
      return e;
    }
  }

  // Squares that underflowed lose at most n 2^-1075 (2^-150): nothing beside such a sum.
  static COREPY_INLINE bool is_safe(R squares) {
    constexpr R least = sizeof(R) == 4 ? R(0x1p-60) : R(0x1p-900);
    return squares >= least && squares < infinity;
  }
  // Neither zero, infinite nor NaN, which are the norm themselves.
  static COREPY_INLINE bool is_scalable(R largest) { return largest > 0 && largest < infinity; }
  // A power of two that brings `largest` near 1, where it is not subnormal; its inverse is one too.
  static COREPY_INLINE R scale_of(R largest) {
    using Bits = std::make_unsigned_t<vec::BitsOf<R>>;
    constexpr int fraction_bits = std::numeric_limits<R>::digits - 1;
    constexpr Bits bias = std::numeric_limits<R>::max_exponent - 1;
    Bits exponent = __builtin_bit_cast(Bits, largest) >> fraction_bits;
    if (exponent < 2) exponent = 2;
    if (exponent > 2 * bias - 1) exponent = 2 * bias - 1;
    return __builtin_bit_cast(R, static_cast<Bits>((2 * bias - exponent) << fraction_bits));
  }
  // The scale is a power of two, so that its inverse is exact.
  static COREPY_INLINE R unscale(R squares, R scale) {
    return sqrt_element(squares) * (R(1) / scale);
  }
};

template <class E>
constexpr ReductionKernel norm_kernel() {
  using Kernel = NormKernel<E>;
  return {&run<Kernel>,      &workspace_bytes<Kernel>,
          Kernel::passes,    sizeof(typename Kernel::Part),
          &run_part<Kernel>, &Kernel::fold};
}

}  // namespace corepy::COREPY_ISA::reduction

// LU with partial pivoting, and what rests on it: solve, the inverse, the determinant.
#pragma once

#include "corepy/kernels/decomposition_block.h"

namespace corepy::COREPY_ISA::decomposition {

// P A = L U in place, by halves of columns (Toledo, SIAM J. Matrix Anal. Appl. 18 (1997)): backward
// stable as the classical order is (Higham, Accuracy and Stability, section 9.3).
template <class E>
class Elimination {
 public:
  Elimination(const Steps<E>& steps, Block<E> a, std::int64_t n, std::int64_t* pivots)
      : steps_(steps), a_(a), n_(n), pivots_(pivots) {}

  // False: stopped.
  bool run() { return factor(0, n_); }
  // The first pivot that is zero, or -1.
  std::int64_t zero_pivot() const { return zero_pivot_; }

 private:
  bool factor(std::int64_t start, std::int64_t columns) {
    if (columns <= leaf) {
      factor_panel(start, columns);
      return steps_.proceed((n_ - start) * columns * columns);
    }
    const std::int64_t h = half_of(columns), rest = columns - h, next = start + h;
    if (!factor(start, h)) return false;
    const Block<E> above = a_.from(start, next);
    return solve_unit_lower(steps_, a_.from(start, start), above, h, rest) &&
           steps_.update(a_.from(next, next), plain(a_.from(next, start)), plain(above), n_ - next,
                         rest, h) &&
           factor(next, rest);
  }

  void factor_panel(std::int64_t start, std::int64_t columns) {
    const std::int64_t end = start + columns;
    for (std::int64_t j = start; j < end; ++j) {
      const std::int64_t p = find_pivot(j);
      pivots_[j] = p;
      if (p != j) swap_rows(p, j);
      const E pivot = a_(j, j);
      if (rough_modulus(pivot) == 0) {
        if (zero_pivot_ < 0) zero_pivot_ = j;
        continue;  // the column below is zero too
      }
      const E* __restrict from = a_.at(j);
      for (std::int64_t i = j + 1; i < n_; ++i) {
        E* __restrict to = a_.at(i);
        const E factor = divide(to[j], pivot);
        to[j] = factor;
        for (std::int64_t c = j + 1; c < end; ++c)
          to[c] = subtract(to[c], multiply(factor, from[c]));
      }
    }
  }
  // The first of the largest; a NaN is never larger, so that it stays where it is.
  std::int64_t find_pivot(std::int64_t j) const {
    std::int64_t best = j;
    PartOf<E> most = rough_modulus(a_(j, j));
    for (std::int64_t i = j + 1; i < n_; ++i) {
      const PartOf<E> size = rough_modulus(a_(i, j));
      if (size > most) most = size, best = i;
    }
    return best;
  }
  void swap_rows(std::int64_t i, std::int64_t j) {
    E* __restrict x = a_.at(i), * __restrict y = a_.at(j);
    for (std::int64_t c = 0; c < n_; ++c) {
      const E held = x[c];
      x[c] = y[c];
      y[c] = held;
    }
  }

  const Steps<E>& steps_;
  Block<E> a_;
  std::int64_t n_;
  std::int64_t* pivots_;
  std::int64_t zero_pivot_ = -1;
};

template <class E>
struct LuWorkspace {
  Block<E> a;
  std::int64_t *pivots, *exponents;
  E* product;
  std::int64_t product_size, bytes;

  LuWorkspace(const DecompositionArgs& args, void* memory) {
    Arena arena(memory);
    a = arena.take_matrix<E>(args.n, args.n);
    pivots = arena.take<std::int64_t>(args.n);
    exponents = arena.take<std::int64_t>(args.n);
    product_size = product_room<E>(args.n < args.k ? args.k : args.n);
    product = arena.take<E>(product_size);
    bytes = arena.used();
  }
};

template <class E>
void load_square(const LuWorkspace<E>& work, const DecompositionArgs& args) {
  load_matrix(work.a, args.a, args.n, args.n, args.a_row_stride_bytes, args.a_column_stride_bytes);
}

// ---- overflow within an elimination
//
// The sums of finite numbers may overflow, and what an infinite pivot divides is 0: a wrong result
// of finite numbers. Such a matrix, and no other, is eliminated again with each row divided by the
// power of two of its largest element: what loses bits then is 2**-1022 of its row.

// Whether all of `count` elements are finite, `step` elements apart.
template <class E>
bool are_finite(const E* x, std::int64_t count, std::int64_t step) {
  int found = 0;
  for (std::int64_t i = 0; i < count; ++i) {
    const PartOf<E> a = re(x[i * step]), b = im(x[i * step]);
    found |= static_cast<int>(a - a != 0) | static_cast<int>(b - b != 0);
  }
  return found == 0;
}
// Whether elimination overflowed: a pivot is not finite, or such that divide() overflows by it. An
// element that overflows makes the pivot of its column so: products by it are added to that.
template <class E>
bool has_overflowed(Block<E> a, std::int64_t n) {
  if (!are_finite(a.data, n, a.row + 1)) return true;
  if constexpr (is_complex_element<E>) {
    for (std::int64_t i = 0; i < n; ++i) {
      const PartOf<E> x = magnitude(a(i, i).re), y = magnitude(a(i, i).im);
      const PartOf<E> most = larger(x, y), least = x < y ? x : y;
      if (most > 0 && !is_finite(most + least * (least / most))) return true;
    }
  }
  return false;
}

template <class E>
E load_element(const void* data, std::int64_t i, std::int64_t j, std::int64_t row_stride_bytes,
               std::int64_t column_stride_bytes) {
  return load_strided<E>(data, i * row_stride_bytes + j * column_stride_bytes);
}
template <class E>
bool is_finite_operand(const DecompositionArgs& args) {
  for (std::int64_t i = 0; i < args.n; ++i) {
    for (std::int64_t j = 0; j < args.n; ++j) {
      const E x =
          load_element<E>(args.a, i, j, args.a_row_stride_bytes, args.a_column_stride_bytes);
      if (!is_finite(re(x)) || !is_finite(im(x))) return false;
    }
  }
  return true;
}
// Divides each row by a power of two, 2**exponents[i], so that its largest part is in [1, 2).
template <class E>
void scale_rows(Block<E> a, std::int64_t n, std::int64_t* exponents) {
  for (std::int64_t i = 0; i < n; ++i) {
    int exponent = 0;
    scale_to_one(a.from(i, 0), 1, n, exponent);
    exponents[i] = exponent;
  }
}

struct Factored {
  DecompositionOutcome outcome;
  bool has_scaled_rows, is_finite;
};
template <class E>
Factored factor_square(const LuWorkspace<E>& work, const Steps<E>& steps,
                       const DecompositionArgs& args) {
  load_square(work, args);
  for (bool is_scaled = false;; is_scaled = true) {
    Elimination<E> elimination(steps, work.a, args.n, work.pivots);
    if (!elimination.run()) return {{DecompositionStatus::stopped, 0}, is_scaled, false};
    const bool is_finite = !has_overflowed(work.a, args.n);
    if (is_finite || is_scaled || !is_finite_operand<E>(args)) {
      const std::int64_t zero = elimination.zero_pivot();
      return {{zero < 0 ? DecompositionStatus::done : DecompositionStatus::singular, zero},
              is_scaled,
              is_finite};
    }
    load_square(work, args);
    scale_rows(work.a, args.n, work.exponents);
  }
}

// x = A**-1 x by the factors. One function, so that the solves are inlined in one place.
template <class E>
__attribute__((noinline)) bool substitute(const Steps<E>& steps, const LuWorkspace<E>& work,
                                          Block<E> x, std::int64_t n, std::int64_t k) {
  for (std::int64_t i = 0; i < n; ++i) {
    if (work.pivots[i] == i) continue;
    for (std::int64_t j = 0; j < k; ++j) {
      const E held = x(i, j);
      x(i, j) = x(work.pivots[i], j);
      x(work.pivots[i], j) = held;
    }
  }
  return solve_unit_lower(steps, work.a, x, n, k) && solve_upper(steps, work.a, x, n, k);
}

// Right-hand sides that are divided by powers of two, each by its own: a column of the result is a
// function of the matrix and of its own right-hand side.
template <class E>
class ScaledColumns {
 public:
  ScaledColumns(const LuWorkspace<E>& work, const Steps<E>& steps, const DecompositionArgs& args,
                bool has_scaled_rows)
      : work_(work),
        steps_(steps),
        args_(args),
        has_scaled_rows_(has_scaled_rows),
        x_{static_cast<E*>(args.out[0]), args.k} {}

  // All of them. False: stopped.
  bool solve() const {
    for (std::int64_t j = 0; j < args_.k; ++j) load(j);
    if (!substitute(steps_, work_, x_, args_.n, args_.k)) return false;
    for (std::int64_t j = 0; j < args_.k; ++j) scale_back(j);
    return true;
  }
  // Those whose sums overflowed; what is too large by itself stays infinite.
  bool mend() const {
    for (std::int64_t j = 0; j < args_.k; ++j) {
      int exponent;
      const Block<E> column = {x_.at(0, j), x_.row};
      if (are_finite(column.data, args_.n, column.row) || !find_exponent(j, exponent)) continue;
      load(j);
      if (!substitute(steps_, work_, column, args_.n, 1)) return false;
      scale_back(j);
    }
    return true;
  }

 private:
  E right_side(std::int64_t i, std::int64_t j) const {
    if (args_.b == nullptr) return from_real<E>(i == j ? 1 : 0);
    return load_element<E>(args_.b, i, j, args_.b_row_stride_bytes, args_.b_column_stride_bytes);
  }
  int row_exponent(std::int64_t i) const {
    return has_scaled_rows_ ? static_cast<int>(work_.exponents[i]) : 0;
  }
  // Of the largest part of a right-hand side in scaled rows: false where a part is not finite.
  bool find_exponent(std::int64_t j, int& most) const {
    bool is_first = true;
    most = 0;
    for (std::int64_t i = 0; i < args_.n; ++i) {
      const E value = right_side(i, j);
      if (!is_finite(re(value)) || !is_finite(im(value))) {
        most = 0;
        return false;
      }
      const PartOf<E> size = larger(magnitude(re(value)), magnitude(im(value)));
      if (size == 0) continue;
      const int own = exponent_of(size) - row_exponent(i);
      if (is_first || own > most) most = own;
      is_first = false;
    }
    return true;
  }
  void load(std::int64_t j) const {
    int exponent;
    find_exponent(j, exponent);
    for (std::int64_t i = 0; i < args_.n; ++i) {
      E value = right_side(i, j);
      scale_by_power(value, -exponent - row_exponent(i));
      x_(i, j) = value;
    }
  }
  void scale_back(std::int64_t j) const {
    int exponent;
    find_exponent(j, exponent);
    for (std::int64_t i = 0; i < args_.n; ++i) scale_by_power(x_(i, j), exponent);
  }

  const LuWorkspace<E>& work_;
  const Steps<E>& steps_;
  const DecompositionArgs& args_;
  bool has_scaled_rows_;
  Block<E> x_;
};

template <class E>
DecompositionOutcome run_solve(const DecompositionArgs& args) noexcept {
  const LuWorkspace<E> work(args, args.workspace);
  const Steps<E> steps = {args.services, work.product, work.product_size};
  const Factored factored = factor_square(work, steps, args);
  if (factored.outcome.status != DecompositionStatus::done) return factored.outcome;
  const ScaledColumns<E> scaled(work, steps, args, factored.has_scaled_rows);
  bool done;
  if (factored.has_scaled_rows) {
    done = scaled.solve();
  } else {
    const Block<E> x = {static_cast<E*>(args.out[0]), args.k};
    if (args.b == nullptr) {
      set_identity(x, args.n, args.n);
    } else {
      load_matrix(x, args.b, args.n, args.k, args.b_row_stride_bytes, args.b_column_stride_bytes);
    }
    done = substitute(steps, work, x, args.n, args.k) &&
           (!factored.is_finite || are_finite(x.data, args.n * args.k, 1) || scaled.mend());
  }
  return {done ? DecompositionStatus::done : DecompositionStatus::stopped, 0};
}

// The phase of a number whose modulus is not finite: that of its infinity, where a part is one. NaN
// stays, and two infinities give it.
template <class T>
COREPY_INLINE T sign_of_infinity(T x) {
  return is_finite(x) ? T(0) : with_sign(T(1), x);
}
template <class E>
COREPY_INLINE E infinite_phase(E x) {
  if constexpr (is_complex_element<E>) {
    const auto size = modulus(x);
    if (size != size) return x;
    const auto most = larger(magnitude(x.re), magnitude(x.im));
    if (is_finite(most)) return {x.re / most, x.im / most};
    return {sign_of_infinity(x.re), sign_of_infinity(x.im)};
  } else {
    return x != x ? x : sign_of_infinity(x);
  }
}

// The product of the pivots as phase, modulus in [1, 2) and power of 2, so that nothing overflows.
template <class E>
DecompositionOutcome run_determinant(const DecompositionArgs& args) noexcept {
  using T = PartOf<E>;
  const LuWorkspace<E> work(args, args.workspace);
  const Steps<E> steps = {args.services, work.product, work.product_size};
  const Factored factored = factor_square(work, steps, args);
  if (factored.outcome.status == DecompositionStatus::stopped) return factored.outcome;
  E phase = from_real<E>(1);
  T size = 1;
  std::int64_t exponent = 0;
  for (std::int64_t i = 0; i < args.n; ++i) {
    const E pivot = work.a(i, i);
    const T part = modulus(pivot);
    if (factored.has_scaled_rows) exponent += work.exponents[i];
    if (size == 0 && is_finite(part)) continue;  // there was a zero: only an infinity counts
    if (work.pivots[i] != i) phase = negate(phase);
    if (!(part > 0) || !is_finite(part)) {  // zero, infinite or NaN: so is the product
      size = size * part;
      phase = part == 0 ? E{} : multiply(phase, infinite_phase(pivot));
      continue;
    }
    const int e = exponent_of(part);
    if constexpr (is_complex_element<E>) {
      const E unit = {times_power_of_two(pivot.re, -e), times_power_of_two(pivot.im, -e)};
      const T length = modulus(unit);
      phase = multiply(phase, E{unit.re / length, unit.im / length});
      size *= length;
    } else {
      if (pivot < 0) phase = -phase;
      size *= times_power_of_two(part, -e);
    }
    exponent += e;
    while (size >= 2 && is_finite(size)) size *= T(0.5), ++exponent;
  }
  if constexpr (is_complex_element<E>) {
    const T length = modulus(phase);  // n roundings from 1
    if (length > 0 && is_finite(length)) phase = {phase.re / length, phase.im / length};
    if (size != size) phase = {size, size};
  } else {
    if (size != size) phase = size;  // an infinity times zero has no sign
  }
  *static_cast<E*>(args.out[0]) = phase;
  *static_cast<T*>(args.out[1]) = size;
  *static_cast<std::int64_t*>(args.out[2]) = exponent;
  return {DecompositionStatus::done, 0};
}

template <class E>
std::int64_t lu_workspace_bytes(const DecompositionArgs& args) noexcept {
  return LuWorkspace<E>(args, nullptr).bytes;
}

}  // namespace corepy::COREPY_ISA::decomposition

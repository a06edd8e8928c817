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
  std::int64_t* pivots;
  E* product;
  std::int64_t product_size, bytes;

  LuWorkspace(const DecompositionArgs& args, void* memory) {
    Arena arena(memory);
    a = arena.take_matrix<E>(args.n, args.n);
    pivots = arena.take<std::int64_t>(args.n);
    product_size = product_room<E>(args.n < args.k ? args.k : args.n);
    product = arena.take<E>(product_size);
    bytes = arena.used();
  }
};

template <class E>
void load_square(const LuWorkspace<E>& work, const DecompositionArgs& args) {
  load_matrix(work.a, args.a, args.n, args.n, args.a_row_stride_bytes, args.a_column_stride_bytes);
}

template <class E>
DecompositionOutcome run_solve(const DecompositionArgs& args) noexcept {
  const LuWorkspace<E> work(args, args.workspace);
  const Steps<E> steps = {args.services, work.product, work.product_size};
  load_square(work, args);
  Elimination<E> elimination(steps, work.a, args.n, work.pivots);
  if (!elimination.run()) return {DecompositionStatus::stopped, 0};
  if (elimination.zero_pivot() >= 0)
    return {DecompositionStatus::singular, elimination.zero_pivot()};
  const Block<E> x = {static_cast<E*>(args.out[0]), args.k};
  if (args.b == nullptr) {
    set_identity(x, args.n, args.n);
  } else {
    load_matrix(x, args.b, args.n, args.k, args.b_row_stride_bytes, args.b_column_stride_bytes);
  }
  for (std::int64_t i = 0; i < args.n; ++i) {
    if (work.pivots[i] == i) continue;
    for (std::int64_t j = 0; j < args.k; ++j) {
      const E held = x(i, j);
      x(i, j) = x(work.pivots[i], j);
      x(work.pivots[i], j) = held;
    }
  }
  const bool done = solve_unit_lower(steps, work.a, x, args.n, args.k) &&
                    solve_upper(steps, work.a, x, args.n, args.k);
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
  load_square(work, args);
  Elimination<E> elimination(steps, work.a, args.n, work.pivots);
  if (!elimination.run()) return {DecompositionStatus::stopped, 0};
  E phase = from_real<E>(1);
  T size = 1;
  std::int64_t exponent = 0;
  for (std::int64_t i = 0; i < args.n; ++i) {
    const E pivot = work.a(i, i);
    if (work.pivots[i] != i) phase = negate(phase);
    const T part = modulus(pivot);
    if (!(part > 0) || !is_finite(part)) {  // zero, infinite or NaN: so is the product
      size = size * part;
      phase = part == 0 ? E{} : multiply(phase, infinite_phase(pivot));
      if (part == 0 && size == 0) break;
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

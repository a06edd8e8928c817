// Singular values and vectors: QR first where there are many more rows than columns (Chan, ACM
// Trans. Math. Softw. 8 (1982)), reflectors to a real bidiagonal matrix, then its iteration.
#pragma once

#include "corepy/kernels/decomposition_bidiagonal.h"
#include "corepy/kernels/decomposition_bidiagonal_iteration.h"
#include "corepy/kernels/decomposition_phases.h"
#include "corepy/kernels/decomposition_qr.h"

namespace corepy::COREPY_ISA::decomposition {

// m >= n: whether QR and what is then done to R take less than the same to the matrix itself.
constexpr bool is_tall(std::int64_t m, std::int64_t n) { return m >= 64 && 5 * m >= 8 * n; }

template <class E>
struct SvdWorkspace {
  using T = PartOf<E>;
  std::int64_t m, n;      // of the matrix that is decomposed: m >= n
  std::int64_t columns;   // of its left vectors
  bool vectors, flipped;  // flipped: the adjoint is decomposed
  bool tall;              // R is, not the matrix
  std::int64_t rows;      // of what becomes bidiagonal: rows x n
  std::int64_t count;     // of the reflectors that a block holds at most
  Block<E> a, r, right, u, p;
  ReflectorBlock<E> block;
  QrRoom<E> qr_room;
  T *d, *e;
  BidiagonalReduction<E> reduction;
  E *tau, *tau_left, *tau_right, *phases, *product;
  std::int64_t* order;
  Block<T> real_u, real_p;  // singular vectors of the bidiagonal matrix, where E is complex
  RotatedColumns<T> left_columns, right_columns;
  std::int64_t product_size, bytes;

  SvdWorkspace(const DecompositionArgs& args, void* memory) : SvdWorkspace(args, Arena(memory)) {}

  Block<E> reduced() const { return tall ? r : a; }

 private:
  // Rotations are real: those of complex matrices meet the vectors of the bidiagonal matrix, half
  // as many numbers; those of real ones what the reflectors have become by then.
  static Block<T> rotated(Block<E> whole, Block<T> real) {
    if constexpr (is_complex_element<E>) {
      return real;
    } else {
      return whole;
    }
  }
  std::int64_t rotated_rows() const { return !vectors ? 0 : is_complex_element<E> ? n : rows; }
  SvdWorkspace(const DecompositionArgs& args, Arena arena)
      : m(args.m < args.n ? args.n : args.m),
        n(args.m < args.n ? args.m : args.n),
        columns(args.option ? m : n),
        vectors(args.out[0] != nullptr),
        flipped(args.m < args.n),
        tall(is_tall(m, n)),
        rows(tall ? n : m),
        count(smaller_extent(n, panel_width)),
        a(arena.take_matrix<E>(m, n)),
        r(arena.take_matrix<E>(tall ? n : 0, n)),
        right(arena.take_matrix<E>(vectors ? n : 0, n)),
        u(arena.take_matrix<E>(vectors ? m : 0, columns)),
        p(arena.take_matrix<E>(vectors ? n : 0, n)),
        block(take_reflector_block<E>(arena, m, vectors ? columns : n, count)),
        qr_room(take_qr_room<E>(arena, tall ? m : 0, tall ? n : 0)),
        d(arena.take<T>(n + 1)),
        e(arena.take<T>(n + 1)),
        reduction(arena, reduced(), rows, n),
        tau(arena.take<E>(tall ? n : 0)),
        tau_left(arena.take<E>(n)),
        tau_right(arena.take<E>(n)),
        phases(arena.take<E>(vectors ? 2 * columns : 0)),
        product(arena.take<E>(product_room<E>(columns))),
        order(arena.take<std::int64_t>(columns)),
        real_u(arena.take_matrix<T>(vectors && is_complex_element<E> ? n : 0, n)),
        real_p(arena.take_matrix<T>(vectors && is_complex_element<E> ? n : 0, n)),
        left_columns(take_rotated_columns(arena, rotated(u, real_u), rotated_rows(), n)),
        right_columns(take_rotated_columns(arena, rotated(p, real_p), vectors ? n : 0, n)),
        product_size(product_room<E>(columns)),
        bytes(arena.used()) {}
};

// to (rows x columns): column j is column order[j] of x times factors[j].
template <class E>
void write_columns(Block<E> to, Block<E> x, const std::int64_t* order, const E* factors,
                   std::int64_t rows, std::int64_t columns) {
  for (std::int64_t i = 0; i < rows; ++i) {
    const E* from = x.at(i);
    for (std::int64_t j = 0; j < columns; ++j) to(i, j) = multiply(from[order[j]], factors[j]);
  }
}
// The adjoint of that, columns x rows; some rows of it at a time, so that x is read in lines.
template <class E>
void write_adjoint(Block<E> to, Block<E> x, const std::int64_t* order, const E* factors,
                   std::int64_t rows, std::int64_t columns) {
  constexpr std::int64_t together = 8;
  for (std::int64_t start = 0; start < columns; start += together) {
    const std::int64_t end = smaller_extent(start + together, columns);
    for (std::int64_t i = 0; i < rows; ++i) {
      const E* from = x.at(i);
      for (std::int64_t j = start; j < end; ++j)
        to(j, i) = conj(multiply(from[order[j]], factors[j]));
    }
  }
}

// Writes U, s and Vh; the phases make the largest component of each column of U real and positive.
template <class E>
void write_svd(const SvdWorkspace<E>& work, const DecompositionArgs& args, int exponent) {
  using T = PartOf<E>;
  const std::int64_t m = work.m, n = work.n, columns = work.columns;
  auto* values = static_cast<T*>(args.out[1]);
  for (std::int64_t i = 0; i < n; ++i)
    values[i] = times_power_of_two(magnitude(work.d[work.order[i]]), exponent);
  if (!work.vectors) return;
  for (std::int64_t j = n; j < columns; ++j) work.order[j] = j;
  // Of the matrix A: left vectors are u, or p where the adjoint A**H = u S p**H was decomposed.
  E *phases = work.phases, *others = work.phases + columns;
  if (work.flipped) {
    find_phases(work.p, n, n, others);
  } else {
    find_phases(work.u, m, columns, others);
  }
  const std::int64_t known = work.flipped ? n : columns;
  for (std::int64_t j = 0; j < columns; ++j)
    phases[j] = j < known ? others[work.order[j]] : from_real<E>(1);
  for (std::int64_t j = 0; j < columns; ++j) {
    const bool reversed = j < n && work.d[work.order[j]] < 0;
    others[j] = reversed ? negate(phases[j]) : phases[j];
  }
  const Block<E> u = {static_cast<E*>(args.out[0]), work.flipped ? n : columns};
  const Block<E> vh = {static_cast<E*>(args.out[2]), work.flipped ? m : n};
  if (work.flipped) {
    write_columns(u, work.p, work.order, phases, n, n);
    write_adjoint(vh, work.u, work.order, others, m, columns);
  } else {
    write_columns(u, work.u, work.order, phases, m, columns);
    write_adjoint(vh, work.p, work.order, others, n, n);
  }
}

// Q R of a tall matrix: R is what becomes bidiagonal.
template <class E>
bool factor_tall(const Steps<E>& steps, const SvdWorkspace<E>& work) {
  if (!factor_qr(steps, work.block, work.qr_room, work.a, work.tau, work.m, work.n)) return false;
  for (std::int64_t i = 0; i < work.n; ++i)
    for (std::int64_t j = 0; j < work.n; ++j) work.r(i, j) = i <= j ? work.a(i, j) : E{};
  return true;
}
// to(i, j) = from(j, i + 1) for i > j, of n x n; some rows at a time, so that lines are filled.
template <class E>
void transpose_rows(Block<E> to, Block<E> from, std::int64_t n) {
  constexpr std::int64_t together = 8;
  for (std::int64_t start = 0; start < n; start += together) {
    const std::int64_t end = smaller_extent(start + together, n);
    for (std::int64_t i = start; i + 1 < n; ++i)
      for (std::int64_t j = start; j < smaller_extent(end, i); ++j) to(i, j) = from(j, i + 1);
  }
}

// What the iteration's rotations meet.
template <class E>
bool start_vectors(const Steps<E>& steps, const SvdWorkspace<E>& work) {
  const std::int64_t n = work.n;
  // The right reflectors as columns, as of the matrix P(1:, 1:).
  transpose_rows(work.right, work.reduced(), n);
  if constexpr (is_complex_element<E>) {
    set_identity(work.real_u, n, n);
    set_identity(work.real_p, n, n);
    return true;
  } else {
    set_identity(work.p, n, n);
    return accumulate_reflectors(steps, work.block, work.reduced(), work.tau_left, work.u,
                                 work.rows, work.tall ? n : work.columns, n) &&
           (n <= 1 || accumulate_reflectors(steps, work.block, work.right, work.tau_right,
                                            work.p.from(1, 1), n - 1, n - 1, n - 1));
  }
}

// u (rows x columns) = Q u, of which n x n elements are known; beside them stand the other columns
// of Q. The reflectors are in `a`.
template <class E>
bool extend_left_vectors(const Steps<E>& steps, const SvdWorkspace<E>& work, Block<E> a,
                         const E* tau, std::int64_t rows, std::int64_t columns) {
  const std::int64_t n = work.n;
  fill(work.u.from(0, n), n, columns - n, E{});
  fill(work.u.from(n, 0), rows - n, columns, E{});
  for (std::int64_t j = n; j < columns; ++j) work.u(j, j) = from_real<E>(1);
  return apply_reflectors(steps, work.block, a, tau, work.u, rows, columns > n ? rows : n, columns,
                          n);
}

// The vectors of the matrix itself, of what the iteration has left.
template <class E>
bool finish_vectors(const Steps<E>& steps, const SvdWorkspace<E>& work) {
  const std::int64_t n = work.n;
  if constexpr (is_complex_element<E>) {
    for (std::int64_t i = 0; i < n; ++i) {
      for (std::int64_t j = 0; j < n; ++j) {
        work.u(i, j) = from_real<E>(work.real_u(i, j));
        work.p(i, j) = from_real<E>(work.real_p(i, j));
      }
    }
    if (!extend_left_vectors(steps, work, work.reduced(), work.tau_left, work.rows,
                             work.tall ? n : work.columns))
      return false;
    if (n > 1 && !apply_reflectors(steps, work.block, work.right, work.tau_right, work.p.from(1, 0),
                                   n - 1, n - 1, n, n - 1))
      return false;
  }
  return !work.tall || extend_left_vectors(steps, work, work.a, work.tau, work.m, work.columns);
}

template <class E>
DecompositionOutcome run_svd(const DecompositionArgs& args) noexcept {
  SvdWorkspace<E> work(args, args.workspace);
  const Steps<E> steps = {args.services, work.product, work.product_size};
  constexpr DecompositionOutcome stopped = {DecompositionStatus::stopped, 0};
  const std::int64_t m = work.m, n = work.n;
  load_matrix(work.a, args.a, m, n,
              work.flipped ? args.a_column_stride_bytes : args.a_row_stride_bytes,
              work.flipped ? args.a_row_stride_bytes : args.a_column_stride_bytes);
  if (work.flipped && is_complex_element<E>) {
    for (std::int64_t i = 0; i < m; ++i)
      for (std::int64_t j = 0; j < n; ++j) work.a(i, j) = conj(work.a(i, j));
  }
  int exponent = 0;
  if (!scale_to_one(work.a, m, n, exponent)) return {DecompositionStatus::not_finite, 0};
  if (work.tall && !factor_tall(steps, work)) return stopped;
  if (!work.reduction.run(steps, work.d, work.e, work.tau_left, work.tau_right)) return stopped;
  if (work.vectors && !start_vectors(steps, work)) return stopped;
  using Iteration = BidiagonalIteration<E>;
  const std::int64_t left =
      Iteration(steps, work.d, work.e, n, work.left_columns, work.right_columns).run();
  if (left == Iteration::stopped) return stopped;
  if (left > 0) return {DecompositionStatus::not_converged, n - left};
  work.left_columns.apply();
  work.right_columns.apply();
  if (work.vectors && !finish_vectors(steps, work)) return stopped;
  for (std::int64_t i = 0; i < n; ++i) work.e[i] = magnitude(work.d[i]);
  sort_positions(work.e, work.order, n, true);
  write_svd(work, args, exponent);
  return {DecompositionStatus::done, 0};
}

template <class E>
std::int64_t svd_workspace_bytes(const DecompositionArgs& args) noexcept {
  return SvdWorkspace<E>(args, nullptr).bytes;
}

}  // namespace corepy::COREPY_ISA::decomposition

// Eigenvalues and -vectors of Hermitian matrices: reflectors to a real tridiagonal matrix, then
// divide and conquer, or for small ones the implicit QL iteration.
#pragma once

#include "corepy/kernels/decomposition_divide.h"
#include "corepy/kernels/decomposition_phases.h"
#include "corepy/kernels/decomposition_tridiagonal.h"

namespace corepy::COREPY_ISA::decomposition {

template <class E>
struct EighWorkspace {
  using T = PartOf<E>;
  std::int64_t n;
  bool vectors, divided;
  Block<E> a, q;
  ReflectorBlock<E> block;
  TridiagonalReduction<E> reduction;
  std::int64_t product_size;
  E* product;
  std::int64_t* order;
  E* phases;
  RotatedColumns<E> columns;
  Block<T> real, ends;
  E* result;
  DivideAndConquer<T> divide;
  std::int64_t bytes;

  EighWorkspace(const DecompositionArgs& args, void* memory) : EighWorkspace(args, Arena(memory)) {}

 private:
  EighWorkspace(const DecompositionArgs& args, Arena arena)
      : n(args.n),
        vectors(args.out[1] != nullptr),
        divided(n > largest_undivided),
        a(arena.take_matrix<E>(n, n)),
        q(arena.take_matrix<E>(n, n)),
        block(take_reflector_block<E>(arena, vectors ? n : 0, vectors ? n : 0)),
        reduction(arena, a, q.data, n),
        product_size(vectors && !divided ? product_room<E>(n) : 0),
        product(arena.take<E>(product_size)),
        order(arena.take<std::int64_t>(n)),
        phases(arena.take<E>(vectors ? n : 0)),
        columns(take_rotated_columns(arena, q, vectors && !divided ? n : 0, divided ? 0 : n)),
        real(arena.take_matrix<T>(vectors && divided ? n : 0, n)),
        ends(arena.take_matrix<T>(vectors || !divided ? 0 : 4, n)),
        result(static_cast<E*>(args.out[1])),
        divide(arena, divide_memory(), divided ? n : 0),
        bytes(arena.used()) {}

  // Beside what is `real`, the matrix q and the result are free until the vectors are there; those
  // of real matrices come to q.
  typename DivideAndConquer<T>::Memory divide_memory() const {
    constexpr std::int64_t parts = sizeof(E) / sizeof(T);
    const Block<T> of_q = {reinterpret_cast<T*>(q.data), parts * q.row};
    if (!vectors) return {ends, ends.from(2, 0), of_q, false};
    const Block<T> of_result = {reinterpret_cast<T*>(result), n};
    if constexpr (is_complex_element<E>) {
      return {real, of_result, of_q, true};
    } else {
      return {of_q, of_result, real, true};
    }
  }
};

// Reads the lower triangle; scales by a power of 2, so that nothing overflows on the way.
template <class E>
bool load_hermitian(Block<E> a, const DecompositionArgs& args, int& exponent) {
  for (std::int64_t i = 0; i < args.n; ++i) {
    for (std::int64_t j = 0; j <= i; ++j) {
      E x = load_strided<E>(args.a, i * args.a_row_stride_bytes + j * args.a_column_stride_bytes);
      if (i == j) x = from_real<E>(re(x));
      a(i, j) = x;
      a(j, i) = conj(x);
    }
  }
  return scale_to_one(a, args.n, args.n, exponent);
}

// As diagonalise(): the values, and their order; q gets the vectors, where they are wanted.
template <class E>
std::int64_t diagonalise_whole(const Steps<E>& steps, EighWorkspace<E>& work) {
  using T = PartOf<E>;
  const std::int64_t n = work.n;
  if (work.vectors) {
    set_identity(work.q, n, n);
    if (n > 1 && !accumulate_reflectors(steps, work.block, work.a.from(1, 0), work.reduction.tau,
                                        work.q.from(1, 1), n - 1, n - 1, n - 1))
      return diagonalisation_stopped;
  }
  T *d = work.reduction.diagonal, *e = work.reduction.below;
  const std::int64_t found =
      diagonalise<E>(steps, d, e, n, tridiagonal_norm(d, e, n), work.columns);
  if (found < n) return found;
  work.columns.apply();
  sort_positions(d, work.order, n, false);
  return n;
}
template <class E>
std::int64_t diagonalise_divided(const Steps<E>& steps, EighWorkspace<E>& work) {
  using T = PartOf<E>;
  const std::int64_t n = work.n;
  const Steps<T> real_steps = {steps.services, nullptr, 0};
  const std::int64_t found =
      work.divide.run(real_steps, work.reduction.diagonal, work.reduction.below);
  if (found < n) return found;
  for (std::int64_t i = 0; i < n; ++i) work.order[i] = work.divide.order[i];
  if (!work.vectors) return n;
  if constexpr (is_complex_element<E>) {
    for (std::int64_t i = 0; i < n; ++i)
      for (std::int64_t j = 0; j < n; ++j) work.q(i, j) = from_real<E>(work.real(i, j));
  }
  const Steps<E> roomy = {steps.services, work.result, n * n};
  return apply_reflectors(roomy, work.block, work.a.from(1, 0), work.reduction.tau,
                          work.q.from(1, 0), n - 1, n - 1, n, n - 1)
             ? n
             : diagonalisation_stopped;
}

// The columns of q in order, each times the phase that makes its component of largest modulus (the
// first of them) real and positive.
template <class E>
void write_vectors(const EighWorkspace<E>& work) {
  const std::int64_t n = work.n;
  find_phases(work.q, n, n, work.phases);
  for (std::int64_t i = 0; i < n; ++i) {
    const E* from = work.q.at(i);
    E* __restrict to = work.result + i * n;
    for (std::int64_t j = 0; j < n; ++j)
      to[j] = multiply(from[work.order[j]], work.phases[work.order[j]]);
  }
}

template <class E>
DecompositionOutcome run_eigh(const DecompositionArgs& args) noexcept {
  EighWorkspace<E> work(args, args.workspace);
  const Steps<E> steps = {args.services, work.product, work.product_size};
  const std::int64_t n = args.n;
  int exponent = 0;
  if (!load_hermitian(work.a, args, exponent)) return {DecompositionStatus::not_finite, 0};
  if (!work.reduction.run(steps)) return {DecompositionStatus::stopped, 0};
  const std::int64_t found =
      work.divided ? diagonalise_divided(steps, work) : diagonalise_whole(steps, work);
  if (found == diagonalisation_stopped) return {DecompositionStatus::stopped, 0};
  if (found < n) return {DecompositionStatus::not_converged, found};
  auto* values = static_cast<PartOf<E>*>(args.out[0]);
  for (std::int64_t i = 0; i < n; ++i)
    values[i] = times_power_of_two(work.reduction.diagonal[work.order[i]], exponent);
  if (work.vectors) write_vectors(work);
  return {DecompositionStatus::done, 0};
}

template <class E>
std::int64_t eigh_workspace_bytes(const DecompositionArgs& args) noexcept {
  return EighWorkspace<E>(args, nullptr).bytes;
}

}  // namespace corepy::COREPY_ISA::decomposition

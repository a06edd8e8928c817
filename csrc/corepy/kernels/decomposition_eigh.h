// Eigenvalues and -vectors of Hermitian matrices: reflectors to a real tridiagonal matrix, then the
// implicit QL iteration (Bowdler, Martin, Reinsch, Wilkinson, Numer. Math. 11 (1968); EISPACK's
// imtql2).
#pragma once

#include "corepy/kernels/decomposition_rotations.h"
#include "corepy/kernels/decomposition_tridiagonal.h"

namespace corepy::COREPY_ISA::decomposition {

inline constexpr std::int64_t diagonalisation_stopped = -1;

// Diagonalises a real tridiagonal matrix; rotations go to `vectors`. How many values were found: n,
// unless an iteration did not end; or diagonalisation_stopped.
template <class E>
std::int64_t diagonalise(const Steps<E>& steps, PartOf<E>* d, PartOf<E>* e, std::int64_t n,
                         RotatedColumns<E>& vectors) {
  using T = PartOf<E>;
  constexpr T eps = std::numeric_limits<T>::epsilon() / 2;
  constexpr int most_iterations = 80;
  // Beside the norm, whatever the neighbours: those of a matrix of low rank are roundings too.
  T norm = 0;
  for (std::int64_t i = 0; i < n; ++i) norm = larger(norm, magnitude(d[i]) + magnitude(e[i]));
  const T negligible = larger(least_normal<T>, eps / 16 * norm);
  for (std::int64_t l = 0; l < n; ++l) {
    for (int iteration = 0;; ++iteration) {
      std::int64_t m = l;
      for (; m < n - 1; ++m) {
        const T scale = magnitude(d[m]) + magnitude(d[m + 1]);
        if (magnitude(e[m]) <= eps * scale + negligible) break;
      }
      if (m == l) break;
      if (iteration == most_iterations) return l;
      if (!steps.proceed(vectors.flops(m - l))) return diagonalisation_stopped;
      T g = (d[l + 1] - d[l]) / (2 * e[l]);
      T r = hypotenuse(g, T(1));
      g = d[m] - d[l] + e[l] / (g + with_sign(r, g));
      T s = 1, c = 1, p = 0;
      std::int64_t i = m - 1;
      for (; i >= l; --i) {
        const T f = s * e[i], b = c * e[i];
        r = hypotenuse(f, g);
        e[i + 1] = r;
        if (r == 0) {
          d[i + 1] -= p;
          e[m] = 0;
          break;
        }
        s = f / r;
        c = g / r;
        g = d[i + 1] - p;
        const T t = (d[i] - g) * s + 2 * c * b;
        p = s * t;
        d[i + 1] = g + p;
        g = c * t - b;
        vectors.rotate(i + 1, i, c, s);
      }
      if (r == 0 && i >= l) continue;
      d[l] -= p;
      e[l] = g;
      e[m] = 0;
    }
  }
  return n;
}

template <class E>
struct EighWorkspace {
  using T = PartOf<E>;
  Block<E> a, q;
  ReflectorBlock<E> block;
  TridiagonalReduction<E> reduction;
  E* product;
  std::int64_t* order;
  RotatedColumns<E> columns;
  std::int64_t product_size, bytes;

  EighWorkspace(const DecompositionArgs& args, void* memory) : EighWorkspace(args, Arena(memory)) {}

 private:
  EighWorkspace(const DecompositionArgs& args, Arena arena)
      : a(arena.take_matrix<E>(args.n, args.n)),
        q(arena.take_matrix<E>(args.n, args.n)),
        block(take_reflector_block<E>(arena, args.n, args.n)),
        reduction(arena, a, q.data, args.n),
        product(arena.take<E>(product_room<E>(args.n))),
        order(arena.take<std::int64_t>(args.n)),
        columns(take_rotated_columns(arena, q, args.out[1] == nullptr ? 0 : args.n, args.n)),
        product_size(product_room<E>(args.n)),
        bytes(arena.used()) {}
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

template <class E>
DecompositionOutcome run_eigh(const DecompositionArgs& args) noexcept {
  EighWorkspace<E> work(args, args.workspace);
  const Steps<E> steps = {args.services, work.product, work.product_size};
  const std::int64_t n = args.n;
  int exponent = 0;
  if (!load_hermitian(work.a, args, exponent)) return {DecompositionStatus::not_finite, 0};
  if (!work.reduction.run(steps)) return {DecompositionStatus::stopped, 0};
  if (args.out[1] != nullptr) {
    set_identity(work.q, n, n);
    if (n > 1 && !accumulate_reflectors(steps, work.block, work.a.from(1, 0), work.reduction.tau,
                                        work.q.from(1, 1), n - 1, n - 1, n - 1))
      return {DecompositionStatus::stopped, 0};
  }
  const std::int64_t found =
      diagonalise<E>(steps, work.reduction.diagonal, work.reduction.below, n, work.columns);
  if (found == diagonalisation_stopped) return {DecompositionStatus::stopped, 0};
  if (found < n) return {DecompositionStatus::not_converged, found};
  work.columns.apply();
  sort_positions(work.reduction.diagonal, work.order, n, false);
  auto* values = static_cast<PartOf<E>*>(args.out[0]);
  for (std::int64_t i = 0; i < n; ++i)
    values[i] = times_power_of_two(work.reduction.diagonal[work.order[i]], exponent);
  if (args.out[1] == nullptr) return {DecompositionStatus::done, 0};
  const Block<E> vectors = {static_cast<E*>(args.out[1]), n};
  for (std::int64_t j = 0; j < n; ++j) {
    const E* from = work.q.at(0, work.order[j]);
    const E phase = phase_of_largest(from, n, work.q.row);
    for (std::int64_t i = 0; i < n; ++i) vectors(i, j) = multiply(from[i * work.q.row], phase);
  }
  return {DecompositionStatus::done, 0};
}

template <class E>
std::int64_t eigh_workspace_bytes(const DecompositionArgs& args) noexcept {
  return EighWorkspace<E>(args, nullptr).bytes;
}

}  // namespace corepy::COREPY_ISA::decomposition

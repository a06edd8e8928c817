// Eigenvalues of real tridiagonal matrices by the implicit QL iteration (Bowdler, Martin, Reinsch,
// Wilkinson, Numer. Math. 11 (1968); EISPACK's imtql2); rotations of the vectors are collected.
#pragma once

#include "corepy/kernels/decomposition_rotations.h"

namespace corepy::COREPY_ISA::decomposition {

inline constexpr std::int64_t diagonalisation_stopped = -1;

// The largest sum of neighbours on and below the diagonal: within a factor of 2 the norm.
template <class T>
T tridiagonal_norm(const T* d, const T* e, std::int64_t n) {
  T most = 0;
  for (std::int64_t i = 0; i < n; ++i) most = larger(most, magnitude(d[i]) + magnitude(e[i]));
  return most;
}

// Diagonalises a real tridiagonal matrix, or a part of one of that norm; rotations go to `vectors`.
// How many values were found: n, unless an iteration did not end; or diagonalisation_stopped.
template <class E>
std::int64_t diagonalise(const Steps<E>& steps, PartOf<E>* d, PartOf<E>* e, std::int64_t n,
                         PartOf<E> norm, RotatedColumns<E>& vectors) {
  using T = PartOf<E>;
  constexpr T eps = std::numeric_limits<T>::epsilon() / 2;
  constexpr int most_iterations = 80;
  // Beside the norm, whatever the neighbours: those of a matrix of low rank are roundings too, and
  // subnormal numbers make no rotation.
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

}  // namespace corepy::COREPY_ISA::decomposition

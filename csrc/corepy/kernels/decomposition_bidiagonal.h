// Reflectors from both sides to a real bidiagonal matrix, in panels (Dongarra, Hammarling and
// Sorensen, J. Comput. Appl. Math. 27 (1989)): within a panel the rest of the matrix is multiplied
// with vectors but stays as it was, and what reflectors change is kept as a product of two thin
// matrices; after the panel that is subtracted at once.
#pragma once

#include "corepy/kernels/decomposition_reflectors.h"

namespace corepy::COREPY_ISA::decomposition {

inline constexpr std::int64_t bidiagonal_panel = 16;  // columns
// A rest that is narrower is changed by each reflector at once.
inline constexpr std::int64_t least_blocked = 128;

// A = Q B P**H for m >= n: B's diagonal d and superdiagonal e. Left reflectors below the diagonal
// of a; right ones in its rows, from two right of the diagonal on.
template <class E>
class BidiagonalReduction {
  using T = PartOf<E>;

 public:
  BidiagonalReduction(Arena& arena, Block<E> a, std::int64_t m, std::int64_t n)
      : a_(a),
        m_(m),
        n_(n),
        left_(arena.take_matrix<E>(pending_limit(n), m)),
        right_(arena.take_matrix<E>(pending_limit(n), n)),
        v_(arena.take<E>(m)),
        sums_(arena.take<E>(m)),
        conjugate_(arena.take<E>(n)),
        small_(arena.take<E>(pending_limit(n))) {}

  // tau_left, tau_right: n each.
  bool run(const Steps<E>& steps, T* d, T* e, E* tau_left, E* tau_right) const {
    std::int64_t i = 0;
    for (; n_ - i >= least_blocked; i += bidiagonal_panel) {
      for (std::int64_t j = i; j < i + bidiagonal_panel; ++j) {
        if (!reduce_pending(steps, j, 2 * (j - i), d, e, tau_left, tau_right)) return false;
        if (!steps.proceed(4 * (m_ - j) * (n_ - j))) return false;
      }
      const std::int64_t end = i + bidiagonal_panel, pending = 2 * bidiagonal_panel;
      if (!steps.update(a_.from(end, end), transposed(left_.from(0, end)),
                        plain(right_.from(0, end)), m_ - end, n_ - end, pending))
        return false;
    }
    for (; i < n_; ++i) {
      if (!reduce_at_once(steps, i, d, e, tau_left, tau_right)) return false;
      if (!steps.proceed(8 * (m_ - i) * (n_ - i))) return false;
    }
    return true;
  }

 private:
  static constexpr std::int64_t pending_limit(std::int64_t n) {
    return n >= least_blocked ? 2 * bidiagonal_panel : 0;
  }
  static Factor<E> transposed(Block<E> x) { return {x.data, 1, x.row, false}; }
  static Factor<E> column(const E* x) { return {x, 1, 1, false}; }
  static Factor<E> adjoint_row(const E* x) { return {x, 1, 1, is_complex_element<E>}; }

  // The reflector of column i from row i on, which v holds: v(0) becomes 1.
  void reflect_column(std::int64_t i, E* v, T* d, E* tau) const {
    const Reflector<E> h = reflect(v, m_ - i, 1);
    tau[i] = h.tau;
    d[i] = h.beta;
    for (std::int64_t r = i; r < m_; ++r) a_(r, i) = v[r - i];
    v[0] = from_real<E>(1);
  }
  // The reflector of row i right of the diagonal, of which v holds the conjugate.
  void reflect_row(std::int64_t i, E* v, T* e, E* tau) const {
    const std::int64_t rest = n_ - i - 1;
    const Reflector<E> h = reflect(v, rest, 1);
    tau[i] = h.tau;
    e[i] = h.beta;
    v[0] = from_real<E>(1);
    for (std::int64_t j = 1; j < rest; ++j) a_(i, i + 1 + j) = v[j];
  }

  bool reduce_at_once(const Steps<E>& steps, std::int64_t i, T* d, T* e, E* tau_left,
                      E* tau_right) const {
    const std::int64_t rest = n_ - i - 1;
    for (std::int64_t r = i; r < m_; ++r) v_[r - i] = a_(r, i);
    reflect_column(i, v_, d, tau_left);
    e[i] = 0;
    if (rest == 0) return true;
    if (!apply_left(steps, v_, conj(tau_left[i]), a_.from(i, i + 1), m_ - i, rest, sums_))
      return false;
    for (std::int64_t j = 0; j < rest; ++j) v_[j] = conj(a_(i, i + 1 + j));
    reflect_row(i, v_, e, tau_right);
    return apply_right(steps, v_, tau_right[i], a_.from(i + 1, i + 1), m_ - i - 1, rest, sums_,
                       conjugate_);
  }

  // What the matrix is by now: a - left**T right, of which `pending` rows count; each reflector
  // adds one. See reduce_at_once for what is done.
  bool reduce_pending(const Steps<E>& steps, std::int64_t i, std::int64_t pending, T* d, T* e,
                      E* tau_left, E* tau_right) const {
    const std::int64_t rest = n_ - i - 1, rows = m_ - i;
    E* v = left_.at(pending, i);
    if (!steps.multiply({sums_, 1}, transposed(left_.from(0, i)),
                        {right_.at(0, i), right_.row, 1, false}, rows, 1, pending))
      return false;
    for (std::int64_t r = 0; r < rows; ++r) v[r] = subtract(a_(i + r, i), sums_[r]);
    reflect_column(i, v, d, tau_left);
    E* z = right_.at(pending, i + 1);
    if (!multiply_left(steps, v, i, pending, z)) return false;
    for (std::int64_t j = 0; j < rest; ++j) z[j] = multiply(conj(tau_left[i]), z[j]);
    ++pending;

    if (!steps.multiply({sums_, rest}, {left_.at(0, i), 1, left_.row, false},
                        plain(right_.from(0, i + 1)), 1, rest, pending))
      return false;
    for (std::int64_t j = 0; j < rest; ++j) v_[j] = conj(subtract(a_(i, i + 1 + j), sums_[j]));
    reflect_row(i, v_, e, tau_right);
    E* w = left_.at(pending, i + 1);
    if (!multiply_right(steps, v_, i, pending, w)) return false;
    for (std::int64_t r = 0; r + 1 < rows; ++r) w[r] = multiply(tau_right[i], w[r]);
    for (std::int64_t j = 0; j < rest; ++j) right_(pending, i + 1 + j) = conj(v_[j]);
    return true;
  }
  // z = v**H (a - left**T right), of rows from i on and columns after it.
  bool multiply_left(const Steps<E>& steps, const E* v, std::int64_t i, std::int64_t pending,
                     E* z) const {
    const std::int64_t rest = n_ - i - 1, rows = m_ - i;
    if (!steps.multiply({z, rest}, adjoint_row(v), plain(a_.from(i, i + 1)), 1, rest, rows))
      return false;
    if (pending == 0) return true;
    if (!steps.multiply({small_, pending}, adjoint_row(v), transposed(left_.from(0, i)), 1, pending,
                        rows) ||
        !steps.multiply({sums_, rest}, column(small_), plain(right_.from(0, i + 1)), 1, rest,
                        pending))
      return false;
    for (std::int64_t j = 0; j < rest; ++j) z[j] = subtract(z[j], sums_[j]);
    return true;
  }
  // w = (a - left**T right) v, of rows and columns after i.
  bool multiply_right(const Steps<E>& steps, const E* v, std::int64_t i, std::int64_t pending,
                      E* w) const {
    const std::int64_t rest = n_ - i - 1, rows = m_ - i - 1;
    if (!steps.multiply({w, 1}, plain(a_.from(i + 1, i + 1)), column(v), rows, 1, rest) ||
        !steps.multiply({small_, 1}, plain(right_.from(0, i + 1)), column(v), pending, 1, rest) ||
        !steps.multiply({sums_, 1}, transposed(left_.from(0, i + 1)), column(small_), rows, 1,
                        pending))
      return false;
    for (std::int64_t r = 0; r < rows; ++r) w[r] = subtract(w[r], sums_[r]);
    return true;
  }

  Block<E> a_;
  std::int64_t m_, n_;
  // Rows: what stands in the columns of the one factor and in the rows of the other.
  Block<E> left_, right_;
  E *v_, *sums_, *conjugate_, *small_;
};

}  // namespace corepy::COREPY_ISA::decomposition

// Singular values and vectors: reflectors to a real bidiagonal matrix, then the implicit QR
// iteration (Golub and Reinsch, Numer. Math. 14 (1970), in the form of LINPACK's svdc).
#pragma once

#include "corepy/kernels/decomposition_qr.h"
#include "corepy/kernels/decomposition_rotations.h"

namespace corepy::COREPY_ISA::decomposition {

// A = Q B P**H for m >= n: B's diagonal and superdiagonal. Left reflectors below the diagonal of a;
// right ones in the columns of `right` below its diagonal, as of the matrix P(1:, 1:).
template <class E>
bool reduce_to_bidiagonal(const Steps<E>& steps, Block<E> a, Block<E> right, std::int64_t m,
                          std::int64_t n, PartOf<E>* d, PartOf<E>* e, E* tau_left, E* tau_right,
                          E* v, E* sums, E* conjugate) {
  for (std::int64_t i = 0; i < n; ++i) {
    const Reflector<E> left = reflect(a.at(i, i), m - i, a.row);
    tau_left[i] = left.tau;
    d[i] = left.beta;
    e[i] = 0;
    v[0] = from_real<E>(1);
    for (std::int64_t r = i + 1; r < m; ++r) v[r - i] = a(r, i);
    const std::int64_t rest = n - i - 1;
    if (rest == 0) break;
    if (!apply_left(steps, v, conj(left.tau), a.from(i, i + 1), m - i, rest, sums)) return false;
    for (std::int64_t j = 0; j < rest; ++j) v[j] = conj(a(i, i + 1 + j));
    const Reflector<E> h = reflect(v, rest, 1);
    tau_right[i] = h.tau;
    e[i] = h.beta;
    v[0] = from_real<E>(1);
    for (std::int64_t j = 1; j < rest; ++j) right(i + j, i) = v[j];
    if (!apply_right(steps, v, h.tau, a.from(i + 1, i + 1), m - i - 1, rest, sums, conjugate))
      return false;
    if (!steps.proceed(8 * (m - i) * rest)) return false;
  }
  return true;
}

// The iteration on a real upper bidiagonal matrix.
template <class E>
class BidiagonalIteration {
  using T = PartOf<E>;
  static constexpr T eps = std::numeric_limits<T>::epsilon() / 2;
  static constexpr T tiny = least_normal<T>;
  static constexpr int most_iterations = 90;

 public:
  static constexpr std::int64_t stopped = -1;

  BidiagonalIteration(const Steps<E>& steps, T* s, T* e, std::int64_t n, RotatedColumns<E>& left,
                      RotatedColumns<E>& right)
      : steps_(steps), s_(s), e_(e), p_(n), left_(left), right_(right) {
    T norm = 0;
    for (std::int64_t i = 0; i < n; ++i) norm = larger(norm, magnitude(s[i]) + magnitude(e[i]));
    negligible_ = larger(tiny, eps / 16 * norm);
  }

  // How many values are still to be found, 0 at the end; or `stopped`.
  std::int64_t run() {
    for (int iteration = 0; p_ > 0; ++iteration) {
      std::int64_t k = p_ - 2;
      for (; k >= 0; --k) {
        if (magnitude(e_[k]) <= negligible_ + eps * (magnitude(s_[k]) + magnitude(s_[k + 1]))) {
          e_[k] = 0;
          break;
        }
      }
      if (k == p_ - 2) {
        --p_;
        iteration = -1;
        continue;
      }
      if (iteration == most_iterations) return p_;
      if (!steps_.proceed(left_.flops(p_ - k) + right_.flops(p_ - k))) return stopped;
      const std::int64_t zero = find_zero(k);
      if (zero == p_ - 1) {
        chase_up(k + 1);
      } else if (zero > k) {
        chase_down(zero);
      } else {
        step(k + 1);
      }
    }
    return 0;
  }

 private:
  // The last negligible value after position k, or k.
  std::int64_t find_zero(std::int64_t k) {
    for (std::int64_t i = p_ - 1; i > k; --i) {
      const T above = i < p_ - 1 ? magnitude(e_[i]) : T(0);
      const T before = i > k + 1 ? magnitude(e_[i - 1]) : T(0);
      if (magnitude(s_[i]) <= tiny + eps * (above + before)) {
        s_[i] = 0;
        return i;
      }
    }
    return k;
  }
  static T turn(T f, T g, T& c, T& s) {
    const T r = hypotenuse(f, g);
    c = r == 0 ? T(1) : f / r;
    s = r == 0 ? T(0) : g / r;
    return r;
  }
  // The last value is zero: its superdiagonal element goes by rotations of columns.
  void chase_up(std::int64_t k) {
    T f = e_[p_ - 2], c, s;
    e_[p_ - 2] = 0;
    for (std::int64_t j = p_ - 2; j >= k; --j) {
      s_[j] = turn(s_[j], f, c, s);
      if (j > k) {
        f = -s * e_[j - 1];
        e_[j - 1] *= c;
      }
      right_.rotate(j, p_ - 1, c, s);
    }
  }
  // Value k is zero: its superdiagonal element goes by rotations of rows.
  void chase_down(std::int64_t k) {
    T f = e_[k], c, s;
    e_[k] = 0;
    for (std::int64_t j = k + 1; j < p_; ++j) {
      s_[j] = turn(s_[j], f, c, s);
      f = -s * e_[j];
      e_[j] *= c;
      left_.rotate(j, k, c, s);
    }
  }
  void step(std::int64_t k) {
    const std::int64_t last = p_ - 1;
    T scale = larger(larger(magnitude(s_[last]), magnitude(s_[last - 1])), magnitude(e_[last - 1]));
    scale = larger(larger(scale, magnitude(s_[k])), magnitude(e_[k]));
    const T sp = s_[last] / scale, before = s_[last - 1] / scale, ep = e_[last - 1] / scale;
    const T sk = s_[k] / scale, ek = e_[k] / scale;
    const T b = ((before + sp) * (before - sp) + ep * ep) / 2, c0 = (sp * ep) * (sp * ep);
    T shift = 0;
    if (b != 0 || c0 != 0) {
      const T length = root(b * b + c0);
      shift = c0 / (b + (b < 0 ? -length : length));
    }
    T f = (sk + sp) * (sk - sp) + shift, g = sk * ek, c, s;
    for (std::int64_t j = k; j < last; ++j) {
      const T r = turn(f, g, c, s);
      if (j > k) e_[j - 1] = r;
      f = c * s_[j] + s * e_[j];
      e_[j] = c * e_[j] - s * s_[j];
      g = s * s_[j + 1];
      s_[j + 1] *= c;
      right_.rotate(j, j + 1, c, s);
      s_[j] = turn(f, g, c, s);
      f = c * e_[j] + s * s_[j + 1];
      s_[j + 1] = c * s_[j + 1] - s * e_[j];
      g = s * e_[j + 1];
      e_[j + 1] *= c;
      left_.rotate(j, j + 1, c, s);
    }
    e_[last - 1] = f;
  }

  const Steps<E>& steps_;
  T *s_, *e_;
  // Beside the norm, whatever the neighbours: those of a matrix of low rank are roundings too.
  T negligible_;
  std::int64_t p_;
  RotatedColumns<E>&left_, &right_;
};

template <class E>
struct SvdWorkspace {
  using T = PartOf<E>;
  std::int64_t m, n;      // of the matrix that is decomposed: m >= n
  std::int64_t columns;   // of its left vectors
  bool vectors, flipped;  // flipped: the adjoint is decomposed
  Block<E> a, right, u, p;
  ReflectorBlock<E> block;
  T *d, *e;
  E *tau_left, *tau_right, *v, *sums, *conjugate, *product;
  std::int64_t* order;
  RotatedColumns<E> left_columns, right_columns;
  std::int64_t product_size, bytes;

  SvdWorkspace(const DecompositionArgs& args, void* memory) : SvdWorkspace(args, Arena(memory)) {}

 private:
  SvdWorkspace(const DecompositionArgs& args, Arena arena)
      : m(args.m < args.n ? args.n : args.m),
        n(args.m < args.n ? args.m : args.n),
        columns(args.option ? m : n),
        vectors(args.out[0] != nullptr),
        flipped(args.m < args.n),
        a(arena.take_matrix<E>(m, n)),
        right(arena.take_matrix<E>(n, n)),
        u(arena.take_matrix<E>(vectors ? m : 0, columns)),
        p(arena.take_matrix<E>(vectors ? n : 0, n)),
        block(take_reflector_block<E>(arena, m, m)),
        d(arena.take<T>(n + 1)),
        e(arena.take<T>(n + 1)),
        tau_left(arena.take<E>(n)),
        tau_right(arena.take<E>(n)),
        v(arena.take<E>(m)),
        sums(arena.take<E>(m)),
        conjugate(arena.take<E>(m)),
        product(arena.take<E>(product_room<E>(m))),
        order(arena.take<std::int64_t>(n)),
        left_columns(take_rotated_columns(arena, u, vectors ? m : 0, n)),
        right_columns(take_rotated_columns(arena, p, vectors ? n : 0, n)),
        product_size(product_room<E>(m)),
        bytes(arena.used()) {}
};

// Writes U, s and Vh; the phases make the largest component of each left vector real and positive.
template <class E>
void write_svd(const SvdWorkspace<E>& work, const DecompositionArgs& args, int exponent) {
  using T = PartOf<E>;
  auto* values = static_cast<T*>(args.out[1]);
  for (std::int64_t i = 0; i < work.n; ++i)
    values[i] = times_power_of_two(magnitude(work.d[work.order[i]]), exponent);
  if (!work.vectors) return;
  const std::int64_t m = work.m, n = work.n, columns = work.columns;
  // Of the matrix A: left vectors are u, or p where the adjoint A**H = u S p**H was decomposed.
  const Block<E> u = {static_cast<E*>(args.out[0]), work.flipped ? n : columns};
  const Block<E> vh = {static_cast<E*>(args.out[2]), work.flipped ? m : n};
  for (std::int64_t j = 0; j < columns; ++j) {
    const std::int64_t from = j < n ? work.order[j] : j;
    const Block<E> left = work.flipped ? work.p : work.u;
    const bool paired = j < n;
    const bool reversed = paired && work.d[from] < 0;
    E phase = from_real<E>(1);
    if (paired || !work.flipped)
      phase = phase_of_largest(left.at(0, from), work.flipped ? n : m, left.row);
    const E other = reversed ? negate(phase) : phase;
    for (std::int64_t i = 0; i < m; ++i) {
      const E x = work.u(i, from);
      if (work.flipped) {
        vh(j, i) = conj(multiply(x, other));
      } else {
        u(i, j) = multiply(x, phase);
      }
    }
    if (!paired) continue;
    for (std::int64_t i = 0; i < n; ++i) {
      const E x = work.p(i, from);
      if (work.flipped) {
        u(i, j) = multiply(x, phase);
      } else {
        vh(j, i) = conj(multiply(x, other));
      }
    }
  }
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
  if (work.flipped) {
    for (std::int64_t i = 0; i < m; ++i)
      for (std::int64_t j = 0; j < n; ++j) work.a(i, j) = conj(work.a(i, j));
  }
  int exponent = 0;
  if (!scale_to_one(work.a, m, n, exponent)) return {DecompositionStatus::not_finite, 0};
  if (!reduce_to_bidiagonal(steps, work.a, work.right, m, n, work.d, work.e, work.tau_left,
                            work.tau_right, work.v, work.sums, work.conjugate))
    return stopped;
  if (work.vectors) {
    if (!accumulate_reflectors(steps, work.block, work.a, work.tau_left, work.u, m, work.columns,
                               n))
      return stopped;
    set_identity(work.p, n, n);
    if (n > 1 && !accumulate_reflectors(steps, work.block, work.right, work.tau_right,
                                        work.p.from(1, 1), n - 1, n - 1, n - 1))
      return stopped;
  }
  using Iteration = BidiagonalIteration<E>;
  const std::int64_t left =
      Iteration(steps, work.d, work.e, n, work.left_columns, work.right_columns).run();
  if (left == Iteration::stopped) return stopped;
  if (left > 0) return {DecompositionStatus::not_converged, n - left};
  work.left_columns.apply();
  work.right_columns.apply();
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

// Eigenvalues and -vectors of any square matrix: balance, reflectors to Hessenberg form, Schur
// form, back substitution for the vectors. Balancing itself is in decomposition_balance.h.
#pragma once

#include "corepy/kernels/decomposition_balance.h"
#include "corepy/kernels/decomposition_reflectors.h"
#include "corepy/kernels/decomposition_schur.h"

namespace corepy::COREPY_ISA::decomposition {

// A = Q H Q**H; reflectors stay below H's subdiagonal.
template <class E>
bool reduce_to_hessenberg(const Steps<E>& steps, Block<E> a, std::int64_t n, E* tau, E* v, E* sums,
                          E* conjugate) {
  for (std::int64_t k = 0; k + 1 < n; ++k) {
    const std::int64_t m = n - k - 1;
    tau[k] = reflect(a.at(k + 1, k), m, a.row).tau;
    v[0] = from_real<E>(1);
    for (std::int64_t i = 1; i < m; ++i) v[i] = a(k + 1 + i, k);
    if (!apply_left(steps, v, conj(tau[k]), a.from(k + 1, k + 1), m, m, sums) ||
        !apply_right(steps, v, tau[k], a.from(0, k + 1), n, m, sums, conjugate) ||
        !steps.proceed(8 * n * m))
      return false;
  }
  return true;
}

template <class E>
struct EigWorkspace {
  using T = PartOf<E>;
  using C = Complex<T>;
  Block<E> a, q, zt;
  Block<C> t, x, z;
  ReflectorBlock<E> block;
  E *tau, *v, *sums, *conjugate, *product;
  C* values;
  int* exponents;          // of the balance
  std::int64_t* partners;  // too
  std::int64_t product_size, bytes;

  EigWorkspace(const DecompositionArgs& args, void* memory) {
    const std::int64_t n = args.n, vectors = args.out[1] == nullptr ? 0 : n;
    Arena arena(memory);
    a = arena.take_matrix<E>(n, n);
    q = arena.take_matrix<E>(vectors, n);
    zt = arena.take_matrix<E>(vectors, n);
    t = arena.take_matrix<C>(vectors, n);
    x = arena.take_matrix<C>(vectors, n);
    z = arena.take_matrix<C>(vectors, n);
    block = take_reflector_block<E>(arena, n, n);
    tau = arena.take<E>(n);
    v = arena.take<E>(n);
    sums = arena.take<E>(n);
    conjugate = arena.take<E>(n);
    values = arena.take<C>(n);
    exponents = arena.take<int>(n);
    partners = arena.take<std::int64_t>(n);
    product_size = product_room<E>(n);
    product = arena.take<E>(product_size);
    bytes = arena.used();
  }
};

// Solves (T - value) x = 0 for one eigenvalue of a quasi-triangular T, x(position) = 1 or so.
template <class T>
class BackSubstitution {
  using C = Complex<T>;
  static constexpr C one = {1, 0};

 public:
  // graded: values far below the norm are accurate.
  BackSubstitution(Block<C> t, std::int64_t n, T norm, bool graded)
      : t_(t), n_(n), norm_(norm), graded_(graded) {
    if (norm_ == 0) norm_ = least_normal<T>;
  }

  void solve(std::int64_t position, C value, C* x) const {
    for (std::int64_t i = 0; i < n_; ++i) x[i] = {0, 0};
    const T smallest = smallest_divisor(value);
    std::int64_t i = position;
    if (is_pair(position - 1)) {
      start_pair(position - 1, value, x);
      i = position - 1;
    } else {
      x[position] = one;
    }
    const std::int64_t last = position;
    while (--i >= 0) {
      if (is_pair(i - 1)) {
        solve_pair(i - 1, value, smallest, last, x);
        --i;
        limit(x, i, i + 2, last);
      } else {
        C divisor = subtract(value, t_(i, i));
        if (rough_modulus(divisor) < smallest) divisor = {smallest, 0};
        x[i] = divide(sum(i, i + 1, last, x), divisor);
        limit(x, i, i + 1, last);
      }
    }
  }

 private:
  static constexpr T eps = std::numeric_limits<T>::epsilon();
  // Differences of values below this are rounding errors.
  T smallest_divisor(C value) const {
    if (!graded_) return larger(eps * norm_, least_normal<T>);
    const T tiny = power_of_two<T>(-exponent_bias<T> / 2);  // quotients stay finite
    return larger(larger(eps * rough_modulus(value), tiny * norm_), least_normal<T>);
  }
  bool is_pair(std::int64_t i) const {
    return i >= 0 && i + 1 < n_ && rough_modulus(t_(i + 1, i)) != 0;
  }
  C sum(std::int64_t row, std::int64_t from, std::int64_t last, const C* x) const {
    C total{};
    for (std::int64_t j = from; j <= last; ++j) total = add(total, multiply(t_(row, j), x[j]));
    return total;
  }
  // The eigenvector of a 2 x 2 block, divided by the larger of its two off-diagonal elements.
  void start_pair(std::int64_t i, C value, C* x) const {
    const C b = t_(i, i + 1), c = t_(i + 1, i);
    if (rough_modulus(c) >= rough_modulus(b)) {
      x[i + 1] = one;
      x[i] = divide(subtract(value, t_(i + 1, i + 1)), c);
    } else {
      x[i] = one;
      x[i + 1] = divide(subtract(value, t_(i, i)), b);
    }
  }
  void solve_pair(std::int64_t i, C value, T smallest, std::int64_t last, C* x) const {
    const C r = sum(i, i + 2, last, x), s = sum(i + 1, i + 2, last, x);
    const C a = subtract(value, t_(i, i)), d = subtract(value, t_(i + 1, i + 1));
    const C b = t_(i, i + 1), c = t_(i + 1, i);
    C determinant = subtract(multiply(a, d), multiply(b, c));
    const T least = smallest * larger(rough_modulus(b), rough_modulus(c));
    if (rough_modulus(determinant) < least) determinant = {least, 0};
    x[i] = divide(add(multiply(d, r), multiply(b, s)), determinant);
    x[i + 1] = divide(add(multiply(a, s), multiply(c, r)), determinant);
  }
  // Keeps the vector small where an element grew, by a power of 2.
  void limit(C* x, std::int64_t from, std::int64_t to, std::int64_t last) const {
    constexpr T most = power_of_two_limit();
    T size = 0;
    for (std::int64_t i = from; i < to; ++i) size = larger(size, rough_modulus(x[i]));
    if (!(size > most)) return;
    const int e = is_finite(size) ? exponent_of(size) : exponent_bias<T>;
    for (std::int64_t i = from; i <= last; ++i)
      x[i] = {times_power_of_two(x[i].re, -e), times_power_of_two(x[i].im, -e)};
  }
  static constexpr T power_of_two_limit() { return T(1) / (eps * eps); }

  Block<C> t_;
  std::int64_t n_;
  T norm_;
  bool graded_;
};

template <class T>
void normalise(Block<Complex<T>> x, std::int64_t n, std::int64_t column) {
  const T size = norm(x.at(0, column), n, x.row);
  if (size == 0) return;
  Complex<T> phase = {1, 0};
  T most = 0;
  for (std::int64_t i = 0; i < n; ++i) {
    const T length = modulus(x(i, column));
    if (length > most) {
      most = length;
      phase = {x(i, column).re / length, -x(i, column).im / length};
    }
  }
  for (std::int64_t i = 0; i < n; ++i) {
    const Complex<T> turned = multiply(x(i, column), phase);
    x(i, column) = {turned.re / size, turned.im / size};
  }
}

// Whether positions i and i + 1 are a complex pair.
template <class T>
bool is_in_pair(const Complex<T>* values, std::int64_t i) {
  return values[i].im > 0;
}

// Vectors of all values: x = Z times those of T, of unit length, their largest component real and
// positive. A real matrix' complex pairs have conjugate vectors.
template <class E>
bool find_vectors(const Steps<E>& steps, const EigWorkspace<E>& work, const DecompositionArgs& args,
                  const Balance<E>& balance) {
  using T = PartOf<E>;
  using C = Complex<T>;
  const std::int64_t n = args.n;
  T norm_of_t = 0;
  for (std::int64_t i = 0; i < n; ++i) {
    for (std::int64_t j = 0; j < n; ++j) {
      const bool kept =
          j >= i || (j == i - 1 && !is_complex_element<E> && is_in_pair(work.values, j));
      const E x = kept ? work.a(i, j) : E{};
      work.t(i, j) = {re(x), im(x)};
      norm_of_t = larger(norm_of_t, rough_modulus(x));
      work.z(i, j) = {re(work.zt(j, i)), im(work.zt(j, i))};
    }
  }
  const BackSubstitution<T> substitution(work.t, n, norm_of_t, balance.has_changed());
  for (std::int64_t k = 0; k < n; ++k) {
    // Row k of x is the vector of value k; the first of a pair is found from its second's place.
    const bool first = !is_complex_element<E> && work.values[k].im > 0;
    if (!is_complex_element<E> && work.values[k].im < 0) {
      for (std::int64_t i = 0; i < n; ++i) work.x(k, i) = conj(work.x(k - 1, i));
    } else {
      substitution.solve(first ? k + 1 : k, work.values[k], work.x.at(k));
    }
    if (!steps.proceed(4 * n * k)) return false;
  }
  // vectors = Z x, x's vectors as columns
  const Block<C> out = {static_cast<C*>(args.out[1]), n};
  C* none = nullptr;
  const Steps<C> complex_steps = {steps.services, none, 0};
  if (!complex_steps.multiply(out, plain(work.z), {work.x.data, 1, work.x.row, false}, n, n, n))
    return false;
  balance.undo(out);
  for (std::int64_t j = 0; j < n; ++j) normalise(out, n, j);
  return true;
}

template <class E>
DecompositionOutcome run_eig(const DecompositionArgs& args) noexcept {
  using T = PartOf<E>;
  const EigWorkspace<E> work(args, args.workspace);
  const Steps<E> steps = {args.services, work.product, work.product_size};
  constexpr DecompositionOutcome stopped = {DecompositionStatus::stopped, 0};
  const std::int64_t n = args.n;
  const bool wants_vectors = args.out[1] != nullptr;
  load_matrix(work.a, args.a, n, n, args.a_row_stride_bytes, args.a_column_stride_bytes);
  int exponent = 0;
  Balance<E> balance(work.a, n, work.exponents, work.partners);
  if (!balance.prepare()) return {DecompositionStatus::not_finite, 0};
  if (!balance.run(steps, exponent)) return stopped;
  if (!reduce_to_hessenberg(steps, work.a, n, work.tau, work.v, work.sums, work.conjugate))
    return stopped;
  if (wants_vectors) {
    set_identity(work.q, n, n);
    if (n > 1 && !accumulate_reflectors(steps, work.block, work.a.from(1, 0), work.tau,
                                        work.q.from(1, 1), n - 1, n - 1, n - 1))
      return stopped;
    for (std::int64_t i = 0; i < n; ++i)
      for (std::int64_t j = 0; j < n; ++j) work.zt(j, i) = work.q(i, j);
  }
  for (std::int64_t i = 2; i < n; ++i)
    for (std::int64_t j = 0; j + 1 < i; ++j) work.a(i, j) = E{};
  const bool graded = balance.has_changed();
  std::int64_t found = 0;
  if constexpr (is_complex_element<E>) {
    found = ComplexSchur<T>(steps, work.a, work.zt, n, wants_vectors, graded).run(work.values);
  } else {
    found = RealSchur<T>(steps, work.a, work.zt, n, wants_vectors, graded).run(work.values);
  }
  if (found < 0) return stopped;
  if (found < n) return {DecompositionStatus::not_converged, found};
  if (wants_vectors && !find_vectors(steps, work, args, balance)) return stopped;
  auto* values = static_cast<Complex<T>*>(args.out[0]);
  for (std::int64_t i = 0; i < n; ++i) {
    values[i] = {times_power_of_two(work.values[i].re, exponent),
                 times_power_of_two(work.values[i].im, exponent)};
  }
  return {DecompositionStatus::done, 0};
}

template <class E>
std::int64_t eig_workspace_bytes(const DecompositionArgs& args) noexcept {
  return EigWorkspace<E>(args, nullptr).bytes;
}

}  // namespace corepy::COREPY_ISA::decomposition

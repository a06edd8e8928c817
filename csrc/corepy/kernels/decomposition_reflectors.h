// Householder reflectors, one and in blocks: I - tau v v**H, v(0) = 1; products of them as
// I - V T V**H (Schreiber and Van Loan, 1989).
#pragma once

#include "corepy/kernels/decomposition_block.h"

namespace corepy::COREPY_ISA::decomposition {

inline constexpr std::int64_t panel_width = 32;

// What turns a column (alpha, x) into (beta, 0) with beta real: H**H (alpha; x) = (beta; 0), as
// LAPACK's larfg has it. `inverse` is what x becomes v by: v = x * inverse.
template <class E>
struct Reflector {
  E tau;
  E inverse;
  PartOf<E> beta;
};

// `size`: the norm of x.
template <class E>
Reflector<E> make_reflector(E alpha, PartOf<E> size) {
  using T = PartOf<E>;
  if (size == 0 && im(alpha) == 0) return {E{}, E{}, re(alpha)};
  const T length = hypotenuse(modulus(alpha), size);
  const T beta = re(alpha) < 0 ? length : -length;
  const E difference = subtract(alpha, from_real<E>(beta));
  E tau;
  if constexpr (is_complex_element<E>) {
    tau = {(beta - alpha.re) / beta, -alpha.im / beta};
  } else {
    tau = (beta - alpha) / beta;
  }
  return {tau, divide(from_real<E>(1), difference), beta};
}

// The norm of n elements `step` apart, scaled by a power of 2 so that squares neither overflow nor
// underflow; in four chains.
template <class E>
PartOf<E> norm(const E* x, std::int64_t n, std::int64_t step) {
  using T = PartOf<E>;
  T most = 0;
  for (std::int64_t i = 0; i < n; ++i) {
    most = larger(most, larger(magnitude(re(x[i * step])), magnitude(im(x[i * step]))));
  }
  if (most == 0 || !is_finite(most)) return most;
  const int e = exponent_of(most);
  constexpr int safe = exponent_bias<T> / 2 - 32;  // squares of these, summed, are normal numbers
  const bool scaled = e > safe || e < -safe;
  T sums[4] = {};
  for (std::int64_t i = 0; i < n; ++i) {
    T a = re(x[i * step]), b = im(x[i * step]);
    if (scaled) a = times_power_of_two(a, -e), b = times_power_of_two(b, -e);
    sums[i % 4] += is_complex_element<E> ? a * a + b * b : a * a;
  }
  const T length = root((sums[0] + sums[1]) + (sums[2] + sums[3]));
  return scaled ? times_power_of_two(length, e) : length;
}

// The reflector of n elements `step` apart, which become beta and v(1:). Very small and very large
// ones are scaled by a power of 2 first: v is the same, and 1 / (alpha - beta) neither over- nor
// underflows.
template <class E>
Reflector<E> reflect(E* x, std::int64_t n, std::int64_t step) {
  using T = PartOf<E>;
  const T size = norm(x, n, step);
  const int e = size > 0 && is_finite(size) ? exponent_of(size) : 0;
  const bool scaled = e > exponent_bias<T> / 2 || e < -exponent_bias<T> / 2;
  if (scaled) {
    for (std::int64_t i = 0; i < n; ++i) scale_by_power(x[i * step], -e);
  }
  Reflector<E> h = make_reflector(x[0], norm(x + step, n - 1, step));
  for (std::int64_t i = 1; i < n; ++i) x[i * step] = multiply(x[i * step], h.inverse);
  if (scaled) h.beta = times_power_of_two(h.beta, e);
  x[0] = from_real<E>(h.beta);
  return h;
}

// A run of reflectors that start one row below each other.
template <class E>
struct ReflectorBlock {
  Block<E> v;      // rows x panel_width, unit lower trapezoid
  Block<E> t;      // panel_width x panel_width, upper triangle
  Block<E> gram;   // scratch, of the same size
  Block<E> w, w2;  // panel_width x columns, scratch
};

template <class E>
ReflectorBlock<E> take_reflector_block(Arena& arena, std::int64_t rows, std::int64_t columns) {
  return {arena.take_matrix<E>(rows, panel_width), arena.take_matrix<E>(panel_width, panel_width),
          arena.take_matrix<E>(panel_width, panel_width),
          arena.take_matrix<E>(panel_width, columns), arena.take_matrix<E>(panel_width, columns)};
}

// Fills V and T from reflectors stored below the diagonal of `a` (count columns, `rows` rows).
template <class E>
bool form_block(const Steps<E>& steps, const ReflectorBlock<E>& block, Block<E> a, const E* tau,
                std::int64_t rows, std::int64_t count) {
  for (std::int64_t i = 0; i < rows; ++i) {
    for (std::int64_t j = 0; j < count; ++j)
      block.v(i, j) = i > j ? a(i, j) : i == j ? from_real<E>(1) : E{};
  }
  if (!steps.multiply(block.gram, adjoint(block.v), plain(block.v), count, count, rows))
    return false;
  for (std::int64_t j = 0; j < count; ++j) {
    for (std::int64_t i = 0; i < count; ++i) block.t(i, j) = E{};
    for (std::int64_t i = 0; i < j; ++i) {
      E sum{};
      for (std::int64_t l = i; l < j; ++l)
        sum = add(sum, multiply(block.t(i, l), block.gram(l, j)));
      block.t(i, j) = negate(multiply(tau[j], sum));
    }
    block.t(j, j) = tau[j];
  }
  return true;
}

// c = (I - V T V**H) c, or with T**H: c is rows x columns.
template <class E>
bool apply_block(const Steps<E>& steps, const ReflectorBlock<E>& block, bool adjoint_of_it,
                 Block<E> c, std::int64_t rows, std::int64_t columns, std::int64_t count) {
  if (columns == 0) return true;
  return steps.multiply(block.w, adjoint(block.v), plain(c), count, columns, rows) &&
         steps.multiply(block.w2, adjoint_of_it ? adjoint(block.t) : plain(block.t), plain(block.w),
                        count, columns, count) &&
         steps.update(c, plain(block.v), plain(block.w2), rows, columns, count);
}

// q (rows x columns) = H(0) H(1) ... H(count - 1) applied to the unit matrix; the reflectors stand
// below the diagonal of `a`.
template <class E>
bool accumulate_reflectors(const Steps<E>& steps, const ReflectorBlock<E>& block, Block<E> a,
                           const E* tau, Block<E> q, std::int64_t rows, std::int64_t columns,
                           std::int64_t count) {
  set_identity(q, rows, columns);
  const std::int64_t last = (count + panel_width - 1) / panel_width - 1;
  for (std::int64_t p = last; p >= 0; --p) {
    const std::int64_t j = p * panel_width, width = smaller_extent(panel_width, count - j);
    if (!form_block(steps, block, a.from(j, j), tau + j, rows - j, width)) return false;
    if (!apply_block(steps, block, false, q.from(j, j), rows - j, columns - j, width)) return false;
    if (!steps.proceed(2 * rows * width)) return false;
  }
  return true;
}

// c (m x n) -= tau v (v**H c), one reflector; v contiguous.
template <class E>
bool apply_left(const Steps<E>& steps, const E* v, E tau, Block<E> c, std::int64_t m,
                std::int64_t n, E* sums) {
  if (n == 0 || rough_modulus(tau) == 0) return true;
  const Factor<E> row = {v, 1, 1, is_complex_element<E>};
  if (!steps.multiply({sums, n}, row, plain(c), 1, n, m)) return false;
  for (std::int64_t i = 0; i < m; ++i) subtract_multiple(c.at(i), multiply(tau, v[i]), sums, n);
  return true;
}

// c (m x n) -= tau (c v) v**H.
template <class E>
bool apply_right(const Steps<E>& steps, const E* v, E tau, Block<E> c, std::int64_t m,
                 std::int64_t n, E* sums, E* conjugate) {
  if (m == 0 || rough_modulus(tau) == 0) return true;
  if (!steps.multiply({sums, 1}, plain(c), {v, 1, 1, false}, m, 1, n)) return false;
  for (std::int64_t j = 0; j < n; ++j) conjugate[j] = conj(v[j]);
  for (std::int64_t i = 0; i < m; ++i)
    subtract_multiple(c.at(i), multiply(tau, sums[i]), conjugate, n);
  return true;
}

}  // namespace corepy::COREPY_ISA::decomposition

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

// The largest |part| of n elements `step` apart; NaNs are passed over.
template <class E>
PartOf<E> largest_number(const E* x, std::int64_t n, std::int64_t step) {
  using T = PartOf<E>;
  T most = 0;
  if (step != 1) {
    for (std::int64_t i = 0; i < n; ++i)
      most = larger(most, larger(magnitude(re(x[i * step])), magnitude(im(x[i * step]))));
    return most;
  }
  // As integers, which a compiler vectorises.
  using Bits = std::make_signed_t<BitsOf<T>>;
  constexpr auto infinity = __builtin_bit_cast(Bits, std::numeric_limits<T>::infinity());
  const T* parts = parts_of_elements(x);
  Bits bits = 0;
  for (std::int64_t i = 0; i < n * static_cast<std::int64_t>(sizeof(E) / sizeof(T)); ++i) {
    const Bits one = __builtin_bit_cast(Bits, parts[i]) & static_cast<Bits>(~BitsOf<T>{0} >> 1);
    const Bits number = one > infinity ? 0 : one;
    bits = bits < number ? number : bits;
  }
  return __builtin_bit_cast(T, bits);
}

// The sum of |x|**2 of n elements `step` apart, in four chains.
template <class E>
PartOf<E> sum_of_squares(const E* x, std::int64_t n, std::int64_t step) {
  using T = PartOf<E>;
  T sums[4] = {};
  const auto add = [&](int chain, E one) {
    const T a = re(one), b = im(one);
    sums[chain] += is_complex_element<E> ? a * a + b * b : a * a;
  };
  std::int64_t i = 0;
  for (; i + 4 <= n; i += 4) {
    add(0, x[i * step]);
    add(1, x[(i + 1) * step]);
    add(2, x[(i + 2) * step]);
    add(3, x[(i + 3) * step]);
  }
  for (int chain = 0; i < n; ++i, ++chain) add(chain, x[i * step]);
  return (sums[0] + sums[1]) + (sums[2] + sums[3]);
}

// The norm of n elements `step` apart whose largest number is `most`, scaled by a power of 2 so
// that squares neither overflow nor underflow; in four chains.
template <class E>
PartOf<E> norm_beside(PartOf<E> most, const E* x, std::int64_t n, std::int64_t step) {
  using T = PartOf<E>;
  if (most == 0 || !is_finite(most)) return most;
  const int e = exponent_of(most);
  constexpr int safe = exponent_bias<T> / 2 - 32;  // squares of these, summed, are normal numbers
  if (e <= safe && e >= -safe) return root(sum_of_squares(x, n, step));
  T sums[4] = {};
  for (std::int64_t i = 0; i < n; ++i) {
    const T a = times_power_of_two(re(x[i * step]), -e);
    const T b = times_power_of_two(im(x[i * step]), -e);
    sums[i % 4] += is_complex_element<E> ? a * a + b * b : a * a;
  }
  return times_power_of_two(root((sums[0] + sums[1]) + (sums[2] + sums[3])), e);
}
template <class E>
PartOf<E> norm(const E* x, std::int64_t n, std::int64_t step) {
  return norm_beside(largest_number(x, n, step), x, n, step);
}

// The reflector of n elements `step` apart, which become beta and v(1:). Very small and very large
// ones are scaled by a power of 2 first: v is the same, and 1 / (alpha - beta) neither over- nor
// underflows.
template <class E>
Reflector<E> reflect(E* x, std::int64_t n, std::int64_t step) {
  using T = PartOf<E>;
  constexpr int far = exponent_bias<T> / 2;
  T rest = largest_number(x + step, n - 1, step);
  const T most = larger(rest, largest_number(x, 1, 1));
  int e = 0;
  // The norm has almost the exponent of the largest number: seldom does it need to be known.
  if (most > power_of_two<T>(far - 40) || most < power_of_two<T>(1 - far)) {
    const T size = norm_beside(most, x, n, step);
    e = size > 0 && is_finite(size) ? exponent_of(size) : 0;
  }
  const bool scaled = e > far || e < -far;
  if (scaled) {
    for (std::int64_t i = 0; i < n; ++i) scale_by_power(x[i * step], -e);
    rest = largest_number(x + step, n - 1, step);
  }
  Reflector<E> h = make_reflector(x[0], norm_beside(rest, x + step, n - 1, step));
  if (step == 1) {
    for (std::int64_t i = 1; i < n; ++i) x[i] = multiply(x[i], h.inverse);
  } else {
    for (std::int64_t i = 1; i < n; ++i) x[i * step] = multiply(x[i * step], h.inverse);
  }
  if (scaled) h.beta = times_power_of_two(h.beta, e);
  x[0] = from_real<E>(h.beta);
  return h;
}

// A run of reflectors that start one row below each other.
template <class E>
struct ReflectorBlock {
  Block<E> v;      // rows x width, unit lower trapezoid
  Block<E> t;      // width x width, upper triangle
  Block<E> gram;   // scratch, of the same size
  Block<E> w, w2;  // width x columns, scratch
};

// Room for `width` reflectors at once: panel_width, or as many as there are.
template <class E>
ReflectorBlock<E> take_reflector_block(Arena& arena, std::int64_t rows, std::int64_t columns,
                                       std::int64_t width = panel_width) {
  return {arena.take_matrix<E>(rows, width), arena.take_matrix<E>(width, width),
          arena.take_matrix<E>(width, width), arena.take_matrix<E>(width, columns),
          arena.take_matrix<E>(width, columns)};
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

// c = (I - V T V**H) c, or with T**H: c is rows x columns, zero from row `filled` on.
template <class E>
bool apply_block(const Steps<E>& steps, const ReflectorBlock<E>& block, bool adjoint_of_it,
                 Block<E> c, std::int64_t rows, std::int64_t columns, std::int64_t count,
                 std::int64_t filled) {
  if (columns == 0) return true;
  return steps.multiply(block.w, adjoint(block.v), plain(c), count, columns, filled) &&
         steps.multiply(block.w2, adjoint_of_it ? adjoint(block.t) : plain(block.t), plain(block.w),
                        count, columns, count) &&
         steps.update(c, plain(block.v), plain(block.w2), rows, columns, count);
}
template <class E>
bool apply_block(const Steps<E>& steps, const ReflectorBlock<E>& block, bool adjoint_of_it,
                 Block<E> c, std::int64_t rows, std::int64_t columns, std::int64_t count) {
  return apply_block(steps, block, adjoint_of_it, c, rows, columns, count, rows);
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

// c (rows x columns) = H(0) H(1) ... H(count - 1) c; rows of c from `filled` on, where filled >=
// count, are zero.
template <class E>
bool apply_reflectors(const Steps<E>& steps, const ReflectorBlock<E>& block, Block<E> a,
                      const E* tau, Block<E> c, std::int64_t rows, std::int64_t filled,
                      std::int64_t columns, std::int64_t count) {
  const std::int64_t last = (count + panel_width - 1) / panel_width - 1;
  for (std::int64_t p = last; p >= 0; --p) {
    const std::int64_t j = p * panel_width, width = smaller_extent(panel_width, count - j);
    if (!form_block(steps, block, a.from(j, j), tau + j, rows - j, width)) return false;
    if (!apply_block(steps, block, false, c.from(j, 0), rows - j, columns, width,
                     (p == last ? filled : rows) - j))
      return false;
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

// apply_left to c whose columns lie as rows of `columns` (n x m); scaled_v: room for m.
template <class E>
bool apply_to_columns(const Steps<E>& steps, const E* v, E tau, Block<E> columns, std::int64_t m,
                      std::int64_t n, E* sums, E* scaled_v) {
  if (n == 0 || rough_modulus(tau) == 0) return true;
  const Factor<E> row = {v, 1, 1, is_complex_element<E>};
  if (!steps.multiply({sums, n}, row, {columns.data, 1, columns.row, false}, 1, n, m)) return false;
  for (std::int64_t i = 0; i < m; ++i) scaled_v[i] = multiply(tau, v[i]);
  for (std::int64_t j = 0; j < n; ++j) {
    E* __restrict to = columns.at(j);
    const E sum = sums[j];
    for (std::int64_t i = 0; i < m; ++i) to[i] = subtract(to[i], multiply(scaled_v[i], sum));
  }
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

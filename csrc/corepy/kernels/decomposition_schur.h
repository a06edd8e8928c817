// Upper Hessenberg matrices to Schur form: the double-shift QR iteration of real ones (Francis;
// EISPACK's hqr2), the single-shift one of complex ones.
#pragma once

#include "corepy/kernels/decomposition_block.h"

namespace corepy::COREPY_ISA::decomposition {

inline constexpr int most_schur_iterations = 120;  // of one eigenvalue

// Which elements below the diagonal are taken for zero: those that are small beside their
// neighbours, and those that are a small part of the rounding errors of the whole matrix.
//
// A matrix that had to be balanced is often graded still: its small values are accurate by their
// neighbours' size, not by the norm, and elements beside the diagonal may be far from each other.
// There, Ahues and Tisseur ask for a small product of these too ("A new deflation criterion for
// the QR algorithm", 1997); unless the iteration does not end that way.
template <class E>
class Deflation {
  using T = PartOf<E>;

 public:
  Deflation(Block<E> h, std::int64_t n, bool graded) : h_(h), graded_(graded) {
    for (std::int64_t i = 0; i < n; ++i)
      for (std::int64_t j = i > 0 ? i - 1 : 0; j < n; ++j) norm_ += rough_modulus(h(i, j));
    negligible_ = larger(least_normal<T>, eps / 32 * (norm_ / static_cast<T>(n)));
  }

  // Of h(l, l - 1), at some iteration for a value.
  bool is_small(std::int64_t l, int iteration) const {
    const T size = rough_modulus(h_(l, l - 1));
    T s = rough_modulus(h_(l - 1, l - 1)) + rough_modulus(h_(l, l));
    if (s == 0) s = norm_;
    if (!graded_ || iteration >= patience) return size < eps * s + negligible_;
    return size <= least || (size < eps * s && is_pair_small(l));
  }

 private:
  static constexpr T eps = std::numeric_limits<T>::epsilon();
  static constexpr T least = least_normal<T> / eps;
  static constexpr int patience = 40;

  bool is_pair_small(std::int64_t l) const {
    const T a = rough_modulus(h_(l, l - 1)), b = rough_modulus(h_(l - 1, l));
    const T d = rough_modulus(h_(l, l)), e = rough_modulus(subtract(h_(l - 1, l - 1), h_(l, l)));
    const T high = larger(a, b), low = a < b ? a : b;
    const T far = larger(d, e), near = d < e ? d : e;
    const T s = high + far;
    return low * (high / s) <= larger(least, eps * (near * (far / s)));
  }

  Block<E> h_;
  T norm_ = 0, negligible_ = 0;
  bool graded_;
};

// H = Z T Z**T with T quasi-triangular: 2 x 2 blocks on the diagonal are complex pairs. Z's columns
// are turned along; they are kept as rows, `zt`.
template <class T>
class RealSchur {
 public:
  RealSchur(const Steps<T>& steps, Block<T> h, Block<T> zt, std::int64_t n, bool wants_vectors,
            bool graded)
      : steps_(steps), h_(h), zt_(zt), size_(n), wants_vectors_(wants_vectors), graded_(graded) {}

  // values: (re, im) of each. How many were found; -1: stopped.
  std::int64_t run(Complex<T>* values) {
    const Deflation<T> deflation(h_, size_, graded_);
    std::int64_t n = size_ - 1;
    int iteration = 0;
    while (n >= 0) {
      std::int64_t l = n;
      while (l > 0 && !deflation.is_small(l, iteration)) --l;
      if (l == n) {
        h_(n, n) += shift_;
        if (n > 0) h_(n, n - 1) = 0;
        values[n] = {h_(n, n), 0};
        --n;
        iteration = 0;
      } else if (l == n - 1) {
        if (l > 0) h_(l, l - 1) = 0;
        split_pair(n, values);
        n -= 2;
        iteration = 0;
      } else {
        if (iteration == most_schur_iterations) return size_ - 1 - n;
        choose_shift(n, iteration++);
        sweep(l, n);
        if (!steps_.proceed(40 * (n - l) * size_)) return -1;
      }
    }
    return size_;
  }

 private:
  static constexpr T eps = std::numeric_limits<T>::epsilon();

  // Rows i and i + 1 of H from column `from` on, columns of H and Z, by [q p; -p q].
  void turn_pair(std::int64_t i, T q, T p) {
    for (std::int64_t j = i; j < size_; ++j) {
      const T z = h_(i, j);
      h_(i, j) = q * z + p * h_(i + 1, j);
      h_(i + 1, j) = q * h_(i + 1, j) - p * z;
    }
    for (std::int64_t r = 0; r <= i + 1; ++r) {
      const T z = h_(r, i);
      h_(r, i) = q * z + rounded_product(p, h_(r, i + 1));
      h_(r, i + 1) = q * h_(r, i + 1) - rounded_product(p, z);
    }
    if (!wants_vectors_) return;
    T* __restrict x = zt_.at(i), * __restrict y = zt_.at(i + 1);
    for (std::int64_t j = 0; j < size_; ++j) {
      const T z = x[j];
      x[j] = q * z + p * y[j];
      y[j] = q * y[j] - p * z;
    }
  }

  void split_pair(std::int64_t n, Complex<T>* values) {
    const T w = h_(n, n - 1) * h_(n - 1, n);
    T p = (h_(n - 1, n - 1) - h_(n, n)) / 2;
    T q = p * p + w;
    T z = root(magnitude(q));
    h_(n, n) += shift_;
    h_(n - 1, n - 1) += shift_;
    const T x = h_(n, n);
    if (q < 0) {
      values[n - 1] = {x + p, z};
      values[n] = {x + p, -z};
      return;
    }
    z = p >= 0 ? p + z : p - z;
    values[n - 1] = {x + z, 0};
    values[n] = {z != 0 ? x - w / z : x + z, 0};
    const T below = h_(n, n - 1);
    const T s = magnitude(below) + magnitude(z);
    p = below / s;
    q = z / s;
    const T r = root(p * p + q * q);
    turn_pair(n - 1, q / r, p / r);
    h_(n, n - 1) = 0;
    h_(n - 1, n - 1) = values[n - 1].re;
    h_(n, n) = values[n].re;
  }

  void choose_shift(std::int64_t n, int iteration) {
    x_ = h_(n, n);
    y_ = h_(n - 1, n - 1);
    w_ = h_(n, n - 1) * h_(n - 1, n);
    if (iteration % 20 ==
        10) {  // Wilkinson's exceptional shift, where the usual ones go in circles
      shift_all(n, x_);
      const T s = magnitude(h_(n, n - 1)) + (n > 1 ? magnitude(h_(n - 1, n - 2)) : T(0));
      x_ = y_ = T(0.75) * s;
      w_ = T(-0.4375) * s * s;
    }
  }
  void shift_all(std::int64_t n, T x) {
    shift_ += x;
    for (std::int64_t i = 0; i <= n; ++i) h_(i, i) -= x;
  }

  // One double step on rows and columns l..n.
  void sweep(std::int64_t l, std::int64_t n) {
    T p = 0, q = 0, r = 0;
    std::int64_t m = n - 2;
    for (; m >= l; --m) {
      const T z = h_(m, m);
      const T a = x_ - z, b = y_ - z;
      p = (a * b - w_) / h_(m + 1, m) + h_(m, m + 1);
      q = h_(m + 1, m + 1) - z - a - b;
      r = h_(m + 2, m + 1);
      const T s = magnitude(p) + magnitude(q) + magnitude(r);
      p /= s, q /= s, r /= s;
      if (m == l) break;
      const T around = magnitude(h_(m - 1, m - 1)) + magnitude(z) + magnitude(h_(m + 1, m + 1));
      if (magnitude(h_(m, m - 1)) * (magnitude(q) + magnitude(r)) < eps * (magnitude(p) * around))
        break;
    }
    for (std::int64_t i = m + 2; i <= n; ++i) {
      h_(i, i - 2) = 0;
      if (i > m + 2) h_(i, i - 3) = 0;
    }
    for (std::int64_t k = m; k < n; ++k) {
      const bool three = k != n - 1;
      T size = 1;
      if (k != m) {
        p = h_(k, k - 1);
        q = h_(k + 1, k - 1);
        r = three ? h_(k + 2, k - 1) : T(0);
        size = magnitude(p) + magnitude(q) + magnitude(r);
        if (size == 0) continue;
        p /= size, q /= size, r /= size;
      }
      T s = root(p * p + q * q + r * r);
      if (p < 0) s = -s;
      if (s == 0) continue;
      if (k != m) {
        h_(k, k - 1) = -s * size;
      } else if (l != m) {
        h_(k, k - 1) = -h_(k, k - 1);
      }
      p += s;
      reflect_three(k, n, three, p / s, q / s, r / s, q / p, r / p);
    }
  }
  void reflect_three(std::int64_t k, std::int64_t n, bool three, T x, T y, T z, T q, T r) {
    T* __restrict a = h_.at(k), * __restrict b = h_.at(k + 1);
    T* __restrict c = three ? h_.at(k + 2) : nullptr;
    rotate_rows(a, b, c, k, x, y, z, q, r);
    const std::int64_t rows = smaller_extent(n, k + 3);
    for (std::int64_t i = 0; i <= rows; ++i) {
      T* row = h_.at(i, k);
      T t = x * row[0] + y * row[1];
      if (three) {
        t += z * row[2];
        row[2] -= t * r;
      }
      row[0] -= t;
      row[1] -= t * q;
    }
    if (wants_vectors_)
      turn_rows(zt_.at(k), zt_.at(k + 1), three ? zt_.at(k + 2) : nullptr, x, y, z, q, r);
  }
  void rotate_rows(T* __restrict a, T* __restrict b, T* __restrict c, std::int64_t from, T x, T y,
                   T z, T q, T r) {
    if (c != nullptr) {
      for (std::int64_t j = from; j < size_; ++j) {
        const T t = (a[j] + q * b[j]) + r * c[j];
        c[j] -= t * z;
        a[j] -= t * x;
        b[j] -= t * y;
      }
    } else {
      for (std::int64_t j = from; j < size_; ++j) {
        const T t = a[j] + q * b[j];
        a[j] -= t * x;
        b[j] -= t * y;
      }
    }
  }
  void turn_rows(T* __restrict a, T* __restrict b, T* __restrict c, T x, T y, T z, T q, T r) {
    if (c != nullptr) {
      for (std::int64_t j = 0; j < size_; ++j) {
        const T t = (x * a[j] + y * b[j]) + z * c[j];
        c[j] -= t * r;
        a[j] -= t;
        b[j] -= t * q;
      }
    } else {
      for (std::int64_t j = 0; j < size_; ++j) {
        const T t = x * a[j] + y * b[j];
        a[j] -= t;
        b[j] -= t * q;
      }
    }
  }

  const Steps<T>& steps_;
  Block<T> h_, zt_;
  std::int64_t size_;
  bool wants_vectors_, graded_;
  T shift_ = 0, x_ = 0, y_ = 0, w_ = 0;
};

// The principal square root of a complex number.
template <class T>
Complex<T> complex_root(Complex<T> z) {
  const T size = modulus(z);
  if (size == 0) return {0, 0};
  const T a = root((size + magnitude(z.re)) / 2), b = z.im / (2 * a);
  if (z.re >= 0) return {a, b};
  return {magnitude(b), z.im < 0 ? -a : a};
}

// H = Z T Z**H with T triangular; `zt` holds Z's columns as rows.
template <class T>
class ComplexSchur {
  using C = Complex<T>;

 public:
  ComplexSchur(const Steps<C>& steps, Block<C> h, Block<C> zt, std::int64_t n, bool wants_vectors,
               bool graded)
      : steps_(steps), h_(h), zt_(zt), size_(n), wants_vectors_(wants_vectors), graded_(graded) {}

  std::int64_t run(C* values) {
    const Deflation<C> deflation(h_, size_, graded_);
    std::int64_t n = size_ - 1;
    int iteration = 0;
    while (n >= 0) {
      std::int64_t l = n;
      while (l > 0 && !deflation.is_small(l, iteration)) --l;
      if (l > 0) h_(l, l - 1) = {0, 0};
      if (l == n) {
        values[n] = h_(n, n);
        --n;
        iteration = 0;
        continue;
      }
      if (iteration == most_schur_iterations) return size_ - 1 - n;
      sweep(l, n, find_shift(n, iteration++));
      if (!steps_.proceed(60 * (n - l) * size_)) return -1;
    }
    return size_;
  }

 private:
  static constexpr T eps = std::numeric_limits<T>::epsilon();

  // The eigenvalue of the last 2 x 2 block that is nearer to its last element.
  C find_shift(std::int64_t n, int iteration) const {
    if (iteration % 20 == 10)
      return {rough_modulus(h_(n, n - 1)) + (n > 1 ? rough_modulus(h_(n - 1, n - 2)) : T(0)), 0};
    const C a = h_(n - 1, n - 1), d = h_(n, n);
    const C half = scale(subtract(a, d), T(0.5));
    const C product = multiply(h_(n - 1, n), h_(n, n - 1));
    C s = complex_root(add(multiply(half, half), product));
    if (half.re * s.re + half.im * s.im < 0) s = negate(s);
    const C divisor = add(half, s);
    if (rough_modulus(divisor) == 0) return d;
    return subtract(d, divide(product, divisor));
  }

  void sweep(std::int64_t l, std::int64_t n, C shift) {
    C f = subtract(h_(l, l), shift), g = h_(l + 1, l);
    for (std::int64_t k = l; k < n; ++k) {
      if (k > l) f = h_(k, k - 1), g = h_(k + 1, k - 1);
      // [c s; -conj(s) c] (f; g) = (r; 0), c real
      const T fs = modulus(f), gs = modulus(g), length = hypotenuse(fs, gs);
      if (length == 0) continue;
      const C phase = fs == 0 ? C{1, 0} : C{f.re / fs, f.im / fs};
      const T c = fs / length;
      const C s = multiply(phase, scale(conj(g), 1 / length));
      turn(k, l, n, c, s);
      if (k > l) h_(k + 1, k - 1) = {0, 0};
    }
  }
  void turn(std::int64_t k, std::int64_t l, std::int64_t n, T c, C s) {
    const C back = conj(s);
    C* __restrict x = h_.at(k), * __restrict y = h_.at(k + 1);
    for (std::int64_t j = k > l ? k - 1 : k; j < size_; ++j) {
      const C a = x[j], b = y[j];
      x[j] = add(scale(a, c), multiply(s, b));
      y[j] = subtract(scale(b, c), multiply(back, a));
    }
    const std::int64_t rows = smaller_extent(n, k + 2);
    for (std::int64_t i = 0; i <= rows; ++i) {
      C* row = h_.at(i, k);
      const C a = row[0], b = row[1];
      row[0] = add(scale(a, c), multiply(back, b));
      row[1] = subtract(scale(b, c), multiply(s, a));
    }
    if (!wants_vectors_) return;
    C* __restrict p = zt_.at(k), * __restrict q = zt_.at(k + 1);
    for (std::int64_t j = 0; j < size_; ++j) {
      const C a = p[j], b = q[j];
      p[j] = add(scale(a, c), multiply(back, b));
      q[j] = subtract(scale(b, c), multiply(s, a));
    }
  }

  const Steps<C>& steps_;
  Block<C> h_, zt_;
  std::int64_t size_;
  bool wants_vectors_, graded_;
};

}  // namespace corepy::COREPY_ISA::decomposition

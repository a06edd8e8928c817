// The eigenvalues of a diagonal matrix plus one of rank 1 (Bunch, Nielsen and Sorensen, Numer.
// Math. 31 (1978)). A root is kept as its distance from the nearer pole (Gu and Eisenstat, SIAM J.
// Matrix Anal. Appl. 16 (1995)) and found by rational interpolation (Li, LAPACK Working Note 89
// (1993)) within a bracket.
#pragma once

#include "corepy/kernels/decomposition_block.h"
#include "corepy/kernels/decomposition_chains.h"
#include "corepy/vec/arithmetic.h"

namespace corepy::COREPY_ISA::decomposition {

// f(x) = 1 / rho + sum z(j)**2 / (d(j) - x) with d ascending strictly, rho > 0 and no z(j) zero:
// between two poles f ascends. Root i is the one after d(i).
template <class T>
class SecularEquation {
  using V = Vec<T>;
  static constexpr T eps = std::numeric_limits<T>::epsilon() / 2;
  static constexpr int most_iterations = 100;

 public:
  SecularEquation(const T* d, const T* z, std::int64_t count, T rho)
      : d_(d), z_(z), count_(count), rho_(rho), constant_(1 / rho) {
    for (std::int64_t j = 0; j < count; ++j) weight_ += z[j] * z[j];
  }

  // Root i; gaps[j] becomes d(j) - root, which is not zero.
  T solve(std::int64_t i, T* gaps) const {
    if (count_ == 1) {
      gaps[0] = -(rho_ * z_[0] * z_[0]);
      return d_[0] - gaps[0];
    }
    const bool is_last = i == count_ - 1;
    const std::int64_t left = is_last ? i - 1 : i;
    Search at = is_last ? start_last() : start_between(i, gaps);
    T before = 0;
    for (int iteration = 0; iteration < most_iterations; ++iteration) {
      const Value f = evaluate(left + 1, d_[at.origin], at.shift, gaps);
      if (magnitude(f.value) <= eps * f.error) break;
      (f.value < 0 ? at.low : at.high) = at.shift;
      if (iteration > 0 && magnitude(f.value) > magnitude(before) / 10)
        at.middle_way = is_last || !at.middle_way;
      before = f.value;
      T next = at.shift + find_step(f, at, left, is_last, gaps);
      if (!(next > at.low && next < at.high)) next = between(at.low, at.high);
      if (next == at.shift || !(next > at.low && next < at.high)) break;
      at.shift = next;
    }
    return d_[at.origin] + at.shift;
  }

 private:
  // A root is d(origin) + shift, low < shift < high.
  struct Search {
    std::int64_t origin;
    T shift, low, high;
    bool middle_way;
  };
  // f, the sums and slopes over the poles before and from `split` on, and how many roundings of 1
  // the value may be off by.
  struct Value {
    T value, before, after, slope_before, slope_after, error;
  };
  struct Sums {
    T value, slope;
  };

  Value evaluate(std::int64_t split, T origin, T shift, T* gaps) const {
    const Sums before = sum(0, split, origin, shift, gaps);
    const Sums after = sum(split, count_, origin, shift, gaps);
    const T error = 8 * (magnitude(before.value) + magnitude(after.value)) + 2 * constant_ +
                    magnitude(shift) * (before.slope + after.slope);
    return {constant_ + (before.value + after.value),
            before.value,
            after.value,
            before.slope,
            after.slope,
            error};
  }
  Sums sum(std::int64_t begin, std::int64_t end, T origin, T shift, T* gaps) const {
    constexpr int vectors = chain_vectors<T>;
    const V from(origin), by(shift);
    V values[vectors], slopes[vectors];
    for (int k = 0; k < vectors; ++k) values[k] = slopes[k] = V(T(0));
    std::int64_t j = begin;
    for (; j + chain_count<T> <= end; j += chain_count<T>) {
#pragma GCC unroll 4
      for (int k = 0; k < vectors; ++k) {
        const std::int64_t at = j + k * lanes<T>;
        const V gap = (vec::load(d_ + at) - from) - by, z = vec::load(z_ + at);
        const V ratio = vec::divide<T>(z, gap);
        vec::store(gaps + at, gap);
        values[k] = values[k] + z * ratio;
        slopes[k] = slopes[k] + ratio * ratio;
      }
    }
    Sums rest = {0, 0};
    for (; j < end; ++j) {
      gaps[j] = (d_[j] - origin) - shift;
      const T ratio = z_[j] / gaps[j];
      rest.value += z_[j] * ratio;
      rest.slope += ratio * ratio;
    }
    return {fold_chains<T>(values) + rest.value, fold_chains<T>(slopes) + rest.slope};
  }

  // The half of the interval that has the root, and the root of the two nearest poles' terms, the
  // others being what they are in the middle.
  Search start_between(std::int64_t i, T* gaps) const {
    const T gap = d_[i + 1] - d_[i], middle = gap / 2;
    const Value f = evaluate(i + 1, d_[i], middle, gaps);
    const T one = z_[i] * z_[i], next = z_[i + 1] * z_[i + 1];
    const T c = f.value - one / gaps[i] - next / gaps[i + 1];
    // Beyond the middle, where the root may be; before what the nearer pole alone would keep it to.
    const T far = middle * T(1.0625);
    Search at;
    if (f.value >= 0) {
      const T near = one / (constant_ + f.after) / 2;
      at = {i, solve_quadratic(c, c * gap + one + next, one * gap, false), near, far, false};
    } else {
      const T near = next / f.before / 2;
      at = {i + 1, solve_quadratic(c, one + next - c * gap, -(next * gap), false), -far, near,
            false};
    }
    if (!(at.shift > at.low && at.shift < at.high)) at.shift = between(at.low, at.high);
    return at;
  }
  Search start_last() const {
    const std::int64_t last = count_ - 1;
    const T high = rho_ * weight_;
    return {last, high / 2, rho_ * z_[last] * z_[last] / 4, high * T(1.0625), true};
  }

  // c x**2 - a x + b = 0: the root of least modulus or, behind both poles, the larger one.
  static T solve_quadratic(T c, T a, T b, bool larger_one) {
    const T length = root(larger(a * a - 4 * b * c, T(0)));
    if (larger_one) return a >= 0 ? (a + length) / (2 * c) : 2 * b / (a - length);
    return a <= 0 ? (a - length) / (2 * c) : 2 * b / (a + length);
  }
  // To the root of c + s / (p - x) + t / (q - x), which has the value and slope of f; p and q are
  // the poles next to the root. The middle way has the slopes of both sides' sums also; else the
  // nearer pole has its own weight.
  T find_step(const Value& f, const Search& at, std::int64_t left, bool is_last,
              const T* gaps) const {
    const T p = gaps[left], q = gaps[left + 1], slope = f.slope_before + f.slope_after;
    T c;
    if (at.middle_way) {
      c = f.value - p * f.slope_before - q * f.slope_after;
    } else if (at.origin == left) {
      const T ratio = z_[left] / p;
      c = f.value - q * slope + ratio * ratio * (q - p);
    } else {
      const T ratio = z_[left + 1] / q;
      c = f.value - p * slope - ratio * ratio * (q - p);
    }
    const T step = solve_quadratic(c, (p + q) * f.value - p * q * slope, p * q * f.value, is_last);
    return f.value * step < 0 ? step : -f.value / slope;
  }
  // Where a step leaves the bracket.
  static T between(T low, T high) {
    if (low > 0 && high > 4 * low) return root(low) * root(high);
    if (high < 0 && low < 4 * high) return -(root(-low) * root(-high));
    return low + (high - low) / 2;
  }

  const T *d_, *z_;
  std::int64_t count_;
  T rho_, constant_, weight_ = 0;
};

// The vector z whose matrix diag(d) + rho z z**T has exactly the roots that were found, up to a
// factor (Loewner's formula): so vectors made of it are orthogonal. `gaps`: row i has d(j) - root
// i. The signs are those of the z that was given.
template <class T>
void recompute_weights(const T* d, Block<T> gaps, std::int64_t count, T* z, T* products) {
  for (std::int64_t j = 0; j < count; ++j) products[j] = 1;
  for (std::int64_t i = 0; i < count; ++i) {
    const T* __restrict row = gaps.at(i);
    T* __restrict to = products;
    const T own = to[i], pole = d[i];
    for (std::int64_t j = 0; j < i; ++j) to[j] *= row[j] / (d[j] - pole);
    to[i] = own * row[i];
    for (std::int64_t j = i + 1; j < count; ++j) to[j] *= row[j] / (d[j] - pole);
  }
  for (std::int64_t j = 0; j < count; ++j) z[j] = with_sign(root(-products[j]), z[j]);
}

// ratios = z / gaps, and the norm of that.
template <class T>
T divide_weights(const T* z, const T* gaps, T* ratios, std::int64_t count) {
  constexpr int vectors = chain_vectors<T>;
  Vec<T> squares[vectors];
  for (int k = 0; k < vectors; ++k) squares[k] = Vec<T>(T(0));
  std::int64_t j = 0;
  for (; j + chain_count<T> <= count; j += chain_count<T>) {
#pragma GCC unroll 4
    for (int k = 0; k < vectors; ++k) {
      const std::int64_t at = j + k * lanes<T>;
      const Vec<T> ratio = vec::divide<T>(vec::load(z + at), vec::load(gaps + at));
      vec::store(ratios + at, ratio);
      squares[k] = squares[k] + ratio * ratio;
    }
  }
  T rest = 0;
  for (; j < count; ++j) {
    ratios[j] = z[j] / gaps[j];
    rest += ratios[j] * ratios[j];
  }
  return root(fold_chains<T>(squares) + rest);
}

}  // namespace corepy::COREPY_ISA::decomposition

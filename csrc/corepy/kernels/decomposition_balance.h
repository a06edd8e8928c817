// Balancing of any square matrix before its eigenvalues are sought: a permutation that isolates
// eigenvalues, then a similarity by powers of two that brings the norms of each row and its column
// together; and the way back for eigenvectors.
#pragma once

#include "corepy/kernels/decomposition_reflectors.h"

namespace corepy::COREPY_ISA::decomposition {

// Parlett and Reinsch, "Balancing a matrix for calculation of eigenvalues and eigenvectors" (1969),
// with 2-norms that include the diagonal, and that ask for a gain of 5 %, after James, Langou and
// Lowery, "On matrix balancing and eigenvector computation" (2014): norms without the diagonal
// scale matrices that are nearly triangular until their eigenvalues are lost.
//
// Isolated eigenvalues are diagonal elements, the matrix block triangular. Scaling takes all of it:
// the blocks beside the diagonal only shrink.
constexpr std::int64_t most_balancing_sweeps(std::int64_t n) {
  return 200 + 2 * n;  // long chains of unequal pairs take n or so, all else a few
}

template <class E>
class Balance {
  using T = PartOf<E>;

 public:
  // exponents, partners: room for n each, which stays in use.
  Balance(Block<E> a, std::int64_t n, int* exponents, std::int64_t* partners)
      : a_(a), size_(n), exponents_(exponents), partners_(partners) {
    for (std::int64_t i = 0; i < n; ++i) exponents_[i] = 0, partners_[i] = i;
  }

  // Scales A by a power of two: false where it is not finite. What is subnormal is scaled up, what
  // is very large is scaled down by what norms need, and no more: that would round elements far
  // below the largest to zero, though balancing might bring them up to it.
  bool prepare() {
    const T most = largest_part(a_, size_, size_);
    if (!is_finite(most)) return false;
    if (most == 0) return true;
    const int e = exponent_of(most);
    moved_ = e < 0 ? e : larger(e - highest_exponent(), 0);
    scale_all(a_, size_, size_, -moved_);
    return true;
  }

  // The original A = 2**exponent P D B D**-1 P**T; B is left in A's place, its largest part in
  // [1, 2). Where nothing is permuted and no scaling gains, it is A. False: stopped.
  bool run(const Steps<E>& steps, int& exponent) {
    isolate();
    if (!equilibrate(steps)) return false;
    scale_to_one(a_, size_, size_, exponent);
    exponent += moved_;
    return true;
  }

  // Whether B is more than A, scaled as a whole.
  bool has_changed() const { return has_changed_; }

  // Eigenvectors of B, as columns, become those of A. Each is scaled so that its largest part is
  // near 1, whatever D: small parts may underflow, large ones not overflow.
  void undo(Block<Complex<T>> x) const {
    if (!has_changed_) return;
    for (std::int64_t j = 0; j < size_; ++j) multiply_by_scale(x, j);
    for (std::int64_t i = low_ - 1; i >= 0; --i) exchange_rows(x, i, partners_[i]);
    for (std::int64_t i = low_; i < size_; ++i) exchange_rows(x, i, partners_[i]);
  }

 private:
  // All elements together are less than 2**(e + 1.5) n, where 2**e is the largest part's power, and
  // scaling lets none of that grow: so below this e, norms are finite.
  int highest_exponent() const {
    int margin = 3;
    for (std::int64_t n = size_; n > 1; n /= 2) ++margin;
    return exponent_bias<T> - margin;
  }

  // Rows that are zero but for the diagonal go last, then such columns first.
  void isolate() {
    std::int64_t high = size_;
    for (std::int64_t i = high - 1; i >= 0; --i) {
      if (!is_isolated(a_.at(i), 1, i, high)) continue;
      exchange(i, --high);
      i = high;
    }
    for (std::int64_t j = low_; j < high; ++j) {
      if (!is_isolated(a_.at(0, j), a_.row, j, high)) continue;
      exchange(j, low_++);
      j = low_ - 1;
    }
  }
  bool is_isolated(const E* x, std::int64_t step, std::int64_t i, std::int64_t high) const {
    for (std::int64_t j = low_; j < high; ++j)
      if (j != i && rough_modulus(x[j * step]) != 0) return false;
    return true;
  }
  void exchange(std::int64_t i, std::int64_t place) {
    partners_[place] = i;
    if (i == place) return;
    has_changed_ = true;
    exchange_rows(a_, i, place);
    for (std::int64_t r = 0; r < size_; ++r) {
      const E x = a_(r, i);
      a_(r, i) = a_(r, place);
      a_(r, place) = x;
    }
  }
  template <class X>
  void exchange_rows(Block<X> x, std::int64_t i, std::int64_t k) const {
    if (i == k) return;
    for (std::int64_t j = 0; j < size_; ++j) {
      const X y = x(i, j);
      x(i, j) = x(k, j);
      x(k, j) = y;
    }
  }

  bool equilibrate(const Steps<E>& steps) {
    bool again = size_ > 1;
    for (std::int64_t sweep = 0; again && sweep < most_balancing_sweeps(size_); ++sweep) {
      again = false;
      for (std::int64_t i = 0; i < size_; ++i) {
        const int e = find_exponent(measure(a_.at(0, i), a_.row), measure(a_.at(i), 1));
        if (e == 0) continue;
        scale(i, e);
        again = has_changed_ = true;
      }
      if (!steps.proceed(4 * size_ * size_)) return false;
    }
    return true;
  }

  // The norm, in one pass where the squares are in range.
  T measure(const E* x, std::int64_t step) const {
    T sums[4] = {};
    for (std::int64_t i = 0; i < size_; ++i) {
      const T a = re(x[i * step]), b = im(x[i * step]);
      sums[i % 4] += is_complex_element<E> ? a * a + b * b : a * a;
    }
    const T sum = (sums[0] + sums[1]) + (sums[2] + sums[3]);
    const T low = power_of_two<T>(-exponent_bias<T> / 2);
    return sum > low && sum <= largest_finite<T> ? root(sum) : norm(x, size_, step);
  }

  // The e that brings `column` 2**e and `row` 2**-e nearest; 0 where that is no gain.
  static int find_exponent(T column, T row) {
    if (column == 0 || row == 0) return 0;
    const int c = exponent_of(column), r = exponent_of(row);
    const T fraction = times_power_of_two(row, -r) / times_power_of_two(column, -c);
    const int below = r - c + exponent_of(fraction);  // 2**below <= row / column < 2**(below + 1)
    int e = (below + 1) >> 1;
    // What shrinks stays so large that what underflows in it is below its rounding errors.
    constexpr int lowest = 1 - exponent_bias<T> + fraction_bits<T>;
    const int room = (e > 0 ? r : c) - lowest;
    if (room <= 0) return 0;
    if (e > room) e = room;
    if (e < -room) e = -room;
    const T ratio = times_power_of_two(fraction, r - c - 2 * e);  // of the norms afterwards
    const T before = times_power_of_two(T(1), -e) + times_power_of_two(ratio, e);
    return 1 + ratio < T(0.95) * before ? e : 0;
  }
  void scale(std::int64_t i, int e) {
    exponents_[i] += e;
    for (std::int64_t j = 0; j < size_; ++j) {
      if (j == i) continue;  // a diagonal element stays
      scale_by_power(a_(j, i), e);
      scale_by_power(a_(i, j), -e);
    }
  }

  void multiply_by_scale(Block<Complex<T>> x, std::int64_t j) const {
    constexpr int none = -(1 << 30), least = -4 * exponent_bias<T>;
    int highest = none;
    for (std::int64_t i = 0; i < size_; ++i) {
      const T size = larger(magnitude(x(i, j).re), magnitude(x(i, j).im));
      if (size > 0) highest = larger(highest, exponent_of(size) + exponents_[i]);
    }
    if (highest == none) return;
    for (std::int64_t i = 0; i < size_; ++i)
      scale_by_power(x(i, j), larger(least, exponents_[i] - highest));
  }

  Block<E> a_;
  std::int64_t size_, low_ = 0;
  int* exponents_;
  std::int64_t* partners_;
  int moved_ = 0;
  bool has_changed_ = false;
};

}  // namespace corepy::COREPY_ISA::decomposition

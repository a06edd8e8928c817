// The implicit QR iteration for the singular values of a real bidiagonal matrix (Golub and Reinsch,
// Numer. Math. 14 (1970), in the form of LINPACK's svdc).
#pragma once

#include "corepy/kernels/decomposition_rotations.h"

namespace corepy::COREPY_ISA::decomposition {

// The iteration on a real upper bidiagonal matrix.
template <class E>
class BidiagonalIteration {
  using T = PartOf<E>;
  static constexpr T eps = std::numeric_limits<T>::epsilon() / 2;
  static constexpr T tiny = least_normal<T>;
  static constexpr T near_zero = T(1) / (std::int64_t{1} << 40);

 public:
  static constexpr std::int64_t stopped = -1;

  BidiagonalIteration(const Steps<E>& steps, T* s, T* e, std::int64_t n, RotatedColumns<T>& left,
                      RotatedColumns<T>& right)
      : steps_(steps), s_(s), e_(e), p_(n), left_(left), right_(right) {
    T norm = 0;
    for (std::int64_t i = 0; i < n; ++i) norm = larger(norm, magnitude(s[i]) + magnitude(e[i]));
    negligible_ = larger(tiny, eps / 16 * norm);
  }

  // How many values are still to be found, 0 at the end; or `stopped`.
  std::int64_t run() {
    // Of all values together, and many more than they take: where a matrix is graded so that shifts
    // are lost beside its large elements, the first value waits long, and the others with it.
    std::int64_t rotations = p_ * (90 + 12 * p_);
    while (p_ > 0) {
      std::int64_t k = p_ - 2;
      for (; k >= 0; --k) {
        if (magnitude(e_[k]) <= negligible_ + eps * (magnitude(s_[k]) + magnitude(s_[k + 1]))) {
          e_[k] = 0;
          break;
        }
      }
      if (k == p_ - 2) {
        --p_;
        continue;
      }
      rotations -= p_ - k;
      if (rotations < 0) return p_;
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
  // The rotation that turns (f, g) to (r, 0). Each waits for the one before it: where squares
  // neither over- nor underflow in a way that counts, the root and the quotient beside it are found
  // at the same time, and what the next rotation waits for (along, across) does not wait for c and
  // s.
  struct Turn {
    T f, g, r, c, s, inverse;
    bool is_near;

    Turn(T f_in, T g_in) : f(f_in), g(g_in) {
      const T high = larger(magnitude(f), magnitude(g));
      is_near = high > near_zero && high < 1 / near_zero;
      if (is_near) {
        const T square = f * f + g * g;
        r = root(square);
        inverse = r * (1 / square);
      } else {
        r = hypotenuse(f, g);
        inverse = 0;
      }
      // Opaque: as one division of a vector, which is taken apart again, they come later.
      c = opaque(r == 0 ? T(1) : f / r);
      s = opaque(r == 0 ? T(0) : g / r);
    }
    T along(T x, T y) const { return is_near ? (f * x + g * y) * inverse : c * x + s * y; }
    T across(T y) const { return is_near ? (g * y) * inverse : s * y; }
  };
  // The last value is zero: its superdiagonal element goes by rotations of columns.
  void chase_up(std::int64_t k) {
    T f = e_[p_ - 2];
    e_[p_ - 2] = 0;
    for (std::int64_t j = p_ - 2; j >= k; --j) {
      const Turn turn(s_[j], f);
      s_[j] = turn.r;
      if (j > k) {
        f = -turn.across(e_[j - 1]);
        e_[j - 1] *= turn.c;
      }
      right_.rotate(j, p_ - 1, turn.c, turn.s);
    }
  }
  // Value k is zero: its superdiagonal element goes by rotations of rows.
  void chase_down(std::int64_t k) {
    T f = e_[k];
    e_[k] = 0;
    for (std::int64_t j = k + 1; j < p_; ++j) {
      const Turn turn(s_[j], f);
      s_[j] = turn.r;
      f = -turn.across(e_[j]);
      e_[j] *= turn.c;
      left_.rotate(j, k, turn.c, turn.s);
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
    T f = (sk + sp) * (sk - sp) + shift, g = sk * ek;
    for (std::int64_t j = k; j < last; ++j) {
      const Turn right(f, g);
      if (j > k) e_[j - 1] = right.r;
      f = right.along(s_[j], e_[j]);
      g = right.across(s_[j + 1]);
      e_[j] = right.c * e_[j] - right.s * s_[j];
      s_[j + 1] *= right.c;
      right_.rotate(j, j + 1, right.c, right.s);
      const Turn left(f, g);
      s_[j] = left.r;
      f = left.along(e_[j], s_[j + 1]);
      g = left.across(e_[j + 1]);
      s_[j + 1] = left.c * s_[j + 1] - left.s * e_[j];
      e_[j + 1] *= left.c;
      left_.rotate(j, j + 1, left.c, left.s);
    }
    e_[last - 1] = f;
  }

  const Steps<E>& steps_;
  T *s_, *e_;
  // Beside the norm, whatever the neighbours: those of a matrix of low rank are roundings too.
  T negligible_;
  std::int64_t p_;
  RotatedColumns<T>&left_, &right_;
};

}  // namespace corepy::COREPY_ISA::decomposition

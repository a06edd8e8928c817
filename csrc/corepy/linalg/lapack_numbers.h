// What is computed beside LAPACK's own: signs and phases, determinants from their factors. Results
// of policy BLAS promise no bits, so the C library's functions are used here.
#pragma once

#include <algorithm>
#include <cmath>
#include <complex>
#include <cstdint>
#include <type_traits>

#include "corepy/core/dtype.h"

namespace corepy {

template <class E>
E conjugate(E x) {
  if constexpr (is_complex_element<E>) x.im = -x.im;
  return x;
}
template <class E>
E multiply(E x, E y) {
  if constexpr (is_complex_element<E>) {
    return {x.re * y.re - x.im * y.im, x.re * y.im + x.im * y.re};
  } else {
    return x * y;
  }
}
template <class E>
PartOf<E> modulus(E x) {
  if constexpr (is_complex_element<E>) {
    return std::hypot(x.re, x.im);
  } else {
    return std::abs(x);
  }
}
template <class E>
E from_real(PartOf<E> x) {
  if constexpr (is_complex_element<E>) {
    return {x, 0};
  } else {
    return x;
  }
}
// What makes x real and positive as a factor; 1 for 0.
template <class E>
E phase_to_real(E x) {
  if constexpr (is_complex_element<E>) {
    const PartOf<E> size = modulus(x);
    return size == 0 ? from_real<E>(1) : E{x.re / size, -x.im / size};
  } else {
    return x < 0 ? E{-1} : E{1};
  }
}
template <class E>
bool is_finite(E x) {
  if constexpr (is_complex_element<E>) {
    return std::isfinite(x.re) && std::isfinite(x.im);
  } else {
    return std::isfinite(x);
  }
}

// A number of float64 parts times a power of 2, so that no product of such overflows or underflows.
template <class E>
class Scaled {
 public:
  using Wide = std::conditional_t<is_complex_element<E>, std::complex<double>, double>;
  explicit Scaled(Wide x) : mantissa_(x) { normalize(); }
  void multiply_by(const Scaled& other) {
    mantissa_ *= other.mantissa_;
    exponent_ += other.exponent_;
    normalize();
  }
  void negate() { mantissa_ = -mantissa_; }
  E value() const {
    const int e = static_cast<int>(std::clamp<std::int64_t>(exponent_, -5000, 5000));
    if constexpr (is_complex_element<E>) {
      return {static_cast<PartOf<E>>(std::ldexp(mantissa_.real(), e)),
              static_cast<PartOf<E>>(std::ldexp(mantissa_.imag(), e))};
    } else {
      return static_cast<E>(std::ldexp(mantissa_, e));
    }
  }
  // A sign or phase, 0 for 0.
  E phase() const {
    const double size = std::abs(mantissa_);
    const Wide unit = size == 0 ? Wide(0) : mantissa_ / size;
    if constexpr (is_complex_element<E>) {
      return {static_cast<PartOf<E>>(unit.real()), static_cast<PartOf<E>>(unit.imag())};
    } else {
      return static_cast<E>(std::isinf(mantissa_) ? std::copysign(1.0, mantissa_) : unit);
    }
  }
  PartOf<E> log_modulus() const {
    constexpr double log_2 = 0x1.62e42fefa39efp-1;
    return static_cast<PartOf<E>>(std::log(std::abs(mantissa_)) +
                                  static_cast<double>(exponent_) * log_2);
  }

 private:
  void normalize() {
    const double size = std::max(std::abs(std::real(mantissa_)), std::abs(std::imag(mantissa_)));
    if (size == 0 || !std::isfinite(size)) return;
    int e = 0;
    std::frexp(size, &e);
    if constexpr (is_complex_element<E>) {
      mantissa_ = {std::ldexp(mantissa_.real(), -e), std::ldexp(mantissa_.imag(), -e)};
    } else {
      mantissa_ = std::ldexp(mantissa_, -e);
    }
    exponent_ += e;
  }
  Wide mantissa_;
  std::int64_t exponent_ = 0;
};
template <class E>
Scaled<E> scaled(E x) {
  if constexpr (is_complex_element<E>) {
    return Scaled<E>({static_cast<double>(x.re), static_cast<double>(x.im)});
  } else {
    return Scaled<E>(static_cast<double>(x));
  }
}

}  // namespace corepy

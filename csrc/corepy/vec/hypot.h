// hypot: sqrt(x^2 + y^2) without overflow or underflow on the way.
#pragma once

#include <limits>

#include "corepy/vec/arithmetic.h"
#include "corepy/vec/scaling.h"
#include "corepy/vec/vec.h"

namespace corepy::COREPY_ISA::vec {

// Error < 1 ulp: a square root of the rounded sum of squares, scaled by a power of two, and one Newton step with the exact
// residual (C. F. Borges, "An improved algorithm for hypot(a, b)", 2019). Infinite where x or y is, even beside a NaN.
template <class T>
COREPY_INLINE Vec<T> hypot(Vec<T> x, Vec<T> y) {
  const Vec<BitsOf<T>> exponent = scaling_exponent<T>(x, y);
  const Vec<T> scale = inverse_power_of_two<T>(exponent);
  const Vec<T> a = multiply<T>(abs<T>(x), scale);
  const Vec<T> b = multiply<T>(abs<T>(y), scale);
  const Vec<T> large = ::xsimd::max(a, b);
  const Vec<T> small = ::xsimd::min(a, b);
  const Vec<T> large_square = multiply<T>(large, large);
  const Vec<T> root = sqrt<T>(fma<T>(large, large, multiply<T>(small, small)));
  const Vec<T> root_square = multiply<T>(root, root);
  // root^2 - large^2 - small^2, the differences and fma residuals being exact or nearly so
  const Vec<T> residual = subtract<T>(
      add<T>(fma<T>(negative<T>(small), small, subtract<T>(root_square, large_square)),
             fma<T>(root, root, negative<T>(root_square))),
      fma<T>(large, large, negative<T>(large_square)));
  const Vec<T> corrected = subtract<T>(root, divide<T>(residual, add<T>(root, root)));
  const Vec<T> magnitude = select<T>(root == Vec<T>(T(0)), root, corrected);
  const Vec<T> result = multiply<T>(magnitude, power_of_two<T>(exponent));
  const Vec<T> with_nan = select<T>((x != x) | (y != y), add<T>(x, y), result);
  constexpr T infinity = std::numeric_limits<T>::infinity();
  return select<T>(isinf<T>(x) | isinf<T>(y), Vec<T>(infinity), with_nan);
}

}  // namespace corepy::COREPY_ISA::vec

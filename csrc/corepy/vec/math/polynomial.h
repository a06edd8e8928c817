// Evaluation of polynomials in a fixed order (Estrin's scheme: short dependency chains).
// Coefficients: coefficients.h.
#pragma once

#include "corepy/vec/vec.h"

namespace corepy::COREPY_ISA::vec {

// c[First] + c[First + 1] x + ... + c[First + Count - 1] x^(Count - 1); powers[i] is x^(2^i).
template <int First, int Count, class T, std::size_t N>
COREPY_INLINE Vec<T> evaluate_terms(const Vec<T>* powers, const T (&c)[N]) {
  if constexpr (Count == 1) {
    return Vec<T>(c[First]);
  } else if constexpr (Count == 2) {
    return vec::fma(powers[0], Vec<T>(c[First + 1]), Vec<T>(c[First]));
  } else {
    constexpr int half = Count > 8 ? 8 : Count > 4 ? 4 : 2;
    constexpr int level = half == 8 ? 3 : half == 4 ? 2 : 1;
    return vec::fma(powers[level], evaluate_terms<First + half, Count - half>(powers, c),
                    evaluate_terms<First, half>(powers, c));
  }
}

// c[0] + c[1] x + ... + c[N-1] x^(N-1), N <= 16. `First` leaves out the terms before it (and
// divides by x^First).
template <int First = 0, class T, std::size_t N>
COREPY_INLINE Vec<T> evaluate_polynomial(Vec<T> x, const T (&c)[N]) {
  static_assert(N <= 16);
  Vec<T> powers[4] = {x, x * x, Vec<T>(0), Vec<T>(0)};
  if constexpr (N - First > 4) powers[2] = powers[1] * powers[1];
  if constexpr (N - First > 8) powers[3] = powers[2] * powers[2];
  return evaluate_terms<First, static_cast<int>(N) - First>(powers, c);
}

}  // namespace corepy::COREPY_ISA::vec

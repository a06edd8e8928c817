// The phases of vectors that are known but for one: by these, their largest components become real
// and positive.
#pragma once

#include "corepy/kernels/decomposition_block.h"

namespace corepy::COREPY_ISA::decomposition {

// The factor of modulus 1 that makes a component real and positive.
template <class E>
E phase_of(E x) {
  if constexpr (is_complex_element<E>) {
    const auto size = modulus(x);
    return {x.re / size, -x.im / size};
  } else {
    return x < 0 ? E(-1) : E(1);
  }
}

// The component of largest modulus (the first of them) of `Count` columns: few, whose sizes so far
// stay in registers, or some vectors of them.
template <int Count, class E>
COREPY_INLINE void find_largest(Block<E> x, std::int64_t rows, E* chosen) {
  using T = PartOf<E>;
  T most[Count] = {};
  E found[Count];
  for (int j = 0; j < Count; ++j) found[j] = chosen[j];
  for (std::int64_t i = 0; i < rows; ++i) {
    const E* row = x.at(i);
    for (int j = 0; j < Count; ++j) {
      if constexpr (is_complex_element<E>) {
        // Seldom worth the root: the modulus is at most this, but for roundings.
        if (rough_modulus(row[j]) * T(1.001) < most[j]) continue;
      }
      const T size = modulus(row[j]);
      if (size > most[j]) most[j] = size, found[j] = row[j];
    }
  }
  for (int j = 0; j < Count; ++j) chosen[j] = found[j];
}

// The factors, of modulus 1, that make these components of all columns real and positive.
template <class E>
void find_phases(Block<E> x, std::int64_t rows, std::int64_t columns, E* phases) {
  for (std::int64_t j = 0; j < columns; ++j) phases[j] = from_real<E>(1);
  std::int64_t j = 0;
  if constexpr (!is_complex_element<E>) {
    for (; j + 32 <= columns; j += 32) find_largest<32>(x.from(0, j), rows, phases + j);
  }
  for (; j + 4 <= columns; j += 4) find_largest<4>(x.from(0, j), rows, phases + j);
  for (; j < columns; ++j) find_largest<1>(x.from(0, j), rows, phases + j);
  for (j = 0; j < columns; ++j) phases[j] = phase_of(phases[j]);
}

}  // namespace corepy::COREPY_ISA::decomposition

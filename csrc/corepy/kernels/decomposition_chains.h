// Sums in 64 bytes of chains, in as many vectors as these take: the same bits on every ISA.
#pragma once

#include "corepy/vec/vec.h"

namespace corepy::COREPY_ISA::decomposition {

template <class T>
inline constexpr std::int64_t chain_count = 64 / static_cast<std::int64_t>(sizeof(T));
template <class T>
inline constexpr int chain_vectors = static_cast<int>(chain_count<T> / lanes<T>);

template <class T>
COREPY_INLINE T fold_chains(const Vec<T> (&sums)[chain_vectors<T>]) {
  alignas(64) T chains[chain_count<T>];
  for (int k = 0; k < chain_vectors<T>; ++k) vec::store(chains + k * lanes<T>, sums[k]);
  for (std::int64_t half = chain_count<T> / 2; half > 0; half /= 2)
    for (std::int64_t l = 0; l < half; ++l) chains[l] += chains[l + half];
  return chains[0];
}

}  // namespace corepy::COREPY_ISA::decomposition

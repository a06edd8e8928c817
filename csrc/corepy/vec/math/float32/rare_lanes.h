// Lanes that a float32 function's plain path does not serve, computed by another function and put
// in their places: an element's bits depend on its own lane only.
#pragma once

#include "corepy/vec/math/float32/bits.h"

namespace corepy::COREPY_ISA::vec {

// Out of line: rare, and long. F::apply takes and gives Floats.
template <class F>
__attribute__((noinline)) void apply_to_lanes(const float* x, float* result) noexcept {
  store(result, F::apply(load(x)));
}
template <class F>
__attribute__((noinline)) void apply_to_lanes(const float* x, const float* y,
                                              float* result) noexcept {
  store(result, F::apply(load(x), load(y)));
}

// F::apply(x) where `is_rare`, else `result`.
template <class F>
COREPY_INLINE Floats replace_rare(FloatsMask is_rare, Floats result, Floats x) {
  alignas(64) float from[lanes<float>], to[lanes<float>];
  store(from, x);
  apply_to_lanes<F>(from, to);
  return select<float>(is_rare, load(to), result);
}
template <class F>
COREPY_INLINE Floats replace_rare(FloatsMask is_rare, Floats result, Floats x, Floats y) {
  alignas(64) float from_x[lanes<float>], from_y[lanes<float>], to[lanes<float>];
  store(from_x, x);
  store(from_y, y);
  apply_to_lanes<F>(from_x, from_y, to);
  return select<float>(is_rare, load(to), result);
}

}  // namespace corepy::COREPY_ISA::vec

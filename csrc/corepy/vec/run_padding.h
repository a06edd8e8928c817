// Short runs of lanes that follow each other, moved apart to begin at multiples of a power of two,
// and back. Where the ISA permutes all of a vector in one instruction.
#pragma once

#include <cstring>

#include "corepy/vec/fold.h"
#include "corepy/vec/vec.h"

namespace corepy::COREPY_ISA::vec {

#ifdef __AVX512F__

// Runs of `length` <= Padded lanes of 4 or 8 bytes, as many as there is room for when padded.
template <class T, std::int64_t Padded>
class RunPadding {
 public:
  explicit RunPadding(std::int64_t length) noexcept {
    UnsignedOf<T> apart[lanes<T>], together[lanes<T>];
    for (std::int64_t l = 0; l < lanes<T>; ++l) {
      apart[l] = static_cast<UnsignedOf<T>>(l / Padded * length + l % Padded);
      together[l] = static_cast<UnsignedOf<T>>(l / length * Padded + l % length);
    }
    std::memcpy(&apart_, apart, sizeof apart_);
    std::memcpy(&together_, together, sizeof together_);
  }
  COREPY_INLINE Vec<T> open(Vec<T> v) const { return permute_by(apart_, v); }
  COREPY_INLINE Vec<T> close(Vec<T> v) const { return permute_by(together_, v); }

 private:
  // Of padding, any lane.
  __m512i apart_, together_;
};

#endif

}  // namespace corepy::COREPY_ISA::vec

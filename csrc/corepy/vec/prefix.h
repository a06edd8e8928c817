// Prefixes of the lanes of a vector: sums of the first ones, and the lane patterns they need. What
// an element of a cumulative sum is made of is in kernels/scan_sum.h.
#pragma once

#include "corepy/vec/fold.h"
#include "corepy/vec/vec.h"

namespace corepy::COREPY_ISA::vec {

// An element is `Parts` neighbouring lanes (2: a complex number). In each run of 2 * Half elements,
// the upper half takes the last element of the lower half.
template <unsigned Half, unsigned Parts>
struct LastOfLowerHalf {
  static constexpr unsigned get(unsigned lane, unsigned) {
    const unsigned element = lane / Parts;
    return (element & Half) == 0
               ? lane
               : ((element & ~(2 * Half - 1)) | (Half - 1)) * Parts + lane % Parts;
  }
};
template <unsigned Half, unsigned Parts>
struct IsUpperHalf {
  static constexpr bool get(unsigned lane, unsigned) { return (lane / Parts & Half) != 0; }
};
#ifdef __AVX512F__
// Lane numbers of the last element, over and over.
template <class Index, unsigned Parts>
struct LastElementIndices {
  static constexpr unsigned count = 64 / sizeof(Index);
  alignas(64) Index value[count];
  constexpr LastElementIndices() : value{} {
    for (unsigned lane = 0; lane < count; ++lane) value[lane] = count - Parts + lane % Parts;
  }
};
template <class Index, unsigned Parts>
inline constexpr LastElementIndices<Index, Parts> last_element_indices;
#else
template <unsigned Parts>
struct LastElement {
  static constexpr unsigned get(unsigned lane, unsigned count) {
    return count - Parts + lane % Parts;
  }
};
#endif

// The last element in every place.
template <unsigned Parts, class T>
COREPY_INLINE Vec<T> repeat_last(Vec<T> v) {
#ifdef __AVX512F__
  return permute_by(_mm512_load_si512(last_element_indices<UnsignedOf<T>, Parts>.value), v);
#else
  return permute<LastElement<Parts>>(v);
#endif
}

// Element i of the result combines elements 0 to i, or those of its run of Count elements, a power
// of two: halves of 1, 2, 4 ... elements are joined, the upper one taking the lower one's last
// element.
template <unsigned Parts, unsigned Count, unsigned Half = 1, class T, class Combine>
COREPY_INLINE Vec<T> find_prefixes(Vec<T> v, Combine combine) {
  if constexpr (Half * Parts >= static_cast<unsigned>(lanes<T>) || Half >= Count) {
    return v;
  } else {
    constexpr auto upper = ::xsimd::make_batch_bool_constant<T, IsUpperHalf<Half, Parts>, Arch>();
    const Vec<T> joined = combine(permute<LastOfLowerHalf<Half, Parts>>(v), v);
    return find_prefixes<Parts, Count, 2 * Half>(::xsimd::select(upper, joined, v), combine);
  }
}

}  // namespace corepy::COREPY_ISA::vec

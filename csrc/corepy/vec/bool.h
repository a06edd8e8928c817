// Bool vectors: bytes that are 0 or 1. Their masks (results of comparisons) are those of
// Vec<uint8_t>; masks to and from memory are in vec/mask.h.
#pragma once

#include "corepy/vec/arithmetic.h"
#include "corepy/vec/lanes.h"
#include "corepy/vec/mask.h"
#include "corepy/vec/vec.h"

namespace corepy::COREPY_ISA {

struct BoolVec {
  Vec<std::uint8_t> bytes;  // each 0 or 1

  friend COREPY_INLINE BoolVec operator&(BoolVec a, BoolVec b) { return {a.bytes & b.bytes}; }
  friend COREPY_INLINE BoolVec operator|(BoolVec a, BoolVec b) { return {a.bytes | b.bytes}; }
  friend COREPY_INLINE BoolVec operator^(BoolVec a, BoolVec b) { return {a.bytes ^ b.bytes}; }
  friend COREPY_INLINE BoolVec operator~(BoolVec a) { return {a.bytes ^ Vec<std::uint8_t>(1)}; }
};

template <>
struct vec_of<bool8_t> {
  using type = BoolVec;
  using mask = Mask<std::uint8_t>;
  static constexpr std::int64_t size = lanes<std::uint8_t>;
};

namespace vec {

template <class T>
concept BoolElement = std::is_same_v<T, bool8_t>;

// Foreign memory may hold any byte: whatever is not 0 counts as 1.
COREPY_INLINE BoolVec normalize_bool(Vec<std::uint8_t> bytes) {
  return {::xsimd::min(bytes, Vec<std::uint8_t>(1))};
}
template <BoolElement T>
COREPY_INLINE BoolVec load(const T* p) {
  return normalize_bool(load<std::uint8_t>(reinterpret_cast<const std::uint8_t*>(p)));
}
template <BoolElement T>
COREPY_INLINE BoolVec load_partial(const T* p, std::int64_t n, T fill = T::no) {
  return normalize_bool(load_partial<std::uint8_t>(reinterpret_cast<const std::uint8_t*>(p), n,
                                                   static_cast<std::uint8_t>(fill)));
}
template <BoolElement T>
COREPY_INLINE void store(T* p, BoolVec v) {
  store<std::uint8_t>(reinterpret_cast<std::uint8_t*>(p), v.bytes);
}
template <BoolElement T>
COREPY_INLINE void store_partial(T* p, BoolVec v, std::int64_t n) {
  store_partial<std::uint8_t>(reinterpret_cast<std::uint8_t*>(p), v.bytes, n);
}
template <BoolElement T>
COREPY_INLINE void stream(T* p, BoolVec v) {
  stream<std::uint8_t>(reinterpret_cast<std::uint8_t*>(p), v.bytes);
}
template <BoolElement T>
COREPY_INLINE BoolVec broadcast(T x) {
  return {Vec<std::uint8_t>(static_cast<std::uint8_t>(x != T::no))};
}

template <BoolElement T>
COREPY_INLINE Mask<std::uint8_t> load_mask(const std::uint8_t* p) {
  return load_mask<std::uint8_t>(p);
}
template <BoolElement T>
COREPY_INLINE Mask<std::uint8_t> load_mask_partial(const std::uint8_t* p, std::int64_t n) {
  return load_mask_partial<std::uint8_t>(p, n);
}

COREPY_INLINE BoolVec select(Mask<std::uint8_t> m, BoolVec yes, BoolVec no) {
  return {select<std::uint8_t>(m, yes.bytes, no.bytes)};
}

COREPY_INLINE BoolVec logical_and(BoolVec a, BoolVec b) { return a & b; }
COREPY_INLINE BoolVec logical_or(BoolVec a, BoolVec b) { return a | b; }
COREPY_INLINE BoolVec logical_xor(BoolVec a, BoolVec b) { return a ^ b; }
COREPY_INLINE BoolVec logical_not(BoolVec a) { return ~a; }
COREPY_INLINE BoolVec bitwise_and(BoolVec a, BoolVec b) { return a & b; }
COREPY_INLINE BoolVec bitwise_or(BoolVec a, BoolVec b) { return a | b; }
COREPY_INLINE BoolVec bitwise_xor(BoolVec a, BoolVec b) { return a ^ b; }
COREPY_INLINE BoolVec bitwise_invert(BoolVec a) { return ~a; }

COREPY_INLINE BoolVec minimum(BoolVec a, BoolVec b) { return a & b; }
COREPY_INLINE BoolVec maximum(BoolVec a, BoolVec b) { return a | b; }

COREPY_INLINE Mask<std::uint8_t> equal(BoolVec a, BoolVec b) { return a.bytes == b.bytes; }
COREPY_INLINE Mask<std::uint8_t> not_equal(BoolVec a, BoolVec b) { return a.bytes != b.bytes; }
COREPY_INLINE Mask<std::uint8_t> less(BoolVec a, BoolVec b) { return a.bytes < b.bytes; }
COREPY_INLINE Mask<std::uint8_t> less_equal(BoolVec a, BoolVec b) { return a.bytes <= b.bytes; }
COREPY_INLINE Mask<std::uint8_t> greater(BoolVec a, BoolVec b) { return b.bytes < a.bytes; }
COREPY_INLINE Mask<std::uint8_t> greater_equal(BoolVec a, BoolVec b) { return b.bytes <= a.bytes; }

}  // namespace vec
}  // namespace corepy::COREPY_ISA

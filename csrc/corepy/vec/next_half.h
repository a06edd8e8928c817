// The neighbours of half-precision numbers, found from their bits. Those of float32 and float64 are
// in vec/arithmetic.h.
#pragma once

#include <cstdint>

#include "corepy/vec/vec.h"

namespace corepy::COREPY_ISA::vec {

// As nextafter of vec/arithmetic.h, for numbers of 16 bits of which it knows where infinity stands
// and the NaN that is computed. What compares as the numbers do is their magnitude with a sign.
template <std::int16_t Infinity, std::int16_t Nan>
COREPY_INLINE Vec<std::int16_t> next_half(Vec<std::int16_t> a, Vec<std::int16_t> b) {
  using Bits = Vec<std::int16_t>;
  const Bits zero(std::int16_t{0}), one(std::int16_t{1}), magnitude(std::int16_t{0x7fff});
  const Bits size_a = a & magnitude, size_b = b & magnitude;
  const Bits place_a = ::xsimd::select(a < zero, zero - size_a, size_a);
  const Bits place_b = ::xsimd::select(b < zero, zero - size_b, size_b);
  const auto grows = (place_a < place_b) == (zero < place_a);
  Bits result = ::xsimd::select(grows, a + one, a - one);
  result = ::xsimd::select(size_a == zero, ::xsimd::bitwise_andnot(b, magnitude) | one, result);
  result = ::xsimd::select(place_a == place_b, b, result);
  const Bits infinity(Infinity);
  return ::xsimd::select((infinity < size_a) | (infinity < size_b), Bits(Nan), result);
}

}  // namespace corepy::COREPY_ISA::vec

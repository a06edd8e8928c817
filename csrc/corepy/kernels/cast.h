// Loops that convert arrays from one element type to another. What a conversion means is in
// vec/convert.h.
#pragma once

#include <cstdint>
#include <cstring>
#include <type_traits>

#include "corepy/kernels/cast_table.h"
#include "corepy/vec/convert.h"
#include "corepy/vec/convert_bytes.h"
#include "corepy/vec/convert_float.h"
#include "corepy/vec/convert_half.h"

namespace corepy::COREPY_ISA {

extern constinit const CastKernels cast_kernels;

// Views of foreign memory may be misaligned: elements are copied, which costs nothing in vector
// code.
template <class T>
COREPY_INLINE T read_element(const unsigned char* p, std::int64_t i) {
  T x;
  std::memcpy(&x, p + i * static_cast<std::int64_t>(sizeof(T)), sizeof(T));
  return x;
}
template <class T>
COREPY_INLINE void write_element(unsigned char* p, std::int64_t i, T x) {
  std::memcpy(p + i * static_cast<std::int64_t>(sizeof(T)), &x, sizeof(T));
}

// Floats to integers, whole vectors at a time. Where the sizes are equal, the output may be the
// input.
template <class From, class To>
COREPY_INLINE void cast_to_integers(const unsigned char* in, unsigned char* out,
                                    std::int64_t length) {
  const From* source = reinterpret_cast<const From*>(in);
  To* target = reinterpret_cast<To*>(out);
  std::int64_t i = 0;
  if constexpr (vec::has_stores_in_range<From, To>) {
    for (; i + vec::in_range_length <= length; i += vec::in_range_length) {
      if (vec::store_in_range(source + i, target + i)) continue;
      for (std::int64_t j = i; j < i + vec::in_range_length; j += lanes<From>)
        vec::store_integers<To, From>(vec::load(source + j), target + j);
    }
  }
  for (; i + lanes<From> <= length; i += lanes<From>) {
    vec::store_integers<To, From>(vec::load(source + i), target + i);
  }
  if (i < length) {
    To rest[lanes<From>];
    vec::store_integers<To, From>(vec::load_partial(source + i, length - i), rest);
    std::memcpy(target + i, rest, static_cast<std::size_t>(length - i) * sizeof(To));
  }
}

template <class From, class To>
void cast_loop(const void* in, void* out, std::int64_t length) noexcept;

// Half precision from and to what is not float32 goes through it: exactly on the way in, rounded to
// odd on the way out, so that there is one rounding (core/half.h). One body for all pairs, and one
// loop for each source: a loop for each pair would cost compile time and gain nothing.
template <class From>
void cast_to_odd_floats(const void* in, void* out, std::int64_t length) noexcept {
  constexpr std::int64_t parts = sizeof(From) / sizeof(PartOf<From>);
  const auto* source = static_cast<const unsigned char*>(in);
  auto* target = static_cast<unsigned char*>(out);
  for (std::int64_t i = 0; i < length; ++i)
    write_element(target, i, round_to_odd(read_element<PartOf<From>>(source, parts * i)));
}

__attribute__((noinline)) inline void cast_through_float32(const void* in, void* out,
                                                           std::int64_t length, CastLoop first,
                                                           std::int64_t in_size, CastLoop second,
                                                           std::int64_t out_size) noexcept {
  constexpr std::int64_t block = 1024;
  float wide[block];
  const auto* source = static_cast<const unsigned char*>(in);
  auto* target = static_cast<unsigned char*>(out);
  for (std::int64_t i = 0; i < length; i += block) {
    const std::int64_t count = length - i < block ? length - i : block;
    first(source + i * in_size, wide, count);
    second(wide, target + i * out_size, count);
  }
}

// Contiguous elements of any alignment. Output may equal input exactly where the two sizes are
// equal. Complex numbers are read and written part by part, for compilers vectorise loops over
// scalars.
template <class From, class To>
void cast_loop(const void* in, void* out, std::int64_t length) noexcept {
  using FromPart = PartOf<From>;
  using ToPart = PartOf<To>;
  const auto* source = static_cast<const unsigned char*>(in);
  auto* target = static_cast<unsigned char*>(out);
  if constexpr (std::is_same_v<From, To> && !std::is_same_v<From, bool8_t>) {
    if (in != out) std::memcpy(out, in, static_cast<std::size_t>(length) * sizeof(From));
  } else if constexpr (vec::has_byte_conversion<To, From>) {
    for (std::int64_t i = vec::convert_bytes<To, From>(source, target, length); i < length; ++i)
      write_element(target, i, vec::convert_element<To>(read_element<From>(source, i)));
  } else if constexpr (std::is_same_v<From, bool8_t> && sizeof(To) > 1) {
    // GCC does not vectorise the conversion of a truth value to a wider type: bytes 0 and 1 first,
    // then as uint8.
    constexpr std::int64_t block = 1024;
    unsigned char bytes[block];
    for (std::int64_t i = 0; i < length; i += block) {
      const std::int64_t count = length - i < block ? length - i : block;
      cast_loop<bool8_t, std::uint8_t>(source + i, bytes, count);
      cast_loop<std::uint8_t, To>(bytes, target + i * static_cast<std::int64_t>(sizeof(To)), count);
    }
  } else if constexpr (is_half_element<From> && std::is_same_v<To, float>) {
    vec::expand_halves<From>(source, static_cast<float*>(out), length);
  } else if constexpr (std::is_same_v<From, float> && is_half_element<To>) {
    vec::round_to_halves<To>(source, target, length);
  } else if constexpr (is_half_element<From>) {
    cast_through_float32(in, out, length, cast_loop<From, float>, sizeof(From),
                         cast_loop<float, To>, sizeof(To));
  } else if constexpr (is_half_element<To>) {
    cast_through_float32(in, out, length, cast_to_odd_floats<From>, sizeof(From),
                         cast_loop<float, To>, sizeof(To));
  } else if constexpr (vec::has_integer_stores && std::is_floating_point_v<From> &&
                       std::is_integral_v<To>) {
    cast_to_integers<From, To>(source, target, length);
  } else if constexpr (is_complex_element<From> && is_complex_element<To>) {
    cast_loop<FromPart, ToPart>(in, out, 2 * length);
  } else if constexpr (is_complex_element<From> && std::is_same_v<To, bool8_t>) {
    for (std::int64_t i = 0; i < length; ++i) {
      const From x{read_element<FromPart>(source, 2 * i),
                   read_element<FromPart>(source, 2 * i + 1)};
      write_element<To>(target, i, vec::convert_element<To, From>(x));
    }
  } else if constexpr (is_complex_element<From>) {
    for (std::int64_t i = 0; i < length; ++i) {
      write_element<To>(target, i, vec::convert_element<To>(read_element<FromPart>(source, 2 * i)));
    }
  } else if constexpr (is_complex_element<To>) {
    for (std::int64_t i = 0; i < length; ++i) {
      write_element<ToPart>(target, 2 * i,
                            vec::convert_element<ToPart>(read_element<From>(source, i)));
      write_element<ToPart>(target, 2 * i + 1, ToPart(0));
    }
  } else {
    for (std::int64_t i = 0; i < length; ++i) {
      write_element<To>(target, i, vec::convert_element<To>(read_element<From>(source, i)));
    }
  }
}

}  // namespace corepy::COREPY_ISA

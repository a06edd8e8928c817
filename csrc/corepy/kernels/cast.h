// Loops that convert arrays from one element type to another. What a conversion means is in vec/convert.h.
#pragma once

#include <cstdint>
#include <cstring>
#include <type_traits>

#include "corepy/kernels/cast_table.h"
#include "corepy/vec/convert.h"

namespace corepy::COREPY_ISA {

extern constinit const CastKernels cast_kernels;

// Contiguous elements of any alignment. Output may equal input exactly where the two sizes are equal.
template <class From, class To>
void cast_loop(const void* in, void* out, std::int64_t length) noexcept {
  if constexpr (std::is_same_v<From, To> && !std::is_same_v<From, bool8_t>) {
    if (in != out) std::memcpy(out, in, static_cast<std::size_t>(length) * sizeof(From));
  } else {
    // Views of foreign memory may be misaligned: elements are copied, which costs nothing in vector code.
    const auto* source = static_cast<const unsigned char*>(in);
    auto* target = static_cast<unsigned char*>(out);
    for (std::int64_t i = 0; i < length; ++i) {
      From x;
      std::memcpy(&x, source + i * static_cast<std::int64_t>(sizeof(From)), sizeof(From));
      const To y = vec::convert_element<To, From>(x);
      std::memcpy(target + i * static_cast<std::int64_t>(sizeof(To)), &y, sizeof(To));
    }
  }
}

}  // namespace corepy::COREPY_ISA

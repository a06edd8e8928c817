// any and all of every dtype. An element is true where it is not zero: NaN is true, -0 is false, a
// complex number is true where one of its parts is. Rows stop early; everything is done on the
// bits.
#pragma once

#include <type_traits>

#include "corepy/kernels/reduction_layout.h"
#include "corepy/vec/lanes.h"

namespace corepy::COREPY_ISA::reduction {

// An element's bits that make it true, as `words` unsigned words: all of an integer's, the
// magnitude of floats.
template <class E>
struct TruthBits {
  using type = std::make_unsigned_t<vec::BitsOf<E>>;
  static constexpr int words = 1;
  static constexpr type mask = static_cast<type>(
      std::is_floating_point_v<E> ? static_cast<type>(-1) >> 1 : static_cast<type>(-1));
};
template <>
struct TruthBits<bool8_t> : TruthBits<std::uint8_t> {};
template <>
struct TruthBits<complex64_t> {
  using type = std::uint64_t;
  static constexpr int words = 1;
  static constexpr type mask = 0x7fffffff7fffffff;
};
template <>
struct TruthBits<complex128_t> : TruthBits<double> {
  static constexpr int words = 2;
};

template <bool All, class E>
struct LogicalKernel {
  using In = E;
  using Out = bool8_t;
  using Traits = TruthBits<E>;
  using Bits = typename Traits::type;

  static bool8_t empty_result() noexcept { return All ? bool8_t::yes : bool8_t::no; }

  static bool8_t reduce_row(const PieceSource<E>& source, std::int64_t n,
                            const ReductionArgs&) noexcept {
    for (std::int64_t start = 0; start < n; start += piece_length<E>) {
      const std::int64_t count = smaller(piece_length<E>, n - start);
      const auto* x = reinterpret_cast<const char*>(source.piece(start, count));
      // Short stretches, so that an early answer stays cheap.
      constexpr std::int64_t stretch = 2048 / static_cast<std::int64_t>(sizeof(E));
      for (std::int64_t i = 0; i < count; i += stretch) {
        if (is_decided(x + i * static_cast<std::int64_t>(sizeof(E)), smaller(stretch, count - i))) {
          return All ? bool8_t::no : bool8_t::yes;
        }
      }
    }
    return empty_result();
  }

  using Part = bool8_t;
  static constexpr int passes = 1;
  static bool8_t reduce_part(const PieceSource<E>& source, const ReductionPart& part,
                             const ReductionArgs& args) noexcept {
    return reduce_row(source, part.count, args);
  }
  static bool8_t fold_parts(const bool8_t* parts, std::int64_t count, const ReductionArgs&,
                            int) noexcept {
    for (std::int64_t i = 0; i < count; ++i) {
      if (parts[i] != empty_result()) return parts[i];
    }
    return empty_result();
  }

  static constexpr std::int64_t strip_scratch_bytes(std::int64_t, std::int64_t width) {
    return width * static_cast<std::int64_t>(sizeof(Bits));
  }
  static void reduce_strip(const StripSource<E>& source, std::int64_t n, const ReductionArgs&,
                           bool8_t* results, void* scratch) noexcept {
    Bits* found = static_cast<Bits*>(scratch);
    const std::int64_t width = source.width();
    for_each_row_group(
        source, n, [&](auto rows, auto first, const char* x, std::int64_t apart_bytes) noexcept {
          mark_rows<rows(), first()>(x, apart_bytes, width, found);
        });
    for (std::int64_t j = 0; j < width; ++j)
      results[j] = static_cast<bool8_t>((found[j] != 0) != All);
  }

 private:
  // Not zero where the element decides: true for any, false for all.
  COREPY_INLINE static Bits decides(const char* x) {
    Bits magnitude;
    std::memcpy(&magnitude, x, sizeof(Bits));
    if constexpr (Traits::words == 2) {
      Bits imaginary;
      std::memcpy(&imaginary, x + sizeof(Bits), sizeof(Bits));
      magnitude |= imaginary;
    }
    magnitude = static_cast<Bits>(magnitude & Traits::mask);
    return All ? static_cast<Bits>(magnitude == 0) : magnitude;
  }
  static bool is_decided(const char* x, std::int64_t count) noexcept {
    Bits found = 0;
    // A short loop's speed would depend on where its code happens to lie.
#ifdef __clang__
#pragma unroll(4)
#else
#pragma GCC unroll 4
#endif
    for (std::int64_t i = 0; i < count; ++i) {
      found = static_cast<Bits>(found | decides(x + i * static_cast<std::int64_t>(sizeof(E))));
    }
    return found != 0;
  }
  template <int Rows, bool First>
  static void mark_rows(const char* x, std::int64_t stride, std::int64_t width,
                        Bits* __restrict found) noexcept {
    for (std::int64_t j = 0; j < width; ++j) {
      const char* element = x + j * static_cast<std::int64_t>(sizeof(E));
      Bits a = First ? Bits{0} : found[j];
      for (int q = 0; q < Rows; ++q) a = static_cast<Bits>(a | decides(element + q * stride));
      found[j] = a;
    }
  }
};

}  // namespace corepy::COREPY_ISA::reduction

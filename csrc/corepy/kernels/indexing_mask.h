// Loops over elements that a mask chooses. What is done to 64 of them is in vec/compress.h, the
// arguments are in indexing_table.h.
#pragma once

#include <cstdint>
#include <cstring>

#include "corepy/kernels/indexing_table.h"
#include "corepy/vec/compress.h"

namespace corepy::COREPY_ISA::masked {

using vec::mask_word;

// Up to this many chosen elements of a word are moved one by one, always this many of them so that
// nothing is to predict; more go through registers. A mask with few true elements then costs no
// load of what it leaves out.
inline constexpr int few = 4;

// The lowest set bit's place, below 64 for any bits.
COREPY_INLINE std::int64_t first_bit(std::uint64_t bits) {
  return __builtin_ctzll(bits | (std::uint64_t{1} << 63));
}

inline std::int64_t count_true(const std::uint8_t* mask, std::int64_t length) noexcept {
  std::int64_t n = 0, i = 0;
  for (; i + 4 * mask_word <= length; i += 4 * mask_word) {
    for (int j = 0; j < 4; ++j) n += vec::count_bits(vec::load_mask_word(mask + i + j * mask_word));
  }
  for (; i + mask_word <= length; i += mask_word) {
    n += vec::count_bits(vec::load_mask_word(mask + i));
  }
  if (i < length) n += vec::count_bits(vec::load_mask_word_partial(mask + i, length - i));
  return n;
}

// The chosen of 64 elements where `room` elements may be written, perhaps fewer than 64.
template <std::int64_t Size>
std::int64_t compress_into_rest(const char* in, std::uint64_t bits, char* out, std::int64_t room) {
  std::int64_t k = 0;
  for (; bits != 0 && k < room; bits &= bits - 1, ++k) {
    std::memcpy(out + k * Size, in + first_bit(bits) * Size, Size);
  }
  return k;
}

template <std::int64_t Size>
void compress(const MaskedArgs& args) noexcept {
  const auto* in = static_cast<const char*>(args.all);
  auto* out = static_cast<char*>(args.chosen);
  std::int64_t room = args.chosen_count, i = 0;
  for (; i + mask_word <= args.length; i += mask_word, in += mask_word * Size) {
    std::uint64_t bits = vec::load_mask_word(args.mask + i);
    const int n = vec::count_bits(bits);
    std::int64_t written;
    if (room < mask_word) [[unlikely]] {
      written = compress_into_rest<Size>(in, bits, out, room);
    } else if (n <= few) {
      for (int j = 0; j < few; ++j, bits &= bits - 1) {
        std::memcpy(out + j * Size, in + first_bit(bits) * Size, Size);
      }
      written = n;
    } else {
      written = vec::compress_word<Size>(in, bits, out);
    }
    out += written * Size;
    room -= written;
  }
  if (i < args.length) {
    const std::uint64_t bits = vec::load_mask_word_partial(args.mask + i, args.length - i);
    compress_into_rest<Size>(in, bits, out, room);
  }
}

template <std::int64_t Size>
std::int64_t expand_from_rest(char* out, std::uint64_t bits, const char* values,
                              std::int64_t left) {
  std::int64_t k = 0;
  for (; bits != 0 && k < left; bits &= bits - 1, ++k) {
    std::memcpy(out + first_bit(bits) * Size, values + k * Size, Size);
  }
  return k;
}

template <std::int64_t Size>
void expand(const MaskedArgs& args) noexcept {
  auto* out = static_cast<char*>(args.all);
  const auto* values = static_cast<const char*>(args.chosen);
  std::int64_t left = args.chosen_count, i = 0;
  for (; i + mask_word <= args.length; i += mask_word, out += mask_word * Size) {
    const std::uint64_t bits = vec::load_mask_word(args.mask + i);
    if (bits == 0) continue;
    std::int64_t used;
    if (left < mask_word || vec::count_bits(bits) <= few) {
      used = expand_from_rest<Size>(out, bits, values, left);
    } else {
      used = vec::expand_word<Size>(out, bits, values);
    }
    values += used * Size;
    left -= used;
  }
  if (i < args.length) {
    const std::uint64_t bits = vec::load_mask_word_partial(args.mask + i, args.length - i);
    expand_from_rest<Size>(out, bits, values, left);
  }
}

template <std::int64_t Size>
COREPY_INLINE void fill_few(char* out, std::uint64_t bits, const char* element) {
  for (; bits != 0; bits &= bits - 1) std::memcpy(out + first_bit(bits) * Size, element, Size);
}

template <std::int64_t Size>
void fill(const MaskedArgs& args) noexcept {
  auto* out = static_cast<char*>(args.all);
  char element[Size];
  std::memcpy(element, args.chosen, Size);
  std::int64_t i = 0;
  for (; i + mask_word <= args.length; i += mask_word, out += mask_word * Size) {
    const std::uint64_t bits = vec::load_mask_word(args.mask + i);
    if (bits == 0) continue;
    if (vec::count_bits(bits) <= few) {
      fill_few<Size>(out, bits, element);
    } else {
      vec::fill_word<Size>(out, args.mask + i, element);
    }
  }
  if (i < args.length) {
    fill_few<Size>(out, vec::load_mask_word_partial(args.mask + i, args.length - i), element);
  }
}

COREPY_INLINE std::int64_t locate_into_rest(std::uint64_t bits, std::int64_t base,
                                            std::int64_t* out, std::int64_t room) {
  std::int64_t k = 0;
  for (; bits != 0 && k < room; bits &= bits - 1, ++k) out[k] = base + first_bit(bits);
  return k;
}

inline void locate(const std::uint8_t* mask, std::int64_t length, std::int64_t base,
                   std::int64_t* out, std::int64_t count) noexcept {
  std::int64_t room = count, i = 0;
  for (; i + mask_word <= length; i += mask_word) {
    std::uint64_t bits = vec::load_mask_word(mask + i);
    const int n = vec::count_bits(bits);
    std::int64_t written;
    if (room < mask_word) [[unlikely]] {
      written = locate_into_rest(bits, base + i, out, room);
    } else if (n <= few) {
      for (int j = 0; j < few; ++j, bits &= bits - 1) out[j] = base + i + first_bit(bits);
      written = n;
    } else {
      written = vec::locate_word(bits, base + i, out);
    }
    out += written;
    room -= written;
  }
  if (i < length) {
    locate_into_rest(vec::load_mask_word_partial(mask + i, length - i), base + i, out, room);
  }
}

}  // namespace corepy::COREPY_ISA::masked

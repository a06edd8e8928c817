// Rows of few elements.
#include "corepy/dispatch/short_rows.h"

#include <cstring>
#include <type_traits>

namespace corepy {
namespace {

template <std::int64_t Size>
struct Bytes {
  std::byte byte[Size];
};

template <std::int64_t Size>
inline void move_element(const std::byte* from, std::byte* to) noexcept {
  Bytes<Size> element;
  std::memcpy(&element, from, Size);
  std::memcpy(to, &element, Size);
}

// Calls f(source, target) for each row.
template <class F>
inline void for_each_row(const RowBlock& from, const RowBlock& to, std::int64_t rows, F f) {
  const std::byte* source = from.at;
  std::byte* target = to.at;
  for (std::int64_t r = 0; r < rows; ++r, source += from.row_step, target += to.row_step)
    f(source, target);
}

// `length` may be known at compile time, which leaves no loop within a row.
template <std::int64_t Size, class Length>
void move_each(const RowBlock& from, const RowBlock& to, std::int64_t rows,
               Length length) noexcept {
  for_each_row(from, to, rows, [&](const std::byte* source, std::byte* target) {
    for (std::int64_t i = 0; i < length; ++i)
      move_element<Size>(source + i * from.step, target + i * to.step);
  });
}

// Rows that are one stretch on both sides, of `Size` bytes or more: whole chunks, the last of which
// may begin within the one before.
template <std::int64_t Size>
void move_stretches(const RowBlock& from, const RowBlock& to, std::int64_t rows,
                    std::int64_t bytes) noexcept {
  const auto move_whole = [bytes](const std::byte* source, std::byte* target) {
    for (std::int64_t i = 0; i + Size <= bytes; i += Size)
      move_element<Size>(source + i, target + i);
  };
  if (bytes % Size == 0) return for_each_row(from, to, rows, move_whole);
  for_each_row(from, to, rows, [&](const std::byte* source, std::byte* target) {
    move_whole(source, target);
    move_element<Size>(source + bytes - Size, target + bytes - Size);
  });
}

// The elements of `Size` bytes in eight bytes, in descending order.
template <std::int64_t Size>
inline std::uint64_t reverse_elements(std::uint64_t x) noexcept {
  if constexpr (Size == 8) return x;
  if constexpr (Size == 1) return __builtin_bswap64(x);
  if constexpr (Size == 2) {
    constexpr std::uint64_t low = 0x0000ffff0000ffff;
    x = (x & low) << 16 | (x >> 16 & low);
  }
  return x << 32 | x >> 32;
}

// Rows of eight bytes or more, read from their last element backwards: as move_stretches, eight
// bytes at a time.
template <std::int64_t Size>
void move_reversed(const RowBlock& from, const RowBlock& to, std::int64_t rows,
                   std::int64_t bytes) noexcept {
  for_each_row(from, to, rows, [&](const std::byte* source, std::byte* target) {
    const auto move = [&](std::int64_t i) {
      std::uint64_t x;
      std::memcpy(&x, source + Size - 8 - i, 8);
      x = reverse_elements<Size>(x);
      std::memcpy(target + i, &x, 8);
    };
    for (std::int64_t i = 0; i + 8 <= bytes; i += 8) move(i);
    move(bytes - 8);
  });
}

// Each row is one element, repeated: of 16 bytes or more, whole chunks as in move_stretches.
template <std::int64_t Size>
void fill_rows(const RowBlock& from, const RowBlock& to, std::int64_t rows,
               std::int64_t length) noexcept {
  const std::int64_t bytes = length * Size;
  const auto repeat = [](const std::byte* source) {
    Bytes<16> chunk;
    for (std::int64_t i = 0; i < 16; i += Size) move_element<Size>(source, chunk.byte + i);
    return chunk;
  };
  if (bytes < 16) {
    for_each_row(from, to, rows, [&](const std::byte* source, std::byte* target) {
      for (std::int64_t i = 0; i < bytes; i += Size) move_element<Size>(source, target + i);
    });
  } else if (bytes <= 32) {
    for_each_row(from, to, rows, [&](const std::byte* source, std::byte* target) {
      const Bytes<16> chunk = repeat(source);
      std::memcpy(target, &chunk, 16);
      std::memcpy(target + bytes - 16, &chunk, 16);
    });
  } else {
    for_each_row(from, to, rows, [&](const std::byte* source, std::byte* target) {
      const Bytes<16> chunk = repeat(source);
      for (std::int64_t i = 0; i + 16 <= bytes; i += 16) std::memcpy(target + i, &chunk, 16);
      std::memcpy(target + bytes - 16, &chunk, 16);
    });
  }
}

// Every other element of rows, which vectors pick.
template <std::int64_t Size>
void move_every_other(const RowBlock& from, const RowBlock& to, std::int64_t rows,
                      std::int64_t length) noexcept {
  for_each_row(from, to, rows, [&](const std::byte* source, std::byte* target) {
    for (std::int64_t i = 0; i < length; ++i)
      move_element<Size>(source + i * (2 * Size), target + i * Size);
  });
}

template <std::int64_t Size>
void move_by_element(const RowBlock& from, const RowBlock& to, std::int64_t rows,
                     std::int64_t length) noexcept {
  switch (length) {
    case 1:
      return move_each<Size>(from, to, rows, std::integral_constant<std::int64_t, 1>{});
    case 2:
      return move_each<Size>(from, to, rows, std::integral_constant<std::int64_t, 2>{});
    case 3:
      return move_each<Size>(from, to, rows, std::integral_constant<std::int64_t, 3>{});
    case 4:
      return move_each<Size>(from, to, rows, std::integral_constant<std::int64_t, 4>{});
    default:
      break;
  }
  if (from.step == 0 && to.step == Size) return fill_rows<Size>(from, to, rows, length);
  if (from.step == 2 * Size && to.step == Size)
    return move_every_other<Size>(from, to, rows, length);
  if constexpr (Size <= 8) {
    if (from.step == -Size && to.step == Size && length * Size >= 8)
      return move_reversed<Size>(from, to, rows, length * Size);
  }
  return move_each<Size>(from, to, rows, length);
}

}  // namespace

void move_rows(const RowBlock& from, const RowBlock& to, std::int64_t rows, std::int64_t length,
               std::int64_t itemsize) noexcept {
  const std::int64_t bytes = length * itemsize;
  if (from.step == itemsize && to.step == itemsize && length > 4) {
    if (bytes >= 16) return move_stretches<16>(from, to, rows, bytes);
    if (bytes >= 8) return move_stretches<8>(from, to, rows, bytes);
    return move_stretches<4>(from, to, rows, bytes);
  }
  switch (itemsize) {
    case 1:
      return move_by_element<1>(from, to, rows, length);
    case 2:
      return move_by_element<2>(from, to, rows, length);
    case 4:
      return move_by_element<4>(from, to, rows, length);
    case 8:
      return move_by_element<8>(from, to, rows, length);
    default:
      return move_by_element<16>(from, to, rows, length);
  }
}

int find_row_axis(const LoopPlan& plan, std::int64_t few_elements) noexcept {
  constexpr std::int64_t many_rows = 8;
  const int inner = plan.rank() - 1;
  if (inner < 1 || plan.inner_length() > few_elements) return -1;
  int axis = inner - 1;
  for (int other = axis - 1; other >= 0; --other) {
    if (plan.shape[other] > plan.shape[axis]) axis = other;
  }
  return plan.shape[axis] >= many_rows ? axis : -1;
}

}  // namespace corepy

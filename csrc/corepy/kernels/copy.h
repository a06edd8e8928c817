// Loops that move elements without changing them: copies, fills, strided reads and writes, 2-D
// transposes. Element sizes 1, 2, 4, 8 and 16 bytes, any alignment, any strides (0 and negative
// too). Conversions are in kernels/cast.h.
#pragma once

#include <cstdint>
#include <cstring>

#include "corepy/kernels/copy_table.h"
#include "corepy/vec/lanes.h"
#include "corepy/vec/transpose.h"
#include "corepy/vec/vec.h"

namespace corepy::COREPY_ISA {

extern constinit const CopyKernels copy_kernels;

// Above this size a copy leaves the caches alone: neither side would be there on the next use.
// Found with benchmarks/cpp/copy_benchmark.cpp.
inline constexpr std::int64_t stream_threshold_bytes = std::int64_t{16} << 20;

// An element as bytes: what is moved is never interpreted, and may be misaligned.
template <std::int64_t Size>
struct RawElement {
  unsigned char bytes[Size];
};

template <std::int64_t Size>
COREPY_INLINE void move_element(const char* from, char* to) {
  std::memcpy(to, from, Size);
}

// Whole groups of four vectors past the caches, without a fence; `out` lies at a multiple of a
// vector. Returns how many bytes that was.
inline std::int64_t stream_vectors(const char* in, char* out, std::int64_t bytes) noexcept {
  using Bytes = Vec<std::uint8_t>;
  constexpr std::int64_t width = lanes<std::uint8_t>;
  std::int64_t i = 0;
  for (; i + 4 * width <= bytes; i += 4 * width) {
    const auto* source = reinterpret_cast<const std::uint8_t*>(in + i);
    auto* target = reinterpret_cast<std::uint8_t*>(out + i);
    const Bytes a = vec::load(source), b = vec::load(source + width);
    const Bytes c = vec::load(source + 2 * width), d = vec::load(source + 3 * width);
    vec::stream(target, a);
    vec::stream(target + width, b);
    vec::stream(target + 2 * width, c);
    vec::stream(target + 3 * width, d);
  }
  return i;
}

// Bytes before the next cache line.
inline std::int64_t bytes_to_line(const void* p) noexcept {
  return static_cast<std::int64_t>(-reinterpret_cast<std::uintptr_t>(p) & 63u);
}

// Fills beyond this size leave the caches alone.
inline constexpr std::int64_t stream_fill_bytes = std::int64_t{1} << 25;

template <std::int64_t Size>
void fill_loop(const void* element, void* out, std::int64_t length) noexcept {
  RawElement<Size> x;
  std::memcpy(&x, element, Size);
  auto* target = static_cast<char*>(out);
  std::int64_t i = 0;
  if (length * Size >= stream_fill_bytes && bytes_to_line(out) % Size == 0) [[unlikely]] {
    constexpr std::int64_t block_bytes = 4 * lanes<std::uint8_t>;
    alignas(64) char block[block_bytes];
    for (std::int64_t b = 0; b < block_bytes; b += Size) std::memcpy(block + b, &x, Size);
    for (; i < bytes_to_line(out) / Size; ++i) std::memcpy(target + i * Size, &x, Size);
    for (; i + block_bytes / Size <= length; i += block_bytes / Size)
      stream_vectors(block, target + i * Size, block_bytes);
    vec::stream_fence();
  }
  for (; i < length; ++i) std::memcpy(target + i * Size, &x, Size);
}

inline void stream_copy(const char* in, char* out, std::int64_t bytes) noexcept {
  const std::int64_t head = bytes_to_line(out);
  std::memcpy(out, in, static_cast<std::size_t>(head));
  const std::int64_t end = head + stream_vectors(in + head, out + head, bytes - head);
  vec::stream_fence();
  std::memcpy(out + end, in + end, static_cast<std::size_t>(bytes - end));
}

inline void copy_loop(const void* in, void* out, std::int64_t bytes) noexcept {
  if (bytes >= stream_threshold_bytes) {
    stream_copy(static_cast<const char*>(in), static_cast<char*>(out), bytes);
  } else {
    std::memcpy(out, in, static_cast<std::size_t>(bytes));
  }
}

// A conversion whose result goes past the caches, whatever its loop: by blocks that stay in the
// first-level cache (10^7 elements on Zen 5: 0.5 to 0.8 of the time).
inline void stream_cast(CastLoop cast, const void* in, std::int64_t in_size, void* out,
                        std::int64_t out_size, std::int64_t length) noexcept {
  constexpr std::int64_t block_bytes = 2048;
  alignas(64) char block[block_bytes];
  const auto* source = static_cast<const char*>(in);
  auto* target = static_cast<char*>(out);
  const std::int64_t head = bytes_to_line(out) / out_size;  // misaligned memory has no lines
  if (bytes_to_line(out) % out_size != 0 || length < head) return cast(in, out, length);
  cast(source, target, head);
  const std::int64_t step = block_bytes / out_size;
  std::int64_t i = head;
  for (; i + step <= length; i += step) {
    cast(source + i * in_size, block, step);
    stream_vectors(block, target + i * out_size, block_bytes);
  }
  vec::stream_fence();
  cast(source + i * in_size, target + i * out_size, length - i);
}

// Strides known at compile time vectorise.
template <std::int64_t Size, std::int64_t Stride>
COREPY_INLINE void gather_fixed(const char* in, char* out, std::int64_t length) {
  for (std::int64_t i = 0; i < length; ++i) move_element<Size>(in + i * Stride, out + i * Size);
}
// Elements of 16 bytes, for whose stores this waits: two in one, where a vector holds as many.
COREPY_INLINE void gather_pairs(const char* in, std::int64_t stride, char* out,
                                std::int64_t length) {
  std::int64_t i = 0;
#pragma GCC unroll 4
  for (; i + 2 <= length; i += 2) {
    vec::Lanes<std::int64_t, 2> pair[2];
    std::memcpy(&pair[0], in + i * stride, 16);
    std::memcpy(&pair[1], in + (i + 1) * stride, 16);
    const auto both = __builtin_shufflevector(pair[0], pair[1], 0, 1, 2, 3);
    std::memcpy(out + i * 16, &both, 32);
  }
  if (i < length) move_element<16>(in + i * stride, out + i * 16);
}
template <std::int64_t Size>
void gather_loop(const void* in, std::int64_t in_stride_bytes, void* out,
                 std::int64_t length) noexcept {
  const auto* source = static_cast<const char*>(in);
  auto* target = static_cast<char*>(out);
  switch (in_stride_bytes) {
    case 0:
      return fill_loop<Size>(in, out, length);
    case Size:
      return copy_loop(in, out, length * Size);
  }
  if constexpr (Size == 16) return gather_pairs(source, in_stride_bytes, target, length);
  switch (in_stride_bytes) {
    case -Size:
      return gather_fixed<Size, -Size>(source, target, length);
    case 2 * Size:
      return gather_fixed<Size, 2 * Size>(source, target, length);
  }
#pragma GCC unroll 4
  for (std::int64_t i = 0; i < length; ++i)
    move_element<Size>(source + i * in_stride_bytes, target + i * Size);
}

template <std::int64_t Size, std::int64_t Stride>
COREPY_INLINE void scatter_fixed(const char* in, char* out, std::int64_t length) {
  for (std::int64_t i = 0; i < length; ++i) move_element<Size>(in + i * Size, out + i * Stride);
}
template <std::int64_t Size>
void scatter_loop(const void* in, void* out, std::int64_t out_stride_bytes,
                  std::int64_t length) noexcept {
  const auto* source = static_cast<const char*>(in);
  auto* target = static_cast<char*>(out);
  if (out_stride_bytes == Size) return copy_loop(in, out, length * Size);
  if (out_stride_bytes == -Size) return scatter_fixed<Size, -Size>(source, target, length);
#pragma GCC unroll 4
  for (std::int64_t i = 0; i < length; ++i)
    move_element<Size>(source + i * Size, target + i * out_stride_bytes);
}

// Elements that fill no block: the matrix's last rows and columns.
template <std::int64_t Size>
COREPY_INLINE void transpose_elements(const char* in, std::int64_t in_stride, char* out,
                                      std::int64_t out_stride, std::int64_t rows,
                                      std::int64_t columns) {
  for (std::int64_t c = 0; c < columns; ++c) {
    for (std::int64_t r = 0; r < rows; ++r) {
      move_element<Size>(in + r * in_stride + c * Size, out + c * out_stride + r * Size);
    }
  }
}

// Elements of 16 bytes need no vectors to be transposed: a block is a cache line in both
// directions.
struct TransposeLines {
  static constexpr std::int64_t side = 4, size = 16;
  static COREPY_INLINE void run(const char* in, std::int64_t in_stride, char* out,
                                std::int64_t out_stride) {
#pragma GCC unroll 4
    for (std::int64_t c = 0; c < side; ++c) {
#pragma GCC unroll 4
      for (std::int64_t r = 0; r < side; ++r)
        move_element<size>(in + r * in_stride + c * size, out + c * out_stride + r * size);
    }
  }
};
template <std::int64_t Size>
struct transpose_block {
  using type = vec::TransposeBlock<Size>;
};
template <>
struct transpose_block<16> {
  using type = TransposeLines;
};

// Rows of a line or two that come from memory are asked for ahead, since each may lie in another
// page: perhaps beyond the end, which is harmless.
inline constexpr std::int64_t narrow_row_bytes = 128, far_bytes = std::int64_t{1} << 22,
                              rows_ahead = 32;

// Blocks in registers, in bands of one block's rows, so that a line of the input is read while it
// is in the cache.
template <std::int64_t Size>
void transpose_bands(const char* in, std::int64_t in_stride, char* out, std::int64_t out_stride,
                     std::int64_t rows, std::int64_t columns) noexcept {
  using Block = typename transpose_block<Size>::type;
  constexpr std::int64_t side = Block::side;
  const std::int64_t block_columns = columns - columns % side;
  const std::int64_t block_rows = rows - rows % side;
  const bool asks_ahead = columns * Size <= narrow_row_bytes && rows * in_stride >= far_bytes;
  for (std::int64_t r = 0; r < block_rows; r += side) {
    for (std::int64_t q = 0; asks_ahead && q < side; ++q) {
      __builtin_prefetch(in + (r + rows_ahead + q) * in_stride);
    }
    for (std::int64_t c = 0; c < block_columns; c += side) {
      Block::run(in + r * in_stride + c * Size, in_stride, out + c * out_stride + r * Size,
                 out_stride);
    }
  }
  if (block_columns < columns) {
    transpose_elements<Size>(in + block_columns * Size, in_stride, out + block_columns * out_stride,
                             out_stride, block_rows, columns - block_columns);
  }
  if (block_rows < rows) {
    transpose_elements<Size>(in + block_rows * in_stride, in_stride, out + block_rows * Size,
                             out_stride, rows - block_rows, columns);
  }
}

// Rows and columns of a tile: runs of 256 bytes on both sides, in a buffer that stays in the
// first-level cache.
template <std::int64_t Size>
inline constexpr std::int64_t transpose_tile = Size <= 2 ? 128 : 256 / Size;

// One tile through a buffer, so that both sides are touched in runs of whole cache lines: with rows
// a power of two apart, all lines of a column fall into one set of each cache and are gone before
// they are used again.
template <std::int64_t Size>
void transpose_one_tile(const char* in, std::int64_t in_stride, char* out, std::int64_t out_stride,
                        std::int64_t rows, std::int64_t columns) noexcept {
  constexpr std::int64_t tile = transpose_tile<Size>, run_bytes = tile * Size;
  alignas(64) char buffer[tile * run_bytes];
  transpose_bands<Size>(in, in_stride, buffer, run_bytes, rows, columns);
  if (rows == tile) {
    for (std::int64_t c = 0; c < columns; ++c) {
      for (std::int64_t i = 0; i < run_bytes; i += lanes<std::uint8_t>) {
        const auto* source = reinterpret_cast<const std::uint8_t*>(buffer + c * run_bytes + i);
        vec::store(reinterpret_cast<std::uint8_t*>(out + c * out_stride + i), vec::load(source));
      }
    }
  } else {
    for (std::int64_t c = 0; c < columns; ++c) {
      std::memcpy(out + c * out_stride, buffer + c * run_bytes,
                  static_cast<std::size_t>(rows * Size));
    }
  }
}

// Halves the longer side until a tile is left: whatever the sizes of caches and pages, some level
// of halves fits them. Measured with benchmarks/cpp/copy_benchmark.cpp.
template <std::int64_t Size>
void transpose_halves(const char* in, std::int64_t in_stride, char* out, std::int64_t out_stride,
                      std::int64_t rows, std::int64_t columns) noexcept {
  constexpr std::int64_t tile = transpose_tile<Size>;
  if (rows <= tile && columns <= tile) {
    transpose_one_tile<Size>(in, in_stride, out, out_stride, rows, columns);
  } else if (rows >= columns) {
    const std::int64_t half = (rows / 2 + tile - 1) / tile * tile;
    transpose_halves<Size>(in, in_stride, out, out_stride, half, columns);
    transpose_halves<Size>(in + half * in_stride, in_stride, out + half * Size, out_stride,
                           rows - half, columns);
  } else {
    const std::int64_t half = (columns / 2 + tile - 1) / tile * tile;
    transpose_halves<Size>(in, in_stride, out, out_stride, rows, half);
    transpose_halves<Size>(in + half * Size, in_stride, out + half * out_stride, out_stride, rows,
                           columns - half);
  }
}

// Below this, the output stays in the first-level cache and needs no buffer: tiles of a larger
// loop.
inline constexpr std::int64_t direct_transpose_bytes = 32768;

// Lines of the output that bands leave half written until the next band, one in each row: this many
// stay in the second-level cache, and their pages in the translation buffers.
inline constexpr std::int64_t open_lines = 1024;

// Whether few sets of the first-level cache have to hold such lines: rows lie a multiple of 512
// bytes apart, or one element more or less than a multiple of 2048, so that the lines of many
// neighbours fall into one set. Of the latter, buffered tiles take two thirds of the time, but more
// than bands where the matrix comes from far away.
template <std::int64_t Size>
constexpr bool crowds_sets(std::int64_t stride_bytes, std::int64_t matrix_bytes) {
  constexpr std::int64_t near_bytes = std::int64_t{1} << 22;
  if (stride_bytes % 512 == 0) return true;
  return Size <= 8 && matrix_bytes <= near_bytes && ((stride_bytes + Size) & 2047) <= 2 * Size;
}

template <std::int64_t Size>
void transpose_loop(const void* in, std::int64_t in_stride_bytes, void* out,
                    std::int64_t out_stride_bytes, std::int64_t rows,
                    std::int64_t columns) noexcept {
  const auto* source = static_cast<const char*>(in);
  auto* target = static_cast<char*>(out);
  const std::int64_t bytes = rows * columns * Size;
  if (bytes <= direct_transpose_bytes) {
    transpose_bands<Size>(source, in_stride_bytes, target, out_stride_bytes, rows, columns);
  } else if (Size >= 4 && !crowds_sets<Size>(out_stride_bytes, bytes)) {
    for (std::int64_t c = 0; c < columns; c += open_lines) {
      transpose_bands<Size>(source + c * Size, in_stride_bytes, target + c * out_stride_bytes,
                            out_stride_bytes, rows,
                            columns - c < open_lines ? columns - c : open_lines);
    }
  } else {
    transpose_halves<Size>(source, in_stride_bytes, target, out_stride_bytes, rows, columns);
  }
}

}  // namespace corepy::COREPY_ISA

// Sorting the values of a row of bytes: each of the 256 is counted, then written that often. Other
// rows are in sorting.h.
#pragma once

#include <cstdint>
#include <cstring>

#include "corepy/kernels/loop_args.h"
#include "corepy/kernels/sorting_keys.h"
#include "corepy/vec/vec.h"

namespace corepy::COREPY_ISA::sorting {

inline constexpr int byte_values = 256;
inline constexpr std::int64_t counted_together = (1 << 16) - 64;  // fits into 16 bits

// Count: a wider one takes longer.
template <class Count>
struct ByteCounts {
  alignas(64) Count of[byte_values];
  alignas(64) std::uint8_t occurs[byte_values];  // 0 or 1
};

// Counts up to counted_together bytes, each by its key `byte ^ flip`, on top of what is counted if
// `continues`. Four tables in turn, so that equal neighbours need not wait for each other's
// increment.
template <class Count>
COREPY_INLINE void count_bytes(const unsigned char* bytes, std::int64_t n, std::uint8_t flip,
                               bool continues, ByteCounts<Count>& counts) {
  constexpr int tables = 4, word_bytes = sizeof(std::uint64_t);
  alignas(64) std::uint16_t table[tables * byte_values];
  // By vectors: the compiler's way to clear so few bytes is slow.
#pragma GCC unroll 8
  for (std::int64_t v = 0; v < tables * byte_values; v += lanes<std::uint16_t>)
    vec::store(table + v, Vec<std::uint16_t>(std::uint16_t{0}));
  const std::uint64_t flips = flip * 0x0101010101010101u;
  std::int64_t i = 0;
  for (; i + word_bytes <= n; i += word_bytes) {
    const std::uint64_t keys = load_bits<std::uint64_t>(bytes + i, 0) ^ flips;
#pragma GCC unroll 8
    for (int b = 0; b < word_bytes; ++b) ++table[b % tables * byte_values + (keys >> 8 * b & 0xff)];
  }
  for (; i < n; ++i) ++table[bytes[i] ^ flip];
  for (int v = 0; v < byte_values; ++v) {
    const int count =
        table[v] + table[byte_values + v] + table[2 * byte_values + v] + table[3 * byte_values + v];
    counts.of[v] = count + (continues ? counts.of[v] : 0);
  }
  for (int v = 0; v < byte_values; ++v) counts.occurs[v] = counts.of[v] != 0;
}

// Bit i: whether the key start + i occurs.
inline constexpr int occurring_bits = 64;
template <class Count>
COREPY_INLINE std::uint64_t find_occurring(const ByteCounts<Count>& counts, int start) {
  constexpr int width = static_cast<int>(lanes<std::uint8_t>);
  std::uint64_t bits = 0;
#pragma GCC unroll 4
  for (int i = 0; i < occurring_bits; i += width) {
    const auto occurs = vec::load(counts.occurs + start + i) != Vec<std::uint8_t>(std::uint8_t{0});
    bits |= occurs.mask() << i;
  }
  return bits;
}

// Writes n counted bytes, run by run. Of a run, however short, `piece` bytes are written at once, a
// branch less; what begins too near to the end for that goes through `rest`.
template <class Count>
COREPY_INLINE void write_bytes(const ByteCounts<Count>& counts, std::uint8_t flip,
                               unsigned char* out, std::int64_t n) {
  constexpr std::int64_t piece = 32;
  unsigned char rest[2 * piece];  // places from `last_piece` on
  const std::int64_t last_piece = n - piece;
  std::int64_t to = 0, written = 0;
  for (int start = 0; start < byte_values; start += occurring_bits) {
    for (std::uint64_t left = find_occurring(counts, start); left != 0; left &= left - 1) {
      const int key = start + __builtin_ctzll(left);
      const std::int64_t count = counts.of[key];
      const bool is_direct = to <= last_piece;
      unsigned char* at = is_direct ? out + to : rest + (to - last_piece);
      std::memset(at, key ^ flip, piece);
      if (count > piece)
        std::memset(at + piece, key ^ flip, static_cast<std::size_t>(count - piece));
      to += count;
      written = is_direct ? to : written;
    }
  }
  std::memcpy(out + written, rest + (written - last_piece), static_cast<std::size_t>(n - written));
}

template <class Count>
void sort_counted_bytes(const unsigned char* in, std::int64_t n, std::uint8_t flip,
                        unsigned char* out) noexcept {
  ByteCounts<Count> counts;
  for (std::int64_t start = 0; start < n; start += counted_together) {
    const std::int64_t length = n - start < counted_together ? n - start : counted_together;
    count_bytes(in + start, length, flip, start != 0, counts);
  }
  write_bytes(counts, flip, out, n);
}

// The shortest row that is sorted faster so (benchmarks/cpp/sorting_benchmark.cpp).
inline constexpr std::int64_t counted_bytes_min = 33;

// Sorts at least 32 bytes. Reads each once: if other code writes to them meanwhile, the result
// holds some of the values.
template <class T>
void sort_bytes(const SortArgs& args) noexcept {
  const auto* in = static_cast<const unsigned char*>(args.in);
  auto* out = static_cast<unsigned char*>(args.out);
  // Keys are as in key_of_bits, whose map of bytes is its own inverse.
  const std::uint8_t flip = key_of_bits<T>(0, args.descending ? Key<T>(0xff) : Key<T>(0));
  args.n <= counted_together ? sort_counted_bytes<std::uint16_t>(in, args.n, flip, out)
                             : sort_counted_bytes<std::int64_t>(in, args.n, flip, out);
}

}  // namespace corepy::COREPY_ISA::sorting

// From strides to kernels: walks the m reductions of a ReductionArgs as contiguous rows, as strips
// of neighbouring columns, or through copies into scratch memory, and asks one reduction's kernel
// for each. What is computed is in the kernels (reduction_order.h, reduction_integer.h ...); the
// choice made here never changes a result's bits.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>

#include "corepy/kernels/loop_args.h"
#include "corepy/kernels/reduction_table.h"
#include "corepy/vec/fold.h"
#include "corepy/vec/prefetch.h"
#include "corepy/vec/transpose.h"
#include "corepy/vec/vec.h"

namespace corepy::COREPY_ISA::reduction {

// Rows in a block: pieces and row blocks that sources hand out start at multiples of it (numerics
// contract, see reduction_order.h).
inline constexpr std::int64_t block_length = 256;
inline constexpr std::int64_t piece_bytes = reduction_buffer_bytes;
// Long stretches of each row, which the hardware's prefetchers follow from row to row, and yet few
// enough for 16 rows of lanes in the second-level cache. benchmarks/cpp/reduction_benchmark.cpp,
// sum over axis 0: three quarters of the time of 8 KiB.
inline constexpr std::int64_t strip_bytes = 28160;

// An operand of so many bytes comes from memory, or may: a caller has touched others since.
inline constexpr std::int64_t far_bytes = std::int64_t{1} << 22;
// How far ahead tiles of short rows are asked for then.
inline constexpr std::int64_t tile_ahead_bytes = 16384;

constexpr std::int64_t round_up(std::int64_t value, std::int64_t multiple) {
  return (value + multiple - 1) / multiple * multiple;
}
constexpr std::int64_t smaller(std::int64_t a, std::int64_t b) { return a < b ? a : b; }
constexpr std::int64_t larger(std::int64_t a, std::int64_t b) { return a < b ? b : a; }

COREPY_INLINE const char* at(const void* base, std::int64_t bytes) {
  return static_cast<const char*>(base) + bytes;
}
COREPY_INLINE char* at(void* base, std::int64_t bytes) { return static_cast<char*>(base) + bytes; }

// Elements `stride` bytes apart to contiguous ones; with a constant stride it vectorises.
template <class T>
COREPY_INLINE void copy_elements(const char* from, std::int64_t stride, T* to, std::int64_t count) {
  for (std::int64_t i = 0; i < count; ++i) std::memcpy(to + i, from + i * stride, sizeof(T));
}
template <class T>
COREPY_INLINE void copy_strided(const char* from, std::int64_t stride, T* to, std::int64_t count) {
  constexpr std::int64_t size = sizeof(T);
  if (stride == size) {
    std::memcpy(to, from, static_cast<std::size_t>(count * size));
  } else if (stride == -size) {
    copy_elements(from, -size, to, count);
  } else if (stride == 2 * size) {
    copy_elements(from, 2 * size, to, count);
  } else if (stride == 3 * size) {
    copy_elements(from, 3 * size, to, count);
  } else {
    copy_elements(from, stride, to, count);
  }
}

// What converts a row of neighbouring reductions at once, or null.
COREPY_INLINE CastLoop row_cast(const ReductionArgs& args) {
  return args.gather ? static_cast<const ReductionGather*>(args.gather_context)->cast_row : nullptr;
}

template <class T>
inline constexpr std::int64_t piece_length = piece_bytes / static_cast<std::int64_t>(sizeof(T));

// Elements of one reduction in order, contiguous and aligned, by pieces of piece_length (the last
// may be shorter).
template <class T>
class PieceSource {
 public:
  // `first`: the element of the reduction that this source begins with.
  PieceSource(const ReductionArgs& args, std::int64_t j, bool in_place, T* buffer,
              std::int64_t first = 0) noexcept
      : args_(args),
        base_(args.gather ? nullptr
                          : at(args.in, j * args.m_stride_bytes + first * args.n_stride_bytes)),
        j_(j),
        first_(first),
        in_place_(in_place),
        buffer_(buffer) {}

  // How far to go at once where blocks do not matter: whole stretches of memory need no pieces.
  std::int64_t stretch_length() const noexcept {
    return in_place_ ? std::int64_t{1} << 20 : piece_length<T>;
  }

  // Valid until the next call.
  COREPY_INLINE const T* piece(std::int64_t start, std::int64_t count) const noexcept {
    if (in_place_) return reinterpret_cast<const T*>(base_) + start;
    copy_piece(start, count);
    return buffer_;
  }

 private:
  void copy_piece(std::int64_t start, std::int64_t count) const noexcept {
    if (args_.gather) {
      args_.gather(args_.gather_context, j_, first_ + start, count, buffer_);
      return;
    }
    copy_strided(base_ + start * args_.n_stride_bytes, args_.n_stride_bytes, buffer_, count);
  }

  const ReductionArgs& args_;
  const char* base_;
  std::int64_t j_, first_;
  bool in_place_;
  T* buffer_;
};

// Row blocks of `width` neighbouring reductions: block(start) points at elements start.. of the
// first one, the others follow contiguously, and element i + 1 lies row_stride_bytes() after
// element i.
template <class T>
class StripSource {
 public:
  StripSource(const ReductionArgs& args, std::int64_t j, std::int64_t width, T* tile,
              std::int64_t tile_pitch) noexcept
      : args_(args),
        base_(at(args.in, j * args.m_stride_bytes)),
        width_(width),
        tile_(tile),
        tile_pitch_(tile_pitch),
        is_far_(args.m * args.n * static_cast<std::int64_t>(sizeof(T)) >= far_bytes) {}

  COREPY_INLINE std::int64_t row_stride_bytes() const noexcept {
    return tile_ ? tile_pitch_ * static_cast<std::int64_t>(sizeof(T)) : args_.n_stride_bytes;
  }
  COREPY_INLINE std::int64_t width() const noexcept { return width_; }
  // Rows that come from memory as they lie.
  COREPY_INLINE bool is_far() const noexcept { return is_far_ && tile_ == nullptr; }
  // The same of few lines, most of which are read: of a view of some columns all would be fetched.
  COREPY_INLINE bool is_asked_ahead() const noexcept {
    constexpr std::int64_t short_bytes = 1024;
    const std::int64_t read_bytes = width_ * static_cast<std::int64_t>(sizeof(T));
    return is_far() && args_.n_stride_bytes > 0 && args_.n_stride_bytes <= short_bytes &&
           args_.n_stride_bytes <= read_bytes + read_bytes / 4;
  }
  COREPY_INLINE const T* block(std::int64_t start, std::int64_t count) const noexcept {
    const char* from = base_ + start * args_.n_stride_bytes;
    if (!tile_) return reinterpret_cast<const T*>(from);
    copy_tile(from, count);
    return tile_;
  }

 private:
  void copy_tile(const char* from, std::int64_t count) const noexcept {
    if (const CastLoop cast = row_cast(args_)) {
      for (std::int64_t i = 0; i < count; ++i)
        cast(from + i * args_.n_stride_bytes, tile_ + i * tile_pitch_, width_);
      return;
    }
    std::int64_t j = 0;
    if constexpr (sizeof(T) == 4 || sizeof(T) == 8) {
      // Short rows that lie contiguous: whole blocks turn in registers.
      using Block = typename vec::transpose_block<sizeof(T)>::type;
      using Small = vec::TransposeBlock128<sizeof(T)>;
      if (args_.n_stride_bytes == sizeof(T)) {
        for (; j + Block::side <= width_; j += Block::side) {
          std::int64_t i = copy_blocks<Block, Block::side>(from, 0, count, j);
          if constexpr (Block::side > Small::side)
            i = copy_blocks<Small, Block::side>(from, i, count, j);
          copy_columns(from, i, count, j, j + Block::side);
        }
      }
    }
    copy_columns(from, 0, count, j, width_);
  }
  // Elements first.. of results j .. j + Width by whole blocks; the first element that is left.
  template <class Block, std::int64_t Width>
  COREPY_INLINE std::int64_t copy_blocks(const char* from, std::int64_t first, std::int64_t count,
                                         std::int64_t j) const {
    constexpr std::int64_t size = sizeof(T);
    from += j * args_.m_stride_bytes;
    std::int64_t i = first;
    for (; i + Block::side <= count; i += Block::side) {
      // The hardware does not follow blocks from row to row: without this, rows of 16 elements come
      // from memory at half the speed.
      if (is_far_ && i * size % 64 == 0) {
        for (std::int64_t k = 0; k < Width; ++k)
          __builtin_prefetch(from + k * args_.m_stride_bytes + i * size + tile_ahead_bytes);
      }
      COREPY_UNROLL
      for (std::int64_t k = 0; k < Width; k += Block::side) {
        Block::run(from + k * args_.m_stride_bytes + i * size, args_.m_stride_bytes,
                   reinterpret_cast<char*>(tile_ + i * tile_pitch_ + j + k), tile_pitch_ * size);
      }
    }
    return i;
  }
  // Elements [first, last) of results [j, end).
  COREPY_INLINE void copy_columns(const char* from, std::int64_t first, std::int64_t last,
                                  std::int64_t j, std::int64_t end) const {
    if (j >= end) return;
    for (std::int64_t i = first; i < last; ++i) {
      copy_strided(from + i * args_.n_stride_bytes + j * args_.m_stride_bytes, args_.m_stride_bytes,
                   tile_ + i * tile_pitch_ + j, end - j);
    }
  }

  const ReductionArgs& args_;
  const char* base_;
  std::int64_t width_;
  T* tile_;
  std::int64_t tile_pitch_;
  bool is_far_;
};

// Asks for the two vectors that lie `bytes` behind x, once for each cache line: the hardware alone
// keeps too little under way (1.1 to 1.3 times the speed of max at 1e7). They may lie past the end,
// which is harmless.
template <class T>
COREPY_INLINE void prefetch_pair(const T* x, std::int64_t bytes) {
  __builtin_prefetch(at(x, bytes));
  if constexpr (2 * lanes<T> * sizeof(T) > 64) __builtin_prefetch(at(x + lanes<T>, bytes));
}
inline constexpr std::int64_t row_ahead_bytes = 8192;

// Calls f(rows, first, x, apart_bytes) for groups of up to four rows of a strip in any order, x
// being the first one and the others so far from it: constants, so that a group is one pass over
// the results. `first` is true for the first group, which needs no earlier results. The rows of a
// group are a quarter of a block apart, so that each one follows upon a row of the group before.
// Rows of few lines that come from memory are asked for in its order, a block ahead: the hardware
// follows none of them (max of 16 float64 columns: 0.75 of the time on Zen 5).
template <class T, class F>
COREPY_INLINE void for_each_row_group(const StripSource<T>& source, std::int64_t n, F f) {
  const std::int64_t stride = source.row_stride_bytes();
  const bool is_asked_ahead = source.is_asked_ahead();
  const auto call = [&](auto rows, bool first, const char* x, std::int64_t apart_bytes)
                        __attribute__((always_inline)) {
                          if (first) {
                            f(rows, std::true_type{}, x, apart_bytes);
                          } else {
                            f(rows, std::false_type{}, x, apart_bytes);
                          }
                        };
  for (std::int64_t start = 0; start < n; start += block_length) {
    const std::int64_t count = smaller(block_length, n - start), quarter = count / 4;
    const T* block = source.block(start, count);
    for (std::int64_t i = 0; i < quarter; ++i) {
      if (is_asked_ahead)
        vec::prefetch_lines(at(block, (block_length + 4 * i) * stride), 4 * stride);
      call(std::integral_constant<int, 4>{}, start + i == 0, at(block, i * stride),
           quarter * stride);
    }
    const char* rest = at(block, 4 * quarter * stride);
    const bool first = start + quarter == 0;
    switch (count % 4) {
      case 1:
        call(std::integral_constant<int, 1>{}, first, rest, stride);
        break;
      case 2:
        call(std::integral_constant<int, 2>{}, first, rest, stride);
        break;
      case 3:
        call(std::integral_constant<int, 3>{}, first, rest, stride);
        break;
      default:
        break;
    }
  }
}

enum class Layout : std::uint8_t { rows, copied_rows, columns, tiles };

// Reductions this short are faster side by side, where there are as many. Of narrow elements a
// vector holds more of them.
template <class T>
inline constexpr std::int64_t few_elements = sizeof(T) == 1   ? 64
                                             : sizeof(T) == 2 ? 32
                                                              : 16;

struct LayoutPlan {
  Layout layout;
  std::int64_t strip_width;  // reductions per strip: columns, tiles
};

// A tile is at most one block high. Of short rows it should stay in the first-level cache; of long
// columns it should read long stretches of memory from each row, so it may fill part of the second
// level.
template <class T>
constexpr std::int64_t tile_width(std::int64_t n, std::int64_t m) {
  const std::int64_t tile_bytes = n <= few_elements<T> ? piece_bytes : 16 * piece_bytes;
  const std::int64_t wide =
      tile_bytes / static_cast<std::int64_t>(sizeof(T)) / smaller(n, block_length) / 16 * 16;
  return smaller(round_up(m, 16), smaller(larger(wide, 32), 1024));
}

// Fewer columns are reduced one by one; kernels may take fewer where rows lie one behind the other.
template <class K>
constexpr std::int64_t least_columns(bool is_dense) {
  if constexpr (requires { K::least_dense_columns; }) {
    if (is_dense) return K::least_dense_columns;
  }
  return 8;
}

template <class K>
LayoutPlan plan_layout(const ReductionArgs& args) noexcept {
  using T = typename K::In;
  constexpr std::int64_t size = sizeof(T);
  if (args.gather) {
    if (row_cast(args) != nullptr && args.m >= 8)
      return {Layout::tiles, tile_width<T>(args.n, args.m)};
    return {Layout::copied_rows, 0};
  }
  const std::int64_t n_stride = args.n > 1 ? args.n_stride_bytes : size;
  const std::int64_t m_stride = args.m > 1 ? args.m_stride_bytes : size;
  const bool columns =
      args.is_aligned && m_stride == size && args.m >= least_columns<K>(n_stride == args.m * size);
  const LayoutPlan strips = {Layout::columns, smaller(args.m, strip_bytes / size)};
  const LayoutPlan tiles = {Layout::tiles, tile_width<T>(args.n, args.m)};
  if (args.n <= few_elements<T> && args.m >= few_elements<T>) return columns ? strips : tiles;
  if (args.is_aligned && n_stride == size) return {Layout::rows, 0};
  if (columns) return strips;
  const std::int64_t n_step = n_stride < 0 ? -n_stride : n_stride;
  const std::int64_t m_step = m_stride < 0 ? -m_stride : m_stride;
  if (args.m >= 8 && m_step < n_step) return tiles;
  return {Layout::copied_rows, 0};
}

// Scratch memory of a plan: the kernel's own, the strip's results, the tile or piece.
template <class K>
struct Scratch {
  using In = typename K::In;
  using Out = typename K::Out;
  std::int64_t kernel_bytes = 0, results_bytes = 0, copy_bytes = 0;

  Scratch(const ReductionArgs& args, const LayoutPlan& plan) noexcept {
    constexpr std::int64_t in_size = sizeof(In), out_size = sizeof(Out);
    if (plan.layout == Layout::copied_rows) {
      copy_bytes = round_up(smaller(args.n, piece_length<In>) * in_size, 64);
    } else if (plan.layout != Layout::rows) {
      kernel_bytes = round_up(K::strip_scratch_bytes(args.n, plan.strip_width), 64);
      results_bytes = round_up(round_up(plan.strip_width, 16) * out_size, 64);
      if (plan.layout == Layout::tiles) {
        copy_bytes = smaller(args.n, block_length) * round_up(plan.strip_width * in_size, 64);
      }
    }
  }
  std::int64_t bytes() const noexcept { return kernel_bytes + results_bytes + copy_bytes; }
};

template <class Out>
COREPY_INLINE void store_result(const ReductionArgs& args, std::int64_t j, const Out& result) {
  std::memcpy(at(args.out, j * args.out_stride_bytes), &result, sizeof(Out));
}

// Kernels that reduce some rows side by side, where they are no longer than it is worth.
template <class K>
concept has_rows_at_once = requires { requires K::rows_at_once > 1; };
template <class K>
constexpr bool is_worth_rows_at_once(std::int64_t row_bytes) {
  if constexpr (requires { K::longest_at_once_bytes; }) {
    return row_bytes <= K::longest_at_once_bytes;
  } else {
    return true;
  }
}

template <class K>
void run_rows(const ReductionArgs& args, bool in_place) noexcept {
  using In = typename K::In;
  std::int64_t j = 0;
  if constexpr (has_rows_at_once<K>) {
    const bool at_once =
        in_place && is_worth_rows_at_once<K>(args.n * static_cast<std::int64_t>(sizeof(In)));
    for (; at_once && j + K::rows_at_once <= args.m; j += K::rows_at_once) {
      typename K::Out results[K::rows_at_once];
      K::reduce_rows(at(args.in, j * args.m_stride_bytes), args.m_stride_bytes, args.n, args,
                     results);
      for (int i = 0; i < K::rows_at_once; ++i) store_result(args, j + i, results[i]);
    }
  }
  for (; j < args.m; ++j) {
    const PieceSource<In> source(args, j, in_place, static_cast<In*>(args.workspace));
    store_result(args, j, K::reduce_row(source, args.n, args));
  }
}

template <class K>
void run_strips(const ReductionArgs& args, const LayoutPlan& plan) noexcept {
  using In = typename K::In;
  using Out = typename K::Out;
  const Scratch<K> scratch(args, plan);
  auto* results = reinterpret_cast<Out*>(at(args.workspace, scratch.kernel_bytes));
  In* tile = nullptr;
  if (plan.layout == Layout::tiles) {
    tile = reinterpret_cast<In*>(at(args.workspace, scratch.kernel_bytes + scratch.results_bytes));
  }
  const std::int64_t pitch =
      round_up(plan.strip_width * static_cast<std::int64_t>(sizeof(In)), 64) /
      static_cast<std::int64_t>(sizeof(In));
  for (std::int64_t j = 0; j < args.m; j += plan.strip_width) {
    const std::int64_t width = smaller(plan.strip_width, args.m - j);
    const StripSource<In> source(args, j, width, tile, pitch);
    K::reduce_strip(source, args.n, args, results, args.workspace);
    if (args.out_stride_bytes == static_cast<std::int64_t>(sizeof(Out))) {
      std::memcpy(at(args.out, j * args.out_stride_bytes), results,
                  static_cast<std::size_t>(width) * sizeof(Out));
    } else {
      for (std::int64_t i = 0; i < width; ++i) store_result(args, j + i, results[i]);
    }
  }
}

// Columns in descending order are columns in ascending order with the results reversed.
inline ReductionArgs with_ascending_columns(const ReductionArgs& args) noexcept {
  ReductionArgs ascending = args;
  if (!args.gather && args.m > 1 && args.m_stride_bytes < 0) {
    ascending.in = at(args.in, (args.m - 1) * args.m_stride_bytes);
    ascending.m_stride_bytes = -args.m_stride_bytes;
    ascending.out = at(args.out, (args.m - 1) * args.out_stride_bytes);
    ascending.out_stride_bytes = -args.out_stride_bytes;
  }
  return ascending;
}

template <class K>
void run(const ReductionArgs& given) noexcept {
  if (given.m <= 0) return;
  if (given.n <= 0) {
    for (std::int64_t j = 0; j < given.m; ++j) store_result(given, j, K::empty_result());
    return;
  }
  const ReductionArgs args = with_ascending_columns(given);
  const LayoutPlan plan = plan_layout<K>(args);
  if (plan.layout == Layout::rows || plan.layout == Layout::copied_rows) {
    run_rows<K>(args, plan.layout == Layout::rows);
  } else {
    run_strips<K>(args, plan);
  }
}

template <class K>
std::int64_t workspace_bytes(const ReductionArgs& given) noexcept {
  if (given.n <= 0 || given.m <= 0) return 0;
  const ReductionArgs args = with_ascending_columns(given);
  return Scratch<K>(args, plan_layout<K>(args)).bytes();
}

template <class K>
void run_part(const ReductionArgs& args, const ReductionPart& part) noexcept {
  using In = typename K::In;
  static_assert(reduction_part_length % piece_length<In> == 0);
  const bool in_place = plan_layout<K>(args).layout == Layout::rows;
  const PieceSource<In> source(args, 0, in_place, static_cast<In*>(part.buffer), part.start);
  const typename K::Part result = K::reduce_part(source, part, args);
  std::memcpy(part.result, &result, sizeof result);
}

template <class K>
void fold(const ReductionArgs& args, int pass, const void* parts, std::int64_t count,
          void* out) noexcept {
  const auto result = K::fold_parts(static_cast<const typename K::Part*>(parts), count, args, pass);
  std::memcpy(out, &result, sizeof result);
}

template <class K>
constexpr ReductionKernel kernel() {
  static_assert(sizeof(typename K::Part) <= reduction_max_part_bytes);
  return {&run<K>, &workspace_bytes<K>, K::passes, sizeof(typename K::Part), &run_part<K>,
          &fold<K>};
}
// For dtypes without the operator, or that the driver converts first.
inline constexpr ReductionKernel no_kernel = {nullptr, nullptr, 0, 0, nullptr, nullptr};

}  // namespace corepy::COREPY_ISA::reduction

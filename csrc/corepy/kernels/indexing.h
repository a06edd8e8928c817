// Moving runs of bytes to and from positions along an axis. The arguments and what happens to bad
// indices are in indexing_table.h; masks are in indexing_mask.h, arithmetic in
// indexing_accumulate.h.
#pragma once

#include <cstdint>
#include <cstring>

#include "corepy/kernels/indexing_table.h"
#include "corepy/vec/prefetch.h"
#include "corepy/vec/vec.h"

namespace corepy::COREPY_ISA::indexing {

// Reads an index exactly once: other code may share the memory and change it, and what is checked
// must be what is used.
COREPY_INLINE std::int64_t load_index(const std::int64_t* indices, std::int64_t i) {
#if defined(__GNUC__)
  return __atomic_load_n(indices + i, __ATOMIC_RELAXED);
#else
  return *static_cast<const volatile std::int64_t*>(indices + i);
#endif
}

// Negative indices count from the end; one outside gives what is, unsigned, not below the length.
// Unsigned arithmetic wraps for no index that is inside.
COREPY_INLINE std::uint64_t count_from_start(std::int64_t index, std::int64_t axis_length) {
  const auto bits = static_cast<std::uint64_t>(index);
  return bits + (static_cast<std::uint64_t>(axis_length) & (0 - (bits >> 63)));
}

// A block at a time without a branch per index, so that the compiler uses vectors.
inline constexpr std::int64_t survey_block = 256;

struct BlockSurvey {
  bool is_inside, has_negatives;
};
COREPY_INLINE BlockSurvey survey_block_of(const std::int64_t* indices, std::int64_t n,
                                          std::int64_t axis_length) {
  std::int64_t signs = 0, outside = 0;  // the sign bits tell
  for (std::int64_t i = 0; i < n; ++i) {
    const std::int64_t index = indices[i], position = index + (axis_length & (index >> 63));
    signs |= index;
    outside |= position | (axis_length - 1 - position);
  }
  return {outside >= 0, signs < 0};
}

enum class Indices { offsets, non_negative, any };

// Elements [i, end) of a row. `Take`: from the axis to the other side, else back. A run or stride
// known to the compiler (Run 0: any) makes a copy one or two moves. False where an index lies
// outside: the rest is not moved.
template <bool Take, std::int64_t Run, bool Dense, Indices Kind>
COREPY_INLINE bool move_elements(const MoveArgs& args, char* axis, char* other, std::int64_t i,
                                 std::int64_t end) {
  constexpr bool is_checked = Kind != Indices::offsets;
  const std::int64_t run = Run != 0 ? Run : args.run_bytes;
  const std::int64_t axis_stride = !Dense ? args.axis_stride_bytes : is_checked ? run : 1;
  const std::int64_t other_stride = Dense ? run : args.other_stride_bytes;
  // Copies: what is moved could, for all the compiler knows, overwrite the arguments.
  const std::int64_t axis_length = args.axis_length;
  const std::int64_t* const indices = args.indices;
#pragma GCC unroll 8
  for (; i < end; ++i) {
    const std::int64_t index = load_index(indices, i);
    auto position = static_cast<std::uint64_t>(index);
    if constexpr (Kind == Indices::any) position = count_from_start(index, axis_length);
    if constexpr (is_checked) {
      if (position >= static_cast<std::uint64_t>(axis_length)) [[unlikely]]
        return false;
    }
    char *at = axis + static_cast<std::int64_t>(position) * axis_stride,
         *to = other + i * other_stride;
    std::memcpy(Take ? to : at, Take ? at : to, static_cast<std::size_t>(run));
  }
  return true;
}

// A block of indices further on, asked for while this one's elements are: loads from all over the
// axis keep the hardware from running ahead of the one stream that it could follow (1e6 float64:
// 0.6 to 0.8 of the time on Zen 5).
COREPY_INLINE void prefetch_indices_after(const std::int64_t* block) {
  vec::prefetch_lines(block + 2 * survey_block, survey_block * sizeof(std::int64_t));
}

// Single loads: on Zen 5, gathers take 1.05 to 1.25 of their time (AVX-512), twice it (AVX2).
template <bool Take, std::int64_t Run, bool Dense, Indices Kind>
COREPY_INLINE bool move_row(const MoveArgs& args, char* axis, char* other) {
  const std::int64_t count = args.count;
  std::int64_t i = 0;
  for (; i + survey_block <= count; i += survey_block) {
    const std::int64_t end = i + survey_block;
    if (args.has_many) prefetch_indices_after(args.indices + i);
    bool has_negatives = false;
    // Looking at a block first costs less than counting each index from the end.
    if constexpr (Kind == Indices::any) {
      has_negatives =
          survey_block_of(args.indices + i, survey_block, args.axis_length).has_negatives;
    }
    constexpr Indices Plain = Kind == Indices::any ? Indices::non_negative : Kind;
    if (!(has_negatives ? move_elements<Take, Run, Dense, Kind>(args, axis, other, i, end)
                        : move_elements<Take, Run, Dense, Plain>(args, axis, other, i, end)))
      return false;
  }
  return move_elements<Take, Run, Dense, Kind>(args, axis, other, i, count);
}

template <bool Take, std::int64_t Run, bool Dense, Indices Kind>
void move_rows(const MoveArgs& args) noexcept {
  for (std::int64_t o = 0; o < args.outer; ++o) {
    char* axis = static_cast<char*>(args.axis) + o * args.axis_outer_stride_bytes;
    char* other = static_cast<char*>(args.other) + o * args.other_outer_stride_bytes;
    if (!move_row<Take, Run, Dense, Kind>(args, axis, other)) {
      *args.flags |= loop_flag_index_out_of_bounds;
      return;
    }
  }
}

template <bool Take, std::int64_t Run, Indices Kind>
void move_rows_of(const MoveArgs& args) noexcept {
  const bool is_dense = args.axis_stride_bytes == (Kind == Indices::offsets ? 1 : args.run_bytes) &&
                        args.other_stride_bytes == args.run_bytes;
  return is_dense ? move_rows<Take, Run, true, Kind>(args)
                  : move_rows<Take, Run, false, Kind>(args);
}

// Rows with few picks, many of them: an index is loaded and counted once for all rows of a block,
// whose lines stay in the first-level cache from one index to the next. A row's picks keep their
// order.
inline constexpr std::int64_t few_picks = 16, picked_rows_block = 128;

template <bool Take, std::int64_t Run>
COREPY_INLINE void move_column(const MoveArgs& args, char* axis, char* other, std::int64_t rows) {
  const std::int64_t axis_stride = args.axis_outer_stride_bytes;
  const std::int64_t other_stride = args.other_outer_stride_bytes;
#pragma GCC unroll 4
  for (std::int64_t o = 0; o < rows; ++o) {
    char *at = axis + o * axis_stride, *to = other + o * other_stride;
    std::memcpy(Take ? to : at, Take ? at : to, Run);
  }
}

template <bool Take, std::int64_t Run>
void move_columns(const MoveArgs& args) noexcept {
  for (std::int64_t first = 0; first < args.outer; first += picked_rows_block) {
    const std::int64_t left = args.outer - first;
    const std::int64_t rows = left < picked_rows_block ? left : picked_rows_block;
    char* axis = static_cast<char*>(args.axis) + first * args.axis_outer_stride_bytes;
    char* other = static_cast<char*>(args.other) + first * args.other_outer_stride_bytes;
    for (std::int64_t i = 0; i < args.count; ++i) {
      const std::int64_t index = load_index(args.indices, i);
      auto position = static_cast<std::uint64_t>(index);
      if (args.axis_length != 0) {
        if (args.has_negatives) position = count_from_start(index, args.axis_length);
        if (position >= static_cast<std::uint64_t>(args.axis_length)) {
          *args.flags |= loop_flag_index_out_of_bounds;
          return;
        }
      }
      move_column<Take, Run>(args,
                             axis + static_cast<std::int64_t>(position) * args.axis_stride_bytes,
                             other + i * args.other_stride_bytes, rows);
    }
  }
}

template <bool Take, std::int64_t Run>
void move_runs(const MoveArgs& args) noexcept {
  if constexpr (Run != 0) {
    if (args.count <= few_picks && args.outer > args.count) return move_columns<Take, Run>(args);
  }
  if (args.axis_length == 0) return move_rows_of<Take, Run, Indices::offsets>(args);
  if (args.has_negatives) return move_rows_of<Take, Run, Indices::any>(args);
  return move_rows_of<Take, Run, Indices::non_negative>(args);
}

template <bool Take>
void move(const MoveArgs& args) noexcept {
  switch (args.run_bytes) {
    case 1:
      return move_runs<Take, 1>(args);
    case 2:
      return move_runs<Take, 2>(args);
    case 4:
      return move_runs<Take, 4>(args);
    case 8:
      return move_runs<Take, 8>(args);
    case 16:
      return move_runs<Take, 16>(args);
    case 32:
      return move_runs<Take, 32>(args);
    case 64:
      return move_runs<Take, 64>(args);
    default:
      return move_runs<Take, 0>(args);
  }
}

inline IndexSurvey survey(const std::int64_t* indices, std::int64_t count,
                          std::int64_t axis_length) noexcept {
  bool has_negatives = false;
  for (std::int64_t i = 0; i < count; i += survey_block) {
    const std::int64_t n = count - i < survey_block ? count - i : survey_block;
    const BlockSurvey block = survey_block_of(indices + i, n, axis_length);
    has_negatives = has_negatives || block.has_negatives;
    if (block.is_inside) continue;
    for (std::int64_t j = i; j < i + n; ++j) {
      if (count_from_start(load_index(indices, j), axis_length) >=
          static_cast<std::uint64_t>(axis_length)) {
        return {j, has_negatives};
      }
    }
  }
  return {count, has_negatives};
}

inline void scale_positions(const std::int64_t* indices, std::int64_t count,
                            std::int64_t axis_length, std::int64_t stride,
                            std::int64_t* out) noexcept {
  for (std::int64_t i = 0; i < count; ++i) {
    out[i] = static_cast<std::int64_t>(count_from_start(indices[i], axis_length)) * stride;
  }
}

}  // namespace corepy::COREPY_ISA::indexing

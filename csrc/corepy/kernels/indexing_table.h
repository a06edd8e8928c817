// The kernels of indexing: their arguments and their per-ISA table. No code (indexing.h,
// indexing_mask.h, indexing_accumulate.h).
#pragma once

#include <cstdint>

#include "corepy/kernels/copy_table.h"
#include "corepy/kernels/loop_args.h"

namespace corepy {

// Runs of contiguous bytes (at least 1) at positions along an axis on one side, one after another
// on the other:
//   take  other[o, i, :] = axis[o, p(i), :]        put  axis[o, p(i), :] = other[o, i, :]
// for o < outer, i < count in this order, so that the last of equal positions stays after put.
// axis_length > 0: p(i) is indices[i], counted from the end where negative. An index outside
// [-axis_length, axis_length) sets loop_flag_index_out_of_bounds and ends the loop: `indices` may
// be shared memory, and is read once. axis_length == 0: indices are byte offsets in private
// memory, and axis_stride_bytes is 1.
// Any alignment but that of `indices`; the two sides do not overlap.
struct MoveArgs {
  std::int64_t outer;
  std::int64_t count;
  std::int64_t axis_length;
  bool has_negatives;  // else a negative index is outside
  std::int64_t run_bytes;
  const std::int64_t* indices;
  void* axis;
  std::int64_t axis_outer_stride_bytes;
  std::int64_t axis_stride_bytes;
  void* other;
  std::int64_t other_outer_stride_bytes;
  std::int64_t other_stride_bytes;  // 0: one run for all
  std::uint32_t* flags;
  bool has_many = false;  // indices, so that no near cache holds them: for speed only
};
using MoveLoop = void (*)(const MoveArgs&) noexcept;

// Elements instead of bytes: axis[o, p(i), r] = axis[o, p(i), r] op other[o, i, r] for r <
// run_length, each step rounded once, in the order of i. Offsets are private memory; elements
// on both sides are aligned and contiguous along r.
struct AccumulateArgs {
  std::int64_t outer;
  std::int64_t count;
  std::int64_t run_length;
  const std::int64_t* offsets;  // bytes
  void* axis;
  std::int64_t axis_outer_stride_bytes;
  const void* other;
  std::int64_t other_outer_stride_bytes;
  std::int64_t other_stride_bytes;
};
using AccumulateLoop = void (*)(const AccumulateArgs&) noexcept;
enum class Accumulation : std::uint8_t { add, subtract, multiply, minimum, maximum };
inline constexpr int accumulation_count = 5;

// What indices hold: the place of the first outside [-axis_length, axis_length), or count; whether
// any before it is negative.
struct IndexSurvey {
  std::int64_t first_outside;
  bool has_negatives;
};
using SurveyLoop = IndexSurvey (*)(const std::int64_t* indices, std::int64_t count,
                                   std::int64_t axis_length) noexcept;
// out[i] = p(indices[i]) * stride, p as in MoveArgs. Every index lies on the axis; out may be
// `indices`, and both are private memory.
using ScalePositionsLoop = void (*)(const std::int64_t* indices, std::int64_t count,
                                    std::int64_t axis_length, std::int64_t stride,
                                    std::int64_t* out) noexcept;

// Elements that a mask chooses among `length`, a byte each, any but 0 being true. `chosen` holds
// `chosen_count` elements (one for fill): never read or written beyond, whatever the mask, which
// may be shared memory, says by then.
struct MaskedArgs {
  std::int64_t length;
  const std::uint8_t* mask;
  void* all;
  void* chosen;
  std::int64_t chosen_count;
};
using MaskedLoop = void (*)(const MaskedArgs&) noexcept;

// The positions of the true bytes of mask[0, length), plus `base`; at most `count` of them.
using LocateLoop = void (*)(const std::uint8_t* mask, std::int64_t length, std::int64_t base,
                            std::int64_t* out, std::int64_t count) noexcept;
using CountTrueLoop = std::int64_t (*)(const std::uint8_t* mask, std::int64_t length) noexcept;

struct MaskKernels {
  CountTrueLoop count;
  LocateLoop locate;
  // By element size, as in copy_table.h.
  MaskedLoop compress[copy_size_count];  // chosen = all[mask]
  MaskedLoop expand[copy_size_count];    // all[mask] = chosen
  MaskedLoop fill[copy_size_count];      // all[mask] = chosen[0]
};

struct AccumulateKernels {
  AccumulateLoop loop[accumulation_count][dtype_count];  // null: the row has no such dtype
};

struct IndexingKernels {
  const MaskKernels* masks;
  const AccumulateKernels* accumulate;
  MoveLoop take;
  MoveLoop put;
  SurveyLoop survey;
  ScalePositionsLoop scale_positions;
};

}  // namespace corepy

// Declares one ISA's table; expand it with COREPY_FOR_EACH_ISA.
#define COREPY_DECLARE_INDEXING_KERNELS(isa)               \
  namespace corepy::isa {                                  \
  extern constinit const IndexingKernels indexing_kernels; \
  }

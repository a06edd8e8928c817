// What a kernel is given: plain structs shared by the drivers (no ISA) and the kernels (one copy
// per ISA). Inputs were checked at the boundary: kernels are noexcept, allocate nothing and read no
// global state.
#pragma once

#include <cstdint>

#include "corepy/core/dtype.h"
#include "corepy/core/loop_flag.h"

namespace corepy {

inline constexpr int max_loop_inputs = 3;

// Where the memory of a whole call lies, which no single loop can see: what the loop may do about
// it. No bit of a result depends on it.
enum class MemoryHint : std::uint8_t {
  cached,    // nothing
  prefetch,  // beyond the second-level cache, but near: ask for lines some way ahead
  stream,    // beyond every cache: store past them, which saves reading each line of the result
};

// One inner loop of an elementwise kernel. Inputs lie contiguous (stride = element size) or are one
// element repeated (stride 0), at least one of them contiguous where length > 1; outputs lie
// contiguous. Any alignment. The driver (ops/loop_plan.h) brings other layouts and dtypes into this
// form, tile by tile. Outputs may equal an input exactly, never overlap one partially.
struct LoopArgs {
  std::int64_t length;
  const void* in[max_loop_inputs];
  std::int64_t in_stride_bytes[max_loop_inputs];
  void* out;
  const void* params;    // the operator's parameter struct, or null
  std::uint32_t* flags;  // the loop ORs LoopFlag bits in, e.g. an integer division by zero
  MemoryHint memory;
};
using Loop = void (*)(const LoopArgs&) noexcept;

// Converts `length` contiguous elements of one dtype to contiguous elements of another, rounding
// once.
using CastLoop = void (*)(const void* in, void* out, std::int64_t length) noexcept;

// Moves elements of one size between a strided and a contiguous side: gather (strided ->
// contiguous), scatter (contiguous -> strided), and a 2-D transpose: out[c * out_stride + r * size]
// = in[r * in_stride + c * size] for r < rows, c < columns.
using GatherLoop = void (*)(const void* in, std::int64_t in_stride_bytes, void* out,
                            std::int64_t length) noexcept;
using ScatterLoop = void (*)(const void* in, void* out, std::int64_t out_stride_bytes,
                             std::int64_t length) noexcept;
using TransposeLoop = void (*)(const void* in, std::int64_t in_stride_bytes, void* out,
                               std::int64_t out_stride_bytes, std::int64_t rows,
                               std::int64_t columns) noexcept;

// m independent reductions of n elements each: result j reduces in[j * m_stride + i * n_stride], i
// < n, in the canonical order of i. Where `gather` is not null it replaces `in`: it writes elements
// [start, start + count) of result j, converted to the kernel's input dtype, contiguously to dst
// (for reduced axes that do not collapse to one stride, and casts; see ReductionGather).
struct ReductionArgs {
  std::int64_t n;
  std::int64_t m;
  const void* in;
  std::int64_t n_stride_bytes;
  std::int64_t m_stride_bytes;
  void* out;
  std::int64_t out_stride_bytes;
  void (*gather)(void* context, std::int64_t j, std::int64_t start, std::int64_t count,
                 void* dst) noexcept;
  void* gather_context;
  double correction;  // var, std; the order of vector_norm
  bool is_aligned;    // every element lies at a multiple of its (real) size
  void* workspace;    // workspace_bytes(args) bytes, 64-byte aligned
};
// A stretch of the one result of an args with m = 1, so that threads may share a long reduction:
// elements [start, start + count), start a multiple of reduction_part_length and count that length
// but for the last part. Its partial result has part_bytes of the kernel.
struct ReductionPart {
  std::int64_t start, count;
  int pass;
  const void* center;  // what fold gave for the pass before; null in the first
  void* result;
  void* buffer;  // reduction_buffer_bytes, 64-byte aligned
};
// Whole subtrees of the canonical order: cutting there changes no bit.
inline constexpr std::int64_t reduction_part_length = std::int64_t{1} << 16;
inline constexpr std::int64_t reduction_buffer_bytes = 16384;
inline constexpr std::int64_t reduction_max_part_bytes = 16;

struct ReductionKernel {
  void (*run)(const ReductionArgs&) noexcept;                      // null: no kernel for this dtype
  std::int64_t (*workspace_bytes)(const ReductionArgs&) noexcept;  // 0 where none is needed
  int passes;                                                      // 2 for var and std
  std::int64_t part_bytes;
  void (*run_part)(const ReductionArgs&, const ReductionPart&) noexcept;
  // Combines the parts of a pass, in order: the next pass's center, or the result.
  void (*fold)(const ReductionArgs&, int pass, const void* parts, std::int64_t count,
               void* out) noexcept;
};

// Places [first, end) of a row.
struct SortPlaces {
  std::int64_t first, end;
};

// Sorts one contiguous row of n elements: values to `out` and/or their positions to `out_indices`
// (either may be null).
struct SortArgs {
  std::int64_t n;
  const void* in;
  void* out;
  std::int64_t* out_indices;
  bool descending;
  void* workspace;  // workspace_bytes(args) bytes, 64-byte aligned
  // What of `out` is asked for; none means all. Other places may hold others of the values, but
  // the NaNs are last.
  SortPlaces places;
};
struct SortKernel {
  void (*run)(const SortArgs&) noexcept;
  std::int64_t (*workspace_bytes)(const SortArgs&) noexcept;
};

}  // namespace corepy

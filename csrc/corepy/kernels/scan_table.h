// The table of scan kernels as the drivers see it: arguments and function pointers. No code.
#pragma once

#include <cstdint>

#include "corepy/core/dtype.h"
#include "corepy/ops/scan_table.h"

namespace corepy {

enum class ScanOp : std::uint8_t {
#define COREPY_X(name, ...) name,
  COREPY_FOR_EACH_SCAN_OP(COREPY_X)
#undef COREPY_X
};

#define COREPY_X(...) +1
inline constexpr int scan_op_count = 0 COREPY_FOR_EACH_SCAN_OP(COREPY_X);
#undef COREPY_X

// A scan may be cut after any multiple of scan_block_length elements, columns after any multiple of
// 16, and goes on from its state.
inline constexpr std::int64_t scan_block_length = 256;
inline constexpr std::int64_t scan_state_bytes = 32;
inline constexpr std::int64_t scan_max_element_bytes = 16;

// A stretch of one scan: elements [first, first + n), contiguous in `in` and `out`, which may be
// the same memory where their elements are of one size. `state` is what the elements before it left
// (written here where first is 0), then what these leave.
struct ScanRowArgs {
  std::int64_t first, n;
  const void* in;
  void* out;
  void* state;   // scan_state_bytes
  bool streams;  // the result lies beyond every cache: store past them where `out` is aligned
};

// Whole scans of n elements, as ScanRowArgs has them, rows of which lie *_row_stride_bytes apart.
struct ScanRowsArgs {
  std::int64_t n, rows;
  const void* in;
  std::int64_t in_row_stride_bytes;
  void* out;
  std::int64_t out_row_stride_bytes;
  bool streams;
};

// The same stretch of `width` neighbouring scans, side by side: element i of scan j is in[i *
// in_row_stride_bytes] [j].
struct ScanColumnsArgs {
  std::int64_t first, n, width;
  const void* in;
  std::int64_t in_row_stride_bytes;
  void* out;
  std::int64_t out_row_stride_bytes;
  void* state;  // column_state_bytes(width), 64-byte aligned
};

struct ScanKernel {
  void (*run_row)(const ScanRowArgs&) noexcept;
  void (*run_rows)(const ScanRowsArgs&) noexcept;
  void (*run_columns)(const ScanColumnsArgs&) noexcept;
  std::int64_t (*column_state_bytes)(std::int64_t width) noexcept;
  // Totals of the blocks of n elements (a multiple of the block length), to find the state behind
  // them without their results, so that threads may share one long scan. Null where only the
  // results themselves give it.
  void (*find_totals)(const void* in, std::int64_t n, void* totals) noexcept;
  void (*pass_totals)(void* state, std::int64_t first, const void* totals,
                      std::int64_t count) noexcept;
};

// One ISA's kernels, by operator and input dtype. Results: bool, int8..int64 in int64,
// uint8..uint64 in uint64, floating ones in their own dtype. Half precision has none: it is
// computed in float32.
struct ScanKernels {
  ScanKernel kernel[scan_op_count][dtype_count];

  constexpr const ScanKernel& at(ScanOp op, DType in) const {
    return kernel[static_cast<int>(op)][static_cast<int>(in)];
  }
};

}  // namespace corepy

// Declares one ISA's table; expand it with COREPY_FOR_EACH_ISA.
#define COREPY_DECLARE_SCAN_KERNELS(isa)           \
  namespace corepy::isa {                          \
  extern constinit const ScanKernels scan_kernels; \
  }

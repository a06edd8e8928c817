// The kernel of `take`: its arguments and its per-ISA table. No code (indexing.h).
#pragma once

#include <cstdint>

#include "corepy/kernels/loop_args.h"

namespace corepy {

// out[o, i, :] = in[o, indices[i], :] for o < outer, i < index_count, where `:` is a run of
// `run_bytes` contiguous bytes (at least 1). Negative indices count from the end. `out` is
// contiguous; nothing overlaps; any alignment but that of `indices`. An index outside
// [-axis_length, axis_length) sets loop_flag_index_out_of_bounds and ends the loop: the rest of
// `out` is not written.
struct TakeArgs {
  std::int64_t outer;
  std::int64_t index_count;
  std::int64_t axis_length;
  std::int64_t run_bytes;
  const void* in;
  std::int64_t in_outer_stride_bytes;
  std::int64_t in_axis_stride_bytes;
  const std::int64_t* indices;
  void* out;
  std::uint32_t* flags;
};
using TakeLoop = void (*)(const TakeArgs&) noexcept;

struct IndexingKernels {
  TakeLoop take;
};

}  // namespace corepy

// Declares one ISA's table; expand it with COREPY_FOR_EACH_ISA.
#define COREPY_DECLARE_INDEXING_KERNELS(isa)               \
  namespace corepy::isa {                                  \
  extern constinit const IndexingKernels indexing_kernels; \
  }

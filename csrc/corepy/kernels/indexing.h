// Moving elements by index along one axis. The arguments and what happens to bad indices are in
// indexing_table.h.
#pragma once

#include <cstdint>
#include <cstring>

#include "corepy/kernels/indexing_table.h"
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

// A run length known to the compiler (0: any) makes a copy one or two moves.
template <int RunBytes>
void take_runs(const TakeArgs& args) noexcept {
  const auto run_bytes = static_cast<std::size_t>(RunBytes != 0 ? RunBytes : args.run_bytes);
  auto* out = static_cast<unsigned char*>(args.out);
  for (std::int64_t o = 0; o < args.outer; ++o) {
    const auto* in = static_cast<const unsigned char*>(args.in) + o * args.in_outer_stride_bytes;
    for (std::int64_t i = 0; i < args.index_count; ++i) {
      const std::int64_t index = load_index(args.indices, i);
      const std::int64_t position = index < 0 ? index + args.axis_length : index;
      if (position < 0 || position >= args.axis_length) {
        *args.flags |= loop_flag_index_out_of_bounds;
        return;
      }
      std::memcpy(out, in + position * args.in_axis_stride_bytes, run_bytes);
      out += run_bytes;
    }
  }
}

inline void take(const TakeArgs& args) noexcept {
  switch (args.run_bytes) {
    case 1:
      return take_runs<1>(args);
    case 2:
      return take_runs<2>(args);
    case 4:
      return take_runs<4>(args);
    case 8:
      return take_runs<8>(args);
    case 16:
      return take_runs<16>(args);
    case 32:
      return take_runs<32>(args);
    case 64:
      return take_runs<64>(args);
    default:
      return take_runs<0>(args);
  }
}

}  // namespace corepy::COREPY_ISA::indexing

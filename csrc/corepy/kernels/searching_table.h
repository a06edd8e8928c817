// The table of search kernels, one per ISA and dtype, and what they promise. No code (searching.h).
#pragma once

#include <cstdint>

#include "corepy/core/dtype.h"

namespace corepy {

// Looks for each of `count` needles among n ascending elements, NaN last. All lie contiguous, at
// any alignment. Where the elements are in no order the answer is some place in [0, n].
struct SearchArgs {
  std::int64_t n;
  const void* sorted;
  std::int64_t count;
  const void* needles;
  void* out;            // int64 of `find`, bool of `contains`
  bool upper;           // find: behind equal elements, not before them
  bool inverted;        // contains: true for what is not there
  std::uint64_t least;  // look_up: the table's first integer, modulo 2^64
};

// A table of truth bytes for `size` successive integers from `least` on, modulo 2^64.
struct MarkArgs {
  std::int64_t count;
  const void* elements;
  std::uint8_t* table;
  std::uint64_t least;
  std::uint64_t size;
};

// - find: how many elements come before the needle in sort order; NaNs equal each other, -0 is +0.
// - contains: whether an element equals the needle; NaN equals nothing.
// - mark (integers only): sets the table's bytes, from 0 to 1, for elements in its range.
// - look_up (integers only): whether the needle's byte is set; `sorted` is a table of n bytes.
struct SearchKernel {
  void (*find)(const SearchArgs&) noexcept;
  void (*contains)(const SearchArgs&) noexcept;
  void (*mark)(const MarkArgs&) noexcept;
  void (*look_up)(const SearchArgs&) noexcept;
};
struct SearchKernels {
  SearchKernel kernel[dtype_count];  // null: complex numbers have no order, half ones are float32
};

}  // namespace corepy

// Declares one ISA's table; expand it with COREPY_FOR_EACH_ISA.
#define COREPY_DECLARE_SEARCHING_KERNELS(isa)          \
  namespace corepy::isa {                              \
  extern constinit const SearchKernels search_kernels; \
  }

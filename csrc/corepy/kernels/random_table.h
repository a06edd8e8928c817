// What a random kernel is given, and the table of them, one per ISA. No code (random.h).
#pragma once

#include <cstdint>

#include "corepy/core/dtype.h"
#include "corepy/core/philox.h"
#include "corepy/ops/random_table.h"

namespace corepy {

// A stream is cut into groups of eight blocks, 1024 bits: the first halves of the eight blocks,
// then the second halves. Element i of 32 (64) bits holds bits 32 i (64 i) and on, which is a
// function of i alone and needs no shuffles for any vector of up to 512 bits.
inline constexpr std::int64_t random_group_bytes = 128;

// Parameters of a distribution, checked.
struct RandomParameters {
  double value[3];           // exact in the result's dtype where that is floating
  std::uint64_t integer[2];  // integers: the smallest, and how many there are (0: 2^64)
};

// Elements [start, start + length) of a draw to `out`, contiguous; start is a multiple of 32.
struct RandomArgs {
  RandomKey key;
  std::int64_t start, length;
  void* out;
  const RandomParameters* parameters;
};
using RandomKernel = void (*)(const RandomArgs&) noexcept;

// An element's bits depend on key, index and its parameters only.
#define COREPY_X(...) +1
inline constexpr int random_op_count = 0 COREPY_FOR_EACH_RANDOM_OP(COREPY_X);
#undef COREPY_X
struct RandomRow {
  RandomKernel kernel[dtype_count];  // null: no kernel for this dtype
};
struct RandomKernels {
  RandomRow row[random_op_count];
};

}  // namespace corepy

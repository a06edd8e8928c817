// The path of random draws. Generators, and distributions made of several draws, are in Python
// (corepy/random).
#pragma once

#include <cstdint>
#include <optional>

#include "corepy/core/philox.h"
#include "corepy/core/tensor.h"
#include "corepy/ops/op.h"

namespace corepy {

// A generator: its key, and how many draws it has made, which is the number of its next one.
struct RandomState {
  RandomKey key;
  std::uint64_t draw_count;
};

// What a draw is asked for. `value` holds the distribution's parameters as the row names them;
// `integer` those of random.integers, both inclusive, as 64 bits in the signedness of the dtype.
struct RandomRequest {
  Dims shape;
  // The place in the draw's stream of the first element, a multiple of 32: a part of a larger draw.
  std::int64_t start = 0;
  DType dtype = DType::float64;
  double value[2] = {0, 0};
  std::uint64_t integer[2] = {0, 0};
};

// The draw of that number; state counts it, unless an argument is refused or this is a dry run. The
// state is not touched again after work that lets other threads run.
Tensor draw(Op op, RandomState& state, const RandomRequest& request);

}  // namespace corepy

// What a loop has to report beside its results, as bits; what is done about each is dispatch's.
#pragma once

#include <cstdint>

namespace corepy {

enum LoopFlag : std::uint32_t {
  loop_flag_integer_divide_by_zero = 1u << 0,
  loop_flag_negative_shift = 1u << 1,
  loop_flag_negative_integer_power = 1u << 2,
  loop_flag_index_out_of_bounds = 1u << 3,
};

}  // namespace corepy

// Philox4x32-10, several blocks at once: a block's four words in the low halves of 64-bit lanes, as
// the 32 x 32 -> 64 bit multiplication wants them. The definition, and one block: core/philox.h.
#pragma once

#include "corepy/core/philox.h"
#include "corepy/vec/lanes.h"

namespace corepy::COREPY_ISA::vec {

using Words = Native<std::uint64_t>;

// The products of the lanes' low halves.
COREPY_INLINE Words multiply_low_halves(Words a, std::uint32_t b) {
#if defined(__SSE2__)
  return __builtin_bit_cast(
      Words, COREPY_VECTOR_INTRINSIC(mul_epu32)(
                 __builtin_bit_cast(COREPY_VECTOR_REGISTER, a),
                 __builtin_bit_cast(COREPY_VECTOR_REGISTER, Words{} + std::uint64_t{b})));
#elif defined(__aarch64__)
  return __builtin_bit_cast(Words,
                            vmull_u32(vmovn_u64(__builtin_bit_cast(uint64x2_t, a)), vdup_n_u32(b)));
#else
  return (a & 0xFFFFFFFFu) * std::uint64_t{b};
#endif
}

// The key of each round.
struct PhiloxSchedule {
  std::uint64_t key_0[philox::rounds], key_1[philox::rounds];
  std::uint64_t counter_2, counter_3;
};

COREPY_INLINE PhiloxSchedule schedule_philox(const RandomKey& key) {
  PhiloxSchedule schedule;
  std::uint32_t key_0 = key.word[0], key_1 = key.word[1];
  for (int round = 0; round < philox::rounds; ++round) {
    schedule.key_0[round] = key_0;
    schedule.key_1[round] = key_1;
    key_0 += philox::key_step_0;
    key_1 += philox::key_step_1;
  }
  schedule.counter_2 = key.word[2];
  schedule.counter_3 = key.word[3];
  return schedule;
}

// The first and second 64 bits of a block in each lane.
struct PhiloxWords {
  Words first, second;
};

// Blocks of counters in N vectors of lanes: counter[v] is the lower half of the 128 bits. N of them
// are in flight at once, for a round waits for its multiplications.
template <int N>
COREPY_INLINE void run_philox(const PhiloxSchedule& schedule, const Words (&counter)[N],
                              const Words (&counter_2)[N], PhiloxWords (&out)[N]) {
  Words c0[N], c1[N], c2[N], c3[N];
  for (int v = 0; v < N; ++v) {
    c0[v] = counter[v];
    c1[v] = counter[v] >> 32;
    c2[v] = counter_2[v];
    c3[v] = Words{} + schedule.counter_3;
  }
#pragma GCC unroll 10
  for (int round = 0; round < philox::rounds; ++round) {
    for (int v = 0; v < N; ++v) {
      // The upper halves of c hold what earlier products left there: no multiplication reads it.
      const Words product_0 = multiply_low_halves(c0[v], philox::multiplier_0);
      const Words product_1 = multiply_low_halves(c2[v], philox::multiplier_1);
      c0[v] = (product_1 >> 32) ^ c1[v] ^ schedule.key_0[round];
      c1[v] = product_1;
      c2[v] = (product_0 >> 32) ^ c3[v] ^ schedule.key_1[round];
      c3[v] = product_0;
    }
  }
  for (int v = 0; v < N; ++v) {
    out[v].first = (c0[v] & 0xFFFFFFFFu) | (c1[v] << 32);
    out[v].second = (c2[v] & 0xFFFFFFFFu) | (c3[v] << 32);
  }
}

// The lanes' own numbers: 0, 1, 2 ...
COREPY_INLINE Words lane_numbers() {
  Words numbers{};
  for (std::int64_t i = 0; i < lanes<std::uint64_t>; ++i) numbers[i] = std::uint64_t(i);
  return numbers;
}

}  // namespace corepy::COREPY_ISA::vec

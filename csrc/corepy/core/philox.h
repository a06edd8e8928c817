// The counter-based generator Philox4x32-10: J. K. Salmon, M. A. Moraes, R. O. Dror, D. E. Shaw,
// "Parallel random numbers: as easy as 1, 2, 3", SC11 (2011). One block at a time, and the keys of
// streams derived from it; many blocks at once: vec/philox.h. Kernels include this, so: no library
// headers.
#pragma once

#include <cstdint>

namespace corepy {

namespace philox {
inline constexpr std::uint32_t multiplier_0 = 0xD2511F53, multiplier_1 = 0xCD9E8D57;
inline constexpr std::uint32_t key_step_0 = 0x9E3779B9, key_step_1 = 0xBB67AE85;
inline constexpr int rounds = 10;
}  // namespace philox

struct PhiloxBlock {
  std::uint32_t word[4];
};

// The bijection of 128 bits that the key selects.
constexpr PhiloxBlock run_philox(PhiloxBlock counter, std::uint32_t key_0, std::uint32_t key_1) {
  PhiloxBlock c = counter;
  for (int round = 0; round < philox::rounds; ++round) {
    const std::uint64_t product_0 = std::uint64_t{philox::multiplier_0} * c.word[0];
    const std::uint64_t product_1 = std::uint64_t{philox::multiplier_1} * c.word[2];
    c = {{static_cast<std::uint32_t>(product_1 >> 32) ^ c.word[1] ^ key_0,
          static_cast<std::uint32_t>(product_1),
          static_cast<std::uint32_t>(product_0 >> 32) ^ c.word[3] ^ key_1,
          static_cast<std::uint32_t>(product_0)}};
    key_0 += philox::key_step_0;
    key_1 += philox::key_step_1;
  }
  return c;
}

// 128 bits that name a stream. Words 0 and 1 are Philox's key, words 2 and 3 the upper half of its
// counter, so that streams of different keys never share a block.
struct RandomKey {
  std::uint32_t word[4];
};

// Block `index` of a stream.
constexpr PhiloxBlock random_block(const RandomKey& key, std::uint64_t index) {
  return run_philox({{static_cast<std::uint32_t>(index), static_cast<std::uint32_t>(index >> 32),
                      key.word[2], key.word[3]}},
                    key.word[0], key.word[1]);
}

// What a derived key is for.
enum class KeyPurpose : std::uint64_t { draw, fold_in, split };

// The key of number `index` for a purpose: block `index` of a stream that is itself block `purpose`
// of the key's. Blocks of these two streams are never handed out as numbers.
constexpr RandomKey derive_key(const RandomKey& key, KeyPurpose purpose, std::uint64_t index) {
  const PhiloxBlock root = random_block(key, static_cast<std::uint64_t>(purpose));
  const RandomKey branch{{root.word[0], root.word[1], root.word[2], root.word[3]}};
  const PhiloxBlock leaf = random_block(branch, index);
  return {{leaf.word[0], leaf.word[1], leaf.word[2], leaf.word[3]}};
}

// A block of element i's own numbers, for draws that use up more than their share of the stream
// (rejection). No such block is one of the stream's: those have smaller indices.
constexpr PhiloxBlock element_block(const RandomKey& key, std::uint64_t element,
                                    std::uint32_t index) {
  const RandomKey own{{key.word[0], key.word[1], key.word[2] + index, key.word[3]}};
  return random_block(own, element | std::uint64_t{1} << 63);
}

}  // namespace corepy

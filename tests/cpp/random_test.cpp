// Philox against its authors' known answers, and the random kernels of every ISA this machine has
// against blocks computed one at a time. Distributions are tested in Python (tests/random).
#include <gtest/gtest.h>

#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include "available_isas.h"
#include "corepy/core/philox.h"
#include "corepy/dispatch/isa.h"
#include "corepy/dispatch/kernel_tables.h"
#include "corepy/kernels/random_table.h"

namespace corepy {
namespace {

constexpr RandomKey key{{0xA4093822, 0x299F31D0, 0x13198A2E, 0x03707344}};

// From tests/kat_vectors of Random123, the library of Salmon et al. (2011).
TEST(Philox, KnownAnswers) {
  struct Case {
    PhiloxBlock counter;
    std::uint32_t key_0, key_1;
    PhiloxBlock expected;
  };
  const Case cases[] = {
      {{{0, 0, 0, 0}}, 0, 0, {{0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8}}},
      {{{~0u, ~0u, ~0u, ~0u}}, ~0u, ~0u, {{0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD}}},
      {{{0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344}},
       0xA4093822,
       0x299F31D0,
       {{0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1}}}};
  for (const Case& one : cases) {
    const PhiloxBlock got = run_philox(one.counter, one.key_0, one.key_1);
    for (int i = 0; i < 4; ++i) EXPECT_EQ(got.word[i], one.expected.word[i]);
  }
}

// Word m of a stream: group m / 16 has eight blocks, their first halves first.
std::uint64_t stream_word(std::int64_t m) {
  const std::int64_t lane = m % 16;
  const PhiloxBlock block = random_block(key, static_cast<std::uint64_t>(m / 16 * 8 + lane % 8));
  const int half = lane < 8 ? 0 : 2;
  return block.word[half] | std::uint64_t{block.word[half + 1]} << 32;
}

std::vector<std::uint64_t> draw_words(Isa isa, std::int64_t start, std::int64_t length) {
  std::vector<std::uint64_t> words(static_cast<std::size_t>(length) + 1, 0x5A5A);
  const RandomParameters parameters{};
  const RandomArgs args{key, start, length, words.data(), &parameters};
  kernel_tables(isa).random->row[random_index(Op::random_bits)].kernel[static_cast<int>(
      DType::uint64)](args);
  EXPECT_EQ(words.back(), 0x5A5Au) << "written past the end";
  words.pop_back();
  return words;
}

TEST(RandomKernels, BitsAreTheBlocks) {
  // Also where the block's number passes 32 bits: its upper half is the counter's second word.
  for (const std::int64_t start : {std::int64_t{0}, std::int64_t{32}, std::int64_t{1} << 33}) {
    const std::int64_t first = start == 0 ? 0 : start - 32;
    for (const Isa isa : available_isas()) {
      for (const std::int64_t length : {1, 15, 16, 17, 63, 64, 65, 300}) {
        const auto words = draw_words(isa, first, length);
        for (std::int64_t i = 0; i < length; ++i)
          ASSERT_EQ(words[static_cast<std::size_t>(i)], stream_word(first + i)) << i;
      }
    }
  }
}

// Every kernel of the table, by bytes, between the ISAs and between pieces of one draw.
TEST(RandomKernels, EveryIsaGivesTheSameBytes) {
  constexpr std::int64_t length = 1003, piece = 96;
  const RandomParameters parameters{{-1.5, 3.0, 1.25}, {7, (std::uint64_t{1} << 63) + 5}};
  for (int row = 0; row < random_op_count; ++row) {
    for (int dtype = 0; dtype < dtype_count; ++dtype) {
      std::vector<unsigned char> expected;
      for (const Isa isa : available_isas()) {
        const RandomKernel kernel = kernel_tables(isa).random->row[row].kernel[dtype];
        if (kernel == nullptr) continue;
        const int itemsize = itemsize_of(static_cast<DType>(dtype));
        std::vector<unsigned char> whole(static_cast<std::size_t>(length * itemsize));
        kernel({key, 0, length, whole.data(), &parameters});
        if (expected.empty()) expected = whole;
        ASSERT_EQ(whole, expected) << row << " " << dtype;
        std::vector<unsigned char> pieces(whole.size());
        for (std::int64_t start = 0; start < length; start += piece) {
          const std::int64_t count = length - start < piece ? length - start : piece;
          kernel({key, start, count, pieces.data() + start * itemsize, &parameters});
        }
        ASSERT_EQ(pieces, expected) << row << " " << dtype;
      }
    }
  }
}

TEST(RandomKeys, DerivedKeysDiffer) {
  const RandomKey a = derive_key(key, KeyPurpose::draw, 3),
                  b = derive_key(key, KeyPurpose::draw, 4),
                  c = derive_key(key, KeyPurpose::split, 3);
  EXPECT_NE(std::memcmp(&a, &b, sizeof a), 0);
  EXPECT_NE(std::memcmp(&a, &c, sizeof a), 0);
}

}  // namespace
}  // namespace corepy

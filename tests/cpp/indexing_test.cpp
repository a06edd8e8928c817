// The indexing kernels of every ISA this machine has, against an element by element copy. Shapes,
// axes and dtypes are tested with their layers.
#include <gtest/gtest.h>

#include <cstdint>
#include <cstring>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "corepy/dispatch/isa.h"
#include "corepy/kernels/indexing_table.h"

COREPY_FOR_EACH_ISA(COREPY_DECLARE_INDEXING_KERNELS)

namespace corepy {
namespace {

struct IsaKernels {
  std::string name;
  const IndexingKernels* kernels;
};

std::vector<IsaKernels> available_isas() {
  std::vector<IsaKernels> found;
#define COREPY_X(isa) \
  if (is_available(Isa::isa)) found.push_back({#isa, &isa::indexing_kernels});
  COREPY_FOR_EACH_ISA(COREPY_X)
#undef COREPY_X
  return found;
}

constexpr unsigned char untouched = 0xA5;

struct Problem {
  std::int64_t outer, axis_length, run_bytes;
  std::vector<std::int64_t> indices;
  bool reversed_axis = false;
};

struct Taken {
  std::vector<unsigned char> bytes, expected;
  std::uint32_t flags;
};

// Runs the kernel, with a byte of distance between runs and 64 untouched bytes behind the result.
Taken take(const IndexingKernels& kernels, const Problem& problem) {
  const std::int64_t step = problem.run_bytes + 1, row = problem.axis_length * step + 3;
  std::vector<unsigned char> in(static_cast<std::size_t>(problem.outer * row + 1));
  for (std::size_t i = 0; i < in.size(); ++i) in[i] = static_cast<unsigned char>(i * 7 + i / 251);
  const auto count = static_cast<std::int64_t>(problem.indices.size());
  const std::int64_t out_bytes = problem.outer * count * problem.run_bytes;
  const std::int64_t axis_start = problem.reversed_axis ? (problem.axis_length - 1) * step : 0;
  const std::int64_t axis_step = problem.reversed_axis ? -step : step;

  Taken taken;
  taken.bytes.assign(static_cast<std::size_t>(out_bytes) + 64, untouched);
  taken.expected = taken.bytes;
  taken.flags = 0;
  TakeArgs args{};
  args.outer = problem.outer;
  args.index_count = count;
  args.axis_length = problem.axis_length;
  args.run_bytes = problem.run_bytes;
  args.in = in.data() + axis_start;
  args.in_outer_stride_bytes = row;
  args.in_axis_stride_bytes = axis_step;
  args.indices = problem.indices.data();
  args.out = taken.bytes.data();
  args.flags = &taken.flags;
  kernels.take(args);

  unsigned char* to = taken.expected.data();
  for (std::int64_t o = 0; o < problem.outer; ++o) {
    for (const std::int64_t index : problem.indices) {
      if (index < -problem.axis_length || index >= problem.axis_length) return taken;
      const std::int64_t position = index < 0 ? index + problem.axis_length : index;
      const std::int64_t from = o * row + axis_start + position * axis_step;
      for (std::int64_t b = 0; b < problem.run_bytes; ++b)
        *to++ = in[static_cast<std::size_t>(from + b)];
    }
  }
  return taken;
}

TEST(Take, CopiesRunsOfAnySize) {
  std::mt19937_64 random(7);
  for (const IsaKernels& isa : available_isas()) {
    for (const std::int64_t run_bytes : {1, 2, 3, 4, 7, 8, 12, 16, 31, 32, 64, 100, 4096}) {
      for (const std::int64_t outer : {0, 1, 3}) {
        for (const bool reversed : {false, true}) {
          Problem problem{outer, 17, run_bytes, {}, reversed};
          for (int i = 0; i < 41; ++i) {
            problem.indices.push_back(static_cast<std::int64_t>(random() % 34) - 17);
          }
          const Taken taken = take(*isa.kernels, problem);
          EXPECT_EQ(taken.flags, 0u);
          EXPECT_EQ(taken.bytes, taken.expected) << isa.name << " run of " << run_bytes;
        }
      }
    }
  }
}

TEST(Take, EmptyIndicesWriteNothing) {
  for (const IsaKernels& isa : available_isas()) {
    for (const std::int64_t axis_length : {0, 5}) {
      const Taken taken = take(*isa.kernels, {3, axis_length, 8, {}});
      EXPECT_EQ(taken.flags, 0u);
      EXPECT_EQ(taken.bytes, taken.expected);
    }
  }
}

TEST(Take, OutOfBoundsSetsTheFlagAndWritesNothingMore) {
  using Limits = std::numeric_limits<std::int64_t>;
  for (const IsaKernels& isa : available_isas()) {
    for (const std::int64_t axis_length : {std::int64_t{0}, std::int64_t{1}, std::int64_t{9}}) {
      for (const std::int64_t bad : {axis_length, -axis_length - 1, Limits::max(), Limits::min()}) {
        for (const std::int64_t run_bytes : {4, 8, 24}) {
          Problem problem{2, axis_length, run_bytes, {bad}};
          if (axis_length != 0) problem.indices = {0, axis_length - 1, -axis_length, bad, 0};
          const Taken taken = take(*isa.kernels, problem);
          EXPECT_EQ(taken.flags, std::uint32_t{loop_flag_index_out_of_bounds});
          EXPECT_EQ(taken.bytes, taken.expected) << isa.name << " index " << bad;
        }
      }
    }
  }
}

TEST(Take, LeavesOtherFlagsSet) {
  for (const IsaKernels& isa : available_isas()) {
    const std::int64_t value = 42, bad = 1;
    std::int64_t out = 0;
    std::uint32_t flags = loop_flag_negative_shift;
    isa.kernels->take({1, 1, 1, 8, &value, 8, 8, &bad, &out, &flags});
    EXPECT_EQ(flags, std::uint32_t{loop_flag_negative_shift | loop_flag_index_out_of_bounds});
    EXPECT_EQ(out, 0);
  }
}

}  // namespace
}  // namespace corepy

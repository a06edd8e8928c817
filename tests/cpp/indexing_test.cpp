// The indexing kernels of every ISA this machine has, against an element by element copy. Shapes,
// axes and dtypes are tested with their layers.
#include <gtest/gtest.h>

#include <algorithm>
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
  MoveArgs args{};
  args.outer = problem.outer;
  args.count = count;
  args.axis_length = problem.axis_length;
  args.has_negatives = args.has_many = true;
  args.run_bytes = problem.run_bytes;
  args.axis = in.data() + axis_start;
  args.axis_outer_stride_bytes = row;
  args.axis_stride_bytes = axis_step;
  args.indices = problem.indices.data();
  args.other = taken.bytes.data();
  args.other_outer_stride_bytes = count * problem.run_bytes;
  args.other_stride_bytes = problem.run_bytes;
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
          const int count = outer == 3 && run_bytes <= 64 ? 700 : 41;  // blocks of 256, and a part
          for (int i = 0; i < count; ++i) {
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
    for (const std::int64_t axis_length : {1, 5}) {
      const Taken taken = take(*isa.kernels, {3, axis_length, 8, {}});
      EXPECT_EQ(taken.flags, 0u);
      EXPECT_EQ(taken.bytes, taken.expected);
    }
  }
}

TEST(Take, OutOfBoundsSetsTheFlagAndWritesNothingMore) {
  using Limits = std::numeric_limits<std::int64_t>;
  for (const IsaKernels& isa : available_isas()) {
    for (const std::int64_t axis_length : {std::int64_t{1}, std::int64_t{9}}) {
      for (const std::int64_t bad : {axis_length, -axis_length - 1, Limits::max(), Limits::min()}) {
        for (const std::int64_t run_bytes : {4, 8, 24}) {
          Problem problem{2, axis_length, run_bytes, {bad}};
          problem.indices = {0, axis_length - 1, -axis_length, bad, 0};
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
    const std::int64_t bad = 1;
    std::int64_t value = 42, out = 0;
    std::uint32_t flags = loop_flag_negative_shift;
    isa.kernels->take({1, 1, 1, true, 8, &bad, &value, 8, 8, &out, 8, 8, &flags});
    EXPECT_EQ(flags, std::uint32_t{loop_flag_negative_shift | loop_flag_index_out_of_bounds});
    EXPECT_EQ(out, 0);
  }
}

// ---- put, survey

TEST(Put, LastOfEqualPositionsStays) {
  for (const IsaKernels& isa : available_isas()) {
    std::vector<std::int64_t> axis(9, -1), other(100), indices(100), expected(9, -1);
    for (std::size_t i = 0; i < 100; ++i) {
      indices[i] = static_cast<std::int64_t>(i * 7 % 18) - 9;
      other[i] = static_cast<std::int64_t>(i);
      expected[static_cast<std::size_t>(indices[i] < 0 ? indices[i] + 9 : indices[i])] = other[i];
    }
    std::uint32_t flags = 0;
    isa.kernels->put(
        {1, 100, 9, true, 8, indices.data(), axis.data(), 0, 8, other.data(), 0, 8, &flags});
    EXPECT_EQ(flags, 0u);
    EXPECT_EQ(axis, expected) << isa.name;
  }
}

TEST(Put, WithoutNegativesANegativeIndexIsOutside) {
  for (const IsaKernels& isa : available_isas()) {
    std::int64_t axis[2] = {1, 2}, other[2] = {3, 4};
    const std::int64_t indices[2] = {0, -1};
    std::uint32_t flags = 0;
    isa.kernels->put({1, 2, 2, false, 8, indices, axis, 0, 8, other, 0, 8, &flags});
    EXPECT_EQ(flags, std::uint32_t{loop_flag_index_out_of_bounds});
    EXPECT_EQ(axis[1], 2);
  }
}

TEST(Survey, FindsTheFirstIndexOutside) {
  for (const IsaKernels& isa : available_isas()) {
    for (const std::int64_t count : {0, 1, 9, 1023, 1024, 1025, 3000}) {
      std::vector<std::int64_t> indices(static_cast<std::size_t>(count), 4);
      IndexSurvey survey = isa.kernels->survey(indices.data(), count, 5);
      EXPECT_EQ(survey.first_outside, count);
      EXPECT_FALSE(survey.has_negatives);
      for (const std::int64_t bad : {std::int64_t{5}, std::int64_t{-6}, INT64_MAX, INT64_MIN}) {
        if (count == 0) continue;
        indices.back() = -5;
        EXPECT_TRUE(isa.kernels->survey(indices.data(), count, 5).has_negatives);
        indices[static_cast<std::size_t>(count / 2)] = bad;
        survey = isa.kernels->survey(indices.data(), count, 5);
        EXPECT_EQ(survey.first_outside, count / 2) << isa.name << " " << bad;
        std::fill(indices.begin(), indices.end(), 4);
      }
    }
  }
}

// ---- masks

// Runs every masked loop of an element size on a mask, between bytes that must stay.
template <class T>
void check_masked(const IsaKernels& isa, const std::vector<std::uint8_t>& mask) {
  const MaskKernels& kernels = *isa.kernels->masks;
  const auto n = static_cast<std::int64_t>(mask.size());
  const int size = copy_size_index(sizeof(T));
  std::vector<T> all(mask.size()), chosen;
  std::vector<std::int64_t> positions;
  for (std::size_t i = 0; i < mask.size(); ++i) {
    all[i] = static_cast<T>(i * 3 + 1);
    if (mask[i] == 0) continue;
    chosen.push_back(all[i]);
    positions.push_back(static_cast<std::int64_t>(i) + 10);
  }
  const auto count = static_cast<std::int64_t>(chosen.size());
  ASSERT_EQ(kernels.count(mask.data(), n), count);

  constexpr T guard = static_cast<T>(77);
  std::vector<T> out(chosen.size() + 1, guard);
  kernels.compress[size]({n, mask.data(), all.data(), out.data(), count});
  EXPECT_EQ(out.back(), guard);
  out.pop_back();
  EXPECT_EQ(out, chosen) << isa.name << " of " << n;

  std::vector<std::int64_t> located(chosen.size() + 1, -1);
  kernels.locate(mask.data(), n, 10, located.data(), count);
  EXPECT_EQ(located.back(), -1);
  located.pop_back();
  EXPECT_EQ(located, positions) << isa.name;

  std::vector<T> values(chosen.size()), target = all, expected = all, filled = all;
  std::size_t k = 0;
  T element = static_cast<T>(99);
  for (std::size_t i = 0; i < mask.size(); ++i) {
    if (mask[i] == 0) continue;
    values[k] = static_cast<T>(k + 100);
    filled[i] = element;
    expected[i] = values[k++];
  }
  kernels.expand[size]({n, mask.data(), target.data(), values.data(), count});
  EXPECT_EQ(target, expected) << isa.name << " of " << n;
  kernels.fill[size]({n, mask.data(), all.data(), &element, 1});
  EXPECT_EQ(all, filled) << isa.name << " of " << n;

  // A mask that says more than was counted moves no more than was counted.
  if (count < 2) return;
  std::vector<T> few(static_cast<std::size_t>(count), guard);
  kernels.compress[size]({n, mask.data(), all.data(), few.data(), count - 1});
  EXPECT_EQ(few.back(), guard);
}

TEST(Mask, EveryDensityAndLength) {
  std::mt19937_64 random(5);
  for (const IsaKernels& isa : available_isas()) {
    for (const std::size_t n : {0, 1, 63, 64, 65, 128, 200, 1000}) {
      for (const int percent : {0, 1, 7, 50, 99, 100}) {
        std::vector<std::uint8_t> mask(n);
        for (auto& byte : mask) {
          const bool is_true = static_cast<int>(random() % 100) < percent;
          byte = is_true ? static_cast<std::uint8_t>(1 + random() % 255) : std::uint8_t{0};
        }
        check_masked<std::uint8_t>(isa, mask);
        check_masked<std::uint16_t>(isa, mask);
        check_masked<std::uint32_t>(isa, mask);
        check_masked<std::uint64_t>(isa, mask);
        check_masked<unsigned __int128>(isa, mask);
      }
    }
  }
}

}  // namespace
}  // namespace corepy

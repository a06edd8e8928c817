// The reduction kernels of every ISA this machine has: each dtype, layout and length against a
// scalar reference that follows the documented order one element at a time, bit for bit. Shape and
// dtype inference are tested with their layers.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <memory>
#include <random>
#include <string>
#include <type_traits>
#include <vector>

#include "corepy/dispatch/isa.h"
#include "corepy/kernels/reduction_table.h"
#include "reduction_reference.h"

COREPY_FOR_EACH_ISA(COREPY_DECLARE_REDUCTION_KERNELS)

namespace corepy {
namespace {

using testing_reference::Bytes;
using testing_reference::bytes_of;
using testing_reference::reference;

struct NamedKernels {
  std::string isa;
  const ReductionKernels* kernels;
};

const std::vector<NamedKernels>& available_kernels() {
  static const std::vector<NamedKernels> found = [] {
    std::vector<NamedKernels> list;
#define COREPY_X(name) \
  if (is_available(Isa::name)) list.push_back({#name, &name::reduction_kernels});
    COREPY_FOR_EACH_ISA(COREPY_X)
#undef COREPY_X
    return list;
  }();
  return found;
}

const char* name_of(ReductionOp op) {
  static const char* const names[] = {
#define COREPY_X(name, ...) #name,
      COREPY_FOR_EACH_REDUCTION(COREPY_X)
#undef COREPY_X
  };
  return names[static_cast<int>(op)];
}

// ---- running a kernel ----

// Operands of m reductions over n elements in memory of its own; strides in bytes.
struct Operand {
  std::int64_t n, m, n_stride, m_stride;
  Bytes memory;
  std::int64_t offset;

  Operand(std::int64_t n_, std::int64_t m_, std::int64_t n_stride_, std::int64_t m_stride_,
          std::int64_t itemsize, std::int64_t misalignment)
      : n(n_), m(m_), n_stride(n_stride_), m_stride(m_stride_) {
    const auto span = [](std::int64_t count, std::int64_t stride) { return (count - 1) * stride; };
    const std::int64_t low =
        std::min<std::int64_t>(span(n, n_stride), 0) + std::min<std::int64_t>(span(m, m_stride), 0);
    const std::int64_t high =
        std::max<std::int64_t>(span(n, n_stride), 0) + std::max<std::int64_t>(span(m, m_stride), 0);
    memory.resize(static_cast<std::size_t>(high - low + itemsize + misalignment));
    offset = misalignment - low;
  }
  const unsigned char* at(std::int64_t j, std::int64_t i) const {
    return memory.data() + offset + j * m_stride + i * n_stride;
  }
  template <class E>
  void set(std::int64_t j, std::int64_t i, E value) {
    std::memcpy(memory.data() + (at(j, i) - memory.data()), &value, sizeof(E));
  }
  template <class E>
  std::vector<E> values(std::int64_t j) const {
    std::vector<E> x(static_cast<std::size_t>(n));
    for (std::int64_t i = 0; i < n; ++i)
      std::memcpy(&x[static_cast<std::size_t>(i)], at(j, i), sizeof(E));
    return x;
  }
};

// Long products of floats neither overflow nor vanish: complex numbers on the unit circle, real
// ones around +-1.
template <class E>
E random_element(std::mt19937_64& random) {
  const double unit = static_cast<double>(random() >> 11) * 0x1p-53;
  if constexpr (is_complex_element<E>) {
    using R = typename E::value_type;
    return {static_cast<R>(std::cos(6.25 * unit)), static_cast<R>(std::sin(6.25 * unit))};
  } else if constexpr (std::is_floating_point_v<E>) {
    const double magnitude = std::exp2(unit - 0.5);
    return static_cast<E>(random() & 1 ? magnitude : -magnitude);
  } else if constexpr (std::is_same_v<E, bool8_t>) {
    return static_cast<bool8_t>(random() & 3);  // foreign memory may hold any byte
  } else {
    return static_cast<E>(random() | (random() & 1));
  }
}

template <class E>
void fill_randomly(Operand& operand, std::mt19937_64& random) {
  for (std::int64_t j = 0; j < operand.m; ++j) {
    for (std::int64_t i = 0; i < operand.n; ++i) operand.set(j, i, random_element<E>(random));
  }
}

struct GatherContext : ReductionGather {
  const Operand* operand;
  std::size_t itemsize;
};
void gather_elements(void* context, std::int64_t j, std::int64_t start, std::int64_t count,
                     void* dst) noexcept {
  const auto& c = *static_cast<const GatherContext*>(static_cast<const ReductionGather*>(context));
  for (std::int64_t i = 0; i < count; ++i) {
    std::memcpy(static_cast<unsigned char*>(dst) + static_cast<std::size_t>(i) * c.itemsize,
                c.operand->at(j, start + i), c.itemsize);
  }
}

constexpr std::size_t guard_bytes = 64;
constexpr unsigned char guard_value = 0xA5;

bool is_guard(const unsigned char* p, std::size_t count) {
  return std::all_of(p, p + count, [](unsigned char c) { return c == guard_value; });
}

// Results one after the other; checks that nothing outside the results and the workspace was
// written.
Bytes run_kernel(const ReductionKernel& kernel, const Operand& operand, std::size_t in_size,
                 std::size_t out_size, bool through_gather, std::size_t out_padding,
                 double correction) {
  GatherContext context{{nullptr}, &operand, in_size};
  const std::size_t out_stride = out_size + out_padding;
  Bytes out(static_cast<std::size_t>(operand.m) * out_stride + guard_bytes, guard_value);
  ReductionArgs args{};
  args.n = operand.n;
  args.m = operand.m;
  args.in = through_gather ? nullptr : operand.at(0, 0);
  args.n_stride_bytes = operand.n_stride;
  args.m_stride_bytes = operand.m_stride;
  args.out = out.data();
  args.out_stride_bytes = static_cast<std::int64_t>(out_stride);
  args.gather = through_gather ? &gather_elements : nullptr;
  args.gather_context = static_cast<ReductionGather*>(&context);
  args.correction = correction;
  const auto bytes = static_cast<std::size_t>(kernel.workspace_bytes(args));
  const std::size_t allocated = (bytes + guard_bytes + 63) / 64 * 64;
  std::unique_ptr<unsigned char, decltype(&std::free)> workspace(
      static_cast<unsigned char*>(std::aligned_alloc(64, allocated)), &std::free);
  std::memset(workspace.get(), guard_value, allocated);
  args.workspace = workspace.get();
  kernel.run(args);
  EXPECT_TRUE(is_guard(workspace.get() + bytes, allocated - bytes)) << "wrote past its workspace";
  Bytes results;
  for (std::size_t j = 0; j < static_cast<std::size_t>(operand.m); ++j) {
    const unsigned char* result = out.data() + j * out_stride;
    results.insert(results.end(), result, result + out_size);
    EXPECT_TRUE(is_guard(result + out_size, out_padding)) << "wrote between results";
  }
  EXPECT_TRUE(is_guard(out.data() + out.size() - guard_bytes, guard_bytes))
      << "wrote past its results";
  return results;
}

template <class E>
void check_operand(const Operand& operand, const std::string& layout, bool through_gather = false,
                   std::size_t out_padding = 0) {
  for (int k = 0; k < reduction_op_count; ++k) {
    const auto op = static_cast<ReductionOp>(k);
    const double correction = op == ReductionOp::vector_norm ? 2 : 1;  // its order
    Bytes expected;
    for (std::int64_t j = 0; j < operand.m; ++j) {
      const Bytes result = reference(op, operand.values<E>(j), correction);
      expected.insert(expected.end(), result.begin(), result.end());
    }
    for (const NamedKernels& named : available_kernels()) {
      const ReductionKernel& kernel = named.kernels->at(op, dtype_of<E>);
      ASSERT_EQ(kernel.run != nullptr, !expected.empty())
          << name_of(op) << " " << name_of(dtype_of<E>);
      if (!kernel.run) continue;
      const std::size_t out_size = expected.size() / static_cast<std::size_t>(operand.m);
      const Bytes results =
          run_kernel(kernel, operand, sizeof(E), out_size, through_gather, out_padding, correction);
      ASSERT_EQ(results == expected, true)
          << name_of(op) << " " << name_of(dtype_of<E>) << " " << named.isa << " " << layout
          << " n=" << operand.n << " m=" << operand.m;
    }
  }
}

// Only the operators whose bits are promised when NaNs are about.
template <class T>
void check_special(const Operand& operand) {
  for (const ReductionOp op : {ReductionOp::min, ReductionOp::max, ReductionOp::argmin,
                               ReductionOp::argmax, ReductionOp::any, ReductionOp::all}) {
    for (std::int64_t j = 0; j < operand.m; ++j) {
      const Bytes expected = reference(op, operand.values<T>(j), 0);
      for (const NamedKernels& named : available_kernels()) {
        const ReductionKernel& kernel = named.kernels->at(op, dtype_of<T>);
        const Bytes results = run_kernel(kernel, operand, sizeof(T), expected.size(), false, 0, 0);
        const auto begin = results.begin() + j * static_cast<std::ptrdiff_t>(expected.size());
        ASSERT_EQ(Bytes(begin, begin + static_cast<std::ptrdiff_t>(expected.size())), expected)
            << name_of(op) << " " << named.isa << " n=" << operand.n << " j=" << j;
      }
    }
  }
}

// ---- every dtype, layout and length ----

template <class E>
class Reduction : public testing::Test {};

using Elements = testing::Types<bool8_t, std::int8_t, std::int16_t, std::int32_t, std::int64_t,
                                std::uint8_t, std::uint16_t, std::uint32_t, std::uint64_t, float,
                                double, complex64_t, complex128_t>;
TYPED_TEST_SUITE(Reduction, Elements);

template <class E>
void check_layouts(std::int64_t n, std::int64_t m, std::mt19937_64& random) {
  constexpr std::int64_t size = sizeof(E);
  struct Layout {
    const char* name;
    std::int64_t n_stride, m_stride, misalignment;
  };
  const Layout layouts[] = {
      {"rows", size, n * size, 0},
      {"padded rows", size, (n + 3) * size, 0},
      {"rows from the last", -size, n * size, 0},
      {"rows, last row first", size, -n * size, 0},
      {"every other element", 2 * size, 2 * n * size, 0},
      {"one element repeated", 0, size, 0},
      {"one row repeated", size, 0, 0},
      {"columns", m * size, size, 0},
      {"padded columns", (m + 5) * size, size, 0},
      {"columns from the last", m * size, -size, 0},
      {"columns from the bottom", -m * size, size, 0},
      {"every third column", 3 * m * size, 3 * size, 0},
      {"misaligned rows", size, n * size, 1},
      {"misaligned columns", m * size + 1, size, 1},
  };
  for (const Layout& layout : layouts) {
    Operand operand(n, m, layout.n_stride, layout.m_stride, size, layout.misalignment);
    fill_randomly<E>(operand, random);
    check_operand<E>(operand, layout.name);
    if (testing::Test::HasFatalFailure()) return;
  }
  Operand operand(n, m, 2 * size, 2 * n * size, size, 0);
  fill_randomly<E>(operand, random);
  check_operand<E>(operand, "gathered", true);
  check_operand<E>(operand, "strided results", false, 5);
}

TYPED_TEST(Reduction, FollowsTheOrderInEveryLayout) {
  std::mt19937_64 random(1);
  for (std::int64_t n = 1; n <= 36; ++n)
    check_layouts<TypeParam>(n, n % 3 == 0 ? 40 : n % 3 == 1 ? 9 : 3, random);
  for (std::int64_t n : {63, 127, 255, 256, 257, 300, 513, 600, 1025}) {
    check_layouts<TypeParam>(n, n % 2 == 0 ? 21 : 1, random);
  }
}

TYPED_TEST(Reduction, FollowsTheOrderInLongRows) {
  std::mt19937_64 random(2);
  for (std::int64_t n : {2048, 4095, 4096, 4097, 20000, 100003})
    check_layouts<TypeParam>(n, 1, random);
}

TYPED_TEST(Reduction, FollowsTheOrderInWideMatrices) {
  std::mt19937_64 random(3);
  check_layouts<TypeParam>(3, 2500, random);
  check_layouts<TypeParam>(70, 1200, random);
  check_layouts<TypeParam>(600, 130, random);
}

TYPED_TEST(Reduction, GivesTheIdentityOfNoElements) {
  const Operand operand(0, 3, sizeof(TypeParam), 0, sizeof(TypeParam), 0);
  for (const NamedKernels& named : available_kernels()) {
    const auto run = [&](ReductionOp op, std::size_t out_size) {
      return run_kernel(named.kernels->at(op, dtype_of<TypeParam>), operand, sizeof(TypeParam),
                        out_size, false, 0, 0);
    };
    EXPECT_EQ(run(ReductionOp::any, 1), Bytes(3, 0));
    EXPECT_EQ(run(ReductionOp::all, 1), Bytes(3, 1));
    constexpr bool is_float = std::is_floating_point_v<TypeParam> || is_complex_element<TypeParam>;
    const std::size_t sum_size = is_float ? sizeof(TypeParam) : 8;
    EXPECT_EQ(run(ReductionOp::sum, sum_size), Bytes(3 * sum_size, 0));
    Bytes one = bytes_of(std::int64_t{1});
    if constexpr (std::is_floating_point_v<TypeParam>) one = bytes_of(TypeParam(1));
    if constexpr (is_complex_element<TypeParam>) one = bytes_of(TypeParam{1, 0});
    const Bytes products = run(ReductionOp::prod, sum_size);
    EXPECT_EQ(Bytes(products.begin(), products.begin() + static_cast<std::ptrdiff_t>(sum_size)),
              one);
  }
}

// ---- special values ----

template <class E>
class FloatReduction : public testing::Test {};
using Floats = testing::Types<float, double>;
TYPED_TEST_SUITE(FloatReduction, Floats);

// One special value at each position of a row among ordinary ones, and two of them.
TYPED_TEST(FloatReduction, TreatsSpecialValuesAsDocumented) {
  using T = TypeParam;
  using Limits = std::numeric_limits<T>;
  constexpr std::int64_t size = sizeof(T);
  const T specials[] = {Limits::quiet_NaN(),
                        -Limits::quiet_NaN(),
                        Limits::infinity(),
                        -Limits::infinity(),
                        T(0),
                        T(-0.0)};
  for (const bool columns : {false, true}) {
    for (const std::int64_t n : {1, 2, 7, 17, 40, 260}) {
      const std::int64_t m = 20;
      for (const T a : specials) {
        for (const T b : specials) {
          Operand operand(n, m, columns ? m * size : size, columns ? size : n * size, size, 0);
          for (std::int64_t j = 0; j < m; ++j) {
            for (std::int64_t i = 0; i < n; ++i) operand.set(j, i, j % 2 ? T(0) : T(i % 5 - 2));
            operand.set(j, (j * 7) % n, a);
            operand.set(j, (j * 13 + 5) % n, b);
          }
          check_special<T>(operand);
          if (testing::Test::HasFatalFailure()) return;
        }
      }
    }
  }
}

TYPED_TEST(FloatReduction, DividesByWhatTheCorrectionLeaves) {
  using T = TypeParam;
  Operand operand(5, 1, sizeof(T), 0, sizeof(T), 0);
  for (std::int64_t i = 0; i < 5; ++i) operand.set(0, i, T(i));
  for (const NamedKernels& named : available_kernels()) {
    const auto run = [&](ReductionOp op, double correction) {
      T result;
      const Bytes bytes = run_kernel(named.kernels->at(op, dtype_of<T>), operand, sizeof(T),
                                     sizeof(T), false, 0, correction);
      std::memcpy(&result, bytes.data(), sizeof(T));
      return result;
    };
    EXPECT_EQ(run(ReductionOp::var, 0), T(2));
    EXPECT_EQ(run(ReductionOp::var, 1), T(2.5));
    EXPECT_EQ(run(ReductionOp::std, 2.5), T(2));
    EXPECT_TRUE(std::isnan(run(ReductionOp::var, 5)));
    EXPECT_TRUE(std::isnan(run(ReductionOp::std, 7)));
  }
}

TEST(IntegerReduction, Wraps) {
  Operand operand(300, 1, 8, 0, 8, 0);
  for (std::int64_t i = 0; i < 300; ++i)
    operand.set(0, i, std::numeric_limits<std::int64_t>::max() - i);
  check_operand<std::int64_t>(operand, "near the largest");
  check_operand<std::uint64_t>(operand, "near the largest");
}

// Positions of few values, so that most elements have equals before and behind them.
template <class E>
void check_equals() {
  std::mt19937_64 random(5);
  for (const std::int64_t n : {3, 5, 20, 50, 95, 96, 97}) {
    Operand operand(n, 23, sizeof(E), n * static_cast<std::int64_t>(sizeof(E)), sizeof(E), 0);
    for (std::int64_t j = 0; j < operand.m; ++j) {
      for (std::int64_t i = 0; i < n; ++i) operand.set(j, i, static_cast<E>(random() % 4));
    }
    check_operand<E>(operand, "few values");
  }
}

TEST(Positions, AreThoseOfTheFirstOfEquals) {
  check_equals<std::int64_t>();
  check_equals<std::uint64_t>();
  check_equals<double>();
  check_equals<std::int32_t>();
}

// The comparison above must be able to fail: a sum in plain order differs from the canonical one.
TEST(ReductionReference, TellsOrdersApart) {
  std::mt19937_64 random(4);
  std::vector<float> x(1000);
  for (float& value : x) value = random_element<float>(random);
  float plain = 0;
  for (float value : x) plain += value;
  EXPECT_NE(reference(ReductionOp::sum, x, 0), bytes_of(plain));
}

}  // namespace
}  // namespace corepy

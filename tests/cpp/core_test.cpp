// The layers under dispatch without Python: shapes, loop plans, promotion, the allocator, zeros.
#include <gtest/gtest.h>

#include <cstdint>
#include <cstring>
#include <thread>
#include <vector>

#include "corepy/core/error.h"
#include "corepy/core/shape.h"
#include "corepy/core/tensor.h"
#include "corepy/ops/infer.h"
#include "corepy/ops/loop_plan.h"
#include "corepy/ops/promotion.h"
#include "corepy/runtime/allocator.h"
#include "corepy/runtime/zero_memory.h"

namespace corepy {
namespace {

template <class F>
ErrorKind kind_of_error(F f) {
  try {
    f();
  } catch (const Error& error) {
    return error.kind();
  }
  ADD_FAILURE() << "no error was raised";
  return ErrorKind::interrupted;
}

TEST(Dims, KeepsItsEntriesInlineAndOnTheHeap) {
  Dims dims;
  for (std::int64_t i = 0; i < max_rank; ++i) {
    dims.push_back(i * i);
    const Dims copy = dims;
    Dims moved = copy;
    const Dims taken = std::move(moved);
    ASSERT_EQ(taken, dims);
    ASSERT_EQ(taken.back(), i * i);
  }
  dims.insert(3, -7);
  EXPECT_EQ(dims[3], -7);
  EXPECT_EQ(dims[4], 9);
  dims.erase(3);
  EXPECT_EQ(dims[3], 9);
  EXPECT_EQ(dims.size(), max_rank);
}

TEST(Shape, CountsElementsAndRefusesWhatCannotBeAddressed) {
  EXPECT_EQ(count_elements("op", Dims{}, 8), 1);
  EXPECT_EQ(count_elements("op", Dims{3, 0, 5}, 8), 0);
  EXPECT_EQ(kind_of_error([] { count_elements("op", Dims{std::int64_t{1} << 62, 2}, 8); }),
            ErrorKind::shape);
  EXPECT_EQ(kind_of_error([] { count_elements("op", Dims{0, std::int64_t{1} << 62, 4}, 8); }),
            ErrorKind::shape);
  EXPECT_EQ(kind_of_error([] { count_elements("op", Dims{-1}, 8); }), ErrorKind::shape);
}

TEST(Shape, BroadcastsFromTheLastAxis) {
  const Dims a{3, 1, 5}, b{4, 1}, c{2, 4, 5};
  const Dims* fitting[] = {&a, &b};
  EXPECT_EQ(broadcast_shapes("op", fitting), (Dims{3, 4, 5}));
  const Dims* clashing[] = {&a, &c};
  EXPECT_EQ(kind_of_error([&] { broadcast_shapes("op", clashing); }), ErrorKind::shape);
  EXPECT_EQ(broadcast_strides("op", a, contiguous_strides(a, 4), Dims{3, 4, 5}), (Dims{20, 0, 4}));
}

TEST(Shape, ReshapesAsAViewOnlyWhereStridesAllow) {
  Dims strides;
  EXPECT_TRUE(try_reshape_strides(Dims{4, 6}, Dims{24, 4}, Dims{2, 2, 3, 2}, strides));
  EXPECT_EQ(strides, (Dims{48, 24, 8, 4}));
  EXPECT_FALSE(try_reshape_strides(Dims{4, 6}, Dims{4, 16}, Dims{24}, strides))
      << "a transposed matrix is no run";
  EXPECT_TRUE(try_reshape_strides(Dims{4, 1, 6}, Dims{4, 0, 16}, Dims{4, 6, 1}, strides))
      << "extents of 1 do not matter";
}

TEST(LoopPlan, MergesAxesThatAreOneRunForEveryOperand) {
  const Dims shape{2, 3, 4};
  const Dims contiguous = contiguous_strides(shape, 4);
  const Dims both[] = {contiguous, contiguous};
  EXPECT_EQ(plan_loops(shape, both).shape, (Dims{24}));
  const Dims row_broadcast[] = {contiguous, Dims{0, 16, 4}};
  EXPECT_EQ(plan_loops(shape, row_broadcast).shape, (Dims{2, 12}));
  const Dims scalar[] = {contiguous, Dims{0, 0, 0}};
  EXPECT_EQ(plan_loops(shape, scalar).shape, (Dims{24}))
      << "one element repeated is a run of stride 0";
}

TEST(LoopPlan, VisitsEveryElementOnce) {
  const Dims shape{3, 4, 5};
  const Dims strides[] = {Dims{4, 12, 48}, Dims{80, 20, 4}};  // the first transposed: no axes merge
  const LoopPlan plan = plan_loops(shape, strides);
  std::vector<int> visits(60);
  Dims index(plan.rank());
  std::int64_t offsets[max_plan_operands] = {};
  do {
    ++visits[static_cast<std::size_t>(offsets[1] / 4)];
  } while (advance(plan, plan.rank(), index, offsets));
  EXPECT_EQ(visits, std::vector<int>(60, 1));
}

TEST(Promotion, FollowsTheStandardsTable) {
  bool mixed = false;
  EXPECT_EQ(promote_dtypes("op", DType::int8, DType::uint8, mixed), DType::int16);
  EXPECT_EQ(promote_dtypes("op", DType::uint32, DType::int8, mixed), DType::int64);
  EXPECT_EQ(promote_dtypes("op", DType::float32, DType::complex64, mixed), DType::complex64);
  EXPECT_EQ(promote_dtypes("op", DType::float64, DType::complex64, mixed), DType::complex128);
  EXPECT_FALSE(mixed);
  EXPECT_EQ(promote_dtypes("op", DType::int64, DType::float32, mixed), DType::float32);
  EXPECT_TRUE(mixed) << "the standard leaves integer with floating undefined";
  EXPECT_EQ(kind_of_error([&] { promote_dtypes("op", DType::uint64, DType::int8, mixed); }),
            ErrorKind::dtype);
}

TEST(Infer, ConvertsIntegersForFloatingFunctionsOnly) {
  const DType integer[] = {DType::int32};
  const InferredDTypes sine = infer_dtypes(Op::sin, integer);
  EXPECT_EQ(sine.compute, DType::float64);
  EXPECT_TRUE(sine.integer_to_float);
  const DType boolean[] = {DType::bool_, DType::bool_};
  EXPECT_EQ(kind_of_error([&] { infer_dtypes(Op::add, boolean); }), ErrorKind::dtype);
}

TEST(Allocator, AlignsAndReusesBlocks) {
  for (std::int64_t bytes : {1, 63, 64, 65, 4000, 5000, 1 << 20, 9 << 20}) {
    const StorageRef storage = allocate_storage("op", bytes);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(storage->data) % 64, 0u);
    std::memset(storage->data, 1, static_cast<std::size_t>(bytes));
  }
  const std::int64_t before = memory_stats().reuse_count;
  {
    const StorageRef again = allocate_storage("op", 9 << 20);
  }
  EXPECT_EQ(memory_stats().reuse_count, before + 1);
  trim_memory();
  EXPECT_EQ(memory_stats().cached_bytes, 0);
}

TEST(Allocator, HoldsTheLimitAndRecovers) {
  set_memory_limit(memory_stats().used_bytes + 1000000);
  EXPECT_EQ(kind_of_error([] { allocate_storage("op", 2000000); }), ErrorKind::memory_limit);
  EXPECT_NO_THROW(allocate_storage("op", 1000));
  set_memory_limit(-1);
  EXPECT_NO_THROW(allocate_storage("op", 2000000));
}

TEST(Allocator, TakesBlocksBackFromOtherThreads) {
  const std::int64_t before = memory_stats().used_bytes;
  std::vector<StorageRef> storages;
  for (int i = 0; i < 1000; ++i) storages.push_back(allocate_storage("op", 100 + i));
  std::thread([&storages] { storages.clear(); }).join();
  EXPECT_EQ(memory_stats().used_bytes, before);
}

TEST(Allocator, NotesTheMostThatAThreadHolds) {
  const std::int64_t small = block_bytes_of(1000), large = block_bytes_of(1 << 20);
  std::int64_t kept = 1000;
  void* result = nullptr;
  const HeldPeak whole;
  {
    const HeldPeak part;
    std::int64_t bytes = 1 << 20;
    void* block = allocate_block("op", bytes);
    EXPECT_EQ(bytes, large);
    EXPECT_EQ(part.bytes_above_start(), large);
    EXPECT_EQ(part.bytes_above_now(), 0);
    free_block(block, bytes);
    EXPECT_EQ(part.bytes_above_now(), large);
    result = allocate_block("op", kept);
    EXPECT_EQ(part.bytes_above_start(), large);
    EXPECT_EQ(part.bytes_above_now(), large - small);
    // Other threads' blocks are theirs.
    std::thread([] {
      std::int64_t own_bytes = 1 << 24;
      void* own = allocate_block("op", own_bytes);
      free_block(own, own_bytes);
    }).join();
    EXPECT_EQ(part.bytes_above_start(), large);
  }
  for (int i = 0; i < 100; ++i) {  // small ones come from the thread's own cache
    std::int64_t bytes = 3000;
    void* block = allocate_block("op", bytes);
    std::int64_t next_bytes = 3000;
    void* next = allocate_block("op", next_bytes);
    free_block(next, next_bytes);
    free_block(block, bytes);
  }
  EXPECT_EQ(whole.bytes_above_start(), large);
  const MemoryStats before = memory_stats();
  count_planned_bytes(2 * large);  // counted here, and nowhere else
  EXPECT_EQ(whole.bytes_above_start(), small + 2 * large);
  count_planned_bytes(-2 * large);
  EXPECT_EQ(whole.bytes_above_now(), 2 * large);
  EXPECT_EQ(memory_stats().used_bytes, before.used_bytes);
  free_block(result, kept);
  EXPECT_EQ(whole.bytes_above_now(), small + 2 * large);
}

TEST(ZeroMemory, HoldsZerosOfAnySize) {
  for (const std::int64_t bytes : {std::int64_t{0}, std::int64_t{100}, std::int64_t{1} << 16,
                                   (std::int64_t{1} << 16) + 1, std::int64_t{1} << 26}) {
    void* zeros = map_zeros(bytes);
    ASSERT_NE(zeros, nullptr);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(zeros) % 64, 0u);
    const auto* first = static_cast<const unsigned char*>(zeros);
    for (std::int64_t i = 0; i < bytes; i += i < 100 ? 1 : 4097) ASSERT_EQ(first[i], 0);
    unmap_zeros(zeros, bytes);
  }
}

TEST(Storage, IsSharedUntilTheLastHolderLetsGo) {
  StorageRef a = allocate_storage("op", 8);
  EXPECT_TRUE(a.is_unique());
  {
    const StorageRef b = a;
    EXPECT_FALSE(a.is_unique());
  }
  EXPECT_TRUE(a.is_unique());
}

}  // namespace
}  // namespace corepy

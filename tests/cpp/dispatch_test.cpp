// Whole operations without Python: values, records, forced ISAs, copy on write, the floating-point
// environment.
#include <gtest/gtest.h>

#include <cfenv>
#include <cstring>
#include <numeric>
#include <vector>

#include "corepy/core/error.h"
#include "corepy/dispatch/dispatch.h"
#include "corepy/dispatch/elementwise.h"
#include "corepy/dispatch/indexing.h"
#include "corepy/dispatch/linalg.h"
#include "corepy/dispatch/manipulation.h"
#include "corepy/dispatch/reduction.h"
#include "corepy/runtime/allocator.h"

namespace corepy {
namespace {

Tensor counting(const Dims& shape) {
  Tensor tensor = empty_tensor("test", shape, DType::float32);
  auto* data = reinterpret_cast<float*>(tensor.data());
  std::iota(data, data + tensor.size(), 1.0f);
  return tensor;
}

std::vector<float> values(const Tensor& tensor) {
  const Tensor contiguous = copy(tensor);
  std::vector<float> result(static_cast<std::size_t>(contiguous.size()));
  if (!result.empty()) std::memcpy(result.data(), contiguous.data(), result.size() * sizeof(float));
  return result;
}

Tensor add(const Tensor& a, const Tensor& b) {
  const Tensor* inputs[] = {&a, &b};
  return elementwise(Op::add, inputs);
}

class ForcedIsa {
 public:
  explicit ForcedIsa(Isa isa) : saved_(process_settings.load()) {
    Settings settings{saved_};
    settings.set(Settings::isa_field, static_cast<std::uint64_t>(isa));
    process_settings = settings.word;
  }
  ~ForcedIsa() { process_settings = saved_; }

 private:
  std::uint64_t saved_;
};

TEST(Dispatch, RecordsWhatRan) {
  const Tensor a = counting({2, 3});
  const Tensor sum = add(a, a);
  const DispatchRecord* record = last_record();
  ASSERT_NE(record, nullptr);
  EXPECT_EQ(record->op, Op::add);
  EXPECT_EQ(record->isa, best_isa());
  EXPECT_EQ(record->operand_count, 2);
  EXPECT_EQ(record->result.shape[1], 3);
  EXPECT_STREQ(record->bound, "exact");
  EXPECT_TRUE(record->reproducible);
  EXPECT_GE(record->rejection_count, isa_count - 1);
}

TEST(Dispatch, AFailedCallKeepsTheLastRecord) {
  const Tensor a = counting({2, 3}), b = counting({4});
  add(a, a);
  const std::uint64_t sequence = last_record()->sequence;
  EXPECT_THROW(add(a, b), Error);
  EXPECT_EQ(last_record()->sequence, sequence);
}

TEST(Dispatch, EveryIsaGivesTheSameBits) {
  const Tensor a = counting({37, 29}), b = permute_dims(counting({29, 37}), {1, 0});
  std::vector<std::vector<float>> results;
  for (int i = 0; i < isa_count; ++i) {
    const auto isa = static_cast<Isa>(i);
    if (!is_available(isa)) continue;
    const ForcedIsa forced(isa);
    const Tensor product = matmul(a, permute_dims(b, {1, 0}));
    EXPECT_EQ(last_record()->isa, isa);
    results.push_back(values(add(add(a, b), reduce(Op::sum, product, {}))));
  }
  for (const auto& result : results) EXPECT_EQ(result, results[0]);
}

TEST(Dispatch, LayoutDoesNotChangeAValue) {
  const Tensor a = counting({40, 50});
  const Tensor at = permute_dims(a, {1, 0});
  EXPECT_EQ(values(add(at, at)), values(add(copy(at), copy(at))));
  EXPECT_EQ(values(add(a, copy(a))), values(add(permute_dims(copy(at), {1, 0}), a)));
}

TEST(Dispatch, ResetsAForeignRoundingModeAndRestoresIt) {
  Tensor big = counting({1}), tiny = counting({1});
  const float one = 1.0f, epsilon = 1e-10f;
  std::memcpy(big.data(), &one, 4);
  std::memcpy(tiny.data(), &epsilon, 4);
  std::fesetround(FE_UPWARD);
  const Tensor sum = add(big, tiny);
  const int mode = std::fegetround();
  std::fesetround(FE_TONEAREST);
  EXPECT_EQ(mode, FE_UPWARD);
  EXPECT_EQ(values(sum)[0], 1.0f);
  EXPECT_NE(find_record(last_record_id()), nullptr);
}

TEST(Dispatch, ADryRunRunsNothing) {
  const Tensor a = counting({8});
  add(a, a);
  const std::uint64_t sequence = last_record()->sequence;
  {
    const DryRun dry_run;
    const Tensor result = add(a, a);
    EXPECT_EQ(result.shape, (Dims{8}));
    ASSERT_NE(dry_run.record(), nullptr);
    EXPECT_EQ(dry_run.record()->op, Op::add);
  }
  EXPECT_EQ(last_record()->sequence, sequence);
}

TEST(Dispatch, ADryRunTellsTheMemoryOfTheCall) {
  const Tensor a = counting({40, 1500}), b = counting({1500, 50});  // packed on every ISA
  matmul(a, b);
  const std::int64_t workspace = last_record()->workspace_bytes;
  EXPECT_GT(workspace, 0);
  const std::int64_t used = memory_stats().used_bytes;
  const DryRun dry_run;
  const Tensor result = matmul(a, b);
  EXPECT_EQ(dry_run.record()->workspace_bytes, workspace);
  EXPECT_EQ(result.strides, contiguous_strides(result.shape, 4));
  EXPECT_EQ(values(result), std::vector<float>(2000));  // read, and zero
  EXPECT_EQ(memory_stats().used_bytes, used);
}

TEST(Dispatch, ALogSeesChildrenOfCompositeOperators) {
  RecordLog log(100, false);
  log.start();
  tensordot(counting({2, 3}), counting({3, 4}), {1}, {0});
  log.stop();
  int children = 0, parents = 0;
  for (const LogEntry& entry : log.entries()) (entry.depth > 0 ? children : parents) += 1;
  EXPECT_EQ(parents, 1);
  EXPECT_GE(children, 1);
  EXPECT_EQ(last_record()->op, Op::tensordot);
}

TEST(CopyOnWrite, AWriteLeavesViewsAlone) {
  Tensor a = counting({4});
  const IndexItem first[] = {{IndexItem::Kind::slice, 0, 2, 1, true, true}};
  const Tensor view = getitem(a, {first});
  const std::byte* before = view.data();
  const Tensor nine = counting({1});
  setitem(a, {first}, nine);
  EXPECT_NE(last_record()->flags & record_copy_on_write, 0u);
  EXPECT_EQ(values(view), (std::vector<float>{1, 2}));
  EXPECT_EQ(values(a), (std::vector<float>{1, 1, 3, 4}));
  EXPECT_EQ(view.data(), before);
}

TEST(Errors, NameOperatorAndShapes) {
  try {
    matmul(counting({2, 3}), counting({4, 5}));
    FAIL();
  } catch (const Error& error) {
    const std::string text = error.what();
    EXPECT_EQ(error.kind(), ErrorKind::shape);
    EXPECT_NE(text.find("matmul"), std::string::npos);
    EXPECT_NE(text.find("(2, 3)"), std::string::npos);
    EXPECT_NE(text.find("(4, 5)"), std::string::npos);
  }
}

}  // namespace
}  // namespace corepy

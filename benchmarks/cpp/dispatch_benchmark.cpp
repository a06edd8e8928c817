// What recording a dispatch costs: the frame of an operation on two small tensors with its record,
// and what of that frame is left without one. No kernel runs and nothing is allocated.
#include <benchmark/benchmark.h>

#include "corepy/core/settings.h"
#include "corepy/dispatch/creation.h"
#include "corepy/dispatch/dispatch.h"
#include "corepy/dispatch/record.h"
#include "corepy/runtime/float_environment.h"

namespace corepy {
namespace {

Tensor make_operand() { return empty_tensor("empty", Dims{4}, DType::float32); }

// Settings and floating-point environment are read whether or not anything is recorded.
void frame_without_record(benchmark::State& state) {
  for (auto _ : state) {
    const DefaultFloatEnvironment environment;
    Settings settings = current_settings();
    benchmark::DoNotOptimize(settings);
    benchmark::ClobberMemory();
  }
}
BENCHMARK(frame_without_record);

// Operands, bound, choice of ISA with what was rejected and why, kernel, result, publication.
void frame_with_record(benchmark::State& state) {
  const Tensor a = make_operand(), b = make_operand(), result = make_operand();
  for (auto _ : state) {
    Operation operation(Op::add);
    operation.add_operand(a, Layout::contiguous);
    operation.add_operand(b, Layout::contiguous);
    operation.set_bound(DType::float32);
    Isa isa = operation.choose();
    benchmark::DoNotOptimize(isa);
    operation.set_variant("vector loop");
    operation.finish(result, Layout::contiguous);
    benchmark::ClobberMemory();
  }
  if (last_record() == nullptr) state.SkipWithError("nothing was recorded");
}
BENCHMARK(frame_with_record);

// The same where operands are not known to be contiguous: their layouts are found.
void frame_with_found_layouts(benchmark::State& state) {
  const Tensor a = make_operand(), b = make_operand(), result = make_operand();
  for (auto _ : state) {
    Operation operation(Op::add);
    operation.add_operand(a);
    operation.add_operand(b);
    operation.set_bound(DType::float32);
    Isa isa = operation.choose();
    benchmark::DoNotOptimize(isa);
    operation.set_variant("vector loop");
    operation.finish(result, layout_of(result));
    benchmark::ClobberMemory();
  }
}
BENCHMARK(frame_with_found_layouts);

}  // namespace
}  // namespace corepy

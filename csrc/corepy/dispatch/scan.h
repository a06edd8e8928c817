// The path of a cumulative sum or product: axis, accumulator, plan, kernel, record.
#pragma once

#include <cstdint>
#include <optional>

#include "corepy/core/tensor.h"
#include "corepy/ops/op.h"

namespace corepy {

struct ScanOptions {
  std::optional<std::int64_t> axis;  // may be left out for one axis only
  std::optional<DType> dtype;        // what the operand is converted to first
  bool include_initial = false;      // the sum or product of nothing comes first
};

Tensor scan(Op op, const Tensor& x, const ScanOptions& options);

}  // namespace corepy

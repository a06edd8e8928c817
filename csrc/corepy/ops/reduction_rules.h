// Dtypes of reductions and scans: what the operand is converted to and what comes out.
#pragma once

#include <optional>

#include "corepy/core/dtype.h"
#include "corepy/ops/op.h"

namespace corepy {

struct ReductionDTypes {
  DType compute;      // the kernel's input dtype
  DType accumulator;  // the kernel's output dtype
  DType result;       // narrower than the accumulator only where `dtype` asks for a small integer
  bool integer_to_float = false;
};

// `dtype`: the option of sum, prod and the cumulative ones. Fails with DTypeError.
ReductionDTypes infer_reduction_dtypes(Op op, DType operand, std::optional<DType> dtype);

}  // namespace corepy

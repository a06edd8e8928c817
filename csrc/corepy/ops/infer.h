// Result dtypes of operators from their operands' dtypes: promotion, then what the operator's row
// accepts and returns.
#pragma once

#include <span>

#include "corepy/core/dtype.h"
#include "corepy/ops/op.h"

namespace corepy {

struct InferredDTypes {
  DType compute;            // what the kernel reads
  DType result;             // what comes out; half precision: rounded from what the kernel gives
  bool mixed_kind = false;  // promoted beyond the standard (see promotion.h)
  bool integer_to_float = false;  // integers converted to float64 for a floating function
};

// For elementwise operators and others whose operands share one dtype. Fails with DTypeError where
// the row accepts none.
InferredDTypes infer_dtypes(Op op, std::span<const DType> operands);

// The dtype that a row returns for a common dtype of its operands.
DType result_dtype(Op op, DType common) noexcept;

// What a row computes in, given the common dtype of its operands: half precision in float32, except
// where elements are only moved, or their own neighbours are asked for.
constexpr DType compute_dtype(Op op, DType common) noexcept {
  return op == Op::where || op == Op::nextafter ? common : arithmetic_dtype(common);
}

}  // namespace corepy

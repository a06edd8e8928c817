// The path of an elementwise operator: infer, plan, pick, run, record.
#pragma once

#include <span>

#include "corepy/core/tensor.h"
#include "corepy/ops/op.h"

namespace corepy {

// Runs `op` on its operands. With `out`, the result takes out's place (same dtype and shape
// required); memory that nobody else sees is reused. `loop_op` names another operator's kernel for
// the same record (clip with one bound).
Tensor elementwise(Op op, std::span<const Tensor* const> inputs, const Tensor* out = nullptr);
Tensor elementwise(Op op, Op loop_op, std::span<const Tensor* const> inputs,
                   const Tensor* out = nullptr);

// Fails unless a result of this dtype and shape may take out's place.
void check_out(const char* op, const Tensor& out, DType dtype, const Dims& shape);

}  // namespace corepy

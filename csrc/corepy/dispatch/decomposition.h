// A stack of matrices through one decomposition kernel: tasks, threads, interrupts, and the error
// that names the matrix. What is decomposed, and into which results, is decided by the callers.
#pragma once

#include <span>

#include "corepy/core/tensor.h"
#include "corepy/dispatch/dispatch.h"
#include "corepy/kernels/decomposition_table.h"

namespace corepy {

struct MatrixStack {
  Decomposition which;
  DType compute;
  std::int64_t m, n, k = 0;  // of each matrix; k: right-hand sides
  bool option = false;
  Dims batch;
  Tensor a, b;                            // of the compute dtype; b without storage: none
  Dims a_batch_strides, b_batch_strides;  // as `batch`
  // a's and b's matrix strides; a vector right-hand side has no column stride.
  std::int64_t a_row, a_column, b_row = 0, b_column = 0;
  std::span<Tensor> results;  // contiguous, batch axes first; without storage: not wanted
};

// Fails with LinalgError for the first matrix that has no such decomposition.
void decompose(Operation& operation, Isa isa, const MatrixStack& stack);

// The LinalgError of matrix `number` of the batch, m x n each.
[[noreturn]] void fail_decomposition(const char* op, const Dims& batch, std::int64_t number,
                                     std::int64_t m, std::int64_t n,
                                     const DecompositionOutcome& outcome);

}  // namespace corepy

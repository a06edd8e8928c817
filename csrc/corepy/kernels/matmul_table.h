// The matmul kernels of each ISA, keyed by dtype: what dispatch and the tests see. The kernels are
// in matmul.cpp.
#pragma once

#include <cstdint>

#include "corepy/core/dtype.h"

namespace corepy {

// C[i, j] = sum over l of A[i, l] * B[l, j]; any strides on A and B (0 and negative too); C has
// contiguous rows. `conjugate_a` for vecdot of complex operands. `count` such products, whose
// operands lie `*_step_bytes` apart from one to the next.
struct ProductArgs {
  std::int64_t m, n, k;
  const void* a;
  std::int64_t a_row_stride_bytes, a_column_stride_bytes;
  const void* b;
  std::int64_t b_row_stride_bytes, b_column_stride_bytes;
  void* c;
  std::int64_t c_row_stride_bytes;
  bool conjugate_a;
  void* workspace;  // workspace_bytes(args) bytes, 64-byte aligned
  std::int64_t count = 1;
  std::int64_t a_step_bytes = 0, b_step_bytes = 0, c_step_bytes = 0;
  // Where it is given, products with a long K ask it now and then; once it is true it stays so, the
  // call ends early, and nobody reads the result.
  bool (*is_stopped)(void* context) noexcept = nullptr;
  void* stop_context = nullptr;
};

struct ProductKernel {
  void (*run)(const ProductArgs&) noexcept;  // null: no kernel for this dtype
  std::int64_t (*workspace_bytes)(const ProductArgs&) noexcept;
  const char* (*variant)(
      const ProductArgs&) noexcept;  // static text for the record: "packed", "matrix_vector", ...
};

// A row without a kernel (bool: matmul is numeric in the array API; half precision: computed in
// float32) has a null `run`.
struct MatmulKernels {
  ProductKernel kernel[dtype_count];
};

}  // namespace corepy

// Declares one ISA's table; expand it with COREPY_FOR_EACH_ISA.
#define COREPY_DECLARE_MATMUL_KERNELS(isa)             \
  namespace corepy::isa {                              \
  extern constinit const MatmulKernels matmul_kernels; \
  }

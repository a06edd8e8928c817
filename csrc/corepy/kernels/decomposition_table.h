// The kernels of matrix decompositions of each ISA, keyed by dtype: what dispatch sees, and what
// they promise. The algorithms are in decomposition_*.h.
#pragma once

#include <cstdint>

#include "corepy/core/dtype.h"
#include "corepy/kernels/matmul_table.h"

namespace corepy {

// The bits of every result are a function of the matrices' values, shapes and dtype only:
// - block sizes are constants; how blocks follow each other depends on the shape only;
// - long sums and products of blocks are the ISA's matmul, whose order is fixed (matmul.h);
// - all else is written as single IEEE additions, subtractions, multiplications, divisions and
//   square roots in a fixed order: no fused operation, nothing of a C library. A compiler may
//   vectorise such loops over independent elements but not reassociate them.
enum class Decomposition : std::uint8_t { solve, determinant, cholesky, qr, eigh, svd, eig };
inline constexpr int decomposition_count = 7;

enum class DecompositionStatus : std::uint8_t {
  done,
  singular,       // detail: the first pivot that is zero
  indefinite,     // detail: the first leading minor that is not positive
  not_finite,     // the matrix has a NaN or an infinity
  not_converged,  // detail: how many values were found
  stopped,        // the services asked for it
};
struct DecompositionOutcome {
  DecompositionStatus status;
  std::int64_t detail;
};

// What a kernel asks of its caller, so that large products may be shared by threads and long work
// interrupted. False: stop, and return `stopped`.
struct DecompositionServices {
  // A product of elements of `dtype`; args.workspace is unset.
  bool (*multiply)(void* context, const ProductArgs& args, DType dtype) noexcept;
  bool (*proceed)(void* context, std::int64_t flops) noexcept;  // after so much work
  void* context;
};

// Larger matrices are divided by eigh.
inline constexpr std::int64_t largest_undivided = 32;

// One matrix. Results are contiguous, in C order; a null one is not wanted.
//
//   solve        n x n, right-hand side b: n x k; out[0]: n x k. b null: the unit matrix
//   determinant  n x n; out[0]: a sign or phase (of modulus 1 or 0), out[1]: the modulus as a real
//                of [1, 2), or 0 or not finite, out[2]: int64, the power of 2 that multiplies it
//   cholesky     n x n, of which one triangle is read; out[0]: the factor; option: upper
//   qr           m x n; out[0]: Q, out[1]: R; option: complete
//   eigh         n x n, lower triangle; out[0]: ascending real values, out[1]: vectors as columns
//   svd          m x n; out[0]: U, out[1]: descending real values, out[2]: Vh; option: complete
//   eig          n x n; out[0]: complex values, out[1]: complex vectors as columns
struct DecompositionArgs {
  std::int64_t m, n, k;
  const void* a;  // any address, any strides
  std::int64_t a_row_stride_bytes, a_column_stride_bytes;
  const void* b;
  std::int64_t b_row_stride_bytes, b_column_stride_bytes;
  void* out[3];
  bool option;
  void* workspace;  // workspace_bytes(args) bytes, 64-byte aligned
  DecompositionServices services;
};

struct DecompositionKernel {
  DecompositionOutcome (*run)(const DecompositionArgs&) noexcept;
  std::int64_t (*workspace_bytes)(const DecompositionArgs&) noexcept;
};

inline constexpr int decomposition_dtype_count = 4;
constexpr int decomposition_dtype_index(DType d) {
  return d == DType::float32 ? 0 : d == DType::float64 ? 1 : d == DType::complex64 ? 2 : 3;
}

// [decomposition][decomposition_dtype_index]; the spectral ones follow the direct ones.
using DecompositionRow = DecompositionKernel[decomposition_dtype_count];
inline constexpr int direct_decomposition_count = 4;
struct DecompositionKernels {
  const DecompositionRow *direct, *spectral;

  constexpr const DecompositionKernel& at(Decomposition which, DType dtype) const {
    const int i = static_cast<int>(which), d = decomposition_dtype_index(dtype);
    return i < direct_decomposition_count ? direct[i][d]
                                          : spectral[i - direct_decomposition_count][d];
  }
};

}  // namespace corepy

// Declares one ISA's tables; expand it with COREPY_FOR_EACH_ISA.
#define COREPY_DECLARE_DECOMPOSITION_KERNELS(isa)                    \
  namespace corepy::isa {                                            \
  extern constinit const DecompositionRow direct_decompositions[];   \
  extern constinit const DecompositionRow spectral_decompositions[]; \
  }

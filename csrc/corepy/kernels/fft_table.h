// What the Fourier kernels are given, and the table of them, one per ISA. No code: fft.h (columns),
// fft_line.h (lines), fft_real.h (real data). Plans are made in dispatch/fft_plan.cpp.
//
// The contract. The bits of a transform of n numbers are a function of n, the direction, the dtype,
// the scale and the numbers. They follow from the plan, which is a function of n and the dtype:
//   columns    Stockham passes of fixed radices over a column; a butterfly and its twiddle
//              multiplication have one formula each (fft.h). For n with few factors.
//   four_step  n = n1 n2: as a matrix of n1 rows, its columns are transformed, multiplied by roots
//              of unity, and the rows of the result are transformed (Gentleman and Sande, 1966;
//              Bailey, "FFTs in external or hierarchical memory", 1990).
//   bluestein  a convolution with a chirp, of a length that has small factors (Bluestein, 1970).
// Vectors hold the same position of neighbouring columns, never two numbers of one column: so no
// bit depends on how wide they are.
#pragma once

#include <cstdint>

namespace corepy {

// Work is laid out in blocks of columns: a row of a block is 64 bytes of real parts, then 64 bytes
// of imaginary parts, which is a whole number of vectors on every ISA.
inline constexpr std::int64_t fft_part_bytes = 64;
inline constexpr std::int64_t fft_row_bytes = 2 * fft_part_bytes;

inline constexpr int fft_max_passes = 24;
inline constexpr int fft_max_radix = 31;

// One Stockham pass, decimation in frequency: with `count` c and `stride` s, input rows
// q + s (p + c j) become output rows q + s (radix p + k), j and k below the radix, q < s, p < c.
struct FftPass {
  int radix;  // 1 (a copy), 2, 4, 8 or odd
  std::int64_t stride, count;
  const void* twiddles;  // w^(p k), w = exp(-2 pi i / (radix c)): pairs, by p >= 1, then k >= 1
  const void* roots;     // odd radices: cos(2 pi j / radix), sin(2 pi j / radix), pairs by j
};

struct FftColumns {
  std::int64_t length;
  int pass_count;  // at least 2 in a plan of kind columns
  FftPass pass[fft_max_passes];
};

enum class FftKind : std::uint8_t { columns, four_step, bluestein };

struct FftPlan {
  std::int64_t length;
  FftKind kind;
  // columns: `first`. four_step: of n1, then of n2.
  FftColumns first, second;
  // four_step: roots[k1 i2] = exp(-2 pi i k1 i2 / n), in blocks of columns i2; beyond 2^16 numbers
  // as the product of a first block, and a pair for each block and k1, which take less memory.
  const void* step_roots;
  const void* step_blocks;  // pairs, by block, then k1; or null
  // bluestein: exp(-pi i j^2 / n), pairs; the transform of the chirp, over its length.
  const FftPlan* inner;
  const void* chirp;
  const void* spectrum;
};

// Lines that lie side by side, of a plan of kind columns or four_step.
struct FftColumnsArgs {
  const FftPlan* plan;
  std::int64_t columns;
  const void* in;  // complex; columns are neighbours
  std::int64_t in_row_bytes;
  void* out;
  std::int64_t out_row_bytes;
  bool inverse;
  double scale;  // of the results; exact in the dtype
  void* workspace;
};

// Of a four_step plan, one half: blocks of columns, which are independent of each other.
struct FftStepArgs {
  const FftPlan* plan;
  const void* in;  // contiguous complex numbers
  void* out;       // may be `in`
  void* matrix;    // between the halves: matrix_bytes
  std::int64_t first_block, block_count;
  bool inverse;
  double scale;
  void* workspace;
};

// Elementwise work of the chirp transform: `length` numbers.
struct FftChirpArgs {
  const void* in;
  const void* factors;
  void* out;
  std::int64_t length;
  bool swap_in, swap_out;  // exchanges real and imaginary parts: the inverse transform
  double scale;
};

// Real data of even length 2 h as h complex numbers: between their transform and that of the real
// numbers.
struct FftRealArgs {
  const void* in;  // split: h numbers; merge: h + 1
  void* out;       // split: h + 1 numbers; merge: h; may be `in`
  const void*
      roots;  // -i exp(-2 pi i k / (2 h)): real parts of k = 1 .. h / 2, then imaginary ones
  std::int64_t half;
  bool conjugate;  // split: of the result; merge: of the operand
  double scale;
};

struct FftKernel {
  void (*columns)(const FftColumnsArgs&) noexcept;
  std::int64_t (*columns_workspace_bytes)(const FftPlan&, std::int64_t columns) noexcept;
  void (*begin)(const FftStepArgs&) noexcept;   // in -> matrix, blocks of n2 columns
  void (*finish)(const FftStepArgs&) noexcept;  // matrix -> out, blocks of n1 columns
  std::int64_t (*step_workspace_bytes)(const FftPlan&) noexcept;
  void (*multiply_chirp)(const FftChirpArgs&) noexcept;
  void (*split_real)(const FftRealArgs&) noexcept;
  void (*merge_real)(const FftRealArgs&) noexcept;
};

// Columns of a block, and blocks of a number of columns.
constexpr std::int64_t fft_block_columns(std::int64_t part_itemsize) {
  return fft_part_bytes / part_itemsize;
}
constexpr std::int64_t fft_block_count(std::int64_t columns, std::int64_t part_itemsize) {
  const std::int64_t width = fft_block_columns(part_itemsize);
  return (columns + width - 1) / width;
}
// The matrix between the halves: by block of columns k1, then row i2.
inline std::int64_t fft_matrix_bytes(const FftPlan& plan, std::int64_t part_itemsize) {
  return fft_block_count(plan.first.length, part_itemsize) * plan.second.length * fft_row_bytes;
}

struct FftKernels {
  FftKernel of_float32, of_float64;
};

}  // namespace corepy

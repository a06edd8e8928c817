// Transforms along one axis of a tensor: lines brought together, transformed, and put in place. The
// transform of a line is fft_line.h's; shapes, norms and records are fft.cpp's.
#pragma once

#include <cstdint>

#include "corepy/core/tensor.h"
#include "corepy/dispatch/blocking_region.h"
#include "corepy/dispatch/kernel_tables.h"

namespace corepy {

struct FftAxisStep {
  enum class Kind : std::uint8_t { complex, from_real, to_real };
  Kind kind;
  int axis;
  std::int64_t length;     // of the transform: of the real side where one side is real
  bool inverse;            // complex only
  bool conjugate = false;  // from_real: of the result; to_real: of the operand
  double scale = 1.0;
};

// target = the transform of source, of the target's real or complex dtype. The source may be the
// target where kinds and lengths allow it, else they do not overlap.
void run_fft_axis(Operation& operation, BlockingRegion& region, const KernelTables& tables,
                  const Tensor& source, const Tensor& target, const FftAxisStep& step);

}  // namespace corepy

// The paths of the Fourier family.
#pragma once

#include <cstdint>
#include <optional>

#include "corepy/core/tensor.h"
#include "corepy/ops/op.h"

namespace corepy {

enum class FftNorm : std::uint8_t { backward, ortho, forward };

// fft, ifft, rfft, irfft, hfft, ihfft: along one axis.
Tensor transform_axis(Op op, const Tensor& x, std::optional<std::int64_t> n, std::int64_t axis,
                      FftNorm norm);
// fftn, ifftn, rfftn, irfftn: along several axes, the last first (irfftn: the last last).
Tensor transform_axes(Op op, const Tensor& x, const std::optional<Dims>& s,
                      const std::optional<Dims>& axes, FftNorm norm);
// fftfreq, rfftfreq.
Tensor sample_frequencies(Op op, std::int64_t n, double d, DType dtype);
// fftshift, ifftshift.
Tensor shift_halves(Op op, const Tensor& x, const std::optional<Dims>& axes);

}  // namespace corepy

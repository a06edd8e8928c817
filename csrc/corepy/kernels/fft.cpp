// Instantiates the Fourier kernels of one ISA. The code is in fft.h, fft_line.h and fft_real.h.
#include "corepy/kernels/fft.h"

#include "corepy/kernels/fft_line.h"
#include "corepy/kernels/fft_real.h"
#include "corepy/kernels/fft_table.h"

namespace corepy::COREPY_ISA {
namespace {

template <class T>
constexpr FftKernel make_kernel() {
  return {&fft::transform_columns<T>,    &fft::columns_workspace_bytes<T>,
          &fft::begin_line<T>,           &fft::finish_line<T>,
          &fft::step_workspace_bytes<T>, &fft::multiply_chirp<T>,
          &fft::split_real<T>,           &fft::merge_real<T>};
}

}  // namespace

extern constinit const FftKernels fft_kernels = {make_kernel<float>(), make_kernel<double>()};

}  // namespace corepy::COREPY_ISA

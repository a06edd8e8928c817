// The rows of the Fourier family. Metadata only: the kernels' contract is in kernels/fft_table.h.
// The enum's name is fft_<name>, the public one `fft.<name>`.
#pragma once

// Columns: name, operand names, dtypes, promote, result, bound (real), complex_bound, flags
// clang-format off
#define COREPY_FOR_EACH_FFT_OP(X) \
  X(fft,       (x), floating,      none, option, fft,     fft,   none) \
  X(fftfreq,   (),  real_floating, none, option, fftfreq, none,  none) \
  X(fftn,      (x), floating,      none, option, fft,     fft,   none) \
  X(fftshift,  (x), all,           none, same,   exact,   exact, composite) \
  X(hfft,      (x), floating,      none, option, fft,     fft,   none) \
  X(ifft,      (x), floating,      none, option, fft,     fft,   none) \
  X(ifftn,     (x), floating,      none, option, fft,     fft,   none) \
  X(ifftshift, (x), all,           none, same,   exact,   exact, composite) \
  X(ihfft,     (x), real_floating, none, option, fft,     none,  none) \
  X(irfft,     (x), floating,      none, option, fft,     fft,   none) \
  X(irfftn,    (x), floating,      none, option, fft,     fft,   none) \
  X(rfft,      (x), real_floating, none, option, fft,     none,  none) \
  X(rfftfreq,  (),  real_floating, none, option, fftfreq, none,  none) \
  X(rfftn,     (x), real_floating, none, option, fft,     none,  none)
// clang-format on

// The rows of the Fourier family. Metadata only: the kernels' contract is in kernels/fft_table.h.
// The enum's name is fft_<name>, the public one `fft.<name>`.
#pragma once

// Columns: name, operand names, dtypes, promote, result, bound (real), complex_bound, flags
// clang-format off
#define COREPY_FOR_EACH_FFT_OP(X) \
  X(fft,       (x), wide_floating, none, option, fft,     fft,   none) \
  X(fftfreq,   (),  wide_real,     none, option, fftfreq, none,  none) \
  X(fftn,      (x), wide_floating, none, option, fft,     fft,   none) \
  X(fftshift,  (x), all,           none, same,   exact,   exact, composite) \
  X(hfft,      (x), wide_floating, none, option, fft,     fft,   none) \
  X(ifft,      (x), wide_floating, none, option, fft,     fft,   none) \
  X(ifftn,     (x), wide_floating, none, option, fft,     fft,   none) \
  X(ifftshift, (x), all,           none, same,   exact,   exact, composite) \
  X(ihfft,     (x), wide_real,     none, option, fft,     none,  none) \
  X(irfft,     (x), wide_floating, none, option, fft,     fft,   none) \
  X(irfftn,    (x), wide_floating, none, option, fft,     fft,   none) \
  X(rfft,      (x), wide_real,     none, option, fft,     none,  none) \
  X(rfftfreq,  (),  wide_real,     none, option, fftfreq, none,  none) \
  X(rfftn,     (x), wide_real,     none, option, fft,     none,  none)
// clang-format on

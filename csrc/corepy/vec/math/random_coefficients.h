// Coefficients of the transforms of random bits, printed by coefficients/generate_random.py: do not
// edit by hand. No functions here. Each polynomial is minimax (Remez) over the stated range;
// "error" is its largest relative error in the function named, before the coefficients are rounded.
// clang-format off
#pragma once

#include "corepy/vec/vec.h"

namespace corepy::COREPY_ISA::vec {

// By element type: the float32 transforms are evaluated in float32.
template <class T>
struct RandomCoefficients;

template <>
struct RandomCoefficients<double> {
  // (log((1+s)/(1-s)) - 2s) / s^3 in s^2, |s| <= 3 - 2 sqrt(2); error 2^-59.5
  static constexpr double log_tail[7] = {0x1.5555555555593p-1, 0x1.999999997fb3ap-2,
      0x1.24924942177e4p-2, 0x1.c71c51e7dd7ecp-3, 0x1.7466463a77b29p-3, 0x1.39a0f2eea6514p-3,
      0x1.2f0da8cf9ea79p-3};
  // sin(pi/2 f) / f in f^2, |f| <= 1/2; error 2^-58.1
  static constexpr double sine[7] = {0x1.921fb54442d18p+0, -0x1.4abbce625be41p-1,
      0x1.466bc67758700p-4, -0x1.32d2cce2d53bap-8, 0x1.50782fca3e815p-13, -0x1.e30063a54523bp-19,
      0x1.e3eed76418e26p-25};
  // (cos(pi/2 f) - 1) / f^2 in f^2, |f| <= 1/2; error 2^-64.5
  static constexpr double cosine_tail[7] = {-0x1.3bd3cc9be45dep+0, 0x1.03c1f081b5aaep-2,
      -0x1.55d3c7e3c9280p-6, 0x1.e1f5068367b2dp-11, -0x1.a6d1ec7e0b945p-16, 0x1.f9cc40acc1931p-22,
      -0x1.b263c363ab4fcp-28};
};

template <>
struct RandomCoefficients<float> {
  // (log((1+s)/(1-s)) - 2s) / s^3 in s^2, |s| <= 3 - 2 sqrt(2); error 2^-30.2
  static constexpr float log_tail[3] = {0x1.55557ap-1f, 0x1.995e9ep-2f, 0x1.31e63cp-2f};
  // sin(pi/2 f) / f in f^2, |f| <= 1/2; error 2^-28.2
  static constexpr float sine[4] = {0x1.921fb6p+0f, -0x1.4abbbap-1f, 0x1.465e92p-4f,
      -0x1.2d9304p-8f};
  // (cos(pi/2 f) - 1) / f^2 in f^2, |f| <= 1/2; error 2^-33.9
  static constexpr float cosine_tail[4] = {-0x1.3bd3ccp+0f, 0x1.03c1dep-2f, -0x1.55c5e0p-6f,
      0x1.d9d58ap-11f};
};

}  // namespace corepy::COREPY_ISA::vec

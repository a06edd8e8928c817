// Angles reduced by multiples of pi/2 (Cody and Waite's subtraction, and Payne and Hanek's exact
// product with 2/pi where that would lose digits). Not here: sin, cos, tan of what is left
// (trig.h).
#pragma once

#include "corepy/vec/math/coefficients.h"
#include "corepy/vec/math/double_double.h"

namespace corepy::COREPY_ISA::vec {

// x = n pi/2 + r + r_low (n modulo 4 in the low bits), |r| <= pi/4.
struct ReducedAngle {
  Doubles r, r_low;
  Bits n;
};

// The same for the float64 functions: members of one type, since compilers keep such a struct in
// registers, where one of mixed vectors went through memory.
struct PreciseAngle {
  Doubles r, r_low, n_bits;

  COREPY_INLINE Bits n() const { return bit_cast<std::uint64_t>(n_bits); }
};

inline constexpr double two_over_pi_rounded = 0x1.45f306dc9c883p-1;
inline constexpr double half_pi = 0x1.921fb54442d18p+0, half_pi_low = 0x1.1a62633145c07p-54;

// ---- one angle, exactly ----
__extension__ typedef unsigned __int128 UInt128;

struct FractionOfQuarterTurn {
  unsigned quadrant;  // modulo 4
  UInt128 fraction;   // of a quarter turn, in units of 2^-128
};

// x * 2/pi modulo 4, for finite x >= 1/2. x = significand * 2^exponent; 2/pi's words that only
// contribute multiples of 4 are left out, and of the rest seven words (224 bits) leave more than
// 128 correct bits behind the point.
inline FractionOfQuarterTurn multiply_by_two_over_pi(double x) noexcept {
  constexpr int used_words = 7;
  std::uint64_t bits;
  std::memcpy(&bits, &x, sizeof bits);
  const int exponent = static_cast<int>(bits >> 52) - 1075;
  const std::uint64_t significand = (bits & 0xFFFFFFFFFFFFFu) | 0x10000000000000u;
  const int first_word = exponent >= 34 ? (exponent - 2) / 32 : 0;
  const std::uint64_t halves[2] = {significand & 0xFFFFFFFFu, significand >> 32};
  std::uint32_t product[used_words + 3] = {};  // least significant word first
  for (int half = 0; half < 2; ++half) {
    std::uint64_t carry = 0;
    for (int i = 0; i < used_words; ++i) {
      const std::uint64_t word = coefficients::two_over_pi[first_word + used_words - 1 - i];
      const std::uint64_t sum = word * halves[half] + product[i + half] + carry;
      product[i + half] = static_cast<std::uint32_t>(sum);
      carry = sum >> 32;
    }
    product[used_words + half] = static_cast<std::uint32_t>(carry);
  }
  const int point =
      32 * (first_word + used_words) - exponent;  // bits behind the binary point, 130 or more
  const auto word_at = [&product](int bit) {
    const int word = bit >> 5, shift = bit & 31;
    const std::uint64_t low = product[word];
    const std::uint64_t high = word + 1 < used_words + 3 ? product[word + 1] : 0;
    return static_cast<std::uint32_t>((low | (high << 32)) >> shift);
  };
  UInt128 fraction = 0;
  for (int i = 1; i <= 4; ++i) fraction = (fraction << 32) | word_at(point - 32 * i);
  return {word_at(point) & 3u, fraction};
}

// significand * 2^exponent for a result that is normal.
inline double make_double(std::uint64_t significand, int exponent) noexcept {
  const std::uint64_t bits = static_cast<std::uint64_t>(exponent + 1023) << 52;
  double power;
  std::memcpy(&power, &bits, sizeof power);
  return static_cast<double>(significand) * power;
}

struct ReducedScalar {
  double r, r_low;
  std::uint64_t n;
};

// The reduction of one angle x >= 1/2 (infinity and nan give nan), relative error about 2^-65.
inline __attribute__((noinline)) ReducedScalar reduce_angle_exactly(double x) noexcept {
  if (!(x < infinity)) return {quiet_nan, quiet_nan, 0};
  const FractionOfQuarterTurn turn = multiply_by_two_over_pi(x);
  const bool is_above_half = (turn.fraction >> 127) != 0;  // then count down from the next quadrant
  const UInt128 distance = is_above_half ? -turn.fraction : turn.fraction;
  const std::uint64_t n = turn.quadrant + (is_above_half ? 1u : 0u);
  if (distance == 0) return {0.0, 0.0, n};
  const std::uint64_t upper = static_cast<std::uint64_t>(distance >> 64);
  const int zeros = upper != 0 ? __builtin_clzll(upper)
                               : 64 + __builtin_clzll(static_cast<std::uint64_t>(distance));
  const UInt128 normalized = distance << zeros;
  const double high = make_double(static_cast<std::uint64_t>(normalized >> 75), -53 - zeros);
  const double low =
      make_double(static_cast<std::uint64_t>((normalized << 53) >> 75), -106 - zeros);
  const double product = high * half_pi;
  const double product_low =
      std::fma(high, half_pi, -product) + std::fma(high, half_pi_low, low * half_pi);
  const double r = product + product_low;
  const double r_low = (product - r) + product_low;
  return is_above_half ? ReducedScalar{-r, -r_low, n} : ReducedScalar{r, r_low, n};
}

// The lanes named by `is_rare` replaced by the exact reduction; the others untouched.
inline __attribute__((noinline)) void reduce_rare_lanes(const double* x,
                                                        const std::uint64_t* is_rare, double* r,
                                                        double* r_low, std::uint64_t* n) noexcept {
  for (std::int64_t i = 0; i < lanes<double>; ++i) {
    if (is_rare[i] == 0) continue;
    const ReducedScalar exact = reduce_angle_exactly(x[i]);
    r[i] = exact.r;
    r_low[i] = exact.r_low;
    n[i] = exact.n;
  }
}

COREPY_INLINE ReducedAngle patch_rare_angles(const ReducedAngle& angle, Doubles x,
                                             DoublesMask is_rare) {
  alignas(64) double x_lanes[lanes<double>], r[lanes<double>], r_low[lanes<double>];
  alignas(64) std::uint64_t n[lanes<double>], rare[lanes<double>];
  x.store_aligned(x_lanes);
  angle.r.store_aligned(r);
  angle.r_low.store_aligned(r_low);
  angle.n.store_aligned(n);
  bit_cast<std::uint64_t>(select<double>(is_rare, Doubles(1), Doubles(0))).store_aligned(rare);
  reduce_rare_lanes(x_lanes, rare, r, r_low, n);
  return {Doubles::load_aligned(r), Doubles::load_aligned(r_low), Bits::load_aligned(n)};
}

// ---- vectors of angles ----
// For 0 <= x < 2^20; relative error of r + r_low about 2^-65 but in the lanes that are_rare_angles
// names.
COREPY_INLINE PreciseAngle reduce_plain_angle(Doubles x) {
  const RoundedInteger n = round_product(x, two_over_pi_rounded);
  // Exact: a multiple of the lesser of ulp(x) and ulp(half_pi), and small enough for one float64.
  const Doubles first = vec::fnma<double>(n.value, Doubles(half_pi), x);
  const Doubles r = vec::fnma<double>(n.value, Doubles(half_pi_low), first);
  const Doubles r_low = vec::fnma<double>(n.value, Doubles(half_pi_low), first - r);
  return {r, r_low, bit_cast<double>(n.bits)};
}

// Where the plain reduction of x to r is not good enough, x >= 0; nan too.
COREPY_INLINE DoublesMask are_rare_angles(Doubles x, Doubles r) {
  constexpr double largest = 0x1p20;          // above, n has too many bits
  constexpr double least_relative = 0x1p-40;  // below, r has lost too many digits
  return ~(x < Doubles(largest)) | (magnitude_of(r) < x * Doubles(least_relative));
}

COREPY_INLINE PreciseAngle patch_rare_angles(const PreciseAngle& plain, Doubles x,
                                             DoublesMask is_rare) {
  const ReducedAngle angle =
      patch_rare_angles(ReducedAngle{plain.r, plain.r_low, plain.n()}, x, is_rare);
  return {angle.r, angle.r_low, bit_cast<double>(angle.n)};
}

// For x >= 0 (or nan) that is a float32's value, and float32 results: relative error of r about
// 2^-50.
COREPY_INLINE ReducedAngle reduce_angle_short(Doubles x) {
  constexpr double largest = 0x1p30;
  const RoundedInteger n = round_product(x, two_over_pi_rounded);
  const Doubles first = vec::fma(n.value, Doubles(-half_pi), x);
  const ReducedAngle angle = {vec::fma(n.value, Doubles(-half_pi_low), first), Doubles(0), n.bits};
  const DoublesMask is_rare = ~(x < Doubles(largest));
  return vec::any<double>(is_rare) ? patch_rare_angles(angle, x, is_rare) : angle;
}

}  // namespace corepy::COREPY_ISA::vec

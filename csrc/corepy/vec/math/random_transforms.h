// Random bits to numbers of a distribution: uniform in [0, 1), minus the logarithm of a uniform
// number, a point of the unit circle, a pair of normal numbers. float32 is evaluated in float32.
// Where the bits come from: vec/philox.h. Errors are of the result as a function of the bits.
#pragma once

#include "corepy/vec/arithmetic.h"
#include "corepy/vec/bits.h"
#include "corepy/vec/lanes.h"
#include "corepy/vec/math/polynomial.h"
#include "corepy/vec/math/random_coefficients.h"

namespace corepy::COREPY_ISA::vec {

// The unsigned integer as wide as T, and a vector of them: 32 or 64 random bits in each lane.
template <class T>
using WordOf = std::make_unsigned_t<BitsOf<T>>;
template <class T>
using WordsOf = Native<WordOf<T>>;

template <class T>
struct RandomFormat;
template <>
struct RandomFormat<double> {
  static constexpr int width = 64, fraction_bits = 52;
  static constexpr std::uint64_t one = 0x3FF0000000000000u, half_root = 0x3FE6A09E667F3BCDu;
  static constexpr double ln2_high = 0x1.62e42fee00000p-1, ln2_low = 0x1.a39ef35793c76p-33;
};
template <>
struct RandomFormat<float> {
  static constexpr int width = 32, fraction_bits = 23;
  static constexpr std::uint32_t one = 0x3F800000u, half_root = 0x3F3504F3u;
  static constexpr float ln2_high = 0x1.63p-1f, ln2_low = -0x1.bd0106p-13f;
};

template <class T>
COREPY_INLINE Vec<T> float_of_bits(WordsOf<T> bits) {
  return __builtin_bit_cast(Vec<T>, bits);
}
template <class T>
COREPY_INLINE WordsOf<T> bits_of_float(Vec<T> x) {
  return __builtin_bit_cast(WordsOf<T>, x);
}

// k * 2^-53 (2^-24) for the upper 53 (24) bits k: exact, below 1.
COREPY_INLINE Vec<float> to_unit_interval(WordsOf<float> words) {
  const auto k = __builtin_bit_cast(Vec<std::int32_t>, words >> 8);
  return ::xsimd::to_float(k) * Vec<float>(0x1p-24f);
}
// Without a conversion of 64-bit integers, which AVX2 and SSE2 lack: the upper 52 bits are the
// fraction of a number in [1, 2), from which 1 is taken, or 1 - 2^-53 where the 53rd bit is set.
COREPY_INLINE Vec<double> to_unit_interval(WordsOf<double> words) {
  constexpr std::uint64_t one = RandomFormat<double>::one;
  return float_of_bits<double>((words >> 12) | one) -
         float_of_bits<double>(one - ((words >> 11) & std::uint64_t{1}));
}

// 2^exponent * (1 + f) = x for a positive, normal x; 1 + f in [1/sqrt(2), sqrt(2)), f exact.
template <class T>
struct LogParts {
  Vec<T> exponent, f;
};
template <class T>
COREPY_INLINE LogParts<T> split_for_log(Vec<T> x) {
  using Format = RandomFormat<T>;
  using Signed = BitsOf<T>;
  const WordsOf<T> above = bits_of_float<T>(x) - Format::half_root;
  const auto exponent = __builtin_bit_cast(Native<Signed>, above) >> Format::fraction_bits;
  const WordsOf<T> kept = above & ((WordOf<T>(1) << Format::fraction_bits) - 1);
  return {::xsimd::to_float(__builtin_bit_cast(Vec<Signed>, exponent)),
          float_of_bits<T>(kept + Format::half_root) - Vec<T>(1)};
}

// -(exponent ln 2 + log(1 + f)); log(1 + f) = f - s (f - R(s^2)), s = f / (2 + f) (the formula of
// Sun's fdlibm, e_log.c). Error 2 ulp: where exponent is not 0, f cancels half of it at most.
template <class T>
COREPY_INLINE Vec<T> negative_log(LogParts<T> x) {
  const Vec<T> s = vec::divide<T>(x.f, Vec<T>(2) + x.f);
  const Vec<T> z = s * s;
  const Vec<T> tail = z * evaluate_polynomial(z, RandomCoefficients<T>::log_tail);
  const Vec<T> low =
      vec::fma(x.exponent, Vec<T>(RandomFormat<T>::ln2_low), negate(s * (x.f - tail)));
  return negate(vec::fma(x.exponent, Vec<T>(RandomFormat<T>::ln2_high), x.f + low));
}

// -log(u), u uniform in (0, 1): the exponential distribution. float64: u = (2 k + 1) 2^-53 for the
// upper 52 bits k. float32 uses all of its 32 bits, which no float32 near 1 could hold: u is
// x 2^-32 where the first bit is 0, else 1 - x 2^-32, x the other bits plus 1/2, rounded.
COREPY_INLINE Vec<double> negative_log_of_unit(WordsOf<double> words) {
  const Vec<double> above_one = float_of_bits<double>((words >> 12) | RandomFormat<double>::one);
  return negative_log(split_for_log<double>(above_one - Vec<double>(1 - 0x1p-53)));
}
COREPY_INLINE Vec<float> negative_log_of_unit(WordsOf<float> words) {
  using Signed = Native<std::int32_t>;
  const Signed is_near_one = __builtin_bit_cast(Signed, words) >> 31;  // 0 or -1
  const Signed folded = __builtin_bit_cast(Signed, words) ^ is_near_one;
  const Vec<float> x = ::xsimd::to_float(__builtin_bit_cast(Vec<std::int32_t>, folded));
  const Vec<float> y = (x + Vec<float>(0.5f)) * Vec<float>(0x1p-32f);
  const LogParts<float> from_zero = split_for_log<float>(y);
  // Of 1 - y: f is exact on both sides of the limit.
  const Mask<float> is_halved = y > Vec<float>(0.29f);
  const Vec<float> exponent = select<float>(is_halved, Vec<float>(-1), Vec<float>(0));
  const Vec<float> f = select<float>(is_halved, Vec<float>(1) - (y + y), negate(y));
  const auto choose = [&](Vec<float> a, Vec<float> b) COREPY_LAMBDA_INLINE {
    return from_native<float>(is_near_one ? to_native<float>(a) : to_native<float>(b));
  };
  return negative_log<float>({choose(exponent, from_zero.exponent), choose(f, from_zero.f)});
}

// A point of the unit circle from a word: an angle of at most 45 degrees from the upper bits, then
// an exchange of the coordinates and two signs from the lowest three. Error 1.5 ulp each.
template <class T>
struct CirclePoint {
  Vec<T> x, y;
};
template <class T>
COREPY_INLINE CirclePoint<T> to_unit_circle(WordsOf<T> words) {
  using Format = RandomFormat<T>;
  using Signed = BitsOf<T>;
  using Coefficients = RandomCoefficients<T>;
  constexpr int unused = Format::width - Format::fraction_bits;
  const Vec<T> f = float_of_bits<T>((words >> unused) | Format::one) - Vec<T>(T(1.5));
  const Vec<T> z = f * f;
  const Vec<T> sine = f * evaluate_polynomial(z, Coefficients::sine);
  const Vec<T> cosine = vec::fma(z, evaluate_polynomial(z, Coefficients::cosine_tail), Vec<T>(1));
  const auto exchange = __builtin_bit_cast(Native<Signed>, words << (Format::width - 1)) < 0;
  const auto signs_x = words << (Format::width - 2) & WordOf<T>(1) << (Format::width - 1);
  const auto signs_y = words << (Format::width - 3) & WordOf<T>(1) << (Format::width - 1);
  const WordsOf<T> a = bits_of_float<T>(sine), b = bits_of_float<T>(cosine);
  return {float_of_bits<T>((exchange ? a : b) ^ signs_x),
          float_of_bits<T>((exchange ? b : a) ^ signs_y)};
}

// Two independent standard normal numbers from two words: G. E. P. Box, M. E. Muller, "A note on
// the generation of random normal deviates", Ann. Math. Stat. 29 (1958). Error 4 ulp; at most 8.57
// (float32: 6.76) from 0, which a true sample passes once in 10^17 (10^10).
template <class T>
COREPY_INLINE CirclePoint<T> to_normal_pair(WordsOf<T> radius, WordsOf<T> angle) {
  const Vec<T> r = vec::sqrt<T>(Vec<T>(2) * negative_log_of_unit(radius));
  const CirclePoint<T> point = to_unit_circle<T>(angle);
  return {r * point.x, r * point.y};
}

}  // namespace corepy::COREPY_ISA::vec

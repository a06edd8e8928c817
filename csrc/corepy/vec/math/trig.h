// sin, cos, tan of float64. The reduction of the angle is in reduce_pi.h; the inverses are in
// inverse_trig.h, float32 in float32/trig.h.
#pragma once

#include "corepy/vec/math/polynomial.h"
#include "corepy/vec/math/reduce_pi.h"

namespace corepy::COREPY_ISA::vec {

// sin and cos of a reduced angle, each a sum hi + lo, |lo| < 0.2 |hi| (not normalised).
struct SinCos {
  DoubleDouble sin, cos;
};

// Error of each sum below 0.15 ulp.
COREPY_INLINE SinCos sin_cos_of_reduced(const PreciseAngle& angle) {
  const Doubles r = angle.r, r_low = angle.r_low;
  const Doubles square = r * r;
  // What (r + r_low)^2 has beyond `square`.
  const Doubles square_low = vec::fma(r + r, r_low, vec::fma(r, r, negate(square)));
  const Doubles half_square = square * Doubles(0.5);
  const DoubleDouble one_minus_half = add_ordered(Doubles(1), negate(half_square));
  const Doubles cos_polynomial = evaluate_polynomial(square, coefficients::cos_tail);
  // r^3 in two parts, since its share of sin, -r^3/6, is up to a tenth: c0 r^3 + r^3 r^2 (c1 + ...)
  // + r_low cos(r).
  const Doubles cube = r * square;
  const Doubles cube_low = vec::fma(r, square_low, vec::fma(r, square, negate(cube)));
  const Doubles first = Doubles(coefficients::sin_tail[0]);
  const Doubles rest = square * evaluate_polynomial<1>(square, coefficients::sin_tail);
  const Doubles small = vec::fma(cube_low, first, vec::fma(cube, rest, r_low * one_minus_half.hi));
  const Doubles sin_tail = vec::fma(cube, first, small);
  const Doubles cos_tail = vec::fma(square_low, Doubles(-0.5),
                                    vec::fma(square * square, cos_polynomial, one_minus_half.lo));
  return {{r, sin_tail}, {one_minus_half.hi, cos_tail}};
}

// sin and cos of a reduced angle for float32 results: relative error 2^-37.
COREPY_INLINE SinCos sin_cos_of_reduced_short(const ReducedAngle& angle) {
  const Doubles r = angle.r;
  const Doubles square = r * r;
  const Doubles sin_tail = (r * square) * evaluate_polynomial(square, coefficients::sin_tail_short);
  const Doubles cos_polynomial = evaluate_polynomial(square, coefficients::cos_tail_short);
  const Doubles cos_head = vec::fma(square, Doubles(-0.5), Doubles(1));
  return {{r, sin_tail}, {cos_head, (square * square) * cos_polynomial}};
}

COREPY_INLINE DoublesMask is_odd_quadrant(Bits n) {
#if defined(__AVX512DQ__)
  return DoublesMask(_mm512_test_epi64_mask(n, _mm512_set1_epi64(1)));
#else
  return bit_cast<double>((n << 63) | Bits(0x3FF0000000000000u)) < Doubles(0);  // +-1.0
#endif
}

// sin(n pi/2 + angle), from sin and cos of the angle: cos where n is odd, negative where n mod 4 is
// 2 or 3.
COREPY_INLINE Doubles sin_in_quadrant(const SinCos& value, Bits n) {
  const DoublesMask is_odd = is_odd_quadrant(n);
  const Doubles hi = select<double>(is_odd, value.cos.hi, value.sin.hi);
  const Doubles lo = select<double>(is_odd, value.cos.lo, value.sin.lo);
  const Doubles sign = bit_cast<double>((n >> 1) << 63);
  return flip_sign(hi + lo, sign);
}

// The angles of the lanes that reduce_plain_angle does not serve, out of line; F::apply gives f.
template <class F>
__attribute__((noinline)) void compute_rare_angles(const double* size_lanes,
                                                   double* result) noexcept {
  const Doubles size = load(size_lanes);
  const PreciseAngle plain = reduce_plain_angle(size);
  const DoublesMask is_rare = are_rare_angles(size, plain.r);
  const PreciseAngle angle = patch_rare_angles(plain, size, is_rare);
  store(result, select<double>(is_rare, F::apply(angle), load(result)));
}

// `result` with the lanes replaced whose angles are rare. After the plain result, since angles that
// another path may change would go through memory.
template <class F>
COREPY_INLINE Doubles replace_rare_angles(DoublesMask is_rare, Doubles result, Doubles size) {
  if (!vec::any<double>(is_rare)) return result;
  alignas(64) double size_lanes[lanes<double>], patched[lanes<double>];
  store(size_lanes, size);
  store(patched, result);
  compute_rare_angles<F>(size_lanes, patched);
  return load(patched);
}

// f(|x|) from its plain angle.
template <class F>
COREPY_INLINE Doubles apply_to_angle(Doubles size) {
  const PreciseAngle angle = reduce_plain_angle(size);
  return replace_rare_angles<F>(are_rare_angles(size, angle.r), F::apply(angle), size);
}

struct SinOfAngle {
  static COREPY_INLINE Doubles apply(const PreciseAngle& angle) {
    return sin_in_quadrant(sin_cos_of_reduced(angle), angle.n());
  }
};
struct CosOfAngle {
  static COREPY_INLINE Doubles apply(const PreciseAngle& angle) {
    return sin_in_quadrant(sin_cos_of_reduced(angle), angle.n() + Bits(1));
  }
};

// Error at most 0.8 ulp at any size of x. sin(+-0) = +-0; infinities and nan give nan.
COREPY_INLINE Doubles sin(Doubles x) {
  return flip_sign(apply_to_angle<SinOfAngle>(magnitude_of(x)), sign_of(x));
}

// Error at most 0.8 ulp at any size of x. cos(+-0) = 1; infinities and nan give nan.
COREPY_INLINE Doubles cos(Doubles x) { return apply_to_angle<CosOfAngle>(magnitude_of(x)); }

// ---- tan ----
// With T = tan c and t = tan r, tan(c + r) = (T + t) / (1 - T t); c is a multiple of pi/32 within
// -pi/4 .. pi/4, and where an odd number of quarter turns lies between it is minus the inverse.
struct FineAngle {
  Doubles r, r_low;    // |r| <= pi/64
  Doubles index_bits;  // multiples of pi/32, in the low bits

  COREPY_INLINE Bits index() const { return bit_cast<std::uint64_t>(index_bits); }
};

// As reduce_plain_angle, by pi/32.
COREPY_INLINE FineAngle reduce_plain_angle_finely(Doubles x) {
  const RoundedInteger n = round_product(x, two_over_pi_rounded * 16);
  const Doubles first = vec::fnma<double>(n.value, Doubles(half_pi / 16), x);  // exact
  const Doubles r = vec::fnma<double>(n.value, Doubles(half_pi_low / 16), first);
  const Doubles r_low = vec::fnma<double>(n.value, Doubles(half_pi_low / 16), first - r);
  return {r, r_low, bit_cast<double>(n.bits)};
}

// The quotient is corrected by its remainder.
COREPY_INLINE Doubles tan_of_fine_angle(const FineAngle& angle) {
  const Doubles square = angle.r * angle.r;
  const Doubles tail =
      vec::fma(angle.r * square, evaluate_polynomial(square, coefficients::tan_tail), angle.r_low);
  const DoubleDouble t = add_ordered(angle.r, tail);
  const Doubles breakpoint = lookup(coefficients::tan_breakpoint, angle.index());
  const Doubles breakpoint_low = lookup(coefficients::tan_breakpoint_low, angle.index());
  const DoubleDouble sum = add_ordered(breakpoint, t.hi);
  const Doubles sum_low = sum.lo + (t.lo + breakpoint_low);
  const Doubles product = vec::fnma<double>(breakpoint, t.hi, Doubles(1));
  const Doubles product_low = vec::fnma<double>(breakpoint, t.hi, Doubles(1) - product);
  const Bits quadrant = (angle.index() + Bits(8)) >> 4;
  const DoublesMask is_odd = is_odd_quadrant(quadrant);
  const auto choose = [&](Doubles odd, Doubles even)
                          COREPY_LAMBDA_INLINE { return select<double>(is_odd, odd, even); };
  const Doubles numerator = choose(product, sum.hi), denominator = choose(sum.hi, product);
  const Doubles inverse = Doubles(1) / denominator, quotient = numerator * inverse;
  const Doubles rest =
      vec::fnma<double>(quotient, denominator, numerator) +
      vec::fnma<double>(quotient, choose(sum_low, product_low), choose(product_low, sum_low));
  return flip_sign(vec::fma(rest, inverse, quotient), bit_cast<double>(quadrant << 63));
}

// From an angle reduced by pi/2: a multiple of pi/32 more.
struct TanOfAngle {
  static COREPY_INLINE Doubles apply(const PreciseAngle& angle) {
    const FineAngle rest = reduce_plain_angle_finely(angle.r);
    return tan_of_fine_angle(
        {rest.r, rest.r_low + angle.r_low, bit_cast<double>(rest.index() + (angle.n() << 4))});
  }
};

// Error at most 0.6 ulp at any size of x. tan(+-0) = +-0; infinities and nan give nan.
COREPY_INLINE Doubles tan(Doubles x) {
  const Doubles size = magnitude_of(x);
  const FineAngle angle = reduce_plain_angle_finely(size);
  const Doubles result = replace_rare_angles<TanOfAngle>(are_rare_angles(size, angle.r),
                                                         tan_of_fine_angle(angle), size);
  return flip_sign(result, sign_of(x));
}

}  // namespace corepy::COREPY_ISA::vec

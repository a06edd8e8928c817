// pow of complex numbers in float64 parts; complex64 is computed by the same formulas and rounded
// (vec/complex_functions.h, where plain squares are). What programs write most, small integers and
// square roots, is made of products and roots; all else is e^(b ln a).
#pragma once

#include "corepy/vec/complex_functions.h"
#include "corepy/vec/math/complex_exponential.h"
#include "corepy/vec/math/pow.h"

namespace corepy::COREPY_ISA::vec::complex_math {

// ---- any exponent ----

// a^b = e^(b ln a), both exponents' parts to about 2^-58 of |b ln a|: their absolute error is the
// result's relative one. A zero exponent gives 1; else special values are those of that formula.
COREPY_INLINE ComplexDoubles pow_by_logarithm(ComplexDoubles a, ComplexDoubles b) {
  const DoubleDouble length = log_of_length(a.re, a.im);
  const DoubleDouble angle = angle_of_point(whole(a.im), whole(a.re));
  const Doubles plain_length = patch_log_of_length(a.re, a.im, length.hi);
  const DoubleDouble re = add(multiply(length, b.re), negate(multiply(angle, b.im)));
  const DoubleDouble im = add(multiply(angle, b.re), multiply(length, b.im));
  const DoublesMask is_plain =
      is_finite(plain_length) & is_finite(angle.hi) & is_finite(re.lo) & is_finite(im.lo);
  const auto choose = [&](DoubleDouble exact, Doubles plain) COREPY_LAMBDA_INLINE {
    return select_parts(is_plain, exact, whole(plain));
  };
  const DoubleDouble x = choose(re, plain_length * b.re - angle.hi * b.im);
  const DoubleDouble y = choose(im, angle.hi * b.re + plain_length * b.im);
  // whatever the angle, which may be lost, far exponents vanish
  const Doubles limit =
      select<double>(x.hi < Doubles(-exp_complex_limit), Doubles(-infinity), x.hi);
  const ComplexDoubles power = patch_exp_special({limit, y.hi}, exp_of_two_parts(x, y));
  const DoublesMask is_one = (b.re == Doubles(0)) & (b.im == Doubles(0));
  return {select<double>(is_one, Doubles(1), power.re),
          select<double>(is_one, Doubles(0), power.im)};
}

// ---- small integers ----

inline constexpr double largest_whole_exponent = 64;

struct TwoPartComplex {
  DoubleDouble re, im;
};
COREPY_INLINE TwoPartComplex select_parts(DoublesMask m, TwoPartComplex yes, TwoPartComplex no) {
  return {select_parts(m, yes.re, no.re), select_parts(m, yes.im, no.im)};
}
COREPY_INLINE TwoPartComplex multiply(TwoPartComplex a, TwoPartComplex b) {
  return {add(multiply(a.re, b.re), negate(multiply(a.im, b.im))),
          add(multiply(a.re, b.im), multiply(a.im, b.re))};
}
COREPY_INLINE TwoPartComplex square(TwoPartComplex a) {
  return {add(multiply(a.re, a.re), negate(multiply(a.im, a.im))),
          scaled(multiply(a.re, a.im), Doubles(2))};
}
COREPY_INLINE TwoPartComplex reciprocal(TwoPartComplex a) {
  const DoubleDouble size = add(multiply(a.re, a.re), multiply(a.im, a.im));
  return {divide(a.re, size), negate(divide(a.im, size))};
}

// a^n by squares in two parts, each part rounded once: relative error n 2^-100 or so before.
COREPY_INLINE ComplexDoubles pow_of_whole(ComplexDoubles a, Doubles n) {
  const DoubleDouble zero = whole(Doubles(0));
  TwoPartComplex factor = {whole(a.re), whole(a.im)}, power = {whole(Doubles(1)), zero};
  Doubles left = magnitude_of(n);
  for (bool is_first = true;; is_first = false) {
    const Doubles half = (left * Doubles(0.5) - Doubles(0.25) + Doubles(0x1p52)) - Doubles(0x1p52);
    const DoublesMask is_odd = half + half < left;
    power = select_parts(is_odd, is_first ? factor : multiply(power, factor), power);
    left = half;
    if (!vec::any<double>(left > Doubles(0))) break;
    factor = square(factor);
  }
  const DoublesMask is_negative = n < Doubles(0);
  if (vec::any<double>(is_negative)) power = select_parts(is_negative, reciprocal(power), power);
  return {rounded(power.re), rounded(power.im)};
}

// The largest part with which no square above nears the ends of float64's range.
COREPY_INLINE Doubles largest_base(Doubles exponent_size) {
  Doubles largest(0x1p7);
  const auto widen = [&](double size, double limit) COREPY_LAMBDA_INLINE {
    largest = select<double>(exponent_size <= Doubles(size), Doubles(limit), largest);
  };
  widen(32, 0x1p14);
  widen(16, 0x1p28);
  widen(8, 0x1p55);
  widen(4, 0x1p110);
  widen(2, 0x1p220);
  return largest;
}

COREPY_INLINE ComplexDoubles select_numbers(DoublesMask m, ComplexDoubles yes, ComplexDoubles no) {
  return {select<double>(m, yes.re, no.re), select<double>(m, yes.im, no.im)};
}

// Roots have the bits of sqrt. Each lane's choice is its own.
COREPY_INLINE ComplexDoubles pow(ComplexDoubles a, ComplexDoubles b) {
  const Doubles n = b.re, n_size = magnitude_of(n), zero(0);
  const DoublesMask is_root = (b.im == zero) & (n == Doubles(0.5));
  const DoublesMask is_whole =
      (b.im == zero) & (n_size <= Doubles(largest_whole_exponent)) & is_integer(n_size);
  if (!vec::any<double>(is_whole | is_root)) return pow_by_logarithm(a, b);

  // A root or the number itself needs no room.
  const DoublesMask is_itself = n == Doubles(1),
                    is_finite_number = is_finite(a.re) & is_finite(a.im);
  const Doubles largest = largest_base(n_size);
  const DoublesMask is_served =
      is_moderate(a, Doubles(1) / largest, largest) | ((is_root | is_itself) & is_finite_number);
  const DoublesMask is_origin = (a.re == zero) & (a.im == zero) & (n > zero);
  const DoublesMask is_lost = is_nan(a.re) & is_nan(a.im) & (n_size > zero);
  const DoublesMask is_simple = (is_whole | is_root) & (is_served | is_origin | is_lost);

  ComplexDoubles result = pow_of_whole(a, select<double>(is_whole, n, zero));
  if (vec::any<double>(is_root)) result = select_numbers(is_root, complex_math::sqrt(a), result);
  result = select_numbers(is_itself, a, result);  // zeros keep their signs
  result = select_numbers(is_origin, {zero, zero}, result);
  result = select_numbers(is_lost, {Doubles(quiet_nan), Doubles(quiet_nan)}, result);
  if (vec::all<double>(is_simple)) return result;
  return select_numbers(is_simple, result, pow_by_logarithm(a, b));
}

}  // namespace corepy::COREPY_ISA::vec::complex_math

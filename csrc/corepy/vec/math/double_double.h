// Double-double arithmetic: a value as the unevaluated sum hi + lo of two float64, |lo| <= ulp(hi)
// / 2 or so (about 100 bits). Error-free sums and products after Dekker and Knuth, with fused
// multiply-add. No elementary functions.
#pragma once

#include "corepy/vec/bits.h"

namespace corepy::COREPY_ISA::vec {

struct DoubleDouble {
  Doubles hi, lo;
};

// a + b exactly; |a| >= |b| or a == 0.
COREPY_INLINE DoubleDouble add_ordered(Doubles a, Doubles b) {
  const Doubles sum = a + b;
  return {sum, (a - sum) + b};
}

// a + b exactly, in any order.
COREPY_INLINE DoubleDouble add_exactly(Doubles a, Doubles b) {
  const Doubles sum = a + b;
  const Doubles b_part = sum - a;
  return {sum, (a - (sum - b_part)) + (b - b_part)};
}

// a * b exactly (unless the product's low part underflows).
COREPY_INLINE DoubleDouble multiply_exactly(Doubles a, Doubles b) {
  const Doubles product = a * b;
  return {product, vec::fms<double>(a, b, product)};
}

// Relative error about 2^-104 unless a and b cancel.
COREPY_INLINE DoubleDouble add(DoubleDouble a, DoubleDouble b) {
  const DoubleDouble sum = add_exactly(a.hi, b.hi);
  return add_ordered(sum.hi, sum.lo + (a.lo + b.lo));
}
COREPY_INLINE DoubleDouble add(DoubleDouble a, Doubles b) {
  const DoubleDouble sum = add_exactly(a.hi, b);
  return add_ordered(sum.hi, sum.lo + a.lo);
}
COREPY_INLINE DoubleDouble multiply(DoubleDouble a, DoubleDouble b) {
  const DoubleDouble product = multiply_exactly(a.hi, b.hi);
  return add_ordered(product.hi, product.lo + vec::fma(a.hi, b.lo, a.lo * b.hi));
}
COREPY_INLINE DoubleDouble negate(DoubleDouble a) { return {negate(a.hi), negate(a.lo)}; }

// a / b with relative error about 2^-100, not renormalised: |lo| <= ulp(hi).
COREPY_INLINE DoubleDouble divide(DoubleDouble a, DoubleDouble b) {
  const Doubles inverse = Doubles(1) / b.hi;
  const Doubles quotient = a.hi * inverse;
  const Doubles rest =
      vec::fnma<double>(quotient, b.hi, a.hi) + vec::fnma<double>(quotient, b.lo, a.lo);
  return {quotient, rest * inverse};
}

// sqrt(a) with relative error about 2^-100; a >= 0, not subnormal; 0 gives 0.
COREPY_INLINE DoubleDouble square_root(DoubleDouble a) {
  const Doubles root = ::xsimd::sqrt(a.hi);
  const Doubles rest = vec::fnma<double>(root, root, a.hi) + a.lo;
  const Doubles divisor = select<double>(root == Doubles(0), Doubles(1), root + root);
  return {root, rest / divisor};
}

// sqrt(a) for one float64 a >= 0, with relative error about 2^-57: the error's division is by an
// estimate to 4 % from the bits. 0 gives 0.
COREPY_INLINE DoubleDouble root_in_two_parts(Doubles a) {
  const Doubles root = ::xsimd::sqrt(a);
  const Doubles half_inverse =  // 1 / (2 sqrt(a)), finite
      bit_cast<double>(Bits(0x5FD6EB50C7B537A9u) - (bit_cast<std::uint64_t>(a) >> 1));
  return {root, vec::fnma<double>(root, root, a) * half_inverse};
}

}  // namespace corepy::COREPY_ISA::vec

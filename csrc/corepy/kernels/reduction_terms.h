// What ordered reductions combine: sums, products and squared deviations, of vectors and of single
// elements (same bits). A term maps each element first (`center` is the mean, of SquaredDeviation
// only). The order is in reduction_order.h.
#pragma once

#include "corepy/core/dtype.h"
#include "corepy/vec/fold.h"
#include "corepy/vec/vec.h"

namespace corepy::COREPY_ISA::reduction {

struct Sum {
  template <class R>
  COREPY_INLINE static Vec<R> map(Vec<R> x, Vec<R>) {
    return x;
  }
  template <class E, class R>
  COREPY_INLINE static E map_element(E x, R) {
    return x;
  }
  template <class R>
  COREPY_INLINE static Vec<R> combine(Vec<R> a, Vec<R> b) {
    return a + b;
  }
  template <class R>
  COREPY_INLINE static R combine_elements(R a, R b) {
    return a + b;
  }
  template <class R>
  COREPY_INLINE static Complex<R> combine_elements(Complex<R> a, Complex<R> b) {
    return {a.re + b.re, a.im + b.im};
  }
};

struct Product {
  template <class R>
  COREPY_INLINE static Vec<R> map(Vec<R> x, Vec<R>) {
    return x;
  }
  template <class R>
  COREPY_INLINE static R map_element(R x, R) {
    return x;
  }
  template <class R>
  COREPY_INLINE static Vec<R> combine(Vec<R> a, Vec<R> b) {
    return a * b;
  }
  template <class R>
  COREPY_INLINE static R combine_elements(R a, R b) {
    return a * b;
  }
};

COREPY_INLINE float fused_multiply_add(float a, float b, float c) {
  return __builtin_fmaf(a, b, c);
}
COREPY_INLINE double fused_multiply_add(double a, double b, double c) {
  return __builtin_fma(a, b, c);
}

// re = fma(a.re, b.re, -(a.im * b.im)), im = fma(a.re, b.im, a.im * b.re). Vectors hold re and im
// in turn.
struct ComplexProduct {
  template <class R>
  COREPY_INLINE static Vec<R> map(Vec<R> x, Vec<R>) {
    return x;
  }
  template <class R>
  COREPY_INLINE static Complex<R> map_element(Complex<R> x, R) {
    return x;
  }
  template <class R>
  COREPY_INLINE static Vec<R> combine(Vec<R> a, Vec<R> b) {
    const Vec<R> re = vec::permute<vec::RepeatEven>(a), im = vec::permute<vec::RepeatOdd>(a);
    const Vec<R> crossed = im * vec::permute<vec::SwapPairs>(b);
    return vec::fma(re, b, crossed ^ negative_even_lanes<R>());
  }
  template <class R>
  COREPY_INLINE static Complex<R> combine_elements(Complex<R> a, Complex<R> b) {
    return {fused_multiply_add(a.re, b.re, -(a.im * b.im)),
            fused_multiply_add(a.re, b.im, a.im * b.re)};
  }

 private:
  template <class R>
  struct Signs {
    alignas(64) R value[16] = {};
    constexpr Signs() {
      for (int i = 0; i < 16; ++i) value[i] = i % 2 == 0 ? R(-0.0) : R(0.0);
    }
  };
  template <class R>
  static constexpr Signs<R> signs = {};
  template <class R>
  COREPY_INLINE static Vec<R> negative_even_lanes() {
    return Vec<R>::load_aligned(signs<R>.value);
  }
};

// (x - mean)^2: a subtraction and a multiplication, each rounded, then added. Not fused: baseline
// machines have no fused instruction, and the bound is the same.
struct SquaredDeviation {
  template <class R>
  COREPY_INLINE static Vec<R> map(Vec<R> x, Vec<R> center) {
    const Vec<R> d = x - center;
    return d * d;
  }
  template <class R>
  COREPY_INLINE static R map_element(R x, R center) {
    const R d = x - center;
    return d * d;
  }
  template <class R>
  COREPY_INLINE static Vec<R> combine(Vec<R> a, Vec<R> b) {
    return a + b;
  }
  template <class R>
  COREPY_INLINE static R combine_elements(R a, R b) {
    return a + b;
  }
};

}  // namespace corepy::COREPY_ISA::reduction

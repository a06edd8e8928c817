// Arithmetic at positions along an axis, one step after another, so that equal positions accumulate
// in the order of the indices. The arguments are in indexing_table.h.
#pragma once

#include <cstdint>
#include <cstring>
#include <type_traits>

#include "corepy/core/half.h"
#include "corepy/kernels/indexing_table.h"
#include "corepy/vec/complex.h"
#include "corepy/vec/vec.h"

namespace corepy::COREPY_ISA::accumulating {

// One element at a time: the next index may be the same. The formulas are those of the elementwise
// operators of the same names (vec/arithmetic.h, vec/complex.h), element by element; integers wrap.
template <class T>
struct Scalar {
  using Wrapping = std::conditional_t<std::is_integral_v<T>, std::uint64_t, T>;

  static COREPY_INLINE T add(T a, T b) { return static_cast<T>(Wrapping(a) + Wrapping(b)); }
  static COREPY_INLINE T subtract(T a, T b) { return static_cast<T>(Wrapping(a) - Wrapping(b)); }
  static COREPY_INLINE T multiply(T a, T b) { return static_cast<T>(Wrapping(a) * Wrapping(b)); }
  static COREPY_INLINE T minimum(T a, T b) {
    if constexpr (std::is_floating_point_v<T>) {
      if (a != a || b != b) return a + b;
      if (a == b) return __builtin_signbit(a) ? a : b;  // -0 below +0
    }
    return b < a ? b : a;
  }
  static COREPY_INLINE T maximum(T a, T b) {
    if constexpr (std::is_floating_point_v<T>) {
      if (a != a || b != b) return a + b;
      if (a == b) return __builtin_signbit(a) ? b : a;
    }
    return a < b ? b : a;
  }
};

// Each step in float32, rounded once: exactly the sum, difference or product rounded to half.
template <class T>
  requires is_half_element<T>
struct Scalar<T> {
  using Wide = Scalar<float>;
  static COREPY_INLINE T add(T a, T b) { return apply(a, b, Wide::add); }
  static COREPY_INLINE T subtract(T a, T b) { return apply(a, b, Wide::subtract); }
  static COREPY_INLINE T multiply(T a, T b) { return apply(a, b, Wide::multiply); }
  static COREPY_INLINE T minimum(T a, T b) { return apply(a, b, Wide::minimum); }
  static COREPY_INLINE T maximum(T a, T b) { return apply(a, b, Wide::maximum); }

 private:
  template <class F>
  static COREPY_INLINE T apply(T a, T b, F step) {
    return round_to_half<T>(step(expand_half(a), expand_half(b)));
  }
};

template <class T>
struct Scalar<Complex<T>> {
  static COREPY_INLINE Complex<T> add(Complex<T> a, Complex<T> b) {
    return {a.re + b.re, a.im + b.im};
  }
  static COREPY_INLINE Complex<T> subtract(Complex<T> a, Complex<T> b) {
    return {a.re - b.re, a.im - b.im};
  }
  // Through vectors: from the four plain products GCC 12 makes fused multiply-adds and -subtracts,
  // -ffp-contract=off notwithstanding.
  static COREPY_INLINE Complex<T> multiply(Complex<T> a, Complex<T> b) {
    const auto product = vec::multiply<T>(ComplexVec<T>{Vec<T>(a.re), Vec<T>(a.im)},
                                          ComplexVec<T>{Vec<T>(b.re), Vec<T>(b.im)});
    T re[lanes<T>], im[lanes<T>];
    vec::store(re, product.re);
    vec::store(im, product.im);
    return {re[0], im[0]};
  }
};

template <Accumulation How, class T>
COREPY_INLINE T combine(T a, T b) {
  if constexpr (How == Accumulation::add) return Scalar<T>::add(a, b);
  if constexpr (How == Accumulation::subtract) return Scalar<T>::subtract(a, b);
  if constexpr (How == Accumulation::multiply) return Scalar<T>::multiply(a, b);
  if constexpr (How == Accumulation::minimum) return Scalar<T>::minimum(a, b);
  if constexpr (How == Accumulation::maximum) return Scalar<T>::maximum(a, b);
}

template <Accumulation How, class T>
COREPY_INLINE void combine_run(char* at, const char* from, std::int64_t length) {
  for (std::int64_t r = 0; r < length; ++r) {
    T a, b;
    std::memcpy(&a, at + r * static_cast<std::int64_t>(sizeof(T)), sizeof a);
    std::memcpy(&b, from + r * static_cast<std::int64_t>(sizeof(T)), sizeof b);
    a = combine<How, T>(a, b);
    std::memcpy(at + r * static_cast<std::int64_t>(sizeof(T)), &a, sizeof a);
  }
}

template <Accumulation How, class T>
void accumulate(const AccumulateArgs& args) noexcept {
  // Copies: what is written could, for all the compiler knows, overwrite the arguments.
  const std::int64_t count = args.count, length = args.run_length, stride = args.other_stride_bytes;
  const std::int64_t* const offsets = args.offsets;
  for (std::int64_t o = 0; o < args.outer; ++o) {
    char* axis = static_cast<char*>(args.axis) + o * args.axis_outer_stride_bytes;
    const char* other = static_cast<const char*>(args.other) + o * args.other_outer_stride_bytes;
    if (length == 1) {
      for (std::int64_t i = 0; i < count; ++i)
        combine_run<How, T>(axis + offsets[i], other + i * stride, 1);
    } else {
      for (std::int64_t i = 0; i < count; ++i)
        combine_run<How, T>(axis + offsets[i], other + i * stride, length);
    }
  }
}

template <Accumulation How, class T>
inline constexpr bool has_loop =
    !std::is_same_v<T, bool8_t> &&
    !(is_complex_element<T> && (How == Accumulation::minimum || How == Accumulation::maximum));

template <Accumulation How, class T>
constexpr AccumulateLoop loop_of() {
  if constexpr (has_loop<How, T>) {
    return &accumulate<How, T>;
  } else {
    return nullptr;
  }
}

}  // namespace corepy::COREPY_ISA::accumulating

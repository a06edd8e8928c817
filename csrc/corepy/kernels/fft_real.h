// Real data of even length as complex numbers of half the length: what is to be done after the
// forward and before the inverse transform. Complex transforms are in fft_line.h.
//
// With h numbers z[j] = x[2 j] + i x[2 j + 1], their transform Z and m = h - k:
//   e = Z[k] + conj(Z[m]), d = Z[k] - conj(Z[m]), t = -i exp(-2 pi i k / (2 h)) d,
//   2 X[k] = e + t, 2 X[m] = conj(e - t);
// and back with the conjugate root, without the 2. The imaginary parts of X[0] and X[h] are +0, and
// are not looked at on the way back.
#pragma once

#include "corepy/kernels/fft.h"

namespace corepy::COREPY_ISA::fft {

template <class T>
struct ReverseLanes {
  static constexpr unsigned get(unsigned lane, unsigned count) { return count - 1 - lane; }
};
template <class T>
COREPY_INLINE ComplexVec<T> reverse(ComplexVec<T> x) {
  return {vec::permute<ReverseLanes<T>>(x.re), vec::permute<ReverseLanes<T>>(x.im)};
}

template <class T>
struct MirrorPair {
  ComplexVec<T> front, back;
};

// Merge: the operand's conjugate, where `sign` is -1; split: the result's.
template <bool Split, class T>
COREPY_INLINE MirrorPair<T> mix_mirrored(ComplexVec<T> z, ComplexVec<T> m, ComplexVec<T> w,
                                         Vec<T> scale, Vec<T> sign) {
  if constexpr (!Split) {
    z.im = z.im * sign;
    m.im = m.im * sign;
  }
  const ComplexVec<T> e{z.re + m.re, z.im - m.im}, d{z.re - m.re, z.im + m.im};
  ComplexVec<T> t;
  if constexpr (Split) {
    t = rotate<T>(d, w);
  } else {  // the conjugate root
    t = {vec::fma<T>(d.im, w.im, d.re * w.re), vec::fnma<T>(d.re, w.im, d.im * w.re)};
  }
  const Vec<T> sum = e.im + t.im, difference = t.im - e.im;
  if constexpr (Split) {
    return {{(e.re + t.re) * scale, sum * scale * sign},
            {(e.re - t.re) * scale, difference * scale * sign}};
  } else {
    return {{e.re + t.re, sum}, {e.re - t.re, difference}};
  }
}

// The pairs k, h - k of 1 <= k < h / 2, from both ends.
template <bool Split, class T>
COREPY_INLINE void mix_pairs(const FftRealArgs& args, T half_scale) {
  using C = Complex<T>;
  const auto* in = static_cast<const C*>(args.in);
  auto* out = static_cast<C*>(args.out);
  const T* re = static_cast<const T*>(args.roots);
  const T* im = re + args.half / 2;
  const Vec<T> scale(half_scale), sign(args.conjugate ? T(-1) : T(1));
  const std::int64_t h = args.half, end = (h + 1) / 2;
  std::int64_t k = 1;
  for (; k + lanes<T> <= end; k += lanes<T>) {
    const std::int64_t m = h - k - lanes<T> + 1;
    const ComplexVec<T> w{vec::load<T>(re + k - 1), vec::load<T>(im + k - 1)};
    const auto y = mix_mirrored<Split, T>(vec::load<C>(in + k), reverse<T>(vec::load<C>(in + m)), w,
                                          scale, sign);
    vec::store<C>(out + k, y.front);
    vec::store<C>(out + m, reverse<T>(y.back));
  }
  const std::int64_t left = end - k;
  if (left <= 0) return;
  C mirrored[lanes<T>] = {};
  for (std::int64_t i = 0; i < left; ++i) mirrored[i] = in[h - k - i];
  const ComplexVec<T> w{vec::load_partial<T>(re + k - 1, left),
                        vec::load_partial<T>(im + k - 1, left)};
  const auto y = mix_mirrored<Split, T>(vec::load_partial<C>(in + k, left), vec::load<C>(mirrored),
                                        w, scale, sign);
  vec::store_partial<C>(out + k, y.front, left);
  vec::store<C>(mirrored, y.back);
  for (std::int64_t i = 0; i < left; ++i) out[h - k - i] = mirrored[i];
}

template <class T>
void split_real(const FftRealArgs& args) noexcept {
  using C = Complex<T>;
  const auto* in = static_cast<const C*>(args.in);
  auto* out = static_cast<C*>(args.out);
  const std::int64_t h = args.half;
  const T scale = T(args.scale), sign = args.conjugate ? T(-1) : T(1);
  const C first = in[0];
  const C middle = in[h / 2];
  mix_pairs<true, T>(args, T(0.5) * scale);
  if (h % 2 == 0) out[h / 2] = {middle.re * scale, middle.im * scale * -sign};
  out[0] = {(first.re + first.im) * scale, T(0)};
  out[h] = {(first.re - first.im) * scale, T(0)};
}

template <class T>
void merge_real(const FftRealArgs& args) noexcept {
  using C = Complex<T>;
  const auto* in = static_cast<const C*>(args.in);
  auto* out = static_cast<C*>(args.out);
  const std::int64_t h = args.half;
  const T sign = args.conjugate ? T(-1) : T(1);
  const T first = in[0].re, last = in[h].re;
  const C middle = in[h / 2];
  mix_pairs<false, T>(args, T(1));
  if (h % 2 == 0) out[h / 2] = {T(2) * middle.re, T(-2) * (middle.im * sign)};
  out[0] = {first + last, first - last};
}

}  // namespace corepy::COREPY_ISA::fft

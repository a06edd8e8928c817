// Transforms of columns: butterflies and Stockham passes over blocks of columns. Lines are made of
// them in fft_line.h. The contract is in fft_table.h.
//
// u is half an ulp of 1. A twiddle multiplication has a relative error of at most sqrt(5) u plus
// that of the root (u); the butterflies of radix 2, 4 and 8 add 1, 2 and 3.5 roundings.
#pragma once

#include "corepy/kernels/fft_table.h"
#include "corepy/vec/complex.h"
#include "corepy/vec/fold.h"

namespace corepy::COREPY_ISA::fft {

template <class T>
inline constexpr std::int64_t width = fft_block_columns(sizeof(T));
template <class T>
inline constexpr std::int64_t row_length = 2 * width<T>;
template <class T>
inline constexpr int vectors_per_row = static_cast<int>(width<T> / lanes<T>);

// x * w: two products of one rounding, two fused multiply-adds.
template <class T>
COREPY_INLINE ComplexVec<T> rotate(ComplexVec<T> x, ComplexVec<T> w) {
  return {vec::fnma<T>(x.im, w.im, x.re * w.re), vec::fma<T>(x.im, w.re, x.re * w.im)};
}

// ---- where rows come from and go to: `block`, `row`, `vector` name lanes<T> columns ----

// Blocks of columns, rows of real parts and then imaginary parts.
template <class T>
struct Blocks {
  using Element = T;
  T* data;
  std::int64_t block_stride;  // in elements

  COREPY_INLINE T* at(std::int64_t block, std::int64_t row, int vector) const {
    return data + block * block_stride + row * row_length<T> + vector * lanes<T>;
  }
  COREPY_INLINE ComplexVec<T> load(std::int64_t block, std::int64_t row, int vector) const {
    const T* p = at(block, row, vector);
    return {vec::load<T>(p), vec::load<T>(p + width<T>)};
  }
  COREPY_INLINE void store(std::int64_t block, std::int64_t row, int vector,
                           ComplexVec<T> x) const {
    T* p = at(block, row, vector);
    vec::store<T>(p, x.re);
    vec::store<T>(p + width<T>, x.im);
  }
};

// Asks for what the next block of columns needs of the same row: rows lie apart, where the hardware
// foresees nothing (half the time of 512x512 along axis 0 went by waiting).
template <class T>
COREPY_INLINE void prefetch_next_block(const Complex<T>* p) {
  __builtin_prefetch(p + width<T>);
}

// Rows of complex numbers in an operand's memory. `Swap` exchanges the parts on the way: the
// inverse transform is the forward one between two such exchanges.
template <class T, bool Swap>
struct OperandRows {
  using Element = T;
  const Complex<T>* data;
  std::int64_t row_bytes;
  std::int64_t columns;

  COREPY_INLINE ComplexVec<T> load(std::int64_t block, std::int64_t row, int vector) const {
    const std::int64_t column = block * width<T> + vector * lanes<T>;
    const auto* p =
        reinterpret_cast<const Complex<T>*>(reinterpret_cast<const char*>(data) + row * row_bytes) +
        column;
    const std::int64_t left = columns - column;
    ComplexVec<T> x{Vec<T>(T(0)), Vec<T>(T(0))};
    prefetch_next_block(p);
    if (left >= lanes<T>) [[likely]] {
      x = vec::load<Complex<T>>(p);
    } else if (left > 0) {
      x = vec::load_partial<Complex<T>>(p, left);
    }
    return Swap ? ComplexVec<T>{x.im, x.re} : x;
  }
};
template <class T, bool Swap>
struct ResultRows {
  using Element = T;
  Complex<T>* data;
  std::int64_t row_bytes;
  std::int64_t columns;
  Vec<T> scale;

  COREPY_INLINE void store(std::int64_t block, std::int64_t row, int vector,
                           ComplexVec<T> x) const {
    const std::int64_t column = block * width<T> + vector * lanes<T>;
    auto* p =
        reinterpret_cast<Complex<T>*>(reinterpret_cast<char*>(data) + row * row_bytes) + column;
    const std::int64_t left = columns - column;
    const Vec<T> re = x.re * scale, im = x.im * scale;
    const ComplexVec<T> y = Swap ? ComplexVec<T>{im, re} : ComplexVec<T>{re, im};
    prefetch_next_block(p);
    if (left >= lanes<T>) [[likely]] {
      vec::store<Complex<T>>(p, y);
    } else if (left > 0) {
      vec::store_partial<Complex<T>>(p, y, left);
    }
  }
};

// ---- butterflies: y[k] = sum over j of x[j] exp(-2 pi i j k / R), in place ----

template <class T>
COREPY_INLINE void transform_4(ComplexVec<T>& x0, ComplexVec<T>& x1, ComplexVec<T>& x2,
                               ComplexVec<T>& x3) {
  const ComplexVec<T> a{x0.re + x2.re, x0.im + x2.im}, b{x0.re - x2.re, x0.im - x2.im};
  const ComplexVec<T> c{x1.re + x3.re, x1.im + x3.im}, d{x1.re - x3.re, x1.im - x3.im};
  x0 = {a.re + c.re, a.im + c.im};
  x1 = {b.re + d.im, b.im - d.re};
  x2 = {a.re - c.re, a.im - c.im};
  x3 = {b.re - d.im, b.im + d.re};
}

// Odd radices: sums and differences of x[j] and x[R - j]; cosines fused in order of j, then sines.
template <int R, class T>
COREPY_INLINE void transform_odd(ComplexVec<T> (&x)[R], const T* roots) {
  constexpr int half = (R - 1) / 2;
  ComplexVec<T> sum[half], difference[half];
  ComplexVec<T> first = x[0];
  COREPY_UNROLL
  for (int j = 0; j < half; ++j) {
    const ComplexVec<T> a = x[j + 1], b = x[R - 1 - j];
    sum[j] = {a.re + b.re, a.im + b.im};
    difference[j] = {a.re - b.re, a.im - b.im};
    first = {first.re + sum[j].re, first.im + sum[j].im};
  }
  ComplexVec<T> y[R];
  COREPY_UNROLL
  for (int k = 1; k <= half; ++k) {
    ComplexVec<T> c = x[0];
    ComplexVec<T> s;
    COREPY_UNROLL
    for (int j = 1; j <= half; ++j) {
      const int root = j * k % R;
      const Vec<T> cosine(roots[2 * root]), sine(roots[2 * root + 1]);
      c = {vec::fma<T>(sum[j - 1].re, cosine, c.re), vec::fma<T>(sum[j - 1].im, cosine, c.im)};
      const ComplexVec<T> d = difference[j - 1];
      s = j == 1 ? ComplexVec<T>{d.re * sine, d.im * sine}
                 : ComplexVec<T>{vec::fma<T>(d.re, sine, s.re), vec::fma<T>(d.im, sine, s.im)};
    }
    y[k] = {c.re + s.im, c.im - s.re};
    y[R - k] = {c.re - s.im, c.im + s.re};
  }
  x[0] = first;
  COREPY_UNROLL
  for (int k = 1; k < R; ++k) x[k] = y[k];
}

template <int R, class T>
COREPY_INLINE void transform(ComplexVec<T> (&x)[R], const T* roots) {
  if constexpr (R == 2) {
    const ComplexVec<T> a = x[0], b = x[1];
    x[0] = {a.re + b.re, a.im + b.im};
    x[1] = {a.re - b.re, a.im - b.im};
  } else if constexpr (R == 4) {
    transform_4<T>(x[0], x[1], x[2], x[3]);
  } else if constexpr (R == 8) {
    transform_4<T>(x[0], x[2], x[4], x[6]);
    transform_4<T>(x[1], x[3], x[5], x[7]);
    const Vec<T> c(static_cast<T>(0.70710678118654752440));
    const ComplexVec<T> e0 = x[0], e1 = x[2], e2 = x[4], e3 = x[6];
    const ComplexVec<T> o0 = x[1], o1 = x[3], o2 = x[5], o3 = x[7];
    x[0] = {e0.re + o0.re, e0.im + o0.im};
    x[4] = {e0.re - o0.re, e0.im - o0.im};
    const Vec<T> u1 = o1.re + o1.im, v1 = o1.im - o1.re;
    x[1] = {vec::fma<T>(c, u1, e1.re), vec::fma<T>(c, v1, e1.im)};
    x[5] = {vec::fnma<T>(c, u1, e1.re), vec::fnma<T>(c, v1, e1.im)};
    x[2] = {e2.re + o2.im, e2.im - o2.re};
    x[6] = {e2.re - o2.im, e2.im + o2.re};
    const Vec<T> u3 = o3.re + o3.im, v3 = o3.im - o3.re;
    x[3] = {vec::fma<T>(c, v3, e3.re), vec::fnma<T>(c, u3, e3.im)};
    x[7] = {vec::fnma<T>(c, v3, e3.re), vec::fma<T>(c, u3, e3.im)};
  } else if constexpr (R > 2) {
    transform_odd<R, T>(x, roots);
  }
}

// ---- passes ----

// What a pass covers: whole blocks, of each the first `vectors` vectors of a row.
struct Extent {
  std::int64_t blocks;
  int vectors;
};

template <int R, bool Twiddled, class In, class Out>
COREPY_INLINE void run_butterflies(const FftPass& pass, std::int64_t p, const In& in,
                                   const Out& out, Extent extent) {
  using T = typename In::Element;
  const T* roots = static_cast<const T*>(pass.roots);
  const std::int64_t s = pass.stride, step = s * pass.count;
  ComplexVec<T> w[R];
  if constexpr (Twiddled) {
    const T* twiddles = static_cast<const T*>(pass.twiddles) + (p - 1) * 2 * (R - 1);
    COREPY_UNROLL
    for (int k = 1; k < R; ++k) w[k] = {Vec<T>(twiddles[2 * k - 2]), Vec<T>(twiddles[2 * k - 1])};
  }
  for (std::int64_t block = 0; block < extent.blocks; ++block) {
    for (std::int64_t q = 0; q < s; ++q) {
      const std::int64_t from = q + s * p, to = q + s * p * R;
      for (int vector = 0; vector < extent.vectors; ++vector) {
        ComplexVec<T> x[R];
        COREPY_UNROLL
        for (int j = 0; j < R; ++j) x[j] = in.load(block, from + step * j, vector);
        transform<R, T>(x, roots);
        if constexpr (Twiddled) {
          COREPY_UNROLL
          for (int k = 1; k < R; ++k) x[k] = rotate<T>(x[k], w[k]);
        }
        COREPY_UNROLL
        for (int k = 0; k < R; ++k) out.store(block, to + s * k, vector, x[k]);
      }
    }
  }
}

template <int R, class In, class Out>
void run_radix(const FftPass& pass, const In& in, const Out& out, Extent extent) noexcept {
  run_butterflies<R, false>(pass, 0, in, out, extent);
  for (std::int64_t p = 1; p < pass.count; ++p) run_butterflies<R, true>(pass, p, in, out, extent);
}

// Any odd radix: transform_odd with the loops left as loops. Same formulas, in the same order.
template <class In, class Out>
void run_any_odd(const FftPass& pass, const In& in, const Out& out, Extent extent) noexcept {
  using T = typename In::Element;
  constexpr int most = (fft_max_radix - 1) / 2;
  const int radix = pass.radix, half = (radix - 1) / 2;
  const T* roots = static_cast<const T*>(pass.roots);
  const std::int64_t s = pass.stride, step = s * pass.count;
  for (std::int64_t p = 0; p < pass.count; ++p) {
    const T* twiddles = static_cast<const T*>(pass.twiddles) + (p - 1) * 2 * (radix - 1);
    const auto finish = [&](std::int64_t block, std::int64_t q, int vector, int k, ComplexVec<T> y)
                            COREPY_LAMBDA_INLINE {
                              if (p > 0 && k > 0) {
                                const T* w = twiddles + 2 * (k - 1);
                                y = rotate<T>(y, {Vec<T>(w[0]), Vec<T>(w[1])});
                              }
                              out.store(block, q + s * (radix * p + k), vector, y);
                            };
    for (std::int64_t block = 0; block < extent.blocks; ++block) {
      for (std::int64_t q = 0; q < s; ++q) {
        for (int vector = 0; vector < extent.vectors; ++vector) {
          ComplexVec<T> sum[most], difference[most];
          const ComplexVec<T> x0 = in.load(block, q + s * p, vector);
          ComplexVec<T> first = x0;
          for (int j = 0; j < half; ++j) {
            const ComplexVec<T> a = in.load(block, q + s * p + step * (j + 1), vector);
            const ComplexVec<T> b = in.load(block, q + s * p + step * (radix - 1 - j), vector);
            sum[j] = {a.re + b.re, a.im + b.im};
            difference[j] = {a.re - b.re, a.im - b.im};
            first = {first.re + sum[j].re, first.im + sum[j].im};
          }
          finish(block, q, vector, 0, first);
          for (int k = 1; k <= half; ++k) {
            ComplexVec<T> c = x0;
            const Vec<T> sine_1(roots[2 * k + 1]);
            const Vec<T> cosine_1(roots[2 * k]);
            c = {vec::fma<T>(sum[0].re, cosine_1, c.re), vec::fma<T>(sum[0].im, cosine_1, c.im)};
            ComplexVec<T> d{difference[0].re * sine_1, difference[0].im * sine_1};
            for (int j = 2, root = 2 * k % radix; j <= half; ++j, root = (root + k) % radix) {
              const Vec<T> cosine(roots[2 * root]), sine(roots[2 * root + 1]);
              c = {vec::fma<T>(sum[j - 1].re, cosine, c.re),
                   vec::fma<T>(sum[j - 1].im, cosine, c.im)};
              d = {vec::fma<T>(difference[j - 1].re, sine, d.re),
                   vec::fma<T>(difference[j - 1].im, sine, d.im)};
            }
            finish(block, q, vector, k, {c.re + d.im, c.im - d.re});
            finish(block, q, vector, radix - k, {c.re - d.im, c.im + d.re});
          }
        }
      }
    }
  }
}

template <class In, class Out>
COREPY_INLINE void run_pass(const FftPass& pass, const In& in, const Out& out, Extent extent) {
  switch (pass.radix) {
    case 1:
      return run_radix<1>(pass, in, out, extent);
    case 2:
      return run_radix<2>(pass, in, out, extent);
    case 3:
      return run_radix<3>(pass, in, out, extent);
    case 4:
      return run_radix<4>(pass, in, out, extent);
    case 5:
      return run_radix<5>(pass, in, out, extent);
    case 7:
      return run_radix<7>(pass, in, out, extent);
    case 8:
      return run_radix<8>(pass, in, out, extent);
    default:
      return run_any_odd(pass, in, out, extent);
  }
}

// Passes [1, end) between two buffers; returns the one that holds the result, of the two.
template <class T>
struct Place {
  T *data, *other;
};
template <class T>
COREPY_INLINE Place<T> run_inner_passes(const FftColumns& plan, int end, Place<T> place,
                                        std::int64_t block_stride, Extent extent) {
  for (int i = 1; i < end; ++i) {
    run_pass(plan.pass[i], Blocks<T>{place.data, block_stride},
             Blocks<T>{place.other, block_stride}, extent);
    place = {place.other, place.data};
  }
  return place;
}

// Blocks that are worth transforming together: their twiddles are loaded once, and they stay in the
// first-level cache. No bit depends on it.
inline std::int64_t blocks_at_once(std::int64_t length, std::int64_t blocks) {
  constexpr std::int64_t cached_bytes = 16384;
  const std::int64_t fitting = cached_bytes / (length * fft_row_bytes);
  return fitting < 1 ? 1 : fitting < blocks ? fitting : blocks;
}

template <class T>
Extent extent_of(std::int64_t blocks, std::int64_t columns) {
  if (blocks > 1 || columns >= width<T>) return {blocks, vectors_per_row<T>};
  return {1, static_cast<int>((columns + lanes<T> - 1) / lanes<T>)};
}

// Two buffers of so many blocks.
template <class T>
struct Buffers {
  T *first, *second;
  std::int64_t block_stride;

  Buffers(void* workspace, std::int64_t rows, std::int64_t blocks)
      : first(static_cast<T*>(workspace)),
        second(first + rows * blocks * row_length<T>),
        block_stride(rows * row_length<T>) {}
  static std::int64_t bytes(std::int64_t rows, std::int64_t blocks) {
    return 2 * rows * blocks * fft_row_bytes;
  }
};

template <class T>
std::int64_t columns_workspace_bytes(const FftPlan& plan, std::int64_t columns) noexcept {
  if (plan.kind == FftKind::four_step) {
    const std::int64_t n1 = plan.first.length, n2 = plan.second.length;
    return plan.length * fft_row_bytes + Buffers<T>::bytes(n1 > n2 ? n1 : n2, 1);
  }
  const std::int64_t blocks = fft_block_count(columns, sizeof(T));
  return Buffers<T>::bytes(plan.length, blocks_at_once(plan.length, blocks));
}

// The root between the halves for row k1 and column i2, as fft_line.h has it for a vector of them.
template <class T>
COREPY_INLINE ComplexVec<T> step_root(const FftPlan& plan, std::int64_t k1, std::int64_t i2) {
  const std::int64_t n1 = plan.first.length, block = i2 / width<T>, column = i2 % width<T>;
  const T* rows = static_cast<const T*>(plan.step_roots);
  if (plan.step_blocks == nullptr) rows += block * n1 * row_length<T>;
  const T* p = rows + k1 * row_length<T> + column;
  const ComplexVec<T> w{Vec<T>(p[0]), Vec<T>(p[width<T>])};
  if (plan.step_blocks == nullptr) return w;
  const T* pair = static_cast<const T*>(plan.step_blocks) + (block * n1 + k1) * 2;
  return rotate<T>(w, {Vec<T>(pair[0]), Vec<T>(pair[1])});
}

// A block of neighbouring lines of a four_step plan, side by side: the same arithmetic as
// fft_line.h's, with a vector of lines where that has a vector of columns of one line.
template <class T, bool Inverse>
void run_neighbours(const FftColumnsArgs& args, std::int64_t block) noexcept {
  const FftPlan& plan = *args.plan;
  const std::int64_t n1 = plan.first.length, n2 = plan.second.length;
  const std::int64_t first = block * width<T>, left = args.columns - first;
  const Extent extent = extent_of<T>(1, left);
  T* matrix = static_cast<T*>(args.workspace);
  const Buffers<T> buffers(matrix + plan.length * row_length<T>, n1 > n2 ? n1 : n2, 1);
  const auto* in = reinterpret_cast<const char*>(static_cast<const Complex<T>*>(args.in) + first);
  auto* out = reinterpret_cast<char*>(static_cast<Complex<T>*>(args.out) + first);
  const Blocks<T> at_start{buffers.first, buffers.block_stride};
  for (std::int64_t i2 = 0; i2 < n2; ++i2) {
    const auto* rows = reinterpret_cast<const Complex<T>*>(in + i2 * args.in_row_bytes);
    run_pass(plan.first.pass[0], OperandRows<T, Inverse>{rows, n2 * args.in_row_bytes, left},
             at_start, extent);
    const Place<T> place =
        run_inner_passes<T>(plan.first, plan.first.pass_count, {buffers.first, buffers.second},
                            buffers.block_stride, extent);
    const Blocks<T> from{place.data, 0}, to{matrix + i2 * row_length<T>, 0};
    for (std::int64_t k1 = 0; k1 < n1; ++k1) {
      const ComplexVec<T> root = step_root<T>(plan, k1, i2);
      for (int vector = 0; vector < extent.vectors; ++vector)
        to.store(0, k1 * n2, vector, rotate<T>(from.load(0, k1, vector), root));
    }
  }
  const int last = plan.second.pass_count - 1;
  for (std::int64_t k1 = 0; k1 < n1; ++k1) {
    Blocks<T> from{matrix + k1 * n2 * row_length<T>, 0};
    if (last > 0) {
      run_pass(plan.second.pass[0], from, at_start, extent);
      from = {run_inner_passes<T>(plan.second, last, {buffers.first, buffers.second},
                                  buffers.block_stride, extent)
                  .data,
              0};
    }
    auto* rows = reinterpret_cast<Complex<T>*>(out + k1 * args.out_row_bytes);
    const ResultRows<T, Inverse> to{rows, n1 * args.out_row_bytes, left, Vec<T>(T(args.scale))};
    run_pass(plan.second.pass[last], from, to, extent);
  }
}

template <class T, bool Inverse>
void run_columns(const FftColumnsArgs& args) noexcept {
  const FftColumns& plan = args.plan->first;
  const std::int64_t blocks = fft_block_count(args.columns, sizeof(T));
  if (args.plan->kind == FftKind::four_step) {
    for (std::int64_t block = 0; block < blocks; ++block) run_neighbours<T, Inverse>(args, block);
    return;
  }
  const std::int64_t together = blocks_at_once(plan.length, blocks);
  const Buffers<T> buffers(args.workspace, plan.length, together);
  for (std::int64_t block = 0; block < blocks; block += together) {
    const std::int64_t first = block * width<T>, left = args.columns - first;
    const std::int64_t count = together < blocks - block ? together : blocks - block;
    const Extent extent = extent_of<T>(count, left);
    const auto* in = static_cast<const Complex<T>*>(args.in) + first;
    auto* out = static_cast<Complex<T>*>(args.out) + first;
    run_pass(plan.pass[0], OperandRows<T, Inverse>{in, args.in_row_bytes, left},
             Blocks<T>{buffers.first, buffers.block_stride}, extent);
    const int last = plan.pass_count - 1;
    const Place<T> place = run_inner_passes<T>(plan, last, {buffers.first, buffers.second},
                                               buffers.block_stride, extent);
    run_pass(plan.pass[last], Blocks<T>{place.data, buffers.block_stride},
             ResultRows<T, Inverse>{out, args.out_row_bytes, left, Vec<T>(T(args.scale))}, extent);
  }
}

template <class T>
void transform_columns(const FftColumnsArgs& args) noexcept {
  return args.inverse ? run_columns<T, true>(args) : run_columns<T, false>(args);
}

}  // namespace corepy::COREPY_ISA::fft

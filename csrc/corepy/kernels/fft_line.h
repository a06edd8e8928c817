// Transforms of one line of complex numbers in two halves, and the elementwise work of the chirp
// transform. The contract is in fft_table.h.
#pragma once

#include "corepy/kernels/fft.h"
#include "corepy/vec/transpose_registers.h"

namespace corepy::COREPY_ISA::fft {

// The roots between the halves for a block of columns i2: row k1, vector v.
template <class T>
struct StepRoots {
  const T* rows;
  const T* pairs;  // or null: the rows are the roots

  StepRoots(const FftPlan& plan, std::int64_t block) : pairs(nullptr) {
    const std::int64_t n1 = plan.first.length;
    rows = static_cast<const T*>(plan.step_roots);
    if (plan.step_blocks == nullptr) {
      rows += block * n1 * row_length<T>;
    } else {
      pairs = static_cast<const T*>(plan.step_blocks) + block * n1 * 2;
    }
  }
  template <bool InPairs>
  COREPY_INLINE ComplexVec<T> load(std::int64_t row, int vector) const {
    const T* p = rows + row * row_length<T> + vector * lanes<T>;
    const ComplexVec<T> w{vec::load<T>(p), vec::load<T>(p + width<T>)};
    if constexpr (!InPairs) return w;
    return rotate<T>(w, {Vec<T>(pairs[2 * row]), Vec<T>(pairs[2 * row + 1])});
  }
};

// Rows k1 .. k1 + lanes - 1 of a vector of columns, rotated, as columns of as many rows of the
// matrix. Rows beyond `rows` count as zeros.
template <bool InPairs, class T>
COREPY_INLINE void transpose_rotated(const T* buffer, const StepRoots<T>& roots, std::int64_t k1,
                                     std::int64_t rows, int vector, T* to, std::int64_t count) {
  Vec<T> re[lanes<T>], im[lanes<T>];
  COREPY_UNROLL
  for (int i = 0; i < lanes<T>; ++i) {
    if (k1 + i >= rows) {
      re[i] = im[i] = Vec<T>(T(0));
      continue;
    }
    const T* p = buffer + (k1 + i) * row_length<T> + vector * lanes<T>;
    const ComplexVec<T> x{vec::load<T>(p), vec::load<T>(p + width<T>)};
    const ComplexVec<T> y = rotate<T>(x, roots.template load<InPairs>(k1 + i, vector));
    re[i] = y.re;
    im[i] = y.im;
  }
  vec::transpose_registers(re);
  vec::transpose_registers(im);
  COREPY_UNROLL
  for (int i = 0; i < lanes<T>; ++i) {
    if (i >= count) break;
    vec::store<T>(to + i * row_length<T>, re[i]);
    vec::store<T>(to + i * row_length<T> + width<T>, im[i]);
  }
}

// A transformed block of columns i2, rotated and put into its rows of the matrix.
template <bool InPairs, class T>
COREPY_INLINE void store_block(const FftPlan& plan, std::int64_t block, const T* buffer,
                               T* matrix) {
  const std::int64_t n1 = plan.first.length, n2 = plan.second.length;
  const StepRoots<T> roots(plan, block);
  for (std::int64_t k1 = 0; k1 < n1; k1 += lanes<T>) {
    const std::int64_t k1_block = k1 / width<T>;
    for (int vector = 0; vector < vectors_per_row<T>; ++vector) {
      const std::int64_t i2 = block * width<T> + vector * lanes<T>;
      T* to = matrix + (k1_block * n2 + i2) * row_length<T> + k1 % width<T>;
      if (k1 + lanes<T> <= n1 && i2 + lanes<T> <= n2) [[likely]] {
        transpose_rotated<InPairs, T>(buffer, roots, k1, k1 + lanes<T>, vector, to, lanes<T>);
      } else if (i2 < n2) {
        transpose_rotated<InPairs, T>(buffer, roots, k1, n1, vector, to, n2 - i2);
      }
    }
  }
}

template <class T, bool Inverse>
void run_begin(const FftStepArgs& args) noexcept {
  const FftPlan& plan = *args.plan;
  const std::int64_t n1 = plan.first.length, n2 = plan.second.length;
  const std::int64_t together = blocks_at_once(n1, fft_block_count(n2, sizeof(T)));
  const Buffers<T> buffers(args.workspace, n1, together);
  const std::int64_t end = args.first_block + args.block_count;
  for (std::int64_t block = args.first_block; block < end; block += together) {
    const std::int64_t first = block * width<T>;
    const std::int64_t count = together < end - block ? together : end - block;
    const OperandRows<T, Inverse> in{static_cast<const Complex<T>*>(args.in) + first,
                                     n2 * std::int64_t{sizeof(Complex<T>)}, n2 - first};
    const Extent extent = extent_of<T>(count, n2 - first);
    run_pass(plan.first.pass[0], in, Blocks<T>{buffers.first, buffers.block_stride}, extent);
    const T* done =
        run_inner_passes<T>(plan.first, plan.first.pass_count, {buffers.first, buffers.second},
                            buffers.block_stride, extent)
            .data;
    for (std::int64_t i = 0; i < count; ++i) {
      const T* buffer = done + i * buffers.block_stride;
      T* matrix = static_cast<T*>(args.matrix);
      if (plan.step_blocks != nullptr) {
        store_block<true, T>(plan, block + i, buffer, matrix);
      } else {
        store_block<false, T>(plan, block + i, buffer, matrix);
      }
    }
  }
}

template <class T, bool Inverse>
void run_finish(const FftStepArgs& args) noexcept {
  const FftPlan& plan = *args.plan;
  const std::int64_t n1 = plan.first.length, n2 = plan.second.length;
  const std::int64_t together = blocks_at_once(n2, fft_block_count(n1, sizeof(T)));
  const Buffers<T> buffers(args.workspace, n2, together);
  const std::int64_t end = args.first_block + args.block_count;
  for (std::int64_t block = args.first_block; block < end; block += together) {
    const std::int64_t first = block * width<T>;
    const std::int64_t count = together < end - block ? together : end - block;
    const Blocks<T> in{static_cast<T*>(args.matrix) + block * n2 * row_length<T>,
                       n2 * row_length<T>};
    const Extent extent = extent_of<T>(count, n1 - first);
    const ResultRows<T, Inverse> out{static_cast<Complex<T>*>(args.out) + first,
                                     n1 * std::int64_t{sizeof(Complex<T>)}, n1 - first,
                                     Vec<T>(T(args.scale))};
    const int last = plan.second.pass_count - 1;
    Blocks<T> from = in;
    if (last > 0) {
      run_pass(plan.second.pass[0], in, Blocks<T>{buffers.first, buffers.block_stride}, extent);
      from = {run_inner_passes<T>(plan.second, last, {buffers.first, buffers.second},
                                  buffers.block_stride, extent)
                  .data,
              buffers.block_stride};
    }
    run_pass(plan.second.pass[last], from, out, extent);
  }
}

template <class T>
void begin_line(const FftStepArgs& args) noexcept {
  return args.inverse ? run_begin<T, true>(args) : run_begin<T, false>(args);
}
template <class T>
void finish_line(const FftStepArgs& args) noexcept {
  return args.inverse ? run_finish<T, true>(args) : run_finish<T, false>(args);
}

template <class T>
std::int64_t step_workspace_bytes(const FftPlan& plan) noexcept {
  const std::int64_t n1 = plan.first.length, n2 = plan.second.length;
  const std::int64_t begin =
      Buffers<T>::bytes(n1, blocks_at_once(n1, fft_block_count(n2, sizeof(T))));
  const std::int64_t finish =
      Buffers<T>::bytes(n2, blocks_at_once(n2, fft_block_count(n1, sizeof(T))));
  return begin > finish ? begin : finish;
}

// out = in * factors * scale; a swapped operand or result has its parts exchanged.
template <class T>
void multiply_chirp(const FftChirpArgs& args) noexcept {
  using C = Complex<T>;
  const auto* in = static_cast<const C*>(args.in);
  const auto* factors = static_cast<const C*>(args.factors);
  auto* out = static_cast<C*>(args.out);
  const Vec<T> scale(T(args.scale));
  const bool swap_in = args.swap_in, swap_out = args.swap_out;
  const auto run = [&](ComplexVec<T> x, ComplexVec<T> w) COREPY_LAMBDA_INLINE {
    if (swap_in) x = {x.im, x.re};
    const ComplexVec<T> y = rotate<T>(x, w);
    const Vec<T> re = y.re * scale, im = y.im * scale;
    return swap_out ? ComplexVec<T>{im, re} : ComplexVec<T>{re, im};
  };
  std::int64_t i = 0;
  for (; i + lanes<T> <= args.length; i += lanes<T>)
    vec::store<C>(out + i, run(vec::load<C>(in + i), vec::load<C>(factors + i)));
  if (const std::int64_t left = args.length - i; left > 0) {
    vec::store_partial<C>(
        out + i, run(vec::load_partial<C>(in + i, left), vec::load_partial<C>(factors + i, left)),
        left);
  }
}

}  // namespace corepy::COREPY_ISA::fft

// Cumulative products of floating numbers: in order, element by element. Any order has the same
// error bound, but only this one forms no product that is not itself a result: a blocked one would
// overflow on long runs of large factors behind small ones. Part of the numerics contract.
#pragma once

#include "corepy/kernels/scan_columns.h"

namespace corepy::COREPY_ISA::scan {

template <class E>
struct ProductKernel {
  using R = PartOf<E>;
  using Term =
      std::conditional_t<is_complex_element<E>, reduction::ComplexProduct, reduction::Product>;
  static constexpr std::int64_t parts = sizeof(E) / sizeof(R);

  static void run_row(const ScanRowArgs& args) noexcept {
    const R* x = static_cast<const R*>(args.in);
    R* out = static_cast<R*>(args.out);
    const R* end = x + args.n * parts;
    if (x == end) return;
    // The parts stay in registers of their own: a chain through memory takes twice the time.
    R re = x[0], im = parts == 2 ? x[parts - 1] : R(0);
    if (args.first > 0) {
      E product;
      std::memcpy(&product, args.state, sizeof product);
      if constexpr (parts == 2) {
        re = product.re, im = product.im;
      } else {
        re = product;
      }
      multiply_into(re, im, x);
    }
    store_parts(out, re, im);
    for (x += parts, out += parts; x < end; x += parts, out += parts) {
      multiply_into(re, im, x);
      store_parts(out, re, im);
    }
    std::memcpy(args.state, out - parts, sizeof(E));
  }

  static std::int64_t column_state_bytes(std::int64_t width) noexcept {
    return row_pitch<R>(width * parts) * static_cast<std::int64_t>(sizeof(R));
  }

  static void run_columns(const ScanColumnsArgs& args) noexcept {
    std::int64_t i = 0;
    if (args.first == 0 && args.n > 0) run_rows<1, true>(args, i++);
    for (; i + 4 <= args.n; i += 4) run_rows<4, false>(args, i);
    for (; i < args.n; ++i) run_rows<1, false>(args, i);
  }

 private:
  static COREPY_INLINE void multiply_into(R& re, R& im, const R* x) {
    if constexpr (parts == 2) {
      const E product = Term::combine_elements(E{re, im}, E{x[0], x[1]});
      re = product.re, im = product.im;
    } else {
      re = re * x[0];
    }
  }
  static COREPY_INLINE void store_parts(R* out, R re, R im) {
    out[0] = re;
    if constexpr (parts == 2) out[1] = im;
  }

  template <int Rows, bool First>
  static void run_rows(const ScanColumnsArgs& args, std::int64_t i) noexcept {
    R* state = static_cast<R*>(args.state);
    const char* x = at(args.in, i * args.in_row_stride_bytes);
    char* out = at(args.out, i * args.out_row_stride_bytes);
    const std::int64_t reals = args.width * parts;
    for_each_vector<R>(reals, [&](std::int64_t j, auto load) __attribute__((always_inline)) {
      Vec<R> product = vec::load(state + j);
      COREPY_UNROLL
      for (int r = 0; r < Rows; ++r) {
        const Vec<R> factor = load(reinterpret_cast<const R*>(x + r * args.in_row_stride_bytes));
        product = First ? factor : Term::combine(product, factor);
        R* target = reinterpret_cast<R*>(out + r * args.out_row_stride_bytes);
        store_in_row(target, j, reals, product);
      }
      vec::store(state + j, product);
    });
  }
};

}  // namespace corepy::COREPY_ISA::scan

// Scans of many rows. Sums of rows of few floating elements, one group at most, need no carry from
// group to group, and where the rows lie one behind the other no partial vectors.
#pragma once

#include "corepy/kernels/scan_sum.h"
#include "corepy/vec/run_padding.h"

namespace corepy::COREPY_ISA::scan {

template <class Kernel>
void run_rows(const ScanRowsArgs& args) noexcept {
  const char* in = static_cast<const char*>(args.in);
  char* out = static_cast<char*>(args.out);
  for (std::int64_t row = 0; row < args.rows; ++row) {
    alignas(64) std::byte state[scan_state_bytes];
    Kernel::run_row({0, args.n, in, out, state, args.streams});
    in += args.in_row_stride_bytes;
    out += args.out_row_stride_bytes;
  }
}

// Rows of at most Padded elements.
template <class E, int Padded>
class ShortSums {
 public:
  using R = PartOf<E>;

  static void run(const ScanRowsArgs& args) noexcept {
    const std::int64_t reals = args.n * parts;
    const auto row_bytes = reals * static_cast<std::int64_t>(sizeof(R));
    std::int64_t row = 0;
    if (args.in_row_stride_bytes == row_bytes && args.out_row_stride_bytes == row_bytes) {
      row = sum_dense_rows(args, reals);
    }
    for (; row < args.rows; ++row) {
      const char* x = static_cast<const char*>(args.in) + row * args.in_row_stride_bytes;
      char* out = static_cast<char*>(args.out) + row * args.out_row_stride_bytes;
      sum_row<false>(reinterpret_cast<const R*>(x), reinterpret_cast<R*>(out), reals);
    }
  }

 private:
  // Rows one behind the other, but for the last ones: as whole vectors, of which what is stored
  // beyond a row is where the next ones belong.
  static std::int64_t sum_dense_rows(const ScanRowsArgs& args, std::int64_t reals) {
    const R* x = static_cast<const R*>(args.in);
    R* out = static_cast<R*>(args.out);
    const std::int64_t last = args.rows * reals - vectors * lanes<R>;
    std::int64_t row = 0;
#ifdef __AVX512F__
    if constexpr (rows_at_once > 1) {
      if (args.n != Padded) {
        const vec::RunPadding<R, Padded * parts> padding(reals);
        for (; row * reals <= last; row += rows_at_once) {
          Vec<R> a[1] = {padding.open(vec::load(x + row * reals))};
          join_halves<parts, Padded, R>(a);
          vec::store(out + row * reals, padding.close(a[0]));
        }
        return row;
      }
    }
#endif
    const std::int64_t step = args.n == Padded ? rows_at_once : 1;
    for (; row * reals <= last; row += step)
      sum_row<true>(x + row * reals, out + row * reals, reals);
    return row;
  }

  static constexpr std::int64_t parts = sizeof(E) / sizeof(R);
  static constexpr std::int64_t vectors = Padded * parts > lanes<R> ? Padded * parts / lanes<R> : 1;
  static constexpr std::int64_t rows_at_once =
      Padded * parts < lanes<R> ? lanes<R> / (Padded * parts) : 1;

  template <bool Whole>
  static COREPY_INLINE void sum_row(const R* x, R* out, std::int64_t reals) {
    Vec<R> a[vectors];
    load_vectors<Whole, R>(x, reals, a);
    join_halves<parts, Padded, R>(a);
    store_vectors<Whole, R>(out, reals, a);
  }
};

template <class E>
void sum_rows(const ScanRowsArgs& args) noexcept {
  if (args.n <= 0) return;
  if (args.n > group_length) return run_rows<SumKernel<E>>(args);
  if (args.n > 8) return ShortSums<E, 16>::run(args);
  if (args.n > 4) return ShortSums<E, 8>::run(args);
  if (args.n > 2) return ShortSums<E, 4>::run(args);
  return ShortSums<E, 2>::run(args);
}

}  // namespace corepy::COREPY_ISA::scan

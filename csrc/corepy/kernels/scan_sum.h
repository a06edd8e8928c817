// Cumulative sums of floating numbers, as rows and as columns: the one order of their terms. Part
// of the numerics contract: any change here changes results. Integers are in scan_integer.h,
// products in scan_product.h.
//
// The elements are cut into blocks of 256, and these into groups of 16. An element's sum is
//
//   high + (low + (inside + local))
//
// local   the sum of its group up to it: halves of 1, 2, 4, 8 elements are joined, each element of
//         the upper half becoming (last element of the lower half) + element;
// inside  the groups before it in its block: whole groups' sums added in order;
// high,   the blocks before it, as an unevaluated sum: after each block v = low + (block's sum),
// and low     high, low become the rounded sum of high and v and its exact error (Knuth's TwoSum).
//
// An element depends on those up to it only, so the sums of a prefix are the prefix of the sums. No
// term passes more than 22 roundings, however long the scan: 19 in a block, one into v, one in low
// +
// ..., one in high + ... (Higham, section 4.3, for compensation). Sums of numbers that are not
// negative never decrease: each join adds to the value that the element before it has.
//
// Nothing is added by adding -0: it keeps the sign of a zero, which +0 would not.
#pragma once

#include <limits>

#include "corepy/kernels/reduction_terms.h"
#include "corepy/kernels/scan_table.h"
#include "corepy/vec/prefetch.h"
#include "corepy/vec/prefix.h"

namespace corepy::COREPY_ISA::scan {

inline constexpr std::int64_t group_length = 16;

// Rows of so many elements, one behind the other, are asked for ahead: at the end of each the
// hardware's prefetchers begin anew (rows of 1000 float64 from memory: 0.8 of the time on Zen 5;
// one long row 1.1). Behind shorter ones, which may be a view's, too much would be asked for in
// vain.
inline constexpr std::int64_t least_ahead_length = 256, most_ahead_length = 8192;
inline constexpr std::int64_t ahead_bytes = 1024;

template <class R>
struct Carry {
  Vec<R> high, low;

  static COREPY_INLINE Carry none() { return {Vec<R>(R(-0.0)), Vec<R>(R(-0.0))}; }
  COREPY_INLINE Vec<R> add_to(Vec<R> x) const { return high + (low + x); }
  COREPY_INLINE void advance(Vec<R> total) {
    const Vec<R> v = low + total, sum = high + v, from_v = sum - high;
    const Vec<R> error = (high - (sum - from_v)) + (v - from_v);
    constexpr R infinity = std::numeric_limits<R>::infinity();
    const Vec<R> size = ::xsimd::abs(error);
    // NaN where the sum is infinite; an error of 0 must not turn a sum of -0 into +0.
    const Mask<R> is_error = (size > Vec<R>(R(0))) & (size < Vec<R>(infinity));
    low = vec::select<R>(is_error, error, Vec<R>(R(-0.0)));
    high = sum;
  }
};

// `reals` in vectors, all of which are whole or of which the last ones are not, or do not exist.
template <bool Whole, class R, std::size_t Vectors>
COREPY_INLINE void load_vectors(const R* x, std::int64_t reals, Vec<R> (&a)[Vectors]) {
  COREPY_UNROLL
  for (std::int64_t i = 0; i < static_cast<std::int64_t>(Vectors); ++i) {
    const std::int64_t left = reals - i * lanes<R>;
    a[i] = Whole || left >= lanes<R> ? vec::load(x + i * lanes<R>)
           : left > 0                ? vec::load_partial(x + i * lanes<R>, left)
                                     : Vec<R>(R(0));
  }
}
template <bool Whole, class R, std::size_t Vectors>
COREPY_INLINE void store_vectors(R* out, std::int64_t reals, const Vec<R> (&a)[Vectors]) {
  COREPY_UNROLL
  for (std::int64_t i = 0; i < static_cast<std::int64_t>(Vectors); ++i) {
    const std::int64_t left = reals - i * lanes<R>;
    if (Whole || left >= lanes<R>) {
      vec::store(out + i * lanes<R>, a[i]);
    } else if (left > 0) {
      vec::store_partial(out + i * lanes<R>, a[i], left);
    }
  }
}

// The sums of the elements up to each one of `Count` elements, in halves.
template <std::int64_t Parts, int Count, class R, std::size_t Vectors>
COREPY_INLINE void join_halves(Vec<R> (&a)[Vectors]) {
  constexpr auto count = static_cast<std::int64_t>(Vectors);
  const auto add = [](Vec<R> x, Vec<R> y) COREPY_LAMBDA_INLINE { return x + y; };
  COREPY_UNROLL
  for (std::int64_t i = 0; i < count; ++i) a[i] = vec::find_prefixes<Parts, Count>(a[i], add);
  COREPY_UNROLL
  for (std::int64_t half = 1; half < count; half *= 2) {
    COREPY_UNROLL
    for (std::int64_t i = 0; i < count; ++i) {
      if ((i & half) == 0) continue;
      a[i] = vec::repeat_last<Parts>(a[(i & ~(2 * half - 1)) | (half - 1)]) + a[i];
    }
  }
}

template <class E>
struct SumKernel {
  using R = PartOf<E>;
  static constexpr std::int64_t parts = sizeof(E) / sizeof(R);
  static constexpr std::int64_t group_reals = group_length * parts;
  static constexpr std::int64_t vectors = group_reals / lanes<R>;

  struct State {
    E high, low;
  };
  static_assert(sizeof(State) <= scan_state_bytes);

  static COREPY_INLINE Vec<R> repeat_element(const E& e) {
    alignas(64) R buffer[lanes<R>];
    for (std::int64_t i = 0; i < lanes<R>; i += parts) std::memcpy(buffer + i, &e, sizeof e);
    return Vec<R>::load_aligned(buffer);
  }
  static COREPY_INLINE E first_element(Vec<R> v) {
    alignas(64) R buffer[lanes<R>];
    v.store_aligned(buffer);
    E e;
    std::memcpy(&e, buffer, sizeof e);
    return e;
  }
  static COREPY_INLINE Carry<R> load_carry(const void* memory, std::int64_t first) {
    if (first == 0) return Carry<R>::none();
    State state;
    std::memcpy(&state, memory, sizeof state);
    return {repeat_element(state.high), repeat_element(state.low)};
  }
  static COREPY_INLINE void store_carry(void* memory, const Carry<R>& carry) {
    const State state{first_element(carry.high), first_element(carry.low)};
    std::memcpy(memory, &state, sizeof state);
  }

  // The local sums of one group.
  static COREPY_INLINE void find_local_sums(Vec<R> (&a)[vectors]) {
    join_halves<parts, group_length, R>(a);
  }
  static COREPY_INLINE void load_group(const R* x, Vec<R> (&a)[vectors]) {
    load_vectors<true, R>(x, group_reals, a);
    find_local_sums(a);
  }

  template <bool Streams>
  static COREPY_INLINE void store_sums(R* out, Vec<R> sums) {
    if constexpr (Streams) {
      vec::stream(out, sums);
    } else {
      vec::store(out, sums);
    }
  }

  // A whole group; `inside` takes its sum.
  template <bool Streams, bool Ahead>
  static COREPY_INLINE void run_group(const R* x, R* out, const Carry<R>& carry, Vec<R>& inside) {
    if constexpr (Ahead) {
      constexpr auto group_bytes = group_reals * static_cast<std::int64_t>(sizeof(R));
      vec::prefetch_lines(reinterpret_cast<const char*>(x) + ahead_bytes, group_bytes);
    }
    Vec<R> a[vectors];
    load_group(x, a);
    COREPY_UNROLL
    for (std::int64_t i = 0; i < vectors; ++i)
      store_sums<Streams>(out + i * lanes<R>, carry.add_to(inside + a[i]));
    inside = inside + vec::repeat_last<parts>(a[vectors - 1]);  // the only chain between groups
  }

  // The last group, of `reals` < group_reals.
  static void finish_group(const R* x, R* out, std::int64_t reals, const Carry<R>& carry,
                           Vec<R> inside) noexcept {
    Vec<R> a[vectors];
    load_vectors<false, R>(x, reals, a);
    find_local_sums(a);
    COREPY_UNROLL
    for (std::int64_t i = 0; i < vectors; ++i) a[i] = carry.add_to(inside + a[i]);
    store_vectors<false, R>(out, reals, a);
  }

  template <bool Streams, bool Ahead>
  static void scan_row(const ScanRowArgs& args) noexcept {
    const R* x = static_cast<const R*>(args.in);
    R* out = static_cast<R*>(args.out);
    Carry<R> carry = load_carry(args.state, args.first);
    constexpr std::int64_t block_reals = scan_block_length * parts;
    const R* end = x + args.n * parts;
    for (; end - x >= block_reals; x += block_reals, out += block_reals) {
      Vec<R> inside(R(-0.0));
      for (std::int64_t i = 0; i < block_reals; i += group_reals)
        run_group<Streams, Ahead>(x + i, out + i, carry, inside);
      carry.advance(inside);
    }
    Vec<R> inside(R(-0.0));
    for (; end - x >= group_reals; x += group_reals, out += group_reals)
      run_group<Streams, Ahead>(x, out, carry, inside);
    if (x < end) finish_group(x, out, end - x, carry, inside);
    store_carry(args.state, carry);
    if constexpr (Streams) vec::stream_fence();
  }

  static void run_row(const ScanRowArgs& args) noexcept {
    constexpr std::uintptr_t vector_bytes = sizeof(Vec<R>);
    const bool streams =
        args.streams && reinterpret_cast<std::uintptr_t>(args.out) % vector_bytes == 0;
    const bool ahead = args.n >= least_ahead_length && args.n < most_ahead_length;
    if (streams) return ahead ? scan_row<true, true>(args) : scan_row<true, false>(args);
    return ahead ? scan_row<false, true>(args) : scan_row<false, false>(args);
  }

  static void find_totals(const void* in, std::int64_t n, void* totals) noexcept {
    const R* x = static_cast<const R*>(in);
    E* out = static_cast<E*>(totals);
    for (std::int64_t block = 0; block < n / scan_block_length; ++block) {
      Vec<R> inside(R(-0.0));
      for (std::int64_t i = 0; i < scan_block_length; i += group_length, x += group_reals) {
        Vec<R> a[vectors];
        load_group(x, a);
        inside = inside + vec::repeat_last<parts>(a[vectors - 1]);
      }
      out[block] = first_element(inside);
    }
  }
  static void pass_totals(void* state, std::int64_t first, const void* totals,
                          std::int64_t count) noexcept {
    Carry<R> carry = load_carry(state, first);
    for (std::int64_t i = 0; i < count; ++i)
      carry.advance(repeat_element(static_cast<const E*>(totals)[i]));
    store_carry(state, carry);
  }
};

}  // namespace corepy::COREPY_ISA::scan

// The one order of floating-point reductions, as rows and as strips of columns. Terms say what is
// added or multiplied (reduction_terms.h); integers and extrema need no order and are elsewhere.
// Part of the numerics contract: any change here changes results.
//
// The n elements of one reduction are cut into blocks of 256. Within a block, element i belongs to
// lane i mod 16; each lane combines its elements in order, starting from the first one (no initial
// zero). Lanes are combined in halves: lane l with lane l + 8, then l + 4, l + 2, l + 1; a lane
// without elements is skipped. Blocks are combined in pairs as a binary counter carries: 0 with 1,
// 2 with 3, then (0, 1) with (2, 3), and so on; what is left is combined from the last one back.
//
// The error of a sum is at most (16 + 4 + ceil(log2(n / 256))) roundings deep.
#pragma once

#include "corepy/kernels/reduction_layout.h"
#include "corepy/kernels/reduction_terms.h"
#include "corepy/vec/fold.h"

namespace corepy::COREPY_ISA::reduction {

inline constexpr std::int64_t lane_count = 16;
inline constexpr std::int64_t chain_length = block_length / lane_count;
// Only a guess of where prefetching begins to pay.
inline constexpr std::int64_t second_level_cache_bytes = 1 << 20;

// Combines block results in pairs. Level k of a push means 2^k blocks, and their count so far must
// be a multiple of it.
template <class Term, class E>
class PairwiseCounter {
 public:
  COREPY_INLINE void push(E value, int level) noexcept {
    for (std::int64_t carry = blocks_ >> level; carry & 1; carry >>= 1) {
      value = Term::combine_elements(pending_[--depth_], value);
    }
    blocks_ += std::int64_t{1} << level;
    pending_[depth_++] = value;
  }
  COREPY_INLINE E finish() noexcept {
    E value = pending_[--depth_];
    while (depth_ > 0) value = Term::combine_elements(pending_[--depth_], value);
    return value;
  }

 private:
  E pending_[64];
  std::int64_t blocks_ = 0;
  int depth_ = 0;
};

// Blocks of contiguous elements E, seen as reals R.
template <class Term, class E>
struct BlockOrder {
  using R = typename real_part<E>::type;
  static constexpr std::int64_t parts = sizeof(E) / sizeof(R);
  static constexpr std::int64_t step = lane_count * parts;  // reals in one step of all chains
  static constexpr std::int64_t vectors = step / lanes<R>;  // per step
  static constexpr std::int64_t block_reals = block_length * parts;
  // A lane is one chain of dependent operations: only other blocks, or other vectors, fill its
  // latency.
  static constexpr int in_flight_level = parts == 2 || vectors >= 8 ? 0
                                         : vectors == 4             ? 1
                                         : vectors == 2             ? 2
                                                                    : 3;
  static constexpr int in_flight = 1 << in_flight_level;

  struct CombineVectors {
    COREPY_INLINE Vec<R> operator()(Vec<R> a, Vec<R> b) const { return Term::combine(a, b); }
  };

  COREPY_INLINE static E first_element(Vec<R> v) {
    alignas(64) R buffer[lanes<R>];
    v.store_aligned(buffer);
    E e;
    std::memcpy(&e, buffer, sizeof(E));
    return e;
  }

  COREPY_INLINE static Vec<R> fold_vectors(Vec<R> (&a)[vectors]) {
    COREPY_UNROLL
    for (std::int64_t half = vectors / 2; half > 0; half /= 2) {
      COREPY_UNROLL
      for (std::int64_t i = 0; i < half; ++i) a[i] = Term::combine(a[i], a[i + half]);
    }
    return a[0];
  }

  // Asks for the same step of the next group of blocks: the hardware follows too few of the blocks'
  // streams (4/5 of the time at 1e7 float32). It may lie past the end, which is harmless.
  COREPY_INLINE static void prefetch_step(const R* x) {
    constexpr std::int64_t line = 64 / static_cast<std::int64_t>(sizeof(R));
    COREPY_UNROLL
    for (std::int64_t i = 0; i < step; i += line) __builtin_prefetch(x + i);
  }

  // in_flight whole blocks, combined with each other.
  template <bool Prefetch>
  COREPY_INLINE static E reduce_blocks(const R* x, Vec<R> center) {
    Vec<R> a[in_flight][vectors];
    COREPY_UNROLL
    for (int b = 0; b < in_flight; ++b) {
      COREPY_UNROLL
      for (std::int64_t i = 0; i < vectors; ++i) {
        a[b][i] = Term::map(vec::load(x + b * block_reals + i * lanes<R>), center);
      }
    }
    for (std::int64_t c = 1; c < chain_length; ++c) {
      x += step;
      COREPY_UNROLL
      for (int b = 0; b < in_flight; ++b) {
        if constexpr (Prefetch) prefetch_step(x + (in_flight + b) * block_reals);
        COREPY_UNROLL
        for (std::int64_t i = 0; i < vectors; ++i) {
          a[b][i] = Term::combine(a[b][i],
                                  Term::map(vec::load(x + b * block_reals + i * lanes<R>), center));
        }
      }
    }
    Vec<R> folded[in_flight];
    COREPY_UNROLL
    for (int b = 0; b < in_flight; ++b) folded[b] = fold_vectors(a[b]);
    // Neighbouring blocks are merged first, so that block numbers lie bit-reversed in the lanes and
    // the last halving steps combine blocks 0 with 1, 2 with 3, then pairs of pairs.
    COREPY_UNROLL
    for (int count = in_flight / 2; count > 0; count /= 2) {
      COREPY_UNROLL
      for (int b = 0; b < count; ++b) {
        folded[b] = vec::merge_halves(folded[2 * b], folded[2 * b + 1], CombineVectors{});
      }
    }
    return first_element(vec::fold_lanes<parts, lanes<R>>(folded[0], CombineVectors{}));
  }

  // A block of r < 16 elements: some lanes are absent.
  static E reduce_few(const R* x, std::int64_t r, R center) noexcept {
    E lane[lane_count];
    for (std::int64_t l = 0; l < r; ++l) {
      E element;
      std::memcpy(&element, x + l * parts, sizeof(E));
      lane[l] = Term::map_element(element, center);
    }
    for (std::int64_t half = lane_count / 2; half > 0; half /= 2) {
      for (std::int64_t l = 0; l + half < r; ++l) {
        lane[l] = Term::combine_elements(lane[l], lane[l + half]);
      }
      r = smaller(r, half);
    }
    return lane[0];
  }

  // A block of 16 <= r <= 256 elements.
  static E reduce_part(const R* x, std::int64_t r, R center) noexcept {
    if (r < lane_count) return reduce_few(x, r, center);
    const Vec<R> c(center);
    Vec<R> a[vectors];
    COREPY_UNROLL
    for (std::int64_t i = 0; i < vectors; ++i) a[i] = Term::map(vec::load(x + i * lanes<R>), c);
    const R* end = x + r * parts;
    for (x += step; x + step <= end; x += step) {
      COREPY_UNROLL
      for (std::int64_t i = 0; i < vectors; ++i) {
        a[i] = Term::combine(a[i], Term::map(vec::load(x + i * lanes<R>), c));
      }
    }
    if (x < end) {
      COREPY_UNROLL
      for (std::int64_t i = 0; i < vectors; ++i) {
        const std::int64_t left = end - x - i * lanes<R>;
        if (left >= lanes<R>) {
          a[i] = Term::combine(a[i], Term::map(vec::load(x + i * lanes<R>), c));
        } else if (left > 0) {
          const Vec<R> more = Term::map(vec::load_partial(x + i * lanes<R>, left), c);
          a[i] = vec::select<R>(vec::first_lanes<R>(left), Term::combine(a[i], more), a[i]);
        }
      }
    }
    return first_element(vec::fold_lanes<parts, lanes<R>>(fold_vectors(a), CombineVectors{}));
  }
};

// Pushes the blocks of one piece.
template <bool Prefetch, class Term, class E, class R>
void push_piece(const R* x, std::int64_t count, R center,
                PairwiseCounter<Term, E>& blocks) noexcept {
  using Order = BlockOrder<Term, E>;
  constexpr std::int64_t group = Order::in_flight * block_length;
  static_assert(piece_length<E> % group == 0);
  const Vec<R> c(center);
  std::int64_t i = 0;
  for (; i + group <= count; i += group) {
    blocks.push(Order::template reduce_blocks<Prefetch>(x + i * Order::parts, c),
                Order::in_flight_level);
  }
  for (; i < count; i += block_length) {
    blocks.push(Order::reduce_part(x + i * Order::parts, smaller(block_length, count - i), center),
                0);
  }
}

// `n` elements of the source; `total` is the length of the whole reduction that they are part of.
template <class Term, class E>
E reduce_in_order(const PieceSource<E>& source, std::int64_t n, typename real_part<E>::type center,
                  std::int64_t total) noexcept {
  using Order = BlockOrder<Term, E>;
  using R = typename Order::R;
  if (n <= block_length) {
    return Order::reduce_part(reinterpret_cast<const R*>(source.piece(0, n)), n, center);
  }
  const bool prefetch = total > second_level_cache_bytes / static_cast<std::int64_t>(sizeof(E));
  PairwiseCounter<Term, E> blocks;
  for (std::int64_t start = 0; start < n; start += piece_length<E>) {
    const std::int64_t count = smaller(piece_length<E>, n - start);
    const R* x = reinterpret_cast<const R*>(source.piece(start, count));
    if (prefetch) {
      push_piece<true>(x, count, center, blocks);
    } else {
      push_piece<false>(x, count, center, blocks);
    }
  }
  return blocks.finish();
}

// Results of successive parts of reduction_part_length elements: each is a whole subtree of the
// order, the last one the rest of it.
template <class Term, class E>
E fold_in_order(const E* parts, std::int64_t count) noexcept {
  PairwiseCounter<Term, E> blocks;
  for (std::int64_t i = 0; i < count; ++i) blocks.push(parts[i], 0);
  return blocks.finish();
}

}  // namespace corepy::COREPY_ISA::reduction

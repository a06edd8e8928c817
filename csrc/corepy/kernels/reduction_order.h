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
// A long reduction is read at several places at once, this far from each other: each is a stream
// to the hardware's prefetchers. benchmarks/cpp/reduction_benchmark.cpp, sum at 1e7: half the time.
inline constexpr std::int64_t place_bytes = 32768;

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

// A term for counters whose values are vectors: each lane counts the blocks of its own place.
template <class Term>
struct LanewiseTerm {
  template <class V>
  COREPY_INLINE static V combine_elements(V a, V b) {
    return Term::combine(a, b);
  }
};

// Blocks of contiguous elements E, seen as reals R.
template <class Term, class E>
struct BlockOrder {
  using R = PartOf<E>;
  static constexpr std::int64_t parts = sizeof(E) / sizeof(R);
  static constexpr std::int64_t step = lane_count * parts;  // reals in one step of all chains
  static constexpr std::int64_t vectors = step / lanes<R>;  // per step
  // A lane is one chain of dependent operations: only other blocks, or other vectors, fill its
  // latency. So many blocks are reduced side by side, each on lanes of its own.
  static constexpr int side_level = parts == 2 || vectors >= 8 ? 0
                                    : vectors == 4             ? 1
                                    : vectors == 2             ? 2
                                                               : 3;
  static constexpr int side_by_side = 1 << side_level;
  using SideCounter = PairwiseCounter<LanewiseTerm<Term>, Vec<R>>;

  struct CombineVectors {
    COREPY_INLINE Vec<R> operator()(Vec<R> a, Vec<R> b) const { return Term::combine(a, b); }
  };

  COREPY_INLINE static Vec<R> fold_vectors(Vec<R> (&a)[vectors]) {
    COREPY_UNROLL
    for (std::int64_t half = vectors / 2; half > 0; half /= 2) {
      COREPY_UNROLL
      for (std::int64_t i = 0; i < half; ++i) a[i] = Term::combine(a[i], a[i + half]);
    }
    return a[0];
  }

  // Adds the step at x to the chains of each block; of the last step, only `left` reals exist.
  template <int Count, bool First, bool Last>
  COREPY_INLINE static void step_chains(const R* x, std::int64_t apart_bytes, std::int64_t left,
                                        const Vec<R>* center, Vec<R> (&a)[Count][vectors]) {
    COREPY_UNROLL
    for (int b = 0; b < Count; ++b) {
      const R* from = reinterpret_cast<const R*>(at(x, b * apart_bytes));
      COREPY_UNROLL
      for (std::int64_t i = 0; i < vectors; ++i) {
        const std::int64_t here = Last ? left - i * lanes<R> : lanes<R>;
        if (here <= 0) break;
        if (here >= lanes<R>) {
          const Vec<R> more = Term::map(vec::load(from + i * lanes<R>), center[b]);
          a[b][i] = First ? more : Term::combine(a[b][i], more);
        } else {
          const Vec<R> more = Term::map(vec::load_partial(from + i * lanes<R>, here), center[b]);
          a[b][i] =
              vec::select<R>(vec::first_lanes<R>(here), Term::combine(a[b][i], more), a[b][i]);
        }
      }
    }
  }

  // `Count` blocks of 16 <= r <= 256 elements, `apart_bytes` from each other: block b is left in
  // lane (or pair of lanes) place_of(b).
  template <int Count>
  COREPY_INLINE static Vec<R> reduce_blocks(const R* x, std::int64_t apart_bytes, std::int64_t r,
                                            const Vec<R>* center) {
    Vec<R> a[Count][vectors];
    step_chains<Count, true, false>(x, apart_bytes, 0, center, a);
    const R* end = x + r * parts;
    for (x += step; x + step <= end; x += step)
      step_chains<Count, false, false>(x, apart_bytes, 0, center, a);
    if (x < end) step_chains<Count, false, true>(x, apart_bytes, end - x, center, a);
    Vec<R> folded[Count];
    COREPY_UNROLL
    for (int b = 0; b < Count; ++b) folded[b] = fold_vectors(a[b]);
    // Neighbouring blocks are merged first, so that block numbers lie bit-reversed in the lanes and
    // further halving steps would combine blocks 0 with 1, 2 with 3, then pairs of pairs.
    COREPY_UNROLL
    for (int count = Count / 2; count > 0; count /= 2) {
      COREPY_UNROLL
      for (int b = 0; b < count; ++b) {
        folded[b] = vec::merge_halves(folded[2 * b], folded[2 * b + 1], CombineVectors{});
      }
    }
    return vec::fold_lanes<Count * parts, lanes<R>>(folded[0], CombineVectors{});
  }

  static constexpr int place_of(int b) {
    int place = 0;
    for (int bit = 1; bit < side_by_side; bit *= 2) place = 2 * place + ((b / bit) & 1);
    return place;
  }

  COREPY_INLINE static E first_element(Vec<R> v) {
    alignas(64) R buffer[lanes<R>];
    v.store_aligned(buffer);
    E e;
    std::memcpy(&e, buffer, sizeof(E));
    return e;
  }

  // Side by side, all of them combined.
  COREPY_INLINE static E join_places(Vec<R> v) {
    return first_element(vec::fold_lanes<parts, side_by_side * parts>(v, CombineVectors{}));
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

  // A block of r <= 256 elements.
  static E reduce_part(const R* x, std::int64_t r, R center) noexcept {
    if (r < lane_count) return reduce_few(x, r, center);
    const Vec<R> c(center);
    return first_element(reduce_blocks<1>(x, 0, r, &c));
  }
};

// Pushes the blocks of one piece.
template <class Term, class E, class R>
void push_piece(const R* x, std::int64_t count, R center,
                PairwiseCounter<Term, E>& blocks) noexcept {
  using Order = BlockOrder<Term, E>;
  constexpr int side = Order::side_by_side, level = Order::side_level;
  constexpr std::int64_t block_bytes = block_length * static_cast<std::int64_t>(sizeof(E));
  constexpr int turns = side == 1 ? 2 : 1;  // groups of places, read in turns
  constexpr std::int64_t place_blocks = place_bytes / block_bytes;
  constexpr int place_level = __builtin_ctz(static_cast<unsigned>(place_blocks));
  constexpr std::int64_t group = turns * side * place_blocks * block_length;
  Vec<R> c[side];
  for (int b = 0; b < side; ++b) c[b] = Vec<R>(center);
  std::int64_t i = 0;
  const auto block = [&](std::int64_t offset) COREPY_LAMBDA_INLINE {
    return x + (i + offset * block_length) * Order::parts;
  };
  for (; i + group <= count; i += group) {
    typename Order::SideCounter places[turns];
    for (std::int64_t k = 0; k < place_blocks; ++k) {
      for (int turn = 0; turn < turns; ++turn) {
        places[turn].push(Order::template reduce_blocks<side>(block(turn * side * place_blocks + k),
                                                              place_bytes, block_length, c),
                          0);
      }
    }
    for (auto& place : places) blocks.push(Order::join_places(place.finish()), level + place_level);
  }
  for (; i + side * block_length <= count; i += side * block_length) {
    blocks.push(Order::join_places(
                    Order::template reduce_blocks<side>(block(0), block_bytes, block_length, c)),
                level);
  }
  for (; i < count; i += block_length)
    blocks.push(Order::reduce_part(block(0), smaller(block_length, count - i), center), 0);
}

// `n` elements of the source.
template <class Term, class E>
E reduce_in_order(const PieceSource<E>& source, std::int64_t n, PartOf<E> center) noexcept {
  using Order = BlockOrder<Term, E>;
  using R = typename Order::R;
  if (n <= block_length) {
    return Order::reduce_part(reinterpret_cast<const R*>(source.piece(0, n)), n, center);
  }
  PairwiseCounter<Term, E> blocks;
  const std::int64_t stretch = source.stretch_length();
  for (std::int64_t start = 0; start < n; start += stretch) {
    const std::int64_t count = smaller(stretch, n - start);
    push_piece(reinterpret_cast<const R*>(source.piece(start, count)), count, center, blocks);
  }
  return blocks.finish();
}

// BlockOrder::side_by_side rows of n elements each, `apart_bytes` from each other; `centers` has
// one for each.
template <class Term, class E>
void reduce_rows_in_order(const void* rows, std::int64_t apart_bytes, std::int64_t n,
                          const E* centers, E* results) noexcept {
  using Order = BlockOrder<Term, E>;
  constexpr int side = Order::side_by_side;
  Vec<E> c[side];
  for (int b = 0; b < side; ++b) c[b] = Vec<E>(centers[b]);
  typename Order::SideCounter blocks;
  alignas(64) E place[lanes<E>] = {};
  std::int64_t i = 0;
  const auto row = [&](int b) { return reinterpret_cast<const E*>(at(rows, b * apart_bytes)) + i; };
  for (; i + block_length <= n; i += block_length)
    blocks.push(Order::template reduce_blocks<side>(row(0), apart_bytes, block_length, c), 0);
  if (n - i >= lane_count) {
    blocks.push(Order::template reduce_blocks<side>(row(0), apart_bytes, n - i, c), 0);
  } else if (i < n) {
    for (int b = 0; b < side; ++b)
      place[Order::place_of(b)] = Order::reduce_few(row(b), n - i, centers[b]);
    blocks.push(Vec<E>::load_aligned(place), 0);
  }
  blocks.finish().store_aligned(place);
  for (int b = 0; b < side; ++b) results[b] = place[Order::place_of(b)];
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

// The order in which a matmul element is summed, as constants and small routines that every path
// shares. The loops over matrices are in matmul_packed.h, matmul_small.h and matmul_vector*.h.
//
// The contract (numerics revision 3). c = sum over k of a[k] * b[k], 0 <= k < K, is a function of
// the K values of a and of b and of the dtype only. For float32 and float64:
//
//   1. k is cut into blocks of 1024; the last may be shorter.
//   2. Inside a block, k belongs to lane k mod v, where v = 1 for K <= 128, else 8 (float32) or
//      4 (float64).
//   3. A lane's sum is a chain s = fma(a[k], b[k], s) over its k, ascending, from s = +0. A lane
//      without any k is +0.
//   4. The v lane sums are added by halving: s[l] += s[l + v/2] for l < v/2, then v/4, ..., 1.
//   5. Block sums are added pairwise, as a binary counter does: ((0+1)+(2+3))+((4+5)+...). What is
//      left at the end is added from the youngest to the oldest.
//
// So K = 0 gives +0, and so does a single product (-0) * 1. Complex elements have blocks of 512 and
// a chain for each part, in the lanes of their real dtype; one k is two steps of it,
//
//   re = fma(a.re, b.re, re); re = fma(-a.im, b.im, re);
//   im = fma(a.re, b.im, im); im = fma(a.im, b.re, im);
//
// so that a complex product is the real one of A, its parts side by side along k, by a matrix that
// holds for each k of B the rows (re, im) and (-im, re). Integers wrap modulo 2^bits: every order
// gives the same result.
//
// Error, real dtypes: with u the unit roundoff and d = c + ceil(log2(ceil(K / 1024))), where c = K
// for K <= 128, else 131 (float32) or 258 (float64),
//
//   |computed - exact| <= d u / (1 - d u) * sum |a[k]| |b[k]|
//
// barring underflow: each step of the chain and each addition of the trees rounds once (Higham,
// Accuracy and Stability of Numerical Algorithms, 2nd ed., section 3.1). Adding the block sums in
// order would put K / 1024 in the place of the logarithm. Complex: c = 2 K for K <= 128, and 512
// for 1024; the bound holds for each part with |a[k]| |b[k]| as moduli.
#pragma once

#include <cstdint>

#include "corepy/core/dtype.h"
#include "corepy/kernels/matmul_table.h"
#include "corepy/vec/fold.h"
#include "corepy/vec/vec.h"

namespace corepy::COREPY_ISA::matmul {

inline constexpr std::int64_t single_chain_limit = 128;
inline constexpr int max_lanes = 8;

// Step 2 of the contract; the only place that knows the K threshold. T is the real type that is
// summed.
template <class T>
constexpr int lane_count(std::int64_t k) {
  if constexpr (std::is_integral_v<T>) {
    return 1;
  } else {
    return k <= single_chain_limit ? 1 : static_cast<int>(32 / sizeof(T));
  }
}

// One call's question whether to stop, asked after every so many multiplications: a tenth of a
// millisecond's or more. What was once true stays so: every group of rows or columns that follows
// ends with its first block.
class StopCheck {
 public:
  explicit COREPY_INLINE StopCheck(const ProductArgs& args)
      : ask_(args.is_stopped), context_(args.stop_context) {}
  StopCheck(const StopCheck&) = delete;
  StopCheck& operator=(const StopCheck&) = delete;

  COREPY_INLINE bool after(std::int64_t multiplications) {
    constexpr std::int64_t between = std::int64_t{1} << 24;
    if (ask_ == nullptr) return false;
    done_ += multiplications;
    if (done_ >= between) {
      done_ = 0;
      is_stopped_ = ask_(context_);
    }
    return is_stopped_;
  }

 private:
  bool (*ask_)(void*) noexcept;
  void* context_;
  std::int64_t done_ = 0;
  bool is_stopped_ = false;
};

constexpr std::int64_t smaller(std::int64_t a, std::int64_t b) { return a < b ? a : b; }
constexpr std::int64_t larger(std::int64_t a, std::int64_t b) { return a < b ? b : a; }
constexpr std::int64_t ceil_div(std::int64_t a, std::int64_t b) { return (a + b - 1) / b; }
constexpr std::int64_t round_up(std::int64_t a, std::int64_t b) { return ceil_div(a, b) * b; }

// Lanes are visited in bit-reversed order (0, 4, 2, 6, 1, 5, 3, 7): then the halving tree of step 4
// is a binary counter, and needs no more than log2(v) sums at a time.
inline constexpr std::uint8_t visited_lane[max_lanes] = {0, 4, 2, 6, 1, 5, 3, 7};
constexpr int lane_at(int visit, int lanes_log2) { return visited_lane[visit] >> (3 - lanes_log2); }

// How many of a block's k belong to one lane.
constexpr std::int64_t lane_length(std::int64_t block_k, int lane, int lanes_log2) {
  return block_k > lane ? ((block_k - lane - 1) >> lanes_log2) + 1 : 0;
}

// Step 5 for block `index` of `count`: before it `older` sums are pending, it absorbs the youngest
// `merges` of them. Its sum then is pending number older - merges. Integers add into the one
// pending sum at once.
struct BlockMerge {
  int older;
  int merges;
};
template <class T>
constexpr BlockMerge merge_of_block(std::int64_t index, std::int64_t count) {
  if constexpr (std::is_integral_v<T>) {
    const int older = index > 0 ? 1 : 0;
    return {older, older};
  } else {
    const auto i = static_cast<unsigned long long>(index);
    const int older = __builtin_popcountll(i);
    return {older, index + 1 == count ? older : __builtin_ctzll(~i)};
  }
}

// What an element type is computed with: `Scalar` fills the panels and registers; complex elements
// have two parts.
template <class E>
struct ElementTraits {
  using Scalar = E;
  static constexpr int parts = 1;
};
template <class T>
struct ElementTraits<Complex<T>> {
  using Scalar = T;
  static constexpr int parts = 2;
};
template <>
struct ElementTraits<std::uint8_t> {  // no ISA multiplies bytes; 16 bits hold the product modulo
                                      // 2^8 as well
  using Scalar = std::uint16_t;
  static constexpr int parts = 1;
};
template <class E>
using ScalarOf = typename ElementTraits<E>::Scalar;
template <class E>
inline constexpr int parts_of = ElementTraits<E>::parts;
// What C is stored as: elements, or the parts of complex ones.
template <class E>
using StoredOf = std::conditional_t<parts_of<E> == 2, ScalarOf<E>, E>;

// Step 1: 1024 steps of a real chain.
template <class E>
inline constexpr std::int64_t block_length = 1024 / parts_of<E>;

// An empty sum is one empty block.
template <class E>
constexpr std::int64_t block_count(std::int64_t k) {
  return larger(1, ceil_div(k, block_length<E>));
}

// The most sums that are ever pending after a block.
template <class E>
constexpr int pending_sums(std::int64_t k) {
  const std::int64_t count = block_count<E>(k);
  if (std::is_integral_v<E> || count <= 1) return 1;
  // The largest popcount of 1 .. count - 1: all ones below the top bit, or count - 1 itself.
  const auto last = static_cast<unsigned long long>(count - 1);
  const int below = 63 - __builtin_clzll(last);
  const int own = __builtin_popcountll(last);
  return own > below ? own : below;
}

// An element of foreign memory: any address, so a copy and not a dereferenced pointer.
template <class E>
COREPY_INLINE E load_element(const char* p) {
  E e;
  std::memcpy(&e, p, sizeof e);
  return e;
}

// One rounding; a builtin, since std::fma could be emitted out of line with this ISA's
// instructions.
COREPY_INLINE float fused(float a, float b, float c) { return __builtin_fmaf(a, b, c); }
COREPY_INLINE double fused(double a, double b, double c) { return __builtin_fma(a, b, c); }

}  // namespace corepy::COREPY_ISA::matmul

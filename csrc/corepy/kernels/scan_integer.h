// Cumulative sums and products of integers and bools in 64 bits. They wrap, so that any order gives
// the same bits: vectors along rows, plain loops along columns. Floating ones are in scan_sum.h and
// scan_product.h.
#pragma once

#include "corepy/kernels/reduction_integer.h"
#include "corepy/kernels/scan_table.h"
#include "corepy/vec/arithmetic.h"
#include "corepy/vec/prefix.h"

namespace corepy::COREPY_ISA::scan {

struct WrappingSum {
  static constexpr std::uint64_t empty = 0;
  template <class T>
  COREPY_INLINE static T combine(T a, T b) {
    return a + b;
  }
};
struct WrappingProduct {
  static constexpr std::uint64_t empty = 1;
  template <class T>
  COREPY_INLINE static T combine(T a, T b) {
    return a * b;
  }
};

template <class Term, class In>
struct IntegerKernel {
  using Word = std::uint64_t;  // the bits of the int64 or uint64 result
  static constexpr std::int64_t word_lanes = lanes<Word>;
  // Only AVX-512 multiplies words of 64 bits.
  static constexpr bool has_vector_combine =
      std::is_same_v<Term, WrappingSum> || word_lanes * sizeof(Word) == 64;

  struct Combine {
    COREPY_INLINE Vec<Word> operator()(Vec<Word> a, Vec<Word> b) const {
      return vec::from_native<Word>(
          Term::combine(vec::to_native<Word>(a), vec::to_native<Word>(b)));
    }
  };

  static void run_row(const ScanRowArgs& args) noexcept {
    if (args.streams && reinterpret_cast<std::uintptr_t>(args.out) % sizeof(Vec<Word>) == 0) {
      scan_row<true>(args);
    } else {
      scan_row<false>(args);
    }
  }

  static std::int64_t column_state_bytes(std::int64_t width) noexcept {
    return width * static_cast<std::int64_t>(sizeof(Word));
  }

  static void run_columns(const ScanColumnsArgs& args) noexcept {
    Word* state = static_cast<Word*>(args.state);
    if (args.first == 0) {
      for (std::int64_t j = 0; j < args.width; ++j) state[j] = Term::empty;
    }
    std::int64_t i = 0;
    for (; i + 4 <= args.n; i += 4) run_rows<4>(args, i, state);
    for (; i < args.n; ++i) run_rows<1>(args, i, state);
  }

  static void find_totals(const void* in, std::int64_t n, void* totals) noexcept {
    const In* x = static_cast<const In*>(in);
    Word* out = static_cast<Word*>(totals);
    for (std::int64_t block = 0; block < n / scan_block_length; ++block) {
      Word total = Term::empty;
      for (std::int64_t i = 0; i < scan_block_length; ++i)
        total = Term::combine(total, reduction::widen_integer(*x++));
      out[block] = total;
    }
  }
  static void pass_totals(void* state, std::int64_t first, const void* totals,
                          std::int64_t count) noexcept {
    Word total = load_state(state, first);
    for (std::int64_t i = 0; i < count; ++i)
      total = Term::combine(total, static_cast<const Word*>(totals)[i]);
    std::memcpy(state, &total, sizeof total);
  }

 private:
  static COREPY_INLINE Word load_state(const void* state, std::int64_t first) {
    Word total = Term::empty;
    if (first > 0) std::memcpy(&total, state, sizeof total);
    return total;
  }

  static COREPY_INLINE Vec<Word> load_words(const In* x) {
    if constexpr (std::is_same_v<In, bool8_t>) {
      vec::Lanes<std::uint8_t, word_lanes> bytes;
      std::memcpy(&bytes, x, sizeof bytes);
      const auto truths = (bytes != 0) & 1;
      return vec::from_native<Word>(vec::convert_lanes<Word, std::uint8_t, word_lanes>(
          __builtin_bit_cast(vec::Lanes<std::uint8_t, word_lanes>, truths)));
    } else {
      vec::Lanes<In, word_lanes> elements;
      std::memcpy(&elements, x, sizeof elements);
      using Wide = std::conditional_t<std::is_signed_v<In>, std::int64_t, Word>;
      return __builtin_bit_cast(Vec<Word>, vec::convert_lanes<Wide, In, word_lanes>(elements));
    }
  }

  template <bool Streams>
  static void scan_row(const ScanRowArgs& args) noexcept {
    const In* x = static_cast<const In*>(args.in);
    Word* out = static_cast<Word*>(args.out);
    Word total = load_state(args.state, args.first);
    std::int64_t i = 0;
    if constexpr (has_vector_combine) {
      i = scan_vectors<Streams>(x, out, args.n, total);
    } else {
      for (; i + 2 <= args.n; i += 2) {  // half as long a chain as one by one
        const Word first = reduction::widen_integer(x[i]);
        const Word both = Term::combine(first, reduction::widen_integer(x[i + 1]));
        out[i] = Term::combine(total, first);
        out[i + 1] = total = Term::combine(total, both);
      }
    }
    for (; i < args.n; ++i) out[i] = total = Term::combine(total, reduction::widen_integer(x[i]));
    std::memcpy(args.state, &total, sizeof total);
  }

  template <bool Streams>
  static COREPY_INLINE std::int64_t scan_vectors(const In* x, Word* out, std::int64_t n,
                                                 Word& total) {
    Vec<Word> carry(total);
    std::int64_t i = 0;
    for (; i + word_lanes <= n; i += word_lanes) {
      const Vec<Word> local = vec::find_prefixes<1, word_lanes>(load_words(x + i), Combine{});
      const Vec<Word> totals = Combine{}(carry, local);
      if constexpr (Streams) {
        vec::stream(out + i, totals);
      } else {
        vec::store(out + i, totals);
      }
      carry = Combine{}(carry, vec::repeat_last<1>(local));  // the only chain between vectors
    }
    if constexpr (Streams) vec::stream_fence();
    alignas(64) Word words[word_lanes];
    carry.store_aligned(words);
    total = words[0];
    return i;
  }

  template <int Rows>
  static void run_rows(const ScanColumnsArgs& args, std::int64_t i,
                       Word* __restrict state) noexcept {
    const In* x[Rows];
    Word* out[Rows];
    for (int r = 0; r < Rows; ++r) {
      x[r] =
          reinterpret_cast<const In*>(reduction::at(args.in, (i + r) * args.in_row_stride_bytes));
      out[r] =
          reinterpret_cast<Word*>(reduction::at(args.out, (i + r) * args.out_row_stride_bytes));
    }
#pragma GCC ivdep
    for (std::int64_t j = 0; j < args.width; ++j) {
      Word total = state[j];
      for (int r = 0; r < Rows; ++r) {
        total = Term::combine(total, reduction::widen_integer(x[r][j]));
        out[r][j] = total;
      }
      state[j] = total;
    }
  }
};

}  // namespace corepy::COREPY_ISA::scan

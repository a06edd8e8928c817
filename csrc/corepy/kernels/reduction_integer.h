// Sums and products of integers and bools in 64 bits, and counts of any elements. They wrap, so no
// order is needed: plain loops that the compiler vectorises. Floating ones are in
// reduction_float.h.
#pragma once

#include "corepy/kernels/reduction_layout.h"

namespace corepy::COREPY_ISA::reduction {

// Signed values are extended by sign, then all arithmetic is unsigned and wraps.
template <class In>
COREPY_INLINE std::uint64_t widen_integer(In x) {
  if constexpr (std::is_same_v<In, bool8_t>) {
    return static_cast<std::uint8_t>(x) != 0;
  } else if constexpr (std::is_signed_v<In>) {
    return static_cast<std::uint64_t>(static_cast<std::int64_t>(x));
  } else {
    return x;
  }
}

// The type in which 128 values of In can be added without loss: lanes of it are half or a quarter
// as many bytes as those of 64 bits.
template <class In>
using SumChain = std::conditional_t<
    (sizeof(In) > 2), std::uint64_t,
    std::conditional_t<(sizeof(In) == 2),
                       std::conditional_t<std::is_signed_v<In>, std::int32_t, std::uint32_t>,
                       std::conditional_t<std::is_signed_v<In>, std::int16_t, std::uint16_t>>>;

template <std::size_t Bytes>
struct CountChain {
  using type = std::uint64_t;
};
template <>
struct CountChain<1> {
  using type = std::uint8_t;
};
template <>
struct CountChain<2> {
  using type = std::uint16_t;
};
template <>
struct CountChain<4> {
  using type = std::uint32_t;
};

struct IntegerSum {
  static constexpr std::uint64_t empty = 0;
  template <class In>
  COREPY_INLINE static std::uint64_t map(In x) {
    return widen_integer(x);
  }
  template <class In>
  using Chain = SumChain<In>;
  template <class T>
  COREPY_INLINE static auto combine(T a, T b) {
    return a + b;
  }
};
struct IntegerProduct {
  static constexpr std::uint64_t empty = 1;
  template <class In>
  COREPY_INLINE static std::uint64_t map(In x) {
    return widen_integer(x);
  }
  template <class In>
  using Chain = std::uint64_t;
  COREPY_INLINE static std::uint64_t combine(std::uint64_t a, std::uint64_t b) { return a * b; }
};

// Elements that are not zero; NaN is not.
struct NonzeroCount {
  static constexpr std::uint64_t empty = 0;
  // 128 of them fit; lanes as wide as the elements' need no conversion.
  template <class In>
  using Chain = typename CountChain<(sizeof(In) > 8 ? 8 : sizeof(In))>::type;
  template <class In>
  COREPY_INLINE static std::uint64_t map(In x) {
    if constexpr (std::is_same_v<In, bool8_t>) {
      return static_cast<std::uint8_t>(x) != 0;
    } else if constexpr (is_complex_element<In>) {
      return (x.re != 0) | (x.im != 0);
    } else {
      return x != In(0);
    }
  }
  template <class T>
  COREPY_INLINE static auto combine(T a, T b) {
    return a + b;
  }
};

template <class Term, class In_>
struct IntegerKernel {
  using In = In_;
  using Out = std::uint64_t;  // the bits of the int64 or uint64 result

  static std::uint64_t empty_result() noexcept { return Term::empty; }

  static std::uint64_t reduce_row(const PieceSource<In>& source, std::int64_t n,
                                  const ReductionArgs&) noexcept {
    std::uint64_t result = Term::empty;
    for (std::int64_t start = 0; start < n; start += piece_length<In>) {
      const std::int64_t count = smaller(piece_length<In>, n - start);
      result = Term::combine(result, reduce_piece(source.piece(start, count), count));
    }
    return result;
  }

  using Part = std::uint64_t;
  static constexpr int passes = 1;
  static std::uint64_t reduce_part(const PieceSource<In>& source, const ReductionPart& part,
                                   const ReductionArgs& args) noexcept {
    return reduce_row(source, part.count, args);
  }
  static std::uint64_t fold_parts(const std::uint64_t* parts, std::int64_t count,
                                  const ReductionArgs&, int) noexcept {
    std::uint64_t result = Term::empty;
    for (std::int64_t i = 0; i < count; ++i) result = Term::combine(result, parts[i]);
    return result;
  }

  static constexpr std::int64_t strip_scratch_bytes(std::int64_t, std::int64_t) { return 0; }
  static void reduce_strip(const StripSource<In>& source, std::int64_t n, const ReductionArgs&,
                           std::uint64_t* results, void*) noexcept {
    for_each_row_group(
        source, n, [&](auto rows, auto first, const char* x, std::int64_t apart_bytes) noexcept {
          combine_rows<rows(), first()>(x, apart_bytes, source, results);
        });
  }

 private:
  static std::uint64_t reduce_piece(const In* x, std::int64_t count) noexcept {
    std::uint64_t result = Term::empty;
    for (std::int64_t start = 0; start < count; start += exact_run) {
      const std::int64_t run = smaller(exact_run, count - start);
      result = Term::combine(result, reduce_run(x + start, run));
    }
    return result;
  }

  // 64 independent chains, which vectorise, in the chain type.
  static constexpr std::int64_t chains = 64;
  using Chain = typename Term::template Chain<In>;
  static constexpr std::int64_t exact_run = 128 * chains;

  // Setting out and joining all chains takes as long as adding some hundred elements.
  static constexpr std::int64_t short_run = 2 * chains;
  COREPY_INLINE static std::uint64_t reduce_short_run(const In* x, std::int64_t count) noexcept {
    std::uint64_t result = Term::empty;
    for (std::int64_t i = 0; i < count; ++i) result = Term::combine(result, Term::map(x[i]));
    return result;
  }

  static std::uint64_t reduce_run(const In* x, std::int64_t count) noexcept {
    if (count < short_run) return reduce_short_run(x, count);
    Chain a[chains];
    for (std::int64_t l = 0; l < chains; ++l) a[l] = static_cast<Chain>(Term::empty);
    std::int64_t i = 0;
    for (; i + chains <= count; i += chains) {
      for (std::int64_t l = 0; l < chains; ++l)
        a[l] = static_cast<Chain>(Term::combine(a[l], load_as_chain(x[i + l])));
    }
    std::uint64_t result = Term::empty;
    for (; i < count; ++i) result = Term::combine(result, Term::map(x[i]));
    for (std::int64_t l = 0; l < chains; ++l) result = Term::combine(result, widen_integer(a[l]));
    return result;
  }
  COREPY_INLINE static Chain load_as_chain(In x) { return static_cast<Chain>(Term::map(x)); }

  template <int Rows, bool First>
  static void combine_rows(const char* x, std::int64_t apart_bytes, const StripSource<In>& source,
                           std::uint64_t* __restrict results) noexcept {
    const In* row[Rows];
    for (int q = 0; q < Rows; ++q) {
      row[q] = reinterpret_cast<const In*>(x + q * apart_bytes);
    }
    for (std::int64_t j = 0; j < source.width(); ++j) {
      std::uint64_t a = First ? Term::empty : results[j];
      for (int q = 0; q < Rows; ++q) a = Term::combine(a, Term::map(row[q][j]));
      results[j] = a;
    }
  }
};

}  // namespace corepy::COREPY_ISA::reduction

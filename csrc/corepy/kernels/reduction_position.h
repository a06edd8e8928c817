// argmax and argmin: the first position of the largest or smallest element; the first NaN wins over
// everything, -0 and +0 are equal. Values are in reduction_extrema.h.
#pragma once

#include <limits>
#include <type_traits>

#include "corepy/kernels/reduction_layout.h"
#include "corepy/vec/extrema.h"
#include "corepy/vec/first_lanes.h"
#include "corepy/vec/fold.h"

namespace corepy::COREPY_ISA::reduction {

template <bool Largest, class T_>
struct PositionKernel {
  using T = T_;
  using In = T;
  using Out = std::int64_t;
  static constexpr bool is_float = std::is_floating_point_v<T>;

  // Never asked for: the position in an empty array is an error at the boundary.
  static std::int64_t empty_result() noexcept { return 0; }

  // Finds the stretch with the extreme value first, then the position in it.
  static std::int64_t reduce_row(const PieceSource<T>& source, std::int64_t n,
                                 const ReductionArgs&) noexcept {
    T best = 0;
    std::int64_t best_start = -1;
    for (std::int64_t start = 0; start < n; start += piece_length<T>) {
      const std::int64_t count = smaller(piece_length<T>, n - start);
      const T* x = source.piece(start, count);
      bool has_nan = false;
      const T value = extreme_value(x, count, has_nan);
      if (has_nan) return start + find_first(x, count, [](Vec<T> v) { return v != v; });
      if (best_start < 0 || is_better(value, best)) {
        best = value;
        best_start = start;
      }
    }
    const std::int64_t count = smaller(piece_length<T>, n - best_start);
    const Vec<T> wanted(best);
    return best_start + find_first(source.piece(best_start, count), count,
                                   [&](Vec<T> v) { return v == wanted; });
  }

  // Short rows of wide elements in one pass, side by side: alone, each would wait for its own
  // comparisons, and the search for a position would end at a branch that nobody foresees.
  static constexpr int rows_at_once = sizeof(T) == 8 ? 4 : 1;
  static void reduce_rows(const void* rows, std::int64_t apart_bytes, std::int64_t n,
                          const ReductionArgs& args, std::int64_t* results) noexcept {
    if (n < lanes<T> || n > short_row) {
      ReductionArgs one = args;
      for (int r = 0; r < rows_at_once; ++r) {
        one.in = at(rows, r * apart_bytes);
        results[r] = reduce_row(PieceSource<T>(one, 0, true, nullptr), n, one);
      }
      return;
    }
    // The best element of each lane, and its position as a number of the same width.
    Vec<T> best[rows_at_once], position[rows_at_once];
    const auto row = [&](int r) { return reinterpret_cast<const T*>(at(rows, r * apart_bytes)); };
    const Vec<T> numbers = Vec<T>::load_aligned(vec::lane_numbers<T>.value);
    COREPY_UNROLL
    for (int r = 0; r < rows_at_once; ++r) {
      best[r] = vec::load(row(r));
      position[r] = numbers;
    }
    // The last elements are looked at once more with their predecessors, which changes nothing.
    for (std::int64_t i = lanes<T>; i < n; i += lanes<T>) {
      const std::int64_t start = smaller(i, n - lanes<T>);
      const Vec<T> here = numbers + Vec<T>(static_cast<T>(start));
      COREPY_UNROLL
      for (int r = 0; r < rows_at_once; ++r) {
        const Vec<T> x = vec::load(row(r) + start);
        const Mask<T> wins = are_better(x, best[r]);
        best[r] = vec::select<T>(wins, x, best[r]);
        position[r] = vec::select<T>(wins, here, position[r]);
      }
    }
    for (int r = 0; r < rows_at_once; ++r) {
      Mask<T> wanted = best[r] == Vec<T>(fold<Largest>(best[r]));
      if constexpr (is_float) {
        const Mask<T> nan = best[r] != best[r];
        if (vec::any<T>(nan)) wanted = nan;
      }
      position[r] = vec::select<T>(wanted, position[r], Vec<T>(static_cast<T>(n)));
      results[r] = static_cast<std::int64_t>(fold<false>(position[r]));
    }
  }

  struct Part {
    std::int64_t position;
    T value;
  };
  static constexpr int passes = 1;
  static Part reduce_part(const PieceSource<T>& source, const ReductionPart& part,
                          const ReductionArgs& args) noexcept {
    const std::int64_t position = reduce_row(source, part.count, args);
    return {part.start + position, *source.piece(position, 1)};
  }
  static std::int64_t fold_parts(const Part* parts, std::int64_t count, const ReductionArgs&,
                                 int) noexcept {
    Part best = parts[0];
    for (std::int64_t i = 0; i < count; ++i) {
      if (parts[i].value != parts[i].value) return parts[i].position;
      if (is_better(parts[i].value, best.value)) best = parts[i];
    }
    return best.position;
  }

  static constexpr std::int64_t strip_scratch_bytes(std::int64_t, std::int64_t width) {
    return round_up(width * static_cast<std::int64_t>(sizeof(T)), 64) +
           width * static_cast<std::int64_t>(sizeof(Local));
  }
  static void reduce_strip(const StripSource<T>& source, std::int64_t n, const ReductionArgs&,
                           std::int64_t* results, void* scratch) noexcept {
    const std::int64_t width = source.width();
    T* best = static_cast<T*>(scratch);
    Local* local = reinterpret_cast<Local*>(
        at(scratch, round_up(width * static_cast<std::int64_t>(sizeof(T)), 64)));
    for (std::int64_t start = 0; start < n; start += block_length) {
      const std::int64_t count = smaller(block_length, n - start);
      const T* x = source.block(start, count);
      if (start == 0) {
        std::memcpy(best, x, static_cast<std::size_t>(width) * sizeof(T));
        for (std::int64_t j = 0; j < width; ++j) results[j] = 0;
      }
      for (std::int64_t i = 0; i < count; i += local_rows) {
        const std::int64_t rows = smaller(local_rows, count - i);
        mark_rows(at(x, i * source.row_stride_bytes()), rows, source.row_stride_bytes(), width,
                  best, local);
        for (std::int64_t j = 0; j < width; ++j) {
          if (local[j] != 0) results[j] = start + i + local[j] - 1;
        }
      }
    }
  }

 private:
  // Row numbers within a group of rows, from 1, in the width of T: mixed widths would halve the
  // speed. 0 means none.
  using Local = vec::BitsOf<T>;
  static constexpr std::int64_t local_rows = sizeof(T) == 1 ? 64 : block_length;

  COREPY_INLINE static bool is_better(T x, T than) { return Largest ? x > than : x < than; }

  static void mark_rows(const char* x, std::int64_t rows, std::int64_t stride, std::int64_t width,
                        T* __restrict best, Local* __restrict local) noexcept {
    if constexpr (sizeof(T) == 1 && vec::has_prefix_load<T>) {
      if (width < 2 * lanes<T>) {
        for (std::int64_t j = 0; j < width; j += lanes<T>)
          mark_columns(x + j, rows, stride, smaller(lanes<T>, width - j), best + j, local + j);
        return;
      }
    }
    for (std::int64_t j = 0; j < width; ++j) local[j] = 0;
    for (std::int64_t i = 0; i < rows; ++i) {
      const T* __restrict row = reinterpret_cast<const T*>(x + i * stride);
      const Local number = static_cast<Local>(i + 1);
      for (std::int64_t j = 0; j < width; ++j) {
        const T value = row[j], old = best[j];
        bool wins = is_better(value, old);
        if constexpr (is_float) wins = wins | ((value != value) & (old == old));
        best[j] = wins ? value : old;
        local[j] = wins ? number : local[j];
      }
    }
  }

  // The same for up to a vector of columns: a row alone would be a rest of a vector for a loop over
  // columns, which takes long.
  COREPY_INLINE static void mark_columns(const char* x, std::int64_t rows, std::int64_t stride,
                                         std::int64_t columns, T* best, Local* local) noexcept {
    const vec::Prefix<T> part(columns);
    Vec<T> leading = part.load(best), number(T(0));
    for (std::int64_t i = 0; i < rows; ++i) {
      const Vec<T> v = part.load(reinterpret_cast<const T*>(x + i * stride));
      const Mask<T> wins = are_better(v, leading);
      leading = vec::select<T>(wins, v, leading);
      number = vec::select<T>(wins, Vec<T>(static_cast<T>(i + 1)), number);
    }
    part.store(best, leading);
    part.store(reinterpret_cast<T*>(local), number);
  }

  COREPY_INLINE static Mask<T> are_better(Vec<T> x, Vec<T> than) {
    const Mask<T> better = Largest ? x > than : x < than;
    if constexpr (is_float) return better | ((x != x) & (than == than));
    return better;
  }

  // Two passes over longer rows are faster.
  static constexpr std::int64_t short_row = 96;

  static constexpr int in_flight = 8;

  // The extreme value of a piece, up to the sign of zero; meaningless where it has a NaN.
  COREPY_INLINE static T extreme_value(const T* x, std::int64_t count, bool& has_nan) noexcept {
    if (count < in_flight * lanes<T>) return extreme_of_few(x, count, has_nan);
    Vec<T> a[in_flight];
    COREPY_UNROLL
    for (int k = 0; k < in_flight; ++k) a[k] = Vec<T>(x[0]);
    Mask<T> nan = Mask<T>(false);
    std::int64_t i = 0;
    for (; i + in_flight * lanes<T> <= count; i += in_flight * lanes<T>) {
      COREPY_UNROLL
      for (int k = 0; k < in_flight; k += 2) {
        prefetch_pair(x + i + k * lanes<T>, row_ahead_bytes);
        const Vec<T> u = vec::load(x + i + k * lanes<T>), v = vec::load(x + i + (k + 1) * lanes<T>);
        a[k] = combine(a[k], u);
        a[k + 1] = combine(a[k + 1], v);
        if constexpr (is_float) nan = nan | vec::unordered<T>(u, v);
      }
    }
    // At most seven whole vectors are left, then some elements: they are read once more with their
    // predecessors, which changes nothing.
    COREPY_UNROLL
    for (int k = 0; k + 1 < in_flight; ++k) {
      if (i + lanes<T> > count) break;
      accumulate(vec::load(x + i), a[k], nan);
      i += lanes<T>;
    }
    if (i < count) accumulate(vec::load(x + count - lanes<T>), a[in_flight - 1], nan);
    COREPY_UNROLL
    for (int k = 1; k < in_flight; ++k) a[0] = combine(a[0], a[k]);
    if constexpr (is_float) has_nan = vec::any<T>(nan);
    return fold<Largest>(a[0]);
  }
  // Joining eight vectors would take longer than looking at one after another.
  COREPY_INLINE static T extreme_of_few(const T* x, std::int64_t count, bool& has_nan) noexcept {
    Vec<T> best(x[0]);
    Mask<T> nan = Mask<T>(false);
    std::int64_t i = 0;
    for (; i + lanes<T> <= count; i += lanes<T>) accumulate(vec::load(x + i), best, nan);
    if (i < count) {
      const Vec<T> last =
          count >= lanes<T> ? vec::load(x + count - lanes<T>) : vec::load_partial(x, count, x[0]);
      accumulate(last, best, nan);
    }
    if constexpr (is_float) has_nan = vec::any<T>(nan);
    return fold<Largest>(best);
  }
  template <bool Larger>
  COREPY_INLINE static T fold(Vec<T> v) {
    // In registers: a chain over 16 lanes in memory takes as long as a row of some hundreds.
    constexpr std::int64_t left = sizeof(T) >= 4 ? 1 : lanes<T>;
    v = vec::fold_lanes<left, lanes<T>>(v, [](Vec<T> a, Vec<T> b) COREPY_LAMBDA_INLINE {
      return vec::extremum_of_equals<Larger, T>(a, b);
    });
    alignas(64) T lane[lanes<T>];
    v.store_aligned(lane);
    T best = lane[0];
    for (std::int64_t l = 1; l < left; ++l)
      best = (Larger ? lane[l] > best : lane[l] < best) ? lane[l] : best;
    return best;
  }
  COREPY_INLINE static Vec<T> combine(Vec<T> a, Vec<T> b) {
    return vec::extremum_of_equals<Largest, T>(a, b);
  }
  COREPY_INLINE static void accumulate(Vec<T> x, Vec<T>& best, Mask<T>& nan) {
    best = combine(best, x);
    if constexpr (is_float) nan = nan | vec::unordered<T>(x, x);
  }

  // The first element that matches; there is one.
  template <class Match>
  COREPY_INLINE static std::int64_t find_first(const T* x, std::int64_t count,
                                               Match match) noexcept {
    const auto at = [&](std::int64_t i) COREPY_LAMBDA_INLINE { return match(vec::load(x + i)); };
    constexpr std::int64_t w = lanes<T>;
    std::int64_t i = 0;
    if (count < w) {
      while (i < count - 1 && !vec::any<T>(match(Vec<T>(x[i])))) ++i;
      return i;
    }
    while (i + 4 * w <= count && !vec::any<T>(at(i) | at(i + w) | at(i + 2 * w) | at(i + 3 * w))) {
      i += 4 * w;
    }
    while (i + w <= count && !vec::any<T>(at(i))) i += w;
    if (i + w > count) i = count - w;  // what is looked at again does not match
    return i + __builtin_ctzll(at(i).mask());
  }
};

}  // namespace corepy::COREPY_ISA::reduction

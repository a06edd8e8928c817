// min and max of integers and floats: a NaN gives the one quiet NaN, -0 lies below +0. Positions
// are in reduction_position.h. The value does not depend on the order, so rows keep eight vectors
// in flight.
#pragma once

#include <limits>
#include <type_traits>

#include "corepy/kernels/reduction_layout.h"
#include "corepy/vec/extrema.h"
#include "corepy/vec/fold.h"

namespace corepy::COREPY_ISA::reduction {

template <bool Largest, class T_>
struct ExtremumKernel {
  using T = T_;
  using In = T;
  using Out = T;
  static constexpr bool is_float = std::is_floating_point_v<T>;
  static constexpr int in_flight = 8;
  static constexpr T quiet_nan = std::numeric_limits<T>::quiet_NaN();

  // Never asked for: an empty minimum is an error at the boundary.
  static T empty_result() noexcept { return T(0); }

  static T reduce_row(const PieceSource<T>& source, std::int64_t n, const ReductionArgs&) noexcept {
    Vec<T> best(*source.piece(0, smaller(n, piece_length<T>)));
    bool has_nan = false;
    const std::int64_t stretch = source.stretch_length();
    const bool is_far = n * static_cast<std::int64_t>(sizeof(T)) >= in_memory_bytes;
    for (std::int64_t start = 0; start < n; start += stretch) {
      const std::int64_t count = smaller(stretch, n - start);
      reduce_piece(source.piece(start, count), count, is_far, best, has_nan);
      if (has_nan) return quiet_nan;
    }
    return fold(best);
  }

  // Short rows side by side, so that one ends while others go on. Longer ones take 0.45 to 0.75 of
  // that time one by one, looking ahead (Zen 5).
  static constexpr int rows_at_once = in_flight / 2;
  static constexpr std::int64_t longest_at_once_bytes = 4096;
  static void reduce_rows(const void* rows, std::int64_t apart_bytes, std::int64_t n,
                          const ReductionArgs&, T* results) noexcept {
    const T* row[rows_at_once];
    Vec<T> a[in_flight];
    Mask<T> nan[rows_at_once];
    for (int r = 0; r < rows_at_once; ++r) {
      row[r] = reinterpret_cast<const T*>(at(rows, r * apart_bytes));
      a[2 * r] = a[2 * r + 1] = Vec<T>(row[r][0]);
      nan[r] = Mask<T>(false);
    }
    constexpr std::int64_t pair = 2 * lanes<T>;
    const std::int64_t whole = n / pair * pair;
    // As much as is read here, of what follows behind these rows.
    const std::int64_t ahead_bytes = larger(rows_at_once * apart_bytes, row_ahead_bytes);
    for (std::int64_t i = 0; i < whole; i += pair) {
      const T* ahead = row[0] + rows_at_once * i;
      COREPY_UNROLL
      for (int r = 0; r < rows_at_once; ++r) {
        prefetch_pair(ahead + r * pair, ahead_bytes);
        accumulate_pair(row[r] + i, a[2 * r], a[2 * r + 1], nan[r]);
      }
    }
    Vec<T> best[rows_at_once];
    bool has_nan[rows_at_once] = {};
    for (int r = 0; r < rows_at_once; ++r) {
      best[r] = combine(a[2 * r], a[2 * r + 1]);
      if constexpr (is_float) has_nan[r] = vec::any<T>(nan[r]);
      if (whole < n && !has_nan[r])
        reduce_piece(row[r] + whole, n - whole, false, best[r], has_nan[r]);
    }
    fold_rows(best, results);
    if constexpr (is_float) {
      for (int r = 0; r < rows_at_once; ++r) {
        if (has_nan[r]) results[r] = quiet_nan;
      }
    }
  }

  using Part = T;
  static constexpr int passes = 1;
  static T reduce_part(const PieceSource<T>& source, const ReductionPart& part,
                       const ReductionArgs& args) noexcept {
    return reduce_row(source, part.count, args);
  }
  static T fold_parts(const T* parts, std::int64_t count, const ReductionArgs&, int) noexcept {
    T best = parts[0];
    for (std::int64_t i = 0; i < count; ++i) {
      if (parts[i] != parts[i]) return quiet_nan;
      best = combine_elements(best, parts[i]);
    }
    return best;
  }

  static constexpr std::int64_t strip_scratch_bytes(std::int64_t, std::int64_t) { return 0; }
  static void reduce_strip(const StripSource<T>& source, std::int64_t n, const ReductionArgs&,
                           T* results, void*) noexcept {
    for_each_row_group(
        source, n, [&](auto rows, auto first, const char* x, std::int64_t apart_bytes) noexcept {
          combine_rows<rows(), first()>(x, apart_bytes, source, results);
        });
    if constexpr (is_float) {
      if (n > 1) return;  // a NaN was made quiet when it met another element
      for (std::int64_t j = 0; j < source.width(); ++j) {
        if (results[j] != results[j]) results[j] = quiet_nan;
      }
    }
  }

 private:
  COREPY_INLINE static Vec<T> combine(Vec<T> a, Vec<T> b) {
    return vec::extremum<Largest, T>(a, b);
  }

  COREPY_INLINE static T fold(Vec<T> v) {
    alignas(64) T lane[lanes<T>];
    v.store_aligned(lane);
    for (std::int64_t half = lanes<T> / 2; half > 0; half /= 2) {
      for (std::int64_t l = 0; l < half; ++l) lane[l] = combine_elements(lane[l], lane[l + half]);
    }
    return lane[0];
  }
  // Rows meet in one vector where it has lanes for all of them.
  COREPY_INLINE static void fold_rows(const Vec<T> (&best)[rows_at_once], T* results) {
    if constexpr (is_float && lanes<T> >= rows_at_once) {
      const auto larger = [](Vec<T> a, Vec<T> b) COREPY_LAMBDA_INLINE { return combine(a, b); };
      const Vec<T> even = vec::merge_halves(best[0], best[2], larger);
      const Vec<T> odd = vec::merge_halves(best[1], best[3], larger);
      const Vec<T> all =
          vec::fold_lanes<rows_at_once, lanes<T>>(vec::merge_halves(even, odd, larger), larger);
      alignas(64) T lane[lanes<T>];
      all.store_aligned(lane);
      for (int r = 0; r < rows_at_once; ++r) results[r] = lane[r];
    } else {
      for (int r = 0; r < rows_at_once; ++r) results[r] = fold(best[r]);
    }
  }
  COREPY_INLINE static T combine_elements(T a, T b) {
    if constexpr (is_float) {
      if (a == b) return (__builtin_signbit(a) != 0) == Largest ? b : a;
    }
    return (a < b) == Largest ? b : a;
  }

  COREPY_INLINE static void accumulate(Vec<T> x, Vec<T>& best, Mask<T>& nan) {
    best = combine(best, x);
    if constexpr (is_float) nan = nan | vec::unordered<T>(x, x);
  }

  COREPY_INLINE static void accumulate_pair(const T* x, Vec<T>& a, Vec<T>& b, Mask<T>& nan) {
    const Vec<T> u = vec::load(x), v = vec::load(x + lanes<T>);
    a = combine(a, u);
    b = combine(b, v);
    if constexpr (is_float) nan = nan | vec::unordered<T>(u, v);
  }

  // From so many bytes on a row comes from memory. Nearer, four places at once are slower: 1.2
  // times at 1e6 float64 (Zen 3), where they halve the time at 1e7.
  static constexpr std::int64_t in_memory_bytes = std::int64_t{1} << 24;

  COREPY_INLINE static void reduce_piece(const T* x, std::int64_t count, bool is_far, Vec<T>& best,
                                         bool& has_nan) noexcept {
    Vec<T> a[in_flight];
    COREPY_UNROLL
    for (int k = 0; k < in_flight; ++k) a[k] = best;
    Mask<T> nan = Mask<T>(false);
    // A row in memory at four places, each a stream to the hardware's prefetchers; any other in
    // order, looking ahead into the next one.
    constexpr std::int64_t pair = 2 * lanes<T>, group = in_flight * lanes<T>;
    const std::int64_t whole = count / group * group;
    const std::int64_t apart = is_far ? whole / 4 : pair;
    for (std::int64_t j = 0; j < whole / 4; j += pair) {
      const T* first = x + (is_far ? j : 4 * j);
      COREPY_UNROLL
      for (int k = 0; k < in_flight; k += 2) {
        const T* from = first + k / 2 * apart;
        prefetch_pair(from, row_ahead_bytes);
        accumulate_pair(from, a[k], a[k + 1], nan);
      }
    }
    std::int64_t i = whole;
    // At most seven whole vectors are left, then some elements: they are read once more with their
    // predecessors, which changes nothing.
    COREPY_UNROLL
    for (int k = 0; k + 1 < in_flight; ++k) {
      if (i + lanes<T> > count) break;
      accumulate(vec::load(x + i), a[k], nan);
      i += lanes<T>;
    }
    if (i < count) {
      const Vec<T> last =
          count >= lanes<T> ? vec::load(x + count - lanes<T>) : vec::load_partial(x, count, x[0]);
      accumulate(last, a[in_flight - 1], nan);
    }
    COREPY_UNROLL
    for (int k = 1; k < in_flight; ++k) a[0] = combine(a[0], a[k]);
    best = a[0];
    if constexpr (is_float) has_nan = vec::any<T>(nan);
  }

  // A few rows of a strip into the results of the rows before.
  template <int Rows, bool First>
  static void combine_rows(const char* x, std::int64_t apart_bytes, const StripSource<T>& source,
                           T* results) noexcept {
    const T* row[Rows];
    for (int q = 0; q < Rows; ++q) row[q] = reinterpret_cast<const T*>(x + q * apart_bytes);
    // Rows of many lines are asked for along themselves (3162 x 3162 float64 on Zen 5: 0.8 of the
    // time); shorter ones were by for_each_row_group.
    constexpr std::int64_t strip_ahead_bytes = 2048;
    const bool is_far = source.is_far() && !source.is_asked_ahead();
    std::int64_t j = 0;
    for (; j + lanes<T> <= source.width(); j += lanes<T>) {
      Vec<T> v[Rows];
      COREPY_UNROLL
      for (int q = 0; q < Rows; ++q) {
        v[q] = vec::load(row[q] + j);
        if (Rows > 1 && is_far) __builtin_prefetch(at(row[q] + j, strip_ahead_bytes));
      }
      const Vec<T> best = combine_columns(v);
      vec::store(results + j, First ? best : combine_or_nan(vec::load(results + j), best));
    }
    if (j < source.width()) {
      const std::int64_t left = source.width() - j;
      Vec<T> v[Rows];
      for (int q = 0; q < Rows; ++q) v[q] = vec::load_partial(row[q] + j, left);
      Vec<T> best = combine_columns(v);
      if (!First) best = combine_or_nan(vec::load_partial(results + j, left), best);
      vec::store_partial(results + j, best, left);
    }
  }

  // In columns each lane needs its own NaN. Four rows as a tree: a chain through all of them takes
  // up to twice as long.
  template <int Rows>
  COREPY_INLINE static Vec<T> combine_columns(const Vec<T> (&v)[Rows]) {
    if constexpr (Rows < 4) {
      Vec<T> best = v[0];
      for (int q = 1; q < Rows; ++q) best = combine_or_nan(best, v[q]);
      return best;
    } else if constexpr (is_float) {
      const Mask<T> nan = vec::unordered<T>(v[0], v[1]) | vec::unordered<T>(v[2], v[3]);
      return vec::select<T>(nan, Vec<T>(quiet_nan),
                            combine(combine(v[0], v[1]), combine(v[2], v[3])));
    } else {
      return combine(combine(v[0], v[1]), combine(v[2], v[3]));
    }
  }
  COREPY_INLINE static Vec<T> combine_or_nan(Vec<T> a, Vec<T> b) {
    if constexpr (is_float) {
      return vec::select<T>(vec::unordered<T>(a, b), Vec<T>(quiet_nan), combine(a, b));
    } else {
      return combine(a, b);
    }
  }
};

}  // namespace corepy::COREPY_ISA::reduction

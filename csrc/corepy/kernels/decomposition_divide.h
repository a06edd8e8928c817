// Eigenvectors of real tridiagonal matrices by divide and conquer (Cuppen, Numer. Math. 36 (1981);
// Dongarra and Sorensen, SIAM J. Sci. Stat. Comput. 8 (1987); Gu and Eisenstat, SIAM J. Matrix
// Anal. Appl. 16 (1995)). How a matrix is divided depends on its size alone.
#pragma once

#include "corepy/kernels/decomposition_ql.h"
#include "corepy/kernels/decomposition_secular.h"

namespace corepy::COREPY_ISA::decomposition {

// T = diag(T1, T2) + rho u u**T, where T1 and T2 have eigenvectors Q1 and Q2: in these, T is
// diag(d)
// + rho z z**T, with z the last row of Q1 beside the first of Q2. Its vectors U come from the
// secular equation, those of T are diag(Q1, Q2) U.
//
// Whoever wants the values alone keeps the first and the last row of each Q: their products with U
// have the same bits as these rows of the whole, and so have the values.
template <class T>
class DivideAndConquer {
  static constexpr T eps = std::numeric_limits<T>::epsilon() / 2;

 public:
  static constexpr std::int64_t leaf_size = 32;

  struct Memory {
    Block<T> rows;    // of the vectors: n, or the first and the last
    Block<T> packed;  // as many
    Block<T> u;       // n x n
    bool has_all_rows;
  };

  DivideAndConquer(Arena& arena, Memory memory, std::int64_t n)
      : order(arena.take<std::int64_t>(n)),
        memory_(memory),
        n_(n),
        z_(arena.take<T>(n)),
        poles_(arena.take<T>(n)),
        weights_(arena.take<T>(n)),
        scratch_(arena.take<T>(n)),
        columns_(arena.take<std::int64_t>(n)),
        places_(arena.take<std::int64_t>(n)),
        merged_(arena.take<std::int64_t>(n)),
        halves_(arena.take<Half>(n)),
        leaf_memory_(take_rotated_columns<T>(arena, {}, 0, n > 0 ? leaf_size : 0)) {}

  std::int64_t* order;  // columns of the vectors, by ascending values

  // d becomes the values, `rows` the vectors, both unsorted; as diagonalise() returns.
  std::int64_t run(const Steps<T>& steps, T* d, T* e) {
    d_ = d, e_ = e;
    norm_ = tridiagonal_norm(d, e, n_);
    fill(memory_.rows, memory_.has_all_rows ? n_ : 2, n_, T(0));
    return solve(steps, 0, n_);
  }

 private:
  // Where a column of diag(Q1, Q2) has elements that are not zero.
  enum class Half : std::uint8_t { top, both, bottom };

  // The rows of a diagonal block that are kept: above its middle, and below.
  struct Part {
    std::int64_t begin, middle, end;
    Block<T> top, bottom;
    std::int64_t top_count, bottom_count;
  };
  Part part_of(std::int64_t begin, std::int64_t middle, std::int64_t end) const {
    const Block<T> rows = memory_.rows;
    if (memory_.has_all_rows)
      return {begin,          middle,      end, rows.from(begin, begin), rows.from(middle, begin),
              middle - begin, end - middle};
    return {begin, middle, end, rows.from(0, begin), rows.from(1, begin), 1, 1};
  }

  std::int64_t solve(const Steps<T>& steps, std::int64_t begin, std::int64_t n) {
    if (n <= leaf_size) return solve_leaf(steps, begin, n);
    const std::int64_t half = n / 2, middle = begin + half;
    const T coupling = e_[middle - 1], rho = magnitude(coupling);
    e_[middle - 1] = 0;
    d_[middle - 1] -= rho;
    d_[middle] -= rho;
    std::int64_t found = solve(steps, begin, half);
    if (found < half) return found;
    found = solve(steps, middle, n - half);
    if (found < n - half) return found < 0 ? found : half + found;
    return merge(steps, part_of(begin, middle, begin + n), rho, coupling < 0)
               ? n
               : diagonalisation_stopped;
  }

  std::int64_t solve_leaf(const Steps<T>& steps, std::int64_t begin, std::int64_t n) {
    Block<T> rows = memory_.rows.from(memory_.has_all_rows ? begin : 0, begin);
    if (memory_.has_all_rows) {
      set_identity(rows, n, n);
    } else {
      rows(0, 0) = rows(1, n - 1) = 1;
    }
    RotatedColumns<T> columns = leaf_memory_.of(rows, memory_.has_all_rows ? n : 2, n);
    const std::int64_t found = diagonalise<T>(steps, d_ + begin, e_ + begin, n, norm_, columns);
    if (found < n) return found;
    columns.apply();
    sort_positions(d_ + begin, order + begin, n, false);
    return n;
  }

  bool merge(const Steps<T>& steps, const Part& part, T rho, bool negative) {
    const std::int64_t begin = part.begin, n = part.end - begin, half = part.middle - begin;
    join_rows(part, negative);
    merge_orders(begin, half, n);
    T* d = d_ + begin;
    rho *= 2;
    T largest = 0, largest_z = 0;
    for (std::int64_t j = 0; j < n; ++j) {
      largest = larger(largest, magnitude(d[j]));
      largest_z = larger(largest_z, magnitude(z_[j]));
    }
    const T negligible = 8 * eps * larger(largest, largest_z);
    if (rho * largest_z <= negligible) {
      for (std::int64_t j = 0; j < n; ++j) order[begin + j] = merged_[j];
      return true;
    }
    const std::int64_t count = deflate(part, rho, negligible);
    const Groups groups = group_columns(count);
    pack(part, count);
    for (std::int64_t j = 0; j < n; ++j) scratch_[j] = d[columns_[j]];
    for (std::int64_t j = 0; j < n; ++j) d[j] = scratch_[j];
    if (!find_roots(steps, d, count, rho) || !multiply(steps, part, count, groups)) return false;
    sort_merged(begin, count, n);
    return true;
  }

  // z of unit length from the rows beside the middle; what is kept of the rows becomes that of
  // diag(Q1, Q2).
  void join_rows(const Part& part, bool negative) {
    constexpr T root_of_half = T(0.70710678118654752440);
    const std::int64_t n = part.end - part.begin, half = part.middle - part.begin;
    T* last = memory_.has_all_rows ? part.top.at(part.top_count - 1) : part.bottom.at(0);
    T* first = memory_.has_all_rows ? part.bottom.at(0) : part.top.at(0);
    for (std::int64_t j = 0; j < half; ++j) z_[j] = last[j] * root_of_half;
    for (std::int64_t j = half; j < n; ++j)
      z_[j] = first[j] * (negative ? -root_of_half : root_of_half);
    if (memory_.has_all_rows) return;
    for (std::int64_t j = 0; j < half; ++j) last[j] = 0;
    for (std::int64_t j = half; j < n; ++j) first[j] = 0;
  }

  // Columns of both halves by ascending values.
  void merge_orders(std::int64_t begin, std::int64_t half, std::int64_t n) {
    const T* d = d_ + begin;
    const std::int64_t *left = order + begin, *right = order + begin + half;
    for (std::int64_t i = 0, j = 0; i + j < n;) {
      const bool takes_left = j == n - half || (i < half && d[left[i]] <= d[half + right[j]]);
      merged_[i + j] = takes_left ? left[i] : half + right[j];
      ++(takes_left ? i : j);
    }
  }

  // Columns that stay vectors of T: where z is negligible, or where a rotation with the next
  // column, of nearly the same value, makes it so. columns_ gets the others, in ascending order of
  // their values, and then these; how many the others are. Their values and z go to poles_ and
  // weights_.
  std::int64_t deflate(const Part& part, T rho, T negligible) {
    const std::int64_t n = part.end - part.begin, half = part.middle - part.begin;
    T* d = d_ + part.begin;
    for (std::int64_t j = 0; j < n; ++j) halves_[j] = j < half ? Half::top : Half::bottom;
    std::int64_t kept = 0, dropped = 0, waiting = -1;
    const auto keep = [&](std::int64_t j) {
      columns_[kept] = j;
      poles_[kept] = d[j];
      weights_[kept++] = z_[j];
    };
    const auto drop = [&](std::int64_t j) { columns_[n - ++dropped] = j; };
    for (std::int64_t i = 0; i < n; ++i) {
      const std::int64_t j = merged_[i];
      if (rho * magnitude(z_[j]) <= negligible) {
        drop(j);
      } else {
        if (waiting >= 0) (join(part, waiting, j, negligible) ? drop(waiting) : keep(waiting));
        waiting = j;
      }
    }
    keep(waiting);
    for (std::int64_t i = kept, j = n - 1; i < j; ++i, --j) {  // in ascending order
      const std::int64_t column = columns_[i];
      columns_[i] = columns_[j];
      columns_[j] = column;
    }
    return kept;
  }
  // Rotates columns i and j so that z(i) vanishes, where T stays diagonal but for what is
  // negligible.
  bool join(const Part& part, std::int64_t i, std::int64_t j, T negligible) {
    T* d = d_ + part.begin;
    const T length = hypotenuse(z_[i], z_[j]);
    const T c = z_[j] / length, s = -(z_[i] / length);
    if (magnitude((d[j] - d[i]) * c * s) > negligible) return false;
    z_[j] = length;
    z_[i] = 0;
    if (halves_[i] != halves_[j]) halves_[i] = halves_[j] = Half::both;
    rotate_rows(part.top, part.top_count, i, j, c, s);
    rotate_rows(part.bottom, part.bottom_count, i, j, c, s);
    const T one = d[i], other = d[j], cc = rounded_product(c, c), ss = rounded_product(s, s);
    d[i] = rounded_product(one, cc) + rounded_product(other, ss);
    d[j] = rounded_product(one, ss) + rounded_product(other, cc);
    return true;
  }
  static void rotate_rows(Block<T> rows, std::int64_t count, std::int64_t i, std::int64_t j, T c,
                          T s) {
    for (std::int64_t r = 0; r < count; ++r) {
      const T x = rows(r, i), y = rows(r, j);
      rows(r, i) = rounded_product(c, x) + rounded_product(s, y);
      rows(r, j) = rounded_product(c, y) - rounded_product(s, x);
    }
  }

  // The columns that are kept, those of one half beside each other.
  struct Groups {
    std::int64_t top, both;
  };
  Groups group_columns(std::int64_t count) {
    Groups groups = {0, 0};
    for (std::int64_t j = 0; j < count; ++j) {
      groups.top += halves_[columns_[j]] == Half::top;
      groups.both += halves_[columns_[j]] == Half::both;
    }
    std::int64_t next[] = {0, groups.top, groups.top + groups.both};
    for (std::int64_t j = 0; j < count; ++j)
      places_[j] = next[static_cast<int>(halves_[columns_[j]])]++;
    return groups;
  }
  Block<T> packed_bottom(const Part& part) const { return memory_.packed.from(part.top_count, 0); }
  // The columns that are kept, in groups, and those that are not, behind them: in place.
  void pack(const Part& part, std::int64_t count) {
    const std::int64_t n = part.end - part.begin;
    for (std::int64_t j = 0; j < count; ++j) merged_[places_[j]] = columns_[j];
    for (std::int64_t j = count; j < n; ++j) merged_[j] = columns_[j];
    const auto move = [&](Block<T> rows, Block<T> packed, std::int64_t row_count) {
      for (std::int64_t r = 0; r < row_count; ++r) {
        const T* __restrict from = rows.at(r);
        T* __restrict to = packed.at(r);
        for (std::int64_t j = 0; j < n; ++j) to[j] = from[merged_[j]];
      }
      for (std::int64_t r = 0; r < row_count; ++r)
        for (std::int64_t j = count; j < n; ++j) rows(r, j) = packed(r, j);
    };
    move(part.top, memory_.packed, part.top_count);
    move(part.bottom, packed_bottom(part), part.bottom_count);
  }

  // The first `count` values, and row i of u: vector i, its elements in groups.
  bool find_roots(const Steps<T>& steps, T* d, std::int64_t count, T rho) {
    const SecularEquation<T> equation(poles_, weights_, count, rho);
    const Block<T> u = memory_.u;
    for (std::int64_t i = 0; i < count; ++i) {
      d[i] = equation.solve(i, u.at(i));
      if (!steps.proceed(64 * count)) return false;
    }
    recompute_weights(poles_, u, count, weights_, scratch_);
    for (std::int64_t i = 0; i < count; ++i) {
      T* row = u.at(i);
      const T length = divide_weights(weights_, row, scratch_, count);
      for (std::int64_t j = 0; j < count; ++j) row[places_[j]] = scratch_[j] / length;
      if (!steps.proceed(16 * count)) return false;
    }
    return true;
  }
  // diag(Q1, Q2) U, of which each half knows the columns that are not zero in it.
  bool multiply(const Steps<T>& steps, const Part& part, std::int64_t count,
                const Groups& groups) const {
    const std::int64_t top = groups.top + groups.both, bottom = count - groups.top;
    return multiply_half(steps, part.top, memory_.packed, part.top_count, count, 0, top) &&
           multiply_half(steps, part.bottom, packed_bottom(part), part.bottom_count, count,
                         groups.top, bottom);
  }
  bool multiply_half(const Steps<T>& steps, Block<T> to, Block<T> packed, std::int64_t row_count,
                     std::int64_t count, std::int64_t first, std::int64_t columns) const {
    if (columns == 0) {
      fill(to, row_count, count, T(0));
      return true;
    }
    const Factor<T> u = {memory_.u.at(0, first), 1, memory_.u.row, false};
    return steps.multiply(to, plain(packed.from(0, first)), u, row_count, count, columns);
  }

  // Roots ascend; the others are put between them.
  void sort_merged(std::int64_t begin, std::int64_t count, std::int64_t n) {
    const T* d = d_ + begin;
    sort_positions(d + count, merged_, n - count, false);
    for (std::int64_t i = 0, j = 0; i + j < n;) {
      const bool is_root = j == n - count || (i < count && d[i] <= d[count + merged_[j]]);
      order[begin + i + j] = is_root ? i : count + merged_[j];
      ++(is_root ? i : j);
    }
  }

  Memory memory_;
  std::int64_t n_;
  T *d_ = nullptr, *e_ = nullptr;
  T norm_ = 0;
  T *z_, *poles_, *weights_, *scratch_;
  std::int64_t *columns_, *places_, *merged_;
  Half* halves_;
  RotatedColumns<T> leaf_memory_;
};

}  // namespace corepy::COREPY_ISA::decomposition

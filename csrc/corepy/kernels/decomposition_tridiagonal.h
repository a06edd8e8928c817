// Hermitian matrices by reflectors to a real tridiagonal one, in panels whose updates wait
// (Dongarra, Sorensen and Hammarling, J. Comput. Appl. Math. 27 (1989); LAPACK's latrd).
#pragma once

#include "corepy/kernels/decomposition_chains.h"
#include "corepy/kernels/decomposition_reflectors.h"

namespace corepy::COREPY_ISA::decomposition {

// w = A v of a Hermitian matrix, which reads each element of the lower triangle once: for the sum
// of its row, in 64 bytes of chains, and for that of its column. Rows of complex elements are rows
// of real parts with two right-hand sides. Above the diagonal, fewer than `side` elements a row are
// read.
template <class E>
class HermitianProduct {
  using T = PartOf<E>;
  using V = Vec<T>;
  static constexpr int parts = sizeof(E) / sizeof(T);
  static constexpr std::int64_t chunk = chain_count<T>;  // reals
  static constexpr int vectors = chain_vectors<T>;
  static constexpr int rows_together = vectors == 1 ? 4 : vectors == 2 ? 2 : 1;

 public:
  static constexpr std::int64_t side = chunk / parts;  // elements

  HermitianProduct(Arena& arena, std::int64_t n) {
    const std::int64_t length = parts * ((n + side - 1) / side * side);
    for (int c = 0; c < parts; ++c) {
      factor_[c] = arena.take<T>(length);
      sum_[c] = arena.take<T>(length);
    }
  }

  void run(Block<E> a, const E* v, E* w, std::int64_t m) const {
    prepare(v, m);
    for (std::int64_t tile = 0; tile < m; tile += side) {
      const std::int64_t end = smaller_extent(tile + side, m);
      std::int64_t i = tile;
      for (; i + rows_together <= end; i += rows_together)
        add_rows<rows_together>(a, v, w, i, tile, m);
      for (; i < end; ++i) add_rows<1>(a, v, w, i, tile, m);
    }
    for (std::int64_t i = 0; i < m; ++i) {
      if constexpr (parts == 1) {
        w[i] = w[i] + sum_[0][i];
      } else {
        w[i] = {w[i].re + (sum_[0][2 * i] + sum_[1][2 * i + 1]),
                w[i].im + (sum_[1][2 * i] - sum_[0][2 * i + 1])};
      }
    }
  }

 private:
  void prepare(const E* v, std::int64_t m) const {
    const std::int64_t padded = (m + side - 1) / side * side;
    for (std::int64_t i = 0; i < padded; ++i) {
      const E x = i < m ? v[i] : E{};
      if constexpr (parts == 1) {
        factor_[0][i] = x;
      } else {
        factor_[0][2 * i] = x.re, factor_[0][2 * i + 1] = -x.im;
        factor_[1][2 * i] = x.im, factor_[1][2 * i + 1] = x.re;
      }
      for (int c = 0; c < parts; ++c)
        for (int part = 0; part < parts; ++part) sum_[c][parts * i + part] = 0;
    }
  }

  template <int Rows>
  struct Sums {
    V of[Rows][parts][vectors];
  };
  // Rows i.. of the tile of rows that begins at `tile`: w gets the sums of the rows.
  template <int Rows>
  void add_rows(Block<E> a, const E* v, E* w, std::int64_t i, std::int64_t tile,
                std::int64_t m) const {
    const T* row[Rows];
    V x[Rows][parts];
    Sums<Rows> sums;
    for (int r = 0; r < Rows; ++r) {
      row[r] = reinterpret_cast<const T*>(a.at(i + r));
      x[r][0] = V(re(v[i + r]));
      if constexpr (parts == 2) x[r][1] = V(im(v[i + r]));
      for (int c = 0; c < parts; ++c)
        for (int k = 0; k < vectors; ++k) sums.of[r][c][k] = V(T(0));
    }
    for (std::int64_t j = 0; j < parts * tile; j += chunk) {
#pragma GCC unroll 4
      for (int k = 0; k < vectors; ++k) {
        const std::int64_t at = j + k * lanes<T>;
        V p[parts], s[parts];
#pragma GCC unroll 2
        for (int c = 0; c < parts; ++c)
          p[c] = vec::load(factor_[c] + at), s[c] = vec::load(sum_[c] + at);
#pragma GCC unroll 4
        for (int r = 0; r < Rows; ++r) {
          const V e = vec::load(row[r] + at);
#pragma GCC unroll 2
          for (int c = 0; c < parts; ++c) {
            sums.of[r][c][k] = sums.of[r][c][k] + e * p[c];
            s[c] = s[c] + e * x[r][c];
          }
        }
#pragma GCC unroll 2
        for (int c = 0; c < parts; ++c) vec::store(sum_[c] + at, s[c]);
      }
    }
    for (int r = 0; r < Rows; ++r)
      w[i + r] = finish(row[r] + parts * tile, sums, r, tile, smaller_extent(side, m - tile));
  }
  // Adds the `count` elements of the tile on the diagonal, and the chains.
  template <int Rows>
  E finish(const T* row, Sums<Rows>& sums, int r, std::int64_t tile, std::int64_t count) const {
    alignas(64) T last[chunk] = {};
    T total[parts];
    std::memcpy(last, row, static_cast<std::size_t>(parts * count) * sizeof(T));
    for (int c = 0; c < parts; ++c) {
      for (int k = 0; k < vectors; ++k) {
        const V p = vec::load(factor_[c] + parts * tile + k * lanes<T>);
        sums.of[r][c][k] = sums.of[r][c][k] + vec::load(last + k * lanes<T>) * p;
      }
      total[c] = fold_chains<T>(sums.of[r][c]);
    }
    if constexpr (parts == 1) {
      return total[0];
    } else {
      return {total[0], total[1]};
    }
  }

  T *factor_[parts], *sum_[parts];
};

// A = Q T Q**H: T's diagonal and subdiagonal; reflectors stay below a's subdiagonal.
template <class E>
class TridiagonalReduction {
  using T = PartOf<E>;
  // Fewer columns are reduced one by one, and larger blocks of rows are updated by all threads.
  static constexpr std::int64_t least_blocked = 64, row_block = 256;
  // Of so few the chains are hardly filled.
  static constexpr std::int64_t few_rows = 16;

 public:
  T *diagonal, *below;
  E* tau;

  // `room`: n x n elements of scratch memory.
  TridiagonalReduction(Arena& arena, Block<E> a, E* room, std::int64_t n)
      : diagonal(arena.take<T>(n)),
        below(arena.take<T>(n)),
        tau(arena.take<E>(n)),
        a_(a),
        waiting_(arena.take_matrix<E>(n > least_blocked ? 2 * panel_width : 0, n)),
        partner_(arena.take_matrix<E>(n > least_blocked ? 2 * panel_width : 2, n)),
        correction_(arena.take<E>(n)),
        v_(arena.take<E>(n)),
        w_(arena.take<E>(n)),
        weights_(arena.take<E>(2 * panel_width)),
        dots_(arena.take<E>(2 * panel_width)),
        room_(room),
        n_(n),
        product_(arena, n) {}

  bool run(const Steps<E>& steps) {
    std::int64_t k = 0;
    for (; n_ - k > least_blocked; k += panel_width)
      if (!reduce_panel(steps, k)) return false;
    for (; k < n_; ++k)
      if (!reduce_column(steps, k)) return false;
    return true;
  }

 private:
  // ---- one column at a time

  bool reduce_column(const Steps<E>& steps, std::int64_t k) {
    const std::int64_t m = n_ - k - 1;
    for (std::int64_t i = 0; i <= m; ++i) v_[i] = a_(k + i, k);
    if (!start_column(k)) return true;
    const E* v = v_ + 1;
    const Block<E> rest = a_.from(k + 1, k + 1);
    if (n_ <= least_blocked && m <= few_rows) {  // both triangles are there
      if (!steps.multiply({w_, 1}, plain(rest), {v, 1, 1, false}, m, 1, m)) return false;
    } else {
      product_.run(rest, v, w_, m);
    }
    if (!finish_partner(steps, k, v, w_)) return false;
    E *conj_v = partner_.at(0), *conj_w = partner_.at(1);
    for (std::int64_t i = 0; i < m; ++i) conj_v[i] = conj(v[i]), conj_w[i] = conj(w_[i]);
    for (std::int64_t i = 0; i < m; ++i) {
      E* __restrict to = a_.at(k + 1 + i, k + 1);
      const E x = v[i], y = w_[i];
      for (std::int64_t j = 0; j < m; ++j)
        to[j] = subtract(to[j], add(multiply(x, conj_w[j]), multiply(y, conj_v[j])));
    }
    return steps.proceed(8 * m * m);
  }

  // v_ holds column k from the diagonal on: makes its reflector, whose v is v_ + 1. False where no
  // element has to go.
  bool start_column(std::int64_t k) {
    const std::int64_t m = n_ - k - 1;
    diagonal[k] = re(v_[0]);
    below[k] = 0;
    if (m == 0) return false;
    const Reflector<E> h = reflect(v_ + 1, m, 1);
    tau[k] = h.tau;
    below[k] = h.beta;
    v_[1] = from_real<E>(1);
    for (std::int64_t i = 1; i < m; ++i) a_(k + 1 + i, k) = v_[1 + i];
    return rough_modulus(h.tau) != 0;
  }
  // From w = A v: w = x - (tau / 2) (x**H v) v, x = tau A v. Then H**H A H = A - v w**H - w v**H.
  bool finish_partner(const Steps<E>& steps, std::int64_t k, const E* v, E* w) {
    const std::int64_t m = n_ - k - 1;
    for (std::int64_t i = 0; i < m; ++i) w[i] = multiply(tau[k], w[i]);
    E overlap{};
    const Factor<E> row = {w, 1, 1, is_complex_element<E>};
    if (!steps.multiply({&overlap, 1}, row, {v, 1, 1, false}, 1, 1, m)) return false;
    const E shift = scale(multiply(tau[k], overlap), T(-0.5));
    for (std::int64_t i = 0; i < m; ++i) w[i] = add(w[i], multiply(shift, v[i]));
    return true;
  }

  // ---- panels: vectors v and w of column j wait in rows 2 j and 2 j + 1, conj(w) and conj(v)
  // stand in these rows of their partner

  bool reduce_panel(const Steps<E>& steps, std::int64_t start) {
    for (std::int64_t j = 0; j < panel_width; ++j) {
      const std::int64_t k = start + j, m = n_ - k - 1;
      if (!update_column(steps, k, j)) return false;
      const bool turns = start_column(k);
      E *v = waiting_.at(2 * j, k + 1), *w = waiting_.at(2 * j + 1, k + 1);
      for (std::int64_t i = 0; i < m; ++i) v[i] = v_[1 + i], w[i] = E{};
      if (turns && !find_partner(steps, k, j, v, w)) return false;
      E *conj_w = partner_.at(2 * j, k + 1), *conj_v = partner_.at(2 * j + 1, k + 1);
      for (std::int64_t i = 0; i < m; ++i) conj_v[i] = conj(v[i]), conj_w[i] = conj(w[i]);
      if (!steps.proceed(4 * m * m)) return false;
    }
    return update_rest(steps, start + panel_width);
  }
  // Rows of the waiting vectors from column k on, weighted and summed, go to correction_.
  bool weigh(const Steps<E>& steps, std::int64_t k, std::int64_t j) {
    return steps.multiply({correction_, 1}, {weights_, 1, 1, false}, plain(waiting_.from(0, k)), 1,
                          n_ - k, 2 * j);
  }
  // Column k as the j vectors before have left it.
  bool update_column(const Steps<E>& steps, std::int64_t k, std::int64_t j) {
    for (std::int64_t i = 0; i < n_ - k; ++i) v_[i] = a_(k + i, k);
    if (j == 0) return true;
    for (std::int64_t i = 0; i < 2 * j; ++i) weights_[i] = partner_(i, k);
    if (!weigh(steps, k, j)) return false;
    for (std::int64_t i = 0; i < n_ - k; ++i) v_[i] = subtract(v_[i], correction_[i]);
    return true;
  }
  bool find_partner(const Steps<E>& steps, std::int64_t k, std::int64_t j, const E* v, E* w) {
    const std::int64_t m = n_ - k - 1;
    product_.run(a_.from(k + 1, k + 1), v, w, m);
    if (j > 0) {
      Factor<E> vectors = plain(waiting_.from(0, k + 1));
      vectors.conjugate = is_complex_element<E>;
      if (!steps.multiply({dots_, 1}, vectors, {v, 1, 1, false}, 2 * j, 1, m)) return false;
      for (std::int64_t i = 0; i < 2 * j; i += 2)
        weights_[i] = dots_[i + 1], weights_[i + 1] = dots_[i];
      if (!weigh(steps, k + 1, j)) return false;
      for (std::int64_t i = 0; i < m; ++i) w[i] = subtract(w[i], correction_[i]);
    }
    return finish_partner(steps, k, v, w);
  }
  // The lower triangle from row and column `start` on, and what HermitianProduct reads beside it.
  bool update_rest(const Steps<E>& steps, std::int64_t start) {
    constexpr std::int64_t beside = HermitianProduct<E>::side;
    const Steps<E> roomy = {steps.services, room_, n_ * n_};
    for (std::int64_t i = start; i < n_; i += row_block) {
      const std::int64_t rows = smaller_extent(row_block, n_ - i);
      const std::int64_t columns = smaller_extent(i + rows + beside, n_) - start;
      const Factor<E> left = {waiting_.at(0, i), 1, waiting_.row, false};
      if (!roomy.update(a_.from(i, start), left, plain(partner_.from(0, start)), rows, columns,
                        2 * panel_width))
        return false;
    }
    return true;
  }

  Block<E> a_, waiting_, partner_;
  E *correction_, *v_, *w_, *weights_, *dots_, *room_;
  std::int64_t n_;
  HermitianProduct<E> product_;
};

}  // namespace corepy::COREPY_ISA::decomposition

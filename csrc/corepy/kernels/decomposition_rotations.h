// Plane rotations of pairs of columns, collected and applied many at a time.
#pragma once

#include "corepy/kernels/decomposition_block.h"

namespace corepy::COREPY_ISA::decomposition {

// x_first, x_second = c x_first + s x_second, c x_second - s x_first.
template <class T>
struct Rotation {
  std::int32_t first, second;
  T c, s;
};

// Columns of a matrix (rows x columns, of real or complex elements) rotated in pairs. Rotations
// wait until there are many; then strips of rows are turned into rows of a buffer that stays in the
// cache, where each rotation is a loop along memory. Rows are independent: when which rotation is
// applied to which strip changes no bit.
template <class E>
class RotatedColumns {
  using T = PartOf<E>;

 public:
  static constexpr std::int64_t strip = 128 / sizeof(T);  // reals
  static constexpr std::int64_t strip_rows = strip / (sizeof(E) / sizeof(T));
  static constexpr std::int64_t waiting_limit(std::int64_t columns) { return 24 * columns + 64; }

  RotatedColumns(Block<E> a, std::int64_t rows, std::int64_t columns, Rotation<T>* waiting,
                 T* buffer)
      : a_(a), rows_(rows), columns_(columns), waiting_(waiting), buffer_(buffer) {}

  void rotate(std::int64_t first, std::int64_t second, T c, T s) {
    if (rows_ == 0) return;
    waiting_[count_++] = {static_cast<std::int32_t>(first), static_cast<std::int32_t>(second), c,
                          s};
    if (count_ == waiting_limit(columns_)) apply();
  }
  // What so many rotations take, sooner or later.
  std::int64_t flops(std::int64_t rotations) const {
    constexpr std::int64_t parts = sizeof(E) / sizeof(T);
    return 6 * (1 + parts * rows_) * rotations;
  }
  void apply() {
    if (count_ == 0) return;
    for (std::int64_t r = 0; r < rows_; r += strip_rows)
      rotate_strip(a_.from(r, 0), smaller_extent(strip_rows, rows_ - r));
    count_ = 0;
  }

 private:
  void rotate_strip(Block<E> rows, std::int64_t n) {
    for (std::int64_t i = 0; i < strip_rows; ++i) {
      for (std::int64_t j = 0; j < columns_; ++j) put(j, i, i < n ? rows(i, j) : E{});
    }
    for (std::int64_t k = 0; k < count_; ++k) {
      const Rotation<T>& one = waiting_[k];
      T* __restrict x = buffer_ + one.first * strip;
      T* __restrict y = buffer_ + one.second * strip;
      const T c = one.c, s = one.s;
      for (std::int64_t i = 0; i < strip; ++i) {
        const T a = x[i], b = y[i];
        x[i] = c * a + s * b;
        y[i] = c * b - s * a;
      }
    }
    for (std::int64_t i = 0; i < n; ++i)
      for (std::int64_t j = 0; j < columns_; ++j) rows(i, j) = get(j, i);
  }
  void put(std::int64_t j, std::int64_t i, E x) {
    if constexpr (is_complex_element<E>) {
      buffer_[j * strip + 2 * i] = x.re;
      buffer_[j * strip + 2 * i + 1] = x.im;
    } else {
      buffer_[j * strip + i] = x;
    }
  }
  E get(std::int64_t j, std::int64_t i) const {
    if constexpr (is_complex_element<E>) {
      return {buffer_[j * strip + 2 * i], buffer_[j * strip + 2 * i + 1]};
    } else {
      return buffer_[j * strip + i];
    }
  }

  Block<E> a_;
  std::int64_t rows_, columns_;
  Rotation<T>* waiting_;
  T* buffer_;
  std::int64_t count_ = 0;
};

template <class E>
RotatedColumns<E> take_rotated_columns(Arena& arena, Block<E> a, std::int64_t rows,
                                       std::int64_t columns) {
  using T = PartOf<E>;
  auto* waiting = arena.take<Rotation<T>>(RotatedColumns<E>::waiting_limit(columns));
  return {a, rows, columns, waiting, arena.take<T>(columns * RotatedColumns<E>::strip)};
}

// The phase that makes the component of largest modulus (the first of them) of a vector real and
// positive: a factor of modulus 1, by which the vector is to be multiplied.
template <class E>
E phase_of_largest(const E* x, std::int64_t n, std::int64_t step) {
  using T = PartOf<E>;
  T most = 0;
  E chosen = from_real<E>(1);
  for (std::int64_t i = 0; i < n; ++i) {
    const T size = modulus(x[i * step]);
    if (size > most) most = size, chosen = x[i * step];
  }
  if constexpr (is_complex_element<E>) {
    if (most == 0) return chosen;
    return {chosen.re / most, -chosen.im / most};
  } else {
    return chosen < 0 ? T(-1) : T(1);
  }
}

// The order that sorts n values, stable; insertion on positions, for they are nearly sorted.
template <class T>
void sort_positions(const T* values, std::int64_t* order, std::int64_t n, bool descending) {
  for (std::int64_t i = 0; i < n; ++i) {
    std::int64_t at = i;
    for (; at > 0; --at) {
      const T before = values[order[at - 1]], x = values[i];
      if (descending ? before >= x : before <= x) break;
      order[at] = order[at - 1];
    }
    order[at] = i;
  }
}

}  // namespace corepy::COREPY_ISA::decomposition

// Packs complex B as the real matrix that the contract speaks of (matmul.h): for each k the step
// (re, im) of its elements and the step (-im, re). Complex A, whose parts are steps too, is packed
// by matmul_pack.h.
#pragma once

#include "corepy/kernels/matmul_pack.h"
#include "corepy/vec/complex.h"
#include "corepy/vec/pairs.h"

namespace corepy::COREPY_ISA::matmul {

// One vector of a step at `out`, and of its turned twin `step` Scalars further on.
template <class T>
COREPY_INLINE void store_steps(Vec<T> v, T* out, std::int64_t step) {
  vec::store(out, v);
  vec::store(out + step, vec::turn_pairs(v));
}

// `count` Scalars that lie side by side; padding is set to zero.
template <class T>
COREPY_INLINE void pack_pairs(const T* from, std::int64_t count, std::int64_t step, T* out) {
  std::int64_t i = 0;
  for (; i + lanes<T> <= count; i += lanes<T>) {
    store_steps(vec::load(from + i), out + i, step);
  }
  if (i < count) {
    store_steps(vec::load_partial(from + i, count - i), out + i, step);
    i += lanes<T>;
  }
  for (; i < step; i += lanes<T>) store_steps(Vec<T>(T(0)), out + i, step);
}

// lanes<T> columns by lanes<T> / 2 k that lie side by side: transposed in registers. Columns that
// the panel lacks repeat the last one; they land in padding.
template <class E>
COREPY_INLINE void transpose_pairs(const Operand& source, std::int64_t count, std::int64_t k,
                                   std::int64_t panel, std::int64_t offset, const LaneOrder& order,
                                   const PanelLayout<E>& panels) {
  using T = ScalarOf<E>;
  constexpr std::int64_t size = lanes<T>;
  Vec<T> rows[size];
  COREPY_UNROLL
  for (std::int64_t r = 0; r < size; ++r) {
    rows[r] = vec::load(reinterpret_cast<const T*>(source.at(smaller(r, count - 1), k)));
  }
  vec::transpose_registers(rows);
  COREPY_UNROLL
  for (std::int64_t r = 0; r < size; r += 2) {
    const auto pairs = vec::interleave(ComplexVec<T>{rows[r], rows[r + 1]});
    T* out = panels.at(panel, order.position(k + r / 2)) + 2 * offset;
    store_steps(pairs.first, out, panels.step);
    if (2 * offset + size < panels.step) {
      store_steps(pairs.second, out + size, panels.step);
    }
  }
}

// Strips of panels.width columns of B; panels.step counts Scalars, two per column.
template <class E>
void pack_complex_columns(const Operand& source, std::int64_t columns, std::int64_t k_count,
                          const LaneOrder& order, const PanelLayout<E>& panels) noexcept {
  using T = ScalarOf<E>;
  constexpr auto itemsize = static_cast<std::int64_t>(sizeof(E));
  const bool is_along_k =
      source.k_stride_bytes == itemsize && source.outer_stride_bytes != itemsize;
  const std::int64_t k_size = lanes<T> / 2;
  const std::int64_t tiles_end = is_along_k ? k_count / k_size * k_size : 0;
  for (std::int64_t j = 0, panel = 0; j < columns; j += panels.width, ++panel) {
    const std::int64_t count = smaller(panels.width, columns - j);
    const Operand strip = source.from(j, 0);
    for (std::int64_t k = 0; k < tiles_end; k += k_size) {
      for (std::int64_t c = 0; 2 * c < panels.step; c += lanes<T>) {
        const std::int64_t first = smaller(c, count - 1);
        transpose_pairs<E>(strip.from(first, 0), count - first, k, panel, c, order, panels);
      }
    }
    for (std::int64_t k = tiles_end; k < k_count; ++k) {
      T* const out = panels.at(panel, order.position(k));
      if (source.outer_stride_bytes == itemsize) {
        pack_pairs(reinterpret_cast<const T*>(strip.at(0, k)), 2 * count, panels.step, out);
        continue;
      }
      for (std::int64_t c = 0; 2 * c < panels.step; ++c) {
        const E e = c < count ? load_element<E>(strip.at(c, k)) : E{};
        out[2 * c] = e.re;
        out[2 * c + 1] = e.im;
        out[panels.step + 2 * c] = -e.im;
        out[panels.step + 2 * c + 1] = e.re;
      }
    }
  }
}

}  // namespace corepy::COREPY_ISA::matmul

// Copies parts of A and B of any layout into panels: per k, the elements of one strip side by side,
// lane after lane.
#pragma once

#include "corepy/kernels/matmul.h"
#include "corepy/vec/arithmetic.h"
#include "corepy/vec/transpose_registers.h"

namespace corepy::COREPY_ISA::matmul {

// A or B seen from its panels: `outer` runs along a strip (rows of A, columns of B).
struct Operand {
  const char* data;
  std::int64_t outer_stride_bytes;
  std::int64_t k_stride_bytes;
  bool conjugate;

  COREPY_INLINE const char* at(std::int64_t outer, std::int64_t k) const {
    return data + outer * outer_stride_bytes + k * k_stride_bytes;
  }
  COREPY_INLINE Operand from(std::int64_t outer, std::int64_t k) const {
    return {at(outer, k), outer_stride_bytes, k_stride_bytes, conjugate};
  }
};

// Where each k of a block goes in a panel: the lanes follow each other in the order of lane_at.
struct LaneOrder {
  int lanes;
  int lanes_log2;
  std::int64_t lane[max_lanes];    // by visit
  std::int64_t length[max_lanes];  // by visit
  std::int64_t start[max_lanes];   // by lane

  LaneOrder(std::int64_t block_k, int lane_total) noexcept
      : lanes(lane_total), lanes_log2(__builtin_ctz(static_cast<unsigned>(lane_total))) {
    std::int64_t position = 0;
    for (int visit = 0; visit < lanes; ++visit) {
      const int l = lane_at(visit, lanes_log2);
      lane[visit] = l;
      length[visit] = lane_length(block_k, l, lanes_log2);
      start[l] = position;
      position += length[visit];
    }
  }
  COREPY_INLINE std::int64_t position(std::int64_t k) const {
    return start[k & (lanes - 1)] + (k >> lanes_log2);
  }
};

// Panels of an operand side by side. Each takes `width` outer elements (the last maybe fewer) and
// keeps `step` Scalars per k and part: the rest is padding. Panel number p starts at out + p *
// panel_size.
template <class E>
struct PanelLayout {
  ScalarOf<E>* out;
  std::int64_t width;
  std::int64_t step;
  std::int64_t panel_size;

  COREPY_INLINE ScalarOf<E>* at(std::int64_t panel, std::int64_t position) const {
    return out + panel * panel_size + position * step * parts_of<E>;
  }
};

// One k of a panel, element by element: any layout, any element type. Padding is set to zero, so
// that no stranger's value is computed with.
template <class E>
COREPY_INLINE void pack_step(const Operand& source, std::int64_t count, std::int64_t step,
                             ScalarOf<E>* out) {
  const char* p = source.data;
  const std::int64_t stride = source.outer_stride_bytes;
  if constexpr (parts_of<E> == 2) {
    using T = ScalarOf<E>;
    for (std::int64_t i = 0; i < count; ++i) out[i] = load_element<T>(p + i * stride);
    for (std::int64_t i = 0; i < count; ++i) {
      const T im = load_element<T>(p + i * stride + sizeof(T));
      out[step + i] = source.conjugate ? -im : im;
    }
    for (std::int64_t i = count; i < step; ++i) out[i] = out[step + i] = 0;
  } else {
    for (std::int64_t i = 0; i < count; ++i) {
      out[i] = static_cast<ScalarOf<E>>(load_element<E>(p + i * stride));
    }
    for (std::int64_t i = count; i < step; ++i) out[i] = 0;
  }
}

// Elements that lie side by side along the strip are copied by vectors.
template <class E>
COREPY_INLINE void copy_step(const char* from, std::int64_t count, std::int64_t step, E* out) {
  std::int64_t i = 0;
  for (; i + lanes<E> <= count; i += lanes<E>) {
    vec::store(out + i, vec::load(reinterpret_cast<const E*>(from) + i));
  }
  if (i < count) {
    vec::store(out + i, vec::load_partial(reinterpret_cast<const E*>(from) + i, count - i));
    i += lanes<E>;
  }
  for (; i < step; i += lanes<E>) vec::store(out + i, Vec<E>(E(0)));
}

// A panel without padding whose elements lie side by side: Vectors copies per k.
template <class E, int Vectors>
COREPY_INLINE void copy_full_steps(const Operand& source, std::int64_t k0, std::int64_t k1,
                                   const LaneOrder& order, const PanelLayout<E>& panels,
                                   std::int64_t panel) {
  for (std::int64_t k = k0; k < k1; ++k) {
    const E* from = reinterpret_cast<const E*>(source.at(0, k));
    E* out = panels.at(panel, order.position(k));
    Vec<E> v[Vectors];
    COREPY_UNROLL
    for (int i = 0; i < Vectors; ++i) v[i] = vec::load(from + i * lanes<E>);
    COREPY_UNROLL
    for (int i = 0; i < Vectors; ++i) vec::store(out + i * lanes<E>, v[i]);
  }
}

// The k of [k0, k1) of one panel.
template <class E, bool Contiguous>
COREPY_INLINE void pack_steps(const Operand& source, std::int64_t count, std::int64_t k0,
                              std::int64_t k1, const LaneOrder& order, const PanelLayout<E>& panels,
                              std::int64_t panel) {
  if constexpr (Contiguous && std::is_same_v<E, ScalarOf<E>>) {
    if (count == panels.step && count == 2 * lanes<E>) {
      return copy_full_steps<E, 2>(source, k0, k1, order, panels, panel);
    }
    if (count == panels.step && count == 3 * lanes<E>) {
      return copy_full_steps<E, 3>(source, k0, k1, order, panels, panel);
    }
  }
  for (std::int64_t k = k0; k < k1; ++k) {
    ScalarOf<E>* const out = panels.at(panel, order.position(k));
    if constexpr (Contiguous && std::is_same_v<E, ScalarOf<E>>) {
      copy_step<E>(source.at(0, k), count, panels.step, out);
    } else {
      Operand step = source.from(0, k);
      if (Contiguous)
        step.outer_stride_bytes = sizeof(E);  // a constant, for the compiler's vectoriser
      pack_step<E>(step, count, panels.step, out);
    }
  }
}

// A few k at a time over all panels: memory is then read along its rows.
template <class E, bool Contiguous>
void pack_along_strips(const Operand& source, std::int64_t outer_count, std::int64_t k_count,
                       const LaneOrder& order, const PanelLayout<E>& panels) noexcept {
  constexpr std::int64_t k_group = 32;
  for (std::int64_t k = 0; k < k_count; k += k_group) {
    for (std::int64_t i = 0, panel = 0; i < outer_count; i += panels.width, ++panel) {
      pack_steps<E, Contiguous>(source.from(i, 0), smaller(panels.width, outer_count - i), k,
                                smaller(k + k_group, k_count), order, panels, panel);
    }
  }
}

// The float type that carries elements of this size through a transpose; complex numbers are two of
// them.
template <class E>
using Carrier = std::conditional_t<sizeof(ScalarOf<E>) == 4, float, double>;
template <class E>
inline constexpr bool can_transpose =
    sizeof(ScalarOf<E>) >= 4 && sizeof(E) == sizeof(ScalarOf<E>) * parts_of<E>;

// lanes<T> outer elements by lanes<T> Scalars along k. Rows that the panel lacks repeat the last
// one; they land in padding.
template <class E>
COREPY_INLINE void transpose_tile(const Operand& source, std::int64_t count, std::int64_t k,
                                  std::int64_t panel, std::int64_t offset, const LaneOrder& order,
                                  const PanelLayout<E>& panels) {
  using T = Carrier<E>;
  constexpr std::int64_t size = lanes<T>;
  Vec<T> rows[size];
  COREPY_UNROLL
  for (std::int64_t r = 0; r < size; ++r) {
    rows[r] = vec::load(reinterpret_cast<const T*>(source.at(smaller(r, count - 1), k)));
  }
  vec::transpose_registers(rows);
  COREPY_UNROLL
  for (std::int64_t r = 0; r < size; ++r) {
    T* out = reinterpret_cast<T*>(panels.at(panel, order.position(k + r / parts_of<E>))) + offset;
    if (parts_of<E> == 2 && r % 2 == 1) {
      vec::store(out + panels.step, source.conjugate ? vec::negative(rows[r]) : rows[r]);
    } else {
      vec::store(out, rows[r]);
    }
  }
}

// Elements that lie side by side along k: square tiles are transposed in registers.
template <class E>
void pack_across_strips(const Operand& source, std::int64_t outer_count, std::int64_t k_count,
                        const LaneOrder& order, const PanelLayout<E>& panels) noexcept {
  constexpr std::int64_t size = lanes<Carrier<E>>;
  constexpr std::int64_t k_size = size / parts_of<E>;
  const std::int64_t k_tiles = k_count / k_size * k_size;
  for (std::int64_t i = 0, panel = 0; i < outer_count; i += panels.width, ++panel) {
    const std::int64_t count = smaller(panels.width, outer_count - i);
    const Operand strip = source.from(i, 0);
    for (std::int64_t k = 0; k < k_tiles; k += k_size) {
      for (std::int64_t r = 0; r < count; r += size) {
        transpose_tile<E>(strip.from(r, 0), smaller(size, count - r), k, panel, r, order, panels);
      }
      for (std::int64_t r = round_up(count, size); r < panels.step; r += size) {
        for (std::int64_t q = 0; q < k_size * parts_of<E>; ++q) {
          ScalarOf<E>* out =
              panels.at(panel, order.position(k + q / parts_of<E>)) + q % parts_of<E> * panels.step;
          for (std::int64_t c = r; c < panels.step; ++c) out[c] = 0;
        }
      }
    }
    for (std::int64_t k = k_tiles; k < k_count; ++k) {
      pack_step<E>(strip.from(0, k), count, panels.step, panels.at(panel, order.position(k)));
    }
  }
}

template <class E>
void pack_panels(const Operand& source, std::int64_t outer_count, std::int64_t k_count,
                 const LaneOrder& order, const PanelLayout<E>& panels) noexcept {
  if (source.outer_stride_bytes == static_cast<std::int64_t>(sizeof(E))) {
    pack_along_strips<E, true>(source, outer_count, k_count, order, panels);
    return;
  }
  if constexpr (can_transpose<E>) {
    if (source.k_stride_bytes == static_cast<std::int64_t>(sizeof(E))) {
      pack_across_strips<E>(source, outer_count, k_count, order, panels);
      return;
    }
  }
  pack_along_strips<E, false>(source, outer_count, k_count, order, panels);
}

}  // namespace corepy::COREPY_ISA::matmul

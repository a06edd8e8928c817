// Copies parts of A and B of any layout into panels: per k, the elements of one strip side by side,
// lane after lane.
#pragma once

#include "corepy/kernels/matmul.h"
#include "corepy/vec/arithmetic.h"
#include "corepy/vec/first_lanes.h"
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

// Elements that lie side by side along the strip are copied by vectors; `rest` are those of the
// last one, where `count` is no multiple of them.
template <class E>
COREPY_INLINE void copy_step(const char* from, std::int64_t count, std::int64_t step,
                             const vec::Prefix<E>& rest, E* out) {
  std::int64_t i = 0;
  for (; i + lanes<E> <= count; i += lanes<E>) {
    vec::store(out + i, vec::load(reinterpret_cast<const E*>(from) + i));
  }
  if (i < count) {
    vec::store(out + i, rest.load_exactly(reinterpret_cast<const E*>(from) + i));
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
  const vec::Prefix<ScalarOf<E>> rest(larger(count % lanes<ScalarOf<E>>, 1));
  for (std::int64_t k = k0; k < k1; ++k) {
    ScalarOf<E>* const out = panels.at(panel, order.position(k));
    if constexpr (Contiguous && std::is_same_v<E, ScalarOf<E>>) {
      copy_step<E>(source.at(0, k), count, panels.step, rest, out);
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

// Square tiles of lanes<T> outer elements by lanes<T> Scalars along k, transposed in registers. The
// addresses of a tile's rows and of where they go are offsets from tables: computed each time, they
// would cost more than the transpose.
template <class E>
struct TransposedPacking {
  using T = Carrier<E>;
  static constexpr std::int64_t size = lanes<T>;
  static constexpr std::int64_t k_size = size / parts_of<E>;

  std::int64_t step;  // of the panels
  bool conjugate;
  int lanes_log2;
  std::int64_t lane_mask;
  std::int64_t row_bytes[size];                    // rows that the panel lacks repeat the last one
  std::int64_t position[larger(size, max_lanes)];  // by k, of a panel, for the first of them

  TransposedPacking(const Operand& source, const LaneOrder& order,
                    const PanelLayout<E>& panels) noexcept
      : step(panels.step),
        conjugate(source.conjugate),
        lanes_log2(order.lanes_log2),
        lane_mask(order.lanes - 1) {
    for (std::int64_t k = 0; k < larger(k_size, order.lanes); ++k) {
      position[k] = order.position(k) * step * parts_of<E>;
    }
  }

  COREPY_INLINE void set_rows(const Operand& source, std::int64_t count) {
    for (std::int64_t r = 0; r < size; ++r) {
      row_bytes[r] = smaller(r, count - 1) * source.outer_stride_bytes;
    }
  }

  // The tile of `source`, number k of which is the first, for k = 0 mod k_size. A tile holds whole
  // turns of the lanes, or lies within one.
  COREPY_INLINE void pack(const char* source, std::int64_t k, T* panel) const {
    const char* const from = source + k * static_cast<std::int64_t>(sizeof(E));
    T* const out = panel + (k >> lanes_log2) * step * parts_of<E>;
    const std::int64_t* const at = position + (k & lane_mask);
    Vec<T> rows[size];
    COREPY_UNROLL
    for (std::int64_t r = 0; r < size; ++r) {
      rows[r] = vec::load(reinterpret_cast<const T*>(from + row_bytes[r]));
    }
    vec::transpose_registers(rows);
    COREPY_UNROLL
    for (std::int64_t r = 0; r < size; ++r) {
      if (parts_of<E> == 2 && r % 2 == 1) {
        vec::store(out + at[r / 2] + step, conjugate ? vec::negative(rows[r]) : rows[r]);
      } else {
        vec::store(out + at[r / parts_of<E>], rows[r]);
      }
    }
  }
};

// Elements that lie side by side along k.
template <class E>
void pack_across_strips(const Operand& source, std::int64_t outer_count, std::int64_t k_count,
                        const LaneOrder& order, const PanelLayout<E>& panels) noexcept {
  using Packing = TransposedPacking<E>;
  using T = Carrier<E>;
  constexpr std::int64_t size = Packing::size, k_size = Packing::k_size;
  constexpr std::int64_t k_group = 128;  // what is written of the panel stays in the nearest cache
  const std::int64_t k_tiles = k_count / k_size * k_size;
  Packing packing(source, order, panels);
  for (std::int64_t i = 0, panel = 0; i < outer_count; i += panels.width, ++panel) {
    const std::int64_t count = smaller(panels.width, outer_count - i);
    const Operand strip = source.from(i, 0);
    T* const out = reinterpret_cast<T*>(panels.at(panel, 0));
    for (std::int64_t group = 0; group < k_tiles; group += k_group) {
      const std::int64_t group_end = smaller(group + k_group, k_tiles);
      for (std::int64_t r = 0; r < count; r += size) {
        packing.set_rows(source, smaller(size, count - r));
        for (std::int64_t k = group; k < group_end; k += k_size) {
          packing.pack(strip.at(r, 0), k, out + r);
        }
      }
    }
    const std::int64_t packed = round_up(count, size);
    for (std::int64_t k = 0; packed < panels.step && k < k_tiles; ++k) {
      ScalarOf<E>* const row = panels.at(panel, order.position(k));
      for (int part = 0; part < parts_of<E>; ++part) {
        for (std::int64_t c = packed; c < panels.step; ++c) row[part * panels.step + c] = 0;
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

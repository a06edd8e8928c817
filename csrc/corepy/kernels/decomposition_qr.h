// QR by blocks of reflectors. R has the signs that LAPACK's has: a real diagonal, opposite in sign
// to what each column began with.
#pragma once

#include "corepy/kernels/decomposition_reflectors.h"

namespace corepy::COREPY_ISA::decomposition {

// What QR needs beside the matrix (m x n).
template <class E>
struct QrRoom {
  Block<E> panel;  // its columns as rows: all that a reflector meets lies along memory
  E *sums, *scaled_v;
};
template <class E>
QrRoom<E> take_qr_room(Arena& arena, std::int64_t m, std::int64_t count) {
  const std::int64_t width = smaller_extent(panel_width, count);
  return {arena.take_matrix<E>(width, m), arena.take<E>(width), arena.take<E>(m)};
}

// The reflectors of `width` columns of a, rows start .. m.
template <class E>
bool factor_panel(const Steps<E>& steps, const QrRoom<E>& room, Block<E> a, E* tau,
                  std::int64_t rows, std::int64_t width) {
  const Block<E> panel = room.panel;
  for (std::int64_t i = 0; i < rows; ++i)
    for (std::int64_t j = 0; j < width; ++j) panel(j, i) = a(i, j);
  for (std::int64_t j = 0; j < width; ++j) {
    E* v = panel.at(j, j);
    tau[j] = reflect(v, rows - j, 1).tau;
    const E beta = v[0];
    v[0] = from_real<E>(1);
    if (!apply_to_columns(steps, v, conj(tau[j]), panel.from(j + 1, j), rows - j, width - j - 1,
                          room.sums, room.scaled_v))
      return false;
    v[0] = beta;
  }
  for (std::int64_t i = 0; i < rows; ++i)
    for (std::int64_t j = 0; j < width; ++j) a(i, j) = panel(j, i);
  return true;
}

// a = Q R in place: R above, reflectors below the diagonal.
template <class E>
bool factor_qr(const Steps<E>& steps, const ReflectorBlock<E>& block, const QrRoom<E>& room,
               Block<E> a, E* tau, std::int64_t m, std::int64_t n) {
  const std::int64_t count = smaller_extent(m, n);
  for (std::int64_t start = 0; start < count; start += panel_width) {
    const std::int64_t width = smaller_extent(panel_width, count - start);
    const std::int64_t end = start + width;
    if (!factor_panel(steps, room, a.from(start, start), tau + start, m - start, width))
      return false;
    if (!steps.proceed(2 * (m - start) * width)) return false;
    if (end == n) continue;
    if (!form_block(steps, block, a.from(start, start), tau + start, m - start, width))
      return false;
    if (!apply_block(steps, block, true, a.from(start, end), m - start, n - end, width))
      return false;
  }
  return true;
}

template <class E>
struct QrWorkspace {
  Block<E> a;
  ReflectorBlock<E> block;
  QrRoom<E> room;
  E *tau, *product;
  std::int64_t product_size, bytes;

  QrWorkspace(const DecompositionArgs& args, void* memory) {
    const std::int64_t m = args.m, n = args.n, count = smaller_extent(m, n);
    const std::int64_t widest =
        larger(n, args.option ? m : count);  // of what blocks are applied to
    Arena arena(memory);
    a = arena.take_matrix<E>(m, n);
    block = take_reflector_block<E>(arena, m, widest, smaller_extent(panel_width, count));
    room = take_qr_room<E>(arena, m, count);
    tau = arena.take<E>(count);
    product_size = product_room<E>(widest);
    product = arena.take<E>(product_size);
    bytes = arena.used();
  }
};

template <class E>
DecompositionOutcome run_qr(const DecompositionArgs& args) noexcept {
  const QrWorkspace<E> work(args, args.workspace);
  const Steps<E> steps = {args.services, work.product, work.product_size};
  const std::int64_t m = args.m, n = args.n, count = smaller_extent(m, n);
  const std::int64_t columns = args.option ? m : count;
  load_matrix(work.a, args.a, m, n, args.a_row_stride_bytes, args.a_column_stride_bytes);
  if (!factor_qr(steps, work.block, work.room, work.a, work.tau, m, n))
    return {DecompositionStatus::stopped, 0};
  const Block<E> r = {static_cast<E*>(args.out[1]), n};
  for (std::int64_t i = 0; i < columns; ++i)
    for (std::int64_t j = 0; j < n; ++j) r(i, j) = i <= j ? work.a(i, j) : E{};
  const Block<E> q = {static_cast<E*>(args.out[0]), columns};
  const bool done =
      accumulate_reflectors(steps, work.block, work.a, work.tau, q, m, columns, count);
  return {done ? DecompositionStatus::done : DecompositionStatus::stopped, 0};
}

template <class E>
std::int64_t qr_workspace_bytes(const DecompositionArgs& args) noexcept {
  return QrWorkspace<E>(args, nullptr).bytes;
}

}  // namespace corepy::COREPY_ISA::decomposition

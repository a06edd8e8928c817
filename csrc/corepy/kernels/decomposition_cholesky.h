// Cholesky's factor of a positive definite matrix.
#pragma once

#include "corepy/kernels/decomposition_block.h"

namespace corepy::COREPY_ISA::decomposition {

// b = U**-H b, U upper triangular with a real diagonal: n x n, b: n x k.
template <class E>
bool solve_adjoint_upper(const Steps<E>& steps, Block<E> u, Block<E> b, std::int64_t n,
                         std::int64_t k) {
  if (n > leaf) {
    const std::int64_t h = half_of(n);
    return solve_adjoint_upper(steps, u, b, h, k) &&
           steps.update(b.from(h, 0), adjoint(u.from(0, h)), plain(b), n - h, k, h) &&
           solve_adjoint_upper(steps, u.from(h, h), b.from(h, 0), n - h, k);
  }
  for (std::int64_t i = 0; i < n; ++i) {
    for (std::int64_t j = 0; j < i; ++j) subtract_multiple(b.at(i), conj(u(j, i)), b.at(j), k);
    const PartOf<E> pivot = re(u(i, i));
    for (std::int64_t j = 0; j < k; ++j) {
      if constexpr (is_complex_element<E>) {
        b(i, j) = {b(i, j).re / pivot, b(i, j).im / pivot};
      } else {
        b(i, j) /= pivot;
      }
    }
  }
  return true;
}

// A = U**H U in place, upper triangle only, by halves. Returns the first column whose pivot is not
// positive, -1 where there is none, -2 where it was stopped.
template <class E>
std::int64_t factor_definite(const Steps<E>& steps, Block<E> a, std::int64_t n) {
  using T = PartOf<E>;
  if (n > leaf) {
    const std::int64_t h = half_of(n), rest = n - h;
    const std::int64_t first = factor_definite(steps, a, h);
    if (first != -1) return first;
    const Block<E> right = a.from(0, h);
    if (!solve_adjoint_upper(steps, a, right, h, rest)) return -2;
    constexpr std::int64_t strip = 64;  // of the trailing triangle
    for (std::int64_t i = 0; i < rest; i += strip) {
      if (!steps.update(a.from(h + i, h + i), adjoint(right.from(0, i)), plain(right.from(0, i)),
                        smaller_extent(strip, rest - i), rest - i, h))
        return -2;
    }
    const std::int64_t second = factor_definite(steps, a.from(h, h), rest);
    return second >= 0 ? second + h : second;
  }
  for (std::int64_t j = 0; j < n; ++j) {
    const T square = re(a(j, j));
    if (!(square > 0) || !is_finite(square)) return j;
    const T pivot = root(square);
    a(j, j) = from_real<E>(pivot);
    for (std::int64_t c = j + 1; c < n; ++c) {
      if constexpr (is_complex_element<E>) {
        a(j, c) = {a(j, c).re / pivot, a(j, c).im / pivot};
      } else {
        a(j, c) /= pivot;
      }
    }
    for (std::int64_t i = j + 1; i < n; ++i)
      subtract_multiple(a.at(i, i), conj(a(j, i)), a.at(j, i), n - i);
  }
  return steps.proceed(n * n * n) ? -1 : -2;
}

template <class E>
struct CholeskyWorkspace {
  Block<E> a;
  E* product;
  std::int64_t product_size, bytes;

  CholeskyWorkspace(const DecompositionArgs& args, void* memory) {
    Arena arena(memory);
    a = arena.take_matrix<E>(args.n, args.n);
    product_size = product_room<E>(args.n);
    product = arena.take<E>(product_size);
    bytes = arena.used();
  }
};

// Reads the upper triangle for the upper factor, else the lower one, as its adjoint.
template <class E>
DecompositionOutcome run_cholesky(const DecompositionArgs& args) noexcept {
  const CholeskyWorkspace<E> work(args, args.workspace);
  const Steps<E> steps = {args.services, work.product, work.product_size};
  const bool upper = args.option;
  const std::int64_t n = args.n;
  const std::int64_t row = upper ? args.a_row_stride_bytes : args.a_column_stride_bytes;
  const std::int64_t column = upper ? args.a_column_stride_bytes : args.a_row_stride_bytes;
  for (std::int64_t i = 0; i < n; ++i) {
    for (std::int64_t j = i; j < n; ++j) {
      const E x = load_strided<E>(args.a, i * row + j * column);
      work.a(i, j) = upper ? x : conj(x);
    }
    for (std::int64_t j = 0; j < i; ++j) work.a(i, j) = E{};
  }
  const std::int64_t failed = factor_definite(steps, work.a, n);
  if (failed == -2) return {DecompositionStatus::stopped, 0};
  if (failed >= 0) return {DecompositionStatus::indefinite, failed};
  const Block<E> out = {static_cast<E*>(args.out[0]), n};
  for (std::int64_t i = 0; i < n; ++i) {
    for (std::int64_t j = 0; j < n; ++j)
      out(i, j) = upper ? (j < i ? E{} : work.a(i, j)) : (j > i ? E{} : conj(work.a(j, i)));
  }
  return {DecompositionStatus::done, 0};
}

template <class E>
std::int64_t cholesky_workspace_bytes(const DecompositionArgs& args) noexcept {
  return CholeskyWorkspace<E>(args, nullptr).bytes;
}

}  // namespace corepy::COREPY_ISA::decomposition

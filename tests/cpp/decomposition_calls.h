// Calls of the decomposition kernels, and the algebra that judges what they return. Operands in
// every layout are made by matmul_operands.h.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <complex>
#include <cstdint>
#include <cstring>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "available_isas.h"
#include "corepy/dispatch/isa.h"
#include "corepy/dispatch/kernel_tables.h"
#include "matmul_operands.h"

namespace corepy::testing_decomposition {

using testing_matmul::Layout;
using testing_matmul::make_matrix;
using testing_matmul::Matrix;
using testing_matmul::Workspace;

// ---- matrices of wide numbers ----

using Wide = std::complex<double>;

// In C order.
struct WideMatrix {
  std::int64_t rows, columns;
  std::vector<Wide> values;

  WideMatrix(std::int64_t m, std::int64_t n)
      : rows(m), columns(n), values(static_cast<std::size_t>(m * n)) {}
  Wide& operator()(std::int64_t i, std::int64_t j) {
    return values[static_cast<std::size_t>(i * columns + j)];
  }
  const Wide& operator()(std::int64_t i, std::int64_t j) const {
    return values[static_cast<std::size_t>(i * columns + j)];
  }
};

template <class E>
Wide widen(E x) {
  if constexpr (is_complex_element<E>) {
    return {static_cast<double>(x.re), static_cast<double>(x.im)};
  } else {
    return {static_cast<double>(x), 0.0};
  }
}
template <class E>
E narrow(Wide x) {
  using T = PartOf<E>;
  if constexpr (is_complex_element<E>) {
    return {static_cast<T>(x.real()), static_cast<T>(x.imag())};
  } else {
    return static_cast<T>(x.real());
  }
}

inline WideMatrix identity(std::int64_t n) {
  WideMatrix result(n, n);
  for (std::int64_t i = 0; i < n; ++i) result(i, i) = 1;
  return result;
}
inline WideMatrix diagonal(const std::vector<Wide>& values) {
  const auto n = static_cast<std::int64_t>(values.size());
  WideMatrix result(n, n);
  for (std::int64_t i = 0; i < n; ++i) result(i, i) = values[static_cast<std::size_t>(i)];
  return result;
}
inline WideMatrix adjoint(const WideMatrix& a) {
  WideMatrix result(a.columns, a.rows);
  for (std::int64_t i = 0; i < a.rows; ++i)
    for (std::int64_t j = 0; j < a.columns; ++j) result(j, i) = std::conj(a(i, j));
  return result;
}
inline WideMatrix operator*(const WideMatrix& a, const WideMatrix& b) {
  EXPECT_EQ(a.columns, b.rows);
  WideMatrix result(a.rows, b.columns);
  for (std::int64_t i = 0; i < a.rows; ++i) {
    for (std::int64_t k = 0; k < a.columns; ++k) {
      const double x = a(i, k).real(), y = a(i, k).imag();
      for (std::int64_t j = 0; j < b.columns; ++j) {
        const Wide z = b(k, j);
        result(i, j) += Wide(x * z.real() - y * z.imag(), x * z.imag() + y * z.real());
      }
    }
  }
  return result;
}
inline WideMatrix combine(const WideMatrix& a, double factor, const WideMatrix& b) {
  EXPECT_EQ(std::pair(a.rows, a.columns), std::pair(b.rows, b.columns));
  WideMatrix result = a;
  for (std::size_t i = 0; i < result.values.size(); ++i) result.values[i] += factor * b.values[i];
  return result;
}
inline WideMatrix operator+(const WideMatrix& a, const WideMatrix& b) { return combine(a, 1, b); }
inline WideMatrix operator-(const WideMatrix& a, const WideMatrix& b) { return combine(a, -1, b); }
// Frobenius's; NaN where an element is.
inline double norm(const WideMatrix& a) {
  double sum = 0;
  for (const Wide& x : a.values) sum += x.real() * x.real() + x.imag() * x.imag();
  return std::sqrt(sum);
}

template <class E>
WideMatrix widen(const Matrix<E>& a) {
  WideMatrix result(a.rows, a.columns);
  for (std::int64_t i = 0; i < a.rows; ++i)
    for (std::int64_t j = 0; j < a.columns; ++j) result(i, j) = widen(a.at(i, j));
  return result;
}
template <class E>
void set(Matrix<E>& a, std::int64_t i, std::int64_t j, E value) {
  std::memcpy(a.bytes.data() + a.offset_bytes + i * a.row_stride_bytes + j * a.column_stride_bytes,
              &value, sizeof value);
}
template <class E>
Matrix<E> narrow_matrix(const WideMatrix& a) {
  const auto size = static_cast<std::int64_t>(sizeof(E));
  Matrix<E> result = {a.rows,
                      a.columns,
                      std::vector<char>(static_cast<std::size_t>(a.rows * a.columns * size)),
                      0,
                      a.columns * size,
                      size};
  for (std::int64_t i = 0; i < a.rows; ++i)
    for (std::int64_t j = 0; j < a.columns; ++j) set(result, i, j, narrow<E>(a(i, j)));
  return result;
}

// ---- calls ----

// What the kernel asks of its caller, which refuses from the given request on.
class Services {
 public:
  Services(const MatmulKernels& products, std::int64_t granted)
      : products_(products), granted_(granted) {}
  DecompositionServices table() { return {&multiply, &proceed, this}; }
  std::int64_t request_count() const { return requests_; }

 private:
  static bool multiply(void* context, const ProductArgs& args, DType dtype) noexcept {
    auto& self = *static_cast<Services*>(context);
    if (self.requests_++ >= self.granted_) return false;
    const ProductKernel& kernel = self.products_.kernel[static_cast<int>(dtype)];
    Workspace workspace(kernel.workspace_bytes(args));
    ProductArgs call = args;
    call.workspace = workspace.data();
    kernel.run(call);
    EXPECT_TRUE(workspace.is_intact());
    return true;
  }
  static bool proceed(void* context, std::int64_t flops) noexcept {
    EXPECT_GE(flops, 0);
    auto& self = *static_cast<Services*>(context);
    return self.requests_++ < self.granted_;
  }

  const MatmulKernels& products_;
  std::int64_t granted_, requests_ = 0;
};

template <class E>
struct Problem {
  Decomposition which;
  const Matrix<E>& a;
  const Matrix<E>* b = nullptr;  // right-hand sides; none: the unit matrix
  bool option = false;
  bool wants_vectors = true;
  std::int64_t granted = INT64_MAX;
};

// One result: its extents, the bytes of an element and of a number in it, and whether a caller who
// wants values alone does without it.
struct Extent {
  std::int64_t rows, columns, itemsize, part_size;
  bool are_vectors = false;
};

template <class E>
std::vector<Extent> result_extents(const Problem<E>& problem) {
  constexpr std::int64_t size = sizeof(E), part = sizeof(PartOf<E>);
  const std::int64_t m = problem.a.rows, n = problem.a.columns, count = std::min(m, n);
  switch (problem.which) {
    case Decomposition::solve:
      return {{n, problem.b == nullptr ? n : problem.b->columns, size, part}};
    case Decomposition::determinant:
      return {{1, 1, size, part}, {1, 1, part, part}, {1, 1, 8, 8}};
    case Decomposition::cholesky:
      return {{n, n, size, part}};
    case Decomposition::qr: {
      const std::int64_t columns = problem.option ? m : count;
      return {{m, columns, size, part}, {columns, n, size, part}};
    }
    case Decomposition::eigh:
      return {{n, 1, part, part}, {n, n, size, part, true}};
    case Decomposition::svd:
      return {{m, problem.option ? m : count, size, part, true},
              {count, 1, part, part},
              {problem.option ? n : count, n, size, part, true}};
    case Decomposition::eig:
      return {{n, 1, 2 * part, part}, {n, n, 2 * part, part, true}};
  }
  return {};
}

struct Results {
  DecompositionOutcome outcome{};
  std::int64_t request_count = 0;
  std::vector<Extent> extents;
  std::vector<std::vector<unsigned char>> bytes;  // of each wanted result, else empty

  template <class T>
  WideMatrix matrix(std::size_t i) const {
    const Extent& extent = extents[i];
    EXPECT_EQ(extent.itemsize, static_cast<std::int64_t>(sizeof(T)));
    WideMatrix result(extent.rows, extent.columns);
    std::vector<T> values(result.values.size());
    std::copy_n(bytes[i].data(), values.size() * sizeof(T),
                reinterpret_cast<unsigned char*>(values.data()));
    for (std::size_t k = 0; k < values.size(); ++k) result.values[k] = widen(values[k]);
    return result;
  }
};

inline bool is_nan(const unsigned char* part, std::int64_t size) {
  double wide = 0;
  float single = 0;
  if (size == 8) return std::memcpy(&wide, part, 8), std::isnan(wide);
  return std::memcpy(&single, part, 4), std::isnan(single);
}
// Bit by bit, except that one NaN is like another.
inline bool have_same_bits(const Results& x, const Results& y) {
  for (std::size_t i = 0; i < x.bytes.size(); ++i) {
    if (x.bytes[i].size() != y.bytes[i].size()) return false;
    const std::int64_t part = x.extents[i].part_size;
    for (std::size_t at = 0; at < x.bytes[i].size(); at += static_cast<std::size_t>(part)) {
      const unsigned char *a = x.bytes[i].data() + at, *b = y.bytes[i].data() + at;
      if (std::memcmp(a, b, static_cast<std::size_t>(part)) != 0 &&
          !(is_nan(a, part) && is_nan(b, part)))
        return false;
    }
  }
  return true;
}

// Results lie in memory of their size, behind which a mark must stay, and start as NaN.
template <class E>
Results run_on(Isa isa, const Problem<E>& problem) {
  const KernelTables& tables = kernel_tables(isa);
  const DecompositionKernel& kernel = tables.decomposition.at(problem.which, dtype_of<E>);
  Results results;
  results.extents = result_extents(problem);
  DecompositionArgs args{};
  args.m = problem.a.rows, args.n = problem.a.columns;
  args.a = problem.a.data();
  args.a_row_stride_bytes = problem.a.row_stride_bytes;
  args.a_column_stride_bytes = problem.a.column_stride_bytes;
  args.k = problem.which == Decomposition::solve ? results.extents[0].columns : 0;
  if (problem.b != nullptr) {
    args.b = problem.b->data();
    args.b_row_stride_bytes = problem.b->row_stride_bytes;
    args.b_column_stride_bytes = problem.b->column_stride_bytes;
  }
  args.option = problem.option;
  const std::size_t mark = 64;
  for (std::size_t i = 0; i < results.extents.size(); ++i) {
    const Extent& extent = results.extents[i];
    const bool is_wanted = problem.wants_vectors || !extent.are_vectors;
    const auto bytes = static_cast<std::size_t>(extent.rows * extent.columns * extent.itemsize);
    results.bytes.emplace_back(is_wanted ? bytes + mark : 0, static_cast<unsigned char>(0xff));
    args.out[i] = is_wanted ? results.bytes[i].data() : nullptr;
  }
  Services services(*tables.matmul, problem.granted);
  args.services = services.table();
  Workspace workspace(kernel.workspace_bytes(args));
  args.workspace = workspace.data();
  results.outcome = kernel.run(args);
  results.request_count = services.request_count();
  EXPECT_TRUE(workspace.is_intact());
  for (std::vector<unsigned char>& out : results.bytes) {
    if (out.empty()) continue;
    const auto end = out.end() - static_cast<std::ptrdiff_t>(mark);
    EXPECT_TRUE(std::all_of(end, out.end(), [](unsigned char byte) { return byte == 0xff; }))
        << "written past the end of a result";
    out.erase(end, out.end());
  }
  return results;
}

// On every ISA, each of which must give the same.
template <class E>
Results decompose(const Problem<E>& problem) {
  const std::vector<Isa> isas = available_isas();
  Results first = run_on(isas.front(), problem);
  for (std::size_t i = 1; i < isas.size(); ++i) {
    const Results other = run_on(isas[i], problem);
    EXPECT_EQ(other.outcome.status, first.outcome.status) << name_of(isas[i]);
    EXPECT_EQ(other.outcome.detail, first.outcome.detail) << name_of(isas[i]);
    EXPECT_TRUE(have_same_bits(other, first))
        << name_of(isas[i]) << " differs: " << problem.a.rows << " x " << problem.a.columns;
  }
  return first;
}

// ---- typed tests ----

using Elements = testing::Types<float, double, complex64_t, complex128_t>;
struct ElementName {
  template <class E>
  static std::string GetName(int) {
    return name_of(dtype_of<E>);
  }
};

// Of a residual: so many roundings of T per row of the larger side, n, of all norms that meet in
// it.
template <class T>
double few_roundings(std::int64_t n, double norms) {
  constexpr double eps = std::numeric_limits<T>::epsilon();
  return 4 * eps * static_cast<double>(n + 1) * norms;
}
template <class T>
void expect_few_roundings(const WideMatrix& residual, std::int64_t n, double norms,
                          const std::string& what) {
  const double bound = few_roundings<T>(n, norms);
  EXPECT_LE(norm(residual), bound) << what << " of " << residual.rows << " x " << residual.columns
                                   << ": " << 4 * norm(residual) / bound << " n u";
}

}  // namespace corepy::testing_decomposition

// Operands in every layout and calls of a matmul kernel, for matmul_test.cpp. What is expected of
// them is in matmul_reference.h.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <random>
#include <type_traits>
#include <vector>

#include "corepy/core/dtype.h"
#include "corepy/kernels/matmul_table.h"
#include "matmul_reference.h"

namespace corepy::testing_matmul {

// ---- operands ----

enum class Layout {
  c_order,
  transposed,
  reversed,
  spread,
  broadcast_row,
  broadcast_column,
  unaligned
};
constexpr Layout all_layouts[] = {Layout::c_order,  Layout::transposed,    Layout::reversed,
                                  Layout::spread,   Layout::broadcast_row, Layout::broadcast_column,
                                  Layout::unaligned};

template <class E>
struct Matrix {
  std::int64_t rows, columns;
  std::vector<char> bytes;
  std::int64_t offset_bytes, row_stride_bytes, column_stride_bytes;

  const char* data() const { return bytes.data() + offset_bytes; }
  E at(std::int64_t i, std::int64_t j) const {
    E e;
    std::memcpy(&e, data() + i * row_stride_bytes + j * column_stride_bytes, sizeof e);
    return e;
  }
};

template <class E>
E random_element(std::mt19937_64& random) {
  if constexpr (is_complex_element<E>) {
    const auto re = random_element<PartOf<E>>(random);
    return {re, random_element<PartOf<E>>(random)};
  } else if constexpr (std::is_floating_point_v<E>) {
    // Wide magnitudes, so that another order of summation shows in the bits.
    std::normal_distribution<double> normal;
    return static_cast<E>(std::ldexp(normal(random), static_cast<int>(random() % 12)));
  } else {
    return static_cast<E>(random());
  }
}

template <class E>
Matrix<E> make_matrix(std::int64_t rows, std::int64_t columns, Layout layout,
                      std::mt19937_64& random) {
  const auto size = static_cast<std::int64_t>(sizeof(E));
  // No room to spare, so that a sanitizer sees reads beyond the operand.
  const std::int64_t spacing = layout == Layout::spread ? 2 : 1;
  const std::int64_t room = spacing * std::max<std::int64_t>(1, rows * columns) * size + 1;
  Matrix<E> matrix = {rows, columns,        std::vector<char>(static_cast<std::size_t>(room)),
                      0,    columns * size, size};
  switch (layout) {
    case Layout::c_order:
      break;
    case Layout::transposed:
      matrix.row_stride_bytes = size;
      matrix.column_stride_bytes = rows * size;
      break;
    case Layout::reversed:
      matrix.offset_bytes = std::max<std::int64_t>(0, rows * columns - 1) * size;
      matrix.row_stride_bytes = -columns * size;
      matrix.column_stride_bytes = -size;
      break;
    case Layout::spread:
      matrix.row_stride_bytes = 2 * columns * size;
      matrix.column_stride_bytes = 2 * size;
      break;
    case Layout::broadcast_row:
      matrix.row_stride_bytes = 0;
      break;
    case Layout::broadcast_column:
      matrix.row_stride_bytes = size;
      matrix.column_stride_bytes = 0;
      break;
    case Layout::unaligned:
      matrix.offset_bytes = 1;
      break;
  }
  for (std::int64_t i = 0; i < rows; ++i) {
    for (std::int64_t j = 0; j < columns; ++j) {
      const E e = random_element<E>(random);
      std::memcpy(const_cast<char*>(matrix.data()) + i * matrix.row_stride_bytes +
                      j * matrix.column_stride_bytes,
                  &e, sizeof e);
    }
  }
  return matrix;
}

// ---- calling a kernel ----

class Workspace {
 public:
  explicit Workspace(std::int64_t bytes) : bytes_(bytes) {
    const std::size_t room = (static_cast<std::size_t>(bytes) + 64 + 63) / 64 * 64;
    data_ = static_cast<unsigned char*>(std::aligned_alloc(64, room));
    std::memset(data_, 0xff, room);  // NaN, and a mark behind the end
  }
  ~Workspace() { std::free(data_); }
  Workspace(const Workspace&) = delete;
  Workspace& operator=(const Workspace&) = delete;
  void* data() { return data_; }
  bool is_intact() const {
    for (std::int64_t i = bytes_; i < bytes_ + 64; ++i) {
      if (data_[i] != 0xff) return false;
    }
    return true;
  }

 private:
  std::int64_t bytes_;
  unsigned char* data_;
};

// The product, rows `padding` elements further apart than they are long; the padding must stay as
// it was.
template <class E>
std::vector<E> multiply(const MatmulKernels& kernels, const Matrix<E>& a, const Matrix<E>& b,
                        bool conjugate_a = false, std::int64_t padding = 0) {
  const ProductKernel& kernel = kernels.kernel[static_cast<int>(dtype_of<E>)];
  const std::int64_t stride = b.columns + padding;
  std::vector<E> c(static_cast<std::size_t>(a.rows * stride + 1));
  std::memset(static_cast<void*>(c.data()), 0x55, c.size() * sizeof(E));
  E mark;
  std::memset(static_cast<void*>(&mark), 0x55, sizeof mark);
  ProductArgs args = {a.rows,
                      b.columns,
                      a.columns,
                      a.data(),
                      a.row_stride_bytes,
                      a.column_stride_bytes,
                      b.data(),
                      b.row_stride_bytes,
                      b.column_stride_bytes,
                      c.data(),
                      stride * static_cast<std::int64_t>(sizeof(E)),
                      conjugate_a,
                      nullptr};
  Workspace workspace(kernel.workspace_bytes(args));
  args.workspace = workspace.data();
  kernel.run(args);
  EXPECT_TRUE(workspace.is_intact());
  EXPECT_NE(kernel.variant(args), nullptr);
  std::vector<E> result;
  for (std::int64_t i = 0; i < a.rows; ++i) {
    const E* row = c.data() + i * stride;
    result.insert(result.end(), row, row + b.columns);
    for (std::int64_t j = b.columns; j < stride; ++j) {
      EXPECT_EQ(std::memcmp(row + j, &mark, sizeof mark), 0) << "padding written in row " << i;
    }
  }
  EXPECT_EQ(std::memcmp(c.data() + a.rows * stride, &mark, sizeof mark), 0)
      << "written past the end";
  return result;
}

}  // namespace corepy::testing_matmul

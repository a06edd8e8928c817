// The paths of matrix functions that are composed of other operators.
#include "corepy/dispatch/linalg_compose.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <string>
#include <vector>

#include "corepy/core/error.h"
#include "corepy/dispatch/creation.h"
#include "corepy/dispatch/dispatch.h"
#include "corepy/dispatch/elementwise.h"
#include "corepy/dispatch/linalg.h"
#include "corepy/dispatch/linalg_decompose.h"
#include "corepy/dispatch/manipulation.h"
#include "corepy/dispatch/reduction.h"
#include "corepy/dispatch/vector_norm.h"
#include "corepy/ops/infer.h"

namespace corepy {
namespace {

void check_matrix(const char* op, const Tensor& x, bool square) {
  const int r = x.rank();
  if (r < 2 || (square && x.shape[r - 1] != x.shape[r - 2])) {
    fail(ErrorKind::shape, std::string(op) + ": " + (square ? "square matrices" : "matrices") +
                               ", or stacks of them, are needed (got shape " + to_string(x.shape) +
                               "; expected " + (square ? "two equal last extents" : "two axes") +
                               ")");
  }
}

DType check_dtype(Op op, const Tensor& x) {
  const DType dtypes[] = {x.dtype};
  return infer_dtypes(op, dtypes).compute;
}

// What is composed of more than one operator is computed in float32 throughout, and rounded once.
Tensor widen_half(const Tensor& x) {
  return is_half(x.dtype) ? astype(x, arithmetic_dtype(x.dtype), false) : x;
}

Tensor apply(Op op, const Tensor& x) {
  const Tensor* operands[] = {&x};
  return elementwise(op, operands);
}
Tensor apply(Op op, const Tensor& x1, const Tensor& x2) {
  const Tensor* operands[] = {&x1, &x2};
  return elementwise(op, operands);
}
Tensor reduce_axis(Op op, const Tensor& x, Dims axes, bool keepdims) {
  ReductionOptions options;
  options.axes = std::move(axes);
  options.keepdims = keepdims;
  return reduce(op, x, options);
}

Tensor zeros(const char* op, const Dims& shape, DType dtype) {
  const Tensor zero = empty_tensor(op, {}, dtype);
  std::memset(zero.data(), 0, static_cast<std::size_t>(zero.itemsize()));
  return copy(zero.view(shape, Dims(shape.size(), 0)));
}

// One slice of the last axis.
Tensor slice_last(const Tensor& x, std::int64_t i) {
  Tensor view = x;
  view.offset_bytes += i * x.strides.back();
  view.shape.pop_back();
  view.strides.pop_back();
  return view;
}

double epsilon_of(DType real) { return real == DType::float32 ? 0x1p-23 : 0x1p-52; }

// rtol * the largest value, to compare with values of shape (..., k).
Tensor find_cutoff(const Tensor& x, const Tensor& values, const Tensor& rtol) {
  const Tensor largest = reduce_axis(Op::max, values, {-1}, true);
  const DType real = values.dtype;
  if (!rtol.storage) {
    const std::int64_t longest = std::max(x.shape[x.rank() - 1], x.shape[x.rank() - 2]);
    return apply(Op::multiply, largest,
                 real_number("rtol", static_cast<double>(longest) * epsilon_of(real), real));
  }
  const Tensor column = expand_dims(astype(rtol, real, false), {-1});
  return apply(Op::multiply, largest, column);
}

void check_rtol(const char* op, const Tensor& rtol) {
  if (!rtol.storage || is_real_floating(rtol.dtype)) return;
  fail(ErrorKind::dtype, std::string(op) + ": rtol has an unsupported dtype (got " +
                             name_of(rtol.dtype) + "; expected " +
                             dtype_names(dtypes::real_floating) + ")");
}

}  // namespace

Tensor diagonal(const Tensor& x, std::int64_t offset) {
  Operation operation(Op::diagonal);
  operation.add_operand(x);
  check_matrix(operation.name(), x, false);
  const int r = x.rank();
  const std::int64_t m = x.shape[r - 2], n = x.shape[r - 1];
  Tensor result = x;
  const std::int64_t row = offset < 0 ? std::min(-std::max(offset, -m), m) : 0;
  const std::int64_t column = offset > 0 ? std::min(offset, n) : 0;
  const std::int64_t length = std::min(m - row, n - column);
  if (length > 0) result.offset_bytes += row * x.strides[r - 2] + column * x.strides[r - 1];
  result.shape.pop_back();
  result.strides.pop_back();
  result.shape[r - 2] = std::max<std::int64_t>(length, 0);
  result.strides[r - 2] = x.strides[r - 2] + x.strides[r - 1];
  operation.choose_no_kernel("view");
  operation.finish(result, layout_of(result));
  return result;
}

Tensor trace(const Tensor& x, std::int64_t offset, std::optional<DType> dtype) {
  Operation operation(Op::trace);
  operation.add_operand(x);
  check_matrix(operation.name(), x, false);
  const DType compute = check_dtype(Op::trace, x);
  ReductionOptions options;
  options.axes = Dims{-1};
  options.dtype = dtype;
  const Tensor result = reduce(Op::sum, diagonal(x, offset), options);
  operation.adopt_child(compute);
  operation.finish(result);
  return result;
}

Tensor outer(const Tensor& x1, const Tensor& x2) {
  Operation operation(Op::outer);
  operation.add_operand(x1);
  operation.add_operand(x2);
  if (x1.rank() != 1 || x2.rank() != 1) {
    fail(ErrorKind::shape, "outer: two vectors are needed (got shapes " + to_string(x1.shape) +
                               " and " + to_string(x2.shape) + "; expected one axis each)");
  }
  const DType dtypes[] = {x1.dtype, x2.dtype};
  const DType compute = infer_dtypes(Op::outer, dtypes).compute;
  const Tensor column = x1.view({x1.shape[0], 1}, {x1.strides[0], 0});
  const Tensor row = x2.view({1, x2.shape[0]}, {0, x2.strides[0]});
  const Tensor result = apply(Op::multiply, column, row);
  operation.adopt_child(compute);
  operation.finish(result);
  return result;
}

Tensor cross(const Tensor& x1, const Tensor& x2, std::int64_t axis) {
  Operation operation(Op::cross);
  const HeldPeak held;
  operation.add_operand(x1);
  operation.add_operand(x2);
  const DType dtypes[] = {x1.dtype, x2.dtype};
  const InferredDTypes inferred = infer_dtypes(Op::cross, dtypes);
  const Dims* shapes[] = {&x1.shape, &x2.shape};
  const Dims shape = broadcast_shapes("cross", shapes);
  const int least = std::min(x1.rank(), x2.rank());
  // Counted from the end, an axis is the same for both operands.
  const int from_end = axis < 0
                           ? static_cast<int>(std::max<std::int64_t>(axis, -100))
                           : static_cast<int>(std::min<std::int64_t>(axis, 100)) - shape.size();
  if (from_end >= 0 || from_end < -least || shape[shape.size() + from_end] != 3 ||
      x1.shape[x1.rank() + from_end] != 3 || x2.shape[x2.rank() + from_end] != 3) {
    fail(ErrorKind::shape, "cross: vectors of three elements are needed (got shapes " +
                               to_string(x1.shape) + " and " + to_string(x2.shape) + ", axis " +
                               std::to_string(axis) + "; expected extent 3 along the axis)");
  }
  const Dims last = {-1}, place = {from_end};
  const Tensor a = moveaxis(widen_half(x1), place, last), b = moveaxis(widen_half(x2), place, last);
  std::vector<Tensor> parts;
  for (int i = 0; i < 3; ++i) {
    const int j = (i + 1) % 3, k = (i + 2) % 3;
    parts.push_back(apply(Op::subtract, apply(Op::multiply, slice_last(a, j), slice_last(b, k)),
                          apply(Op::multiply, slice_last(a, k), slice_last(b, j))));
  }
  operation.adopt_child(inferred.compute);
  const Tensor result = astype(stack(parts, from_end), inferred.result, false);
  operation.note_peak(held, result);
  operation.finish(result);
  return result;
}

Tensor matrix_power(const Tensor& x, std::int64_t n) {
  Operation operation(Op::matrix_power);
  const HeldPeak held;
  operation.add_operand(x);
  check_matrix(operation.name(), x, true);
  const DType compute = check_dtype(Op::matrix_power, x);
  if (n < 0 && !is_floating(compute)) {
    fail(ErrorKind::dtype, "matrix_power: integers have no inverse (got n = " + std::to_string(n) +
                               " and " + name_of(compute) +
                               "; expected n >= 0, or floating numbers)");
  }
  const std::int64_t size = x.shape[x.rank() - 1];
  Tensor result;
  if (n == 0) {
    const Tensor unit = eye(size, size, 0, compute);
    result = copy(broadcast_to(unit, x.shape));
  } else {
    Tensor square = n < 0 ? inv(widen_half(x)) : widen_half(x);
    auto left = n < 0 ? ~static_cast<std::uint64_t>(n) + 1 : static_cast<std::uint64_t>(n);
    for (;; square = matmul(square, square)) {  // from the lowest bit up
      if (left & 1) result = result.storage ? matmul(result, square) : square;
      left >>= 1;
      if (left == 0) break;
    }
    if (n == 1) result = copy(result);
  }
  operation.adopt_child(compute);
  if (is_half(x.dtype)) result = astype(result, x.dtype, false);
  operation.note_peak(held, result);
  operation.finish(result);
  return result;
}

Tensor matrix_norm(const Tensor& x, bool keepdims, MatrixNormKind kind, double order) {
  Operation operation(Op::matrix_norm);
  const HeldPeak held;
  operation.add_operand(x);
  check_matrix(operation.name(), x, false);
  const DType compute = check_dtype(Op::matrix_norm, x);
  const int r = x.rank();
  const bool is_infinite = std::isinf(order);
  const bool is_smallest = kind == MatrixNormKind::number && order < 0;
  if (kind == MatrixNormKind::number && !is_infinite && std::abs(order) != 1 &&
      std::abs(order) != 2) {
    fail(ErrorKind::value, "matrix_norm: unknown order (got " + std::to_string(order) +
                               "; expected 1, -1, 2, -2, inf, -inf, 'fro' or 'nuc')");
  }
  const bool is_empty = x.shape[r - 1] == 0 || x.shape[r - 2] == 0;
  if (is_smallest && is_empty) {
    fail(ErrorKind::value, "matrix_norm: no elements have no norm of a negative order (got shape " +
                               to_string(x.shape) + "; expected at least one element)");
  }
  Tensor result;
  ReductionOptions options;
  options.keepdims = true;
  const Op extreme = is_smallest ? Op::min : Op::max;
  if (kind == MatrixNormKind::frobenius || is_empty) {
    options.axes = Dims{-2, -1};
    result = vector_norm(x, options);
  } else if (kind == MatrixNormKind::nuclear || std::abs(order) == 2) {
    const Tensor values = expand_dims(svdvals(x), {-1});
    result = reduce_axis(kind == MatrixNormKind::nuclear ? Op::sum : extreme, values, {-2}, true);
  } else {
    options.axes = Dims{is_infinite ? -1 : -2};
    options.norm_order = 1;
    result = reduce_axis(extreme, vector_norm(x, options), {is_infinite ? -2 : -1}, true);
  }
  operation.adopt_child(compute);
  if (!keepdims) result = squeeze(result, {-2, -1});
  operation.note_peak(held, result);
  operation.finish(result);
  return result;
}

Tensor matrix_rank(const Tensor& x, const Tensor& rtol) {
  Operation operation(Op::matrix_rank);
  const HeldPeak held;
  operation.add_operand(x);
  check_matrix(operation.name(), x, false);
  const DType compute = check_dtype(Op::matrix_rank, x);
  check_rtol(operation.name(), rtol);
  const Tensor values = svdvals(x);
  operation.adopt_child(compute);
  Tensor result;
  if (values.shape.back() == 0) {
    Dims batch = values.shape;
    batch.pop_back();
    result = zeros(operation.name(), batch, DType::int64);
  } else {
    result = reduce_axis(Op::count_nonzero,
                         apply(Op::greater, values, find_cutoff(x, values, rtol)), {-1}, false);
  }
  operation.set_exact();
  operation.note_peak(held, result);
  operation.finish(result);
  return result;
}

Tensor pinv(const Tensor& x, const Tensor& rtol) {
  Operation operation(Op::pinv);
  const HeldPeak held;
  operation.add_operand(x);
  check_matrix(operation.name(), x, false);
  const DType compute = check_dtype(Op::pinv, x);
  check_rtol(operation.name(), rtol);
  Tensor result;
  const int r = x.rank();
  if (x.shape[r - 1] == 0 || x.shape[r - 2] == 0) {
    Dims shape = x.shape;
    std::swap(shape[r - 1], shape[r - 2]);
    result = zeros(operation.name(), shape, compute);
  } else {
    const std::vector<Tensor> parts = svd(x, false);
    const Tensor& values = parts[1];
    const Tensor kept = apply(Op::greater, values, find_cutoff(x, values, rtol));
    const Tensor one = real_number(operation.name(), 1, values.dtype);
    const Tensor nothing = real_number(operation.name(), 0, values.dtype);
    const Tensor inverses = apply(Op::divide, one, values);
    const Tensor* operands[] = {&kept, &inverses, &nothing};
    const Tensor factors =
        astype(expand_dims(elementwise(Op::where, operands), {-2}), compute, false);
    const Tensor v = matrix_transpose(apply(Op::conj, parts[2]));
    result = matmul(apply(Op::multiply, v, factors), matrix_transpose(apply(Op::conj, parts[0])));
  }
  operation.adopt_child(compute);
  operation.note_peak(held, result);
  operation.finish(result);
  return result;
}

}  // namespace corepy

// The paths of tensors made from numbers.
#pragma once

#include <span>
#include <vector>

#include "corepy/core/tensor.h"
#include "corepy/ops/op.h"

namespace corepy {

// empty, zeros, ones, full and their _like forms: `op` names the record, `like` is what the shape
// was taken from, if anything. `value` is a rank-0 tensor, or null for empty.
Tensor filled(Op op, const Dims& shape, DType dtype, const Tensor* value,
              const Tensor* like = nullptr);
// A rank-0 tensor of a real floating dtype, for what is composed of other operators: no record.
Tensor real_number(const char* op, double value, DType dtype);
// start + i * step for i < length, each element rounded once where the dtype is an integer, by one
// fma where it is floating.
Tensor arange(double start, double stop, double step, DType dtype);
Tensor arange_integers(std::int64_t start, std::int64_t stop, std::int64_t step, DType dtype);
// Of a real dtype only the real parts count.
Tensor linspace(Complex<double> start, Complex<double> stop, std::int64_t num, DType dtype,
                bool endpoint);
Tensor eye(std::int64_t rows, std::int64_t columns, std::int64_t k, DType dtype);
Tensor tril(const Tensor& x, std::int64_t k);
Tensor triu(const Tensor& x, std::int64_t k);
std::vector<Tensor> meshgrid(std::span<const Tensor> arrays, bool matrix_indexing);

}  // namespace corepy

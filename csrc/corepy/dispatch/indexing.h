// Reading and writing parts of tensors: keys of integers, slices, index arrays and masks; take and
// its relatives; nonzero.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "corepy/core/tensor.h"
#include "corepy/kernels/indexing_table.h"
#include "corepy/ops/op.h"

namespace corepy {

// One entry of x[...]: an integer, a slice, an ellipsis, newaxis, or an array: integers, or truth
// values that stand for as many axes as they have.
struct IndexItem {
  enum class Kind : std::uint8_t { integer, slice, ellipsis, newaxis, array } kind;
  std::int64_t start = 0;  // the integer; a slice's bounds, which may lie anywhere
  std::int64_t stop = 0;
  std::int64_t step = 1;
  bool has_start = false, has_stop = false;
  int array = 0;  // which of the key's arrays
};

// What stands in the brackets. The tensors of `arrays` are the caller's own: nobody else replaces
// them.
struct IndexKey {
  std::span<const IndexItem> items;
  std::span<const Tensor> arrays = {};
};

Tensor getitem(const Tensor& x, const IndexKey& key);
// Writes into x; copies first where x's memory is shared. Nothing is written on an error. Of
// several values for one element the last in C order stays. x[a] = x[b] reads all of x[b] first;
// `passing` is then the caller's own tensor of that value, which nobody looks at afterwards: its
// share of x's memory is no reason to copy x. Null where there is none.
void setitem(Tensor& x, const IndexKey& key, Tensor value, Tensor* passing = nullptr);
// A copy of x in which x[key] = x[key] op value was done for one element of the value after
// another, in C order. `op` is at_add, at_subtract, at_multiply, at_minimum or at_maximum.
Tensor accumulate_at(Op op, const Tensor& x, const IndexKey& key, const Tensor& value);

Tensor take(const Tensor& x, const Tensor& indices, std::optional<std::int64_t> axis);
Tensor take_along_axis(const Tensor& x, const Tensor& indices, std::int64_t axis);
// Writes into x, as setitem does.
void put_along_axis(Tensor& x, const Tensor& indices, const Tensor& values, std::int64_t axis);

// The positions of x's elements that are not zero, in C order: one tensor for each axis.
// `op` is nonzero, or where, of which a lone condition asks for the same.
std::vector<Tensor> nonzero(Op op, const Tensor& x);

}  // namespace corepy

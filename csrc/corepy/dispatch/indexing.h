// Reading and writing parts of tensors: basic indexing, take.
#pragma once

#include <optional>
#include <span>

#include "corepy/core/tensor.h"

namespace corepy {

// One entry of x[...]: an integer, a slice, an ellipsis or newaxis.
struct IndexItem {
  enum class Kind : std::uint8_t { integer, slice, ellipsis, newaxis } kind;
  std::int64_t start = 0;  // the integer; a slice's bounds, which may lie anywhere
  std::int64_t stop = 0;
  std::int64_t step = 1;
  bool has_start = false, has_stop = false;
};

Tensor getitem(const Tensor& x, std::span<const IndexItem> items);
// Writes into x; copies first where x's memory is shared. Nothing is written on an error.
void setitem(Tensor& x, std::span<const IndexItem> items, const Tensor& value);
Tensor take(const Tensor& x, const Tensor& indices, std::optional<std::int64_t> axis);

}  // namespace corepy

// The paths of searches in ordered data, and of sets.
#pragma once

#include <vector>

#include "corepy/core/tensor.h"
#include "corepy/ops/op.h"

namespace corepy {

// `sorter`: the positions that put x1 in order, or null where it is.
Tensor searchsorted(const Tensor& x1, const Tensor& x2, bool upper, const Tensor* sorter);
Tensor isin(const Tensor& x1, const Tensor& x2, bool invert);

// The results of unique_all, unique_counts, unique_inverse or unique_values, in the standard's
// order.
std::vector<Tensor> unique(Op op, const Tensor& x);

}  // namespace corepy

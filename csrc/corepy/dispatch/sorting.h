// The paths of sort and argsort.
#pragma once

#include "corepy/core/tensor.h"

namespace corepy {

Tensor sort(const Tensor& x, std::int64_t axis, bool descending, bool stable);
// sort() along the last axis where only the places [first, end) of each row are asked for; others
// may hold any of the row's elements, but NaNs are last.
Tensor sort_for_places(const Tensor& x, std::int64_t first, std::int64_t end);
Tensor argsort(const Tensor& x, std::int64_t axis, bool descending, bool stable);

}  // namespace corepy

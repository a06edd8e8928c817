// The paths of sort and argsort.
#pragma once

#include "corepy/core/tensor.h"

namespace corepy {

Tensor sort(const Tensor& x, std::int64_t axis, bool descending, bool stable);
Tensor argsort(const Tensor& x, std::int64_t axis, bool descending, bool stable);

}  // namespace corepy

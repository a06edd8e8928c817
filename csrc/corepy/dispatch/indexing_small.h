// Keys of one array on tensors of few bytes: what is asked for most often, without a plan of axes.
// Private to dispatch/.
#pragma once

#include "corepy/core/tensor.h"
#include "corepy/dispatch/dispatch.h"
#include "corepy/dispatch/indexing.h"
#include "corepy/dispatch/kernel_tables.h"

namespace corepy {

// x[key] into `result`, or false where the key, the layout or the size is not one of these.
bool try_read_small(Operation& operation, const KernelTables& tables, const Tensor& x,
                    const IndexKey& key, Tensor& result);
// x[key] = value in x's own memory, or false.
bool try_write_small(Operation& operation, const KernelTables& tables, Tensor& x,
                     const IndexKey& key, const Tensor& value);

}  // namespace corepy

// Moving elements between tensors: copies, casts, assignments into strided destinations. The loops
// behind astype, copy, concat, setitem and every hidden copy.
#pragma once

#include "corepy/core/tensor.h"
#include "corepy/dispatch/blocking_region.h"
#include "corepy/dispatch/dispatch.h"

namespace corepy {

// dst[...] = src[...] with `src` broadcast and converted to dst's dtype. dst's memory must be ours
// alone to write, and must not overlap src's. Runs inside the operation that asks.
// A dry run writes nothing.
void assign(Operation& operation, const Tensor& dst, const Tensor& src);

// The same in a dry run, too: for what is not a result.
void assign_now(Operation& operation, const Tensor& dst, const Tensor& src);

// The same as work of a region, shared by its threads. `dst` and `src` are reached by nobody else.
void assign(Operation& operation, BlockingRegion& region, const Tensor& dst, const Tensor& src);

// A contiguous tensor of `dtype` with x's values: x itself where it is one already.
Tensor as_contiguous(Operation& operation, const Tensor& x, DType dtype);
// The same for an x that may be large, as work of a region of its own. The host's lock may be
// released: `x`, and whatever else the caller reads afterwards, is reached by nobody else.
Tensor as_contiguous_shared(Operation& operation, const Tensor& x, DType dtype);

// Fills dst with the one element of the rank-0 tensor `value`, converted.
void fill(Operation& operation, const Tensor& dst, const Tensor& value);

// Makes `x`'s memory unique to it before a write (copy on write), recording the copy.
void make_unique(Operation& operation, Tensor& x);

}  // namespace corepy

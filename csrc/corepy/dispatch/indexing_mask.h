// What masks choose: how many, which elements, at which positions. Private to dispatch/.
#pragma once

#include <vector>

#include "corepy/core/tensor.h"
#include "corepy/dispatch/blocking_region.h"
#include "corepy/dispatch/dispatch.h"
#include "corepy/dispatch/kernel_tables.h"

namespace corepy {

// A mask's truths as contiguous bytes that nobody else writes: the tensor itself where it is that.
Tensor read_mask(Operation& operation, const Tensor& mask);

// How many true values a contiguous mask has before each chunk of its elements, and, last, in all:
// what lets chunks be worked on apart.
using MaskCounts = std::vector<std::int64_t>;
MaskCounts count_true(Operation& operation, const KernelTables& tables, const Tensor& mask);

// Of a contiguous mask: the positions of its true values in C order, a tensor for each axis. They
// share one storage.
std::vector<Tensor> locate_true(Operation& operation, const KernelTables& tables,
                                const Tensor& mask);
// The same, counted through all axes together.
Tensor locate_true_flat(Operation& operation, const KernelTables& tables, const Tensor& mask,
                        const MaskCounts& counts);

// Runs a masked loop over one contiguous row of the mask's elements. `chosen_stride_bytes`: the
// size of an element, or 0 where one is for all.
struct MaskedRow {
  MaskedLoop loop;
  std::byte* all;
  std::byte* chosen;
  std::int64_t itemsize;
  std::int64_t chosen_stride_bytes;
};
void run_masked(BlockingRegion& region, const Tensor& mask, const MaskCounts& counts,
                const MaskedRow& row);

}  // namespace corepy

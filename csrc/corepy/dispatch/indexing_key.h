// From a key to what it selects: a view of the tensor, and the axes of it that index arrays or a
// mask pick from. No element is moved. Private to dispatch/.
#pragma once

#include <string>
#include <vector>

#include "corepy/core/tensor.h"
#include "corepy/dispatch/dispatch.h"
#include "corepy/dispatch/indexing.h"
#include "corepy/dispatch/kernel_tables.h"

namespace corepy {

// The view that a key without arrays names.
Tensor select_view(const char* op, const Tensor& x, std::span<const IndexItem> items);

// x[key] with arrays: the elements base[b..., p0, p1 ..., a...], where p0, p1 ... run over what is
// picked; the result's axes are b..., picked_shape..., a....
struct Selection {
  Tensor base;
  int before = 0;     // how many axes b
  Dims picked_axes;   // of x: the axes p0, p1 ... of base
  Dims picked_shape;  // the index arrays' broadcast shape; of a mask, the count of its true values
  std::vector<Tensor> indices;  // for each picked axis, contiguous int64; none where a mask picks
  Tensor mask;                  // contiguous, of all picked axes together
  std::vector<std::int64_t> mask_counts;  // count_true's
  bool has_mask = false;

  int picked() const noexcept { return picked_axes.size(); }
  Dims shape() const;
  std::int64_t count() const noexcept { return count_elements(picked_shape); }
};

// Checks everything but the bounds of index arrays. `owns`: index memory that others could still
// write is copied, as a write that was checked must not fail halfway.
Selection plan_selection(Operation& operation, const KernelTables& tables, const Tensor& x,
                         const IndexKey& key, bool owns);
// The same selection of another tensor of x's shape, such as x after copy on write.
void rebase(Selection& selection, const char* op, const Tensor& x, const IndexKey& key);

// Contiguous int64 indices: the tensor itself where it is that already.
Tensor read_indices(Operation& operation, const Tensor& indices, bool owns);

// Fails with OutOfBoundsError for an index outside the axis.
[[noreturn]] void fail_out_of_bounds(const char* op, const Tensor& indices, std::int64_t place,
                                     int axis, std::int64_t extent);
// Fails where an index lies outside; tells whether any is negative.
bool check_indices(const char* op, const KernelTables& tables, const Tensor& indices, int axis,
                   std::int64_t extent);

}  // namespace corepy

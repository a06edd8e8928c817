// Keys of one array on tensors of few bytes.
#include "corepy/dispatch/indexing_small.h"

#include "corepy/dispatch/blocking_region.h"
#include "corepy/dispatch/indexing_key.h"

namespace corepy {
namespace {

// Contiguous memory of our own, which holds no odd truth values and which nobody else writes.
bool is_plain(const Tensor& x) noexcept { return x.is_contiguous() && !x.storage->is_foreign(); }

// Whether the key is one plain array that needs no conversion: a mask of x's shape, or indices of
// x's first axis.
bool is_small(const Tensor& x, const IndexKey& key) noexcept {
  if (key.items.size() != 1 || key.arrays.size() != 1) return false;
  const Tensor& array = key.arrays[0];
  if (!is_plain(x) || !is_plain(array) || x.rank() == 0 || array.rank() == 0) return false;
  if (x.nbytes() >= blocking_work_bytes || array.nbytes() >= blocking_work_bytes) return false;
  if (array.dtype == DType::bool_) return array.shape == x.shape;
  constexpr int few_axes = 8;
  return array.dtype == DType::int64 && x.shape[0] > 0 && x.size() > 0 &&
         array.rank() + x.rank() <= few_axes;
}

std::int64_t run_bytes_of(const Tensor& x) noexcept { return x.nbytes() / x.shape[0]; }

MoveArgs make_args(const Tensor& x, const Tensor& indices, std::byte* other) noexcept {
  MoveArgs args{};
  args.outer = 1;
  args.count = indices.size();
  args.axis_length = x.shape[0];
  args.has_negatives = true;
  args.run_bytes = run_bytes_of(x);
  args.indices = reinterpret_cast<const std::int64_t*>(indices.data());
  args.axis = x.data();
  args.axis_stride_bytes = args.run_bytes;
  args.other = other;
  args.other_stride_bytes = args.run_bytes;
  return args;
}

const std::uint8_t* bytes_of(const Tensor& mask) noexcept {
  return reinterpret_cast<const std::uint8_t*>(mask.data());
}

Tensor read_indices_of(Operation& operation, const KernelTables& tables, const Tensor& x,
                       const Tensor& indices) {
  Dims shape = indices.shape;
  for (int i = 1; i < x.rank(); ++i) shape.push_back(x.shape[i]);
  Tensor result = operation.allocate_result(shape, x.dtype);
  MoveArgs args = make_args(x, indices, result.data());
  // Looking at all indices first costs less than counting each from the end, while x is near.
  args.has_negatives = check_indices(operation.name(), tables, indices, 0, args.axis_length);
  std::uint32_t flags = 0;
  args.flags = &flags;
  if (!operation.is_dry_run()) tables.indexing->take(args);
  return result;
}

}  // namespace

bool try_read_small(Operation& operation, const KernelTables& tables, const Tensor& x,
                    const IndexKey& key, Tensor& result) {
  if (!is_small(x, key)) return false;
  const Tensor& array = key.arrays[0];
  if (array.dtype != DType::bool_) {
    if (array.size() * run_bytes_of(x) >= blocking_work_bytes) return false;
    result = read_indices_of(operation, tables, x, array);
    return true;
  }
  const MaskKernels& masks = *tables.indexing->masks;
  const std::int64_t length = array.size(), count = masks.count(bytes_of(array), length);
  result = operation.allocate_result({count}, x.dtype);
  operation.set_variant("compress by mask");
  if (operation.is_dry_run()) return true;
  const int size = copy_size_index(static_cast<int>(x.itemsize()));
  masks.compress[size]({length, bytes_of(array), x.data(), result.data(), count});
  return true;
}

bool try_write_small(Operation& operation, const KernelTables& tables, Tensor& x,
                     const IndexKey& key, const Tensor& value) {
  if (!is_small(x, key) || !operation.can_write(x)) return false;
  if (value.dtype != x.dtype || !is_plain(value)) return false;
  const Tensor& array = key.arrays[0];
  const bool is_scalar = value.rank() == 0;
  if (array.dtype != DType::bool_) {
    const bool is_whole = x.rank() == 1 && value.shape == array.shape;
    if (!is_whole && !(is_scalar && x.rank() == 1)) return false;
    MoveArgs args = make_args(x, array, value.data());
    args.has_negatives = check_indices(operation.name(), tables, array, 0, args.axis_length);
    if (is_scalar) args.other_stride_bytes = 0;
    std::uint32_t flags = 0;
    args.flags = &flags;
    if (!operation.is_dry_run()) tables.indexing->put(args);
    return true;
  }
  const MaskKernels& masks = *tables.indexing->masks;
  const std::int64_t length = array.size();
  const int size = copy_size_index(static_cast<int>(x.itemsize()));
  MaskedArgs args{length, bytes_of(array), x.data(), value.data(), 1};
  if (is_scalar) {
    operation.set_variant("fill by mask");
    if (!operation.is_dry_run()) masks.fill[size](args);
    return true;
  }
  if (value.rank() != 1 || value.shape[0] != masks.count(args.mask, length)) return false;
  operation.set_variant("expand by mask");
  args.chosen_count = value.shape[0];
  if (!operation.is_dry_run()) masks.expand[size](args);
  return true;
}

}  // namespace corepy

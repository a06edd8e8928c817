// Reading and writing parts of tensors by a key. Functions along an axis are in indexing_axis.cpp.
#include "corepy/dispatch/indexing.h"

#include <string>

#include "corepy/core/error.h"
#include "corepy/dispatch/blocking_region.h"
#include "corepy/dispatch/copy.h"
#include "corepy/dispatch/creation.h"
#include "corepy/dispatch/dispatch.h"
#include "corepy/dispatch/indexing_key.h"
#include "corepy/dispatch/indexing_mask.h"
#include "corepy/dispatch/indexing_move.h"
#include "corepy/dispatch/indexing_small.h"
#include "corepy/dispatch/kernel_tables.h"
#include "corepy/ops/promotion.h"

namespace corepy {
namespace {

void add_operands(Operation& operation, const Tensor& x, const IndexKey& key) {
  operation.add_operand(x);
  for (const Tensor& array : key.arrays) operation.add_operand(array);
}

// Elements move as they are: every policy gets the same, from the best ISA's loops.
const KernelTables& choose_tables(Operation& operation, const Tensor& x, const char* variant) {
  operation.choose_no_kernel(variant);
  operation.record().compute_dtype = x.dtype;
  return kernel_tables(operation.choose_native());
}

// Whether a mask's elements lie one after another in the base, once for each row of other axes.
bool is_compressible(const Selection& selection) {
  if (!selection.has_mask || selection.before + selection.picked() != selection.base.rank())
    return false;
  std::int64_t expected = selection.base.itemsize();
  for (int i = selection.base.rank() - 1; i >= selection.before; --i) {
    if (selection.base.shape[i] != 1 && selection.base.strides[i] != expected) return false;
    expected *= selection.base.shape[i];
  }
  return true;
}

// Runs a masked loop for each row of the axes before the mask. `chosen` has the result's axes.
void run_masked_rows(BlockingRegion& region, const Selection& selection, MaskedLoop loop,
                     const Tensor& chosen) {
  const MoveNest nest = plan_moves(selection, chosen, false);
  for_each_rows(nest, 0, nest.row_count(),
                [&](std::int64_t base, std::int64_t other, std::int64_t count,
                    std::int64_t base_stride, std::int64_t other_stride) {
                  for (std::int64_t i = 0; i < count; ++i) {
                    run_masked(region, selection.mask, selection.mask_counts,
                               {loop, selection.base.data() + base + i * base_stride,
                                chosen.data() + other + i * other_stride, chosen.itemsize(),
                                chosen.itemsize()});
                  }
                });
}

void fill_masked_rows(BlockingRegion& region, const KernelTables& tables,
                      const Selection& selection, const Tensor& element) {
  const int size = copy_size_index(static_cast<int>(element.itemsize()));
  const Tensor everywhere = element.view(selection.shape(), Dims(selection.shape().size(), 0));
  const MoveNest nest = plan_moves(selection, everywhere, false);
  for_each_rows(nest, 0, nest.row_count(),
                [&](std::int64_t base, std::int64_t, std::int64_t count, std::int64_t base_stride,
                    std::int64_t) {
                  for (std::int64_t i = 0; i < count; ++i) {
                    run_masked(region, selection.mask, selection.mask_counts,
                               {tables.indexing->masks->fill[size],
                                selection.base.data() + base + i * base_stride, element.data(),
                                element.itemsize(), 0});
                  }
                });
}

// Foreign truth values may be any byte: a cast to itself makes them 0 and 1.
void normalize_truths(const KernelTables& tables, const Tensor& source, const Tensor& result) {
  if (source.dtype != DType::bool_ || !source.storage->is_foreign()) return;
  tables.cast->find(DType::bool_, DType::bool_)(result.data(), result.data(), result.size());
}

[[noreturn]] void fail_changed_indices(const char* op) {
  fail(ErrorKind::out_of_bounds,
       std::string(op) + ": an index is out of bounds (its memory was changed meanwhile)");
}

void check_all_indices(const char* op, const KernelTables& tables, const Selection& selection) {
  for (std::size_t i = 0; i < selection.indices.size(); ++i) {
    const int picked = static_cast<int>(i);
    check_indices(op, tables, selection.indices[i], static_cast<int>(selection.picked_axes[picked]),
                  selection.base.shape[selection.before + picked]);
  }
}

Tensor read_selection(Operation& operation, const KernelTables& tables,
                      const Selection& selection) {
  const Tensor result = operation.allocate_result(selection.shape(), selection.base.dtype);
  if (result.size() == 0) {
    if (!operation.is_dry_run()) check_all_indices(operation.name(), tables, selection);
    return result;
  }
  if (is_compressible(selection)) {
    operation.set_variant("compress by mask");
    const int size = copy_size_index(static_cast<int>(result.itemsize()));
    BlockingRegion region(operation, selection.mask.nbytes() + result.nbytes(), {});
    run_masked_rows(region, selection, tables.indexing->masks->compress[size], result);
  } else {
    const Picks picks = find_picks(operation, tables, selection, false);
    BlockingRegion region(operation, picks.indices.nbytes() + result.nbytes(), {});
    if (!take_picks(region, tables, selection, picks, result)) {
      check_all_indices(operation.name(), tables, selection);
      fail_changed_indices(operation.name());
    }
  }
  if (!operation.is_dry_run()) normalize_truths(tables, selection.base, result);
  return result;
}

void check_same_kind(const char* op, DType from, DType to) {
  if (can_cast_same_kind(from, to)) return;
  fail(ErrorKind::dtype, std::string(op) +
                             ": the value cannot be converted without loss of kind (got " +
                             name_of(from) + "; expected a dtype that converts to " + name_of(to) +
                             "); convert with corepy.astype");
}

// The value as it will be read for a target of this shape: leading axes of extent 1 beyond the
// target's rank are dropped, as in NumPy's assignment. Fails where it does not broadcast.
Tensor fit_value(const char* op, const Tensor& value, const Dims& target) {
  Tensor source = value;
  while (source.rank() > target.size() && source.shape[0] == 1) {
    source.shape.erase(0);
    source.strides.erase(0);
  }
  broadcast_strides(op, source.shape, source.strides, target);
  return source;
}

// Whether the value does not vary along the picked axes: then one run of it serves all picks.
bool is_same_for_all_picks(const Selection& selection, const Tensor& source) {
  const int after = selection.base.rank() - selection.before - selection.picked();
  const int first = source.rank() - after - selection.picked_shape.size();
  for (int i = 0; i < selection.picked_shape.size(); ++i) {
    if (first + i >= 0 && source.shape[first + i] != 1) return false;
  }
  return true;
}

// `source` without the picked axes, along which it does not vary, and the shape it has there.
Tensor drop_picked_axes(const Selection& selection, const Tensor& source, Dims& shape) {
  const int after = selection.base.rank() - selection.before - selection.picked();
  const int end = source.rank() - after, start = end - selection.picked_shape.size();
  Tensor result = source;
  for (int i = end - 1; i >= std::max(start, 0); --i) {
    result.shape.erase(i);
    result.strides.erase(i);
  }
  shape.clear();
  for (int i = 0; i < selection.base.rank(); ++i) {
    if (i < selection.before || i >= selection.before + selection.picked())
      shape.push_back(selection.base.shape[i]);
  }
  return result;
}

// x[key] = source for a key with arrays. `x` is ours alone to write.
void write_selection(Operation& operation, const KernelTables& tables, const Selection& selection,
                     const Picks& picks, const Tensor& value, bool is_one_run) {
  using Lock = BlockingRegion::Lock;
  const std::int64_t bytes = selection.count() * selection.base.itemsize();
  if (is_compressible(selection)) {
    BlockingRegion region(operation, selection.mask.nbytes() + bytes, {}, Lock::keep);
    if (is_one_run && value.size() == 1) {
      operation.set_variant("fill by mask");
      fill_masked_rows(region, tables, selection, value);
      return;
    }
    operation.set_variant("expand by mask");
    const int size = copy_size_index(static_cast<int>(value.itemsize()));
    run_masked_rows(region, selection, tables.indexing->masks->expand[size], value);
    return;
  }
  BlockingRegion region(operation, 2 * bytes, {}, Lock::keep);
  if (!put_picks(region, tables, selection, picks, value, is_one_run))
    fail_changed_indices(operation.name());
}

// Finding the picks may have released the host's lock: whether x is still what the selection shows,
// and nobody else has taken a share of it.
bool is_alone(const Tensor& x, const Selection& selection) {
  return x.storage.get() == selection.base.storage.get() &&
         x.storage->references.load(std::memory_order_acquire) == 2;
}

void write_large(Operation& operation, const KernelTables& tables, Tensor& x, const IndexKey& key,
                 const Tensor& value) {
  Selection selection = plan_selection(operation, tables, x, key, true);
  const Dims target = selection.shape();
  const Tensor source = fit_value(operation.name(), value, target);
  if (count_elements(target) == 0) {
    if (!operation.is_dry_run()) check_all_indices(operation.name(), tables, selection);
    return;
  }
  Picks picks;
  do {
    selection.base = Tensor{};  // it shares x's memory, which would then be copied
    make_unique(operation, x);
    rebase(selection, operation.name(), x, key);
    if (!is_compressible(selection)) picks = find_picks(operation, tables, selection, true);
  } while (!operation.is_dry_run() && !is_alone(x, selection));
  const bool is_compressed = is_compressible(selection);
  const bool is_one_run =
      is_same_for_all_picks(selection, source) && (!is_compressed || source.size() == 1);
  Dims shape = target;
  Tensor kept = is_one_run ? drop_picked_axes(selection, source, shape) : source;
  if (is_compressed && is_one_run) kept = kept.view({}, {}), shape = Dims{};
  const Tensor other = materialize(operation, kept, x, shape);
  write_selection(operation, tables, selection, picks, other, is_one_run);
}

void write_with_arrays(Operation& operation, Tensor& x, const IndexKey& key, const Tensor& value) {
  const KernelTables& tables = choose_tables(operation, x, "scatter by index");
  if (try_write_small(operation, tables, x, key, value)) return;
  const HeldPeak held;
  write_large(operation, tables, x, key, value);
  operation.record().workspace_bytes += held.bytes_above_now();
}

// The value of x[a] = x[b], all of it read before the first write. Neither it nor `passing` shares
// x's memory while this lives.
class Snapshot {
 public:
  Snapshot(Operation& operation, const Tensor& x, Tensor& value, Tensor* passing) {
    if (value.storage.get() != x.storage.get()) return;
    Tensor taken = operation.allocate_result(value.shape, value.dtype);
    operation.record().workspace_bytes += taken.nbytes();
    assign(operation, taken, value);
    value = taken;
    if (passing == nullptr) return;
    std::swap(*passing, taken);
    if (operation.is_dry_run()) lender_ = &x, passing_ = passing, kept_ = std::move(taken);
    kept_.storage = {};
  }
  // A dry run changes nothing: what it looked at may be used again.
  ~Snapshot() {
    if (lender_ == nullptr) return;
    kept_.storage = lender_->storage;
    std::swap(*passing_, kept_);
  }
  Snapshot(const Snapshot&) = delete;
  Snapshot& operator=(const Snapshot&) = delete;

 private:
  const Tensor* lender_ = nullptr;
  Tensor* passing_ = nullptr;
  Tensor kept_;
};

void write_view(Operation& operation, Tensor& x, const IndexKey& key, const Tensor& value) {
  const Dims target = select_view(operation.name(), x, key.items).shape;
  const Tensor source = fit_value(operation.name(), value, target);
  operation.choose_no_kernel("strided copy");
  make_unique(operation, x);
  assign(operation, select_view(operation.name(), x, key.items), source);
  if (source.dtype != x.dtype) operation.note_cast(count_elements(target) * x.itemsize());
}

// ---- accumulation

Accumulation accumulation_of(Op op) {
  return static_cast<Accumulation>(static_cast<int>(op) - static_cast<int>(Op::at_add));
}
static_assert(static_cast<int>(Op::at_maximum) - static_cast<int>(Op::at_add) ==
              static_cast<int>(Accumulation::maximum));

// One step after another along the picks; rows of kept axes are apart from each other, so threads
// share these.
void run_accumulation(BlockingRegion& region, AccumulateLoop loop, const Selection& selection,
                      const Picks& picks, const Tensor& value, bool is_one_run) {
  const MoveNest nest = plan_moves(selection, value, is_one_run);
  const std::int64_t itemsize = value.itemsize(), rows = nest.row_count();
  region.run(rows, [&](std::int64_t row, int) noexcept {
    for_each_rows(
        nest, row, row + 1,
        [&](std::int64_t base, std::int64_t other, std::int64_t, std::int64_t, std::int64_t) {
          loop({1, picks.indices.size(), nest.run_bytes / itemsize,
                reinterpret_cast<const std::int64_t*>(picks.indices.data()),
                selection.base.data() + base, 0, value.data() + other, 0, nest.other_stride_bytes});
        });
  });
}

// What a key without arrays selects, as a selection that picks its one element of no axes.
Selection select_whole(const char* op, const Tensor& x, const IndexKey& key) {
  Selection selection;
  selection.base = select_view(op, x, key.items);
  return selection;
}

// Where the steps are taken; the picks of a key without arrays are that element.
Picks find_steps(Operation& operation, const KernelTables& tables, const Selection& selection,
                 bool has_arrays) {
  if (has_arrays) return find_offsets(operation, tables, selection);
  Picks picks{empty_tensor(operation.name(), {1}, DType::int64)};
  *reinterpret_cast<std::int64_t*>(picks.indices.data()) = 0;
  return picks;
}

// The oracle's operands: flat positions, and as many values.
Tensor find_flat_positions(const Tensor& x, const IndexKey& key) {
  const Tensor places = arange_integers(0, x.size(), 1, DType::int64);
  return getitem(places.view(x.shape, contiguous_strides(x.shape, places.itemsize())), key);
}

}  // namespace

// One element in memory of its own: as a view it would keep all of x, and be a reason to copy all
// of x at the next write, for the sake of a few bytes.
static void own_element(const char* op, Tensor& view) {
  if (view.storage->is_planned) return;  // a dry run's, without elements
  const std::int64_t itemsize = view.itemsize();
  StorageRef own = allocate_storage(op, itemsize);
  if (itemsize == 8) [[likely]] {
    std::memcpy(own->data, view.data(), 8);
  } else {
    std::memcpy(own->data, view.data(), static_cast<std::size_t>(itemsize));
  }
  if (view.dtype == DType::bool_) *own->data = std::byte{*own->data != std::byte{0}};
  view.storage = std::move(own);
  view.offset_bytes = 0;
}

Tensor getitem(const Tensor& x, const IndexKey& key) {
  Operation operation(Op::getitem);
  if (key.arrays.empty()) {
    operation.add_operand(x);
    Tensor result = select_view(operation.name(), x, key.items);
    // As NumPy's scalars; x[0, ...] is a view there, too.
    const bool is_element =
        x.rank() > 0 && result.rank() == 0 && static_cast<int>(key.items.size()) == x.rank();
    if (is_element) {
      own_element(operation.name(), result);
      operation.choose_no_kernel("element");
    } else {
      operation.choose_no_kernel("view");
    }
    operation.finish(result, layout_of(result));
    return result;
  }
  add_operands(operation, x, key);
  const KernelTables& tables = choose_tables(operation, x, "gather by index");
  Tensor result;
  if (!try_read_small(operation, tables, x, key, result)) {
    const HeldPeak held;
    result = read_selection(operation, tables, plan_selection(operation, tables, x, key, false));
    operation.note_peak(held, result);
  }
  operation.finish(result);
  return result;
}

void setitem(Tensor& x, const IndexKey& key, Tensor value, Tensor* passing) {
  Operation operation(Op::setitem);
  operation.add_operand(x);
  operation.add_operand(value);
  for (const Tensor& array : key.arrays) operation.add_operand(array);
  check_same_kind(operation.name(), value.dtype, x.dtype);
  const Snapshot snapshot(operation, x, value, passing);
  if (key.arrays.empty()) {
    write_view(operation, x, key, value);
  } else {
    write_with_arrays(operation, x, key, value);
  }
  operation.finish(x, layout_of(x));
}

Tensor accumulate_at(Op op, const Tensor& operand, const IndexKey& key, const Tensor& value) {
  Operation operation(op);
  const HeldPeak held;
  const Tensor x = operand;  // others may write to the operand while the host's lock is released
  operation.add_operand(x);
  operation.add_operand(value);
  for (const Tensor& array : key.arrays) operation.add_operand(array);
  if (!contains(info_of(op).dtypes, x.dtype)) {
    fail(ErrorKind::dtype, std::string(operation.name()) + ": unsupported dtype (got " +
                               name_of(x.dtype) + "; expected one of " +
                               dtype_names(info_of(op).dtypes) + ")");
  }
  check_same_kind(operation.name(), value.dtype, x.dtype);
  Isa isa = operation.choose(/*has_simd_kernel=*/false);
  Tensor result = operation.allocate_result(x.shape, x.dtype);
  const KernelTables& tables = kernel_tables(isa == no_isa ? best_isa() : isa);
  const Selection selection = key.arrays.empty()
                                  ? select_whole(operation.name(), result, key)
                                  : plan_selection(operation, tables, result, key, true);
  const Dims target = selection.shape();
  const Tensor source = fit_value(operation.name(), value, target);
  operation.set_bound(arithmetic_dtype(x.dtype), x.dtype);
  const bool chooses = op == Op::at_minimum || op == Op::at_maximum;
  if (is_floating(x.dtype) && !chooses) operation.record().bound = "parts";  // each step rounds
  const bool needs_oracle = isa == no_isa || operation.wants_verify();
  const bool is_one_run =
      !needs_oracle && !key.arrays.empty() && is_same_for_all_picks(selection, source);
  Dims shape = target;
  const Tensor kept = is_one_run ? drop_picked_axes(selection, source, shape) : source;
  const Tensor values = materialize(operation, kept, result, shape);
  const Tensor positions = needs_oracle ? find_flat_positions(x, key) : Tensor{};
  const Tensor* inputs[] = {&x, &positions, &values};
  const Call call{op, inputs, {}, &result, x.dtype};
  if (!operation.is_left_to_native(isa, call)) {
    operation.finish(result);
    return result;
  }
  operation.set_variant("one step after another");
  {
    const Picks picks = find_steps(operation, tables, selection, !key.arrays.empty());
    const std::int64_t count = count_elements(target);
    BlockingRegion region(operation, result.nbytes() + 2 * count * x.itemsize(), {});
    assign(operation, region, result, x);
    const AccumulateLoop loop =
        tables.indexing->accumulate
            ->loop[static_cast<int>(accumulation_of(op))][static_cast<int>(x.dtype)];
    if (count > 0) run_accumulation(region, loop, selection, picks, values, is_one_run);
  }
  if (operation.wants_verify()) operation.verify(call);
  operation.note_peak(held, result);
  operation.finish(result);
  return result;
}

}  // namespace corepy

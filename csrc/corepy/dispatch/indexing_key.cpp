// From a key to what it selects.
#include "corepy/dispatch/indexing_key.h"

#include <algorithm>
#include <utility>

#include "corepy/core/error.h"
#include "corepy/dispatch/copy.h"
#include "corepy/dispatch/indexing_mask.h"

namespace corepy {
namespace {

using Kind = IndexItem::Kind;

struct Slice {
  std::int64_t start, step, length;
};

// Python's slice rules: bounds are clamped to the axis.
Slice resolve_slice(const char* op, const IndexItem& item, std::int64_t extent) {
  if (item.step == 0)
    fail(ErrorKind::value,
         std::string(op) + ": a slice step cannot be zero (got 0; expected a nonzero step)");
  const bool backward = item.step < 0;
  const std::int64_t lowest = backward ? -1 : 0, highest = backward ? extent - 1 : extent;
  const auto clamp = [&](std::int64_t bound) {
    if (bound < 0) bound = bound < -extent ? lowest : bound + extent;
    return std::clamp(bound, lowest, std::max(lowest, highest));
  };
  const std::int64_t start = item.has_start ? clamp(item.start) : (backward ? highest : lowest);
  const std::int64_t stop = item.has_stop ? clamp(item.stop) : (backward ? lowest : highest);
  // Unsigned arithmetic: a step may be as large as int64 goes.
  const std::uint64_t distance =
      backward ? static_cast<std::uint64_t>(start) - static_cast<std::uint64_t>(stop)
               : static_cast<std::uint64_t>(stop) - static_cast<std::uint64_t>(start);
  const bool empty = backward ? start <= stop : stop <= start;
  const std::uint64_t step =
      backward ? 0 - static_cast<std::uint64_t>(item.step) : static_cast<std::uint64_t>(item.step);
  const std::int64_t length = empty ? 0 : static_cast<std::int64_t>((distance - 1) / step + 1);
  return {start, item.step, length};
}

std::string describe_bounds(std::int64_t extent) {
  return "expected " + std::to_string(-extent) + " <= index < " + std::to_string(extent);
}

std::int64_t resolve_integer(const char* op, std::int64_t index, std::int64_t extent, int axis) {
  if (index < -extent || index >= extent) {
    fail(ErrorKind::out_of_bounds, std::string(op) + ": index out of bounds for axis " +
                                       std::to_string(axis) + " (got " + std::to_string(index) +
                                       "; " + describe_bounds(extent) + ")");
  }
  return index < 0 ? index + extent : index;
}

// How many axes of x an entry takes.
int count_axes(const IndexItem& item, std::span<const Tensor> arrays) {
  if (item.kind == Kind::integer || item.kind == Kind::slice) return 1;
  if (item.kind != Kind::array) return 0;
  const Tensor& array = arrays[static_cast<std::size_t>(item.array)];
  return array.dtype == DType::bool_ ? array.rank() : 1;
}

// The number of axes that the ellipsis, or the missing rest of the key, stands for.
int count_rest(const char* op, const Tensor& x, const IndexKey& key) {
  int consumed = 0;
  bool has_ellipsis = false;
  for (const IndexItem& item : key.items) {
    consumed += count_axes(item, key.arrays);
    if (item.kind != Kind::ellipsis) continue;
    if (has_ellipsis)
      fail(ErrorKind::out_of_bounds,
           std::string(op) + ": an index can have only one ellipsis (got two)");
    has_ellipsis = true;
  }
  if (consumed > x.rank()) {
    fail(ErrorKind::out_of_bounds, std::string(op) + ": too many indices (got " +
                                       std::to_string(consumed) + "; expected at most " +
                                       std::to_string(x.rank()) + " for shape " +
                                       to_string(x.shape) + ")");
  }
  return x.rank() - consumed;
}

// Walks over a key and gathers the axes that stay and those that arrays pick from. The axes are
// written where they are to stay: moving a few numbers just written from place to place took a
// tenth of the time of a slice.
class KeyWalk {
 public:
  KeyWalk(const char* op, const Tensor& x, const IndexKey& key, Tensor& base)
      : op_(op), x_(x), key_(key), base_(base), rest_(count_rest(op, x, key)) {
    base_.storage = x.storage;
    base_.offset_bytes = x.offset_bytes;
    base_.dtype = x.dtype;
  }

  void run() {
    bool has_ellipsis = false;
    for (const IndexItem& item : key_.items) {
      note_order(item);
      switch (item.kind) {
        case Kind::integer:
          base_.offset_bytes +=
              resolve_integer(op_, item.start, x_.shape[axis_], axis_) * x_.strides[axis_];
          ++axis_;
          break;
        case Kind::slice:
          keep_slice(item);
          break;
        case Kind::ellipsis:
          has_ellipsis = true;
          keep_whole(rest_);
          break;
        case Kind::newaxis:
          base_.shape.push_back(1);
          base_.strides.push_back(0);
          break;
        case Kind::array:
          pick(key_.arrays[static_cast<std::size_t>(item.array)]);
          break;
      }
    }
    if (!has_ellipsis) keep_whole(rest_);
    insert_picked();
    // With arrays the base may have more axes than the result, which is what is limited then.
    if (key_.arrays.empty() && base_.rank() > max_rank) {
      fail(ErrorKind::shape, std::string(op_) + ": too many dimensions (got " +
                                 std::to_string(base_.rank()) + "; expected at most 64)");
    }
  }

  int before() const noexcept { return before_; }
  const Dims& picked() const noexcept { return picked_; }

 private:
  void insert_picked() {
    for (int i = picked_.size() - 1; i >= 0; --i) {
      const int axis = static_cast<int>(picked_[i]);
      base_.shape.insert(before_, x_.shape[axis]);
      base_.strides.insert(before_, x_.strides[axis]);
    }
  }

  // NumPy's rule: the picked axes stand where the arrays and integers stand, if these are next to
  // each other, and come first if anything lies between.
  void note_order(const IndexItem& item) {
    if (key_.arrays.empty()) return;
    const bool is_picking = item.kind == Kind::array || item.kind == Kind::integer;
    if (is_picking && order_ == Order::none) {
      before_ = base_.rank();
      order_ = Order::inside;
    } else if (is_picking && order_ == Order::after) {
      before_ = 0;
      order_ = Order::apart;
    } else if (!is_picking && order_ == Order::inside) {
      order_ = Order::after;
    }
  }

  void keep_whole(int count) {
    for (; count > 0; --count, ++axis_)
      base_.shape.push_back(x_.shape[axis_]), base_.strides.push_back(x_.strides[axis_]);
  }

  void keep_slice(const IndexItem& item) {
    const Slice slice = resolve_slice(op_, item, x_.shape[axis_]);
    const std::int64_t stride = x_.strides[axis_];
    base_.shape.push_back(slice.length);
    base_.strides.push_back(slice.length > 1 ? stride * slice.step : stride);
    if (slice.length > 0) base_.offset_bytes += slice.start * stride;
    ++axis_;
  }

  // An extent of 0 fits any axis, as in the standard: such a mask has no element to be true.
  void pick(const Tensor& array) {
    const int count = array.dtype == DType::bool_ ? array.rank() : 1;
    for (int i = 0; i < count; ++i, ++axis_) {
      if (array.dtype == DType::bool_ && array.shape[i] != x_.shape[axis_] && array.shape[i] != 0) {
        fail(ErrorKind::out_of_bounds,
             std::string(op_) +
                 ": a mask must have the extents of the axes it stands for, or extents of 0 (got " +
                 to_string(array.shape) + " from axis " + std::to_string(axis_ - i) + " of shape " +
                 to_string(x_.shape) + ", which differ along axis " + std::to_string(axis_) + ")");
      }
      picked_.push_back(axis_);
    }
  }

  enum class Order : std::uint8_t { none, inside, after, apart };

  const char* op_;
  const Tensor& x_;
  const IndexKey& key_;
  Tensor& base_;
  int rest_, axis_ = 0, before_ = 0;
  Order order_ = Order::none;
  Dims picked_;
};

// A mask beside other arrays is what its true values' positions are; a mask of no axes picks one
// element or none.
void add_mask(Operation& operation, const KernelTables& tables, const Tensor& mask,
              Selection& selection, std::vector<Dims>& shapes) {
  const Tensor own = read_mask(operation, mask);
  if (mask.rank() == 0) {
    shapes.push_back(Dims{own.data()[0] != std::byte{0} ? 1 : 0});
    return;
  }
  for (Tensor& positions : locate_true(operation, tables, own)) {
    shapes.push_back(positions.shape);
    selection.indices.push_back(std::move(positions));
  }
}

void broadcast_picked(const char* op, Selection& selection, const std::vector<Dims>& shapes) {
  std::vector<const Dims*> pointers;
  for (const Dims& shape : shapes) pointers.push_back(&shape);
  try {
    selection.picked_shape = broadcast_shapes(op, pointers);
  } catch (const Error&) {
    std::string text;
    for (const Dims& shape : shapes) text += (text.empty() ? "" : " and ") + to_string(shape);
    fail(ErrorKind::out_of_bounds,
         std::string(op) + ": index arrays cannot be broadcast together (got shapes " + text + ")");
  }
}

// The place of an element in its array: "3", or "(1, 2)".
std::string describe_place(const Tensor& array, std::int64_t place) {
  if (array.rank() == 1) return std::to_string(place);
  Dims coordinates(array.rank());
  for (int axis = array.rank() - 1; axis >= 0; --axis) {
    coordinates[axis] = place % array.shape[axis];
    place /= array.shape[axis];
  }
  return to_string(coordinates);
}

// uint64 indices beyond int64 became negative: out of bounds, not from the end.
void check_converted_indices(const char* op, const Tensor& index) {
  const auto* values = reinterpret_cast<const std::int64_t*>(index.data());
  for (std::int64_t i = 0; i < index.size(); ++i) {
    if (values[i] >= 0) continue;
    fail(ErrorKind::out_of_bounds, std::string(op) + ": index out of bounds (got " +
                                       std::to_string(static_cast<std::uint64_t>(values[i])) +
                                       " at position " + describe_place(index, i) +
                                       " of the indices; expected one that fits in 63 bits)");
  }
}

}  // namespace

Dims Selection::shape() const {
  Dims result;
  for (int i = 0; i < before; ++i) result.push_back(base.shape[i]);
  for (const std::int64_t extent : picked_shape) result.push_back(extent);
  for (int i = before + picked(); i < base.rank(); ++i) result.push_back(base.shape[i]);
  return result;
}

// x[start:stop:step]: what is asked for most often, without a walk.
static Tensor slice_first_axis(const char* op, const Tensor& x, const IndexItem& item) {
  Tensor view = x;
  const Slice slice = resolve_slice(op, item, x.shape[0]);
  const std::int64_t stride = x.strides[0];
  view.shape[0] = slice.length;
  if (slice.length > 0) view.offset_bytes += slice.start * stride;
  if (slice.length > 1) view.strides[0] = stride * slice.step;
  return view;
}

Tensor select_view(const char* op, const Tensor& x, std::span<const IndexItem> items) {
  if (items.size() == 1 && items[0].kind == Kind::slice && x.rank() > 0)
    return slice_first_axis(op, x, items[0]);
  const IndexKey key{items};
  Tensor view;
  KeyWalk(op, x, key, view).run();
  return view;
}

void rebase(Selection& selection, const char* op, const Tensor& x, const IndexKey& key) {
  Tensor base;
  KeyWalk(op, x, key, base).run();
  selection.base = std::move(base);
}

Selection plan_selection(Operation& operation, const KernelTables& tables, const Tensor& x,
                         const IndexKey& key, bool owns) {
  const char* op = operation.name();
  Selection selection;
  KeyWalk walk(op, x, key, selection.base);
  walk.run();
  selection.before = walk.before();
  selection.picked_axes = walk.picked();
  if (key.arrays.size() == 1 && key.arrays[0].dtype == DType::bool_ && key.arrays[0].rank() > 0) {
    selection.has_mask = true;
    selection.mask = read_mask(operation, key.arrays[0]);
    selection.mask_counts = count_true(operation, tables, selection.mask);
    selection.picked_shape = Dims{selection.mask_counts.back()};
  } else {
    std::vector<Dims> shapes;
    for (const IndexItem& item : key.items) {
      if (item.kind != Kind::array) continue;
      const Tensor& array = key.arrays[static_cast<std::size_t>(item.array)];
      if (array.dtype == DType::bool_) {
        add_mask(operation, tables, array, selection, shapes);
      } else {
        selection.indices.push_back(read_indices(operation, array, owns));
        shapes.push_back(array.shape);
      }
    }
    broadcast_picked(op, selection, shapes);
  }
  const Dims shape = selection.shape();
  if (shape.size() > max_rank) {
    fail(ErrorKind::shape, std::string(op) + ": too many dimensions (got " +
                               std::to_string(shape.size()) + "; expected at most 64)");
  }
  return selection;
}

Tensor read_indices(Operation& operation, const Tensor& indices, bool owns) {
  const bool is_shared = owns && indices.storage->is_foreign();
  if (indices.dtype == DType::int64 && indices.is_contiguous() && !is_shared) return indices;
  Tensor result = operation.allocate_result(indices.shape, DType::int64);
  assign(operation, result, indices);
  if (indices.dtype == DType::uint64) check_converted_indices(operation.name(), result);
  return result;
}

void fail_out_of_bounds(const char* op, const Tensor& indices, std::int64_t place, int axis,
                        std::int64_t extent) {
  const std::int64_t value = reinterpret_cast<const std::int64_t*>(indices.data())[place];
  fail(ErrorKind::out_of_bounds, std::string(op) + ": index out of bounds for axis " +
                                     std::to_string(axis) + " (got " + std::to_string(value) +
                                     " at position " + describe_place(indices, place) +
                                     " of the indices; " + describe_bounds(extent) + ")");
}

bool check_indices(const char* op, const KernelTables& tables, const Tensor& indices, int axis,
                   std::int64_t extent) {
  const std::int64_t count = indices.size();
  const IndexSurvey survey =
      tables.indexing->survey(reinterpret_cast<const std::int64_t*>(indices.data()), count, extent);
  if (survey.first_outside < count)
    fail_out_of_bounds(op, indices, survey.first_outside, axis, extent);
  return survey.has_negatives;
}

}  // namespace corepy

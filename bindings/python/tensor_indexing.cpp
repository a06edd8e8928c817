// Python keys to native index items.
#include "tensor_indexing.h"

#include <cstring>
#include <iterator>
#include <string>
#include <vector>

#include "conversion.h"
#include "corepy/dispatch/indexing.h"
#include "corepy/dispatch/manipulation.h"
#include "errors.h"
#include "import_array.h"
#include "operands.h"
#include "sequence.h"
#include "tensor.h"
#include "type_name.h"

namespace corepy::python {
namespace {

// A slice bound: any integer, clamped to what int64 holds (Python's slices accept bounds of any
// size).
std::int64_t slice_bound(PyObject* object) {
  OwnedRef index;
  if (!PyLong_CheckExact(object)) [[unlikely]] {
    if (!PyIndex_Check(object)) {
      fail(ErrorKind::type, std::string("getitem: slice bounds must be integers or None (got ") +
                                type_name(object) + ")");
    }
    index = OwnedRef(PyNumber_Index(object));
    object = index.get();
  }
  int overflow = 0;
  const long long value = PyLong_AsLongLongAndOverflow(object, &overflow);
  if (overflow != 0) return overflow > 0 ? INT64_MAX : INT64_MIN + 1;
  return value;
}

IndexItem item_from_slice(PyObject* key) {
  const auto* slice = reinterpret_cast<PySliceObject*>(key);
  IndexItem item{IndexItem::Kind::slice};
  if (slice->start != Py_None) item.start = slice_bound(slice->start), item.has_start = true;
  if (slice->stop != Py_None) item.stop = slice_bound(slice->stop), item.has_stop = true;
  if (slice->step != Py_None) item.step = slice_bound(slice->step);
  return item;
}

IndexItem item_from_integer(PyObject* key) {
  OwnedRef index(PyNumber_Index(key));
  int overflow = 0;
  const long long value = PyLong_AsLongLongAndOverflow(index.get(), &overflow);
  if (overflow != 0)
    fail(ErrorKind::out_of_bounds, "getitem: index out of bounds (got an integer beyond 64 bits)");
  return {IndexItem::Kind::integer, value};
}

[[noreturn]] void reject_key(PyObject* key) {
  fail(ErrorKind::out_of_bounds, std::string("getitem: not an index (got ") + type_name(key) +
                                     "; expected integers, slices, ..., None, or arrays of "
                                     "integers or bool)");
}

// Numbers of Python's and NumPy's own are indices by themselves; what has a length and an __index__
// is an array of another library.
bool is_integer_key(PyObject* key) noexcept {
  if (PyLong_Check(key)) return !PyBool_Check(key);
  const PyTypeObject* type = Py_TYPE(key);
  const bool has_length = (type->tp_as_sequence != nullptr && type->tp_as_sequence->sq_length) ||
                          (type->tp_as_mapping != nullptr && type->tp_as_mapping->mp_length);
  return PyIndex_Check(key) && !has_length;
}

// A tensor of integers or truth values from a tensor, another library's array, or nested sequences.
// A sequence without elements has no dtype of its own: it holds no integers.
Tensor array_from_key(PyObject* key) {
  if (is_tensor(key)) return tensor_of(key);
  if (key == Py_True || key == Py_False) return tensor_from_scalar("getitem", key, DType::bool_);
  if (is_sequence(key)) {
    const Tensor array = tensor_from_object("getitem", key, std::nullopt, std::nullopt);
    return array.size() == 0 && array.dtype == DType::float64 ? astype(array, DType::int64, true)
                                                              : array;
  }
  if (PyBytes_Check(key)) reject_key(key);  // a buffer, but of text: as str is refused
  // Shared, not copied: what could change meanwhile is checked as it is read, or copied then.
  if (auto imported = import_array("getitem", key)) {
    if (!imported->swapped_bytes) return std::move(imported->tensor);
    return tensor_from_object("getitem", key, std::nullopt, std::nullopt);
  }
  reject_key(key);
}

// Most keys have a few entries and no arrays: they stay on the stack.
class Key {
 public:
  explicit Key(PyObject* key) {
    if (!PyTuple_Check(key)) {
      inline_[0] = read_item(key);
      count_ = 1;
      return;
    }
    count_ = static_cast<std::size_t>(PyTuple_GET_SIZE(key));
    if (count_ > inline_capacity) heap_.resize(count_, IndexItem{IndexItem::Kind::ellipsis});
    IndexItem* items = count_ > inline_capacity ? heap_.data() : inline_;
    for (std::size_t i = 0; i < count_; ++i)
      items[i] = read_item(PyTuple_GET_ITEM(key, static_cast<Py_ssize_t>(i)));
  }
  IndexKey native() const {
    return {{count_ > inline_capacity ? heap_.data() : inline_, count_}, arrays_};
  }

 private:
  IndexItem read_item(PyObject* key) {
    if (PySlice_Check(key)) return item_from_slice(key);
    if (key == Py_Ellipsis) return {IndexItem::Kind::ellipsis};
    if (key == Py_None) return {IndexItem::Kind::newaxis};
    if (!is_tensor(key) && is_integer_key(key)) return item_from_integer(key);
    Tensor array = array_from_key(key);
    if (is_integer(array.dtype) && array.rank() == 0)
      return is_tensor(key) ? item_from_integer(key) : item_from_rank_0(array);
    if (!is_integer(array.dtype) && array.dtype != DType::bool_) {
      fail(ErrorKind::out_of_bounds,
           std::string("getitem: an index array must hold integers or bool (got ") +
               name_of(array.dtype) + "); convert with corepy.astype");
    }
    arrays_.push_back(std::move(array));
    IndexItem item{IndexItem::Kind::array};
    item.array = static_cast<int>(arrays_.size()) - 1;
    return item;
  }
  static IndexItem item_from_rank_0(const Tensor& array) {
    OwnedRef number(to_scalar(array));
    return item_from_integer(number.get());
  }

  static constexpr std::size_t inline_capacity = 4;
  std::size_t count_;
  IndexItem inline_[inline_capacity] = {{IndexItem::Kind::ellipsis},
                                        {IndexItem::Kind::ellipsis},
                                        {IndexItem::Kind::ellipsis},
                                        {IndexItem::Kind::ellipsis}};
  std::vector<IndexItem> heap_;
  std::vector<Tensor> arrays_;
};

// The value of an assignment to elements of `dtype`. Tensors are pinned: x[...] = x must read the
// old elements.
Tensor value_from_object(const char* op, PyObject* value, DType dtype) {
  if (is_tensor(value)) return tensor_of(value);
  if (const std::optional<ScalarKind> kind = scalar_kind_of(value)) {
    bool mixed = false;
    return tensor_from_scalar(op, value, scalar_dtype_beside(*kind, dtype, mixed));
  }
  return tensor_from_object(op, value, std::nullopt, std::nullopt);
}

// The element that the arguments of x.item(...) name: a number counts through all in C order.
Tensor find_item(const Tensor& x, PyObject* const* args, Py_ssize_t nargs) {
  const bool is_flat = nargs == 1 && PyIndex_Check(args[0]);
  Dims place;
  if (nargs == 1) {
    place = dims_argument("item", "index", args[0]);
  } else {
    for (Py_ssize_t i = 0; i < nargs; ++i) place.push_back(int_argument("item", "index", args[i]));
  }
  const Dims extents = is_flat ? Dims{x.size()} : x.shape;
  if (place.size() != extents.size()) {
    fail(ErrorKind::out_of_bounds, "item: one index is needed, or one for each axis (got " +
                                       std::to_string(place.size()) + "; expected 1 or " +
                                       std::to_string(extents.size()) + ")");
  }
  for (int axis = 0; axis < place.size(); ++axis) {
    const std::int64_t index = place[axis], extent = extents[axis];
    if (index < -extent || index >= extent) {
      fail(ErrorKind::out_of_bounds, "item: index out of bounds (got " + std::to_string(index) +
                                         "; expected " + std::to_string(-extent) + " <= index < " +
                                         std::to_string(extent) + ")");
    }
    if (index < 0) place[axis] += extent;
  }
  Tensor element = x.view({}, {});
  std::int64_t rest = is_flat ? place[0] : 0;
  for (int axis = x.rank() - 1; axis >= 0; --axis) {
    element.offset_bytes += x.strides[axis] * (is_flat ? rest % x.shape[axis] : place[axis]);
    if (is_flat) rest /= x.shape[axis];
  }
  return element;
}

}  // namespace

PyObject* tensor_item(PyObject* self, PyObject* const* args, Py_ssize_t nargs) {
  return guarded([&] {
    const Tensor& x = tensor_of(self);
    return nargs == 0 ? to_scalar(x) : to_scalar(find_item(x, args, nargs));
  });
}

PyObject* tensor_getitem(PyObject* self, PyObject* key) {
  if (PySlice_Check(key)) {  // most often one slice: no room for more items is prepared
    return guarded([&] {
      const IndexItem items[] = {item_from_slice(key)};
      return wrap(getitem(tensor_of(self), {items}));
    });
  }
  return guarded([&] { return wrap(getitem(tensor_of(self), Key(key).native())); });
}

int tensor_setitem(PyObject* self, PyObject* key, PyObject* value) {
  return guarded_int([&] {
    if (value == nullptr) fail(ErrorKind::type, "setitem: elements of a tensor cannot be deleted");
    const Key items(key);
    Tensor& target = tensor_of(self);
    // In `x[1:] = x[:-1]` the only other tensor is the value, which nobody sees afterwards.
    const bool is_passing = is_tensor(value) && value != self && is_temporary(value) &&
                            is_only_sharer(tensor_of(value), target);
    setitem(target, items.native(), value_from_object("setitem", value, target.dtype),
            is_passing ? &tensor_of(value) : nullptr);
    reinterpret_cast<TensorObject*>(self)->record = last_record_id();
    return 0;
  });
}

PyObject* core_accumulate_at(PyObject*, PyObject* const* args, Py_ssize_t nargs) {
  return guarded([&] {
    constexpr Op ops[] = {Op::at_add, Op::at_subtract, Op::at_multiply, Op::at_minimum,
                          Op::at_maximum};
    const char* name = nargs == 4 && PyUnicode_Check(args[0]) ? PyUnicode_AsUTF8(args[0]) : nullptr;
    const Op* op = ops;
    while (name != nullptr && op != std::end(ops) && std::strcmp(name, name_of(*op)) != 0) ++op;
    if (name == nullptr || op == std::end(ops) || !is_tensor(args[1])) {
      fail(ErrorKind::type, "accumulate_at: expected (op: str, x: Tensor, key, value)");
    }
    const Tensor x = tensor_of(args[1]);
    const Key key(args[2]);
    const Tensor value = value_from_object(name, args[3], x.dtype);
    return wrap(accumulate_at(*op, x, key.native(), value));
  });
}

PyObject* tensor_sequence_item(PyObject* self, Py_ssize_t index) {
  return guarded([&] {
    const IndexItem items[] = {{IndexItem::Kind::integer, index}};
    return wrap(getitem(tensor_of(self), {items}));
  });
}

Py_ssize_t tensor_length(PyObject* self) {
  const Tensor& tensor = tensor_of(self);
  if (tensor.rank() == 0) {
    guarded([]() -> PyObject* {
      fail(ErrorKind::type, "len: a rank-0 tensor has no length (got shape ())");
    });
    return -1;
  }
  return static_cast<Py_ssize_t>(tensor.shape[0]);
}

PyObject* tensor_iter(PyObject* self) {
  if (tensor_of(self).rank() == 0) {
    return guarded([]() -> PyObject* {
      fail(ErrorKind::type, "iter: a rank-0 tensor cannot be iterated (got shape ())");
    });
  }
  return PySeqIter_New(self);
}

}  // namespace corepy::python

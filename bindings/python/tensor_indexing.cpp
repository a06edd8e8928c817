// Python keys to native index items.
#include "tensor_indexing.h"

#include <string>
#include <vector>

#include "conversion.h"
#include "corepy/dispatch/indexing.h"
#include "errors.h"
#include "operands.h"
#include "tensor.h"

namespace corepy::python {
namespace {

// A slice bound: any integer, clamped to what int64 holds (Python's slices accept bounds of any
// size).
std::int64_t slice_bound(PyObject* object) {
  if (!PyIndex_Check(object)) {
    fail(ErrorKind::type, std::string("getitem: slice bounds must be integers or None (got ") +
                              Py_TYPE(object)->tp_name + ")");
  }
  OwnedRef index(PyNumber_Index(object));
  int overflow = 0;
  const long long value = PyLong_AsLongLongAndOverflow(index.get(), &overflow);
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

IndexItem item_from_key(PyObject* key) {
  if (PySlice_Check(key)) return item_from_slice(key);
  if (key == Py_Ellipsis) return {IndexItem::Kind::ellipsis};
  if (key == Py_None) return {IndexItem::Kind::newaxis};
  const bool is_array =
      is_tensor(key) && (tensor_of(key).rank() > 0 || tensor_of(key).dtype == DType::bool_);
  if (PyBool_Check(key) || PyList_Check(key) || is_array) {
    fail(ErrorKind::unsupported,
         std::string(
             "getitem: this version indexes with integers, slices, ... and None only (got ") +
             Py_TYPE(key)->tp_name +
             "); use corepy.take for integer positions, corepy.where for masks");
  }
  if (!PyIndex_Check(key)) {
    fail(ErrorKind::out_of_bounds, std::string("getitem: not an index (got ") +
                                       Py_TYPE(key)->tp_name +
                                       "; expected an integer, slice, ... or None)");
  }
  OwnedRef index(PyNumber_Index(key));
  int overflow = 0;
  const long long value = PyLong_AsLongLongAndOverflow(index.get(), &overflow);
  if (overflow != 0)
    fail(ErrorKind::out_of_bounds, "getitem: index out of bounds (got an integer beyond 64 bits)");
  return {IndexItem::Kind::integer, value};
}

// Most keys have a few entries: they stay on the stack.
class Key {
 public:
  explicit Key(PyObject* key) {
    if (!PyTuple_Check(key)) {
      inline_[0] = item_from_key(key);
      count_ = 1;
      return;
    }
    count_ = static_cast<std::size_t>(PyTuple_GET_SIZE(key));
    if (count_ > inline_capacity) heap_.resize(count_);
    IndexItem* items = count_ > inline_capacity ? heap_.data() : inline_;
    for (std::size_t i = 0; i < count_; ++i)
      items[i] = item_from_key(PyTuple_GET_ITEM(key, static_cast<Py_ssize_t>(i)));
  }
  std::span<const IndexItem> items() const {
    return {count_ > inline_capacity ? heap_.data() : inline_, count_};
  }

 private:
  static constexpr std::size_t inline_capacity = 4;
  std::size_t count_;
  IndexItem inline_[inline_capacity] = {{IndexItem::Kind::ellipsis},
                                        {IndexItem::Kind::ellipsis},
                                        {IndexItem::Kind::ellipsis},
                                        {IndexItem::Kind::ellipsis}};
  std::vector<IndexItem> heap_;
};

}  // namespace

PyObject* tensor_getitem(PyObject* self, PyObject* key) {
  return guarded([&] { return wrap(getitem(tensor_of(self), Key(key).items())); });
}

int tensor_setitem(PyObject* self, PyObject* key, PyObject* value) {
  return guarded_int([&] {
    if (value == nullptr) fail(ErrorKind::type, "setitem: elements of a tensor cannot be deleted");
    const Key items(key);
    const std::optional<ScalarKind> kind = scalar_kind_of(value);
    if (is_tensor(value)) {
      const Tensor source =
          tensor_of(value);  // pins the storage: x[...] = x must read the old elements
      setitem(tensor_of(self), items.items(), source);
    } else if (kind) {
      bool mixed = false;
      const DType dtype = scalar_dtype_beside(*kind, tensor_of(self).dtype, mixed);
      setitem(tensor_of(self), items.items(), tensor_from_scalar("setitem", value, dtype));
    } else {
      const Tensor source = tensor_from_object("setitem", value, std::nullopt, std::nullopt);
      setitem(tensor_of(self), items.items(), source);
    }
    reinterpret_cast<TensorObject*>(self)->record = last_record_id();
    return 0;
  });
}

PyObject* tensor_sequence_item(PyObject* self, Py_ssize_t index) {
  return guarded([&] {
    const IndexItem items[] = {{IndexItem::Kind::integer, index}};
    return wrap(getitem(tensor_of(self), items));
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

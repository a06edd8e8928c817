// Import of plain NumPy arrays by __array_struct__: the same memory that their buffer shows, read
// from a C struct in a fifth of the time. Everything else goes through the buffer protocol.
#include <cstring>

#include "corepy/core/error.h"
#include "corepy/interop/element_format.h"
#include "errors.h"
#include "foreign_owner.h"
#include "import_array.h"

namespace corepy::python {
namespace {

constexpr const char* source_name = "NumPy";

// NumPy's PyArrayInterface, from its published array interface protocol, version 3.
struct ArrayStruct {
  int two;
  int nd;
  char typekind;
  int itemsize;
  int flags;
  Py_intptr_t* shape;
  Py_intptr_t* strides;
  void* data;
  PyObject* descr;
};

constexpr int flag_native_bytes = 0x200;
constexpr int flag_writable = 0x400;

PyObject* struct_attribute() {
  static PyObject* name = PyUnicode_InternFromString("__array_struct__");
  return name;
}

// The struct of a plain ndarray with its capsule, or null. Only NumPy's own type is trusted with a
// struct full of pointers: a type written in Python may have its name, but lives on the heap.
const ArrayStruct* read_struct(PyObject* object, OwnedRef& capsule) {
  const PyTypeObject* type = Py_TYPE(object);
  if ((type->tp_flags & Py_TPFLAGS_HEAPTYPE) != 0 ||
      std::strcmp(type->tp_name, "numpy.ndarray") != 0)
    return nullptr;
  capsule = OwnedRef(PyObject_GetAttr(object, struct_attribute()));
  if (!PyCapsule_CheckExact(capsule.get())) return nullptr;
  const auto* array = static_cast<const ArrayStruct*>(PyCapsule_GetPointer(capsule.get(), nullptr));
  if (array == nullptr) PyErr_Clear();
  return array != nullptr && array->two == 2 ? array : nullptr;
}

}  // namespace

std::optional<ImportedArray> import_numpy(const char* op, PyObject* object) {
  OwnedRef capsule;
  const ArrayStruct* view = read_struct(object, capsule);
  if (view == nullptr || (view->flags & flag_native_bytes) == 0 || view->nd > max_rank)
    return std::nullopt;
  const auto dtype = dtype_of_kind(view->typekind, view->itemsize);
  if (!dtype) return std::nullopt;  // the buffer protocol's message names the type
  ForeignArray array;
  array.data = view->data;
  array.dtype = *dtype;
  for (int i = 0; i < view->nd; ++i) {
    array.shape.push_back(view->shape[i]);
    array.strides.push_back(view->strides[i]);
  }
  const bool is_writable = (view->flags & flag_writable) != 0 || has_writable_base(object);
  return ImportedArray{view_owned_by(op, source_name, array, object), source_name, false,
                       is_writable};
}

std::optional<bool> is_writable_numpy(PyObject* object) {
  OwnedRef capsule;
  const ArrayStruct* view = read_struct(object, capsule);
  if (view == nullptr) return std::nullopt;
  return (view->flags & flag_writable) != 0;
}

}  // namespace corepy::python

// x.__array__() and x.numpy(): NumPy arrays over the exported, read-only buffer. The only place in
// the binding that imports NumPy to make arrays.
#include <iterator>
#include <string>
#include <utility>

#include "call_arguments.h"
#include "corepy/core/error.h"
#include "dtype.h"
#include "errors.h"
#include "interchange.h"
#include "tensor.h"

namespace corepy::python {
namespace {

// As shared_array, for elements that buffers cannot name: as integers of their size, which the
// array then sees as what they are.
OwnedRef shared_bfloat16_array(PyObject* numpy, PyObject* self) {
  OwnedRef type(ml_dtypes_bfloat16("__array__"));
  Tensor words = tensor_of(self);
  words.dtype = DType::uint16;
  OwnedRef integers(checked(wrap(std::move(words))));
  OwnedRef view(PyMemoryView_FromObject(integers.get()));
  OwnedRef array(PyObject_CallMethod(numpy, "asarray", "O", view.get()));
  return OwnedRef(PyObject_CallMethod(array.get(), "view", "O", type.get()));
}

// A read-only array that shares the tensor's memory. The memoryview between them keeps the exported
// buffer.
OwnedRef shared_array(PyObject* numpy, PyObject* self) {
  if (tensor_of(self).dtype == DType::bfloat16) return shared_bfloat16_array(numpy, self);
  OwnedRef view(PyMemoryView_FromObject(self));
  return OwnedRef(PyObject_CallMethod(numpy, "asarray", "O", view.get()));
}

bool has_dtype(PyObject* array, PyObject* dtype) {
  OwnedRef own(PyObject_GetAttrString(array, "dtype"));
  const int equal = PyObject_RichCompareBool(own.get(), dtype, Py_EQ);
  if (equal < 0) throw PythonError{};
  return equal == 1;
}

}  // namespace

PyObject* tensor_array(PyObject* self, PyObject* const* args, Py_ssize_t nargs, PyObject* kwnames) {
  return guarded([&] {
    static constexpr const char* names[] = {"dtype", "copy"};
    PyObject* slots[std::size(names)] = {};
    sort_arguments("__array__", names, 2, args, nargs, kwnames, slots);
    const auto copy = read_copy_argument("__array__", slots[1]);
    OwnedRef numpy(PyImport_ImportModule("numpy"));
    OwnedRef array = shared_array(numpy.get(), self);
    if (slots[0] != nullptr && slots[0] != Py_None) {
      OwnedRef dtype(PyObject_CallMethod(numpy.get(), "dtype", "O", slots[0]));
      if (!has_dtype(array.get(), dtype.get())) {
        if (copy == false) {
          fail(
              ErrorKind::value,
              std::string("__array__: a conversion needs a copy (got copy=False and elements of ") +
                  name_of(tensor_of(self).dtype) + "; expected copy=None or copy=True)");
        }
        return checked(PyObject_CallMethod(array.get(), "astype", "O", dtype.get()));
      }
    }
    if (copy == true) return checked(PyObject_CallMethod(array.get(), "copy", nullptr));
    return array.release();
  });
}

PyObject* tensor_numpy(PyObject* self, PyObject*) {
  return tensor_array(self, nullptr, 0, nullptr);
}

}  // namespace corepy::python

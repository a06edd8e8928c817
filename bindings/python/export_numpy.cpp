// x.__array__(), x.numpy() and x.__array_interface__: NumPy arrays over the exported, read-only
// buffer. The only place in the binding that imports NumPy to make arrays.
#include <iterator>
#include <string>
#include <utility>

#include "call_arguments.h"
#include "corepy/core/error.h"
#include "corepy/interop/element_format.h"
#include "dtype.h"
#include "errors.h"
#include "import_bytes.h"
#include "interchange.h"
#include "operands.h"
#include "tensor.h"

namespace corepy::python {
namespace {

// NumPy, which most programs have imported already.
OwnedRef import_numpy_module() {
  static PyObject* name = PyUnicode_InternFromString("numpy");
  PyObject* module = PyImport_GetModule(name);
  if (module == nullptr && PyErr_Occurred() != nullptr) throw PythonError{};
  return OwnedRef(module != nullptr ? module : PyImport_ImportModule("numpy"));
}

OwnedRef as_array(PyObject* numpy, PyObject* exporter) {
  static PyObject* name = PyUnicode_InternFromString("asarray");
  PyObject* arguments[] = {numpy, exporter};
  return OwnedRef(
      PyObject_VectorcallMethod(name, arguments, 2 | PY_VECTORCALL_ARGUMENTS_OFFSET, nullptr));
}

// As shared_array, for elements that buffers cannot name: as integers of their size, which the
// array then sees as what they are.
OwnedRef shared_bfloat16_array(PyObject* numpy, PyObject* self) {
  OwnedRef type(ml_dtypes_bfloat16("__array__"));
  OwnedRef words(core_view_words(nullptr, self));
  OwnedRef array = as_array(numpy, words.get());
  return OwnedRef(PyObject_CallMethod(array.get(), "view", "O", type.get()));
}

// A read-only array that shares the tensor's memory: NumPy asks for the buffer, which it keeps.
OwnedRef shared_array(PyObject* numpy, PyObject* self) {
  return tensor_of(self).dtype == DType::bfloat16 ? shared_bfloat16_array(numpy, self)
                                                  : as_array(numpy, self);
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
    const auto copy = optional_bool("__array__", "copy", slots[1]);
    OwnedRef numpy = import_numpy_module();
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

PyObject* tensor_array_interface(PyObject* self, void*) {
  return guarded([&] {
    const Tensor& tensor = tensor_of(self);
    if (tensor.dtype == DType::bfloat16) {  // no type string: consumers go on to __array__
      PyErr_SetString(
          PyExc_AttributeError,
          "__array_interface__: type strings cannot name these elements (got bfloat16); "
          "use x.numpy() with the package ml_dtypes");
      throw PythonError{};
    }
    // All bytes that the elements span, whatever their order, as one run.
    std::int64_t low = 0, high = tensor.size() == 0 ? 0 : tensor.itemsize();
    for (int i = 0; i < tensor.rank() && tensor.size() > 0; ++i) {
      const std::int64_t reach = (tensor.shape[i] - 1) * tensor.strides[i];
      (reach < 0 ? low : high) += reach;
    }
    OwnedRef bytes(wrap_unrecorded(Tensor{tensor.storage, tensor.offset_bytes + low, DType::uint8,
                                          Dims{high - low}, Dims{1}}));
    OwnedRef view(PyMemoryView_FromObject(bytes.get()));
    OwnedRef shape(PyObject_GetAttrString(self, "shape"));
    OwnedRef strides(PyObject_GetAttrString(self, "strides"));
    return checked(Py_BuildValue("{s:i,s:s,s:O,s:O,s:O,s:L}", "version", 3, "typestr",
                                 type_string_of(tensor.dtype).c_str(), "shape", shape.get(),
                                 "strides", strides.get(), "data", view.get(), "offset",
                                 static_cast<long long>(-low)));
  });
}

}  // namespace corepy::python

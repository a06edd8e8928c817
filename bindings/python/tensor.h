// The Python object of a tensor: a raw heap type (a pybind11 class would cost five times a small operation), of which
// corepy.Tensor is a subclass with empty slots.
#pragma once

#include <Python.h>

#include <utility>

#include "corepy/core/tensor.h"
#include "corepy/dispatch/record.h"

namespace corepy::python {

struct TensorObject {
  PyObject_HEAD
  Tensor tensor;
  RecordId record;      // the operation that produced it; sequence 0: none
  PyObject* weakrefs;
};

// Creates the raw type; corepy/tensor.py then registers its subclass, which every new tensor gets.
int add_tensor_type(PyObject* module);
PyTypeObject* raw_tensor_type() noexcept;
PyTypeObject* tensor_type() noexcept;
void set_tensor_type(PyTypeObject* type) noexcept;

inline bool is_tensor(PyObject* object) noexcept { return PyObject_TypeCheck(object, raw_tensor_type()); }
inline Tensor& tensor_of(PyObject* object) noexcept { return reinterpret_cast<TensorObject*>(object)->tensor; }

// A new Python tensor with the record that was published last, or null with an exception set.
PyObject* wrap(Tensor&& tensor) noexcept;

}  // namespace corepy::python

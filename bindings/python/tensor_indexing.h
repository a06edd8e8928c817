// x[key] and x[key] = value: Python keys to native index items.
#pragma once

#include <Python.h>

namespace corepy::python {

PyObject* tensor_getitem(PyObject* self, PyObject* key);
int tensor_setitem(PyObject* self, PyObject* key, PyObject* value);
PyObject* tensor_sequence_item(PyObject* self, Py_ssize_t index);
Py_ssize_t tensor_length(PyObject* self);
PyObject* tensor_iter(PyObject* self);

}  // namespace corepy::python

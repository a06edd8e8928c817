// x[key] and x[key] = value: Python keys to native index items.
#pragma once

#include <Python.h>

namespace corepy::python {

PyObject* tensor_getitem(PyObject* self, PyObject* key);
int tensor_setitem(PyObject* self, PyObject* key, PyObject* value);
PyObject* tensor_sequence_item(PyObject* self, Py_ssize_t index);
// accumulate_at(op, x, key, value): x.at(key).add(value) and the like.
PyObject* core_accumulate_at(PyObject* module, PyObject* const* args, Py_ssize_t nargs);
// x.item(), x.item(flat index), x.item(index, index ...): METH_FASTCALL.
PyObject* tensor_item(PyObject* self, PyObject* const* args, Py_ssize_t nargs);
Py_ssize_t tensor_length(PyObject* self);
PyObject* tensor_iter(PyObject* self);

}  // namespace corepy::python

// Tensors over bytes whose meaning the package knows: files, pickles.
#pragma once

#include <Python.h>

namespace corepy::python {

// view_bytes(op, buffer, dtype, shape, offset, fortran_order, swapped_bytes): see corepy/_core.pyi.
PyObject* core_view_bytes(PyObject* module, PyObject* const* args, Py_ssize_t nargs);
// view_words(x): the same memory as uint16 where buffers have no name for x's elements, else x.
PyObject* core_view_words(PyObject* module, PyObject* x);

}  // namespace corepy::python

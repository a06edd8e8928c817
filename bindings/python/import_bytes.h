// Tensors over bytes whose meaning the package knows: files, pickles.
#pragma once

#include <Python.h>

namespace corepy::python {

// view_bytes(op, buffer, dtype, shape, offset, fortran_order, swapped_bytes): see corepy/_core.pyi.
PyObject* core_view_bytes(PyObject* module, PyObject* const* args, Py_ssize_t nargs);

}  // namespace corepy::python

// Arguments of the interchange methods (__dlpack__, __array__), which other libraries call by
// keyword.
#pragma once

#include <Python.h>

#include <span>

namespace corepy::python {

// Sorts the arguments of a METH_FASTCALL | METH_KEYWORDS call into the slots named by `names`; the
// first `positional_count` may be given by position. Slots that were not given stay null. Fails
// with ArgumentTypeError.
void sort_arguments(const char* op, std::span<const char* const> names, Py_ssize_t positional_count,
                    PyObject* const* args, Py_ssize_t nargs, PyObject* kwnames, PyObject** slots);

}  // namespace corepy::python

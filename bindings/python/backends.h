// Backends written in Python (the reference oracle, plugins) behind the native backend struct.
#pragma once

#include <Python.h>
#include <pybind11/pybind11.h>

#include "corepy/dispatch/backend.h"

namespace corepy::python {

void install_backend_loader() noexcept;
PyObject* core_register_backend(PyObject* module, PyObject* const* args, Py_ssize_t nargs);
PyObject* core_backends(PyObject* module, PyObject* noargs);

// A call's operands and options as Python sees them.
pybind11::tuple operand_tuple(const Call& call);
pybind11::dict option_dict(const Call& call);

}  // namespace corepy::python

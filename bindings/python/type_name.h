// How messages name the type of a Python object.
#pragma once

#include <Python.h>

#include <string>

namespace corepy::python {

// The type's name with its module, but for Python's own types: "list", "numpy.ndarray",
// "torch.Tensor". Never fails, and leaves no exception set.
std::string type_name(PyObject* object);
// type_name(object): see corepy/_core.pyi. METH_O.
PyObject* core_type_name(PyObject*, PyObject* object);

}  // namespace corepy::python

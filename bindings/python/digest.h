// The canonical bytes of a tensor, over which corepy.digest hashes.
#pragma once

#include <Python.h>

namespace corepy::python {

PyObject* core_canonical_bytes(PyObject* module, PyObject* tensor);

}  // namespace corepy::python

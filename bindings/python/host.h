// What Python supplies to the core: the GIL, interrupts, warnings, verification.
#pragma once

#include <Python.h>

namespace corepy::python {

int install_host_hooks(PyObject* module);

}  // namespace corepy::python

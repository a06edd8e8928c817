// Random draws: a generator's state as Python holds it, and the handler of the draws.
#pragma once

#include <Python.h>

#include "functions.h"

namespace corepy::python {

extern const HandlerSpec random_spec;

// derive_random_state(state, purpose, index): see corepy/_core.pyi.
PyObject* core_derive_random_state(PyObject* module, PyObject* const* args, Py_ssize_t nargs);
// take_random_state(state): the state of a generator of its own for the state's next draw.
PyObject* core_take_random_state(PyObject* module, PyObject* state);

}  // namespace corepy::python

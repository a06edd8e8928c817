// What Python supplies to the core: the GIL, interrupts, warnings, verification.
#pragma once

#include <Python.h>

namespace corepy::python {

int install_host_hooks(PyObject* module);

// Takes the GIL again with what PyEval_SaveThread gave. Before Python 3.14, a thread that asks for
// it while the interpreter ends is itself ended in there (pthread_exit), which glibc does by
// unwinding its frames; ours let nothing through, and the process would be aborted. Such a thread
// waits for the end instead, as from 3.14 on.
void acquire_gil(PyThreadState* state);

}  // namespace corepy::python

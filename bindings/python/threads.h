// The worker threads, for corepy/settings.py.
#pragma once

#include <Python.h>

namespace corepy::python {

int stop_workers_at_exit();
PyObject* core_stop_workers(PyObject* module, PyObject* noargs);
PyObject* core_usable_cpu_count(PyObject* module, PyObject* noargs);
PyObject* core_is_pinning(PyObject* module, PyObject* noargs);
PyObject* core_set_pinning(PyObject* module, PyObject* on);

}  // namespace corepy::python

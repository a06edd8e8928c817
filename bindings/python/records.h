// Dispatch records, logs and dry runs as Python dicts and objects.
#pragma once

#include <Python.h>

namespace corepy::python {

PyObject* core_last_record(PyObject* module, PyObject* noargs);
PyObject* core_record_of(PyObject* module, PyObject* tensor);
// Calls a function of several operations inside a record of its own.
PyObject* core_run_composition(PyObject* module, PyObject* const* args, Py_ssize_t nargs);
PyObject* core_dry_run(PyObject* module, PyObject* const* args, Py_ssize_t nargs);
PyObject* core_is_dry_running(PyObject* module, PyObject* noargs);
PyObject* core_ops(PyObject* module, PyObject* noargs);
PyObject* core_isas(PyObject* module, PyObject* noargs);
int add_record_types(PyObject* module);  // Log, suspend_records

}  // namespace corepy::python

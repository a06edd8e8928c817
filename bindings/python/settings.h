// The native settings word and its scoped overlay, for corepy/settings.py.
#pragma once

#include <Python.h>

namespace corepy::python {

int add_settings_overlay(PyObject* module);  // the context variable `settings_overlay`
PyObject* core_get_setting(PyObject* module, PyObject* name);
PyObject* core_set_setting(PyObject* module, PyObject* const* args, Py_ssize_t nargs);
PyObject* core_overlay_with(PyObject* module, PyObject* const* args, Py_ssize_t nargs);
PyObject* core_enable_overlays(PyObject* module, PyObject* noargs);

}  // namespace corepy::python

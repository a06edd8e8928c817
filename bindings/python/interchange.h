// The Tensor methods through which other libraries and Python's own protocols see a tensor's
// elements: buffer protocol, DLPack, Arrow, NumPy, lists and scalars. Plain C signatures for the
// type's slots and method table; each returns null (or -1) with an exception set.
#pragma once

#include <Python.h>

namespace corepy::python {

// Buffer protocol (Py_bf_getbuffer, Py_bf_releasebuffer): read-only, zero copy; the view owns the
// storage.
int tensor_getbuffer(PyObject* self, Py_buffer* view, int flags);
void tensor_releasebuffer(PyObject* self, Py_buffer* view);

// x.__dlpack__(*, stream=None, max_version=None, dl_device=None, copy=None) and
// x.__dlpack_device__(): METH_FASTCALL | METH_KEYWORDS and METH_NOARGS.
PyObject* tensor_dlpack(PyObject* self, PyObject* const* args, Py_ssize_t nargs, PyObject* kwnames);
PyObject* tensor_dlpack_device(PyObject* self, PyObject* noargs);

// x.__arrow_c_array__(requested_schema=None) and x.__arrow_c_schema__(): METH_FASTCALL |
// METH_KEYWORDS and METH_NOARGS.
PyObject* tensor_arrow_array(PyObject* self, PyObject* const* args, Py_ssize_t nargs,
                             PyObject* kwnames);
PyObject* tensor_arrow_schema(PyObject* self, PyObject* noargs);

// x.__array__(dtype=None, copy=None): METH_FASTCALL | METH_KEYWORDS. Imports NumPy. `tensor_numpy`
// is x.numpy(): the same without arguments, METH_NOARGS.
PyObject* tensor_array(PyObject* self, PyObject* const* args, Py_ssize_t nargs, PyObject* kwnames);
PyObject* tensor_numpy(PyObject* self, PyObject* noargs);
// x.__array_interface__, a getter: NumPy's dict, with a buffer that owns the storage in place of an
// address.
PyObject* tensor_array_interface(PyObject* self, void* closure);

// x.tolist(): METH_NOARGS.
PyObject* tensor_tolist(PyObject* self, PyObject* noargs);
// x.__complex__(): METH_NOARGS (complex() has no slot).
PyObject* tensor_complex(PyObject* self, PyObject* noargs);

// Number slots: nb_float, nb_int, nb_index, nb_bool.
PyObject* tensor_float(PyObject* self);
PyObject* tensor_int(PyObject* self);
PyObject* tensor_index(PyObject* self);
int tensor_bool(PyObject* self);

}  // namespace corepy::python

// Dtypes as Python sees them: objects of corepy._core.DType, and what else names one (strings,
// bool/int/float/complex, NumPy dtypes).
#pragma once

#include <Python.h>

#include <optional>

#include "corepy/core/dtype.h"

namespace corepy::python {

int add_dtype_type(PyObject* module);
// result_type(arguments: tuple): see corepy/_core.pyi.
PyObject* core_result_type(PyObject*, PyObject* arguments);
// A new reference to the one object of a dtype.
PyObject* dtype_object(DType dtype) noexcept;
// The type that NumPy arrays of bfloat16 need, from the package ml_dtypes; a new reference. Fails
// with UnsupportedError where it is not installed.
PyObject* ml_dtypes_bfloat16(const char* op);
// The dtype that `object` names; fails with DTypeError.
DType dtype_from_python(const char* op, PyObject* object);
// As above; nothing where object is null or None.
std::optional<DType> optional_dtype(const char* op, PyObject* object);

}  // namespace corepy::python

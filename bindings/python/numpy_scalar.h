// NumPy's scalars as operands: arrays without axes that bring their dtype along, unlike Python's
// numbers. Those that are Python's numbers as well (float64, complex128) count as such.
#pragma once

#include <Python.h>

#include "corepy/core/tensor.h"

namespace corepy::python {

// Whether the object is a number or a truth value of NumPy's. Neither a tensor nor a Python number
// need be asked; NumPy's dates, texts and arrays are none.
bool is_numpy_scalar(PyObject* object) noexcept;
// Whether it is an integer or a truth value of these.
bool is_numpy_integer_or_bool(PyObject* object) noexcept;
// Whether it is a complex number of these.
bool is_numpy_complex(PyObject* object) noexcept;

// A rank-0 tensor of the scalar's dtype; fails with DTypeError where corepy has no such dtype.
Tensor tensor_from_numpy_scalar(const char* op, PyObject* object);

}  // namespace corepy::python

// Single elements between Python numbers and memory. The functions that the rest of the binding
// calls are in conversion.h.
#pragma once

#include <Python.h>

#include <cstddef>

#include "corepy/core/dtype.h"
#include "corepy/ops/promotion.h"

namespace corepy::python {

// Writes a Python bool, int, float or complex (`kind` says which) as one element of `dtype`,
// rounded once. Fails with ArgumentError for an integer out of range and DTypeError for a complex
// number where the dtype is real.
void store_scalar(const char* op, PyObject* scalar, ScalarKind kind, DType dtype,
                  std::byte* destination);

// The element at `source` as a Python number: a new reference, or null with an exception set.
PyObject* load_scalar(DType dtype, const std::byte* source) noexcept;

}  // namespace corepy::python

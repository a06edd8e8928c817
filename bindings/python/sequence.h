// Nested Python sequences to tensors. The reverse, to_nested_list, is declared in conversion.h.
#pragma once

#include <Python.h>

#include <optional>

#include "conversion.h"
#include "corepy/core/tensor.h"

namespace corepy::python {

// Lists, tuples and ranges are sequences of elements; other iterables are not guessed at.
inline bool is_sequence(PyObject* object) noexcept {
  return PyList_Check(object) || PyTuple_Check(object) || PyRange_Check(object);
}

Tensor tensor_from_sequence(const char* op, PyObject* sequence, std::optional<DType> dtype,
                            ConversionNotes& notes);

}  // namespace corepy::python

// Arrays of other libraries, and Python's sequences, beside a tensor in an operator: refused with
// the way to convert them, instead of left to a message that says nothing.
#pragma once

#include <Python.h>

#include "corepy/ops/op.h"

namespace corepy::python {

// Whether the object is a plain array or column of another library, which knows nothing of tensors:
// its type has __array_interface__, __dlpack__ or Arrow's exports.
bool is_foreign_array(PyObject* object) noexcept;

// Whether it is a list, a tuple, a range, or memory that Python shows as a buffer.
bool is_sequence_of_elements(PyObject* object) noexcept;

// Fails with ArgumentTypeError: `a` and `b`, of which one is a tensor, do not mix.
[[noreturn]] void refuse_mixture(Op op, PyObject* a, PyObject* b);

// What an operator's slot answers where `a` or `b` is no operand: an error for what can be
// converted, else NotImplemented. `has_slot`: whether the other's class defines this operator, too;
// it is then asked before the error, unless it is a plain array.
PyObject* decline_operands(Op op, PyObject* a, PyObject* b, bool has_slot) noexcept;

}  // namespace corepy::python

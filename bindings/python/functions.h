// Operators as genuine builtins: a Python declaration's names and defaults, bound to positional
// slots of a native handler.
#pragma once

#include <Python.h>

#include "corepy/core/tensor.h"
#include "corepy/ops/op.h"

namespace corepy::python {

inline constexpr int max_slots = 7;
// Parameters beyond a handler's, which an extension in Python reads.
inline constexpr int max_extra_slots = 4;

// What runs an operator. `names` lists the parameters it knows, in slot order, up to a null; slots
// that the declaration lacks or the caller did not fill (without a default) are null.
struct HandlerSpec {
  PyObject* (*run)(Op op, PyObject* const* slots);  // may throw
  const char* names[max_slots];
};
const HandlerSpec& handler_of(Op op);
// A result in memory of its own, put in out's place if it has out's dtype and shape; `out` may be
// null or None.
PyObject* deliver_fresh(Op op, PyObject* out, Tensor&& result);
const HandlerSpec* find_creation_handler(Op op) noexcept;      // null for other families
const HandlerSpec* find_linalg_handler(Op op) noexcept;        // null for other families
const HandlerSpec* find_manipulation_handler(Op op) noexcept;  // null for other families
const HandlerSpec* find_fft_handler(Op op) noexcept;           // null for other families
const HandlerSpec* find_searching_handler(Op op) noexcept;     // null for other families

// make_builtin(name, doc, parameters, module, extension, extras): see corepy/_core.pyi.
PyObject* make_builtin(PyObject* module, PyObject* const* args, Py_ssize_t nargs);
int add_function_support(PyObject* module);  // REQUIRED

// Functions of any number of arguments, which their declarations pass on as one tuple.
PyObject* core_broadcast_arrays(PyObject*, PyObject* arrays);
PyObject* core_broadcast_shapes(PyObject*, PyObject* shapes);
PyObject* core_meshgrid(PyObject*, PyObject* const* args, Py_ssize_t nargs);

// sort_for_places(x, first, end): see corepy/dispatch/sorting.h.
PyObject* core_sort_for_places(PyObject*, PyObject* const* args, Py_ssize_t nargs);

}  // namespace corepy::python

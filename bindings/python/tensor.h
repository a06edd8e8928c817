// The Python object of a tensor: a raw heap type (a pybind11 class would cost five times a small
// operation), of which corepy.Tensor is a subclass with empty slots.
#pragma once

#include <Python.h>

#include <utility>
#include <vector>

#include "corepy/core/tensor.h"
#include "corepy/dispatch/record.h"

namespace corepy::python {

struct TensorObject {
  PyObject_HEAD Tensor tensor;
  RecordId record;  // the operation that produced it; sequence 0: none
  PyObject* weakrefs;
};

extern PyTypeObject* raw_type_pointer;
extern PyTypeObject* public_type_pointer;  // corepy.Tensor once it is registered

// Creates the raw type; corepy/tensor.py then registers its subclass, which every new tensor gets.
int add_tensor_type(PyObject* module);
inline PyTypeObject* raw_tensor_type() noexcept { return raw_type_pointer; }
inline PyTypeObject* tensor_type() noexcept { return public_type_pointer; }
void set_tensor_type(PyTypeObject* type) noexcept;

inline bool is_tensor(PyObject* object) noexcept {
  return Py_TYPE(object) == public_type_pointer || PyObject_TypeCheck(object, raw_type_pointer);
}
inline Tensor& tensor_of(PyObject* object) noexcept {
  return reinterpret_cast<TensorObject*>(object)->tensor;
}

// Under `strict`, refuses to give a tensor another value that shares its memory: whoever counts on
// NumPy's views expects the others to change too.
void refuse_lost_write(const char* op, const Tensor& target);

// Whether nothing but the running expression holds the object: the x[k] of `x[k] += v`, which goes
// on to write to x.
bool is_temporary(PyObject* object) noexcept;
// Whether one tensor, and nothing else, shares the memory of another.
bool is_only_sharer(const Tensor& tensor, const Tensor& of) noexcept;

// Puts the result of an in-place operation where the tensor was; not in a dry run, whose result is
// none.
void replace_tensor(TensorObject& object, Tensor&& result) noexcept;

// A new Python tensor with the record that was published last, or null with an exception set.
PyObject* wrap(Tensor&& tensor) noexcept;
// The same for a tensor that no operation produced.
PyObject* wrap_unrecorded(Tensor&& tensor) noexcept;
// A new tuple of them, each with that record; fails with PythonError.
PyObject* wrap_all(std::vector<Tensor>&& tensors);

}  // namespace corepy::python

// NumPy's scalars as operands, without NumPy: by the name of the type and the buffer protocol.
#include "numpy_scalar.h"

#include <cstring>
#include <initializer_list>
#include <optional>
#include <string>

#include "conversion.h"
#include "corepy/core/error.h"
#include "errors.h"
#include "type_name.h"

namespace corepy::python {

namespace {

// The first of NumPy's classes among the object's that decides what it is; "" where none does.
const char* numpy_kind(PyObject* object) noexcept {
  if (PyObject_CheckBuffer(object) == 0) return "";
  for (const PyTypeObject* type = Py_TYPE(object); type != nullptr; type = type->tp_base) {
    const char* name = type->tp_name;
    if (std::strncmp(name, "numpy.", 6) != 0) continue;  // a class derived from one of NumPy's
    name += 6;
    // A timedelta64 is an integer to NumPy.
    for (const char* kind :
         {"timedelta64", "integer", "complexfloating", "number", "bool", "bool_"}) {
      if (std::strcmp(name, kind) == 0) return kind;
    }
  }
  return "";
}

bool is_any(const char* kind, std::initializer_list<const char*> kinds) noexcept {
  for (const char* one : kinds) {
    if (std::strcmp(kind, one) == 0) return true;
  }
  return false;
}

}  // namespace

bool is_numpy_scalar(PyObject* object) noexcept {
  return is_any(numpy_kind(object), {"integer", "complexfloating", "number", "bool", "bool_"});
}

bool is_numpy_integer_or_bool(PyObject* object) noexcept {
  return is_any(numpy_kind(object), {"integer", "bool", "bool_"});
}

bool is_numpy_complex(PyObject* object) noexcept {
  return is_any(numpy_kind(object), {"complexfloating"});
}

Tensor tensor_from_numpy_scalar(const char* op, PyObject* object) {
  Tensor tensor = tensor_from_object(op, object, std::nullopt, true);
  // A name proves nothing: what counts is the buffer, which was checked.
  if (tensor.rank() != 0) {
    fail(ErrorKind::type, std::string(op) + ": a NumPy scalar has axes (got " + type_name(object) +
                              " of shape " + to_string(tensor.shape) + "; expected shape ())");
  }
  return tensor;
}

}  // namespace corepy::python

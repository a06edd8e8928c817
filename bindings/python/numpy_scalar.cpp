// NumPy's scalars as operands, without NumPy: by the name of the type and the buffer protocol.
#include "numpy_scalar.h"

#include <cstring>
#include <optional>
#include <string>

#include "conversion.h"
#include "corepy/core/error.h"
#include "errors.h"

namespace corepy::python {

bool is_numpy_scalar(PyObject* object) noexcept {
  if (PyObject_CheckBuffer(object) == 0) return false;
  for (const PyTypeObject* type = Py_TYPE(object); type != nullptr; type = type->tp_base) {
    const char* name = type->tp_name;
    if (std::strncmp(name, "numpy.", 6) != 0) continue;  // a class derived from one of NumPy's
    name += 6;
    if (std::strcmp(name, "timedelta64") == 0) return false;  // a number to NumPy
    for (const char* base : {"number", "bool", "bool_"}) {
      if (std::strcmp(name, base) == 0) return true;
    }
  }
  return false;
}

Tensor tensor_from_numpy_scalar(const char* op, PyObject* object) {
  Tensor tensor = tensor_from_object(op, object, std::nullopt, true);
  // A name proves nothing: what counts is the buffer, which was checked.
  if (tensor.rank() != 0) {
    fail(ErrorKind::type, std::string(op) + ": a NumPy scalar has axes (got " +
                              Py_TYPE(object)->tp_name + " of shape " + to_string(tensor.shape) +
                              "; expected shape ())");
  }
  return tensor;
}

}  // namespace corepy::python

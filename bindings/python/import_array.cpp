// The choice among the protocols by which an object can be an array.
#include "import_array.h"

#include <string>

#include "corepy/core/error.h"
#include "errors.h"

namespace corepy::python {

PyObject* find_attribute(PyObject* object, const char* name) {
  PyObject* value = PyObject_GetAttrString(object, name);
  if (value == nullptr) {
    if (!PyErr_ExceptionMatches(PyExc_AttributeError)) throw PythonError{};
    PyErr_Clear();
  }
  return value;
}

std::string quote(const char* text) {
  constexpr std::size_t max_length = 60;
  constexpr const char* digits = "0123456789abcdef";
  std::string quoted;
  for (; *text != '\0' && quoted.size() < max_length; ++text) {
    const auto byte = static_cast<unsigned char>(*text);
    if (byte >= 0x20 && byte < 0x7f) {
      quoted += *text;
    } else {
      quoted += {'\\', 'x', digits[byte >> 4], digits[byte & 15]};
    }
  }
  return *text == '\0' ? quoted : quoted + "...";
}

void reject_element_type(const char* op, const char* source, const char* format) {
  std::string names;
  for (int i = 0; i < dtype_count; ++i)
    names += std::string(i > 0 ? ", " : "") + name_of(static_cast<DType>(i));
  fail(ErrorKind::dtype, std::string(op) + ": no dtype for the array's elements (got " + source +
                             " '" + quote(format) + "'; expected one of " + names +
                             "); convert it with its own library first");
}

std::optional<ImportedArray> import_array(const char* op, PyObject* object) {
  if (PyType_Check(object) || object == Py_None) return std::nullopt;
  if (auto array = import_numpy(op, object)) return array;
  std::string refusal;
  if (auto array = import_buffer(op, object, refusal)) return array;
  if (auto array = import_array_interface(op, object)) return array;
  if (auto array = import_arrow(op, object)) return array;
  if (auto array = import_dlpack(op, object)) return array;
  if (!refusal.empty()) {
    fail(ErrorKind::export_,
         std::string(op) + ": the object refuses to export its buffer (" + refusal + ")");
  }
  return std::nullopt;
}

}  // namespace corepy::python

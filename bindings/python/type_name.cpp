// How messages name the type of a Python object.
#include "type_name.h"

#include "errors.h"
#include "tensor.h"

namespace corepy::python {
namespace {

// The attribute where it is text, else "".
std::string text_attribute(PyObject* object, const char* name) {
  PyObject* value = PyObject_GetAttrString(object, name);
  const char* text = value != nullptr && PyUnicode_Check(value) ? PyUnicode_AsUTF8(value) : nullptr;
  std::string found = text != nullptr ? text : "";
  PyErr_Clear();
  Py_XDECREF(value);
  return found;
}

}  // namespace

std::string type_name(PyObject* object) {
  PyTypeObject* type = Py_TYPE(object);
  if (type == tensor_type())
    return "corepy.Tensor";  // where users find it, not where it is defined
  // Types of extension modules carry their module in the name; classes written in Python do not.
  if ((type->tp_flags & Py_TPFLAGS_HEAPTYPE) == 0) return type->tp_name;
  PyObject* cls = reinterpret_cast<PyObject*>(type);
  const std::string module = text_attribute(cls, "__module__");
  const std::string name = text_attribute(cls, "__qualname__");
  if (name.empty()) return type->tp_name;
  return module.empty() || module == "builtins" ? name : module + "." + name;
}

PyObject* core_type_name(PyObject*, PyObject* object) {
  return guarded([&] { return checked(PyUnicode_FromString(type_name(object).c_str())); });
}

}  // namespace corepy::python

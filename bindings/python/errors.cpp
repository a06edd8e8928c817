// Native errors to Python exceptions.
#include "errors.h"

#include <pybind11/pybind11.h>

#include <new>

namespace corepy::python {
namespace {

// The class in corepy.errors for an ErrorKind.
const char* class_name(ErrorKind kind) noexcept {
  switch (kind) {
    case ErrorKind::shape:
      return "ShapeError";
    case ErrorKind::dtype:
      return "DTypeError";
    case ErrorKind::axis:
      return "AxisError";
    case ErrorKind::out_of_bounds:
      return "OutOfBoundsError";
    case ErrorKind::unsupported:
      return "UnsupportedError";
    case ErrorKind::backend:
      return "BackendError";
    case ErrorKind::setting:
      return "SettingError";
    case ErrorKind::strict:
      return "StrictModeError";
    case ErrorKind::memory_limit:
      return "MemoryLimitError";
    case ErrorKind::export_:
      return "ExportError";
    case ErrorKind::value:
      return "ArgumentError";
    case ErrorKind::type:
      return "ArgumentTypeError";
    case ErrorKind::linalg:
      return "LinalgError";
    case ErrorKind::interrupted:
      break;
  }
  return nullptr;
}

void set_error(const char* name, const char* message) noexcept {
  PyObject* module = PyImport_ImportModule("corepy.errors");
  if (module == nullptr) return;
  PyObject* cls = PyObject_GetAttrString(module, name);
  Py_DECREF(module);
  if (cls == nullptr) return;
  PyErr_SetString(cls, message);
  Py_DECREF(cls);
}

}  // namespace

void fail_with_class(const char* class_name, const std::string& message) {
  set_error(class_name, message.c_str());
  throw PythonError{};
}

void set_python_error() noexcept {
  try {
    throw;
  } catch (const PythonError&) {
  } catch (pybind11::error_already_set& error) {
    error.restore();
  } catch (const Error& error) {
    const char* name = class_name(error.kind());
    if (name != nullptr) set_error(name, error.what());  // else the exception is already set
  } catch (const std::bad_alloc&) {
    PyErr_NoMemory();
  } catch (const std::exception& error) {
    PyErr_SetString(PyExc_SystemError, error.what());
  }
}

}  // namespace corepy::python

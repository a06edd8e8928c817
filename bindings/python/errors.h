// The one place that maps native errors to Python exceptions, and Python exceptions through native
// frames.
#pragma once

#include <Python.h>

#include <string>
#include <utility>

#include "corepy/core/error.h"

namespace corepy::python {

// Thrown where a Python exception is already set.
struct PythonError {};

// Sets the Python exception for whatever C++ exception is in flight; call inside catch (...).
void set_python_error() noexcept;

// Raises an exception of corepy.errors that has no ErrorKind, since only Python tells it apart.
[[noreturn]] void fail_with_class(const char* class_name, const std::string& message);

// Runs f() -> PyObject*, turning C++ exceptions into Python ones.
template <class F>
PyObject* guarded(F&& f) noexcept {
  try {
    return std::forward<F>(f)();
  } catch (...) {
    set_python_error();
    return nullptr;
  }
}

// As guarded, for functions that return int (0 or -1).
template <class F>
int guarded_int(F&& f) noexcept {
  try {
    return std::forward<F>(f)();
  } catch (...) {
    set_python_error();
    return -1;
  }
}

// object, or PythonError where it is null.
inline PyObject* checked(PyObject* object) {
  if (object == nullptr) throw PythonError{};
  return object;
}

// A new reference, released at the end of the scope.
class OwnedRef {
 public:
  OwnedRef() noexcept = default;
  explicit OwnedRef(PyObject* object) : object_(checked(object)) {}
  OwnedRef(OwnedRef&& other) noexcept : object_(std::exchange(other.object_, nullptr)) {}
  OwnedRef& operator=(OwnedRef&& other) noexcept {
    std::swap(object_, other.object_);
    return *this;
  }
  ~OwnedRef() { Py_XDECREF(object_); }
  PyObject* get() const noexcept { return object_; }
  PyObject* release() noexcept { return std::exchange(object_, nullptr); }
  explicit operator bool() const noexcept { return object_ != nullptr; }

 private:
  PyObject* object_ = nullptr;
};

}  // namespace corepy::python

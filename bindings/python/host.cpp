// What Python supplies to the core: the GIL, interrupts, warnings, verification.
#include "host.h"

#include <pybind11/pybind11.h>

#include <chrono>
#include <cstring>
#include <string>
#include <thread>
#include <vector>

#include "backends.h"
#include "corepy/dispatch/dispatch.h"
#include "corepy/dispatch/thread_records.h"
#include "errors.h"
#include "settings.h"
#include "tensor.h"

namespace py = pybind11;

namespace corepy::python {

void acquire_gil(PyThreadState* state) {
#ifdef __GLIBCXX__
  try {
    PyEval_RestoreThread(state);
  } catch (...) {  // an unwinding that has no object to refer to
    for (;;) std::this_thread::sleep_for(std::chrono::hours(1));
  }
#else
  PyEval_RestoreThread(state);
#endif
}

namespace {

thread_local PyThreadState* released_state = nullptr;

void* release_gil() {
  released_state = PyEval_SaveThread();
  return released_state;
}
void reacquire_gil(void* state) {
  released_state = nullptr;
  acquire_gil(static_cast<PyThreadState*>(state));
}

// Signals are delivered to the main thread only; elsewhere this answers no at once.
bool is_interrupted() {
  acquire_gil(released_state);
  const bool interrupted =
      PyErr_CheckSignals() != 0;  // may run a handler that itself runs operations
  released_state = PyEval_SaveThread();
  return interrupted;
}

// Whether a frame runs code of the package itself.
bool is_own_frame(PyFrameObject* frame) {
  const OwnedRef globals(PyObject_GetAttrString(reinterpret_cast<PyObject*>(frame), "f_globals"));
  PyObject* name = PyDict_GetItemString(globals.get(), "__name__");
  const char* text = name != nullptr && PyUnicode_Check(name) ? PyUnicode_AsUTF8(name) : nullptr;
  return text != nullptr &&
         (std::strcmp(text, "corepy") == 0 || std::strncmp(text, "corepy.", 7) == 0);
}

// The line of the user's program, not of a function here that is written in Python.
int stack_level_of_caller() {
  int level = 1;
  auto* frame = reinterpret_cast<PyFrameObject*>(Py_XNewRef(PyEval_GetFrame()));
  for (; frame != nullptr && is_own_frame(frame); ++level) {
    PyFrameObject* const back = PyFrame_GetBack(frame);
    Py_DECREF(frame);
    frame = back;
  }
  Py_XDECREF(frame);
  return level;
}

void warn_performance(const char* message) {
  const OwnedRef module(PyImport_ImportModule("corepy.errors"));
  const OwnedRef category(PyObject_GetAttrString(module.get(), "PerformanceWarning"));
  if (PyErr_WarnEx(category.get(), message, stack_level_of_caller()) != 0) throw PythonError{};
}

void verify(const Call& call) {
  const SuspendedRecords
      suspended;  // the oracle's own operations are neither recorded nor verified
  const OwnedRef module(PyImport_ImportModule("corepy.backend.verify"));
  const OwnedRef check(PyObject_GetAttrString(module.get(), "check"));
  const std::span<Tensor> results = call.results();
  py::object result;
  if (results.size() == 1) {
    result = py::reinterpret_steal<py::object>(checked(wrap(Tensor(results[0]))));
  } else {
    result = py::reinterpret_steal<py::object>(
        checked(wrap_all(std::vector<Tensor>(results.begin(), results.end()))));
  }
  const OwnedRef answer(PyObject_CallFunctionObjArgs(
      check.get(), py::str(name_of(call.op)).ptr(), operand_tuple(call).ptr(),
      option_dict(call).ptr(), result.ptr(), nullptr));
}

}  // namespace

int install_host_hooks(PyObject* module) {
  host_hooks = {release_gil, reacquire_gil, is_interrupted, warn_performance, verify};
  install_backend_loader();
  return add_settings_overlay(module);
}

}  // namespace corepy::python

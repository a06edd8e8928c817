// The worker threads. They run kernels only and never touch Python.
#include "threads.h"

#include "corepy/runtime/cpu_quota.h"
#include "corepy/runtime/thread_pool.h"
#include "errors.h"

namespace corepy::python {

// Joined when the interpreter ends: a thread that outlived it would run into torn-down memory.
int stop_workers_at_exit() {
  return Py_AtExit([] { stop_workers(); });
}

// Without the GIL: another thread's operation may need it to finish its tasks.
PyObject* core_stop_workers(PyObject*, PyObject*) {
  Py_BEGIN_ALLOW_THREADS;
  stop_workers();
  Py_END_ALLOW_THREADS;
  Py_RETURN_NONE;
}

PyObject* core_usable_cpu_count(PyObject*, PyObject*) {
  return PyLong_FromLong(count_usable_cpus());
}

PyObject* core_is_pinning(PyObject*, PyObject*) { return PyBool_FromLong(is_pinning() ? 1 : 0); }

PyObject* core_set_pinning(PyObject*, PyObject* on) {
  return guarded([&]() -> PyObject* {
    const int truth = PyObject_IsTrue(on);
    if (truth < 0) throw PythonError{};
    set_pinning(truth != 0);
    Py_RETURN_NONE;
  });
}

}  // namespace corepy::python

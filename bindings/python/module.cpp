// The extension module corepy._core: everything Python sees of the core. Types and handlers live in
// the files beside this one.
#include <pybind11/pybind11.h>

#include <string>

#include "backends.h"
#include "conversion.h"
#include "corepy/dispatch/dispatch.h"
#include "corepy/dispatch/fft_plan.h"
#include "corepy/linalg/openblas.h"
#include "corepy/runtime/allocator.h"
#include "digest.h"
#include "dtype.h"
#include "errors.h"
#include "functions.h"
#include "host.h"
#include "import_bytes.h"
#include "operands.h"
#include "random.h"
#include "records.h"
#include "settings.h"
#include "tensor.h"
#include "tensor_indexing.h"
#include "threads.h"
#include "type_name.h"

namespace py = pybind11;
using namespace corepy;
using namespace corepy::python;

namespace {

PyObject* core_set_tensor_type(PyObject*, PyObject* type) {
  return guarded([&]() -> PyObject* {
    if (!PyType_Check(type) ||
        !PyType_IsSubtype(reinterpret_cast<PyTypeObject*>(type), raw_tensor_type())) {
      fail(ErrorKind::type, "set_tensor_type: expected a subclass of corepy._core.TensorBase");
    }
    set_tensor_type(reinterpret_cast<PyTypeObject*>(type));
    Py_RETURN_NONE;
  });
}

PyObject* core_dtypes(PyObject*, PyObject*) {
  return guarded([] {
    py::dict dtypes;
    for (int i = 0; i < dtype_count; ++i) {
      const auto dtype = static_cast<DType>(i);
      dtypes[name_of(dtype)] = py::reinterpret_steal<py::object>(dtype_object(dtype));
    }
    return dtypes.release().ptr();
  });
}

PyObject* core_memory_stats(PyObject*, PyObject*) {
  return guarded([] {
    const MemoryStats stats = memory_stats();
    py::dict d;
    d["used_bytes"] = stats.used_bytes;
    d["peak_used_bytes"] = stats.peak_used_bytes;
    d["cached_bytes"] = stats.cached_bytes;
    d["fft_plan_bytes"] = fft_cache_bytes();
    d["budget_bytes"] = stats.budget_bytes;
    d["limit_bytes"] =
        stats.limit_bytes < 0 ? py::object(py::none()) : py::object(py::int_(stats.limit_bytes));
    d["allocation_count"] = stats.allocation_count;
    d["reuse_count"] = stats.reuse_count;
    return d.release().ptr();
  });
}

// Tables of Fourier plans become cached blocks first, which then go back to the system.
PyObject* core_trim_memory(PyObject*, PyObject*) {
  clear_fft_cache();
  return PyLong_FromLongLong(trim_memory());
}

PyObject* core_reset_peak_memory(PyObject*, PyObject*) {
  reset_peak_memory();
  Py_RETURN_NONE;
}

PyObject* core_set_memory_budget(PyObject*, PyObject* bytes) {
  return guarded([&]() -> PyObject* {
    set_memory_budget(int_argument("memory.budget", "bytes", bytes));
    Py_RETURN_NONE;
  });
}

PyObject* core_set_memory_limit(PyObject*, PyObject* bytes) {
  return guarded([&]() -> PyObject* {
    set_memory_limit(int_argument("memory.limit", "bytes", bytes));
    Py_RETURN_NONE;
  });
}

PyObject* core_load_openblas(PyObject*, PyObject* path) {
  return guarded([&]() -> PyObject* {
    const char* text = PyUnicode_AsUTF8(path);
    if (text == nullptr) throw PythonError{};
    load_openblas(text);
    Py_RETURN_NONE;
  });
}

template <class F>
PyCFunction fastcall(F function) {
  return reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(function));
}

PyMethodDef functions[] = {
    {"make_builtin", fastcall(make_builtin), METH_FASTCALL,
     "Makes an operator's builtin from its declaration."},
    {"ops", core_ops, METH_NOARGS, "The rows of the operator tables."},
    {"isas", core_isas, METH_NOARGS, "The instruction sets of the build, best first."},
    {"dtypes", core_dtypes, METH_NOARGS, "The dtypes by name."},
    {"set_tensor_type", core_set_tensor_type, METH_O, "Registers the public tensor class."},
    {"accumulate_at", fastcall(core_accumulate_at), METH_FASTCALL,
     "x.at(key).add(value) and the like."},
    {"last_record", core_last_record, METH_NOARGS,
     "The calling thread's last dispatch record, or None."},
    {"record_of", core_record_of, METH_O, "The record that produced a tensor, or None."},
    {"run_composition", fastcall(core_run_composition), METH_FASTCALL,
     "The result of a function of several operations, which leave one record."},
    {"dry_run", fastcall(core_dry_run), METH_FASTCALL, "The record that a call would leave."},
    {"is_dry_running", core_is_dry_running, METH_NOARGS, "Whether a dry run is under way."},
    {"get_setting", core_get_setting, METH_O, "A setting's effective value."},
    {"set_setting", fastcall(core_set_setting), METH_FASTCALL, "Sets a process-wide setting."},
    {"overlay_with", fastcall(core_overlay_with), METH_FASTCALL,
     "An overlay with one more setting."},
    {"enable_overlays", core_enable_overlays, METH_NOARGS,
     "Makes calls read the context's overlay."},
    {"stop_workers", core_stop_workers, METH_NOARGS, "Joins the worker threads."},
    {"usable_cpu_count", core_usable_cpu_count, METH_NOARGS, "CPUs that this process may use."},
    {"is_pinning", core_is_pinning, METH_NOARGS, "Whether worker threads are pinned."},
    {"set_pinning", core_set_pinning, METH_O, "Pins worker threads to CPUs, or lets them go."},
    {"register_backend", fastcall(core_register_backend), METH_FASTCALL,
     "Registers a backend written in Python."},
    {"backends", core_backends, METH_NOARGS, "The registered backends."},
    {"load_openblas", core_load_openblas, METH_O,
     "Loads OpenBLAS from a shared library for policy BLAS."},
    {"sort_for_places", fastcall(core_sort_for_places), METH_FASTCALL,
     "sort along the last axis, of which some places are asked for."},
    {"meshgrid", fastcall(core_meshgrid), METH_FASTCALL, "Coordinate grids."},
    {"broadcast_arrays", core_broadcast_arrays, METH_O, "Tensors broadcast together."},
    {"broadcast_shapes", core_broadcast_shapes, METH_O, "The shape that shapes broadcast to."},
    {"result_type", core_result_type, METH_O, "The dtype of tensors, dtypes and scalars together."},
    {"derive_random_state", fastcall(core_derive_random_state), METH_FASTCALL,
     "The state of a generator whose key is derived from another's."},
    {"take_random_state", core_take_random_state, METH_O,
     "The state of a generator of its own for a generator's next draw."},
    {"view_bytes", fastcall(core_view_bytes), METH_FASTCALL,
     "A tensor over the elements that a buffer holds as bytes."},
    {"view_words", core_view_words, METH_O,
     "A tensor as integers where buffers cannot name its elements."},
    {"type_name", core_type_name, METH_O, "A type's name as messages show it, with its module."},
    {"canonical_bytes", core_canonical_bytes, METH_O,
     "A tensor's bytes in C order, little endian, with one NaN."},
    {"memory_stats", core_memory_stats, METH_NOARGS, "Statistics of the allocator."},
    {"trim_memory", core_trim_memory, METH_NOARGS, "Frees cached blocks; returns the bytes."},
    {"reset_peak_memory", core_reset_peak_memory, METH_NOARGS,
     "Restarts the peak from the current use."},
    {"set_memory_budget", core_set_memory_budget, METH_O,
     "Sets how many bytes of freed blocks are kept."},
    {"set_memory_limit", core_set_memory_limit, METH_O, "Sets the hard limit; -1: none."},
    {nullptr, nullptr, 0, nullptr}};

}  // namespace

PYBIND11_MODULE(_core, m) {
  m.doc() = "The native core of corepy.";
  m.attr("numerics_revision") = numerics_revision;
  m.attr("__version__") = COREPY_VERSION;
  PyObject* module = m.ptr();
  if (PyModule_AddFunctions(module, functions) != 0 || add_dtype_type(module) != 0 ||
      add_tensor_type(module) != 0 || add_function_support(module) != 0 ||
      add_record_types(module) != 0 || install_host_hooks(module) != 0 ||
      stop_workers_at_exit() != 0) {
    throw py::error_already_set();
  }
}

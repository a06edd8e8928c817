// Backends written in Python behind the native backend struct.
#include "backends.h"

#include <cstring>
#include <string>

#include "corepy/core/error.h"
#include "dtype.h"
#include "errors.h"
#include "tensor.h"
#include "type_name.h"

namespace py = pybind11;

namespace corepy::python {
namespace {

// Lives as long as the process, as the registry does.
struct PythonBackend {
  std::string name;
  PyObject* accepts;
  PyObject* run;
};

py::object option_object(const OptionValue& value) {
  struct Visitor {
    py::object operator()(std::monostate) const { return py::none(); }
    py::object operator()(bool flag) const { return py::bool_(flag); }
    py::object operator()(std::int64_t number) const { return py::int_(number); }
    py::object operator()(std::uint64_t number) const { return py::int_(number); }
    py::object operator()(double number) const { return py::float_(number); }
    py::object operator()(const Dims& dims) const {
      py::tuple tuple(dims.size());
      for (int i = 0; i < dims.size(); ++i) tuple[static_cast<std::size_t>(i)] = dims[i];
      return tuple;
    }
    py::object operator()(const char* text) const { return py::str(text); }
    py::object operator()(DType dtype) const {
      return py::reinterpret_steal<py::object>(dtype_object(dtype));
    }
  };
  return std::visit(Visitor{}, value);
}

Reason reason_from(const std::string& code) {
  if (code == "dtype_unsupported") return Reason::dtype_unsupported;
  if (code == "layout_unsupported") return Reason::layout_unsupported;
  if (code == "rank_unsupported") return Reason::rank_unsupported;
  if (code == "op_unsupported") return Reason::op_unsupported;
  fail(ErrorKind::backend,
       "register_backend: accepts() returned an unknown reason (got '" + code +
           "'; expected None, 'dtype_unsupported', 'layout_unsupported', 'op_unsupported' or "
           "'rank_unsupported')");
}

bool accepts_call(const Call& call, void* context, Reason& reason) {
  const auto* backend = static_cast<PythonBackend*>(context);
  const OwnedRef answer(PyObject_CallFunctionObjArgs(
      backend->accepts, py::str(name_of(call.op)).ptr(), operand_tuple(call).ptr(), nullptr));
  if (answer.get() == Py_None) return true;
  const char* code = PyUnicode_Check(answer.get()) ? PyUnicode_AsUTF8(answer.get()) : nullptr;
  reason = reason_from(code != nullptr ? code : "");
  return false;
}

void deliver_result(const Call& call, Tensor& wanted, const std::string& name, PyObject* object) {
  const Tensor* result = is_tensor(object) ? &tensor_of(object) : nullptr;
  if (result == nullptr || result->dtype != wanted.dtype || result->shape != wanted.shape) {
    fail(ErrorKind::backend,
         std::string(name_of(call.op)) + ": backend '" + name +
             "' returned something else than asked (got " +
             (result != nullptr ? std::string(name_of(result->dtype)) + to_string(result->shape)
                                : type_name(object)) +
             "; expected " + name_of(wanted.dtype) + to_string(wanted.shape) + ")");
  }
  wanted = *result;
}

const char* run_call(const Call& call, void* context) {
  const auto* backend = static_cast<PythonBackend*>(context);
  const OwnedRef answer(PyObject_CallFunctionObjArgs(backend->run, py::str(name_of(call.op)).ptr(),
                                                     operand_tuple(call).ptr(),
                                                     option_dict(call).ptr(), nullptr));
  const std::span<Tensor> results = call.results();
  if (!PyTuple_Check(answer.get()) ||
      PyTuple_GET_SIZE(answer.get()) != static_cast<Py_ssize_t>(results.size())) {
    fail(ErrorKind::backend,
         std::string(name_of(call.op)) + ": backend '" + backend->name +
             "' must return a tuple of " +
             (results.size() == 1 ? "one tensor" : std::to_string(results.size()) + " tensors"));
  }
  for (std::size_t i = 0; i < results.size(); ++i) {
    deliver_result(call, results[i], backend->name,
                   PyTuple_GET_ITEM(answer.get(), static_cast<Py_ssize_t>(i)));
  }
  return "python";
}

bool load_backend(Policy policy) {
  const OwnedRef module(PyImport_ImportModule("corepy.backend"));
  const OwnedRef answer(PyObject_CallMethod(module.get(), "load", "i", static_cast<int>(policy)));
  return PyObject_IsTrue(answer.get()) == 1;
}

}  // namespace

py::tuple operand_tuple(const Call& call) {
  py::tuple operands(call.inputs.size());
  for (std::size_t i = 0; i < call.inputs.size(); ++i) {
    operands[i] = py::reinterpret_steal<py::object>(checked(wrap(Tensor(*call.inputs[i]))));
  }
  return operands;
}

py::dict option_dict(const Call& call) {
  py::dict options;
  for (const Option& option : call.options) options[option.name] = option_object(option.value);
  return options;
}

void install_backend_loader() noexcept { backend_loader_hook = load_backend; }

PyObject* core_register_backend(PyObject*, PyObject* const* args, Py_ssize_t nargs) {
  return guarded([&]() -> PyObject* {
    if (nargs != 5 || !PyUnicode_Check(args[0]) || !PyCallable_Check(args[3]) ||
        !PyCallable_Check(args[4])) {
      fail(ErrorKind::type,
           "register_backend: expected (name: str, policy: int, reproducible: bool, accepts, run)");
    }
    const long policy = PyLong_AsLong(args[1]);
    if (policy < 1 || policy >= policy_count || static_cast<Policy>(policy) == Policy::SIMD) {
      PyErr_Clear();
      fail(ErrorKind::backend,
           "register_backend: a backend serves REFERENCE, BLAS or GPU (got policy " +
               std::to_string(policy) + ")");
    }
    const char* name = PyUnicode_AsUTF8(args[0]);
    if (name == nullptr) throw PythonError{};
    for (const Backend& other : registered_backends()) {
      if (std::strcmp(other.name, name) == 0) {
        fail(ErrorKind::backend, std::string("register_backend: the name is taken (got '") + name +
                                     "'; expected a name of its own)");
      }
    }
    auto* backend = new PythonBackend{name, args[3], args[4]};
    Py_INCREF(args[3]);
    Py_INCREF(args[4]);
    register_backend({backend->name.c_str(), static_cast<Policy>(policy),
                      PyObject_IsTrue(args[2]) == 1, accepts_call, run_call, backend});
    Py_RETURN_NONE;
  });
}

PyObject* core_backends(PyObject*, PyObject*) {
  return guarded([] {
    py::list list;
    for (const Backend& backend : registered_backends()) {
      py::dict entry;
      entry["name"] = backend.name;
      entry["policy"] = name_of(backend.policy);
      entry["reproducible"] = backend.reproducible;
      list.append(entry);
    }
    return py::tuple(list).release().ptr();
  });
}

}  // namespace corepy::python

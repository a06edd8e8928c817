// Operators as genuine builtins (PyMethodDef, FASTCALL with keywords): a call enters C++ with no
// Python frame, unless it gives one of the parameters that only the function's extension knows.
#include "functions.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "corepy/core/error.h"
#include "errors.h"
#include "operands.h"

namespace corepy::python {
namespace {

enum class ParameterKind : int { positional_only, positional_or_keyword, keyword_only };

struct Parameter {
  PyObject* name;  // interned, owned
  ParameterKind kind;
  PyObject* default_value;  // owned; null: required
  int slot;
};

// One builtin. Lives as long as the process: function objects point into it.
struct Function {
  Op op;
  const HandlerSpec* handler;
  std::string name, doc;
  std::string extension;  // the module whose function of this name takes the extra parameters
  std::vector<Parameter> parameters;
  int positional_count = 0, extra_count = 0;  // the extra slots begin at max_slots
  PyMethodDef definition{};
};

constexpr std::size_t max_functions = 256;
Function* functions[max_functions] = {};
std::size_t function_count = 0;
PyObject* required_sentinel = nullptr;

[[noreturn]] void fail_call(const Function& function, const std::string& what) {
  fail(ErrorKind::type, function.name + ": " + what);
}

std::string utf8(PyObject* text) {
  const char* bytes = PyUnicode_AsUTF8(text);
  if (bytes == nullptr) throw PythonError{};
  return bytes;
}

const Parameter& find_keyword(const Function& function, PyObject* name) {
  for (const Parameter& parameter : function.parameters) {
    if (parameter.name == name && parameter.kind != ParameterKind::positional_only)
      return parameter;
  }
  for (const Parameter& parameter : function.parameters) {  // a keyword string that is not interned
    const int equal = PyUnicode_Compare(parameter.name, name);
    if (equal == -1 && PyErr_Occurred() != nullptr) throw PythonError{};
    if (equal == 0 && parameter.kind != ParameterKind::positional_only) return parameter;
    if (equal == 0)
      fail_call(function, std::string("'") + utf8(name) +
                              "' is positional-only and cannot be passed by name");
  }
  fail_call(function, "unexpected keyword argument '" + utf8(name) + "'");
}

void bind(const Function& function, PyObject* const* args, Py_ssize_t nargs, PyObject* kwnames,
          PyObject** slots) {
  if (nargs > function.positional_count) {
    fail_call(function, "too many positional arguments (got " + std::to_string(nargs) +
                            "; expected at most " + std::to_string(function.positional_count) +
                            ")");
  }
  for (Py_ssize_t i = 0; i < nargs; ++i)
    slots[function.parameters[static_cast<std::size_t>(i)].slot] = args[i];
  if (kwnames != nullptr) {
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(kwnames); ++i) {
      const Parameter& parameter = find_keyword(function, PyTuple_GET_ITEM(kwnames, i));
      if (slots[parameter.slot] != nullptr)
        fail_call(function, "argument '" + utf8(parameter.name) + "' is given twice");
      slots[parameter.slot] = args[nargs + i];
    }
  }
  for (const Parameter& parameter : function.parameters) {
    if (slots[parameter.slot] != nullptr) continue;
    if (parameter.default_value == nullptr)
      fail_call(function, "missing required argument '" + utf8(parameter.name) + "'");
    slots[parameter.slot] = parameter.default_value;
  }
}

const char* last_name(const std::string& name) { return name.c_str() + name.rfind('.') + 1; }

bool is_any_given(PyObject* const* slots, int count) noexcept {
  for (int i = 0; i < count; ++i) {
    if (is_given(slots[i])) return true;
  }
  return false;
}

// The extension's function, with all arguments.
PyObject* call_extension(const Function& function, PyObject* const* slots) {
  OwnedRef module(PyImport_ImportModule(function.extension.c_str()));
  OwnedRef callee(PyObject_GetAttrString(module.get(), last_name(function.name)));
  std::vector<PyObject*> values;
  std::vector<PyObject*> names;
  for (const Parameter& parameter : function.parameters) {
    values.push_back(slots[parameter.slot]);
    if (parameter.kind != ParameterKind::positional_only) names.push_back(parameter.name);
  }
  OwnedRef keywords(PyTuple_New(static_cast<Py_ssize_t>(names.size())));
  for (std::size_t i = 0; i < names.size(); ++i) {
    Py_INCREF(names[i]);
    PyTuple_SET_ITEM(keywords.get(), static_cast<Py_ssize_t>(i), names[i]);
  }
  return checked(PyObject_Vectorcall(callee.get(), values.data(), values.size() - names.size(),
                                     keywords.get()));
}

PyObject* call(const Function& function, PyObject* const* args, Py_ssize_t nargs,
               PyObject* kwnames) noexcept {
  return guarded([&] {
    PyObject* slots[max_slots + max_extra_slots] = {};
    bind(function, args, nargs, kwnames, slots);
    if (is_any_given(slots + max_slots, function.extra_count)) [[unlikely]] {
      return call_extension(function, slots);
    }
    return function.handler->run(function.op, slots);
  });
}

// Builtins carry no data of their own that pickle would leave alone, so each has its own C entry
// point.
template <std::size_t I>
PyObject* entry(PyObject*, PyObject* const* args, Py_ssize_t nargs, PyObject* kwnames) {
  return call(*functions[I], args, nargs, kwnames);
}
using Entry = PyObject* (*)(PyObject*, PyObject* const*, Py_ssize_t, PyObject*);
template <std::size_t... I>
constexpr auto make_entries(std::index_sequence<I...>) {
  struct Table {
    Entry entry[sizeof...(I)];
  };
  return Table{{&entry<I>...}};
}
constexpr auto entries = make_entries(std::make_index_sequence<max_functions>{});

Op find_op(const std::string& name) {
  const auto infos = all_op_infos();
  for (std::size_t i = 0; i < infos.size(); ++i) {
    if (name == infos[i].name) return static_cast<Op>(i);
  }
  fail(ErrorKind::value,
       "make_builtin: no operator of this name in the tables (got '" + name + "')");
}

int find_slot(Function& function, PyObject* parameter, PyObject* extras) {
  const HandlerSpec& handler = *function.handler;
  const std::string name = utf8(parameter);
  const int is_extra = extras != nullptr ? PySequence_Contains(extras, parameter) : 0;
  if (is_extra < 0) throw PythonError{};
  if (is_extra == 1 && function.extra_count < max_extra_slots)
    return max_slots + function.extra_count++;
  for (int i = 0; i < max_slots && handler.names[i] != nullptr; ++i) {
    if (name == handler.names[i]) return i;
  }
  fail(ErrorKind::value, "make_builtin: " + function.name + " has no parameter '" + name + "'");
}

Parameter parse_parameter(Function& function, PyObject* description, PyObject* extras) {
  PyObject *name = nullptr, *default_value = nullptr;
  int kind = 0;
  if (PyArg_ParseTuple(description, "UiO", &name, &kind, &default_value) == 0) throw PythonError{};
  Py_INCREF(name);
  PyUnicode_InternInPlace(&name);
  const int slot = find_slot(function, name, extras);
  if (default_value == required_sentinel) {
    default_value = nullptr;
  } else {
    Py_INCREF(default_value);
  }
  return {name, static_cast<ParameterKind>(kind), default_value, slot};
}

}  // namespace

PyObject* make_builtin(PyObject* core_module, PyObject* const* args, Py_ssize_t nargs) {
  return guarded([&]() -> PyObject* {
    if ((nargs != 4 && nargs != 6) || !PyUnicode_Check(args[0]) || !PyUnicode_Check(args[1]) ||
        !PyTuple_Check(args[2]) || !PyUnicode_Check(args[3]) ||
        (nargs == 6 && (!PyUnicode_Check(args[4]) || !PyTuple_Check(args[5])))) {
      fail(ErrorKind::type,
           "make_builtin: expected (name: str, doc: str, parameters: tuple, module: str, "
           "extension: str = '', extras: tuple = ())");
    }
    if (function_count == max_functions) fail(ErrorKind::value, "make_builtin: too many functions");
    auto function = std::make_unique<Function>();
    function->name = utf8(args[0]);
    function->doc = utf8(args[1]);
    if (nargs == 6) function->extension = utf8(args[4]);
    PyObject* extras = nargs == 6 ? args[5] : nullptr;
    function->op = find_op(function->name);
    function->handler = &handler_of(function->op);
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(args[2]); ++i) {
      function->parameters.push_back(
          parse_parameter(*function, PyTuple_GET_ITEM(args[2], i), extras));
      if (function->parameters.back().kind != ParameterKind::keyword_only)
        ++function->positional_count;
    }
    const std::size_t index = function_count;
    function->definition = {
        // Of "fft.fft" the last part: the module says the rest.
        last_name(function->name),
        reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(entries.entry[index])),
        METH_FASTCALL | METH_KEYWORDS, function->doc.c_str()};
    // `self` is the module: pickle then names the function by module and name.
    PyObject* builtin = checked(PyCFunction_NewEx(&function->definition, core_module, args[3]));
    functions[index] = function.release();
    ++function_count;
    return builtin;
  });
}

int add_function_support(PyObject* module) {
  required_sentinel = PyObject_CallNoArgs(reinterpret_cast<PyObject*>(&PyBaseObject_Type));
  if (required_sentinel == nullptr) return -1;
  return PyModule_AddObjectRef(module, "REQUIRED", required_sentinel);
}

}  // namespace corepy::python

// Dispatch records, logs and dry runs for Python.
#include "records.h"

#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <string_view>

#include "corepy/dispatch/backend.h"
#include "corepy/dispatch/dispatch.h"
#include "corepy/dispatch/isa.h"
#include "corepy/dispatch/record.h"
#include "corepy/dispatch/thread_records.h"
#include "errors.h"
#include "tensor.h"

namespace py = pybind11;

namespace corepy::python {
namespace {

const char* code_of(Reason reason) noexcept {
  switch (reason) {
    case Reason::cpu_lacks_feature:
      return "cpu_lacks_feature";
    case Reason::other_isa_forced:
      return "other_isa_forced";
    case Reason::slower_isa:
      return "slower_isa";
    case Reason::policy_reproducible:
      return "policy_reproducible";
    case Reason::policy_named_other:
      return "policy_named_other";
    case Reason::dtype_unsupported:
      return "dtype_unsupported";
    case Reason::op_unsupported:
      return "op_unsupported";
    case Reason::layout_unsupported:
      return "layout_unsupported";
    case Reason::rank_unsupported:
      return "rank_unsupported";
  }
  return "";
}

py::dict operand_dict(const OperandRecord& operand) {
  py::tuple shape(std::min(operand.rank(), record_max_rank));
  for (std::size_t i = 0; i < shape.size(); ++i) shape[i] = operand.shape[i];
  py::dict result;
  result["dtype"] = name_of(operand.dtype());
  result["layout"] = name_of(operand.layout());
  result["rank"] = operand.rank();
  result["shape"] = shape;
  return result;
}

py::list flag_list(std::uint32_t flags) {
  constexpr std::pair<RecordFlag, const char*> names[] = {
      {record_float_environment_reset, "float_environment_reset"},
      {record_integer_divide_by_zero, "integer_divide_by_zero"},
      {record_mixed_kind_promotion, "mixed_kind_promotion"},
      {record_integer_to_float, "integer_to_float"},
      {record_copy_on_write, "copy_on_write"},
      {record_gil_released, "gil_released"},
      {record_nonfinite_result, "nonfinite_result"},
      {record_dry_run, "dry_run"}};
  py::list list;
  for (const auto& [flag, name] : names) {
    if ((flags & flag) != 0) list.append(name);
  }
  return list;
}

py::list rejection_list(const DispatchRecord& record) {
  py::list list;
  for (int i = 0; i < record.rejection_count; ++i) {
    const Rejection& rejection = record.rejections[i];
    const bool is_isa = rejection.candidate < isa_count;
    py::dict entry;
    entry["candidate"] =
        is_isa
            ? name_of(static_cast<Isa>(rejection.candidate))
            : registered_backends()[static_cast<std::size_t>(rejection.candidate - isa_count)].name;
    entry["reason"] = code_of(rejection.reason);
    const char* detail = is_isa && rejection.reason == Reason::cpu_lacks_feature
                             ? missing_feature(static_cast<Isa>(rejection.candidate))
                             : nullptr;
    entry["detail"] = detail != nullptr ? py::object(py::str(detail)) : py::object(py::none());
    list.append(entry);
  }
  return list;
}

py::dict record_dict(const DispatchRecord& record) {
  py::dict d;
  d["sequence"] = record.sequence;
  d["op"] = name_of(record);
  d["policy"] = name_of(record.policy);
  d["backend"] = registered_backends()[record.backend].name;
  d["isa"] =
      record.isa == no_isa ? py::object(py::none()) : py::object(py::str(name_of(record.isa)));
  d["kernel"] = record.variant;
  d["compute_dtype"] = name_of(record.compute_dtype);
  d["threads"] = record.threads;
  d["reproducible"] = record.reproducible;
  d["numerics_revision"] = numerics_revision;
  d["bound"] = record.bound;
  d["ulp"] = record.ulp;
  d["copied_bytes"] = record.copied_bytes;
  d["cast_bytes"] = record.cast_bytes;
  d["workspace_bytes"] = record.workspace_bytes;
  d["children"] = record.child_count;
  d["flags"] = flag_list(record.flags);
  py::list operands;
  for (int i = 0; i < record_max_operands && static_cast<std::uint32_t>(i) < record.operand_count;
       ++i)
    operands.append(operand_dict(record.operands[i]));
  d["operands"] = operands;
  d["operand_count"] = record.operand_count;
  d["result"] =
      record.result_stored != 0 ? py::object(operand_dict(record.result)) : py::object(py::none());
  d["rejected"] = rejection_list(record);
  d["may_use_blas"] = may_use_blas(record);
  return d;
}

PyObject* optional_record(const DispatchRecord* record) {
  if (record == nullptr) Py_RETURN_NONE;
  return guarded([&] {
    const DispatchRecord copy = *record;  // building the dict may run code that dispatches
    return record_dict(copy).release().ptr();
  });
}

py::dict bound_dict(const OpInfo& info) {
  py::dict bounds;
  for (int i = 0; i < dtype_count; ++i) {
    const auto d = static_cast<DType>(i);
    if (!contains(info.dtypes, d)) continue;
    const bool floating = is_floating(d);
    const std::string name = is_complex(d) ? info.complex_bound : info.bound;
    if (!floating || name == "exact") {
      bounds[name_of(d)] = 0.0;
    } else if (name == "ulp") {
      bounds[name_of(d)] = static_cast<double>(ulp_bound(info.ulp, d));
    } else {
      bounds[name_of(d)] = name;
    }
  }
  return bounds;
}

py::frozenset flag_set(const OpInfo& info) {
  py::set flags;
  if ((info.flags & op_flag_view) != 0) flags.add("view");
  if ((info.flags & op_flag_composite) != 0) flags.add("composite");
  if ((info.flags & op_flag_nondifferentiable) != 0) flags.add("nondifferentiable");
  if ((info.flags & op_flag_no_identity) != 0) flags.add("no_identity");
  if ((info.flags & op_flag_blas) != 0) flags.add("blas");
  return py::frozenset(flags);
}

const char* result_name(ResultRule rule) noexcept {
  switch (rule) {
    case ResultRule::same:
      return "same";
    case ResultRule::boolean:
      return "boolean";
    case ResultRule::real:
      return "real";
    case ResultRule::accumulate:
      return "accumulate";
    case ResultRule::int64:
      return "int64";
    case ResultRule::option:
      return "option";
  }
  return "";
}

const char* family_name(Family family) noexcept {
  constexpr const char* names[] = {"elementwise", "reduction", "scan",         "linalg",
                                   "sorting",     "searching", "manipulation", "indexing",
                                   "creation",    "random",    "fft"};
  return names[static_cast<int>(family)];
}

// The operand names of a row: "x1, x2" or "(x1, x2)".
py::tuple operand_names(const OpInfo& info) {
  py::list names;
  std::string name;
  for (const char* c = info.operands;; ++c) {
    if (*c == ',' || *c == '\0' || *c == ')') {
      if (!name.empty()) names.append(name);
      name.clear();
      if (*c == '\0') break;
    } else if (*c != '(' && *c != ' ') {
      name += *c;
    }
  }
  return py::tuple(names);
}

struct OpEntry {
  py::object name, family, operands, dtypes, result, bound, flags, formula;
};
struct IsaEntry {
  py::object name, available, missing_feature;
};

OpEntry op_entry(const OpInfo& info) {
  py::list dtypes;
  for (int i = 0; i < dtype_count; ++i) {
    if (contains(info.dtypes, static_cast<DType>(i))) dtypes.append(name_of(static_cast<DType>(i)));
  }
  return {py::str(info.name),
          py::str(family_name(info.family)),
          operand_names(info),
          py::tuple(dtypes),
          py::str(result_name(info.result)),
          bound_dict(info),
          flag_set(info),
          py::str(info.formula)};
}

// A log as Python holds it.
class PyLog {
 public:
  PyLog(std::size_t capacity, bool check_values) : log_(capacity, check_values) {}
  void start() { log_.start(); }
  void stop() { log_.stop(); }
  py::list entries() const {
    py::list list;
    for (const LogEntry& entry : log_.entries()) {
      py::dict d = record_dict(entry.record);
      d["start_ns"] = entry.start_ns;
      d["end_ns"] = entry.end_ns;
      d["thread"] = entry.thread;
      d["depth"] = entry.depth;
      list.append(d);
    }
    return list;
  }
  std::int64_t dropped() const { return log_.dropped_count(); }

 private:
  RecordLog log_;
};

// Operations inside the block are nobody's: they are children of nothing, logged nowhere, and
// replace no record.
class SuspendRecords {
 public:
  SuspendRecords& enter() {
    ++thread_records().suspended;
    return *this;
  }
  void exit(const py::args&) { --thread_records().suspended; }
};

// Names of compositions are few, and records keep pointers to them.
const char* static_text(PyObject* text) {
  static auto* texts = new std::set<std::string, std::less<>>();
  const char* chars = PyUnicode_AsUTF8(text);
  if (chars == nullptr) throw PythonError{};
  const std::string_view wanted(chars);
  auto found = texts->find(wanted);
  if (found == texts->end()) found = texts->emplace(wanted).first;
  return found->c_str();
}

// Calls f(tensor) for each tensor that a tuple or list holds; the object itself may be one.
template <class F>
void for_each_tensor(PyObject* object, const F& f) {
  if (is_tensor(object)) return f(tensor_of(object));
  if (!PyTuple_Check(object) && !PyList_Check(object)) return;
  for (Py_ssize_t i = 0; i < PySequence_Fast_GET_SIZE(object); ++i) {
    PyObject* item = PySequence_Fast_GET_ITEM(object, i);
    if (is_tensor(item)) f(tensor_of(item));
  }
}

}  // namespace

PyObject* core_run_composition(PyObject*, PyObject* const* args, Py_ssize_t nargs) {
  return guarded([&]() -> PyObject* {
    if (nargs != 4 || !PyUnicode_Check(args[0]) || !PyTuple_Check(args[2]) ||
        !PyDict_Check(args[3])) {
      fail(ErrorKind::type,
           "run_composition: expected (name: str, function, args: tuple, kwargs: dict)");
    }
    Composition composition(static_text(args[0]));
    const auto add = [&](const Tensor& tensor) { composition.add_operand(tensor); };
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(args[2]); ++i)
      for_each_tensor(PyTuple_GET_ITEM(args[2], i), add);
    PyObject *key, *value;
    for (Py_ssize_t at = 0; PyDict_Next(args[3], &at, &key, &value) != 0;)
      for_each_tensor(value, add);
    OwnedRef result(PyObject_Call(args[1], args[2], args[3]));
    const Tensor* first = nullptr;
    for_each_tensor(result.get(), [&](const Tensor& tensor) {
      if (first == nullptr) first = &tensor;
    });
    composition.finish(first);
    return result.release();
  });
}

PyObject* core_last_record(PyObject*, PyObject*) { return optional_record(last_record()); }

PyObject* core_record_of(PyObject*, PyObject* tensor) {
  if (!is_tensor(tensor)) Py_RETURN_NONE;
  return optional_record(find_record(reinterpret_cast<TensorObject*>(tensor)->record));
}

PyObject* core_dry_run(PyObject*, PyObject* const* args, Py_ssize_t nargs) {
  return guarded([&]() -> PyObject* {
    if (nargs != 3 || !PyTuple_Check(args[1]) || !PyDict_Check(args[2])) {
      fail(ErrorKind::type, "dry_run: expected (fn, args: tuple, kwargs: dict)");
    }
    const DryRun dry_run;
    OwnedRef result(PyObject_Call(args[0], args[1], args[2]));
    if (dry_run.record() == nullptr) {
      fail(ErrorKind::value,
           "explain: the function ran no corepy operation (expected one such as corepy.matmul)");
    }
    return checked(optional_record(dry_run.record()));
  });
}

PyObject* core_is_dry_running(PyObject*, PyObject*) { return PyBool_FromLong(is_dry_running()); }

PyObject* core_ops(PyObject*, PyObject*) {
  return guarded([] {
    py::list list;
    for (const OpInfo& info : all_op_infos()) list.append(py::cast(op_entry(info)));
    return py::tuple(list).release().ptr();
  });
}

PyObject* core_isas(PyObject*, PyObject*) {
  return guarded([] {
    py::list list;
    for (int i = 0; i < isa_count; ++i) {
      const auto isa = static_cast<Isa>(i);
      const char* missing = missing_feature(isa);
      list.append(py::cast(
          IsaEntry{py::str(name_of(isa)), py::bool_(missing == nullptr),
                   missing != nullptr ? py::object(py::str(missing)) : py::object(py::none())}));
    }
    return py::tuple(list).release().ptr();
  });
}

int add_record_types(PyObject* module) {
  return guarded_int([&] {
    py::module_ m = py::reinterpret_borrow<py::module_>(module);
    py::class_<OpEntry>(m, "OpInfo", "One row of the operator tables.")
        .def_readonly("name", &OpEntry::name)
        .def_readonly("family", &OpEntry::family)
        .def_readonly("operands", &OpEntry::operands)
        .def_readonly("dtypes", &OpEntry::dtypes)
        .def_readonly("result", &OpEntry::result)
        .def_readonly("bound", &OpEntry::bound)
        .def_readonly("flags", &OpEntry::flags)
        .def_readonly("formula", &OpEntry::formula);
    py::class_<IsaEntry>(m, "IsaInfo", "One instruction set of the build.")
        .def_readonly("name", &IsaEntry::name)
        .def_readonly("available", &IsaEntry::available)
        .def_readonly("missing_feature", &IsaEntry::missing_feature);
    py::class_<PyLog>(m, "Log", "Collects the records of all threads between start() and stop().")
        .def(py::init<std::size_t, bool>(), py::arg("capacity"), py::arg("check_values"))
        .def("start", &PyLog::start)
        .def("stop", &PyLog::stop)
        .def("entries", &PyLog::entries)
        .def_property_readonly("dropped", &PyLog::dropped);
    py::class_<SuspendRecords>(m, "suspend_records", "Operations inside the block leave no record.")
        .def(py::init<>())
        .def("__enter__", &SuspendRecords::enter, py::return_value_policy::reference)
        .def("__exit__", &SuspendRecords::exit);
    return 0;
  });
}

}  // namespace corepy::python

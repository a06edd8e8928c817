// The native handlers of the searching family, the named tuples that unique_* return, and sorting
// for some places.
#include <Python.h>

#include <string>
#include <vector>

#include "corepy/core/error.h"
#include "corepy/dispatch/searching.h"
#include "corepy/dispatch/sorting.h"
#include "errors.h"
#include "functions.h"
#include "operands.h"
#include "tensor.h"

namespace corepy::python {
namespace {

// One type for each operator, made on first use under the interpreter's lock; never freed.
PyTypeObject* named_tuple_type(Op op) {
  static PyStructSequence_Field all[] = {{"values", "the unique elements"},
                                         {"indices", "where each occurs first"},
                                         {"inverse_indices", "the place of each element in values"},
                                         {"counts", "how often each occurs"},
                                         {nullptr, nullptr}};
  static PyStructSequence_Field with_counts[] = {all[0], all[3], {nullptr, nullptr}};
  static PyStructSequence_Field with_inverse[] = {all[0], all[2], {nullptr, nullptr}};
  static PyStructSequence_Desc descriptions[] = {
      {"corepy.UniqueAll", "What unique_all returns.", all, 4},
      {"corepy.UniqueCounts", "What unique_counts returns.", with_counts, 2},
      {"corepy.UniqueInverse", "What unique_inverse returns.", with_inverse, 2}};
  static PyTypeObject* types[3];
  const int i = op == Op::unique_all ? 0 : op == Op::unique_counts ? 1 : 2;
  if (types[i] == nullptr) types[i] = PyStructSequence_NewType(&descriptions[i]);
  if (types[i] == nullptr) throw PythonError();
  return types[i];
}

PyObject* run_unique(Op op, PyObject* const* slots) {
  std::vector<Tensor> results = unique(op, tensor_argument(name_of(op), "x", slots[0]));
  if (op == Op::unique_values) return checked(wrap(std::move(results[0])));
  OwnedRef named(checked(PyStructSequence_New(named_tuple_type(op))));
  for (std::size_t i = 0; i < results.size(); ++i) {
    PyStructSequence_SetItem(named.get(), static_cast<Py_ssize_t>(i),
                             checked(wrap(std::move(results[i]))));
  }
  return named.release();
}

PyObject* run_isin(Op op, PyObject* const* slots) {
  const Operands operands(name_of(op), slots, 2);
  return checked(
      wrap(isin(operands[0], operands[1], bool_argument(name_of(op), "invert", slots[2]))));
}

bool is_right_side(Op op, PyObject* side) {
  if (PyUnicode_Check(side)) {
    if (PyUnicode_CompareWithASCIIString(side, "left") == 0) return false;
    if (PyUnicode_CompareWithASCIIString(side, "right") == 0) return true;
  }
  const OwnedRef text(checked(PyObject_Repr(side)));
  const char* got = PyUnicode_AsUTF8(text.get());
  if (got == nullptr) PyErr_Clear();
  fail(ErrorKind::value, std::string(name_of(op)) + ": unknown side (got " +
                             (got != nullptr ? got : "?") + "; expected 'left' or 'right')");
}

PyObject* run_searchsorted(Op op, PyObject* const* slots) {
  const char* name = name_of(op);
  const bool upper = is_right_side(op, slots[2]);
  const Tensor sorter = is_given(slots[3]) ? tensor_argument(name, "sorter", slots[3]) : Tensor{};
  tensor_argument(name, "x1", slots[0]);
  const Operands operands(name, slots, 2);
  return checked(
      wrap(searchsorted(operands[0], operands[1], upper, is_given(slots[3]) ? &sorter : nullptr)));
}

const HandlerSpec unique_spec{run_unique, {"x"}};
const HandlerSpec isin_spec{run_isin, {"x1", "x2", "invert"}};
const HandlerSpec searchsorted_spec{run_searchsorted, {"x1", "x2", "side", "sorter"}};

}  // namespace

const HandlerSpec* find_searching_handler(Op op) noexcept {
  if (info_of(op).family != Family::searching) return nullptr;
  if (op == Op::isin) return &isin_spec;
  return op == Op::searchsorted ? &searchsorted_spec : &unique_spec;
}

PyObject* core_sort_for_places(PyObject*, PyObject* const* args, Py_ssize_t nargs) {
  return guarded([&]() -> PyObject* {
    if (nargs != 3) fail(ErrorKind::type, "sort: expected (x: Tensor, first: int, end: int)");
    return checked(wrap(sort_for_places(tensor_argument("sort", "x", args[0]),
                                        int_argument("sort", "first", args[1]),
                                        int_argument("sort", "end", args[2]))));
  });
}

}  // namespace corepy::python

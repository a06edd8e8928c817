// Sorting of positional and keyword arguments.
#include "call_arguments.h"

#include <string>

#include "corepy/core/error.h"
#include "errors.h"

namespace corepy::python {

void sort_arguments(const char* op, std::span<const char* const> names, Py_ssize_t positional_count,
                    PyObject* const* args, Py_ssize_t nargs, PyObject* kwnames, PyObject** slots) {
  if (nargs > positional_count) {
    fail(ErrorKind::type, std::string(op) + ": too many positional arguments (got " +
                              std::to_string(nargs) + "; expected at most " +
                              std::to_string(positional_count) + ")");
  }
  for (Py_ssize_t i = 0; i < nargs; ++i) slots[i] = args[i];
  const Py_ssize_t keyword_count = kwnames == nullptr ? 0 : PyTuple_GET_SIZE(kwnames);
  for (Py_ssize_t k = 0; k < keyword_count; ++k) {
    PyObject* keyword = PyTuple_GET_ITEM(kwnames, k);
    std::size_t slot = 0;
    while (slot < names.size() && PyUnicode_CompareWithASCIIString(keyword, names[slot]) != 0)
      ++slot;
    const char* text = PyUnicode_AsUTF8(keyword);
    if (text == nullptr) throw PythonError{};
    if (slot == names.size()) {
      fail(ErrorKind::type, std::string(op) + ": no such argument (got '" + text + "')");
    }
    if (slots[slot] != nullptr) {
      fail(ErrorKind::type, std::string(op) + ": an argument is given twice (got '" + text + "')");
    }
    slots[slot] = args[nargs + k];
  }
}

}  // namespace corepy::python

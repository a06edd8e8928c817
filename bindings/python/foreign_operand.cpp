// Arrays of other libraries, and Python's sequences, beside a tensor in an operator.
#include "foreign_operand.h"

#include <initializer_list>
#include <string>

#include "corepy/core/error.h"
#include "errors.h"
#include "numpy_scalar.h"
#include "tensor.h"
#include "type_name.h"

namespace corepy::python {
namespace {

bool has_any(PyObject* object, std::initializer_list<const char*> names) noexcept {
  PyObject* type = reinterpret_cast<PyObject*>(Py_TYPE(object));
  for (const char* name : names) {
    if (PyObject_HasAttrString(type, name) != 0) return true;
  }
  return false;
}

// Whether corepy.asarray takes it as it is.
bool is_convertible(PyObject* object) noexcept {
  return is_sequence_of_elements(object) || is_foreign_array(object);
}

// Whether it is [0] * n or b"ab" * n: the tensor counts how often a sequence of Python's repeats.
bool is_repetition(Op op, PyObject* other, const Tensor& tensor) noexcept {
  const PySequenceMethods* sequence = Py_TYPE(other)->tp_as_sequence;
  return op == Op::multiply && sequence != nullptr && sequence->sq_repeat != nullptr &&
         tensor.rank() == 0 && is_integer(tensor.dtype);
}

}  // namespace

bool is_sequence_of_elements(PyObject* object) noexcept {
  return PyList_Check(object) || PyTuple_Check(object) || PyRange_Check(object) ||
         PyObject_CheckBuffer(object) != 0;
}

bool is_foreign_array(PyObject* object) noexcept {
  return !is_tensor(object) && has_any(object, {"__array_interface__", "__dlpack__",
                                                "__arrow_c_array__", "__arrow_c_stream__"});
}

void refuse_mixture(Op op, PyObject* a, PyObject* b) {
  const char* expected = op == Op::matmul ? "two tensors" : "tensors or Python numbers";
  const char* convert =
      is_convertible(is_tensor(a) ? b : a) ? "corepy.asarray" : "corepy.asarray(numpy.asarray(x))";
  fail(ErrorKind::type, std::string(name_of(op)) +
                            ": a tensor does not mix with another library's array or a sequence "
                            "(got " +
                            type_name(a) + " and " + type_name(b) + "; expected " + expected +
                            "); convert it with " + convert);
}

PyObject* decline_operands(Op op, PyObject* a, PyObject* b, bool has_slot) noexcept {
  return guarded([&]() -> PyObject* {
    const bool is_first = is_tensor(a);
    if (is_first == is_tensor(b)) Py_RETURN_NOTIMPLEMENTED;  // two tensors, and a reason elsewhere
    PyObject* const other = is_first ? b : a;
    if (is_numpy_scalar(other)) Py_RETURN_NOTIMPLEMENTED;  // a number, which is no matrix
    if (!is_convertible(other) && !has_any(other, {"__array__"})) Py_RETURN_NOTIMPLEMENTED;
    // As the second operand a tensor is asked last.
    if (is_first && has_slot && !is_foreign_array(other)) Py_RETURN_NOTIMPLEMENTED;
    if (is_repetition(op, other, tensor_of(is_first ? a : b))) Py_RETURN_NOTIMPLEMENTED;
    refuse_mixture(op, a, b);
  });
}

}  // namespace corepy::python

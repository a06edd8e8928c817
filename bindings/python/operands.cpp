// Arguments of operators as C++ values.
#include "operands.h"

#include <cstring>
#include <limits>
#include <string>

#include "corepy/ops/promotion.h"
#include "numpy_scalar.h"
#include "type_name.h"

namespace corepy::python {
namespace {

[[noreturn]] void fail_type(const char* op, const char* name, PyObject* object,
                            const char* expected) {
  fail(ErrorKind::type, std::string(op) + ": " + name + " has the wrong type (got " +
                            type_name(object) + "; expected " + expected + ")");
}

// `overflow` is the sign of an integer that 64 bits do not hold, else 0.
std::int64_t read_int(const char* op, const char* name, PyObject* object, int& overflow) {
  if (!PyIndex_Check(object) || PyBool_Check(object)) fail_type(op, name, object, "int");
  PyObject* const number = PyNumber_Index(object);
  if (number == nullptr && PyErr_ExceptionMatches(PyExc_TypeError) != 0) {
    PyErr_Clear();  // an array of several numbers, say, which says nothing of the operator
    fail_type(op, name, object, "int");
  }
  OwnedRef index(number);
  const long long value = PyLong_AsLongLongAndOverflow(index.get(), &overflow);
  if (overflow == 0 && value == -1 && PyErr_Occurred() != nullptr) throw PythonError{};
  return value;
}

}  // namespace

bool is_given(PyObject* object) noexcept { return object != nullptr && object != Py_None; }

bool is_operand(PyObject* object) noexcept {
  return is_tensor(object) || PyFloat_Check(object) || PyLong_Check(object) ||
         PyComplex_Check(object) || is_numpy_scalar(object);
}

Operands::Operands(const char* op, PyObject* const* objects, std::size_t count, std::size_t fixed)
    : count_(count) {
  std::optional<DType> beside;  // the dtype of the promoting tensors
  bool mixed = false;
  bool any_scalar = false;
  const auto promote = [&](std::size_t i) {
    if (i < fixed) return;
    const DType dtype = pointers_[i]->dtype;
    beside = beside ? promote_dtypes(op, *beside, dtype, mixed) : dtype;
  };
  for (std::size_t i = 0; i < count; ++i) {
    if (is_tensor(objects[i])) {
      pointers_[i] = &tensor_of(objects[i]);
      promote(i);
    } else {
      any_scalar = true;
    }
  }
  if (!any_scalar) return;
  std::optional<ScalarKind> kinds[capacity];
  for (std::size_t i = 0; i < count; ++i) {
    if (is_tensor(objects[i]) || (kinds[i] = scalar_kind_of(objects[i]))) continue;
    if (!is_numpy_scalar(objects[i])) {
      fail(ErrorKind::type,
           std::string(op) + ": operand " + std::to_string(i + 1) +
               " is neither a tensor nor a Python scalar (got " + type_name(objects[i]) +
               "; expected corepy.Tensor, bool, int, float or complex); convert it with "
               "corepy.asarray");
    }
    pointers_[i] = &scalars_[i].emplace(tensor_from_numpy_scalar(op, objects[i]));
    promote(i);
  }
  for (std::size_t i = 0; i < count; ++i) {
    if (!kinds[i]) continue;
    const DType dtype = beside && i >= fixed ? scalar_dtype_beside(*kinds[i], *beside, mixed)
                                             : default_scalar_dtype(*kinds[i]);
    pointers_[i] = &scalars_[i].emplace(tensor_from_scalar(op, objects[i], dtype));
  }
}

const Tensor& tensor_argument(const char* op, const char* name, PyObject* object) {
  if (!is_tensor(object)) fail_type(op, name, object, "corepy.Tensor; convert with corepy.asarray");
  return tensor_of(object);
}

Tensor positions_argument(const char* op, const char* name, PyObject* object) {
  if (PyList_Check(object) || PyTuple_Check(object)) {
    const bool is_empty = PySequence_Size(object) == 0;  // which would be float64
    return tensor_from_object(op, object, is_empty ? std::optional(DType::int64) : std::nullopt,
                              std::nullopt);
  }
  if (PyLong_Check(object) && !PyBool_Check(object))
    return tensor_from_scalar(op, object, DType::int64);
  return tensor_argument(op, name, object);
}

bool bool_argument(const char* op, const char* name, PyObject* object) {
  if (object == Py_True) return true;
  if (object == Py_False) return false;
  // NumPy programs write keepdims=1. Any other number is a mistake: an axis, say, in its place.
  OwnedRef number;
  if (PyLong_Check(object)) {
    Py_INCREF(object);
    number = OwnedRef(object);
  } else if (is_numpy_integer_or_bool(object)) {
    number = OwnedRef(to_scalar(tensor_from_numpy_scalar(op, object)));
  }
  int overflow = 0;
  const long value = number ? PyLong_AsLongAndOverflow(number.get(), &overflow) : -1;
  if (overflow == 0 && (value == 0 || value == 1)) return value == 1;
  fail_type(op, name, object, "bool");
}

std::int64_t int_argument(const char* op, const char* name, PyObject* object) {
  int overflow = 0;
  const std::int64_t value = read_int(op, name, object, overflow);
  if (overflow != 0) {
    const bool is_axis = std::strncmp(name, "ax", 2) == 0;  // axis, axes
    fail(is_axis ? ErrorKind::axis : ErrorKind::value,
         std::string(op) + ": " + name +
             " is out of range (expected an integer that fits in 64 bits)");
  }
  return value;
}

std::int64_t diagonal_argument(const char* op, const char* name, PyObject* object) {
  int overflow = 0;
  const std::int64_t value = read_int(op, name, object, overflow);
  if (overflow == 0) return value;
  using Limits = std::numeric_limits<std::int64_t>;
  return overflow > 0 ? Limits::max() : Limits::min();
}

bool is_complex_number(PyObject* object) noexcept {
  if (is_tensor(object))
    return tensor_of(object).rank() == 0 && is_complex(tensor_of(object).dtype);
  return PyComplex_Check(object) != 0 || is_numpy_complex(object);
}

double float_argument(const char* op, const char* name, PyObject* object) {
  if (PyFloat_CheckExact(object)) return PyFloat_AS_DOUBLE(object);
  const PyNumberMethods* methods = Py_TYPE(object)->tp_as_number;
  const bool is_text = PyUnicode_Check(object) || PyBytes_Check(object);  // numpy.str_ has nb_float
  const bool has_float = !is_text && methods != nullptr && methods->nb_float != nullptr;
  // NumPy's complex64 has nb_float, which drops the imaginary part.
  const bool is_plain = PyFloat_Check(object) || PyLong_Check(object);
  if ((!has_float && !PyIndex_Check(object)) || (!is_plain && is_complex_number(object))) {
    fail_type(op, name, object, "int or float");
  }
  if (is_tensor(object) && tensor_of(object).size() != 1) {
    fail(ErrorKind::shape, std::string(op) + ": " + name + " must be one number (got shape " +
                               to_string(tensor_of(object).shape) + "; expected one element)");
  }
  const double value = PyFloat_AsDouble(object);
  if (value == -1.0 && PyErr_Occurred() != nullptr) {
    if (PyErr_ExceptionMatches(PyExc_TypeError) != 0) {
      PyErr_Clear();
      fail_type(op, name, object, "int or float");
    }
    if (PyErr_ExceptionMatches(PyExc_OverflowError) == 0) throw PythonError{};
    PyErr_Clear();
    fail(ErrorKind::value, std::string(op) + ": " + name + " is too large for float64");
  }
  return value;
}

double number_argument(const char* op, const char* name, PyObject* object) {
  if (PyFloat_CheckExact(object)) return PyFloat_AS_DOUBLE(object);
  const bool is_bool =
      PyBool_Check(object) != 0 || (is_tensor(object) && tensor_of(object).dtype == DType::bool_) ||
      (is_numpy_scalar(object) && tensor_from_numpy_scalar(op, object).dtype == DType::bool_);
  if (is_bool) fail_type(op, name, object, "int or float");
  return float_argument(op, name, object);
}

Complex<double> complex_argument(const char* op, const char* name, PyObject* object) {
  if (!is_complex_number(object)) return {float_argument(op, name, object), 0};
  const Py_complex value = PyComplex_AsCComplex(object);
  if (value.real == -1.0 && PyErr_Occurred() != nullptr) throw PythonError{};
  return {value.real, value.imag};
}

Dims dims_argument(const char* op, const char* name, PyObject* object) {
  const bool is_line = is_tensor(object) && tensor_of(object).rank() > 0;
  if (PyIndex_Check(object) && !PyBool_Check(object) && !is_line)
    return Dims{int_argument(op, name, object)};
  if (!PyTuple_Check(object) && !PyList_Check(object))
    fail_type(op, name, object, "int or a sequence of ints");
  // A tuple's own copy: __index__ of an element may run Python code that changes a list.
  OwnedRef items(PySequence_Tuple(object));
  if (PyTuple_GET_SIZE(items.get()) > max_rank) {
    fail(ErrorKind::shape, std::string(op) + ": " + name + " has too many entries (got " +
                               std::to_string(PyTuple_GET_SIZE(items.get())) +
                               "; expected at most 64)");
  }
  Dims dims;
  for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(items.get()); ++i) {
    dims.push_back(int_argument(op, name, PyTuple_GET_ITEM(items.get(), i)));
  }
  return dims;
}

std::optional<Dims> optional_dims(const char* op, const char* name, PyObject* object) {
  if (!is_given(object)) return std::nullopt;
  return dims_argument(op, name, object);
}

std::optional<bool> optional_bool(const char* op, const char* name, PyObject* object) {
  if (!is_given(object)) return std::nullopt;
  return bool_argument(op, name, object);
}

std::optional<std::int64_t> optional_int(const char* op, const char* name, PyObject* object) {
  if (!is_given(object)) return std::nullopt;
  return int_argument(op, name, object);
}

void check_device(const char* op, PyObject* object) {
  if (!is_given(object)) return;
  if (PyUnicode_Check(object) && PyUnicode_CompareWithASCIIString(object, "cpu") == 0) return;
  OwnedRef text(PyObject_Repr(object));
  const char* utf8 = PyUnicode_AsUTF8(text.get());
  fail(ErrorKind::unsupported, std::string(op) + ": unknown device (got " +
                                   (utf8 != nullptr ? utf8 : "?") + "; expected 'cpu' or None)");
}

}  // namespace corepy::python

// Python numbers to elements and back, each rounded once.
#include "scalar.h"

#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <string>
#include <type_traits>

#include "conversion.h"
#include "corepy/core/half.h"
#include "corepy/core/tensor.h"
#include "corepy/runtime/float_environment.h"
#include "errors.h"
#include "type_name.h"

namespace corepy::python {
namespace {

[[noreturn]] void reject_integer(const char* op, PyObject* integer, DType dtype) {
  // A huge integer's digits help nobody (and Python may refuse to make them).
  std::string text = "an integer of more than 64 bits";
  int overflow = 0;
  const long long value = PyLong_AsLongLongAndOverflow(integer, &overflow);
  if (overflow == 0) {
    text = std::to_string(value);
  } else if (overflow > 0) {
    const unsigned long long large = PyLong_AsUnsignedLongLong(integer);
    if (PyErr_Occurred() == nullptr) text = std::to_string(large);
    PyErr_Clear();
  }
  fail(ErrorKind::value, std::string(op) + ": integer out of range (got " + text +
                             "; expected a value that " + name_of(dtype) + " can hold)");
}

template <class T>
T integer_from_python(const char* op, PyObject* integer) {
  int overflow = 0;
  const long long value = PyLong_AsLongLongAndOverflow(integer, &overflow);
  if (value == -1 && overflow == 0 && PyErr_Occurred() != nullptr) throw PythonError{};
  if (overflow == 0) {
    if constexpr (std::is_signed_v<T>) {
      if (value >= std::numeric_limits<T>::min() && value <= std::numeric_limits<T>::max())
        return static_cast<T>(value);
    } else {
      if (value >= 0 && static_cast<unsigned long long>(value) <= std::numeric_limits<T>::max()) {
        return static_cast<T>(value);
      }
    }
  } else if (overflow > 0 && std::is_same_v<T, std::uint64_t>) {
    const unsigned long long large = PyLong_AsUnsignedLongLong(integer);
    if (PyErr_Occurred() == nullptr) return static_cast<T>(large);
    PyErr_Clear();
  }
  reject_integer(op, integer, dtype_of<T>);
}

// Truncates, saturates out of range, NaN gives 0: as astype does.
template <class T>
T integer_from_double(double value) noexcept {
  if (std::isnan(value)) return 0;
  constexpr double below = static_cast<double>(std::numeric_limits<T>::min()) -
                           1.0;  // rounds to min where T has 64 bits
  const double above = std::ldexp(1.0, std::numeric_limits<T>::digits);
  if (value >= above) return std::numeric_limits<T>::max();
  if (value <= below) return std::numeric_limits<T>::min();
  return static_cast<T>(value);
}

// An integer beyond 64 bits as a double whose last bit is set where the value is inexact (rounding
// to odd), so that a second rounding to a narrower dtype is the correctly rounded one.
double double_rounded_to_odd(PyObject* integer) {
  const double value = PyLong_AsDouble(integer);
  if (value == -1.0 && PyErr_Occurred() != nullptr) throw PythonError{};
  OwnedRef nearest(PyLong_FromDouble(value));
  const int is_exact = PyObject_RichCompareBool(nearest.get(), integer, Py_EQ);
  const int is_greater = PyObject_RichCompareBool(nearest.get(), integer, Py_GT);
  if (is_exact < 0 || is_greater < 0) throw PythonError{};
  if (is_exact == 1) return value;
  const bool is_past = (value > 0) == (is_greater == 1);  // farther from zero than the integer
  auto bits = std::bit_cast<std::uint64_t>(value);
  if (is_past) --bits;
  return std::bit_cast<double>(bits | 1);
}

template <class T>
T real_from_integer(const char* op, PyObject* integer) {
  int overflow = 0;
  const long long value = PyLong_AsLongLongAndOverflow(integer, &overflow);
  if (value == -1 && overflow == 0 && PyErr_Occurred() != nullptr) throw PythonError{};
  if (overflow == 0) {
    if constexpr (!is_half_element<T>) {
      return static_cast<T>(value);
    } else {
      const float wide = round_to_odd(std::int64_t{value});
      const T half = round_to_half<T>(wide);
      if (std::isinf(expand_half(half))) reject_integer(op, integer, dtype_of<T>);
      return half;
    }
  }
  double wide = 0;
  try {
    if constexpr (!std::is_same_v<T, double>) {
      wide = double_rounded_to_odd(integer);
    } else {
      wide = PyLong_AsDouble(integer);
      if (wide == -1.0 && PyErr_Occurred() != nullptr) throw PythonError{};
    }
  } catch (const PythonError&) {
    if (PyErr_ExceptionMatches(PyExc_OverflowError) == 0) throw;
    PyErr_Clear();
    reject_integer(op, integer, dtype_of<T>);
  }
  if constexpr (std::is_same_v<T, float>) {
    if (std::isinf(static_cast<float>(wide))) reject_integer(op, integer, dtype_of<T>);
  }
  if constexpr (is_half_element<T>) {
    const T half = round_to_half<T>(round_to_odd(wide));
    if (std::isinf(expand_half(half))) reject_integer(op, integer, dtype_of<T>);
    return half;
  } else {
    return static_cast<T>(wide);
  }
}

double double_from_python(PyObject* real) {
  const double value = PyFloat_AsDouble(real);
  if (value == -1.0 && PyErr_Occurred() != nullptr) throw PythonError{};
  return value;
}

bool is_nonzero(PyObject* scalar) {
  const int truth = PyObject_IsTrue(scalar);
  if (truth < 0) throw PythonError{};
  return truth == 1;
}

template <class T>
T real_from_python(const char* op, PyObject* scalar, ScalarKind kind) {
  const bool is_whole = kind == ScalarKind::boolean || kind == ScalarKind::integer;
  if constexpr (is_half_element<T>) {
    return is_whole ? real_from_integer<T>(op, scalar)
                    : round_to_half<T>(round_to_odd(double_from_python(scalar)));
  } else if constexpr (std::is_floating_point_v<T>) {
    return is_whole ? real_from_integer<T>(op, scalar) : static_cast<T>(double_from_python(scalar));
  } else {
    return is_whole ? integer_from_python<T>(op, scalar)
                    : integer_from_double<T>(double_from_python(scalar));
  }
}

template <class T>
T element_from_python(const char* op, PyObject* scalar, ScalarKind kind) {
  if constexpr (std::is_same_v<T, bool8_t>) {
    return is_nonzero(scalar) ? bool8_t::yes : bool8_t::no;
  } else if constexpr (is_complex_element<T>) {
    using Part = typename T::value_type;
    if (kind != ScalarKind::complex_floating)
      return T{real_from_python<Part>(op, scalar, kind), Part{0}};
    const Py_complex value = PyComplex_AsCComplex(scalar);
    if (value.real == -1.0 && PyErr_Occurred() != nullptr) throw PythonError{};
    return T{static_cast<Part>(value.real), static_cast<Part>(value.imag)};
  } else {
    if (kind == ScalarKind::complex_floating) {
      fail(ErrorKind::dtype,
           std::string(op) +
               ": a complex number has no value in a real dtype (got complex; expected a "
               "number that " +
               name_of(dtype_of<T>) + " can hold)");
    }
    return real_from_python<T>(op, scalar, kind);
  }
}

template <class T>
PyObject* element_to_python(const T& value) noexcept {
  if constexpr (std::is_same_v<T, bool8_t>) {
    return PyBool_FromLong(value != bool8_t::no);
  } else if constexpr (is_complex_element<T>) {
    return PyComplex_FromDoubles(static_cast<double>(value.re), static_cast<double>(value.im));
  } else if constexpr (is_half_element<T>) {
    return PyFloat_FromDouble(static_cast<double>(expand_half(value)));
  } else if constexpr (std::is_floating_point_v<T>) {
    return PyFloat_FromDouble(static_cast<double>(value));
  } else if constexpr (std::is_signed_v<T>) {
    return PyLong_FromLongLong(value);
  } else {
    return PyLong_FromUnsignedLongLong(value);
  }
}

}  // namespace

std::optional<ScalarKind> scalar_kind_of(PyObject* object) noexcept {
  if (PyFloat_Check(object)) return ScalarKind::real_floating;
  if (PyBool_Check(object)) return ScalarKind::boolean;
  if (PyLong_Check(object)) return ScalarKind::integer;
  if (PyComplex_Check(object)) return ScalarKind::complex_floating;
  return std::nullopt;
}

void store_scalar(const char* op, PyObject* scalar, ScalarKind kind, DType dtype,
                  std::byte* destination) {
  const DefaultFloatEnvironment environment;
  switch (dtype) {
#define COREPY_X(name, type, ...)                                   \
  case DType::name: {                                               \
    const type value = element_from_python<type>(op, scalar, kind); \
    std::memcpy(destination, &value, sizeof(value));                \
    return;                                                         \
  }
    COREPY_FOR_EACH_DTYPE(COREPY_X)
#undef COREPY_X
  }
}

PyObject* load_scalar(DType dtype, const std::byte* source) noexcept {
  const DefaultFloatEnvironment environment;  // FTZ and DAZ concern conversions to double too
  switch (dtype) {
#define COREPY_X(name, type, ...)               \
  case DType::name: {                           \
    type value;                                 \
    std::memcpy(&value, source, sizeof(value)); \
    return element_to_python(value);            \
  }
    COREPY_FOR_EACH_DTYPE(COREPY_X)
#undef COREPY_X
  }
  return nullptr;
}

Tensor tensor_from_scalar(const char* op, PyObject* scalar, DType dtype) {
  const auto kind = scalar_kind_of(scalar);
  if (!kind) {
    fail(ErrorKind::type, std::string(op) + ": not a Python number (got " + type_name(scalar) +
                              "; expected bool, int, float or complex)");
  }
  alignas(16) std::byte element[16];
  store_scalar(op, scalar, *kind, dtype, element);
  return scalar_tensor(op, dtype, element);
}

PyObject* to_scalar(const Tensor& tensor) {
  if (tensor.size() != 1) {
    fail(ErrorKind::value, "item: only a tensor with one element is a scalar (got shape " +
                               to_string(tensor.shape) +
                               "; expected one element); use tolist() for more");
  }
  return checked(load_scalar(tensor.dtype, tensor.data()));
}

}  // namespace corepy::python

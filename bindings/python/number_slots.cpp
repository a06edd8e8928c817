// int(x), float(x), complex(x), bool(x), operator.index(x), x.item() and x.tolist() of tensors.
#include <cmath>
#include <string>

#include "conversion.h"
#include "corepy/runtime/float_environment.h"
#include "errors.h"
#include "interchange.h"
#include "scalar.h"
#include "tensor.h"

namespace corepy::python {
namespace {

// The one element of `tensor`, for the conversion `op`.
OwnedRef only_element(const char* op, const Tensor& tensor, const char* fix) {
  if (tensor.size() != 1) {
    fail(ErrorKind::value, std::string(op) +
                               ": only a tensor with one element can be converted (got shape " +
                               to_string(tensor.shape) + "; expected one element); " + fix);
  }
  return OwnedRef(load_scalar(tensor.dtype, tensor.data()));
}

[[noreturn]] void reject_dtype(const char* op, const Tensor& tensor, const char* expected) {
  fail(ErrorKind::dtype, std::string(op) + ": the dtype has no such conversion (got " +
                             name_of(tensor.dtype) + "; expected " + expected + ")");
}

void require_real(const char* op, const Tensor& tensor) {
  if (is_complex(tensor.dtype)) reject_dtype(op, tensor, "a real dtype; take corepy.real(x) first");
}

// As for Python's floats, the standard wants an OverflowError for infinities, a ValueError for NaN.
void refuse_not_finite(double value) {
  if (std::isnan(value)) {
    fail(ErrorKind::value, "int: no integer has this value (got nan; expected a finite number)");
  }
  if (std::isinf(value)) {
    fail_with_class("ArgumentOverflowError", std::string("int: no integer has this value (got ") +
                                                 (value > 0 ? "inf" : "-inf") +
                                                 "; expected a finite number)");
  }
}

}  // namespace

PyObject* tensor_float(PyObject* self) {
  return guarded([&] {
    const Tensor& tensor = tensor_of(self);
    require_real("float", tensor);
    OwnedRef element = only_element("float", tensor, "use tolist() for more");
    return checked(PyNumber_Float(element.get()));
  });
}

PyObject* tensor_int(PyObject* self) {
  return guarded([&] {
    const Tensor& tensor = tensor_of(self);
    require_real("int", tensor);
    OwnedRef element = only_element("int", tensor, "use tolist() for more");
    if (PyFloat_Check(element.get())) refuse_not_finite(PyFloat_AsDouble(element.get()));
    return checked(PyNumber_Long(element.get()));
  });
}

PyObject* tensor_index(PyObject* self) {
  return guarded([&] {
    const Tensor& tensor = tensor_of(self);
    if (!is_integer(tensor.dtype)) reject_dtype("index", tensor, "an integer dtype");
    if (tensor.rank() != 0) {
      fail(ErrorKind::type, "index: only a rank-0 tensor is an index (got shape " +
                                to_string(tensor.shape) + "; expected shape ())");
    }
    return checked(load_scalar(tensor.dtype, tensor.data()));
  });
}

int tensor_bool(PyObject* self) {
  return guarded_int([&] {
    OwnedRef element =
        only_element("bool", tensor_of(self),
                     "the truth value is ambiguous: use corepy.any(x) or corepy.all(x)");
    const DefaultFloatEnvironment environment;  // a subnormal is not zero
    return PyObject_IsTrue(element.get());
  });
}

PyObject* tensor_complex(PyObject* self, PyObject*) {
  return guarded([&] {
    OwnedRef element = only_element("complex", tensor_of(self), "use tolist() for more");
    if (PyComplex_Check(element.get())) return element.release();
    const double value = PyFloat_AsDouble(element.get());
    if (value == -1.0 && PyErr_Occurred() != nullptr) throw PythonError{};
    return checked(PyComplex_FromDoubles(value, 0.0));
  });
}

PyObject* tensor_tolist(PyObject* self, PyObject*) {
  return guarded([&] {
    // A copy that pins the memory: making the lists can run the garbage collector, and with it code
    // that writes to x.
    const Tensor pinned = tensor_of(self);
    return to_nested_list(pinned);
  });
}

}  // namespace corepy::python

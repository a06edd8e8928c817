// The native handlers of the creation family: filled tensors, ranges, and what comes from
// elsewhere.
#include <Python.h>

#include <optional>
#include <string>

#include "conversion.h"
#include "corepy/core/error.h"
#include "corepy/dispatch/creation.h"
#include "corepy/dispatch/dispatch.h"
#include "corepy/dispatch/manipulation.h"
#include "dtype.h"
#include "errors.h"
#include "functions.h"
#include "interchange.h"
#include "numpy_scalar.h"
#include "operands.h"
#include "tensor.h"
#include "type_name.h"

namespace corepy::python {
namespace {

DType dtype_or(const char* name, PyObject* object, DType otherwise) {
  return optional_dtype(name, object).value_or(otherwise);
}

Tensor scalar_value(const char* name, PyObject* object, std::optional<DType> dtype) {
  if (is_tensor(object) && tensor_of(object).rank() == 0) {
    return dtype ? astype(tensor_of(object), *dtype, false) : tensor_of(object);
  }
  const std::optional<ScalarKind> kind = scalar_kind_of(object);
  if (!kind && is_numpy_scalar(object)) {
    const Tensor value = tensor_from_numpy_scalar(name, object);
    return dtype ? astype(value, *dtype, false) : value;
  }
  if (!kind) {
    fail(ErrorKind::type, std::string(name) +
                              ": fill_value must be a Python scalar or a rank-0 tensor (got " +
                              type_name(object) + ")");
  }
  return tensor_from_scalar(name, object, dtype.value_or(default_scalar_dtype(*kind)));
}

Tensor one_or_zero(const char* name, Op op, DType dtype) {
  const bool ones = op == Op::ones || op == Op::ones_like;
  return tensor_from_scalar(name, ones ? Py_True : Py_False, dtype);
}

// empty, zeros, ones (shape, dtype, device) and full (shape, fill_value, dtype, device).
PyObject* run_filled(Op op, PyObject* const* slots) {
  const char* name = name_of(op);
  check_device(name, slots[3]);
  const Dims shape = dims_argument(name, "shape", slots[0]);
  if (op == Op::full) {
    const Tensor value = scalar_value(name, slots[1], optional_dtype(name, slots[2]));
    return checked(wrap(filled(op, shape, value.dtype, &value)));
  }
  const DType dtype = dtype_or(name, slots[2], DType::float64);
  if (op == Op::empty) return checked(wrap(filled(op, shape, dtype, nullptr)));
  const Tensor value = one_or_zero(name, op, dtype);
  return checked(wrap(filled(op, shape, dtype, &value)));
}

PyObject* run_filled_like(Op op, PyObject* const* slots) {
  const char* name = name_of(op);
  check_device(name, slots[3]);
  const Tensor& x = tensor_argument(name, "x", slots[0]);
  const DType dtype = dtype_or(name, slots[2], x.dtype);
  if (op == Op::empty_like) return checked(wrap(filled(op, x.shape, dtype, nullptr, &x)));
  const Tensor value =
      op == Op::full_like ? scalar_value(name, slots[1], dtype) : one_or_zero(name, op, dtype);
  return checked(wrap(filled(op, x.shape, dtype, &value, &x)));
}

// Whether a bound of arange is an integer, which integers of other libraries and rank-0 tensors are
// too.
bool is_integer_bound(PyObject* object) noexcept {
  if (!is_tensor(object)) return PyIndex_Check(object) != 0;
  return tensor_of(object).rank() == 0 && is_integer(tensor_of(object).dtype);
}

PyObject* run_arange(Op op, PyObject* const* slots) {
  const char* name = name_of(op);
  check_device(name, slots[4]);
  PyObject* start = is_given(slots[1]) ? slots[0] : Py_False;
  PyObject* stop = is_given(slots[1]) ? slots[1] : slots[0];
  PyObject* step = slots[2];
  const bool integers = is_integer_bound(start) && is_integer_bound(stop) && is_integer_bound(step);
  const std::optional<DType> asked = optional_dtype(name, slots[3]);
  if (asked && (*asked == DType::bool_ || is_complex(*asked))) {
    fail(ErrorKind::dtype, std::string("arange: unsupported dtype (got ") + name_of(*asked) +
                               "; expected a real numeric dtype)");
  }
  if (integers) {
    const std::int64_t first = start == Py_False ? 0 : int_argument(name, "start", start);
    return checked(
        wrap(arange_integers(first, int_argument(name, "stop", stop),
                             int_argument(name, "step", step), asked.value_or(DType::int64))));
  }
  return checked(
      wrap(arange(float_argument(name, "start", start), float_argument(name, "stop", stop),
                  float_argument(name, "step", step), asked.value_or(DType::float64))));
}

PyObject* run_linspace(Op op, PyObject* const* slots) {
  const char* name = name_of(op);
  check_device(name, slots[4]);
  const bool is_line_in_plane = is_complex_number(slots[0]) || is_complex_number(slots[1]);
  const DType dtype =
      dtype_or(name, slots[3], is_line_in_plane ? DType::complex128 : DType::float64);
  if (!contains(dtypes::floating, dtype)) {
    fail(ErrorKind::dtype, std::string("linspace: unsupported dtype (got ") + name_of(dtype) +
                               "; expected " + dtype_names(dtypes::floating) +
                               "); convert with corepy.astype");
  }
  // Ends of a real line are real, as are those of every other function.
  const auto end = [&](const char* end_name, PyObject* object) -> Complex<double> {
    if (is_complex(dtype)) return complex_argument(name, end_name, object);
    return {float_argument(name, end_name, object), 0};
  };
  const Complex<double> start = end("start", slots[0]), stop = end("stop", slots[1]);
  return checked(wrap(linspace(start, stop, int_argument(name, "num", slots[2]), dtype,
                               bool_argument(name, "endpoint", slots[5]))));
}

PyObject* run_eye(Op op, PyObject* const* slots) {
  const char* name = name_of(op);
  check_device(name, slots[4]);
  const std::int64_t rows = int_argument(name, "n_rows", slots[0]);
  const std::int64_t columns = is_given(slots[1]) ? int_argument(name, "n_cols", slots[1]) : rows;
  return checked(wrap(eye(rows, columns, diagonal_argument(name, "k", slots[2]),
                          dtype_or(name, slots[3], DType::float64))));
}

PyObject* run_triangle(Op op, PyObject* const* slots) {
  const Tensor& x = tensor_argument(name_of(op), "x", slots[0]);
  const std::int64_t k = diagonal_argument(name_of(op), "k", slots[1]);
  return checked(wrap(op == Op::tril ? tril(x, k) : triu(x, k)));
}

// An import as an operation of its own: the record tells what it read and what it copied.
template <class F>
PyObject* run_import(Op op, F convert) {
  Operation operation(op);
  ConversionNotes notes;
  Tensor result = convert(notes);
  operation.record().copied_bytes += notes.copied_bytes;
  operation.note_cast(notes.cast_bytes);
  if (notes.mixed_kind)
    operation.note_promotion(record_mixed_kind_promotion,
                             "a sequence of values of different kinds");
  operation.choose_no_kernel(notes.source);
  operation.finish(result, layout_of(result));
  return checked(wrap(std::move(result)));
}

PyObject* run_asarray(Op op, PyObject* const* slots) {
  const char* name = name_of(op);
  check_device(name, slots[2]);
  const std::optional<DType> dtype = optional_dtype(name, slots[1]);
  const std::optional<bool> copies = optional_bool(name, "copy", slots[3]);
  if (is_tensor(slots[0]) && copies != true && (!dtype || *dtype == tensor_of(slots[0]).dtype)) {
    Py_INCREF(slots[0]);
    return slots[0];
  }
  return run_import(op, [&](ConversionNotes& notes) {
    return tensor_from_object(name, slots[0], dtype, copies, &notes);
  });
}

PyObject* run_from_dlpack(Op op, PyObject* const* slots) {
  check_device(name_of(op), slots[1]);
  const std::optional<bool> copies = optional_bool(name_of(op), "copy", slots[2]);
  return run_import(op, [&](ConversionNotes& notes) {
    return tensor_from_dlpack(name_of(op), slots[0], is_given(slots[1]), copies, &notes);
  });
}

PyObject* run_from_arrow(Op op, PyObject* const* slots) {
  const std::optional<bool> copies = optional_bool(name_of(op), "copy", slots[2]);
  return run_import(op, [&](ConversionNotes& notes) {
    return tensor_from_arrow(name_of(op), slots[0], slots[1], copies, &notes);
  });
}

const HandlerSpec filled_spec{run_filled, {"shape", "fill_value", "dtype", "device"}};
const HandlerSpec filled_like_spec{run_filled_like, {"x", "fill_value", "dtype", "device"}};
const HandlerSpec arange_spec{run_arange, {"start", "stop", "step", "dtype", "device"}};
const HandlerSpec linspace_spec{run_linspace,
                                {"start", "stop", "num", "dtype", "device", "endpoint"}};
const HandlerSpec eye_spec{run_eye, {"n_rows", "n_cols", "k", "dtype", "device"}};
const HandlerSpec triangle_spec{run_triangle, {"x", "k"}};
const HandlerSpec asarray_spec{run_asarray, {"obj", "dtype", "device", "copy"}};
const HandlerSpec from_arrow_spec{run_from_arrow, {"x", "fill_null", "copy"}};
const HandlerSpec from_dlpack_spec{run_from_dlpack, {"x", "device", "copy"}};

}  // namespace

const HandlerSpec* find_creation_handler(Op op) noexcept {
  switch (op) {
    case Op::empty:
    case Op::zeros:
    case Op::ones:
    case Op::full:
      return &filled_spec;
    case Op::empty_like:
    case Op::zeros_like:
    case Op::ones_like:
    case Op::full_like:
      return &filled_like_spec;
    case Op::arange:
      return &arange_spec;
    case Op::linspace:
      return &linspace_spec;
    case Op::eye:
      return &eye_spec;
    case Op::tril:
    case Op::triu:
      return &triangle_spec;
    case Op::asarray:
      return &asarray_spec;
    case Op::from_arrow:
      return &from_arrow_spec;
    case Op::from_dlpack:
      return &from_dlpack_spec;
    default:
      return nullptr;
  }
}

}  // namespace corepy::python

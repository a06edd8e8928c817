// The native handlers of the Fourier family.
#include <Python.h>

#include <string>

#include "corepy/core/error.h"
#include "corepy/dispatch/fft.h"
#include "dtype.h"
#include "errors.h"
#include "functions.h"
#include "operands.h"
#include "tensor.h"

namespace corepy::python {
namespace {

FftNorm norm_argument(const char* op, PyObject* object) {
  if (!is_given(object)) return FftNorm::backward;
  if (PyUnicode_Check(object)) {
    if (PyUnicode_CompareWithASCIIString(object, "backward") == 0) return FftNorm::backward;
    if (PyUnicode_CompareWithASCIIString(object, "ortho") == 0) return FftNorm::ortho;
    if (PyUnicode_CompareWithASCIIString(object, "forward") == 0) return FftNorm::forward;
  }
  OwnedRef text(PyObject_Repr(object));
  const char* utf8 = PyUnicode_AsUTF8(text.get());
  if (utf8 == nullptr) PyErr_Clear();
  fail(ErrorKind::value, std::string(op) + ": unknown norm (got " + (utf8 != nullptr ? utf8 : "?") +
                             "; expected 'backward', 'ortho' or 'forward')");
}

PyObject* run_axis(Op op, PyObject* const* slots) {
  const char* name = name_of(op);
  const Tensor& x = tensor_argument(name, "x", slots[0]);
  return checked(
      wrap(transform_axis(op, x, optional_int(name, "n", slots[1]),
                          int_argument(name, "axis", slots[2]), norm_argument(name, slots[3]))));
}

PyObject* run_axes(Op op, PyObject* const* slots) {
  const char* name = name_of(op);
  const Tensor& x = tensor_argument(name, "x", slots[0]);
  return checked(
      wrap(transform_axes(op, x, optional_dims(name, "s", slots[1]),
                          optional_dims(name, "axes", slots[2]), norm_argument(name, slots[3]))));
}

PyObject* run_frequencies(Op op, PyObject* const* slots) {
  const char* name = name_of(op);
  check_device(name, slots[3]);
  const DType dtype = optional_dtype(name, slots[2]).value_or(DType::float64);
  if (!contains(info_of(op).dtypes, dtype)) {
    fail(ErrorKind::dtype, std::string(name) + ": unsupported dtype (got " + name_of(dtype) +
                               "; expected " + dtype_names(info_of(op).dtypes) +
                               "); convert the result with corepy.astype");
  }
  return checked(wrap(sample_frequencies(op, int_argument(name, "n", slots[0]),
                                         float_argument(name, "d", slots[1]), dtype)));
}

PyObject* run_shift(Op op, PyObject* const* slots) {
  const char* name = name_of(op);
  return checked(wrap(shift_halves(op, tensor_argument(name, "x", slots[0]),
                                   optional_dims(name, "axes", slots[1]))));
}

const HandlerSpec axis_spec{run_axis, {"x", "n", "axis", "norm"}};
const HandlerSpec axes_spec{run_axes, {"x", "s", "axes", "norm"}};
const HandlerSpec frequencies_spec{run_frequencies, {"n", "d", "dtype", "device"}};
const HandlerSpec shift_spec{run_shift, {"x", "axes"}};

}  // namespace

const HandlerSpec* find_fft_handler(Op op) noexcept {
  if (info_of(op).family != Family::fft) return nullptr;
  switch (op) {
    case Op::fft_fftfreq:
    case Op::fft_rfftfreq:
      return &frequencies_spec;
    case Op::fft_fftshift:
    case Op::fft_ifftshift:
      return &shift_spec;
    case Op::fft_fftn:
    case Op::fft_ifftn:
    case Op::fft_rfftn:
    case Op::fft_irfftn:
      return &axes_spec;
    default:
      return &axis_spec;
  }
}

}  // namespace corepy::python

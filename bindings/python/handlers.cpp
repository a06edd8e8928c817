// The native handlers behind the builtins: arguments parsed once, then the family's dispatch path.
// Families with functions of many kinds have files of their own: <family>_handlers.cpp.
#include <Python.h>

#include <string>
#include <vector>

#include "conversion.h"
#include "corepy/core/error.h"
#include "corepy/dispatch/creation.h"
#include "corepy/dispatch/dispatch.h"
#include "corepy/dispatch/elementwise.h"
#include "corepy/dispatch/indexing.h"
#include "corepy/dispatch/manipulation.h"
#include "corepy/dispatch/reduction.h"
#include "corepy/dispatch/scan.h"
#include "corepy/dispatch/sorting.h"
#include "corepy/ops/promotion.h"
#include "dtype.h"
#include "errors.h"
#include "functions.h"
#include "interchange.h"
#include "numpy_scalar.h"
#include "operands.h"
#include "random.h"
#include "tensor.h"
#include "type_name.h"

namespace corepy::python {
namespace {

// A result, put in out's place where one is given.
PyObject* deliver(PyObject* out, Tensor&& result) {
  if (!is_given(out)) return checked(wrap(std::move(result)));
  replace_tensor(*reinterpret_cast<TensorObject*>(out), std::move(result));
  Py_INCREF(out);
  return out;
}

}  // namespace

PyObject* deliver_fresh(Op op, PyObject* out, Tensor&& result) {
  if (is_given(out)) {
    const Tensor& target = tensor_argument(name_of(op), "out", out);
    check_out(name_of(op), target, result.dtype, result.shape);
    refuse_lost_write(name_of(op), target);
  }
  return deliver(out, std::move(result));
}

namespace {

const Tensor* out_argument(Op op, PyObject* out) {
  if (!is_given(out)) return nullptr;
  const Tensor& target = tensor_argument(name_of(op), "out", out);
  refuse_lost_write(name_of(op), target);
  return &target;
}

// Operands that are tensors need no conversion, which takes a tenth of a small call.
PyObject* run_unary(Op op, PyObject* const* slots) {
  if (is_tensor(slots[0]) && !is_given(slots[1])) [[likely]] {
    const Tensor* inputs[] = {&tensor_of(slots[0])};
    return wrap(elementwise(op, inputs));
  }
  const Operands operands(name_of(op), slots, 1);
  return deliver(slots[1], elementwise(op, operands.view(), out_argument(op, slots[1])));
}

PyObject* run_binary(Op op, PyObject* const* slots) {
  if (is_tensor(slots[0]) && is_tensor(slots[1]) && !is_given(slots[2])) [[likely]] {
    const Tensor* inputs[] = {&tensor_of(slots[0]), &tensor_of(slots[1])};
    return wrap(elementwise(op, inputs));
  }
  const Operands operands(name_of(op), slots, 2);
  return deliver(slots[2], elementwise(op, operands.view(), out_argument(op, slots[2])));
}

// A bound of clip that is None is absent: the other bound's kernel, or a copy, gives the result.
PyObject* run_clip(Op op, PyObject* const* slots) {
  PyObject* objects[3] = {slots[0]};
  std::size_t count = 1;
  if (is_given(slots[1])) objects[count++] = slots[1];
  if (is_given(slots[2])) objects[count++] = slots[2];
  const Op loop = count == 3           ? Op::clip
                  : count == 1         ? Op::positive
                  : is_given(slots[1]) ? Op::maximum
                                       : Op::minimum;
  const Operands operands(name_of(op), objects, count);
  const Tensor& x = operands[0];
  for (std::size_t i = 1; i < count; ++i) {
    bool is_mixed_kind = false;
    if (promote_dtypes(name_of(op), x.dtype, operands[i].dtype, is_mixed_kind) != x.dtype) {
      fail(ErrorKind::dtype, std::string("clip: bounds must not widen the dtype of x (got ") +
                                 name_of(operands[i].dtype) + "; expected " + name_of(x.dtype) +
                                 " or what promotes to it); convert with corepy.astype");
    }
  }
  return deliver(slots[3], elementwise(op, loop, operands.view(), out_argument(op, slots[3])));
}

PyObject* run_where(Op op, PyObject* const* slots) {
  const bool has_x1 = is_given(slots[1]), has_x2 = is_given(slots[2]);
  if (!has_x1 && !has_x2) {
    return wrap_all(nonzero(op, tensor_argument(name_of(op), "condition", slots[0])));
  }
  if (!has_x1 || !has_x2) {
    fail(ErrorKind::type, std::string("where: ") + (has_x1 ? "x2" : "x1") + " is missing (got " +
                              (has_x1 ? "x1" : "x2") +
                              " only; expected both, or neither for the positions)");
  }
  const Operands operands(name_of(op), slots, 3, 1);
  return checked(wrap(elementwise(op, operands.view())));
}

PyObject* run_reduction(Op op, PyObject* const* slots) {
  const char* name = name_of(op);
  const Tensor& x = tensor_argument(name, "x", slots[0]);
  ReductionOptions options;
  options.axes = optional_dims(name, "axis", slots[1]);
  options.dtype = optional_dtype(name, slots[2]);
  if (slots[3] != nullptr) options.keepdims = bool_argument(name, "keepdims", slots[3]);
  if (slots[4] != nullptr) options.correction = float_argument(name, "correction", slots[4]);
  if (is_given(slots[6])) {
    if (options.correction != 0) {
      fail(ErrorKind::value,
           std::string(name) + ": correction and ddof are one thing (got both; expected one)");
    }
    options.correction = float_argument(name, "ddof", slots[6]);
  }
  const bool single_axis = op == Op::argmax || op == Op::argmin;
  if (single_axis && options.axes && options.axes->size() != 1) {
    fail(ErrorKind::axis, std::string(name) + ": one axis or None is expected (got " +
                              to_string(*options.axes) + ")");
  }
  return deliver_fresh(op, slots[5], reduce(op, x, options));
}

PyObject* run_scan(Op op, PyObject* const* slots) {
  const char* name = name_of(op);
  const Tensor& x = tensor_argument(name, "x", slots[0]);
  ScanOptions options;
  options.axis = optional_int(name, "axis", slots[1]);
  options.dtype = optional_dtype(name, slots[2]);
  options.include_initial = bool_argument(name, "include_initial", slots[3]);
  return deliver_fresh(op, slots[4], scan(op, x, options));
}

PyObject* run_sorting(Op op, PyObject* const* slots) {
  const char* name = name_of(op);
  const Tensor& x = tensor_argument(name, "x", slots[0]);
  const std::int64_t axis = int_argument(name, "axis", slots[1]);
  const bool descending = bool_argument(name, "descending", slots[2]),
             stable = bool_argument(name, "stable", slots[3]);
  return checked(wrap(op == Op::sort ? sort(x, axis, descending, stable)
                                     : argsort(x, axis, descending, stable)));
}

PyObject* run_take(Op op, PyObject* const* slots) {
  const char* name = name_of(op);
  const Tensor& x = tensor_argument(name, "x", slots[0]);
  const Tensor indices = positions_argument(name, "indices", slots[1]);
  return deliver_fresh(op, slots[3], take(x, indices, optional_int(name, "axis", slots[2])));
}

PyObject* run_take_along_axis(Op op, PyObject* const* slots) {
  const char* name = name_of(op);
  return checked(wrap(take_along_axis(tensor_argument(name, "x", slots[0]),
                                      tensor_argument(name, "indices", slots[1]),
                                      int_argument(name, "axis", slots[2]))));
}

PyObject* run_put_along_axis(Op op, PyObject* const* slots) {
  const char* name = name_of(op);
  tensor_argument(name, "x", slots[0]);
  const Tensor indices = tensor_argument(name, "indices", slots[1]);
  const std::int64_t axis = int_argument(name, "axis", slots[3]);
  auto* x = reinterpret_cast<TensorObject*>(slots[0]);
  Tensor values;
  if (is_tensor(slots[2])) {
    values = tensor_of(slots[2]);
  } else {
    PyObject* both[] = {slots[0], slots[2]};
    values = Operands(name, both, 2)[1];
  }
  put_along_axis(x->tensor, indices, values, axis);
  x->record = last_record_id();
  Py_RETURN_NONE;
}

PyObject* run_nonzero(Op op, PyObject* const* slots) {
  return wrap_all(nonzero(op, tensor_argument(name_of(op), "x", slots[0])));
}

const HandlerSpec unary_spec{run_unary, {"x", "out"}};
const HandlerSpec binary_spec{run_binary, {"x1", "x2", "out"}};
const HandlerSpec clip_spec{run_clip, {"x", "min", "max", "out"}};
const HandlerSpec where_spec{run_where, {"condition", "x1", "x2"}};
const HandlerSpec reduction_spec{run_reduction,
                                 {"x", "axis", "dtype", "keepdims", "correction", "out", "ddof"}};
const HandlerSpec scan_spec{run_scan, {"x", "axis", "dtype", "include_initial", "out"}};
const HandlerSpec sorting_spec{run_sorting, {"x", "axis", "descending", "stable"}};
const HandlerSpec take_spec{run_take, {"x", "indices", "axis", "out"}};
const HandlerSpec take_along_axis_spec{run_take_along_axis, {"x", "indices", "axis"}};
const HandlerSpec put_along_axis_spec{run_put_along_axis, {"x", "indices", "values", "axis"}};
const HandlerSpec nonzero_spec{run_nonzero, {"x"}};

}  // namespace

const HandlerSpec& handler_of(Op op) {
  switch (op) {
    case Op::clip:
      return clip_spec;
    case Op::where:
      return where_spec;
    case Op::sort:
    case Op::argsort:
      return sorting_spec;
    case Op::take:
      return take_spec;
    case Op::take_along_axis:
      return take_along_axis_spec;
    case Op::put_along_axis:
      return put_along_axis_spec;
    case Op::nonzero:
      return nonzero_spec;
    default:
      break;
  }
  if (const HandlerSpec* spec = find_creation_handler(op)) return *spec;
  if (const HandlerSpec* spec = find_searching_handler(op)) return *spec;
  if (const HandlerSpec* spec = find_linalg_handler(op)) return *spec;
  if (const HandlerSpec* spec = find_manipulation_handler(op)) return *spec;
  if (const HandlerSpec* spec = find_fft_handler(op)) return *spec;
  const OpInfo& info = info_of(op);
  if (info.family == Family::elementwise) return info.input_count == 1 ? unary_spec : binary_spec;
  if (info.family == Family::reduction) return reduction_spec;
  if (info.family == Family::scan) return scan_spec;
  if (info.family == Family::random) return random_spec;
  fail(ErrorKind::value, std::string("make_builtin: ") + info.name + " is not a function");
}

}  // namespace corepy::python

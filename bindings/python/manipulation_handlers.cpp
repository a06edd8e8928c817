// The handlers of the manipulation family's builtins, and its functions that take any number of
// arguments.
#include <Python.h>

#include <optional>
#include <string>
#include <vector>

#include "conversion.h"
#include "corepy/core/error.h"
#include "corepy/core/shape.h"
#include "corepy/dispatch/creation.h"
#include "corepy/dispatch/manipulation.h"
#include "corepy/ops/promotion.h"
#include "dtype.h"
#include "errors.h"
#include "functions.h"
#include "numpy_scalar.h"
#include "operands.h"
#include "tensor.h"
#include "type_name.h"

namespace corepy::python {
namespace {

PyObject* run_astype(Op op, PyObject* const* slots) {
  const char* name = name_of(op);
  check_device(name, slots[3]);
  const Tensor& x = tensor_argument(name, "x", slots[0]);
  const DType dtype = dtype_from_python(name, slots[1]);
  const bool copies = bool_argument(name, "copy", slots[2]);
  if (!copies && x.dtype == dtype) {
    Py_INCREF(slots[0]);
    return slots[0];
  }
  return checked(wrap(astype(x, dtype, copies)));
}

// The axes of extent 1.
Dims single_axes(const Tensor& x) {
  Dims axes;
  for (int axis = 0; axis < x.rank(); ++axis) {
    if (x.shape[axis] == 1) axes.push_back(axis);
  }
  return axes;
}

PyObject* run_view(Op op, PyObject* const* slots) {
  const char* name = name_of(op);
  const Tensor& x = tensor_argument(name, "x", slots[0]);
  switch (op) {
    case Op::broadcast_to:
      return checked(wrap(broadcast_to(x, dims_argument(name, "shape", slots[1]))));
    case Op::expand_dims:
      return checked(wrap(expand_dims(x, dims_argument(name, "axis", slots[1]))));
    case Op::squeeze:
      return checked(wrap(
          squeeze(x, is_given(slots[1]) ? dims_argument(name, "axis", slots[1]) : single_axes(x))));
    case Op::permute_dims:
      return checked(wrap(permute_dims(x, dims_argument(name, "axes", slots[1]))));
    default:
      return checked(wrap(reshape(x, dims_argument(name, "shape", slots[1]),
                                  optional_bool(name, "copy", slots[2]))));
  }
}

PyObject* run_flip(Op op, PyObject* const* slots) {
  const char* name = name_of(op);
  return checked(
      wrap(flip(tensor_argument(name, "x", slots[0]), optional_dims(name, "axis", slots[1]))));
}

PyObject* run_sliding_window_view(Op op, PyObject* const* slots) {
  const char* name = name_of(op);
  return checked(wrap(sliding_window_view(tensor_argument(name, "x", slots[0]),
                                          dims_argument(name, "window_shape", slots[1]),
                                          optional_dims(name, "axis", slots[2]))));
}

PyObject* run_view_as(Op op, PyObject* const* slots) {
  const char* name = name_of(op);
  const Tensor& x = tensor_argument(name, "x", slots[0]);
  return checked(wrap(view(x, optional_dtype(name, slots[1]).value_or(x.dtype))));
}

PyObject* run_moveaxis(Op op, PyObject* const* slots) {
  const char* name = name_of(op);
  return checked(
      wrap(moveaxis(tensor_argument(name, "x", slots[0]), dims_argument(name, "source", slots[1]),
                    dims_argument(name, "destination", slots[2]))));
}

PyObject* run_repeat(Op op, PyObject* const* slots) {
  const char* name = name_of(op);
  const Tensor& x = tensor_argument(name, "x", slots[0]);
  const std::optional<std::int64_t> axis = optional_int(name, "axis", slots[2]);
  if (is_tensor(slots[1]) || PyList_Check(slots[1]) || PyTuple_Check(slots[1]))
    return checked(wrap(repeat(x, positions_argument(name, "repeats", slots[1]), axis)));
  return checked(wrap(repeat(x, int_argument(name, "repeats", slots[1]), axis)));
}

PyObject* run_roll(Op op, PyObject* const* slots) {
  const char* name = name_of(op);
  return checked(
      wrap(roll(tensor_argument(name, "x", slots[0]), dims_argument(name, "shift", slots[1]),
                optional_dims(name, "axis", slots[2]))));
}

PyObject* run_tile(Op op, PyObject* const* slots) {
  const char* name = name_of(op);
  return checked(wrap(
      tile(tensor_argument(name, "x", slots[0]), dims_argument(name, "repetitions", slots[1]))));
}

PyObject* run_unstack(Op op, PyObject* const* slots) {
  const char* name = name_of(op);
  return wrap_all(
      unstack(tensor_argument(name, "x", slots[0]), int_argument(name, "axis", slots[1])));
}

PyObject* run_copy(Op op, PyObject* const* slots) {
  return checked(wrap(copy(tensor_argument(name_of(op), "x", slots[0]))));
}

// The arrays of a list or tuple; Python scalars beside tensors become tensors without axes.
std::vector<Tensor> tensor_sequence(const char* name, PyObject* object) {
  if (!PyTuple_Check(object) && !PyList_Check(object)) {
    fail(ErrorKind::type, std::string(name) + ": arrays must be a list or tuple of tensors (got " +
                              type_name(object) + ")");
  }
  OwnedRef items(PySequence_Tuple(object));
  const Py_ssize_t count = PyTuple_GET_SIZE(items.get());
  bool has_scalars = false, mixed = false;
  for (Py_ssize_t i = 0; i < count; ++i) {
    PyObject* item = PyTuple_GET_ITEM(items.get(), i);
    has_scalars = has_scalars || (!is_tensor(item) && scalar_kind_of(item).has_value());
  }
  std::optional<DType> beside;  // the dtype of the tensors together, which they need not have
  for (Py_ssize_t i = 0; has_scalars && i < count; ++i) {
    PyObject* item = PyTuple_GET_ITEM(items.get(), i);
    if (!is_tensor(item)) continue;
    const DType dtype = tensor_of(item).dtype;
    beside = beside ? promote_dtypes(name, *beside, dtype, mixed) : dtype;
  }
  std::vector<Tensor> tensors;
  for (Py_ssize_t i = 0; i < count; ++i) {
    PyObject* item = PyTuple_GET_ITEM(items.get(), i);
    const std::optional<ScalarKind> kind = is_tensor(item) ? std::nullopt : scalar_kind_of(item);
    if (beside && kind) {
      const DType dtype = scalar_dtype_beside(*kind, *beside, mixed);
      tensors.push_back(tensor_from_scalar(name, item, dtype));
    } else if (!kind && is_numpy_scalar(item)) {
      tensors.push_back(tensor_from_numpy_scalar(name, item));
    } else {
      tensors.push_back(tensor_argument(name, "an element of arrays", item));
    }
  }
  return tensors;
}

PyObject* run_join(Op op, PyObject* const* slots) {
  const char* name = name_of(op);
  const std::vector<Tensor> arrays = tensor_sequence(name, slots[0]);
  return deliver_fresh(op, slots[2],
                       op == Op::concat ? concat(arrays, optional_int(name, "axis", slots[1]))
                                        : stack(arrays, int_argument(name, "axis", slots[1])));
}

const HandlerSpec astype_spec{run_astype, {"x", "dtype", "copy", "device"}};
const HandlerSpec shape_spec{run_view, {"x", "shape", "copy"}};
const HandlerSpec axis_spec{run_view, {"x", "axis"}};
const HandlerSpec axes_spec{run_view, {"x", "axes"}};
const HandlerSpec copy_spec{run_copy, {"x"}};
const HandlerSpec flip_spec{run_flip, {"x", "axis"}};
const HandlerSpec moveaxis_spec{run_moveaxis, {"x", "source", "destination"}};
const HandlerSpec repeat_spec{run_repeat, {"x", "repeats", "axis"}};
const HandlerSpec roll_spec{run_roll, {"x", "shift", "axis"}};
const HandlerSpec sliding_window_view_spec{run_sliding_window_view, {"x", "window_shape", "axis"}};
const HandlerSpec tile_spec{run_tile, {"x", "repetitions"}};
const HandlerSpec unstack_spec{run_unstack, {"x", "axis"}};
const HandlerSpec view_spec{run_view_as, {"x", "dtype"}};
const HandlerSpec join_spec{run_join, {"arrays", "axis", "out"}};

}  // namespace

const HandlerSpec* find_manipulation_handler(Op op) noexcept {
  switch (op) {
    case Op::astype:
      return &astype_spec;
    case Op::broadcast_to:
    case Op::reshape:
      return &shape_spec;
    case Op::expand_dims:
    case Op::squeeze:
      return &axis_spec;
    case Op::permute_dims:
      return &axes_spec;
    case Op::copy:
      return &copy_spec;
    case Op::flip:
      return &flip_spec;
    case Op::moveaxis:
      return &moveaxis_spec;
    case Op::repeat:
      return &repeat_spec;
    case Op::roll:
      return &roll_spec;
    case Op::sliding_window_view:
      return &sliding_window_view_spec;
    case Op::tile:
      return &tile_spec;
    case Op::unstack:
      return &unstack_spec;
    case Op::view:
      return &view_spec;
    case Op::concat:
    case Op::stack:
      return &join_spec;
    default:
      return nullptr;
  }
}

PyObject* core_broadcast_arrays(PyObject*, PyObject* arrays) {
  return guarded(
      [&] { return wrap_all(broadcast_arrays(tensor_sequence("broadcast_arrays", arrays))); });
}

PyObject* core_broadcast_shapes(PyObject*, PyObject* shapes) {
  return guarded([&]() -> PyObject* {
    std::vector<Dims> given;
    std::vector<const Dims*> pointers;
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(shapes); ++i)
      given.push_back(dims_argument("broadcast_shapes", "a shape", PyTuple_GET_ITEM(shapes, i)));
    for (const Dims& shape : given) {
      for (const std::int64_t extent : shape) {
        if (extent < 0) {
          fail(ErrorKind::shape,
               "broadcast_shapes: extents must not be negative (got " + to_string(shape) + ")");
        }
      }
      pointers.push_back(&shape);
    }
    const Dims shape = given.empty() ? Dims() : broadcast_shapes("broadcast_shapes", pointers);
    OwnedRef tuple(PyTuple_New(shape.size()));
    for (int i = 0; i < shape.size(); ++i)
      PyTuple_SET_ITEM(tuple.get(), i, checked(PyLong_FromLongLong(shape[i])));
    return tuple.release();
  });
}

PyObject* core_meshgrid(PyObject*, PyObject* const* args, Py_ssize_t nargs) {
  return guarded([&]() -> PyObject* {
    if (nargs != 2 || !PyTuple_Check(args[0]) || !PyUnicode_Check(args[1])) {
      fail(ErrorKind::type, "meshgrid: expected (arrays: tuple, indexing: str)");
    }
    const bool matrix = PyUnicode_CompareWithASCIIString(args[1], "ij") == 0;
    if (!matrix && PyUnicode_CompareWithASCIIString(args[1], "xy") != 0) {
      fail(ErrorKind::value, std::string("meshgrid: unknown indexing (got '") +
                                 PyUnicode_AsUTF8(args[1]) + "'; expected 'xy' or 'ij')");
    }
    return wrap_all(meshgrid(tensor_sequence("meshgrid", args[0]), matrix));
  });
}

}  // namespace corepy::python

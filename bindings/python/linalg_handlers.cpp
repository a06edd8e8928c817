// The native handlers of the linalg family, and the named tuples that its decompositions return.
#include <Python.h>

#include <string>
#include <vector>

#include "corepy/core/error.h"
#include "corepy/dispatch/linalg.h"
#include "corepy/dispatch/linalg_compose.h"
#include "corepy/dispatch/linalg_decompose.h"
#include "corepy/dispatch/vector_norm.h"
#include "dtype.h"
#include "errors.h"
#include "functions.h"
#include "operands.h"
#include "tensor.h"
#include "type_name.h"

namespace corepy::python {
namespace {

PyObject* run_vector_norm(Op op, PyObject* const* slots) {
  const char* name = name_of(op);
  const Tensor& x = tensor_argument(name, "x", slots[0]);
  ReductionOptions options;
  options.axes = optional_dims(name, "axis", slots[1]);
  options.keepdims = bool_argument(name, "keepdims", slots[2]);
  options.norm_order = float_argument(name, "ord", slots[3]);
  return checked(wrap(vector_norm(x, options)));
}

PyObject* run_matmul(Op op, PyObject* const* slots) {
  return deliver_fresh(op, slots[2],
                       matmul(tensor_argument(name_of(op), "x1", slots[0]),
                              tensor_argument(name_of(op), "x2", slots[1])));
}

PyObject* run_vecdot(Op op, PyObject* const* slots) {
  return deliver_fresh(op, slots[3],
                       vecdot(tensor_argument(name_of(op), "x1", slots[0]),
                              tensor_argument(name_of(op), "x2", slots[1]),
                              int_argument(name_of(op), "axis", slots[2])));
}

PyObject* run_matrix_transpose(Op op, PyObject* const* slots) {
  return checked(wrap(matrix_transpose(tensor_argument(name_of(op), "x", slots[0]))));
}

// axes: a count n (the last n of x1 with the first n of x2) or a pair of sequences.
[[noreturn]] void fail_contraction_axes(PyObject* axes) {
  fail(ErrorKind::type, std::string("tensordot: axes has the wrong type (got ") + type_name(axes) +
                            "; expected an int or a pair of sequences of ints)");
}

PyObject* run_tensordot(Op op, PyObject* const* slots) {
  const char* name = name_of(op);
  const Tensor &x1 = tensor_argument(name, "x1", slots[0]),
               &x2 = tensor_argument(name, "x2", slots[1]);
  Dims axes1, axes2;
  if (PyIndex_Check(slots[2])) {
    const std::int64_t n = int_argument(name, "axes", slots[2]);
    if (n < 0 || n > x1.rank() || n > x2.rank()) {
      fail(ErrorKind::axis,
           "tensordot: axes out of range (got " + std::to_string(n) +
               "; expected 0 <= axes <= " + std::to_string(std::min(x1.rank(), x2.rank())) + ")");
    }
    for (std::int64_t i = 0; i < n; ++i) axes1.push_back(x1.rank() - n + i), axes2.push_back(i);
  } else {
    if (!PyTuple_Check(slots[2]) && !PyList_Check(slots[2])) fail_contraction_axes(slots[2]);
    OwnedRef pair(PySequence_Tuple(slots[2]));
    if (PyTuple_GET_SIZE(pair.get()) != 2) fail_contraction_axes(slots[2]);
    axes1 = dims_argument(name, "axes[0]", PyTuple_GET_ITEM(pair.get(), 0));
    axes2 = dims_argument(name, "axes[1]", PyTuple_GET_ITEM(pair.get(), 1));
  }
  return checked(wrap(tensordot(x1, x2, axes1, axes2)));
}

PyObject* run_of_two(Op op, PyObject* const* slots) {
  const char* name = name_of(op);
  const Tensor &x1 = tensor_argument(name, "x1", slots[0]),
               &x2 = tensor_argument(name, "x2", slots[1]);
  if (op == Op::cross) return checked(wrap(cross(x1, x2, int_argument(name, "axis", slots[2]))));
  return checked(wrap(op == Op::outer ? outer(x1, x2) : solve(x1, x2)));
}

PyObject* run_of_one(Op op, PyObject* const* slots) {
  const Tensor& x = tensor_argument(name_of(op), "x", slots[0]);
  switch (op) {
    case Op::det:
      return checked(wrap(det(x)));
    case Op::inv:
      return checked(wrap(inv(x)));
    case Op::eigvals:
      return checked(wrap(eigvals(x)));
    case Op::eigvalsh:
      return checked(wrap(eigvalsh(x)));
    default:
      return checked(wrap(svdvals(x)));
  }
}

PyObject* run_cholesky(Op op, PyObject* const* slots) {
  const Tensor& x = tensor_argument(name_of(op), "x", slots[0]);
  return checked(wrap(cholesky(x, bool_argument(name_of(op), "upper", slots[1]))));
}

PyObject* run_diagonal(Op op, PyObject* const* slots) {
  const char* name = name_of(op);
  const Tensor& x = tensor_argument(name, "x", slots[0]);
  const std::int64_t offset = diagonal_argument(name, "offset", slots[1]);
  if (op == Op::diagonal) return checked(wrap(diagonal(x, offset)));
  return checked(wrap(trace(x, offset, optional_dtype(name, slots[2]))));
}

PyObject* run_matrix_power(Op op, PyObject* const* slots) {
  const Tensor& x = tensor_argument(name_of(op), "x", slots[0]);
  return checked(wrap(matrix_power(x, int_argument(name_of(op), "n", slots[1]))));
}

PyObject* run_matrix_norm(Op op, PyObject* const* slots) {
  const char* name = name_of(op);
  const Tensor& x = tensor_argument(name, "x", slots[0]);
  const bool keepdims = bool_argument(name, "keepdims", slots[1]);
  if (!PyUnicode_Check(slots[2])) {
    const double order = float_argument(name, "ord", slots[2]);
    return checked(wrap(matrix_norm(x, keepdims, MatrixNormKind::number, order)));
  }
  const bool is_nuclear = PyUnicode_CompareWithASCIIString(slots[2], "nuc") == 0;
  if (!is_nuclear && PyUnicode_CompareWithASCIIString(slots[2], "fro") != 0) {
    const char* got = PyUnicode_AsUTF8(slots[2]);
    if (got == nullptr) PyErr_Clear();
    fail(ErrorKind::value, std::string("matrix_norm: unknown order (got '") +
                               (got != nullptr ? got : "?") +
                               "'; expected 'fro', 'nuc', 1, -1, 2, -2, inf or -inf)");
  }
  return checked(wrap(matrix_norm(
      x, keepdims, is_nuclear ? MatrixNormKind::nuclear : MatrixNormKind::frobenius, 0)));
}

// rtol: None, a number or a tensor.
PyObject* run_with_rtol(Op op, PyObject* const* slots) {
  const char* name = name_of(op);
  const Tensor& x = tensor_argument(name, "x", slots[0]);
  Tensor rtol;
  if (is_given(slots[1])) {
    rtol = is_tensor(slots[1]) ? tensor_of(slots[1])
                               : tensor_from_scalar(name, slots[1], DType::float64);
  }
  return checked(wrap(op == Op::pinv ? pinv(x, rtol) : matrix_rank(x, rtol)));
}

// One type for each operator, made on first use under the interpreter's lock; never freed.
PyTypeObject* named_tuple_type(Op op) {
  static PyStructSequence_Field eigen[] = {{"eigenvalues", "of each matrix"},
                                           {"eigenvectors", "the columns, of length 1"},
                                           {nullptr, nullptr}};
  static PyStructSequence_Field qr_fields[] = {
      {"Q", "orthonormal columns"}, {"R", "upper triangular"}, {nullptr, nullptr}};
  static PyStructSequence_Field slogdet_fields[] = {{"sign", "of modulus 1, or 0"},
                                                    {"logabsdet", "logarithm of the modulus"},
                                                    {nullptr, nullptr}};
  static PyStructSequence_Field svd_fields[] = {{"U", "left singular vectors as columns"},
                                                {"S", "singular values, descending"},
                                                {"Vh", "right singular vectors, adjoint, as rows"},
                                                {nullptr, nullptr}};
  static PyStructSequence_Desc descriptions[] = {
      {"corepy.EighResult", "What eigh returns.", eigen, 2},
      {"corepy.QRResult", "What qr returns.", qr_fields, 2},
      {"corepy.SlogdetResult", "What slogdet returns.", slogdet_fields, 2},
      {"corepy.SVDResult", "What svd returns.", svd_fields, 3},
      {"corepy.EigResult", "What eig returns.", eigen, 2}};
  static PyTypeObject* types[5];
  const int i = op == Op::eigh      ? 0
                : op == Op::qr      ? 1
                : op == Op::slogdet ? 2
                : op == Op::svd     ? 3
                                    : 4;
  if (types[i] == nullptr) types[i] = PyStructSequence_NewType(&descriptions[i]);
  if (types[i] == nullptr) throw PythonError();
  return types[i];
}

PyObject* wrap_named(Op op, std::vector<Tensor> results) {
  OwnedRef named(PyStructSequence_New(named_tuple_type(op)));
  for (std::size_t i = 0; i < results.size(); ++i) {
    PyStructSequence_SetItem(named.get(), static_cast<Py_ssize_t>(i),
                             checked(wrap(std::move(results[i]))));
  }
  return named.release();
}

bool is_complete(const char* name, PyObject* mode) {
  if (PyUnicode_Check(mode)) {
    if (PyUnicode_CompareWithASCIIString(mode, "complete") == 0) return true;
    if (PyUnicode_CompareWithASCIIString(mode, "reduced") == 0) return false;
  }
  const OwnedRef text(PyObject_Repr(mode));
  const char* got = PyUnicode_AsUTF8(text.get());
  if (got == nullptr) PyErr_Clear();
  fail(ErrorKind::value, std::string(name) + ": unknown mode (got " + (got != nullptr ? got : "?") +
                             "; expected 'reduced' or 'complete')");
}

PyObject* run_decomposition(Op op, PyObject* const* slots) {
  const char* name = name_of(op);
  const Tensor& x = tensor_argument(name, "x", slots[0]);
  switch (op) {
    case Op::qr:
      return wrap_named(op, qr(x, is_complete(name, slots[1])));
    case Op::svd:
      return wrap_named(op, svd(x, bool_argument(name, "full_matrices", slots[1])));
    case Op::slogdet:
      return wrap_named(op, slogdet(x));
    case Op::eigh:
      return wrap_named(op, eigh(x));
    default:
      return wrap_named(op, eig(x));
  }
}

const HandlerSpec vector_norm_spec{run_vector_norm, {"x", "axis", "keepdims", "ord"}};
const HandlerSpec matmul_spec{run_matmul, {"x1", "x2", "out"}};
const HandlerSpec vecdot_spec{run_vecdot, {"x1", "x2", "axis", "out"}};
const HandlerSpec tensordot_spec{run_tensordot, {"x1", "x2", "axes"}};
const HandlerSpec matrix_transpose_spec{run_matrix_transpose, {"x"}};
const HandlerSpec of_two_spec{run_of_two, {"x1", "x2", "axis"}};
const HandlerSpec of_one_spec{run_of_one, {"x"}};
const HandlerSpec cholesky_spec{run_cholesky, {"x", "upper"}};
const HandlerSpec diagonal_spec{run_diagonal, {"x", "offset", "dtype"}};
const HandlerSpec matrix_power_spec{run_matrix_power, {"x", "n"}};
const HandlerSpec matrix_norm_spec{run_matrix_norm, {"x", "keepdims", "ord"}};
const HandlerSpec rtol_spec{run_with_rtol, {"x", "rtol"}};
const HandlerSpec qr_spec{run_decomposition, {"x", "mode"}};
const HandlerSpec svd_spec{run_decomposition, {"x", "full_matrices"}};
const HandlerSpec decomposition_spec{run_decomposition, {"x"}};

}  // namespace

const HandlerSpec* find_linalg_handler(Op op) noexcept {
  switch (op) {
    case Op::vector_norm:
      return &vector_norm_spec;
    case Op::matmul:
      return &matmul_spec;
    case Op::vecdot:
      return &vecdot_spec;
    case Op::tensordot:
      return &tensordot_spec;
    case Op::matrix_transpose:
      return &matrix_transpose_spec;
    case Op::cross:
    case Op::outer:
    case Op::solve:
      return &of_two_spec;
    case Op::det:
    case Op::inv:
    case Op::eigvals:
    case Op::eigvalsh:
    case Op::svdvals:
      return &of_one_spec;
    case Op::cholesky:
      return &cholesky_spec;
    case Op::diagonal:
    case Op::trace:
      return &diagonal_spec;
    case Op::matrix_power:
      return &matrix_power_spec;
    case Op::matrix_norm:
      return &matrix_norm_spec;
    case Op::matrix_rank:
    case Op::pinv:
      return &rtol_spec;
    case Op::qr:
      return &qr_spec;
    case Op::svd:
      return &svd_spec;
    case Op::slogdet:
    case Op::eigh:
    case Op::eig:
      return &decomposition_spec;
    default:
      return nullptr;
  }
}

}  // namespace corepy::python

// Import through the buffer protocol (PEP 3118): NumPy arrays and scalars, array.array, bytes,
// memoryview, ctypes arrays.
#include <cstring>
#include <string>
#include <utility>

#include "corepy/core/error.h"
#include "corepy/interop/element_format.h"
#include "errors.h"
#include "foreign_owner.h"
#include "import_array.h"

namespace corepy::python {
namespace {

constexpr const char* source_name = "buffer";

[[noreturn]] void reject(const char* op, const std::string& text) {
  fail(ErrorKind::export_, std::string(op) + ": the object's buffer export is not valid: " + text);
}

// The object's buffer, or null where it refuses, with its words in `refusal`. Anything but a
// refusal is passed on.
OwnedBuffer ask_for_buffer(PyObject* object, std::string& refusal) {
  OwnedBuffer buffer = get_buffer(object, PyBUF_RECORDS_RO);
  if (buffer != nullptr) return buffer;
  const bool is_refusal = PyErr_ExceptionMatches(PyExc_BufferError) ||
                          PyErr_ExceptionMatches(PyExc_ValueError) ||
                          PyErr_ExceptionMatches(PyExc_TypeError);
  if (!is_refusal) throw PythonError{};
  PyObject *type, *value, *traceback;
  PyErr_Fetch(&type, &value, &traceback);
  PyObject* text = value != nullptr ? PyObject_Str(value) : nullptr;
  const char* words = text != nullptr ? PyUnicode_AsUTF8(text) : nullptr;
  refusal = words != nullptr ? words : "no reason given";
  PyErr_Clear();
  Py_XDECREF(text);
  Py_XDECREF(type);
  Py_XDECREF(value);
  Py_XDECREF(traceback);
  return nullptr;
}

ElementFormat read_format(const char* op, const Py_buffer& view) {
  const char* text = view.format != nullptr ? view.format : "B";  // the protocol's default
  const auto format = parse_buffer_format(text);
  if (!format) reject_element_type(op, "buffer format", text);
  if (view.itemsize != itemsize_of(format->dtype)) {
    reject(op, "format and item size disagree (got format '" + std::string(text) +
                   "' with items of " + std::to_string(view.itemsize) + " bytes; expected " +
                   std::to_string(itemsize_of(format->dtype)) + ")");
  }
  return *format;
}

// NumPy exports its dates and durations as plain bytes.
void reject_dates(const char* op, PyObject* object) {
  const char* type = Py_TYPE(object)->tp_name;
  for (const char* date : {"numpy.datetime64", "numpy.timedelta64"}) {
    if (std::strcmp(type, date) == 0) reject_element_type(op, "type", type);
  }
}

// The shape, or one axis of all items where the exporter gives none.
Dims read_shape(const char* op, const Py_buffer& view) {
  if (view.ndim < 0 || view.ndim > max_rank) {
    reject(op, "rank out of range (got " + std::to_string(view.ndim) + "; expected 0 to " +
                   std::to_string(max_rank) + ")");
  }
  Dims shape;
  if (view.shape == nullptr) {
    if (view.ndim > 1) reject(op, "no shape for " + std::to_string(view.ndim) + " dimensions");
    if (view.ndim == 1) shape.push_back(view.len / view.itemsize);
  } else {
    for (int i = 0; i < view.ndim; ++i) shape.push_back(view.shape[i]);
  }
  return shape;
}

// `len` must be the bytes of all elements: it is the one redundant number of the protocol, and so
// the one that shows a lie.
void check_length(const char* op, const Py_buffer& view, const Dims& shape) {
  std::int64_t nbytes = view.itemsize;
  bool fits = true;
  for (std::int64_t extent : shape) {
    if (extent < 0) reject(op, "negative dimension (got shape " + to_string(shape) + ")");
    fits = fits && !__builtin_mul_overflow(nbytes, extent, &nbytes);
  }
  if (!fits || nbytes != view.len) {
    reject(op, "length and shape disagree (got " + std::to_string(view.len) + " bytes for shape " +
                   to_string(shape) + " of " + std::to_string(view.itemsize) + "-byte items)");
  }
}

Dims read_strides(const char* op, const Py_buffer& view, const Dims& shape) {
  for (int i = 0; view.suboffsets != nullptr && i < view.ndim; ++i) {
    if (view.suboffsets[i] >= 0)
      reject(op, "memory behind pointers (suboffsets) is not supported; copy it first");
  }
  if (view.strides == nullptr) return contiguous_strides(shape, view.itemsize);
  Dims strides;
  for (int i = 0; i < shape.size(); ++i) strides.push_back(view.strides[i]);
  return strides;
}

}  // namespace

std::optional<ImportedArray> import_buffer(const char* op, PyObject* object, std::string& refusal) {
  if (PyObject_CheckBuffer(object) == 0) return std::nullopt;
  reject_dates(op, object);
  OwnedBuffer buffer = ask_for_buffer(object, refusal);
  if (buffer == nullptr) return std::nullopt;
  const ElementFormat format = read_format(op, *buffer);
  ForeignArray array;
  array.data = buffer->buf;
  array.dtype = format.dtype;
  array.shape = read_shape(op, *buffer);
  check_length(op, *buffer, array.shape);
  array.strides = read_strides(op, *buffer, array.shape);
  const bool is_writable = buffer->readonly == 0 || has_writable_base(object);
  return ImportedArray{view_of_buffer(op, source_name, array, std::move(buffer)), source_name,
                       format.swapped_bytes, is_writable};
}

bool has_writable_base(PyObject* object) {
  constexpr int max_steps = 16;
  Py_INCREF(object);
  OwnedRef current(object);
  for (int step = 0; step < max_steps; ++step) {
    PyObject* found =
        find_attribute(current.get(), PyMemoryView_Check(current.get()) ? "obj" : "base");
    if (found == nullptr) return false;
    OwnedRef base(found);
    if (found == Py_None) return false;
    if (const auto writable = is_writable_numpy(found)) {
      if (*writable) return true;
    } else if (PyObject_CheckBuffer(found) != 0) {
      const OwnedBuffer view = get_buffer(found, PyBUF_STRIDED_RO);
      if (view == nullptr) PyErr_Clear();
      if (view != nullptr && view->readonly == 0) return true;
    }
    current = std::move(base);
  }
  return true;  // a chain that long is not worth trusting
}

}  // namespace corepy::python

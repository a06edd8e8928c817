// Import through __array_interface__ (NumPy's protocol of a dict with a raw pointer): everything in
// it is a claim to be checked.
#include <string>
#include <string_view>
#include <utility>

#include "corepy/core/error.h"
#include "corepy/interop/element_format.h"
#include "errors.h"
#include "foreign_owner.h"
#include "import_array.h"
#include "type_name.h"

namespace corepy::python {
namespace {

constexpr const char* source_name = "__array_interface__";

[[noreturn]] void reject(const char* op, const std::string& text) {
  fail(ErrorKind::export_,
       std::string(op) + ": the object's __array_interface__ export is not valid: " + text);
}

// A borrowed entry, or null where it is missing or None.
PyObject* find_entry(PyObject* interface, const char* key) {
  OwnedRef name(PyUnicode_FromString(key));
  PyObject* entry = PyDict_GetItemWithError(interface, name.get());
  if (entry == nullptr && PyErr_Occurred() != nullptr) throw PythonError{};
  return entry == Py_None ? nullptr : entry;
}

std::int64_t read_integer(const char* op, PyObject* object, const char* what) {
  if (!PyLong_Check(object)) {
    reject(op, std::string(what) + " must hold integers (got " + type_name(object) + ")");
  }
  int overflow = 0;
  const long long value = PyLong_AsLongLongAndOverflow(object, &overflow);
  if (overflow != 0) reject(op, std::string(what) + " must fit in 64 bits");
  return value;
}

Dims read_integers(const char* op, PyObject* tuple, const char* what) {
  if (!PyTuple_Check(tuple))
    reject(op, std::string(what) + " must be a tuple (got " + type_name(tuple) + ")");
  const Py_ssize_t n = PyTuple_GET_SIZE(tuple);
  if (n > max_rank) {
    reject(op, "too many dimensions (got " + std::to_string(n) + "; expected at most " +
                   std::to_string(max_rank) + ")");
  }
  Dims values;
  for (Py_ssize_t i = 0; i < n; ++i)
    values.push_back(read_integer(op, PyTuple_GET_ITEM(tuple, i), what));
  return values;
}

// ml_dtypes' bfloat16 has no type string: its arrays say "two bytes", and their dtype its name.
bool is_bfloat16_array(PyObject* object, std::string_view text) {
  if (text != "<V2" && text != "=V2" && text != "|V2") return false;
  PyObject* dtype = find_attribute(object, "dtype");
  if (dtype == nullptr) return false;
  OwnedRef owned(dtype);
  PyObject* name = find_attribute(dtype, "name");
  if (name == nullptr) return false;
  OwnedRef owned_name(name);
  return PyUnicode_Check(name) && PyUnicode_CompareWithASCIIString(name, "bfloat16") == 0;
}

ElementFormat read_element_type(const char* op, PyObject* object, PyObject* interface) {
  PyObject* entry = find_entry(interface, "typestr");
  if (entry == nullptr || !PyUnicode_Check(entry)) reject(op, "typestr must be a string");
  const char* text = PyUnicode_AsUTF8(entry);
  if (text == nullptr) {
    PyErr_Clear();
    reject(op, "typestr must be a plain string");
  }
  if (is_bfloat16_array(object, text)) return {DType::bfloat16, false};
  const auto format = parse_type_string(text);
  if (!format) reject_element_type(op, "typestr", text);
  return *format;
}

// data = (address, read-only flag).
void read_pointer(const char* op, PyObject* data, ForeignArray& array) {
  if (PyTuple_GET_SIZE(data) != 2) reject(op, "data must be (address, read_only)");
  PyObject* address = PyTuple_GET_ITEM(data, 0);
  if (!PyLong_Check(address))
    reject(op, std::string("data must hold an integer address (got ") + type_name(address) + ")");
  array.data = PyLong_AsVoidPtr(address);
  if (array.data == nullptr && PyErr_Occurred() != nullptr) {
    PyErr_Clear();
    reject(op, "data holds no valid address");
  }
  const int read_only = PyObject_IsTrue(PyTuple_GET_ITEM(data, 1));
  if (read_only < 0) throw PythonError{};
  array.read_only = read_only == 1;
}

// Memory given as an object with a buffer (data, or the exporter itself) and an offset: here the
// extent can be checked.
Tensor view_within_buffer(const char* op, PyObject* interface, PyObject* holder,
                          ForeignArray& array) {
  PyObject* offset_entry = find_entry(interface, "offset");
  const std::int64_t offset =
      offset_entry == nullptr ? 0 : read_integer(op, offset_entry, "offset");
  OwnedBuffer buffer = get_buffer(holder, PyBUF_SIMPLE);
  if (buffer == nullptr) throw PythonError{};
  if (offset < 0 || offset > buffer->len) {
    reject(op, "offset out of range (got " + std::to_string(offset) + "; expected 0 to " +
                   std::to_string(buffer->len) + ")");
  }
  array.data = static_cast<std::byte*>(buffer->buf) + offset;
  array.read_only = buffer->readonly != 0;
  const ForeignExtent extent = check_foreign(op, source_name, array);
  if (offset + extent.low_bytes < 0 ||
      extent.span_bytes > buffer->len - (offset + extent.low_bytes)) {
    reject(op, "the elements lie outside of the data's buffer (got shape " +
                   to_string(array.shape) + ", byte strides " + to_string(array.strides) +
                   " and offset " + std::to_string(offset) + " in " + std::to_string(buffer->len) +
                   " bytes)");
  }
  return view_of_buffer(op, source_name, array, std::move(buffer));
}

}  // namespace

std::optional<ImportedArray> import_array_interface(const char* op, PyObject* object) {
  PyObject* found = find_attribute(object, "__array_interface__");
  if (found == nullptr) return std::nullopt;
  OwnedRef interface(found);
  if (!PyDict_Check(found)) reject(op, std::string("not a dict (got ") + type_name(found) + ")");
  if (find_entry(found, "mask") != nullptr)
    reject(op, "masked arrays are not supported; fill the masked elements first");
  const ElementFormat format = read_element_type(op, object, found);
  PyObject* shape = find_entry(found, "shape");
  if (shape == nullptr) reject(op, "shape is missing");
  ForeignArray array;
  array.dtype = format.dtype;
  array.shape = read_integers(op, shape, "shape");
  count_elements(op, array.shape, itemsize_of(array.dtype));  // before strides are made from it
  PyObject* strides = find_entry(found, "strides");
  array.strides = strides != nullptr ? read_integers(op, strides, "strides")
                                     : contiguous_strides(array.shape, itemsize_of(array.dtype));
  PyObject* data = find_entry(found, "data");
  ImportedArray result{{}, source_name, format.swapped_bytes, true};
  if (data != nullptr && PyTuple_Check(data)) {
    read_pointer(op, data, array);
    result.tensor = view_owned_by(op, source_name, array, object);
  } else {
    PyObject* holder = data != nullptr ? data : object;
    if (PyObject_CheckBuffer(holder) == 0)
      reject(op, "data must be (address, read_only), or an object with a buffer");
    result.tensor = view_within_buffer(op, found, holder, array);
  }
  result.is_writable = !array.read_only || has_writable_base(object);
  return result;
}

}  // namespace corepy::python

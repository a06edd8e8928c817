// Import through Arrow's PyCapsule interface: one array, or a stream whose arrays are joined. What
// was moved out of a capsule is ours to release: when the last tensor dies, or where it is refused.
#include <cstring>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "arrow_capsule.h"
#include "conversion.h"
#include "corepy/core/error.h"
#include "corepy/interop/arrow_import.h"
#include "errors.h"
#include "foreign_owner.h"
#include "host.h"
#include "import_array.h"
#include "scalar.h"
#include "type_name.h"

namespace corepy::python {
namespace {

constexpr const char* source_name = "Arrow";

[[noreturn]] void reject(const char* op, const std::string& text) {
  fail(ErrorKind::export_, std::string(op) + ": the object's Arrow export is not valid: " + text);
}

// The struct in a capsule, whose contents were not yet taken.
template <class Struct>
Struct* struct_in(const char* op, PyObject* capsule, const char* name) {
  if (PyCapsule_IsValid(capsule, name) == 0) {
    reject(op,
           std::string("expected a capsule named '") + name + "' (got " + type_name(capsule) + ")");
  }
  auto* content = static_cast<Struct*>(PyCapsule_GetPointer(capsule, name));
  if (content == nullptr) throw PythonError{};
  if (content->release == nullptr)
    reject(op, std::string("the capsule '") + name + "' was used before");
  return content;
}

// ---- the extension's parameters

Dims read_extents(const char* op, PyObject* list) {
  if (!PyList_Check(list) || PyList_GET_SIZE(list) >= max_rank)
    reject(op, "the tensor's parameters are not valid");
  Dims extents;
  for (Py_ssize_t i = 0; i < PyList_GET_SIZE(list); ++i) {
    PyObject* entry = PyList_GET_ITEM(list, i);
    int overflow = 0;
    const bool is_integer = PyLong_Check(entry) && !PyBool_Check(entry);
    const long long extent = is_integer ? PyLong_AsLongLongAndOverflow(entry, &overflow) : -1;
    if (extent < 0 || overflow != 0) reject(op, "the tensor's parameters are not valid");
    extents.push_back(extent);
  }
  return extents;
}

// {"shape": [2, 3], "permutation": [1, 0]}, where the second may be missing.
void read_tensor_parameters(const char* op, ArrowType& type) {
  if (!type.tensor_parameters) return;
  OwnedRef json(PyImport_ImportModule("json"));
  PyObject* parsed = PyObject_CallMethod(json.get(), "loads", "s", type.tensor_parameters->c_str());
  if (parsed == nullptr) {
    if (!PyErr_ExceptionMatches(PyExc_Exception)) throw PythonError{};
    PyErr_Clear();
    reject(op, "the tensor's parameters are no JSON");
  }
  OwnedRef parameters(parsed);
  if (!PyDict_Check(parsed)) reject(op, "the tensor's parameters are not valid");
  PyObject* shape = PyDict_GetItemString(parsed, "shape");
  if (shape == nullptr) reject(op, "the tensor has no shape");
  PyObject* axes = PyDict_GetItemString(parsed, "permutation");
  const bool has_axes = axes != nullptr && axes != Py_None;
  set_tensor_extension(op, type, read_extents(op, shape),
                       has_axes ? read_extents(op, axes) : Dims());
}

ArrowType read_type(const char* op, const arrow::Schema& schema) {
  ArrowType type = read_arrow_schema(op, schema);
  read_tensor_parameters(op, type);
  return type;
}

// ---- values

// What missing values become: an element's bytes, or nothing where they are refused.
class Fill {
 public:
  Fill(const char* op, PyObject* value, DType dtype) {
    if (value == nullptr || value == Py_None) return;
    const auto kind = scalar_kind_of(value);
    if (!kind) {
      fail(ErrorKind::type, std::string(op) + ": fill_null has the wrong type (got " +
                                type_name(value) + "; expected bool, int, float or None)");
    }
    store_scalar(op, value, *kind, dtype, bytes_);
    is_given_ = true;
  }
  const std::byte* get() const noexcept { return is_given_ ? bytes_ : nullptr; }

 private:
  alignas(16) std::byte bytes_[16] = {};
  bool is_given_ = false;
};

// One array, and where its values lie.
struct Chunk {
  arrow::Owned<arrow::Array> array;
  ArrowValues values;
};

Chunk read_chunk(const char* op, arrow::Owned<arrow::Array> array, const ArrowType& type,
                 const Fill& fill) {
  ArrowValues values = check_arrow_array(op, *array, type);
  if (values.null_count > 0 && fill.get() == nullptr) {
    fail(ErrorKind::value, std::string(op) + ": tensors have no missing values (got " +
                               std::to_string(values.null_count) +
                               " nulls; expected none); use corepy.from_arrow(x, fill_null=...)");
  }
  return {std::move(array), std::move(values)};
}

void release_array(void* owner) noexcept {
  if (!can_release()) return;
  const ReleaseScope scope;
  delete static_cast<arrow::Owned<arrow::Array>*>(owner);
}

ImportedArray share(const char* op, Chunk chunk, const ArrowType& type) {
  const ForeignArray array = view_arrow_values(chunk.values, type);
  const ForeignExtent extent = check_foreign(op, source_name, array);
  auto owner = std::make_unique<arrow::Owned<arrow::Array>>(std::move(chunk.array));
  ImportedArray result{view_foreign(array, extent, owner.get(), release_array), source_name, false,
                       false};
  owner.release();
  result.tensor = permute_items(std::move(result.tensor), type);
  return result;
}

// The chunks one after the other in memory of our own.
ImportedArray join(const char* op, const std::vector<Chunk>& chunks, const ArrowType& type,
                   const Fill& fill, const char* reason) {
  Dims shape{0};
  for (std::int64_t extent : type.item_shape) shape.push_back(extent);
  for (const Chunk& chunk : chunks) {
    if (__builtin_add_overflow(shape[0], chunk.values.shape[0], &shape[0]))
      reject(op, "lengths out of range");
  }
  count_elements(op, shape, itemsize_of(type.dtype));
  Tensor tensor = empty_tensor(op, shape, type.dtype);
  std::byte* next = tensor.data();
  for (const Chunk& chunk : chunks) {
    copy_arrow_values(next, chunk.values, type, fill.get());
    next += count_elements(chunk.values.shape) * tensor.itemsize();
  }
  ImportedArray result{permute_items(std::move(tensor), type), source_name, false, false};
  result.copied_because = reason;
  return result;
}

ImportedArray finish(const char* op, std::vector<Chunk> chunks, const ArrowType& type,
                     const Fill& fill) {
  if (chunks.size() != 1)
    return join(op, chunks, type, fill, "several chunks, which are not adjacent in memory");
  if (type.is_packed) return join(op, chunks, type, fill, "elements of one bit");
  if (chunks[0].values.null_count > 0)
    return join(op, chunks, type, fill, "missing values to fill");
  return share(op, std::move(chunks[0]), type);
}

ImportedArray import_one(const char* op, PyObject* method, PyObject* fill_null) {
  OwnedRef pair(PyObject_CallNoArgs(method));
  if (!PyTuple_Check(pair.get()) || PyTuple_GET_SIZE(pair.get()) != 2)
    reject(op, "__arrow_c_array__() must return two capsules");
  auto* schema = struct_in<arrow::Schema>(op, PyTuple_GET_ITEM(pair.get(), 0), arrow_schema_name);
  auto* array = struct_in<arrow::Array>(op, PyTuple_GET_ITEM(pair.get(), 1), arrow_array_name);
  const ArrowType type = read_type(op, *schema);
  const Fill fill(op, fill_null, type.dtype);
  std::vector<Chunk> chunks;
  chunks.push_back(read_chunk(op, arrow::Owned(*array), type, fill));
  return finish(op, std::move(chunks), type, fill);
}

// ---- streams

[[noreturn]] void reject_stream(const char* op, arrow::ArrayStream* stream, int code) {
  if (PyErr_Occurred() != nullptr) throw PythonError{};
  const char* text = stream->get_last_error != nullptr ? stream->get_last_error(stream) : nullptr;
  fail(ErrorKind::export_, std::string(op) + ": the object's Arrow stream failed (got error " +
                               std::to_string(code) + ": '" +
                               (text != nullptr ? quote(text) : "no reason given") + "')");
}

// The next array; released where the stream is at its end.
arrow::Owned<arrow::Array> read_next(const char* op, arrow::ArrayStream* stream) {
  if (PyErr_CheckSignals() != 0) throw PythonError{};
  arrow::Owned<arrow::Array> array;
  // Producers may compute or read files here, on threads of their own that ask for the GIL.
  PyThreadState* thread = PyEval_SaveThread();
  const int code = stream->get_next(stream, array.get());
  acquire_gil(thread);
  if (code != 0) reject_stream(op, stream, code);
  return array;
}

ImportedArray import_stream(const char* op, PyObject* method, PyObject* fill_null) {
  OwnedRef capsule(PyObject_CallNoArgs(method));
  arrow::Owned stream(*struct_in<arrow::ArrayStream>(op, capsule.get(), arrow_stream_name));
  if (stream->get_schema == nullptr || stream->get_next == nullptr)
    reject(op, "a stream without functions");
  arrow::Owned<arrow::Schema> schema;
  const int code = stream->get_schema(stream.get(), schema.get());
  if (code != 0) reject_stream(op, stream.get(), code);
  const ArrowType type = read_type(op, *schema);
  const Fill fill(op, fill_null, type.dtype);
  std::vector<Chunk> chunks;
  for (;;) {
    arrow::Owned<arrow::Array> array = read_next(op, stream.get());
    if (array->release == nullptr) break;
    Chunk chunk = read_chunk(op, std::move(array), type, fill);
    if (chunk.values.shape[0] > 0) chunks.push_back(std::move(chunk));
  }
  return finish(op, std::move(chunks), type, fill);
}

}  // namespace

std::optional<ImportedArray> import_arrow(const char* op, PyObject* object, PyObject* fill_null) {
  if (PyObject* method = find_attribute(object, "__arrow_c_array__")) {
    OwnedRef owned(method);
    return import_one(op, method, fill_null);
  }
  if (PyObject* method = find_attribute(object, "__arrow_c_stream__")) {
    OwnedRef owned(method);
    return import_stream(op, method, fill_null);
  }
  return std::nullopt;
}

}  // namespace corepy::python

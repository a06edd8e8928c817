// Import through DLPack, versioned where the producer can. The capsule is consumed only after
// everything in it was checked, so that its deleter runs exactly once: by us when the last tensor
// dies, or by the capsule if we refuse it.
#include <string>

#include "corepy/core/error.h"
#include "corepy/interop/element_format.h"
#include "dlpack_capsule.h"
#include "errors.h"
#include "foreign_owner.h"
#include "import_array.h"
#include "type_name.h"

namespace corepy::python {
namespace {

constexpr const char* source_name = "DLPack";

[[noreturn]] void reject(const char* op, const std::string& text) {
  fail(ErrorKind::export_, std::string(op) + ": the object's DLPack export is not valid: " + text);
}

template <class Managed>
void call_deleter(Managed* managed) {
  if (managed->deleter != nullptr) managed->deleter(managed);
}

template <class Managed>
void release_managed(void* owner) noexcept {
  if (!can_release()) return;
  const ReleaseScope scope;
  call_deleter(static_cast<Managed*>(owner));
}

void require_cpu(const char* op, long device_type, long device_id) {
  if (device_type == dlpack::device_cpu) return;
  fail(
      ErrorKind::export_,
      std::string(op) + ": the array is not in main memory (got DLPack device (" +
          std::to_string(device_type) + ", " + std::to_string(device_id) +
          "); expected (1, 0), the CPU); ask with device=\"cpu\" for a copy, or copy it there with "
          "its own library first");
}

// __dlpack_device__() tells where the data is before anything is exported. Whether it is to be
// copied here, which only a caller who names the device gets.
bool is_elsewhere(const char* op, PyObject* object, bool names_cpu) {
  OwnedRef device(PyObject_CallMethod(object, "__dlpack_device__", nullptr));
  if (!PyTuple_Check(device.get()) || PyTuple_GET_SIZE(device.get()) != 2) {
    reject(op, "__dlpack_device__() must return (type, id)");
  }
  const long type = PyLong_AsLong(PyTuple_GET_ITEM(device.get(), 0));
  if (type == -1 && PyErr_Occurred() != nullptr) throw PythonError{};
  const long id = PyLong_AsLong(PyTuple_GET_ITEM(device.get(), 1));
  if (id == -1 && PyErr_Occurred() != nullptr) throw PythonError{};
  if (names_cpu && type != dlpack::device_cpu) return true;
  require_cpu(op, type, id);
  return false;
}

// Asks for version 1; producers from before it do not know the argument. `to_cpu`: the producer is
// to copy to main memory what lies elsewhere.
OwnedRef request_capsule(PyObject* object, bool to_cpu) {
  OwnedRef method(PyObject_GetAttrString(object, "__dlpack__"));
  OwnedRef no_arguments(PyTuple_New(0));
  OwnedRef keywords(Py_BuildValue("{s:(ii)}", "max_version",
                                  static_cast<int>(dlpack::major_version),
                                  static_cast<int>(dlpack::minor_version)));
  if (to_cpu) {
    OwnedRef device(Py_BuildValue("(ii)", static_cast<int>(dlpack::device_cpu), 0));
    if (PyDict_SetItemString(keywords.get(), "dl_device", device.get()) != 0) throw PythonError{};
  }
  PyObject* capsule = PyObject_Call(method.get(), no_arguments.get(), keywords.get());
  if (capsule == nullptr) {
    if (to_cpu || !PyErr_ExceptionMatches(PyExc_TypeError)) throw PythonError{};
    PyErr_Clear();
    capsule = PyObject_CallNoArgs(method.get());
  }
  return OwnedRef(capsule);
}

ForeignArray read_view(const char* op, const dlpack::TensorView& view) {
  require_cpu(op, view.device.type, view.device.id);
  if (view.ndim < 0 || view.ndim > max_rank) {
    reject(op, "rank out of range (got " + std::to_string(view.ndim) + "; expected 0 to " +
                   std::to_string(max_rank) + ")");
  }
  const auto dtype = dtype_from_dlpack(view.dtype);
  if (!dtype) {
    const std::string got = "code " + std::to_string(view.dtype.code) + ", " +
                            std::to_string(view.dtype.bits) + " bits, " +
                            std::to_string(view.dtype.lanes) + " lanes";
    reject_element_type(op, "DLPack type", got.c_str());
  }
  ForeignArray array;
  array.dtype = *dtype;
  if (view.ndim > 0 && view.shape == nullptr)
    reject(op, "no shape for " + std::to_string(view.ndim) + " dimensions");
  const std::int64_t itemsize = itemsize_of(*dtype);
  bool is_empty = false;
  for (int i = 0; i < view.ndim; ++i) {
    array.shape.push_back(view.shape[i]);
    is_empty = is_empty || view.shape[i] == 0;
  }
  for (int i = 0; i < view.ndim && view.strides != nullptr; ++i) {
    std::int64_t stride = 0;
    // Along an axis of one element no step is ever taken, and producers leave nonsense there.
    if (!is_empty && view.shape[i] > 1 &&
        __builtin_mul_overflow(view.strides[i], itemsize, &stride)) {
      reject(op, "stride out of range (got " + std::to_string(view.strides[i]) + " elements)");
    }
    array.strides.push_back(stride);
  }
  if (view.strides == nullptr) {
    count_elements(op, array.shape, itemsize);  // before strides are made from it
    array.strides = contiguous_strides(array.shape, itemsize);
  }
  std::uintptr_t address = reinterpret_cast<std::uintptr_t>(view.data);
  if (view.data != nullptr && __builtin_add_overflow(address, view.byte_offset, &address)) {
    reject(op, "byte offset out of range (got " + std::to_string(view.byte_offset) + ")");
  }
  array.data = reinterpret_cast<void*>(address);
  return array;
}

// Takes the capsule's contents over: from the renaming on they are ours to delete.
template <class Managed>
Tensor consume(const char* op, PyObject* capsule, const char* used_name, Managed* managed) {
  const ForeignArray array = read_view(op, managed->view);
  const ForeignExtent extent = check_foreign(op, source_name, array);
  if (PyCapsule_SetName(capsule, used_name) != 0) throw PythonError{};
  try {
    return view_foreign(array, extent, managed, release_managed<Managed>);
  } catch (...) {
    call_deleter(managed);
    throw;
  }
}

ImportedArray consume_versioned(const char* op, PyObject* capsule) {
  auto* managed = static_cast<dlpack::ManagedTensorVersioned*>(
      PyCapsule_GetPointer(capsule, versioned_capsule_name));
  if (managed == nullptr) throw PythonError{};
  if (managed->version.major != dlpack::major_version) {
    reject(op, "unknown version (got " + std::to_string(managed->version.major) + "." +
                   std::to_string(managed->version.minor) + "; expected 1.x)");
  }
  const std::uint64_t flags = managed->flags;  // the capsule's contents may go with its consumption
  ImportedArray array{consume(op, capsule, used_versioned_capsule_name, managed), source_name};
  // A private copy is nobody else's to write, whatever its read-only flag says.
  array.is_writable = (flags & (dlpack::flag_read_only | dlpack::flag_is_copied)) == 0;
  if ((flags & dlpack::flag_is_copied) != 0)
    array.copied_because = "a producer that exports a copy of its memory";
  return array;
}

ImportedArray consume_unversioned(const char* op, PyObject* capsule) {
  auto* managed = static_cast<dlpack::ManagedTensor*>(PyCapsule_GetPointer(capsule, capsule_name));
  if (managed == nullptr) throw PythonError{};
  return {consume(op, capsule, used_capsule_name, managed), source_name, false, true};
}

}  // namespace

std::optional<ImportedArray> import_dlpack(const char* op, PyObject* object, bool names_cpu) {
  PyObject* method = find_attribute(object, "__dlpack__");
  if (method == nullptr) return std::nullopt;
  Py_DECREF(method);
  OwnedRef capsule = request_capsule(object, is_elsewhere(op, object, names_cpu));
  if (PyCapsule_IsValid(capsule.get(), versioned_capsule_name))
    return consume_versioned(op, capsule.get());
  if (PyCapsule_IsValid(capsule.get(), capsule_name)) return consume_unversioned(op, capsule.get());
  if (!PyCapsule_CheckExact(capsule.get())) {
    reject(op, std::string("__dlpack__() must return a capsule (got ") + type_name(capsule.get()) +
                   ")");
  }
  const char* name = PyCapsule_GetName(capsule.get());
  PyErr_Clear();
  reject(op, std::string("the capsule was used before, or is none of DLPack's (got name '") +
                 (name != nullptr ? quote(name) : std::string()) +
                 "'; expected 'dltensor_versioned' or 'dltensor')");
}

}  // namespace corepy::python

// x.__dlpack__() and x.__dlpack_device__(): which kind of capsule a consumer gets, and whether it
// is a copy.
#include <iterator>
#include <string>

#include "call_arguments.h"
#include "corepy/core/error.h"
#include "corepy/core/settings.h"
#include "corepy/dispatch/manipulation.h"
#include "corepy/interop/dlpack_export.h"
#include "dlpack_capsule.h"
#include "errors.h"
#include "interchange.h"
#include "operands.h"
#include "tensor.h"
#include "type_name.h"

namespace corepy::python {
namespace {

constexpr const char* op_name = "__dlpack__";

// (int, int), or nothing where the argument was not given.
struct IntegerPair {
  long first, second;
};
std::optional<IntegerPair> read_pair(PyObject* object, const char* what) {
  if (object == nullptr || object == Py_None) return std::nullopt;
  if (!PyTuple_Check(object) || PyTuple_GET_SIZE(object) != 2) {
    fail(ErrorKind::type, std::string(op_name) + ": " + what + " is no pair (got " +
                              type_name(object) + "; expected a tuple of two integers)");
  }
  IntegerPair pair{};
  pair.first = PyLong_AsLong(PyTuple_GET_ITEM(object, 0));
  if (pair.first == -1 && PyErr_Occurred() != nullptr) throw PythonError{};
  pair.second = PyLong_AsLong(PyTuple_GET_ITEM(object, 1));
  if (pair.second == -1 && PyErr_Occurred() != nullptr) throw PythonError{};
  return pair;
}

struct Request {
  bool is_versioned;
  std::optional<bool> copy;
};

Request read_request(PyObject* const* args, Py_ssize_t nargs, PyObject* kwnames) {
  static constexpr const char* names[] = {"stream", "max_version", "dl_device", "copy"};
  PyObject* slots[std::size(names)] = {};
  sort_arguments(op_name, names, 0, args, nargs, kwnames, slots);
  if (slots[0] != nullptr && slots[0] != Py_None) {
    fail(ErrorKind::value,
         "__dlpack__: the CPU has no streams (got a stream; expected stream=None)");
  }
  const auto max_version = read_pair(slots[1], "max_version");
  const auto device = read_pair(slots[2], "dl_device");
  if (device && (device->first != dlpack::device_cpu || device->second != 0)) {
    fail(ErrorKind::export_, "__dlpack__: tensors are in main memory (got dl_device (" +
                                 std::to_string(device->first) + ", " +
                                 std::to_string(device->second) + "); expected (1, 0), the CPU)");
  }
  return {max_version && max_version->first >= static_cast<long>(dlpack::major_version),
          optional_bool(op_name, "copy", slots[3])};
}

bool has_negative_stride(const Tensor& tensor) {
  for (int i = 0; i < tensor.rank(); ++i) {
    if (tensor.strides[i] < 0 && tensor.shape[i] > 1) return true;
  }
  return false;
}

// Whether the consumer gets memory of its own; fails where it must and copy=False forbids it.
bool needs_copy(const Tensor& tensor, const Request& request) {
  const char* reason = nullptr;
  if (!request.is_versioned) {
    reason =
        "a DLPack version below 1 cannot say that memory is read-only; ask with max_version=(1, 0)";
  } else if (!has_element_strides(tensor)) {
    reason = "the strides are no multiples of the element size";
  } else if (has_negative_stride(tensor)) {
    reason = "PyTorch ends the process at a negative stride";
  }
  if (reason != nullptr && request.copy == false) {
    fail(ErrorKind::export_,
         std::string(
             "__dlpack__: the tensor cannot be exported without a copy (got copy=False; expected "
             "None or True): ") +
             reason);
  }
  // Under `strict` nobody is trusted to respect the read-only flag: some consumers drop it.
  return reason != nullptr || request.copy.value_or(current_settings().strict());
}

template <class Managed>
void destroy_capsule(PyObject* capsule, const char* unused_name) noexcept {
  if (PyCapsule_IsValid(capsule, unused_name) == 0)
    return;  // consumed: the consumer calls the deleter
  auto* managed = static_cast<Managed*>(PyCapsule_GetPointer(capsule, unused_name));
  managed->deleter(managed);
}

template <class Managed>
PyObject* make_capsule(Managed* managed, const char* name, void (*destructor)(PyObject*)) {
  PyObject* capsule = PyCapsule_New(managed, name, destructor);
  if (capsule == nullptr) {
    managed->deleter(managed);
    throw PythonError{};
  }
  return capsule;
}

}  // namespace

PyObject* tensor_dlpack(PyObject* self, PyObject* const* args, Py_ssize_t nargs,
                        PyObject* kwnames) {
  return guarded([&] {
    const Request request = read_request(args, nargs, kwnames);
    Tensor tensor = tensor_of(self);
    const bool is_copied = needs_copy(tensor, request);
    if (is_copied) tensor = corepy::copy(tensor);
    if (!request.is_versioned) {
      return make_capsule(export_dlpack_unversioned(tensor), capsule_name, [](PyObject* capsule) {
        destroy_capsule<dlpack::ManagedTensor>(capsule, capsule_name);
      });
    }
    return make_capsule(
        export_dlpack(tensor, is_copied ? dlpack::flag_is_copied : dlpack::flag_read_only),
        versioned_capsule_name, [](PyObject* capsule) {
          destroy_capsule<dlpack::ManagedTensorVersioned>(capsule, versioned_capsule_name);
        });
  });
}

PyObject* tensor_dlpack_device(PyObject*, PyObject*) {
  return Py_BuildValue("(ii)", static_cast<int>(dlpack::device_cpu), 0);
}

}  // namespace corepy::python

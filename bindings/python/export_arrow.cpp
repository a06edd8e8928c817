// x.__arrow_c_array__() and x.__arrow_c_schema__(): the tensor in capsules that own the structs,
// which own the storage.
#include <iterator>
#include <memory>
#include <string>

#include "arrow_capsule.h"
#include "call_arguments.h"
#include "corepy/core/error.h"
#include "corepy/dispatch/dispatch.h"
#include "corepy/dispatch/manipulation.h"
#include "corepy/interop/arrow_export.h"
#include "corepy/interop/element_format.h"
#include "errors.h"
#include "interchange.h"
#include "tensor.h"

namespace corepy::python {
namespace {

void check_exportable(const char* op, const Tensor& tensor) {
  if (arrow_format_of(tensor.dtype) == nullptr) {
    fail(ErrorKind::export_,
         std::string(op) + ": Arrow has no such numbers (got dtype " + name_of(tensor.dtype) +
             (is_complex(tensor.dtype)
                  ? "; expected a real dtype); export the real and the imaginary part"
                  : "; expected float16 or wider); convert with corepy.astype(x, corepy.float32)"));
  }
  if (tensor.rank() == 0) {
    fail(ErrorKind::export_, std::string(op) +
                                 ": an Arrow array has a length (got shape (); expected at least "
                                 "one axis); use corepy.reshape(x, (1,))");
  }
}

// A struct on the heap in a capsule; whoever moves the contents out leaves `release` null.
template <class Struct>
PyObject* make_capsule(std::unique_ptr<Struct> content, const char* name) {
  PyObject* capsule = PyCapsule_New(content.get(), name, [](PyObject* self) {
    auto* owned = static_cast<Struct*>(PyCapsule_GetPointer(self, PyCapsule_GetName(self)));
    if (owned->release != nullptr) owned->release(owned);
    delete owned;
  });
  if (capsule == nullptr) {
    content->release(content.get());
    throw PythonError{};
  }
  content.release();
  return capsule;
}

PyObject* schema_capsule(const Tensor& tensor) {
  auto schema = std::make_unique<arrow::Schema>();
  export_arrow_schema(tensor.dtype, tensor.shape, schema.get());
  return make_capsule(std::move(schema), arrow_schema_name);
}

// Bits of bool elements, as a copy that the record tells of.
StorageRef pack(const Tensor& tensor) {
  Operation operation(Op::copy);
  operation.add_operand(tensor);
  const std::int64_t nbytes = (tensor.size() + 7) / 8;
  StorageRef bits = allocate_storage("__arrow_c_array__", nbytes);
  pack_bits(bits->data, tensor.data(), tensor.size());
  operation.record().copied_bytes += nbytes;
  operation.choose_no_kernel("pack bits");
  operation.finish(tensor);
  return bits;
}

bool is_aligned(const Tensor& tensor) noexcept {
  return reinterpret_cast<std::uintptr_t>(tensor.data()) %
             static_cast<std::uintptr_t>(tensor.itemsize()) ==
         0;
}

PyObject* array_capsule(Tensor tensor) {
  // Arrow reads elements in place: in C order, each at a multiple of its size.
  if (!tensor.is_contiguous() || !is_aligned(tensor)) tensor = corepy::copy(tensor);
  auto array = std::make_unique<arrow::Array>();
  if (tensor.dtype == DType::bool_) {
    export_arrow_array(pack(tensor), 0, tensor.shape, array.get());
  } else {
    export_arrow_array(tensor.storage, tensor.offset_bytes, tensor.shape, array.get());
  }
  return make_capsule(std::move(array), arrow_array_name);
}

}  // namespace

PyObject* tensor_arrow_array(PyObject* self, PyObject* const* args, Py_ssize_t nargs,
                             PyObject* kwnames) {
  return guarded([&] {
    constexpr const char* op = "__arrow_c_array__";
    static constexpr const char* names[] = {"requested_schema"};
    PyObject* slots[std::size(names)] = {};
    // The request is a wish, which the protocol lets a producer leave unfulfilled.
    sort_arguments(op, names, 1, args, nargs, kwnames, slots);
    const Tensor tensor = tensor_of(self);
    check_exportable(op, tensor);
    OwnedRef schema(schema_capsule(tensor));
    OwnedRef array(array_capsule(tensor));
    return checked(PyTuple_Pack(2, schema.get(), array.get()));
  });
}

PyObject* tensor_arrow_schema(PyObject* self, PyObject*) {
  return guarded([&] {
    check_exportable("__arrow_c_schema__", tensor_of(self));
    return schema_capsule(tensor_of(self));
  });
}

}  // namespace corepy::python

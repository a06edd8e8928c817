// asarray, from_arrow and from_dlpack: which kind of object it is, and whether its memory is
// shared, copied or refused.
#include "conversion.h"

#include <string>
#include <utility>

#include "corepy/core/error.h"
#include "corepy/dispatch/manipulation.h"
#include "errors.h"
#include "import_array.h"
#include "sequence.h"
#include "tensor.h"
#include "type_name.h"

namespace corepy::python {
namespace {

// Why a copy is needed, as a clause for the message of copy=False.
[[noreturn]] void refuse_copy(const char* op, const std::string& reason) {
  fail_with_class("CopyRefusedError", std::string(op) +
                                          ": cannot be done without a copy (got copy=False and " +
                                          reason + "; expected copy=None or copy=True)");
}

Tensor swap_bytes(const char* op, const Tensor& x, ConversionNotes& notes) {
  Tensor native = empty_tensor(op, x.shape, x.dtype);
  gather_elements(native.data(), x, true);
  notes.copied_bytes += native.nbytes();
  notes.cast_bytes += native.nbytes();
  return native;
}

Tensor cast(const Tensor& x, DType dtype, ConversionNotes& notes) {
  Tensor result = astype(x, dtype, true);
  notes.copied_bytes += result.nbytes();
  notes.cast_bytes += result.nbytes();
  return result;
}

// The tensor itself where its dtype and memory may stay; else a copy, or a refusal. `must_copy`:
// the memory is not to be shared.
Tensor settle(const char* op, Tensor tensor, DType dtype, std::optional<bool> copy, bool must_copy,
              ConversionNotes& notes) {
  if (tensor.dtype != dtype) {
    check_cast(op, tensor.dtype, dtype);
    if (copy == false)
      refuse_copy(op,
                  std::string("elements of ") + name_of(tensor.dtype) + " for " + name_of(dtype));
    return cast(tensor, dtype, notes);
  }
  if (!must_copy) return tensor;
  notes.copied_bytes += tensor.nbytes();
  return corepy::copy(tensor);
}

Tensor settle_imported(const char* op, ImportedArray array, std::optional<DType> dtype,
                       std::optional<bool> copy, bool share_writable, ConversionNotes& notes) {
  notes.source = array.source;
  const DType target = dtype.value_or(array.tensor.dtype);
  if (array.copied_because != nullptr) {
    if (copy == false) refuse_copy(op, array.copied_because);
    notes.copied_bytes += array.tensor.nbytes();
    return settle(op, std::move(array.tensor), target, std::nullopt, false, notes);
  }
  if (array.swapped_bytes) {
    if (copy == false) refuse_copy(op, "elements in the other byte order");
    return settle(op, swap_bytes(op, array.tensor, notes), target, std::nullopt, false, notes);
  }
  const bool must_copy = copy.value_or(array.is_writable && !share_writable);
  return settle(op, std::move(array.tensor), target, copy, must_copy, notes);
}

[[noreturn]] void reject_object(const char* op, PyObject* object) {
  fail(ErrorKind::dtype, std::string(op) + ": no array can be made of this object (got " +
                             type_name(object) +
                             "; expected a Tensor, a number, nested lists or tuples of numbers, or "
                             "an object with the buffer "
                             "protocol, __array_interface__, __arrow_c_array__ or __dlpack__)");
}

Tensor convert(const char* op, PyObject* object, std::optional<DType> dtype,
               std::optional<bool> copy, ConversionNotes& notes) {
  if (is_tensor(object)) {
    notes.source = "tensor";
    const Tensor& tensor = tensor_of(object);
    return settle(op, tensor, dtype.value_or(tensor.dtype), copy, copy == true, notes);
  }
  const auto kind = scalar_kind_of(object);
  if ((kind || is_sequence(object)) && copy == false) {
    refuse_copy(op, std::string("an object of Python's own (") + type_name(object) + ")");
  }
  if (kind) {
    notes.source = "scalar";
    if (dtype) return tensor_from_scalar(op, object, *dtype);
    // An integer alone takes uint64 where only that can hold it, as in a list.
    int overflow = 0;
    const bool is_large = *kind == ScalarKind::integer &&
                          (PyLong_AsLongLongAndOverflow(object, &overflow), overflow > 0);
    return tensor_from_scalar(op, object, is_large ? DType::uint64 : default_scalar_dtype(*kind));
  }
  if (is_sequence(object)) return tensor_from_sequence(op, object, dtype, notes);
  if (auto array = import_array(op, object))
    return settle_imported(op, std::move(*array), dtype, copy, false, notes);
  reject_object(op, object);
}

}  // namespace

Tensor tensor_from_object(const char* op, PyObject* object, std::optional<DType> dtype,
                          std::optional<bool> copy, ConversionNotes* notes) {
  ConversionNotes unused;
  return convert(op, object, dtype, copy, notes != nullptr ? *notes : unused);
}

Tensor tensor_from_dlpack(const char* op, PyObject* object, bool names_cpu,
                          std::optional<bool> copy, ConversionNotes* notes) {
  ConversionNotes unused;
  ConversionNotes& used = notes != nullptr ? *notes : unused;
  if (is_tensor(object)) return convert(op, object, std::nullopt, copy, used);
  if (!PyType_Check(object)) {
    // NumPy's own arrays export what they are: asking them by DLPack takes three Python calls.
    if (auto array = import_numpy(op, object))
      return settle_imported(op, std::move(*array), std::nullopt, copy, true, used);
    if (auto array = import_dlpack(op, object, names_cpu))
      return settle_imported(op, std::move(*array), std::nullopt, copy, true, used);
  }
  fail_with_class("ArgumentAttributeError",
                  std::string(op) + ": the object has no __dlpack__ method (got " +
                      type_name(object) +
                      "; expected an array of another library); corepy.asarray takes numbers, "
                      "lists and buffers");
}

Tensor tensor_from_arrow(const char* op, PyObject* object, PyObject* fill_null,
                         std::optional<bool> copy, ConversionNotes* notes) {
  ConversionNotes unused;
  ConversionNotes& used = notes != nullptr ? *notes : unused;
  if (is_tensor(object)) return convert(op, object, std::nullopt, copy, used);
  if (!PyType_Check(object)) {
    if (auto array = import_arrow(op, object, fill_null))
      return settle_imported(op, std::move(*array), std::nullopt, copy, true, used);
  }
  fail(ErrorKind::type,
       std::string(op) + ": the object has neither __arrow_c_array__ nor __arrow_c_stream__ (got " +
           type_name(object) + "; expected an array or a column of an Arrow library)");
}

}  // namespace corepy::python

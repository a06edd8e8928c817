// Python objects to tensors and back: lists, scalars, buffers, arrays of other libraries.
#pragma once

#include <Python.h>

#include <cstdint>
#include <optional>

#include "corepy/core/tensor.h"
#include "corepy/ops/promotion.h"

namespace corepy::python {

// What a conversion did, for the record of the operation that asked.
struct ConversionNotes {
  const char* source = "";        // static text: "tensor", "scalar", "sequence", "NumPy",
                                  // "buffer", "__array_interface__", "Arrow" or "DLPack"
  std::int64_t copied_bytes = 0;  // foreign or shared memory that was copied
  std::int64_t cast_bytes = 0;    // of these, written by a dtype conversion or a byte swap
  bool mixed_kind = false;        // a sequence mixed dtypes that the standard does not promote
};

// asarray(obj): a Tensor, a Python scalar, nested sequences, a buffer, __array_interface__, Arrow
// or
// __dlpack__. copy: true always copies, false never (fails with ArgumentError where a copy would be
// needed), none copies writable foreign memory.
Tensor tensor_from_object(const char* op, PyObject* object, std::optional<DType> dtype,
                          std::optional<bool> copy, ConversionNotes* notes = nullptr);
// from_dlpack(obj): shares the memory unless copy is true. `names_cpu`: device="cpu" was given, so
// the producer may copy from another device.
Tensor tensor_from_dlpack(const char* op, PyObject* object, bool names_cpu,
                          std::optional<bool> copy, ConversionNotes* notes = nullptr);
// from_arrow(obj): shares the memory unless copy is true. `fill_null`: a Python scalar in place of
// missing values, which None refuses.
Tensor tensor_from_arrow(const char* op, PyObject* object, PyObject* fill_null,
                         std::optional<bool> copy, ConversionNotes* notes = nullptr);

// The kind of a Python bool, int, float or complex; nothing for other objects.
std::optional<ScalarKind> scalar_kind_of(PyObject* object) noexcept;
// A rank-0 tensor of `dtype` from a Python scalar; an integer that does not fit fails with
// OverflowError's class (ArgumentError).
Tensor tensor_from_scalar(const char* op, PyObject* scalar, DType dtype);

// x.tolist() and x.item(): new references.
PyObject* to_nested_list(const Tensor& tensor);
PyObject* to_scalar(const Tensor& tensor);  // of a tensor with one element

}  // namespace corepy::python

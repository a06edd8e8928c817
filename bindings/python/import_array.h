// Arrays of other libraries, seen as tensors that share their memory. Whether the memory may stay
// shared is decided in conversion.cpp, by the flags here.
#pragma once

#include <Python.h>

#include <optional>
#include <string>

#include "corepy/core/tensor.h"
#include "corepy/interop/foreign_memory.h"

namespace corepy::python {

struct ImportedArray {
  Tensor tensor;
  const char* source;          // static text naming the protocol
  bool swapped_bytes = false;  // elements are in the other byte order: copy and swap before use
  bool is_writable =
      true;  // by its owner or anybody else, so that a tensor sharing it could change
  // Where the memory could not be shared: why (a clause), and the tensor is a private copy.
  const char* copied_because = nullptr;
};

// By the first protocol that the object offers: the buffer protocol, __array_interface__, Arrow's
// PyCapsule interface, __dlpack__. Nothing where it offers none; fails where its export is refused,
// malformed or of an element type that corepy lacks.
std::optional<ImportedArray> import_array(const char* op, PyObject* object);

// By one protocol (import_buffer.cpp, import_array_interface.cpp ...); nothing where
// the object lacks it. import_buffer gives nothing too where the object has a buffer but refuses
// it, and then sets `refusal` to the object's words.
std::optional<ImportedArray> import_buffer(const char* op, PyObject* object, std::string& refusal);
std::optional<ImportedArray> import_array_interface(const char* op, PyObject* object);
// `names_cpu`: the caller asked for main memory by name, so a copy from another device is welcome.
std::optional<ImportedArray> import_dlpack(const char* op, PyObject* object,
                                           bool names_cpu = false);
// Of a plain ndarray in this machine's byte order with elements that corepy has; else nothing.
std::optional<ImportedArray> import_numpy(const char* op, PyObject* object);
// `fill_null`: a Python scalar that takes the place of missing values; null or None refuses them.
std::optional<ImportedArray> import_arrow(const char* op, PyObject* object,
                                          PyObject* fill_null = nullptr);

// Whether read-only memory is writable through an object that it is a view of (memoryview.obj,
// ndarray.base).
bool has_writable_base(PyObject* object);
// Whether a plain ndarray may be written; nothing for other objects.
std::optional<bool> is_writable_numpy(PyObject* object);

// object.<name>, or a null reference where there is no such attribute. Other failures throw
// PythonError.
PyObject* find_attribute(PyObject* object, const char* name);

// An exporter's text, which may be any bytes, as short printable ASCII.
std::string quote(const char* text);

[[noreturn]] void reject_element_type(const char* op, const char* source, const char* format);

}  // namespace corepy::python

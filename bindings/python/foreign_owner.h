// What keeps foreign memory alive while tensors share it. Owners are released from any thread, with
// or without the GIL, at any time up to the interpreter's end.
#pragma once

#include <Python.h>

#include <memory>

#include "corepy/core/tensor.h"
#include "corepy/interop/foreign_memory.h"

namespace corepy::python {

// False once the interpreter is going away: then nothing may be released any more, and what is left
// leaks on purpose.
bool can_release() noexcept;

// Holds the GIL, and keeps an exception that is pending around the release.
class ReleaseScope {
 public:
  ReleaseScope() noexcept;
  ~ReleaseScope();
  ReleaseScope(const ReleaseScope&) = delete;
  ReleaseScope& operator=(const ReleaseScope&) = delete;

 private:
  PyGILState_STATE state_;
  PyObject* pending_[3] = {};
};

// A tensor over memory that `owner` keeps alive; takes a new reference to it.
Tensor view_owned_by(const char* op, const char* source, const ForeignArray& array,
                     PyObject* owner);

struct BufferRelease {
  void operator()(Py_buffer* view) const noexcept {
    PyBuffer_Release(view);
    delete view;
  }
};
// A buffer that was asked for. It stays at one address: simple exporters point its shape at its own
// `len`.
using OwnedBuffer = std::unique_ptr<Py_buffer, BufferRelease>;

// The object's buffer; null, with the object's exception set, where it refuses.
OwnedBuffer get_buffer(PyObject* object, int flags);

// A tensor over an exported buffer.
Tensor view_of_buffer(const char* op, const char* source, const ForeignArray& array,
                      OwnedBuffer buffer);

}  // namespace corepy::python

// Release of the owners of foreign memory.
#include "foreign_owner.h"

#include <utility>

namespace corepy::python {
namespace {

void release_object(void* owner) noexcept {
  if (!can_release()) return;
  const ReleaseScope scope;
  Py_DECREF(static_cast<PyObject*>(owner));
}

void release_buffer(void* owner) noexcept {
  if (!can_release()) return;
  const ReleaseScope scope;
  BufferRelease{}(static_cast<Py_buffer*>(owner));
}

}  // namespace

bool can_release() noexcept {
#if PY_VERSION_HEX >= 0x030D0000
  return Py_IsInitialized() != 0 && Py_IsFinalizing() == 0;
#else
  return Py_IsInitialized() != 0 && _Py_IsFinalizing() == 0;
#endif
}

ReleaseScope::ReleaseScope() noexcept : state_(PyGILState_Ensure()) {
#if PY_VERSION_HEX >= 0x030C0000
  pending_[0] = PyErr_GetRaisedException();
#else
  PyErr_Fetch(&pending_[0], &pending_[1], &pending_[2]);
#endif
}

ReleaseScope::~ReleaseScope() {
#if PY_VERSION_HEX >= 0x030C0000
  PyErr_SetRaisedException(pending_[0]);
#else
  PyErr_Restore(pending_[0], pending_[1], pending_[2]);
#endif
  PyGILState_Release(state_);
}

Tensor view_owned_by(const char* op, const char* source, const ForeignArray& array,
                     PyObject* owner) {
  const ForeignExtent extent = check_foreign(op, source, array);
  Tensor tensor = view_foreign(array, extent, owner, release_object);
  Py_INCREF(owner);
  return tensor;
}

OwnedBuffer get_buffer(PyObject* object, int flags) {
  OwnedBuffer buffer(new Py_buffer{});
  if (PyObject_GetBuffer(object, buffer.get(), flags) == 0) return buffer;
  buffer->obj = nullptr;  // whatever the exporter left there is not ours to release
  return nullptr;
}

Tensor view_of_buffer(const char* op, const char* source, const ForeignArray& array,
                      OwnedBuffer buffer) {
  const ForeignExtent extent = check_foreign(op, source, array);
  Tensor tensor = view_foreign(array, extent, buffer.get(), release_buffer);
  buffer.release();
  return tensor;
}

}  // namespace corepy::python

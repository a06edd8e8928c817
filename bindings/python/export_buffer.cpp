// Export through the buffer protocol: read-only, without a copy. The view owns the storage, which
// thereby is shared: a later write to the tensor copies first and never shows in the view.
#include <memory>
#include <string>

#include "corepy/core/error.h"
#include "corepy/interop/element_format.h"
#include "errors.h"
#include "interchange.h"
#include "tensor.h"

namespace corepy::python {
namespace {

struct BufferExport {
  StorageRef storage;
  Py_ssize_t shape[max_rank];
  Py_ssize_t strides[max_rank];
};

bool is_fortran_contiguous(const Tensor& tensor) {
  Dims shape, strides;
  for (int i = tensor.rank() - 1; i >= 0; --i) {
    shape.push_back(tensor.shape[i]);
    strides.push_back(tensor.strides[i]);
  }
  return is_contiguous(shape, strides, tensor.itemsize());
}

bool has_flags(int flags, int wanted) noexcept { return (flags & wanted) == wanted; }

// Fails where the consumer cannot take the tensor as it is.
void check_request(const Tensor& tensor, int flags) {
  if (has_flags(flags, PyBUF_WRITABLE)) {
    fail(ErrorKind::export_,
         "buffer: tensors export read-only memory (got a request for writable memory); copy it on "
         "the "
         "other side, as numpy.array(x) does");
  }
  if (has_flags(flags, PyBUF_FORMAT) && buffer_format_of(tensor.dtype) == nullptr) {
    fail(ErrorKind::export_,
         std::string("buffer: the protocol has no format for these elements (got ") +
             name_of(tensor.dtype) +
             "); use x.numpy() with the package ml_dtypes, DLPack, or corepy.astype(x, "
             "corepy.float32)");
  }
  const bool c_order = tensor.is_contiguous();
  bool fits = c_order;
  const char* order = "C";
  if (has_flags(flags, PyBUF_STRIDES)) {
    fits = true;
    if (has_flags(flags, PyBUF_C_CONTIGUOUS)) {
      fits = c_order;
    } else if (has_flags(flags, PyBUF_F_CONTIGUOUS)) {
      fits = is_fortran_contiguous(tensor);
      order = "Fortran";
    } else if (has_flags(flags, PyBUF_ANY_CONTIGUOUS)) {
      fits = c_order || is_fortran_contiguous(tensor);
      order = "C or Fortran";
    }
  }
  if (!fits) {
    fail(ErrorKind::export_,
         std::string("buffer: the tensor's memory is not contiguous (got byte strides ") +
             to_string(tensor.strides) + " for shape " + to_string(tensor.shape) + "; expected " +
             order + " order); use corepy.copy(x)");
  }
}

void fill_view(PyObject* self, const Tensor& tensor, int flags, BufferExport* owner,
               Py_buffer* view) noexcept {
  for (int i = 0; i < tensor.rank(); ++i) {
    owner->shape[i] = static_cast<Py_ssize_t>(tensor.shape[i]);
    owner->strides[i] = static_cast<Py_ssize_t>(tensor.strides[i]);
  }
  const bool has_shape = has_flags(flags, PyBUF_ND);
  view->buf = tensor.data();
  view->len = static_cast<Py_ssize_t>(tensor.nbytes());
  view->itemsize = static_cast<Py_ssize_t>(tensor.itemsize());
  view->readonly = 1;
  // Without a shape the consumer sees one run of bytes, as memoryview exports it.
  view->ndim = has_shape ? tensor.rank() : 1;
  view->format =
      has_flags(flags, PyBUF_FORMAT) ? const_cast<char*>(buffer_format_of(tensor.dtype)) : nullptr;
  view->shape = has_shape && tensor.rank() > 0 ? owner->shape : nullptr;
  view->strides = has_flags(flags, PyBUF_STRIDES) && tensor.rank() > 0 ? owner->strides : nullptr;
  view->suboffsets = nullptr;
  view->internal = owner;
  Py_INCREF(self);
  view->obj = self;
}

}  // namespace

int tensor_getbuffer(PyObject* self, Py_buffer* view, int flags) {
  if (view == nullptr) {
    PyErr_SetString(PyExc_BufferError,
                    "buffer: no view to fill (got a null pointer; expected a Py_buffer)");
    return -1;
  }
  view->obj = nullptr;
  return guarded_int([&] {
    const Tensor& tensor = tensor_of(self);
    check_request(tensor, flags);
    std::unique_ptr<BufferExport> owner(new BufferExport);  // a kilobyte, not cleared first
    owner->storage = tensor.storage;
    fill_view(self, tensor, flags, owner.release(), view);
    return 0;
  });
}

void tensor_releasebuffer(PyObject*, Py_buffer* view) {
  delete static_cast<BufferExport*>(view->internal);
  view->internal = nullptr;
}

}  // namespace corepy::python

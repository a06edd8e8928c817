// Tensors over bytes whose meaning the package knows. That the elements lie within the buffer is
// checked here; files are read in corepy/io/.
#include "import_bytes.h"

#include <string>
#include <utility>

#include "corepy/core/error.h"
#include "dtype.h"
#include "errors.h"
#include "foreign_owner.h"
#include "operands.h"
#include "tensor.h"

namespace corepy::python {
namespace {

// Strides of memory whose first axis varies fastest.
Dims fortran_strides(const Dims& shape, std::int64_t itemsize) {
  Dims strides(shape.size());
  std::int64_t step = itemsize;
  for (int i = 0; i < shape.size(); ++i) {
    strides[i] = step;
    step *= shape[i] > 0 ? shape[i] : 1;
  }
  return strides;
}

}  // namespace

PyObject* core_view_bytes(PyObject*, PyObject* const* args, Py_ssize_t nargs) {
  return guarded([&] {
    const char* op_name =
        nargs == 7 && PyUnicode_Check(args[0]) ? PyUnicode_AsUTF8(args[0]) : nullptr;
    if (op_name == nullptr) {
      fail(ErrorKind::type,
           "view_bytes: expected (op, buffer, dtype, shape, offset, fortran_order, swapped_bytes)");
    }
    ++args;
    ForeignArray array;
    array.dtype = dtype_from_python(op_name, args[1]);
    array.shape = dims_argument(op_name, "shape", args[2]);
    const std::int64_t itemsize = itemsize_of(array.dtype);
    const std::int64_t nbytes = count_elements(op_name, array.shape, itemsize) * itemsize;
    const std::int64_t offset = int_argument(op_name, "offset", args[3]);
    array.strides = bool_argument(op_name, "fortran_order", args[4])
                        ? fortran_strides(array.shape, itemsize)
                        : contiguous_strides(array.shape, itemsize);
    OwnedBuffer buffer = get_buffer(args[0], PyBUF_SIMPLE);
    if (buffer == nullptr) throw PythonError{};
    if (offset < 0 || offset > buffer->len || nbytes > buffer->len - offset) {
      fail(ErrorKind::export_, std::string(op_name) + ": the elements lie outside of the buffer (" +
                                   "got " + std::to_string(nbytes) + " bytes from " +
                                   std::to_string(offset) + " on; expected at most " +
                                   std::to_string(buffer->len) + " in all)");
    }
    array.data = static_cast<std::byte*>(buffer->buf) + offset;
    array.read_only = true;
    Tensor tensor = view_of_buffer(op_name, "buffer", array, std::move(buffer));
    if (bool_argument(op_name, "swapped_bytes", args[5])) {
      Tensor native = empty_tensor(op_name, tensor.shape, tensor.dtype);
      gather_elements(native.data(), tensor, true);
      tensor = std::move(native);
    }
    return checked(wrap_unrecorded(std::move(tensor)));
  });
}

PyObject* core_view_words(PyObject*, PyObject* x) {
  return guarded([&] {
    Tensor words = tensor_argument("view_words", "x", x);
    if (words.dtype != DType::bfloat16) return Py_NewRef(x);
    words.dtype = DType::uint16;
    return checked(wrap_unrecorded(std::move(words)));
  });
}

}  // namespace corepy::python

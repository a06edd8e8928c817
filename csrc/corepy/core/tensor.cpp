// Construction of tensors.
#include "corepy/core/tensor.h"

#include <cstring>

namespace corepy {

Tensor empty_tensor(const char* op, const Dims& shape, DType dtype) {
  const std::int64_t itemsize = itemsize_of(dtype);
  const std::int64_t n = count_elements(op, shape, itemsize);
  return Tensor{allocate_storage(op, n * itemsize), 0, dtype, shape,
                contiguous_strides(shape, itemsize)};
}

Tensor empty_like_contiguous(const char* op, const Tensor& model, DType dtype) {
  const std::int64_t itemsize = itemsize_of(dtype);
  if (itemsize == model.itemsize()) {
    return Tensor{allocate_storage(op, model.size() * itemsize), 0, dtype, model.shape,
                  model.strides};
  }
  return empty_tensor(op, model.shape, dtype);
}

Tensor scalar_tensor(const char* op, DType dtype, const void* value) {
  Tensor result = empty_tensor(op, {}, dtype);
  std::memcpy(result.data(), value, static_cast<std::size_t>(itemsize_of(dtype)));
  return result;
}

}  // namespace corepy

// Tensors as Arrow's C structs. One axis is an array of numbers; further axes make each row a
// tensor of fixed shape (the extension arrow.fixed_shape_tensor, lists of fixed length in memory).
#pragma once

#include <cstddef>
#include <cstdint>

#include "corepy/core/tensor.h"
#include "corepy/interop/arrow_abi.h"

namespace corepy {

// Fills `out`, which its `release` frees again. The dtype must have an Arrow format.
void export_arrow_schema(DType dtype, const Dims& shape, arrow::Schema* out);

// `values`: a storage that holds the elements of `shape` in C order from `offset_bytes` on, bool as
// bits. The array shares it.
void export_arrow_array(const StorageRef& values, std::int64_t offset_bytes, const Dims& shape,
                        arrow::Array* out);

// Bytes other than zero become set bits, the first the lowest of the first byte.
void pack_bits(std::byte* destination, const std::byte* elements, std::int64_t count) noexcept;

}  // namespace corepy

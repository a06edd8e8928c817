// Tensors as DLPack structs that own their storage, so that a later copy on write cannot leave them
// dangling.
#pragma once

#include "corepy/core/tensor.h"
#include "corepy/interop/dlpack_abi.h"

namespace corepy {

// Whether the strides are whole elements, as DLPack counts them (views of other libraries' records
// may not be).
bool has_element_strides(const Tensor& tensor) noexcept;

// `tensor` must have element strides. The deleter may be called from any thread, once.
dlpack::ManagedTensorVersioned* export_dlpack(const Tensor& tensor, std::uint64_t flags);
// For consumers from before version 1, which cannot be told that memory is read-only: give them a
// private copy.
dlpack::ManagedTensor* export_dlpack_unversioned(const Tensor& tensor);

}  // namespace corepy

// DLPack structs and their lifetime.
#include "corepy/interop/dlpack_export.h"

#include "corepy/interop/element_format.h"

namespace corepy {
namespace {

// What the struct's pointers point to, allocated and freed together with it.
template <class Managed>
struct Export {
  Managed managed{};
  StorageRef storage;
  Dims shape;
  Dims strides;
};

template <class Managed>
Managed* make_export(const Tensor& tensor) {
  auto* holder =
      new Export<Managed>{{}, tensor.storage, tensor.shape, contiguous_strides(tensor.shape, 1)};
  const bool is_empty = tensor.size() == 0;
  for (int i = 0; i < tensor.rank(); ++i) {
    if (!is_empty && tensor.shape[i] > 1)
      holder->strides[i] = tensor.strides[i] / tensor.itemsize();
  }
  dlpack::TensorView& view = holder->managed.view;
  view.data = is_empty ? nullptr : tensor.data();
  view.device = {dlpack::device_cpu, 0};
  view.ndim = tensor.rank();
  view.dtype = dlpack_type_of(tensor.dtype);
  view.shape = holder->shape.data();
  view.strides = holder->strides.data();
  view.byte_offset = 0;
  holder->managed.context = holder;
  holder->managed.deleter = [](Managed* managed) {
    delete static_cast<Export<Managed>*>(managed->context);
  };
  return &holder->managed;
}

}  // namespace

bool has_element_strides(const Tensor& tensor) noexcept {
  for (int i = 0; i < tensor.rank(); ++i) {
    if (tensor.shape[i] > 1 && tensor.strides[i] % tensor.itemsize() != 0) return false;
  }
  return true;
}

dlpack::ManagedTensorVersioned* export_dlpack(const Tensor& tensor, std::uint64_t flags) {
  auto* managed = make_export<dlpack::ManagedTensorVersioned>(tensor);
  managed->version = {dlpack::major_version, dlpack::minor_version};
  managed->flags = flags;
  return managed;
}

dlpack::ManagedTensor* export_dlpack_unversioned(const Tensor& tensor) {
  return make_export<dlpack::ManagedTensor>(tensor);
}

}  // namespace corepy

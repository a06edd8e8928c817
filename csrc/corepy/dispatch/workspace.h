// Scratch memory of a kernel call, from the tensor allocator so that its budget and limit cover it.
#pragma once

#include <cstdint>

#include "corepy/core/storage.h"
#include "corepy/dispatch/dispatch.h"

namespace corepy {

class Workspace {
 public:
  // At least `needed` bytes, kept until the end of the scope; null for none.
  void* ensure(Operation& operation, std::int64_t needed) {
    if (needed > bytes_) {
      storage_ = allocate_storage(operation.name(), needed);
      bytes_ = needed;
      operation.record().workspace_bytes = needed;
    }
    return bytes_ > 0 ? storage_->data : nullptr;
  }

 private:
  StorageRef storage_;
  std::int64_t bytes_ = 0;
};

}  // namespace corepy

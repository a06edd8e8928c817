// Scratch memory of a kernel call, from the tensor allocator so that its budget and limit cover it.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "corepy/core/storage.h"
#include "corepy/dispatch/blocking_region.h"
#include "corepy/dispatch/dispatch.h"

namespace corepy {

class Workspace {
 public:
  // At least `needed` bytes, kept until more are asked for or the scope ends; null for none, and in
  // a dry run, which counts them only.
  void* ensure(Operation& operation, std::int64_t needed) {
    if (needed > bytes_) {
      const std::int64_t growth = needed - bytes_;
      bytes_ = 0;
      storage_ = {};  // first, so that both are never there at once
      storage_ = operation.allocate_scratch(needed);
      operation.record().workspace_bytes += growth;
      bytes_ = needed;
    }
    return bytes_ > 0 && !operation.is_dry_run() ? storage_->data : nullptr;
  }

 private:
  StorageRef storage_;
  std::int64_t bytes_ = 0;
};

// Scratch memory for each slot of a BlockingRegion's tasks: as many slots as `tasks` tasks take.
class SlotWorkspaces {
 public:
  SlotWorkspaces(Operation& operation, const BlockingRegion& region, std::int64_t tasks,
                 std::int64_t needed)
      : stride_bytes_((needed + 63) / 64 * 64),
        data_(static_cast<std::byte*>(
            workspace_.ensure(operation, region.thread_count(tasks) * stride_bytes_))) {}

  void* at(int slot) const noexcept {
    return data_ == nullptr ? nullptr : data_ + slot * stride_bytes_;
  }

 private:
  Workspace workspace_;
  std::int64_t stride_bytes_;
  std::byte* data_;
};

}  // namespace corepy

// Reference-counted memory of tensors: our own 64-byte aligned blocks (runtime/allocator.h) or a
// foreign buffer with its owner. A storage that more than one holder refers to is never written:
// writers copy first (copy on write, core/tensor.h).
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace corepy {

inline constexpr std::int64_t storage_alignment_bytes = 64;

struct Storage {
  std::atomic<std::int64_t> references{1};
  std::byte* data = nullptr;
  std::int64_t nbytes = 0;
  std::int64_t block_bytes = 0;  // what the allocator gave, header included; 0 for foreign memory
  void* owner = nullptr;         // foreign memory: what keeps it alive
  void (*release_owner)(void* owner) noexcept = nullptr;
  bool is_planned = false;  // a dry run's zeros, which are never written
  bool is_foreign() const noexcept { return block_bytes == 0; }
};

void destroy(Storage* storage) noexcept;

// An intrusive pointer to a Storage.
class StorageRef {
 public:
  StorageRef() noexcept = default;
  static StorageRef adopt(Storage* storage) noexcept {
    StorageRef ref;
    ref.storage_ = storage;
    return ref;
  }
  StorageRef(const StorageRef& other) noexcept : storage_(other.storage_) {
    if (storage_ != nullptr) storage_->references.fetch_add(1, std::memory_order_relaxed);
  }
  StorageRef(StorageRef&& other) noexcept : storage_(std::exchange(other.storage_, nullptr)) {}
  StorageRef& operator=(StorageRef other) noexcept {
    std::swap(storage_, other.storage_);
    return *this;
  }
  ~StorageRef() {
    if (storage_ != nullptr && storage_->references.fetch_sub(1, std::memory_order_acq_rel) == 1)
      destroy(storage_);
  }
  Storage* operator->() const noexcept { return storage_; }
  Storage* get() const noexcept { return storage_; }
  explicit operator bool() const noexcept { return storage_ != nullptr; }
  // True where nobody else can see the memory.
  bool is_alone() const noexcept {
    return storage_->references.load(std::memory_order_acquire) == 1 && !storage_->is_foreign();
  }
  // True where writing in place is invisible, and possible: tensors may outlive their dry run.
  bool is_unique() const noexcept { return is_alone() && !storage_->is_planned; }

 private:
  Storage* storage_ = nullptr;
};

// Uninitialised memory for `nbytes` bytes; fails with MemoryLimitError.
StorageRef allocate_storage(const char* op, std::int64_t nbytes);

// Wraps memory that `owner` keeps alive until `release_owner(owner)`.
StorageRef wrap_foreign(void* data, std::int64_t nbytes, void* owner,
                        void (*release_owner)(void*) noexcept);

}  // namespace corepy

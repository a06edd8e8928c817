// Creation and destruction of storages.
#include "corepy/core/storage.h"

#include <new>

#include "corepy/runtime/allocator.h"

namespace corepy {

// Our blocks hold the Storage header in their first 64 bytes and the data behind it: one allocation
// per tensor.
static_assert(sizeof(Storage) <= storage_alignment_bytes);

StorageRef allocate_storage(const char* op, std::int64_t nbytes) {
  std::int64_t block_bytes = nbytes + storage_alignment_bytes;
  void* block = allocate_block(op, block_bytes);
  auto* storage = new (block) Storage;
  storage->data = static_cast<std::byte*>(block) + storage_alignment_bytes;
  storage->nbytes = nbytes;
  storage->block_bytes = block_bytes;
  return StorageRef::adopt(storage);
}

StorageRef wrap_foreign(void* data, std::int64_t nbytes, void* owner,
                        void (*release_owner)(void*) noexcept) {
  auto* storage = new Storage;
  storage->data = static_cast<std::byte*>(data);
  storage->nbytes = nbytes;
  storage->owner = owner;
  storage->release_owner = release_owner;
  return StorageRef::adopt(storage);
}

void destroy(Storage* storage) noexcept {
  if (storage->release_owner != nullptr) {
    storage->release_owner(storage->owner);
    delete storage;
  } else {
    free_block(storage, storage->block_bytes);
  }
}

}  // namespace corepy

// The storages of dry runs.
#include "corepy/dispatch/planned_storage.h"

#include <string>

#include "corepy/core/error.h"
#include "corepy/runtime/allocator.h"
#include "corepy/runtime/zero_memory.h"

namespace corepy {

StorageRef plan_storage(const char* op, std::int64_t nbytes) {
  constexpr std::int64_t most = std::int64_t{1} << 56;  // more than addresses; sums are no overflow
  void* zeros = nbytes <= most ? map_zeros(nbytes) : nullptr;
  if (zeros == nullptr) {
    fail(ErrorKind::memory_limit, std::string(op) + ": out of memory (got a request for " +
                                      std::to_string(nbytes) +
                                      " bytes; expected what the system can address)");
  }
  auto* storage = new Storage;
  storage->data = static_cast<std::byte*>(zeros);
  storage->nbytes = nbytes;
  storage->block_bytes = block_bytes_of(nbytes + storage_alignment_bytes);
  storage->is_planned = true;
  storage->owner = storage;
  storage->release_owner = [](void* owner) noexcept {
    const Storage& own = *static_cast<Storage*>(owner);
    count_planned_bytes(-own.block_bytes);
    unmap_zeros(own.data, own.nbytes);
  };
  count_planned_bytes(storage->block_bytes);
  return StorageRef::adopt(storage);
}

}  // namespace corepy

// The storages of dry runs: zeros in place of results and workspaces, counted as what they stand
// for.
#pragma once

#include <cstdint>

#include "corepy/core/storage.h"

namespace corepy {

// Read-only: who keeps such a tensor and writes to it writes to a copy. A HeldPeak counts the block
// that the allocator would give; nothing else does. Fails with MemoryLimitError where not even
// addresses are left, as the call would.
StorageRef plan_storage(const char* op, std::int64_t nbytes);

}  // namespace corepy

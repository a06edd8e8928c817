// Memory that holds zeros and takes none: it stands for the results of dry runs, which may be read
// and are never written.
#pragma once

#include <cstdint>

namespace corepy {

// `nbytes` zeros at a boundary of 64 bytes, read-only; null where the system has no addresses for
// so many.
void* map_zeros(std::int64_t nbytes) noexcept;
void unmap_zeros(void* zeros, std::int64_t nbytes) noexcept;

}  // namespace corepy

// Lines of memory asked for before they are used.
#pragma once

#include <cstdint>

#include "corepy/vec/vec.h"

namespace corepy::COREPY_ISA::vec {

// Asks for the lines of so many bytes. They may lie past the end of what there is: a prefetch does
// not fault.
COREPY_INLINE void prefetch_lines(const void* from, std::int64_t bytes) {
  for (std::int64_t i = 0; i < bytes; i += 64)
    __builtin_prefetch(static_cast<const char*>(from) + i);
}

}  // namespace corepy::COREPY_ISA::vec

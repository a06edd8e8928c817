// Memory that holds zeros, by the system's means.
#include "corepy/runtime/zero_memory.h"

#include <cstddef>
#ifdef _WIN32
#define WIN32_LEAN_AND_MEAN
#include <windows.h>
#else
#include <sys/mman.h>
#endif

namespace corepy {
namespace {

// Results of up to this size, nearly all of a program's, share one block.
constexpr std::int64_t shared_bytes = std::int64_t{1} << 16;
alignas(64) std::byte shared_zeros[shared_bytes];

}  // namespace

#ifdef _WIN32

void* map_zeros(std::int64_t nbytes) noexcept {
  if (nbytes <= shared_bytes) return shared_zeros;
  return VirtualAlloc(nullptr, static_cast<std::size_t>(nbytes), MEM_RESERVE | MEM_COMMIT,
                      PAGE_READONLY);
}
void unmap_zeros(void* zeros, std::int64_t) noexcept {
  if (zeros != shared_zeros) VirtualFree(zeros, 0, MEM_RELEASE);
}

#else

#ifndef MAP_NORESERVE
#define MAP_NORESERVE 0
#endif

// Pages that are never written are all the system's one page of zeros.
void* map_zeros(std::int64_t nbytes) noexcept {
  if (nbytes <= shared_bytes) return shared_zeros;
  void* zeros = mmap(nullptr, static_cast<std::size_t>(nbytes), PROT_READ,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  return zeros == MAP_FAILED ? nullptr : zeros;
}
void unmap_zeros(void* zeros, std::int64_t nbytes) noexcept {
  if (zeros != shared_zeros) munmap(zeros, static_cast<std::size_t>(nbytes));
}

#endif

}  // namespace corepy

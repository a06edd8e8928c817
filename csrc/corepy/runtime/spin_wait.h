// Waiting a few microseconds for another thread without giving the CPU away.
#pragma once

#include <chrono>
#if defined(__SSE2__)
#include <xmmintrin.h>
#endif

namespace corepy {

inline void pause_cpu() noexcept {
#if defined(__SSE2__)
  _mm_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

// Asks `done` until it says yes or the time is over; the last answer. The clock is read once in 32
// pauses: it costs as much as one.
template <class Done>
bool spin_until(std::chrono::nanoseconds limit, const Done& done) noexcept {
  if (done()) return true;
  if (limit.count() <= 0) return false;
  const auto end = std::chrono::steady_clock::now() + limit;
  do {
    for (int i = 0; i < 32; ++i) {
      pause_cpu();
      if (done()) return true;
    }
  } while (std::chrono::steady_clock::now() < end);
  return false;
}

}  // namespace corepy

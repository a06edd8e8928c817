// Rounding mode and FTZ/DAZ of the calling thread: other libraries change them, and every bit
// guarantee rests on the defaults.
#pragma once

#include <cstdint>
#if defined(__SSE2__)
#include <xmmintrin.h>
#endif

namespace corepy {

// Sets the default floating-point environment where it differs, and restores the caller's at the
// end. Reading costs about 5 ns.
class DefaultFloatEnvironment {
 public:
  DefaultFloatEnvironment() noexcept : saved_(read()) {
    if (differs()) write(default_control);
  }
  ~DefaultFloatEnvironment() {
    if (differs()) write(saved_);
  }
  DefaultFloatEnvironment(const DefaultFloatEnvironment&) = delete;
  DefaultFloatEnvironment& operator=(const DefaultFloatEnvironment&) = delete;
  bool differs() const noexcept { return (saved_ & control_mask) != default_control; }

 private:
#if defined(__SSE2__)
  static constexpr std::uint64_t control_mask = 0xffc0;  // without the sticky exception flags
  static constexpr std::uint64_t default_control =
      0x1f80;  // round to nearest even, all exceptions masked, no FTZ, no DAZ
  static std::uint64_t read() noexcept { return _mm_getcsr(); }
  static void write(std::uint64_t value) noexcept { _mm_setcsr(static_cast<unsigned>(value)); }
#elif defined(__aarch64__)
  static constexpr std::uint64_t control_mask =
      0x07f79f07;  // FPCR: AHP, DN, FZ, RMode, trap enables, FIZ, AH, NEP
  static constexpr std::uint64_t default_control = 0;
  static std::uint64_t read() noexcept {
    std::uint64_t value;
    asm volatile("mrs %0, fpcr" : "=r"(value));
    return value;
  }
  static void write(std::uint64_t value) noexcept { asm volatile("msr fpcr, %0" : : "r"(value)); }
#else
#error "state this CPU's rounding and flush-to-zero controls here: results are defined by them"
#endif
  std::uint64_t saved_;
};

}  // namespace corepy

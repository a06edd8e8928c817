// The settings that a call reads: process-wide values in one atomic word, and a scoped overlay that
// the host (Python's context variables) supplies. Declared for users, once each, in
// corepy/settings.py.
#pragma once

#include <atomic>
#include <cstdint>

namespace corepy {

enum class Policy : std::uint8_t { AUTO, REFERENCE, SIMD, BLAS, GPU };
inline constexpr int policy_count = 5;
constexpr const char* name_of(Policy policy) {
  constexpr const char* names[] = {"AUTO", "REFERENCE", "SIMD", "BLAS", "GPU"};
  return names[static_cast<int>(policy)];
}

inline constexpr std::uint8_t auto_isa = 255;

// One word: read with one load on every call. A field is 8 bits (num_threads 16).
struct Settings {
  std::uint64_t word = 0;

  enum Field : int {
    policy_field = 0,
    isa_field = 8,
    strict_field = 16,
    verify_field = 24,
    debug_field = 32,
    experimental_field = 40,
    num_threads_field = 48
  };
  static constexpr std::uint64_t mask_of(Field f) {
    return (f == num_threads_field ? std::uint64_t{0xffff} : std::uint64_t{0xff}) << f;
  }
  constexpr std::uint64_t get(Field f) const { return (word & mask_of(f)) >> f; }
  constexpr void set(Field f, std::uint64_t value) {
    word = (word & ~mask_of(f)) | ((value << f) & mask_of(f));
  }

  Policy policy() const { return static_cast<Policy>(get(policy_field)); }
  std::uint8_t isa() const { return static_cast<std::uint8_t>(get(isa_field)); }
  bool strict() const { return get(strict_field) != 0; }
  bool verify() const { return get(verify_field) != 0; }
  bool debug() const { return get(debug_field) != 0; }
  int num_threads() const { return static_cast<int>(get(num_threads_field)); }
};

// What overrides the process-wide word in the caller's context: word where mask is set.
struct SettingsOverlay {
  std::uint64_t word = 0, mask = 0;
};

extern std::atomic<std::uint64_t> process_settings;
// Set by the host; asked only while at least one overlay has ever been made.
extern SettingsOverlay (*settings_overlay_hook)() noexcept;
extern std::atomic<bool> settings_overlay_used;

inline Settings current_settings() noexcept {
  Settings settings{process_settings.load(std::memory_order_relaxed)};
  if (settings_overlay_used.load(std::memory_order_relaxed)) [[unlikely]] {
    const SettingsOverlay overlay = settings_overlay_hook();
    settings.word = (settings.word & ~overlay.mask) | (overlay.word & overlay.mask);
  }
  return settings;
}

}  // namespace corepy

// The process-wide settings word.
#include "corepy/core/settings.h"

namespace corepy {
namespace {
constexpr std::uint64_t default_word() {
  Settings settings;
  settings.set(Settings::isa_field, auto_isa);
  settings.set(Settings::num_threads_field, 1);
  return settings.word;
}
SettingsOverlay no_overlay() noexcept { return {}; }
}  // namespace

constinit std::atomic<std::uint64_t> process_settings{default_word()};
SettingsOverlay (*settings_overlay_hook)() noexcept = no_overlay;
constinit std::atomic<bool> settings_overlay_used{false};

}  // namespace corepy

// The registry of backends.
#include "corepy/dispatch/backend.h"

#include <mutex>

#include "corepy/core/error.h"

namespace corepy {
namespace {

constexpr std::size_t max_backends = 8;

bool accept_all(const Call&, void*, Reason&) { return true; }

struct Registry {
  std::mutex mutex;
  Backend backends[max_backends] = {{"native", Policy::AUTO, true, accept_all, nullptr, nullptr}};
};
Registry& registry() noexcept {
  static auto* instance = new Registry;
  return *instance;
}

const Backend* search(Policy policy) noexcept {
  const auto backends = registered_backends();
  for (std::size_t i = backends.size();
       i-- > 1;) {  // the latest registered wins, so that a plugin can take over
    if (backends[i].policy == policy) return &backends[i];
  }
  return nullptr;
}

}  // namespace

// Entries below it are complete and never change.
constinit std::atomic<std::size_t> registered_backend_count{1};
bool (*backend_loader_hook)(Policy policy) = nullptr;

std::uint8_t register_backend(const Backend& backend) {
  Registry& r = registry();
  const std::lock_guard lock(r.mutex);
  const std::size_t index = registered_backend_count.load();
  if (index == max_backends)
    fail(ErrorKind::backend,
         std::string("register_backend: too many backends (got '") + backend.name + "')");
  r.backends[index] = backend;
  registered_backend_count.store(index + 1, std::memory_order_release);
  return static_cast<std::uint8_t>(index);
}

std::span<const Backend> registered_backends() noexcept {
  return {registry().backends, registered_backend_count.load(std::memory_order_acquire)};
}

const Backend* find_backend(Policy policy) {
  if (const Backend* backend = search(policy)) return backend;
  if (backend_loader_hook != nullptr && backend_loader_hook(policy)) return search(policy);
  return nullptr;
}

}  // namespace corepy

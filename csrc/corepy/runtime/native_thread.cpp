// Starting, naming and joining threads of the operating system.
#include "corepy/runtime/native_thread.h"

#include <cstddef>
#include <cstdio>
#include <system_error>
#ifndef _WIN32
#include <signal.h>
#endif

namespace corepy {

#ifdef _WIN32

// The stack is what the executable's header asks for, 1 MiB unless it says otherwise.
bool NativeThread::start(Entry entry, void* context) noexcept {
  try {
    thread_ = std::thread(entry, context);
    return true;
  } catch (const std::system_error&) {
    return false;
  }
}

void NativeThread::join() noexcept { thread_.join(); }

void name_this_thread(int) noexcept {}

#else

namespace {

// Kernels keep tiles of up to some hundred KiB on the stack and are written for the 1 MiB of
// Windows; musl gives 128 KiB and macOS 512 KiB unless asked. Half a MiB more is for the C library,
// which takes thread-local storage out of the stack: the thread sanitizer has more than that. Not
// 2 MiB otherwise: Linux may back such a mapping by a huge page, all of it resident.
#if defined(__SANITIZE_THREAD__)
constexpr std::size_t stack_bytes = 4 << 20;
#else
constexpr std::size_t stack_bytes = 3 << 19;
#endif

class StackAttributes {
 public:
  StackAttributes() noexcept {
    valid_ = pthread_attr_init(&attributes_) == 0;
    if (valid_) pthread_attr_setstacksize(&attributes_, stack_bytes);
  }
  ~StackAttributes() {
    if (valid_) pthread_attr_destroy(&attributes_);
  }
  StackAttributes(const StackAttributes&) = delete;
  StackAttributes& operator=(const StackAttributes&) = delete;
  const pthread_attr_t* get() const noexcept { return valid_ ? &attributes_ : nullptr; }

 private:
  pthread_attr_t attributes_;
  bool valid_;
};

// While alive, the calling thread and the threads that it starts have all signals blocked. A
// blocked fault would end the process without its handler (Python's faulthandler), so those stay.
class BlockedSignals {
 public:
  BlockedSignals() noexcept {
    sigset_t blocked;
    sigfillset(&blocked);
    for (const int fault : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGSYS, SIGABRT})
      sigdelset(&blocked, fault);
    pthread_sigmask(SIG_SETMASK, &blocked, &saved_);
  }
  ~BlockedSignals() { pthread_sigmask(SIG_SETMASK, &saved_, nullptr); }
  BlockedSignals(const BlockedSignals&) = delete;
  BlockedSignals& operator=(const BlockedSignals&) = delete;

 private:
  sigset_t saved_;
};

}  // namespace

bool NativeThread::start(Entry entry, void* context) noexcept {
  const StackAttributes attributes;
  const BlockedSignals blocked;
  return pthread_create(&thread_, attributes.get(), entry, context) == 0;
}

void NativeThread::join() noexcept { pthread_join(thread_, nullptr); }

void name_this_thread(int number) noexcept {
  char name[16];  // the most that Linux takes
  std::snprintf(name, sizeof name, "corepy-%d", number);
#if defined(__APPLE__)
  pthread_setname_np(name);
#elif defined(__linux__)
  pthread_setname_np(pthread_self(), name);
#endif
}

#endif

}  // namespace corepy

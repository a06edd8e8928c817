// A thread of the operating system for the pool: stack size, signals, name. What it does is in
// thread_pool.
#pragma once

#ifdef _WIN32
#include <thread>
#else
#include <pthread.h>
#endif

namespace corepy {

class NativeThread {
 public:
  using Entry = void* (*)(void* context) noexcept;

  NativeThread() noexcept = default;
  NativeThread(const NativeThread&) = delete;
  NativeThread& operator=(const NativeThread&) = delete;

  // False where the system refuses (limits on threads or memory). The thread receives no signal
  // but those of its own faults, so that an interrupt reaches the thread that waits for it.
  bool start(Entry entry, void* context) noexcept;
  // Once, after a start.
  void join() noexcept;

 private:
#ifdef _WIN32
  std::thread thread_;
#else
  pthread_t thread_{};
#endif
};

// Names the calling thread "corepy-<number>", for debuggers and process lists.
void name_this_thread(int number) noexcept;

}  // namespace corepy

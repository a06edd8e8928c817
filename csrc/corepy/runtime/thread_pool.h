// The explicit thread pool: tasks of one call shared by a few threads, with work stealing. How work
// is cut into tasks is the callers' concern (dispatch/); so is the number of threads.
//
// No thread exists before a call asks for more than one. Afterwards workers sleep between calls.
#pragma once

#include <cstdint>
#include <type_traits>

namespace corepy {

// More threads are never used, whatever is asked.
inline constexpr int max_thread_count = 1024;

// Runs one task. `slot` is below the call's thread count and no two tasks of a call that run at the
// same time have the same one: it names the thread's workspace. A task
// - throws nothing: it may run on a thread that has nobody to catch;
// - waits for no other task: there may be one thread for all of them;
// - takes no lock that a thread may hold while it forks (the host's; those of the allocator are
//   provided for), and does not fork: but on the caller's thread, where it may ask the host whether
//   to stop. A fork there waits for the workers of the call, which do not ask.
using TaskFunction = void (*)(void* context, std::int64_t task, int slot) noexcept;

// Whether the call shall end early. Asked on the caller's thread only: after each of its tasks, and
// every few milliseconds while it waits for the others.
using StopFunction = bool (*)(void* context) noexcept;

// Runs the tasks 0 .. task_count - 1, each once, on at most `thread_count` threads, the caller's
// included, and returns when all are done. False when `stop` said so: tasks that had begun were
// finished, the others were not begun. `threads_used` receives how many threads ran a task.
//
// Fewer threads than asked take part where workers are busy with other callers, where the system
// refuses threads, and where the others were done before a worker woke up. A call from inside a
// task runs alone, on the thread of that task, and asks no `stop`. Workers run every task in the
// default floating-point environment; the caller's own is its business.
bool run_tasks(int thread_count, std::int64_t task_count, TaskFunction run, void* context,
               StopFunction stop = nullptr, void* stop_context = nullptr,
               int* threads_used = nullptr) noexcept;

// The TaskFunction that calls the callable at `context`: task(index, slot).
template <class Task>
void call_task(void* context, std::int64_t index, int slot) noexcept {
  static_assert(std::is_nothrow_invocable_v<const Task&, std::int64_t, int>,
                "a task throws nothing: it may run on a thread that has nobody to catch");
  (*static_cast<const Task*>(context))(index, slot);
}

// The same with a callable: task(index, slot), noexcept.
template <class Task>
bool run_tasks(int thread_count, std::int64_t task_count, const Task& task,
               StopFunction stop = nullptr, void* stop_context = nullptr,
               int* threads_used = nullptr) noexcept {
  return run_tasks(thread_count, task_count, &call_task<Task>, const_cast<Task*>(&task), stop,
                   stop_context, threads_used);
}

// Ends all workers and waits for them; the next call that needs some starts new ones. Calls that
// are running lose no task. Does nothing inside a worker.
void stop_workers() noexcept;

// Whether each worker is bound to a CPU of its own: the next of the set that it was started with,
// the first being left to the caller, and around again where there are more workers. Takes effect
// at a worker's next job. Does nothing where the system has no such binding (macOS; Windows so
// far).
void set_pinning(bool enabled) noexcept;
bool is_pinning() noexcept;

// Workers that exist now.
int count_workers() noexcept;

}  // namespace corepy

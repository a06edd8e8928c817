// The set of CPUs that a thread may run on, as the operating system keeps it. What the process may
// use of them over time (quotas) is in cpu_quota.
#pragma once

#ifdef __linux__
#include <sched.h>

#include <bit>
#endif

namespace corepy {

#ifdef __linux__

// Room for 8192 CPUs, the most that Linux is built for: the C library's own set ends at 1024, and
// the kernel refuses to fill one that is too small.
class Affinity {
 public:
  // The calling thread's set; empty where the system does not say.
  static Affinity of_this_thread() noexcept {
    Affinity affinity;
    if (sched_getaffinity(0, sizeof affinity.words_, affinity.set()) != 0) return Affinity();
    return affinity;
  }
  int count() const noexcept {
    int count = 0;
    for (const unsigned long word : words_) count += std::popcount(word);
    return count;
  }
  // Of the CPUs in this set, the one at `index` modulo their count; this set must not be empty.
  Affinity only(int index) const noexcept {
    Affinity one;
    int left = index % count();
    for (int cpu = 0; cpu < capacity; ++cpu) {
      const unsigned long bit = 1UL << (cpu % word_bits);
      if ((words_[cpu / word_bits] & bit) == 0 || left-- > 0) continue;
      one.words_[cpu / word_bits] = bit;
      break;
    }
    return one;
  }
  // False where the system refuses, for example since a CPU was taken away meanwhile.
  bool apply_to_this_thread() const noexcept {
    return sched_setaffinity(0, sizeof words_, set()) == 0;
  }

 private:
  static constexpr int capacity = 8192;
  static constexpr int word_bits = 8 * sizeof(unsigned long);

  cpu_set_t* set() noexcept { return reinterpret_cast<cpu_set_t*>(words_); }
  const cpu_set_t* set() const noexcept { return reinterpret_cast<const cpu_set_t*>(words_); }

  unsigned long words_[capacity / word_bits] = {};
};

#else

// macOS has no way to bind a thread to a CPU; Windows has one per group of 64, which nothing here
// uses yet. Sets are empty and binding says no.
class Affinity {
 public:
  static Affinity of_this_thread() noexcept { return {}; }
  int count() const noexcept { return 0; }
  Affinity only(int) const noexcept { return {}; }
  bool apply_to_this_thread() const noexcept { return false; }
};

#endif

}  // namespace corepy

// How many CPUs this process may use: what set_num_threads("all") means.
#pragma once

#include <string>
#include <string_view>

namespace corepy {

// The CPUs in the calling thread's affinity set, or fewer where a cgroup limits the CPU time of
// this process; at least 1. A quota is rounded down: with one thread more than it pays for, the
// kernel would halt all of them for the rest of each period, and the slowest thread ends an
// operation.
int count_usable_cpus() noexcept;

// Parts of the above, apart for the tests.

inline constexpr double no_cpu_quota = 0;
// The CPU time per time that the cgroups of this process allow, the strictest of its ancestors' as
// well; no_cpu_quota for none. `root` stands before every path that is read ("" for the machine's).
double read_cpu_quota(const std::string& root);
// The text of cgroup version 2's cpu.max: "max 100000", "150000 100000".
double parse_cpu_max(std::string_view text) noexcept;
// Version 1: the texts of cpu.cfs_quota_us (-1: none) and cpu.cfs_period_us.
double parse_cpu_cfs(std::string_view quota, std::string_view period) noexcept;

}  // namespace corepy

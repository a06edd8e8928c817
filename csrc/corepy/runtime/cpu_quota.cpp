// How many CPUs this process may use, from the affinity set and from Linux's cgroups. Formats:
// cgroups(7), proc_pid_cgroup(5), proc_pid_mountinfo(5), the kernel's cgroup-v2 and sched-bwc
// documents.
#include "corepy/runtime/cpu_quota.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <thread>

#include "corepy/runtime/affinity.h"

namespace corepy {
namespace {

// What stands before the first `separator`; `text` becomes what stands after it.
std::string_view take_until(std::string_view& text, char separator) noexcept {
  const std::size_t end = std::min(text.find(separator), text.size());
  const std::string_view field = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return field;
}

bool has_item(std::string_view list, std::string_view item) noexcept {
  while (!list.empty())
    if (take_until(list, ',') == item) return true;
  return false;
}

// 0 for what is no positive number.
std::int64_t parse_positive(std::string_view text) noexcept {
  std::int64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return std::max<std::int64_t>(value, 0);
}

double ratio_of(std::int64_t quota, std::int64_t period) noexcept {
  if (quota == 0 || period == 0) return no_cpu_quota;
  return static_cast<double>(quota) / static_cast<double>(period);
}

double stricter(double a, double b) noexcept {
  if (a == no_cpu_quota) return b;
  if (b == no_cpu_quota) return a;
  return std::min(a, b);
}

// The whole of a small text file, empty where it cannot be read. By C streams: std::ifstream makes
// a locale object.
std::string read_text(const std::string& path) {
  std::string text;
  std::FILE* file = std::fopen(path.c_str(), "r");
  if (file == nullptr) return text;
  char buffer[4096];
  while (const std::size_t count = std::fread(buffer, 1, sizeof buffer, file))
    text.append(buffer, count);
  std::fclose(file);
  return text;
}

// Where a hierarchy of cgroups is mounted, and which of its cgroups the mount shows as its root.
struct CgroupMount {
  std::string point;
  std::string root;
};

// A line of mountinfo: id, parent, device, root, mount point, options, optional fields, "-", type,
// source, super options. `wanted` is asked (type, super options).
template <class Wanted>
CgroupMount find_mount(std::string_view mountinfo, const Wanted& wanted) {
  while (!mountinfo.empty()) {
    std::string_view line = take_until(mountinfo, '\n');
    const std::size_t dash = line.find(" - ");
    if (dash == std::string_view::npos) continue;
    std::string_view tail = line.substr(dash + 3);
    const std::string_view type = take_until(tail, ' ');
    take_until(tail, ' ');
    if (!wanted(type, tail)) continue;
    for (int skipped = 0; skipped < 3; ++skipped) take_until(line, ' ');
    const std::string_view root = take_until(line, ' ');
    return {std::string(take_until(line, ' ')), std::string(root)};
  }
  return {};
}

// The cgroup of this process in the hierarchy that has the controller ("" : version 2's). A line of
// /proc/self/cgroup: hierarchy, controllers, path; paths may hold colons.
std::string find_cgroup(std::string_view cgroups, std::string_view controller) {
  while (!cgroups.empty()) {
    std::string_view line = take_until(cgroups, '\n');
    const std::string_view hierarchy = take_until(line, ':');
    const std::string_view controllers = take_until(line, ':');
    const bool found = controller.empty() ? hierarchy == "0" && controllers.empty()
                                          : has_item(controllers, controller);
    if (found) return std::string(line);
  }
  return {};
}

// The path below the mount point. A cgroup outside of what the mount shows (a container that sees
// its own cgroup as the root, or "/../.." in a namespace) has its limits at the mount point.
std::string path_below(const CgroupMount& mount, std::string_view cgroup) {
  if (cgroup.find("/..") != std::string_view::npos) return {};
  if (mount.root != "/") {
    if (!cgroup.starts_with(mount.root)) return {};
    cgroup.remove_prefix(mount.root.size());
    if (!cgroup.empty() && cgroup.front() != '/') return {};
  }
  return cgroup == "/" ? std::string() : std::string(cgroup);
}

// The strictest of `read(folder)` from the cgroup's folder up to the mount point: each ancestor
// limits its descendants together.
template <class Read>
double strictest_quota(const std::string& root, const CgroupMount& mount, const std::string& cgroup,
                       const Read& read) {
  if (mount.point.empty() || cgroup.empty()) return no_cpu_quota;
  std::string below = path_below(mount, cgroup);
  double quota = no_cpu_quota;
  for (;;) {
    quota = stricter(quota, read(root + mount.point + below));
    if (below.empty()) return quota;
    below.resize(std::min(below.rfind('/'), below.size()));
  }
}

}  // namespace

double parse_cpu_max(std::string_view text) noexcept {
  const std::int64_t quota = parse_positive(take_until(text, ' '));  // 0 for "max"
  return ratio_of(quota, parse_positive(text));
}

double parse_cpu_cfs(std::string_view quota, std::string_view period) noexcept {
  return ratio_of(parse_positive(quota), parse_positive(period));
}

double read_cpu_quota(const std::string& root) {
  const std::string cgroups = read_text(root + "/proc/self/cgroup");
  const std::string mountinfo = read_text(root + "/proc/self/mountinfo");
  const CgroupMount unified = find_mount(
      mountinfo, [](std::string_view type, std::string_view) { return type == "cgroup2"; });
  const CgroupMount cpu =
      find_mount(mountinfo, [](std::string_view type, std::string_view options) {
        return type == "cgroup" && has_item(options, "cpu");
      });
  // Both are asked: in the hybrid layout version 2 is mounted without the CPU controller.
  return stricter(
      strictest_quota(
          root, unified, find_cgroup(cgroups, ""),
          [](const std::string& folder) { return parse_cpu_max(read_text(folder + "/cpu.max")); }),
      strictest_quota(root, cpu, find_cgroup(cgroups, "cpu"), [](const std::string& folder) {
        return parse_cpu_cfs(read_text(folder + "/cpu.cfs_quota_us"),
                             read_text(folder + "/cpu.cfs_period_us"));
      }));
}

int count_usable_cpus() noexcept {
  int count = Affinity::of_this_thread().count();
  if (count == 0) count = static_cast<int>(std::thread::hardware_concurrency());
#ifdef __linux__
  try {
    const double quota = read_cpu_quota("");
    if (quota != no_cpu_quota) count = static_cast<int>(std::min<double>(count, quota));
  } catch (...) {  // no memory for the paths: as if there were no quota
  }
#endif
  return std::max(count, 1);
}

}  // namespace corepy

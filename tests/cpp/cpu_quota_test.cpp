// How many CPUs a process may use: cgroup texts and folders of both versions, in trees made here.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <thread>

#include "corepy/runtime/affinity.h"
#include "corepy/runtime/cpu_quota.h"

namespace corepy {
namespace {

namespace fs = std::filesystem;

// A machine's root folder, made of a few files.
class CpuQuota : public testing::Test {
 protected:
  CpuQuota()
      : root_(fs::temp_directory_path() /
              ("corepy_cpu_quota_" +
               std::to_string(std::hash<std::thread::id>()(std::this_thread::get_id())) + "_" +
               testing::UnitTest::GetInstance()->current_test_info()->name())) {
    fs::remove_all(root_);
  }
  ~CpuQuota() override { fs::remove_all(root_); }

  void write(const std::string& path, const std::string& text) const {
    fs::create_directories((root_ / path).parent_path());
    std::ofstream(root_ / path, std::ios::binary) << text;
  }
  double read() const { return read_cpu_quota(root_.string()); }

  static constexpr const char* mounts_v2 =
      "24 30 0:22 / /proc rw,relatime - proc proc rw\n"
      "35 24 0:30 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate\n";

 private:
  fs::path root_;
};

TEST(CpuQuotaText, CpuMax) {
  EXPECT_EQ(parse_cpu_max("max 100000\n"), no_cpu_quota);
  EXPECT_EQ(parse_cpu_max("150000 100000\n"), 1.5);
  EXPECT_EQ(parse_cpu_max("400000 100000"), 4.0);
  for (const char* odd : {"", "\n", "max", "100000", "100000 0", "-5 100000", "x y"})
    EXPECT_EQ(parse_cpu_max(odd), no_cpu_quota) << odd;
}

TEST(CpuQuotaText, CpuCfs) {
  EXPECT_EQ(parse_cpu_cfs("-1\n", "100000\n"), no_cpu_quota);
  EXPECT_EQ(parse_cpu_cfs("50000\n", "100000\n"), 0.5);
  EXPECT_EQ(parse_cpu_cfs("", ""), no_cpu_quota);
  EXPECT_EQ(parse_cpu_cfs("50000", "0"), no_cpu_quota);
}

TEST_F(CpuQuota, NoneWithoutCgroups) { EXPECT_EQ(read(), no_cpu_quota); }

TEST_F(CpuQuota, Version2TakesTheStrictestAncestor) {
  write("proc/self/mountinfo", mounts_v2);
  write("proc/self/cgroup", "0::/system.slice/job.scope\n");
  EXPECT_EQ(read(), no_cpu_quota);
  write("sys/fs/cgroup/system.slice/job.scope/cpu.max", "800000 100000\n");
  EXPECT_EQ(read(), 8.0);
  write("sys/fs/cgroup/system.slice/cpu.max", "250000 100000\n");
  EXPECT_EQ(read(), 2.5);
  write("sys/fs/cgroup/system.slice/job.scope/cpu.max", "max 100000\n");
  EXPECT_EQ(read(), 2.5);
}

TEST_F(CpuQuota, Version2InsideAContainer) {
  write("proc/self/mountinfo", mounts_v2);
  write("sys/fs/cgroup/cpu.max", "300000 100000\n");
  write("proc/self/cgroup", "0::/\n");
  EXPECT_EQ(read(), 3.0);
  write("proc/self/cgroup", "0::/../../outside\n");
  EXPECT_EQ(read(), 3.0);
}

TEST_F(CpuQuota, Version1WithTheCpuController) {
  write("proc/self/mountinfo",
        "31 23 0:28 / /sys/fs/cgroup rw - tmpfs tmpfs rw,mode=755\n"
        "36 31 0:33 / /sys/fs/cgroup/cpuset rw - cgroup cgroup rw,cpuset\n"
        "32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct\n"
        "41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n");
  write("proc/self/cgroup", "5:cpuset:/a\n4:cpu,cpuacct:/a/b:c\n0::/a\n");
  const std::string folder = "sys/fs/cgroup/cpu,cpuacct/a/b:c/";
  write(folder + "cpu.cfs_quota_us", "-1\n");
  write(folder + "cpu.cfs_period_us", "100000\n");
  EXPECT_EQ(read(), no_cpu_quota);
  write(folder + "cpu.cfs_quota_us", "50000\n");
  EXPECT_EQ(read(), 0.5);
}

TEST_F(CpuQuota, Version1MountThatShowsAPartOfTheHierarchy) {
  write("proc/self/mountinfo",
        "32 31 0:29 /docker/abc /sys/fs/cgroup/cpu ro - cgroup cgroup rw,cpu\n");
  write("sys/fs/cgroup/cpu/cpu.cfs_quota_us", "200000\n");
  write("sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000\n");
  for (const char* cgroup :
       {"4:cpu:/docker/abc\n", "4:cpu:/docker/abc/inner\n", "4:cpu:/\n", "4:cpu:/docker/abcd\n"}) {
    write("proc/self/cgroup", cgroup);
    EXPECT_EQ(read(), 2.0) << cgroup;
  }
}

TEST(UsableCpus, AreAtMostTheAffinitySet) {
  const int count = count_usable_cpus();
  EXPECT_GE(count, 1);
#ifdef __linux__
  const Affinity all = Affinity::of_this_thread();
  EXPECT_LE(count, all.count());
  std::thread([&] {
    for (int i = 0; i < all.count() + 1; ++i) {
      ASSERT_TRUE(all.only(i).apply_to_this_thread());
      EXPECT_EQ(Affinity::of_this_thread().count(), 1);
      EXPECT_EQ(count_usable_cpus(), 1);
    }
  }).join();
#endif
}

}  // namespace
}  // namespace corepy

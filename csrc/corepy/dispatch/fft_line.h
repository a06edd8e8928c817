// The complex transform of one line by its plan: which kernels run, in which order, on what scratch
// memory. Which lines there are is fft.cpp's.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "corepy/dispatch/blocking_region.h"
#include "corepy/dispatch/workspace.h"
#include "corepy/kernels/fft_table.h"

namespace corepy {

class FftLine {
 public:
  FftLine(const FftKernel& kernel, const FftPlan& plan, std::int64_t part_itemsize) noexcept
      : kernel_(kernel), plan_(plan), part_(part_itemsize) {}

  // Scratch memory of one call: what all threads share, then each thread's.
  std::int64_t workspace_bytes() const noexcept { return shared_bytes() + step_bytes(); }
  std::int64_t shared_bytes() const noexcept {
    switch (plan_.kind) {
      case FftKind::columns:
        return 0;
      case FftKind::four_step:
        return fft_matrix_bytes(plan_, part_);
      default:
        return chirp_bytes() + inner().shared_bytes();
    }
  }
  std::int64_t step_bytes() const noexcept {
    switch (plan_.kind) {
      case FftKind::columns:
        return kernel_.columns_workspace_bytes(plan_, 1);
      case FftKind::four_step:
        return kernel_.step_workspace_bytes(plan_);
      default:
        return inner().step_bytes();
    }
  }

  // On the calling thread alone. `out` may be `in`.
  void run(const void* in, void* out, bool inverse, double scale, void* workspace) const noexcept {
    auto* own = static_cast<std::byte*>(workspace) + shared_bytes();
    transform({in, out, inverse, scale}, workspace,
              [&](std::int64_t count, std::int64_t, const auto& task) {
                if (count > 0) task(std::int64_t{0}, count, own);
              });
  }

  // On the calling thread alone, forwards, which looks for interrupts where there is a region.
  void run_polled(BlockingRegion* region, const void* in, void* out, void* workspace) const {
    auto* own = static_cast<std::byte*>(workspace) + shared_bytes();
    transform({in, out, false, 1.0}, workspace,
              [&](std::int64_t count, std::int64_t unit_bytes, const auto& task) {
                const std::int64_t group = units_per_task(unit_bytes);
                for (std::int64_t i = 0; i < count; i += group) {
                  task(i, std::min(group, count - i), own);
                  if (region != nullptr) region->poll(group * unit_bytes);
                }
              });
  }

  // By all threads of the region, which polls between their tasks.
  void run_shared(BlockingRegion& region, const void* in, void* out, bool inverse, double scale,
                  void* shared, const SlotWorkspaces& own) const {
    transform({in, out, inverse, scale}, shared,
              [&](std::int64_t count, std::int64_t unit_bytes, const auto& task) {
                const std::int64_t group = units_per_task(unit_bytes);
                region.run((count + group - 1) / group, [&](std::int64_t i, int slot) noexcept {
                  task(i * group, std::min(group, count - i * group), own.at(slot));
                });
              });
  }

 private:
  struct Direction {
    const void* in;
    void* out;
    bool inverse;
    double scale;
  };
  static constexpr std::int64_t task_bytes = std::int64_t{1} << 18;
  static std::int64_t units_per_task(std::int64_t unit_bytes) noexcept {
    return std::max<std::int64_t>(1, task_bytes / std::max<std::int64_t>(1, unit_bytes));
  }

  static std::int64_t round_up(std::int64_t bytes) noexcept { return (bytes + 63) / 64 * 64; }
  FftLine inner() const noexcept { return {kernel_, *plan_.inner, part_}; }
  std::int64_t chirp_bytes() const noexcept { return round_up(plan_.inner->length * 2 * part_); }

  // each(count, bytes, task): task(first, how many, own scratch) over [0, count), whose units touch
  // `bytes` each; all are done when it returns.
  template <class Each>
  void transform(const Direction& d, void* shared, const Each& each) const {
    switch (plan_.kind) {
      case FftKind::columns:
        each(1, 0, [&](std::int64_t, std::int64_t, void* own) noexcept {
          const std::int64_t itemsize = 2 * part_;
          kernel_.columns({&plan_, 1, d.in, itemsize, d.out, itemsize, d.inverse, d.scale, own});
        });
        return;
      case FftKind::four_step:
        run_halves(d, shared, each);
        return;
      default:
        run_chirp(d, static_cast<std::byte*>(shared), each);
        return;
    }
  }

  template <class Each>
  void run_halves(const Direction& d, void* matrix, const Each& each) const {
    const std::int64_t n1 = plan_.first.length, n2 = plan_.second.length;
    const auto half = [&](void (*kernel)(const FftStepArgs&) noexcept, std::int64_t rows,
                          std::int64_t columns) {
      each(fft_block_count(columns, part_), rows * fft_row_bytes,
           [&](std::int64_t first, std::int64_t count, void* own) noexcept {
             kernel({&plan_, d.in, d.out, matrix, first, count, d.inverse, d.scale, own});
           });
    };
    half(kernel_.begin, n1, n2);
    half(kernel_.finish, n2, n1);
  }

  template <class Each>
  void multiply(const void* in, const void* factors, void* out, std::int64_t length, bool swap_in,
                bool swap_out, double scale, const Each& each) const {
    constexpr std::int64_t unit = 4096;
    const std::int64_t itemsize = 2 * part_;
    each((length + unit - 1) / unit, unit * itemsize,
         [&](std::int64_t first, std::int64_t count, void*) noexcept {
           const std::int64_t offset = first * unit * itemsize;
           kernel_.multiply_chirp({static_cast<const std::byte*>(in) + offset,
                                   static_cast<const std::byte*>(factors) + offset,
                                   static_cast<std::byte*>(out) + offset,
                                   std::min(count * unit, length - first * unit), swap_in, swap_out,
                                   scale});
         });
  }

  template <class Each>
  void run_chirp(const Direction& d, std::byte* buffer, const Each& each) const {
    const std::int64_t n = plan_.length, period = plan_.inner->length, itemsize = 2 * part_;
    void* rest = buffer + chirp_bytes();
    multiply(d.in, plan_.chirp, buffer, n, d.inverse, false, 1.0, each);
    std::memset(buffer + n * itemsize, 0, static_cast<std::size_t>((period - n) * itemsize));
    inner().transform({buffer, buffer, false, 1.0}, rest, each);
    multiply(buffer, plan_.spectrum, buffer, period, false, false, 1.0, each);
    inner().transform({buffer, buffer, true, 1.0}, rest, each);
    multiply(buffer, plan_.chirp, d.out, n, false, d.inverse, d.scale, each);
  }

  const FftKernel& kernel_;
  const FftPlan& plan_;
  std::int64_t part_;  // bytes of a real or imaginary part
};

}  // namespace corepy

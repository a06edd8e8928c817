// Transforms along one axis.
#include "corepy/dispatch/fft_axis.h"

#include <algorithm>
#include <cstring>

#include "corepy/dispatch/fft_line.h"
#include "corepy/dispatch/fft_plan.h"
#include "corepy/dispatch/workspace.h"
#include "corepy/ops/loop_plan.h"

namespace corepy {
namespace {

using Kind = FftAxisStep::Kind;

// Lines that lie apart in memory but beside each other are moved together, this much at a time.
constexpr std::int64_t group_bytes = std::int64_t{1} << 18;
// A longer line is shared by threads, and interrupts are looked for within it.
constexpr std::int64_t shared_length = std::int64_t{1} << 17;
// A block of longer lines, side by side, would leave the second-level cache.
constexpr std::int64_t longest_neighbours = 2048;
// So many complex numbers make a task.
constexpr std::int64_t task_length = std::int64_t{1} << 14;

// Rounded to a line of the cache, and an odd number of them: lines of a group then fall into
// different sets.
std::int64_t pitch_of(std::int64_t bytes) { return ((bytes + 63) / 64 | 1) * 64; }

// One side's lines, in memory: elements `stride` apart, `length` of them.
struct Side {
  std::int64_t stride, neighbour_stride, itemsize, length;
  GatherLoop gather;
  ScatterLoop scatter;
  TransposeLoop transpose;

  bool is_contiguous() const noexcept { return stride == itemsize || length == 1; }
  bool has_neighbours() const noexcept { return neighbour_stride == itemsize; }
};

class AxisTransform {
 public:
  AxisTransform(Operation& operation, BlockingRegion& region, const KernelTables& tables,
                const Tensor& source, const Tensor& target, const FftAxisStep& step)
      : operation_(operation),
        region_(region),
        step_(step),
        part_(real_of(source.dtype)),
        part_bytes_(itemsize_of(part_)),
        kernel_(part_ == DType::float32 ? tables.fft->of_float32 : tables.fft->of_float64),
        is_halved_(step.kind != Kind::complex && step.length % 2 == 0),
        length_(is_halved_ ? step.length / 2 : step.length),
        tables_(operation.is_dry_run()
                    ? outline_fft_plan(length_, part_)
                    : find_fft_plan(operation.name(), length_, part_, *tables.fft, &region)),
        real_tables_(is_halved_ && !operation.is_dry_run()
                         ? find_real_roots(operation.name(), step.length, part_, &region)
                         : nullptr),
        line_(kernel_, tables_->plan, part_bytes_),
        source_(source.data()),
        target_(target.data()) {
    Dims shape = target.shape, strides[] = {target.strides, source.strides};
    shape.erase(step.axis), strides[0].erase(step.axis), strides[1].erase(step.axis);
    lines_ = plan_loops(shape, strides);
    in_ = side_of(tables, source, 1);
    out_ = side_of(tables, target, 0);
    taken_ = std::min(in_.length, operand_length());
    is_aligned_ = is_aligned(source);
    reads_in_place_ = in_.is_contiguous() && taken_ == operand_length() && is_aligned_;
    writes_in_place_ = out_.is_contiguous();
  }

  void run() {
    const std::int64_t count = count_elements(lines_.shape);
    if (runs_as_columns()) {
      run_column_groups();
    } else if (length_ >= shared_length ||
               (count < region_.thread_count() && length_ >= task_length)) {
      run_shared_lines(count);
    } else {
      run_groups();
    }
  }

 private:
  Side side_of(const KernelTables& tables, const Tensor& x, int operand) const {
    const int size = copy_size_index(static_cast<int>(x.itemsize()));
    return {x.strides[step_.axis],       lines_.inner_stride(operand), x.itemsize(),
            x.shape[step_.axis],         tables.copy->gather[size],    tables.copy->scatter[size],
            tables.copy->transpose[size]};
  }

  // Elements that the transform reads of a line, and complex numbers that it works in.
  std::int64_t operand_length() const noexcept {
    return step_.kind == Kind::to_real ? step_.length / 2 + 1 : step_.length;
  }
  std::int64_t work_bytes() const noexcept { return pitch_of((length_ + 1) * 2 * part_bytes_); }

  struct Places {
    const std::byte* in;
    std::byte* out;
  };
  // Line `start` of the inner other axis, at step `outer` of the outer ones.
  Places find_lines(std::int64_t outer, std::int64_t start) const noexcept {
    std::int64_t offsets[max_plan_operands] = {};
    find_outer_offsets(lines_, outer, offsets);
    return {source_ + offsets[1] + start * in_.neighbour_stride,
            target_ + offsets[0] + start * out_.neighbour_stride};
  }

  // ---- one line, both sides contiguous ----

  // run(in, out): the complex transform. `work` holds a line of complex numbers where the line's
  // own memory does not.
  template <class Run>
  void transform_line(const std::byte* in, std::byte* out, std::byte* work, const Run& run) const {
    switch (step_.kind) {
      case Kind::complex:
        run(in, out, step_.inverse, step_.scale);
        return;
      case Kind::from_real:
        if (is_halved_) {
          run(in, out, false, 1.0);
          kernel_.split_real(real_args(out, out));
        } else {
          widen(in, work);
          run(work, work, false, step_.scale);
          take_half(work, out);
        }
        return;
      default:
        if (is_halved_) {
          kernel_.merge_real(real_args(in, out));
          run(out, out, true, step_.scale);
        } else {
          mirror(in, work);
          run(work, work, true, step_.scale);
          take_real(work, out);
        }
    }
  }

  FftRealArgs real_args(const void* in, void* out) const noexcept {
    return {in, out, real_tables_->real_roots, length_, step_.conjugate, step_.scale};
  }

  // Odd lengths: real numbers as complex ones, half of a symmetric result, and back.
  template <class T>
  void widen_parts(const std::byte* in, std::byte* out) const noexcept {
    auto* to = reinterpret_cast<Complex<T>*>(out);
    for (std::int64_t i = 0; i < length_; ++i) to[i] = {reinterpret_cast<const T*>(in)[i], T(0)};
  }
  template <class T>
  void take_half_of(const std::byte* in, std::byte* out) const noexcept {
    const auto* from = reinterpret_cast<const Complex<T>*>(in);
    auto* to = reinterpret_cast<Complex<T>*>(out);
    to[0] = {from[0].re, T(0)};
    for (std::int64_t k = 1; k <= length_ / 2; ++k)
      to[k] = {from[k].re, step_.conjugate ? -from[k].im : from[k].im};
  }
  template <class T>
  void mirror_half(const std::byte* in, std::byte* out) const noexcept {
    const auto* from = reinterpret_cast<const Complex<T>*>(in);
    auto* to = reinterpret_cast<Complex<T>*>(out);
    to[0] = {from[0].re, T(0)};
    for (std::int64_t k = 1; k <= length_ / 2; ++k) {
      const Complex<T> x = from[k], y{x.re, -x.im};
      to[k] = step_.conjugate ? y : x;
      to[length_ - k] = step_.conjugate ? x : y;
    }
  }
  template <class T>
  void take_real_parts(const std::byte* in, std::byte* out) const noexcept {
    const auto* from = reinterpret_cast<const Complex<T>*>(in);
    for (std::int64_t i = 0; i < length_; ++i) reinterpret_cast<T*>(out)[i] = from[i].re;
  }
  void widen(const std::byte* in, std::byte* out) const noexcept {
    part_ == DType::float32 ? widen_parts<float>(in, out) : widen_parts<double>(in, out);
  }
  void take_half(const std::byte* in, std::byte* out) const noexcept {
    part_ == DType::float32 ? take_half_of<float>(in, out) : take_half_of<double>(in, out);
  }
  void mirror(const std::byte* in, std::byte* out) const noexcept {
    part_ == DType::float32 ? mirror_half<float>(in, out) : mirror_half<double>(in, out);
  }
  void take_real(const std::byte* in, std::byte* out) const noexcept {
    part_ == DType::float32 ? take_real_parts<float>(in, out) : take_real_parts<double>(in, out);
  }

  // ---- groups of neighbouring lines ----

  std::int64_t in_pitch() const noexcept { return pitch_of(operand_length() * in_.itemsize); }
  // A line's own memory also holds the complex numbers of half its length.
  std::int64_t out_pitch() const noexcept { return pitch_of(out_.length * out_.itemsize); }

  std::int64_t lines_per_group() const noexcept {
    const std::int64_t moved = std::max(in_pitch(), out_pitch());
    const bool moves = !reads_in_place_ || !writes_in_place_;
    const std::int64_t wanted = moves ? std::clamp<std::int64_t>(group_bytes / moved, 4, 16)
                                      : std::max<std::int64_t>(1, task_length / length_);
    return std::min(wanted, lines_.inner_length());
  }

  // The lines' operands, contiguous and padded with zeros, one after the other.
  void gather(const std::byte* in, std::int64_t count, std::byte* to) const noexcept {
    const std::int64_t pitch = in_pitch(), bytes = taken_ * in_.itemsize;
    if (in_.has_neighbours() && count > 1) {
      in_.transpose(in, in_.stride, to, pitch, taken_, count);
    } else {
      for (std::int64_t i = 0; i < count; ++i)
        in_.gather(in + i * in_.neighbour_stride, in_.stride, to + i * pitch, taken_);
    }
    for (std::int64_t i = 0; i < count && taken_ < operand_length(); ++i) {
      std::memset(to + i * pitch + bytes, 0,
                  static_cast<std::size_t>(operand_length() * in_.itemsize - bytes));
    }
  }
  void scatter(const std::byte* from, std::int64_t count, std::byte* out) const noexcept {
    const std::int64_t pitch = out_pitch();
    if (out_.has_neighbours() && count > 1) {
      out_.transpose(from, pitch, out, out_.stride, count, out_.length);
    } else {
      for (std::int64_t i = 0; i < count; ++i)
        out_.scatter(from + i * pitch, out + i * out_.neighbour_stride, out_.stride, out_.length);
    }
  }

  void run_groups() {
    const std::int64_t group = lines_per_group(), length = lines_.inner_length();
    const std::int64_t in_bytes = reads_in_place_ ? 0 : group * in_pitch();
    const std::int64_t out_bytes = writes_in_place_ ? 0 : group * out_pitch();
    const std::int64_t line_bytes = (line_.workspace_bytes() + 63) / 64 * 64;
    const std::int64_t odd_bytes = step_.kind != Kind::complex && !is_halved_ ? work_bytes() : 0;
    const std::int64_t groups = (length + group - 1) / group;
    const std::int64_t tasks = count_elements(lines_.shape) / length * groups;
    // Short runs of lines are many to a task.
    const std::int64_t points = std::max<std::int64_t>(1, group * length_);
    const std::int64_t together = std::max<std::int64_t>(1, task_length / points);
    const std::int64_t shares = (tasks + together - 1) / together;
    const SlotWorkspaces memory(operation_, region_, shares,
                                line_bytes + odd_bytes + in_bytes + out_bytes);
    region_.run(shares, [&](std::int64_t task, int slot) noexcept {
      auto* workspace = static_cast<std::byte*>(memory.at(slot));
      std::byte* work = workspace + line_bytes;
      std::byte* gathered = work + odd_bytes;
      std::byte* results = gathered + in_bytes;
      const auto run = [&](const void* in, void* out, bool inverse, double scale) {
        line_.run(in, out, inverse, scale, workspace);
      };
      const std::int64_t end = std::min(tasks, (task + 1) * together);
      for (std::int64_t unit = task * together; unit < end; ++unit) {
        const std::int64_t start = unit % groups * group;
        const std::int64_t count = std::min(group, length - start);
        const Places places = find_lines(unit / groups, start);
        if (!reads_in_place_) gather(places.in, count, gathered);
        for (std::int64_t i = 0; i < count; ++i) {
          transform_line(
              reads_in_place_ ? places.in + i * in_.neighbour_stride : gathered + i * in_pitch(),
              writes_in_place_ ? places.out + i * out_.neighbour_stride : results + i * out_pitch(),
              work, run);
        }
        if (!writes_in_place_) scatter(results, count, places.out);
      }
    });
  }

  // One line after the other, each shared by the threads.
  void run_shared_lines(std::int64_t count) {
    const bool is_odd = step_.kind != Kind::complex && !is_halved_;
    Workspace shared_memory, in_memory, out_memory, work_memory;
    void* shared = shared_memory.ensure(operation_, line_.shared_bytes());
    const SlotWorkspaces own(operation_, region_, region_.thread_count(), line_.step_bytes());
    auto* gathered =
        static_cast<std::byte*>(in_memory.ensure(operation_, reads_in_place_ ? 0 : in_pitch()));
    auto* results =
        static_cast<std::byte*>(out_memory.ensure(operation_, writes_in_place_ ? 0 : out_pitch()));
    auto* work = static_cast<std::byte*>(work_memory.ensure(operation_, is_odd ? work_bytes() : 0));
    if (operation_.is_dry_run()) return region_.note_threads(region_.thread_count());
    const std::int64_t length = lines_.inner_length();
    for (std::int64_t i = 0; i < count; ++i) {
      const Places places = find_lines(i / length, i % length);
      if (!reads_in_place_) gather(places.in, 1, gathered);
      transform_line(reads_in_place_ ? places.in : gathered,
                     writes_in_place_ ? places.out : results, work,
                     [&](const void* from, void* to, bool inverse, double scale) {
                       line_.run_shared(region_, from, to, inverse, scale, shared, own);
                     });
      if (!writes_in_place_) scatter(results, 1, places.out);
    }
  }

  // ---- complex lines side by side ----

  bool runs_as_columns() const noexcept {
    if (step_.kind != Kind::complex || lines_.inner_length() == 1 || taken_ != length_)
      return false;
    if (in_.has_neighbours() && !is_aligned_) return false;
    if (tables_->plan.kind == FftKind::four_step) {
      return length_ <= longest_neighbours && in_.has_neighbours() && out_.has_neighbours() &&
             lines_.inner_length() >= 4;
    }
    return tables_->plan.kind == FftKind::columns &&
           (in_.has_neighbours() || in_.is_contiguous()) &&
           (out_.has_neighbours() || out_.is_contiguous());
  }

  void run_column_groups() {
    const std::int64_t length = lines_.inner_length();
    const std::int64_t group =
        std::min(length, std::clamp<std::int64_t>(task_length / length_, 16, 128));
    const std::int64_t groups = (length + group - 1) / group;
    const std::int64_t itemsize = 2 * part_bytes_, pitch = group * itemsize;
    const std::int64_t kernel_bytes = kernel_.columns_workspace_bytes(tables_->plan, group);
    const bool moves = !in_.has_neighbours() || !out_.has_neighbours();
    const std::int64_t tasks = count_elements(lines_.shape) / length * groups;
    const SlotWorkspaces memory(operation_, region_, tasks,
                                kernel_bytes + (moves ? 2 * length_ * pitch : 0));
    region_.run(tasks, [&](std::int64_t task, int slot) noexcept {
      const std::int64_t start = task % groups * group;
      const std::int64_t count = std::min(group, length - start);
      const Places places = find_lines(task / groups, start);
      auto* workspace = static_cast<std::byte*>(memory.at(slot));
      std::byte* operands = workspace + kernel_bytes;
      std::byte* results = operands + length_ * pitch;
      FftColumnsArgs args{&tables_->plan, count,         places.in,   in_.stride, places.out,
                          out_.stride,    step_.inverse, step_.scale, workspace};
      if (!in_.has_neighbours()) {
        in_.transpose(places.in, in_.neighbour_stride, operands, pitch, count, length_);
        args.in = operands, args.in_row_bytes = pitch;
      }
      if (!out_.has_neighbours()) args.out = results, args.out_row_bytes = pitch;
      kernel_.columns(args);
      if (!out_.has_neighbours())
        out_.transpose(results, pitch, places.out, out_.neighbour_stride, length_, count);
    });
  }

  Operation& operation_;
  BlockingRegion& region_;
  const FftAxisStep& step_;
  DType part_;
  std::int64_t part_bytes_;
  const FftKernel& kernel_;
  bool is_halved_;       // real data of even length: half as many complex numbers
  std::int64_t length_;  // of the complex transform
  FftTablesRef tables_, real_tables_;
  FftLine line_;
  const std::byte* source_;
  std::byte* target_;
  LoopPlan lines_;  // operands: target, source; all axes but the transform's
  Side in_, out_;
  std::int64_t taken_;  // elements of an operand's line that are used; zeros follow
  bool is_aligned_, reads_in_place_, writes_in_place_;
};

}  // namespace

void run_fft_axis(Operation& operation, BlockingRegion& region, const KernelTables& tables,
                  const Tensor& source, const Tensor& target, const FftAxisStep& step) {
  AxisTransform(operation, region, tables, source, target, step).run();
}

}  // namespace corepy

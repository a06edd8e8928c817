// The path of a cumulative sum or product.
#include "corepy/dispatch/scan.h"

#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

#include "corepy/core/error.h"
#include "corepy/dispatch/blocking_region.h"
#include "corepy/dispatch/dispatch.h"
#include "corepy/dispatch/elementwise_loops.h"
#include "corepy/dispatch/kernel_tables.h"
#include "corepy/dispatch/workspace.h"
#include "corepy/ops/loop_plan.h"
#include "corepy/ops/reduction_rules.h"

namespace corepy {
namespace {

// Elements that pass through scratch memory at once: a few blocks, in the first-level cache.
constexpr std::int64_t piece_length = 4 * scan_block_length;
// A stretch of a long scan, for threads to share and for interrupts.
constexpr std::int64_t part_length = 256 * scan_block_length;
// Rows of columns that pass through scratch memory at once: a group of the sums' order.
constexpr std::int64_t tile_rows = 16;

// One of the many scans of a call: n elements from `in`, results to `out`.
struct ScanLine {
  const std::byte* in;
  std::byte* out;
};

// Elements on their way between an operand's memory and the kernel's: moved, converted, or neither.
class Stage {
 public:
  Stage(const KernelTables& tables, DType outside, DType inside, bool is_input)
      : size_(itemsize_of(outside)), kernel_size_(itemsize_of(inside)) {
    const int index = copy_size_index(static_cast<int>(size_));
    gather_ = tables.copy->gather[index];
    scatter_ = tables.copy->scatter[index];
    if (outside != inside)
      cast_ = is_input ? tables.cast->find(outside, inside) : tables.cast->find(inside, outside);
  }
  std::int64_t size() const noexcept { return size_; }
  std::int64_t kernel_size() const noexcept { return kernel_size_; }
  bool converts() const noexcept { return cast_ != nullptr; }
  // Memory for `count` elements on their way.
  std::int64_t buffer_bytes(std::int64_t count) const noexcept {
    return count * (round_up(size_) + round_up(kernel_size_));
  }

  void read(const std::byte* in, std::int64_t stride, std::int64_t count, std::byte* to,
            std::byte* between) const noexcept {
    if (cast_ == nullptr) return gather_(in, stride, to, count);
    if (stride != size_) gather_(in, stride, between, count);
    cast_(stride == size_ ? in : between, to, count);
  }
  void write(const std::byte* from, std::byte* out, std::int64_t stride, std::int64_t count,
             std::byte* between) const noexcept {
    if (cast_ == nullptr) return scatter_(from, out, stride, count);
    cast_(from, stride == size_ ? out : between, count);
    if (stride != size_) scatter_(between, out, stride, count);
  }

 private:
  static constexpr std::int64_t round_up(std::int64_t size) { return size < 8 ? 8 : size; }

  std::int64_t size_, kernel_size_;
  GatherLoop gather_;
  ScatterLoop scatter_;
  CastLoop cast_ = nullptr;
};

// One scan kernel over all lines of a call.
class NativeScan {
 public:
  NativeScan(Operation& operation, const KernelTables& tables, const ScanKernel& kernel,
             const Tensor& x, const Tensor& result, int axis, const ReductionDTypes& dtypes,
             bool include_initial)
      : operation_(operation),
        kernel_(kernel),
        result_(result),
        n_(x.shape[axis]),
        in_stride_(x.strides[axis]),
        out_stride_(result.strides[axis]),
        in_stage_(tables, x.dtype, dtypes.compute, true),
        out_stage_(tables, result.dtype, dtypes.accumulator, false),
        is_aligned_(is_aligned(x)),
        streams_(hint_for(x.nbytes() + result.nbytes()) == MemoryHint::stream) {
    Dims shape = x.shape, strides[] = {result.strides, x.strides};
    shape.erase(axis), strides[0].erase(axis), strides[1].erase(axis);
    lines_ = plan_loops(shape, strides);
    if (include_initial) set_initial(tables);
  }

  bool is_by_columns() const noexcept {
    return n_ > 0 && lines_.inner_length() > 1 && lines_.inner_stride(0) == out_stage_.size() &&
           out_stride_ != out_stage_.size();
  }

  void run(const Tensor& x) {
    const Tensor* pinned[] = {&x};
    BlockingRegion region(operation_, x.nbytes() + result_.nbytes(), pinned);
    source_ = region.operands()[0]->data();  // x itself may change without the lock
    const std::int64_t count = count_elements(lines_.shape);
    if (is_by_columns()) {
      run_columns(region, count);
    } else if (count == 1 && n_ > part_length) {
      run_parts(region);
    } else {
      run_rows(region, count);
    }
  }

 private:
  void set_initial(const KernelTables& tables) noexcept {
    const std::uint8_t value = operation_.record().op == Op::cumulative_prod;
    tables.cast->find(DType::uint8, result_.dtype)(&value, initial_, 1);
    fill_ = tables.copy->fill[copy_size_index(static_cast<int>(out_stage_.size()))];
  }

  // Line `start` of the inner kept axis, at step `outer` of the outer ones.
  ScanLine find_line(std::int64_t outer, std::int64_t start) const noexcept {
    std::int64_t offsets[max_plan_operands] = {};
    find_outer_offsets(lines_, outer, offsets);
    return {source_ + offsets[1] + start * lines_.inner_stride(1),
            result_.data() + offsets[0] + start * lines_.inner_stride(0)};
  }
  // Writes the first elements of `width` neighbouring lines, where they are asked for.
  void begin(ScanLine& line, std::int64_t width) const noexcept {
    if (fill_ == nullptr) return;
    fill_(initial_, line.out, width);
    line.out += out_stride_;
  }

  // ---- rows

  bool reads_in_place() const noexcept {
    return (in_stride_ == in_stage_.size() || n_ == 1) && is_aligned_ && !in_stage_.converts();
  }
  bool writes_in_place() const noexcept {
    return (out_stride_ == out_stage_.size() || n_ == 1) && !out_stage_.converts();
  }
  std::int64_t row_buffer_bytes() const noexcept {
    return in_stage_.buffer_bytes(piece_length) + out_stage_.buffer_bytes(piece_length);
  }
  std::int64_t row_workspace_bytes() const noexcept {
    return reads_in_place() && writes_in_place() ? 0 : row_buffer_bytes();
  }

  // f(start, count, elements) for the stretch's pieces, contiguous and in the kernel's dtype.
  template <class F>
  void for_each_piece(const ScanLine& line, std::int64_t first, std::int64_t count, void* buffer,
                      F f) const noexcept {
    auto* elements = static_cast<std::byte*>(buffer);
    std::byte* between =
        elements + piece_length * std::max<std::int64_t>(8, in_stage_.kernel_size());
    for (std::int64_t start = first; start < first + count; start += piece_length) {
      const std::int64_t length = std::min(piece_length, first + count - start);
      const std::byte* in = line.in + start * in_stride_;
      if (!reads_in_place()) in_stage_.read(in, in_stride_, length, elements, between);
      f(start, length, reads_in_place() ? in : elements);
    }
  }

  // Elements [first, first + count) of a line, `first` a multiple of the block length.
  void scan_stretch(const ScanLine& line, std::int64_t first, std::int64_t count, void* state,
                    void* buffer) const noexcept {
    if (reads_in_place() && writes_in_place()) {
      kernel_.run_row({first, count, line.in + first * in_stage_.size(),
                       line.out + first * out_stage_.size(), state, streams_});
      return;
    }
    std::byte* results = static_cast<std::byte*>(buffer) + in_stage_.buffer_bytes(piece_length);
    std::byte* between =
        results + piece_length * std::max<std::int64_t>(8, out_stage_.kernel_size());
    for_each_piece(line, first, count, buffer,
                   [&](std::int64_t start, std::int64_t length, const void* elements) noexcept {
                     std::byte* out = line.out + start * out_stride_;
                     void* target = writes_in_place() ? out : results;
                     kernel_.run_row({start, length, elements, target, state, false});
                     if (!writes_in_place())
                       out_stage_.write(results, out, out_stride_, length, between);
                   });
  }

  void run_rows(BlockingRegion& region, std::int64_t count) {
    // Short rows are many to a task.
    const std::int64_t length = lines_.inner_length();
    const std::int64_t chunk =
        std::max<std::int64_t>(1, part_length / std::max<std::int64_t>(1, n_));
    const std::int64_t chunks = (length + chunk - 1) / chunk, tasks = count / length * chunks;
    const SlotWorkspaces buffers(operation_, region, tasks, row_workspace_bytes());
    region.run(tasks, [&](std::int64_t task, int slot) noexcept {
      const std::int64_t start = task % chunks * chunk;
      const std::int64_t lines = std::min(chunk, length - start);
      const ScanLine first = find_line(task / chunks, start);
      if (reads_in_place() && writes_in_place()) {
        scan_rows(first, lines);
      } else {
        stage_rows(first, lines, buffers.at(slot));
      }
    });
  }
  void scan_rows(ScanLine first, std::int64_t lines) const noexcept {
    const std::int64_t in_step = lines_.inner_stride(1), out_step = lines_.inner_stride(0);
    if (fill_ != nullptr) {
      for (std::int64_t i = 0; i < lines; ++i) fill_(initial_, first.out + i * out_step, 1);
      first.out += out_stride_;
    }
    kernel_.run_rows({n_, lines, first.in, in_step, first.out, out_step, streams_});
  }
  void stage_rows(ScanLine next, std::int64_t lines, void* buffer) const noexcept {
    for (std::int64_t i = 0; i < lines; ++i) {
      ScanLine line = next;
      begin(line, 1);
      alignas(64) std::byte state[scan_state_bytes];
      scan_stretch(line, 0, n_, state, buffer);
      next.in += lines_.inner_stride(1);
      next.out += lines_.inner_stride(0);
    }
  }

  // One long line, part by part; threads share it where the parts' states can be known beforehand.
  void run_parts(BlockingRegion& region) {
    ScanLine line = find_line(0, 0);
    const std::int64_t count = (n_ + part_length - 1) / part_length;
    const bool shared = region.thread_count() > 1 && kernel_.find_totals != nullptr;
    const SlotWorkspaces buffers(operation_, region, shared ? count : 1, row_workspace_bytes());
    Workspace states_memory, totals_memory;
    void* states = states_memory.ensure(operation_, shared ? count * scan_state_bytes : 0);
    void* totals = totals_memory.ensure(operation_, shared ? (count - 1) * part_totals_bytes() : 0);
    if (operation_.is_dry_run()) return region.note_threads(shared ? count : 1);
    begin(line, 1);
    alignas(64) std::byte own_state[scan_state_bytes] = {};
    if (shared) find_states(region, line, buffers, states, totals, count);
    const auto run_part = [&](std::int64_t part, int slot) noexcept {
      const std::int64_t first = part * part_length;
      void* state = shared ? static_cast<std::byte*>(states) + part * scan_state_bytes : own_state;
      scan_stretch(line, first, std::min(part_length, n_ - first), state, buffers.at(slot));
    };
    if (shared) {
      region.run(count, run_part);
    } else {  // in order, whatever the threads
      for (std::int64_t part = 0; part < count; ++part) {
        run_part(part, 0);
        region.poll(part_length * (in_stage_.size() + out_stage_.size()));
      }
    }
  }

  static constexpr std::int64_t blocks_per_part = part_length / scan_block_length;
  std::int64_t part_totals_bytes() const noexcept {
    return blocks_per_part * out_stage_.kernel_size();
  }
  // The state before each part, from the totals of all blocks before it.
  void find_states(BlockingRegion& region, const ScanLine& line, const SlotWorkspaces& buffers,
                   void* states, void* totals, std::int64_t parts) {
    const std::int64_t part_bytes = part_totals_bytes();
    const auto totals_of = [&](std::int64_t part) noexcept {
      return static_cast<std::byte*>(totals) + part * part_bytes;
    };
    region.run(parts - 1, [&](std::int64_t part, int slot) noexcept {
      std::byte* to = totals_of(part);
      for_each_piece(line, part * part_length, part_length, buffers.at(slot),
                     [&](std::int64_t, std::int64_t length, const void* elements) noexcept {
                       kernel_.find_totals(elements, length, to);
                       to += length / scan_block_length * out_stage_.kernel_size();
                     });
    });
    auto* state = static_cast<std::byte*>(states);
    std::memset(state, 0, scan_state_bytes);
    for (std::int64_t part = 0; part + 1 < parts; ++part, state += scan_state_bytes) {
      std::memcpy(state + scan_state_bytes, state, scan_state_bytes);
      kernel_.pass_totals(state + scan_state_bytes, part * part_length, totals_of(part),
                          blocks_per_part);
    }
  }

  // ---- columns

  void run_columns(BlockingRegion& region, std::int64_t count) {
    // Tuned with benchmarks/cpp/scan_benchmark.cpp: the state of a strip stays in the first cache.
    const std::int64_t strip_bytes = region.thread_count() > 1 ? 1024 : 4096;
    const std::int64_t length = lines_.inner_length();
    const std::int64_t strip = std::min(length, strip_bytes / out_stage_.kernel_size());
    const std::int64_t strips = (length + strip - 1) / strip;
    const std::int64_t state_bytes = (kernel_.column_state_bytes(strip) + 63) / 64 * 64;
    const std::int64_t tile_bytes = in_stage_.buffer_bytes(tile_rows * strip);
    const std::int64_t tasks = count / length * strips;
    const SlotWorkspaces workspaces(
        operation_, region, tasks,
        state_bytes + tile_bytes + out_stage_.buffer_bytes(tile_rows * strip));
    region.run(tasks, [&](std::int64_t task, int slot) noexcept {
      const std::int64_t start = task % strips * strip;
      const std::int64_t width = std::min(strip, length - start);
      ScanLine line = find_line(task / strips, start);
      begin(line, width);
      auto* state = static_cast<std::byte*>(workspaces.at(slot));
      scan_strip(line, width, state, state + state_bytes, state + state_bytes + tile_bytes);
    });
  }

  void scan_strip(const ScanLine& line, std::int64_t width, std::byte* state, std::byte* in_tile,
                  std::byte* out_tile) const noexcept {
    const bool reads =
        lines_.inner_stride(1) == in_stage_.size() && is_aligned_ && !in_stage_.converts();
    const bool writes = !out_stage_.converts();
    const std::int64_t step = reads && writes ? n_ : tile_rows;
    const std::int64_t in_pitch = width * in_stage_.kernel_size();
    const std::int64_t out_pitch = width * out_stage_.kernel_size();
    for (std::int64_t first = 0; first < n_; first += step) {
      const std::int64_t rows = std::min(step, n_ - first);
      const std::byte* in = line.in + first * in_stride_;
      std::byte* out = line.out + first * out_stride_;
      for (std::int64_t r = 0; r < rows && !reads; ++r) {
        in_stage_.read(in + r * in_stride_, lines_.inner_stride(1), width, in_tile + r * in_pitch,
                       in_tile + tile_rows * in_pitch);
      }
      kernel_.run_columns({first, rows, width, reads ? in : in_tile, reads ? in_stride_ : in_pitch,
                           writes ? out : out_tile, writes ? out_stride_ : out_pitch, state});
      for (std::int64_t r = 0; r < rows && !writes; ++r) {
        out_stage_.write(out_tile + r * out_pitch, out + r * out_stride_, out_stage_.size(), width,
                         out_tile + tile_rows * out_pitch);
      }
    }
  }

  Operation& operation_;
  const ScanKernel& kernel_;
  const Tensor& result_;
  std::int64_t n_, in_stride_, out_stride_;  // strides in bytes, along the scan
  Stage in_stage_, out_stage_;
  bool is_aligned_, streams_;
  LoopPlan lines_;  // operands: result, x; all axes but the scan's
  const std::byte* source_ = nullptr;
  FillLoop fill_ = nullptr;
  alignas(16) std::byte initial_[scan_max_element_bytes] = {};
};

int scan_axis(const char* name, const Tensor& x, std::optional<std::int64_t> axis) {
  if (x.rank() == 0) {
    fail(ErrorKind::axis, std::string(name) + ": a rank-0 tensor has no axis (got shape (); " +
                              "expected at least one axis); use corepy.expand_dims(x, 0)");
  }
  if (!axis && x.rank() > 1) {
    fail(ErrorKind::axis, std::string(name) +
                              ": axis is needed for more than one axis (got shape " +
                              to_string(x.shape) + " and axis=None; expected an int)");
  }
  return normalize_axis(name, axis.value_or(0), x.rank());
}

std::vector<Option> options_of(const ScanOptions& options) {
  std::vector<Option> list;
  if (options.axis) list.push_back({"axis", *options.axis});
  if (options.dtype) list.push_back({"dtype", *options.dtype});
  list.push_back({"include_initial", options.include_initial});
  return list;
}

// The operand's own axis order where the shapes agree, so that both sides are walked along memory.
Dims choose_scan_strides(const Tensor& x, const Dims& shape, std::int64_t itemsize) {
  const Tensor* operands[] = {&x};
  return choose_result_strides(shape, itemsize, operands);
}

}  // namespace

Tensor scan(Op op, const Tensor& x, const ScanOptions& options) {
  Operation operation(op);
  operation.add_operand(x);
  const ReductionDTypes dtypes = infer_reduction_dtypes(op, x.dtype, options.dtype);
  const int axis = scan_axis(operation.name(), x, options.axis);
  Dims shape = x.shape;
  if (options.include_initial) ++shape[axis];
  operation.set_bound(dtypes.compute, dtypes.result);
  if (!is_floating(dtypes.compute)) operation.set_exact();

  Isa isa = operation.choose();
  Tensor result = operation.allocate_result(shape, dtypes.result);
  const Tensor* inputs[] = {&x};
  std::vector<Option> list;
  if (isa == no_isa || operation.wants_verify()) list = options_of(options);
  const Call call{op, inputs, list, &result, dtypes.compute};
  if (!operation.is_left_to_native(isa, call)) {
    operation.finish(result);
    return result;
  }
  const KernelTables& tables = kernel_tables(isa);
  result.strides = choose_scan_strides(x, shape, result.itemsize());
  const auto scan_op = static_cast<ScanOp>(scan_index(op));
  NativeScan native(operation, tables, tables.scan->at(scan_op, dtypes.compute), x, result, axis,
                    dtypes, options.include_initial);
  operation.set_variant(native.is_by_columns() ? "blocked columns" : "blocked rows");
  if (x.dtype != dtypes.compute) operation.note_cast(x.size() * itemsize_of(dtypes.compute));
  if (result.size() > 0) native.run(x);
  if (operation.wants_verify()) operation.verify(call);
  operation.finish(result, layout_of(result));
  return result;
}

}  // namespace corepy

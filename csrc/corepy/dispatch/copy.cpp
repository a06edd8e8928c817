// Moving elements between tensors.
#include "corepy/dispatch/copy.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>

#include "corepy/dispatch/kernel_tables.h"
#include "corepy/dispatch/short_rows.h"
#include "corepy/ops/loop_plan.h"

namespace corepy {
namespace {

constexpr std::int64_t tile_bytes = 16384;

// Rearranging is no arithmetic: any ISA's loops give the same bytes. The forced or best ISA's are
// used.
const KernelTables& tables_of(const Operation& operation) {
  const std::uint8_t forced = operation.settings().isa();
  return kernel_tables(forced != auto_isa ? static_cast<Isa>(forced) : best_isa());
}

// Foreign memory may hold any byte for True; what is copied from it holds 1, so that equal values
// have equal bytes in memory of our own.
bool may_hold_odd_truths(const Tensor& x) noexcept {
  return x.dtype == DType::bool_ && x.storage->is_foreign();
}

class Assignment {
 public:
  // `call_bytes`: what the whole call reads and writes, where this is one of its tasks.
  Assignment(Operation& operation, const Tensor& dst, const Tensor& src, std::int64_t call_bytes)
      : tables_(tables_of(operation)),
        cast_(src.dtype == dst.dtype && !may_hold_odd_truths(src)
                  ? nullptr
                  : tables_.cast->find(src.dtype, dst.dtype)),
        dst_size_(dst.itemsize()),
        src_size_(src.itemsize()),
        streams_(dst_size_ >= src_size_ && call_bytes >= stream_bytes) {
    if (dst.shape == src.shape && dst.is_contiguous() && src.is_contiguous()) {
      plan_.operand_count = 2;  // small calls are mostly their frame
      plan_.shape = Dims{dst.size()};
      plan_.strides[0] = Dims{dst_size_};
      plan_.strides[1] = Dims{src_size_};
    } else {
      const Dims strides[] = {
          dst.strides, broadcast_strides(operation.name(), src.shape, src.strides, dst.shape)};
      plan_ = plan_loops(dst.shape, strides);
    }
    dst_ = dst.data();
    src_ = src.data();
  }

  // One stretch of memory to another that together exceed what the second-level cache keeps, but
  // not by far. Walked forwards and backwards in turn, as elementwise work is (elementwise.cpp),
  // the next call begins with what is still cached.
  bool is_long() const noexcept {
    constexpr std::int64_t least_bytes = std::int64_t{1} << 18, far_bytes = std::int64_t{1} << 22;
    const std::int64_t bytes = plan_.inner_length() * (dst_size_ + src_size_);
    return plan_.rank() == 1 && plan_.inner_stride(0) == dst_size_ &&
           plan_.inner_stride(1) == src_size_ && bytes >= least_bytes && bytes < far_bytes;
  }

  void run_backwards() {
    const std::int64_t chunk = tile_bytes / std::max(dst_size_, src_size_),
                       n = plan_.inner_length();
    for (std::int64_t start = (n - 1) / chunk * chunk; start >= 0; start -= chunk)
      run_stretch(dst_ + start * dst_size_, src_ + start * src_size_, std::min(chunk, n - start));
  }

  void run() {
    if (cast_ == nullptr && try_transpose()) return;
    const int row_axis =
        is_of_stretches() ? find_row_axis(plan_, few_bytes / dst_size_) : find_row_axis(plan_);
    if (row_axis >= 0) return run_short_rows(row_axis);
    const int outer_rank = plan_.rank() > 0 ? plan_.rank() - 1 : 0;
    Dims index(outer_rank);
    std::int64_t offsets[max_plan_operands] = {};
    do {
      run_row(dst_ + offsets[0], src_ + offsets[1]);
    } while (advance(plan_, outer_rank, index, offsets));
  }

 private:
  // Rows of more bytes, copied as they are, are worth a call of the C library each.
  static constexpr std::int64_t few_bytes = 384;
  // Conversions of more leave the caches alone, as copies do (kernels/copy.h): neither side would
  // be there on the next use. Narrower results took longer so (1.1 to 1.3 times from int32 to
  // int8). Stretches of fewer bytes are not worth a fence.
  static constexpr std::int64_t stream_bytes = std::int64_t{1} << 25, stream_result_bytes = 65536;

  bool is_of_stretches() const {
    return cast_ == nullptr && plan_.inner_stride(0) == dst_size_ &&
           plan_.inner_stride(1) == src_size_;
  }

  void run_short_rows(int row_axis) {
    const std::int64_t n = plan_.inner_length();
    const std::int64_t step = tile_bytes / (n * std::max(dst_size_, src_size_));
    std::byte* const data[] = {dst_, const_cast<std::byte*>(src_)};  // which is only read
    for_each_row_block(plan_, data, row_axis, step, [&](const RowBlock* blocks, std::int64_t rows) {
      move_block(blocks[1], blocks[0], rows, n);
    });
  }

  void move_block(const RowBlock& from, const RowBlock& to, std::int64_t rows, std::int64_t n) {
    if (cast_ == nullptr) return move_rows(from, to, rows, n, dst_size_);
    alignas(64) std::byte gathered[tile_bytes], converted[tile_bytes];
    RowBlock source = from, target = to;
    if (!from.is_contiguous(n, src_size_)) {
      source = {gathered, n * src_size_, src_size_};
      move_rows(from, source, rows, n, src_size_);
    }
    if (!to.is_contiguous(n, dst_size_)) target = {converted, n * dst_size_, dst_size_};
    cast_(source.at, target.at, rows * n);
    if (target.at != to.at) move_rows(target, to, rows, n, dst_size_);
  }

  int size_index(std::int64_t itemsize) const {
    return copy_size_index(static_cast<int>(itemsize));
  }

  void run_row(std::byte* dst, const std::byte* src) {
    const std::int64_t n = plan_.inner_length();
    const std::int64_t dst_stride = plan_.inner_stride(0), src_stride = plan_.inner_stride(1);
    const bool dst_runs = dst_stride == dst_size_ || n == 1,
               src_runs = src_stride == src_size_ || n == 1;
    if (src_stride == 0 && n > 1) {
      fill_row(dst, dst_stride, src, n);
    } else if (dst_runs && src_runs) {
      run_stretch(dst, src, n);
    } else if (cast_ == nullptr && dst_runs) {
      tables_.copy->gather[size_index(src_size_)](src, src_stride, dst, n);
    } else if (cast_ == nullptr && src_runs) {
      tables_.copy->scatter[size_index(dst_size_)](src, dst, dst_stride, n);
    } else {
      run_tiles(dst, dst_stride, dst_runs, src, src_stride, src_runs, n);
    }
  }

  void run_stretch(std::byte* dst, const std::byte* src, std::int64_t n) {
    if (cast_ == nullptr) {
      tables_.copy->copy(src, dst, n * dst_size_);
    } else if (streams_ && n * dst_size_ >= stream_result_bytes) {
      tables_.copy->stream_cast(cast_, src, src_size_, dst, dst_size_, n);
    } else {
      cast_(src, dst, n);
    }
  }

  void fill_row(std::byte* dst, std::int64_t dst_stride, const std::byte* src, std::int64_t n) {
    alignas(16) std::byte element[16];
    if (cast_ != nullptr) {
      cast_(src, element, 1);
    } else {
      std::memcpy(element, src, static_cast<std::size_t>(src_size_));
    }
    if (dst_stride == dst_size_) {
      tables_.copy->fill[size_index(dst_size_)](element, dst, n);
    } else {
      for (std::int64_t i = 0; i < n; ++i)
        std::memcpy(dst + i * dst_stride, element, static_cast<std::size_t>(dst_size_));
    }
  }

  void run_tiles(std::byte* dst, std::int64_t dst_stride, bool dst_runs, const std::byte* src,
                 std::int64_t src_stride, bool src_runs, std::int64_t n) {
    alignas(64) std::byte from[tile_bytes], to[tile_bytes];
    const std::int64_t step = tile_bytes / std::max(dst_size_, src_size_);
    for (std::int64_t i = 0; i < n; i += step) {
      const std::int64_t count = std::min(step, n - i);
      const std::byte* source = src + i * src_stride;
      if (!src_runs) {
        tables_.copy->gather[size_index(src_size_)](source, src_stride, from, count);
        source = from;
      }
      std::byte* target = dst + i * dst_stride;
      if (cast_ != nullptr) {
        std::byte* converted = dst_runs ? target : to;
        cast_(source, converted, count);
        source = converted;
        if (dst_runs) continue;
      }
      tables_.copy->scatter[size_index(dst_size_)](source, target, dst_stride, count);
    }
  }

  // dst runs along the inner axis and src along another one: a 2-D transpose for each step of the
  // remaining axes.
  bool try_transpose() {
    const int inner = plan_.rank() - 1;
    if (inner < 1 || plan_.inner_stride(0) != dst_size_ || plan_.inner_stride(1) == src_size_)
      return false;
    int other = -1;
    for (int axis = inner - 1; axis >= 0; --axis) {
      if (plan_.strides[1][axis] == src_size_ && plan_.shape[axis] >= 4) {
        other = axis;
        break;
      }
    }
    if (other < 0 || plan_.inner_stride(1) == 0) return false;
    LoopPlan outer = plan_;
    outer.shape[other] = 1;
    Dims index(inner);
    std::int64_t offsets[max_plan_operands] = {};
    do {
      // As a matrix of src: rows along the inner axis, columns along `other`; transposed, rows
      // along `other`.
      tables_.copy->transpose[size_index(dst_size_)](src_ + offsets[1], plan_.inner_stride(1),
                                                     dst_ + offsets[0], plan_.strides[0][other],
                                                     plan_.inner_length(), plan_.shape[other]);
    } while (advance(outer, inner, index, offsets));
    return true;
  }

  const KernelTables& tables_;
  CastLoop cast_;
  std::int64_t dst_size_, src_size_;
  bool streams_;
  LoopPlan plan_;
  std::byte* dst_ = nullptr;
  const std::byte* src_ = nullptr;
};

}  // namespace

void assign(Operation& operation, const Tensor& dst, const Tensor& src) {
  if (!operation.is_dry_run()) assign_now(operation, dst, src);
}

void assign_now(Operation& operation, const Tensor& dst, const Tensor& src) {
  if (dst.size() == 0) return;
  Assignment assignment(operation, dst, src, dst.nbytes() + src.nbytes());
  if (assignment.is_long() && operation.alternate()) return assignment.run_backwards();
  assignment.run();
}

void assign(Operation& operation, BlockingRegion& region, const Tensor& dst, const Tensor& src) {
  constexpr std::int64_t polled_bytes = std::int64_t{1} << 26;  // between polls for interrupts
  const int threads = region.thread_count();
  const bool is_one_task = threads <= 1 && dst.nbytes() <= 2 * polled_bytes;
  if (is_one_task || dst.rank() == 0 || dst.size() == 0) return assign(operation, dst, src);
  int axis = 0;  // the outermost of the longest axes
  for (int i = 1; i < dst.rank(); ++i) {
    if (dst.shape[i] > dst.shape[axis]) axis = i;
  }
  // Stretches of whole cache lines, so that no two threads write to one.
  constexpr std::int64_t tasks_per_thread = 4, multiple = 64;
  const std::int64_t extent = dst.shape[axis];
  const std::int64_t tasks = std::max(threads * tasks_per_thread, dst.nbytes() / polled_bytes);
  const std::int64_t length = ((extent + tasks - 1) / tasks + multiple - 1) / multiple * multiple;
  const Dims src_strides = broadcast_strides(operation.name(), src.shape, src.strides, dst.shape);
  const std::int64_t call_bytes = dst.nbytes() + src.nbytes();
  region.run((extent + length - 1) / length, [&](std::int64_t task, int) noexcept {
    const std::int64_t start = task * length;
    Dims shape = dst.shape;
    shape[axis] = std::min(length, extent - start);
    Assignment(operation, dst.view(shape, dst.strides, start * dst.strides[axis]),
               src.view(shape, src_strides, start * src_strides[axis]), call_bytes)
        .run();
  });
}

// assign_to(result) writes x's values there, in `dtype`.
template <class Assign>
static Tensor make_contiguous(Operation& operation, const Tensor& x, DType dtype,
                              Assign assign_to) {
  if (x.dtype == dtype && x.is_contiguous()) return x;
  Tensor result = operation.allocate_result(x.shape, dtype);
  assign_to(result);
  if (x.dtype != dtype) {
    operation.note_cast(result.nbytes());
  } else {
    operation.note_copy(result.nbytes(), "an operand that is not contiguous");
  }
  return result;
}

Tensor as_contiguous(Operation& operation, const Tensor& x, DType dtype) {
  return make_contiguous(operation, x, dtype,
                         [&](const Tensor& result) { assign(operation, result, x); });
}

Tensor as_contiguous_shared(Operation& operation, const Tensor& x, DType dtype) {
  return make_contiguous(operation, x, dtype, [&](const Tensor& result) {
    BlockingRegion region(operation, x.nbytes() + result.nbytes(), {});
    assign(operation, region, result, x);
  });
}

void fill(Operation& operation, const Tensor& dst, const Tensor& value) {
  assign(operation, dst, value);
}

// Whether several elements may share a byte, as in a broadcast view or in windows that slide: a
// write to one would be a write to others. False only where, from the smallest stride up, each axis
// steps over all that the axes before it reach, as in every slice and transpose of a whole tensor.
static bool repeats_elements(const Tensor& x) noexcept {
  if (x.is_contiguous()) return false;
  int order[max_rank];
  int count = 0;
  const auto step = [&](int axis) { return std::abs(x.strides[axis]); };
  for (int axis = 0; axis < x.rank(); ++axis) {
    if (x.shape[axis] == 0) return false;
    if (x.shape[axis] == 1) continue;
    int place = count++;
    for (; place > 0 && step(order[place - 1]) > step(axis); --place)
      order[place] = order[place - 1];
    order[place] = axis;
  }
  std::int64_t reached = x.itemsize();
  for (int i = 0; i < count; ++i) {
    if (step(order[i]) < reached) return true;
    reached += (x.shape[order[i]] - 1) * step(order[i]);
  }
  return false;
}

void make_unique(Operation& operation, Tensor& x) {
  if (operation.can_write(x) && !repeats_elements(x)) return;
  Tensor fresh = operation.is_dry_run() ? x : empty_tensor(operation.name(), x.shape, x.dtype);
  assign(operation, fresh, x);
  operation.note_flag(record_copy_on_write);
  operation.note_copy(fresh.nbytes(),
                      "copy on write: the memory is shared with another tensor or an export");
  x = std::move(fresh);
}

}  // namespace corepy

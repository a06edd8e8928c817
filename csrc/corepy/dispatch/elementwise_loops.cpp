// Elementwise kernels over any layouts and dtypes.
#include "corepy/dispatch/elementwise_loops.h"

#include <algorithm>
#include <cstring>

namespace corepy {
namespace {

constexpr std::int64_t tile_bytes = 8192;  // per operand: three tiles and the result stay in L1
constexpr std::int64_t chunk_elements = std::int64_t{1}
                                        << 24;  // direct rows are cut here, to poll for interrupts
constexpr std::int64_t streaming_row_bytes = std::int64_t{1} << 16;  // each ends with a fence
constexpr std::int64_t transpose_rows =
    32;  // rows of a transposed tile: at least two cache lines of 4-byte elements

class ElementwiseLoops {
 public:
  ElementwiseLoops(const KernelTables& tables, Loop loop, const Tensor& result,
                   std::span<const LoopOperand> operands, Operation& operation,
                   BlockingRegion& region)
      : tables_(tables), loop_(loop), region_(region), count_(static_cast<int>(operands.size())) {
    Dims strides[max_plan_operands];
    strides[0] = result.strides;
    data_[0] = result.data();
    itemsize_[0] = result.itemsize();
    for (int k = 0; k < count_; ++k) {
      const Tensor& tensor = *operands[static_cast<std::size_t>(k)].tensor;
      strides[k + 1] =
          broadcast_strides(operation.name(), tensor.shape, tensor.strides, result.shape);
      data_[k + 1] = tensor.data();
      itemsize_[k + 1] = tensor.itemsize();
      from_[k] = tensor.dtype;
      compute_[k] = operands[static_cast<std::size_t>(k)].compute;
    }
    plan_ = plan_loops(result.shape, {strides, static_cast<std::size_t>(count_ + 1)});
    element_count_ = result.size();
    std::int64_t bytes = result.nbytes();
    for (const LoopOperand& operand : operands) bytes += operand.tensor->nbytes();
    // Rows come in any order of their own: nothing is known of what lies ahead of one.
    streams_ = hint_for(bytes) == MemoryHint::stream;
  }

  std::uint32_t run() {
    if (element_count_ == 0) return 0;
    classify();
    if (transposed_axis_ >= 0) {
      run_transposed();
    } else {
      run_rows();
    }
    return flags_;
  }

 private:
  // How each operand reaches the kernel along the inner axis.
  enum class Access : std::uint8_t { direct, tile, transposed };

  void classify() {
    const int inner = plan_.rank() - 1;
    all_direct_ = true;
    for (int k = 0; k < count_; ++k) {
      const std::int64_t stride = plan_.inner_stride(k + 1);
      const bool steps_fit = stride == 0 || stride == itemsize_[k + 1] || plan_.inner_length() == 1;
      access_[k] = from_[k] == compute_[k] && steps_fit ? Access::direct : Access::tile;
      if (access_[k] == Access::direct) continue;
      all_direct_ = false;
      if (from_[k] != compute_[k] || stride == 0) continue;
      // A neighbour along another axis: read cache lines whole by transposing tiles over that axis
      // and the inner one.
      for (int axis = inner - 1; axis >= 0; --axis) {
        const bool same_axis = transposed_axis_ < 0 || transposed_axis_ == axis;
        if (same_axis && plan_.strides[k + 1][axis] == itemsize_[k + 1] && plan_.shape[axis] >= 8 &&
            plan_.inner_length() >= 8) {
          transposed_axis_ = axis;
          access_[k] = Access::transposed;
          break;
        }
      }
    }
  }

  void call(LoopArgs args) {
    bool repeated = args.length > 1;
    for (int k = 0; k < count_; ++k) repeated = repeated && args.in_stride_bytes[k] == 0;
    if (repeated) {  // every operand is one element: so is the result
      const std::int64_t length = args.length;
      void* out = args.out;
      alignas(16) std::byte element[16];
      args.length = 1;
      args.out = element;
      loop_(args);
      tables_.copy->fill[copy_size_index(static_cast<int>(itemsize_[0]))](element, out, length);
    } else {
      loop_(args);
    }
    region_.poll(args.length * itemsize_[0]);
  }

  // Brings `n` elements of operand k, from `data` on, to where the kernel can read them; sets
  // pointer and stride.
  void fetch(int k, const std::byte* data, std::int64_t n, LoopArgs& args) {
    const std::int64_t stride = n == 1 ? 0 : plan_.inner_stride(k + 1);
    const std::int64_t itemsize = itemsize_[k + 1];
    const std::int64_t wanted = stride == 0 ? 1 : n;
    const void* source = data;
    if (stride != 0 && stride != itemsize) {
      std::byte* gathered = from_[k] == compute_[k] ? tile_[k] : raw_tile_;
      tables_.copy->gather[copy_size_index(static_cast<int>(itemsize))](data, stride, gathered, n);
      source = gathered;
    }
    if (from_[k] != compute_[k]) {
      tables_.cast->find(from_[k], compute_[k])(source, tile_[k], wanted);
      source = tile_[k];
    }
    args.in[k] = source;
    args.in_stride_bytes[k] = stride == 0 ? 0 : itemsize_of(compute_[k]);
  }

  std::int64_t tile_length() const {
    std::int64_t widest = 1;
    for (int k = 0; k < count_; ++k) {
      widest =
          std::max({widest, itemsize_[k + 1], static_cast<std::int64_t>(itemsize_of(compute_[k]))});
    }
    return tile_bytes / widest;
  }

  void run_rows() {
    const std::int64_t n = plan_.inner_length();
    const std::int64_t step = all_direct_ ? chunk_elements : tile_length();
    const int outer_rank = plan_.rank() > 0 ? plan_.rank() - 1 : 0;
    Dims index(outer_rank);
    std::int64_t offsets[max_plan_operands] = {};
    LoopArgs args{};
    args.flags = &flags_;
    const bool long_rows = std::min(step, n) * itemsize_[0] >= streaming_row_bytes;
    args.memory = streams_ && long_rows ? MemoryHint::stream : MemoryHint::cached;
    do {
      for (std::int64_t i = 0; i < n; i += step) {
        args.length = std::min(step, n - i);
        args.out = data_[0] + offsets[0] + i * itemsize_[0];
        for (int k = 0; k < count_; ++k) {
          const std::int64_t stride = plan_.inner_stride(k + 1);
          const std::byte* data = data_[k + 1] + offsets[k + 1] + i * stride;
          if (access_[k] == Access::direct) {
            args.in[k] = data;
            args.in_stride_bytes[k] = stride;
          } else {
            fetch(k, data, args.length, args);
          }
        }
        call(args);
      }
    } while (advance(plan_, outer_rank, index, offsets));
  }

  // Walks blocks of `transpose_rows` steps along transposed_axis_ by `columns` along the inner
  // axis.
  void run_transposed() {
    const std::int64_t rows_total = plan_.shape[transposed_axis_], n = plan_.inner_length();
    const std::int64_t columns =
        tile_length() / transpose_rows * 4;  // the tiles hold four tile_bytes here
    LoopPlan outer = plan_;
    outer.shape.pop_back();
    for (int k = 0; k <= count_; ++k) outer.strides[k].pop_back();
    outer.shape[transposed_axis_] = (rows_total + transpose_rows - 1) / transpose_rows;
    for (int k = 0; k <= count_; ++k) outer.strides[k][transposed_axis_] *= transpose_rows;
    Dims index(outer.rank());
    std::int64_t offsets[max_plan_operands] = {};
    do {
      const std::int64_t first = index[transposed_axis_] * transpose_rows;
      const std::int64_t rows = std::min(transpose_rows, rows_total - first);
      for (std::int64_t i = 0; i < n; i += columns)
        run_block(offsets, rows, i, std::min(columns, n - i));
    } while (advance(outer, outer.rank(), index, offsets));
  }

  void run_block(const std::int64_t* offsets, std::int64_t rows, std::int64_t column,
                 std::int64_t columns) {
    for (int k = 0; k < count_; ++k) {
      if (access_[k] != Access::transposed) continue;
      const std::int64_t stride = plan_.inner_stride(k + 1);
      tables_.copy->transpose[copy_size_index(static_cast<int>(itemsize_[k + 1]))](
          data_[k + 1] + offsets[k + 1] + column * stride, stride, tile_[k],
          columns * itemsize_[k + 1], columns, rows);
    }
    LoopArgs args{};
    args.flags = &flags_;
    args.length = columns;
    for (std::int64_t row = 0; row < rows; ++row) {
      args.out =
          data_[0] + offsets[0] + row * plan_.strides[0][transposed_axis_] + column * itemsize_[0];
      for (int k = 0; k < count_; ++k) {
        const std::int64_t stride = plan_.inner_stride(k + 1);
        const std::byte* data = data_[k + 1] + offsets[k + 1] +
                                row * plan_.strides[k + 1][transposed_axis_] + column * stride;
        if (access_[k] == Access::transposed) {
          args.in[k] = tile_[k] + row * columns * itemsize_[k + 1];
          args.in_stride_bytes[k] = itemsize_[k + 1];
        } else if (access_[k] == Access::direct) {
          args.in[k] = data;
          args.in_stride_bytes[k] = stride;
        } else {
          fetch(k, data, columns, args);
        }
      }
      call(args);
    }
  }

  const KernelTables& tables_;
  Loop loop_;
  BlockingRegion& region_;
  int count_;
  LoopPlan plan_;
  std::int64_t element_count_ = 0;
  std::uint32_t flags_ = 0;
  bool all_direct_ = true;
  bool streams_ = false;
  int transposed_axis_ = -1;
  Access access_[max_loop_inputs];
  std::byte* data_[max_plan_operands];
  std::int64_t itemsize_[max_plan_operands];
  DType from_[max_loop_inputs], compute_[max_loop_inputs];
  alignas(64) std::byte tile_[max_loop_inputs][4 * tile_bytes];
  alignas(64) std::byte raw_tile_[tile_bytes];
};

}  // namespace

std::uint32_t run_elementwise_loops(const KernelTables& tables, Loop loop, const Tensor& result,
                                    std::span<const LoopOperand> operands, Operation& operation,
                                    BlockingRegion& region) {
  return ElementwiseLoops(tables, loop, result, operands, operation, region).run();
}

}  // namespace corepy

// Elementwise kernels over any layouts and dtypes.
#include "corepy/dispatch/elementwise_loops.h"

#include <algorithm>
#include <atomic>
#include <cstring>

#include "corepy/dispatch/short_rows.h"

namespace corepy {
namespace {

constexpr std::int64_t tile_bytes = 8192;  // per operand: three tiles and the result stay in L1
constexpr std::int64_t chunk_elements = std::int64_t{1}
                                        << 24;  // direct rows are cut here, to poll for interrupts
constexpr std::int64_t streaming_row_bytes = std::int64_t{1} << 16;  // each ends with a fence
// A transposed tile: a cache line of each row that is read, for long stretches of rows of the other
// operands and of the result.
constexpr std::int64_t transposed_line_bytes = 64, transposed_columns = 1024,
                       transposed_tile_bytes =
                           transposed_line_bytes * (transposed_columns + transposed_line_bytes);

// The operands of one call, and how each reaches the kernel along the inner axis.
enum class Access : std::uint8_t { direct, tile, transposed };

struct LoopNest {
  const KernelTables* tables;
  Loop loop;
  LoopPlan plan;  // operand 0 is the result
  int count;      // of inputs
  std::byte* data[max_plan_operands];
  std::int64_t itemsize[max_plan_operands];
  DType from[max_loop_inputs], compute[max_loop_inputs];
  CastLoop round = nullptr;      // from what the kernel writes to the result, where they differ
  std::int64_t kernel_itemsize;  // of what the kernel writes
  Access access[max_loop_inputs];
  int transposed_axis = -1;
  bool all_direct = true;
  bool streams = false;
};

void classify(LoopNest& nest) {
  const LoopPlan& plan = nest.plan;
  const int inner = plan.rank() - 1;
  for (int k = 0; k < nest.count; ++k) {
    const std::int64_t stride = plan.inner_stride(k + 1), itemsize = nest.itemsize[k + 1];
    const bool steps_fit = stride == 0 || stride == itemsize || plan.inner_length() == 1;
    const bool converts = nest.from[k] != nest.compute[k];
    nest.access[k] = !converts && steps_fit ? Access::direct : Access::tile;
    if (nest.access[k] == Access::direct) continue;
    nest.all_direct = false;
    if (converts || stride == 0) continue;
    // A neighbour along another axis: read cache lines whole by transposing tiles over that axis
    // and the inner one.
    for (int axis = inner - 1; axis >= 0; --axis) {
      const bool same_axis = nest.transposed_axis < 0 || nest.transposed_axis == axis;
      if (same_axis && plan.strides[k + 1][axis] == itemsize && plan.shape[axis] >= 8 &&
          plan.inner_length() >= 8) {
        nest.transposed_axis = axis;
        nest.access[k] = Access::transposed;
        break;
      }
    }
  }
}

LoopNest plan_nest(const KernelTables& tables, Loop loop, const LoopOperand& out,
                   std::span<const LoopOperand> operands, const char* op) {
  const Tensor& result = *out.tensor;
  LoopNest nest{};
  nest.tables = &tables;
  nest.loop = loop;
  nest.count = static_cast<int>(operands.size());
  Dims strides[max_plan_operands];
  strides[0] = result.strides;
  nest.data[0] = result.data();
  nest.itemsize[0] = result.itemsize();
  std::int64_t bytes = result.nbytes();
  for (int k = 0; k < nest.count; ++k) {
    const LoopOperand& operand = operands[static_cast<std::size_t>(k)];
    const Tensor& tensor = *operand.tensor;
    strides[k + 1] = broadcast_strides(op, tensor.shape, tensor.strides, result.shape);
    nest.data[k + 1] = tensor.data();
    nest.itemsize[k + 1] = tensor.itemsize();
    nest.from[k] = tensor.dtype;
    nest.compute[k] = operand.compute;
    bytes += tensor.nbytes();
  }
  nest.plan = plan_loops(result.shape, {strides, static_cast<std::size_t>(nest.count + 1)});
  // Rows come in any order of their own: nothing is known of what lies ahead of one.
  nest.streams = hint_for(bytes) == MemoryHint::stream;
  nest.transposed_axis = -1;
  nest.kernel_itemsize = itemsize_of(out.compute);
  if (out.compute != result.dtype) nest.round = tables.cast->find(out.compute, result.dtype);
  nest.all_direct = nest.round == nullptr;
  classify(nest);
  return nest;
}

// What an element costs: of a comparison, what is read.
std::int64_t widest_itemsize(const LoopNest& nest) noexcept {
  return *std::max_element(nest.itemsize, nest.itemsize + nest.count + 1);
}

// How a nest is cut into tasks: stretches of one axis, the longest one that leaves rows whole.
struct NestCut {
  int axis = 0;
  std::int64_t length = 0, count = 1;
};

NestCut cut_nest(const LoopNest& nest, std::int64_t element_count, int threads) {
  constexpr std::int64_t task_bytes = std::int64_t{1} << 18, alignment = 64;
  const LoopPlan& plan = nest.plan;
  NestCut cut;
  if (plan.rank() == 0) return cut;
  const int inner = plan.rank() - 1;
  for (int axis = 1; axis < inner; ++axis) {
    if (plan.shape[axis] > plan.shape[cut.axis]) cut.axis = axis;
  }
  if (inner > 0 && plan.shape[cut.axis] < 4 * threads && plan.shape[inner] > plan.shape[cut.axis])
    cut.axis = inner;
  const std::int64_t extent = plan.shape[cut.axis];
  const std::int64_t step_bytes =
      std::max<std::int64_t>(1, element_count / extent * widest_itemsize(nest));
  const bool in_blocks = cut.axis == inner || cut.axis == nest.transposed_axis;
  const std::int64_t wanted = std::max<std::int64_t>(1, task_bytes / step_bytes);
  const std::int64_t multiple = in_blocks ? alignment : 1;
  cut.length = (wanted + multiple - 1) / multiple * multiple;
  cut.count = (extent + cut.length - 1) / cut.length;
  return cut;
}

LoopNest part_of(const LoopNest& nest, const NestCut& cut, std::int64_t index) {
  LoopNest part = nest;
  const std::int64_t start = index * cut.length;
  part.plan.shape[cut.axis] = std::min(cut.length, nest.plan.shape[cut.axis] - start);
  for (int k = 0; k <= nest.count; ++k) part.data[k] += start * nest.plan.strides[k][cut.axis];
  return part;
}

// Walks one nest on one thread.
class NestRunner {
 public:
  // `region`: where to poll for interrupts, or null.
  NestRunner(const LoopNest& nest, BlockingRegion* region) : nest_(nest), region_(region) {
    is_repeated_ = nest.plan.inner_length() > 1;
    for (int k = 0; k < nest.count; ++k)
      is_repeated_ = is_repeated_ && nest.plan.inner_stride(k + 1) == 0;
  }

  std::uint32_t run() {
    const int row_axis = find_row_axis(nest_.plan);
    if (row_axis >= 0) {
      run_short_rows(row_axis);
    } else if (nest_.transposed_axis >= 0) {
      run_transposed();
    } else {
      run_rows();
    }
    return flags_;
  }

 private:
  void call(LoopArgs& args) {
    if (is_repeated_) {  // every operand is one element: so is the result
      LoopArgs one = args;
      alignas(16) std::byte element[16];
      one.length = 1;
      one.out = element;
      run_loop(one);
      nest_.tables->copy->fill[copy_size_index(static_cast<int>(nest_.itemsize[0]))](
          element, args.out, args.length);
    } else {
      run_loop(args);
    }
    if (region_ != nullptr) region_->poll(args.length * widest_itemsize(nest_));
  }

  // The kernel itself; a result of another dtype than it writes passes through a tile.
  void run_loop(LoopArgs& args) {
    if (nest_.round == nullptr) return nest_.loop(args);
    void* out = args.out;
    args.out = out_tile_;
    nest_.loop(args);
    nest_.round(out_tile_, out, args.length);
  }

  // Brings `n` elements of operand k, from `data` on, to where the kernel can read them; sets
  // pointer and stride.
  void fetch(int k, const std::byte* data, std::int64_t n, LoopArgs& args) {
    const std::int64_t stride = n == 1 ? 0 : nest_.plan.inner_stride(k + 1);
    const std::int64_t itemsize = nest_.itemsize[k + 1];
    const std::int64_t wanted = stride == 0 ? 1 : n;
    const void* source = data;
    if (stride != 0 && stride != itemsize) {
      std::byte* gathered = nest_.from[k] == nest_.compute[k] ? tile_[k] : raw_tile_;
      nest_.tables->copy->gather[copy_size_index(static_cast<int>(itemsize))](data, stride,
                                                                              gathered, n);
      source = gathered;
    }
    if (nest_.from[k] != nest_.compute[k]) {
      nest_.tables->cast->find(nest_.from[k], nest_.compute[k])(source, tile_[k], wanted);
      source = tile_[k];
    }
    args.in[k] = source;
    args.in_stride_bytes[k] = stride == 0 ? 0 : itemsize_of(nest_.compute[k]);
  }

  std::int64_t tile_length() const {
    std::int64_t widest = nest_.kernel_itemsize;
    for (int k = 0; k < nest_.count; ++k) {
      widest = std::max({widest, nest_.itemsize[k + 1],
                         static_cast<std::int64_t>(itemsize_of(nest_.compute[k]))});
    }
    return tile_bytes / widest;
  }

  // Where each operand's elements of a row begin, and how far it is to the next row's.
  struct Place {
    std::byte* at;
    std::int64_t step;
    bool is_direct;
  };
  // Rows of args.length elements. Their number may be large and they short: no more is done for
  // each than to move the pointers.
  void walk_rows(LoopArgs& args, std::int64_t rows, Place (&places)[max_plan_operands]) {
    for (std::int64_t row = 0; row < rows; ++row) {
      args.out = places[0].at;
      places[0].at += places[0].step;
      for (int k = 0; k < nest_.count; ++k) {
        Place& place = places[k + 1];
        if (place.is_direct) {
          args.in[k] = place.at;
        } else {
          fetch(k, place.at, args.length, args);
        }
        place.at += place.step;
      }
      call(args);
    }
  }

  // As the operands lie: `column` elements from the start of a row, the next row along `axis` (none
  // below 0).
  void place_operands(const std::int64_t* offsets, std::int64_t column, int axis, LoopArgs& args,
                      Place (&places)[max_plan_operands]) const {
    for (int k = 0; k <= nest_.count; ++k) {
      const std::int64_t stride = nest_.plan.inner_stride(k);
      places[k] = {nest_.data[k] + offsets[k] + column * stride,
                   axis < 0 ? 0 : nest_.plan.strides[k][axis],
                   k == 0 || nest_.access[k - 1] == Access::direct};
      if (k > 0) args.in_stride_bytes[k - 1] = stride;
    }
  }

  void run_rows() {
    const LoopPlan& plan = nest_.plan;
    const std::int64_t n = plan.inner_length();
    const std::int64_t step = nest_.all_direct ? chunk_elements : tile_length();
    // Rows that are one stretch are walked along the next axis, the others one by one.
    const int row_axis = n <= step ? plan.rank() - 2 : -1;
    const std::int64_t rows = row_axis < 0 ? 1 : plan.shape[row_axis];
    const int outer_rank = row_axis < 0 ? std::max(plan.rank() - 1, 0) : row_axis;
    Dims index(outer_rank);
    std::int64_t offsets[max_plan_operands] = {};
    LoopArgs args{};
    args.flags = &flags_;
    const bool long_rows = std::min(step, n) * nest_.itemsize[0] >= streaming_row_bytes;
    args.memory = nest_.streams && long_rows ? MemoryHint::stream : MemoryHint::cached;
    Place places[max_plan_operands];
    do {
      for (std::int64_t i = 0; i < n; i += step) {
        args.length = std::min(step, n - i);
        place_operands(offsets, i, row_axis, args, places);
        walk_rows(args, rows, places);
      }
    } while (advance(plan, outer_rank, index, offsets));
  }

  // Blocks of many short rows: what is no stretch of memory passes through the tiles.
  void run_short_rows(int row_axis) {
    const std::int64_t n = nest_.plan.inner_length();
    is_repeated_ = false;  // a block is filled with an operand that is
    for_each_row_block(
        nest_.plan, nest_.data, row_axis, tile_length() / n,
        [&](const RowBlock* blocks, std::int64_t rows) { run_short_block(blocks, rows, n); });
  }

  void run_short_block(const RowBlock* blocks, std::int64_t rows, std::int64_t n) {
    LoopArgs args{};
    args.flags = &flags_;
    args.length = rows * n;
    // The kernel wants one operand at least that is a stretch.
    bool may_repeat = false;
    for (int k = 1; k <= nest_.count; ++k) may_repeat = may_repeat || !blocks[k].is_one_element();
    for (int k = 0; k < nest_.count; ++k) {
      if (blocks[k + 1].is_one_element() && may_repeat) {
        fetch(k, blocks[k + 1].at, 1, args);
      } else {
        fetch_block(k, blocks[k + 1], rows, n, args);
      }
    }
    const std::int64_t itemsize = nest_.itemsize[0];
    const bool is_direct = blocks[0].is_contiguous(n, itemsize);
    args.out = is_direct ? blocks[0].at : result_tile_;
    call(args);
    if (!is_direct) move_rows({result_tile_, n * itemsize, itemsize}, blocks[0], rows, n, itemsize);
  }

  void fetch_block(int k, const RowBlock& block, std::int64_t rows, std::int64_t n,
                   LoopArgs& args) {
    const std::int64_t itemsize = nest_.itemsize[k + 1];
    const bool converts = nest_.from[k] != nest_.compute[k];
    args.in_stride_bytes[k] = itemsize_of(nest_.compute[k]);
    args.in[k] = tile_[k];
    if (block.is_contiguous(n, itemsize)) {
      args.in[k] = block.at;
      if (!converts) return;
    } else if (held_[k].at == block.at && block.row_step == 0 && held_[k].rows >= rows) {
      return;  // a row that is repeated: the tile has it
    } else {
      std::byte* gathered = converts ? raw_tile_ : tile_[k];
      move_rows(block, {gathered, n * itemsize, itemsize}, rows, n, itemsize);
      args.in[k] = gathered;
      held_[k] = {block.at, rows};
    }
    if (!converts) return;
    nest_.tables->cast->find(nest_.from[k], nest_.compute[k])(args.in[k], tile_[k], rows * n);
    args.in[k] = tile_[k];
  }

  // Walks blocks of `step` steps along nest_.transposed_axis by `columns` along the inner axis.
  void run_transposed() {
    const std::int64_t rows_total = nest_.plan.shape[nest_.transposed_axis],
                       n = nest_.plan.inner_length();
    const std::int64_t step = transposed_line_bytes * tile_length() / tile_bytes;
    const std::int64_t columns = std::min(tile_length(), transposed_columns);
    LoopPlan outer = nest_.plan;
    outer.shape.pop_back();
    for (int k = 0; k <= nest_.count; ++k) outer.strides[k].pop_back();
    outer.shape[nest_.transposed_axis] = (rows_total + step - 1) / step;
    for (int k = 0; k <= nest_.count; ++k) outer.strides[k][nest_.transposed_axis] *= step;
    Dims index(outer.rank());
    std::int64_t offsets[max_plan_operands] = {};
    do {
      const std::int64_t first = index[nest_.transposed_axis] * step;
      const std::int64_t rows = std::min(step, rows_total - first);
      for (std::int64_t i = 0; i < n; i += columns)
        run_block(offsets, rows, i, std::min(columns, n - i));
    } while (advance(outer, outer.rank(), index, offsets));
  }

  // From one row of a transposed tile to the next: a line more than the row, where rows would fall
  // into few sets of the cache.
  std::int64_t pitch_of(int k, std::int64_t columns) const {
    const std::int64_t bytes = columns * nest_.itemsize[k + 1];
    return bytes % 512 == 0 ? bytes + transposed_line_bytes : bytes;
  }

  void run_block(const std::int64_t* offsets, std::int64_t rows, std::int64_t column,
                 std::int64_t columns) {
    for (int k = 0; k < nest_.count; ++k) {
      if (nest_.access[k] != Access::transposed) continue;
      const std::int64_t stride = nest_.plan.inner_stride(k + 1);
      nest_.tables->copy->transpose[copy_size_index(static_cast<int>(nest_.itemsize[k + 1]))](
          nest_.data[k + 1] + offsets[k + 1] + column * stride, stride, tile_[k],
          pitch_of(k, columns), columns, rows);
    }
    LoopArgs args{};
    args.flags = &flags_;
    args.length = columns;
    Place places[max_plan_operands];
    place_operands(offsets, column, nest_.transposed_axis, args, places);
    for (int k = 0; k < nest_.count; ++k) {
      if (nest_.access[k] != Access::transposed) continue;
      args.in_stride_bytes[k] = nest_.itemsize[k + 1];
      places[k + 1] = {tile_[k], pitch_of(k, columns), true};
    }
    walk_rows(args, rows, places);
  }

  const LoopNest& nest_;
  BlockingRegion* region_;
  bool is_repeated_;
  std::uint32_t flags_ = 0;
  alignas(64) std::byte tile_[max_loop_inputs][transposed_tile_bytes];
  alignas(64) std::byte raw_tile_[tile_bytes];
  alignas(64) std::byte out_tile_[tile_bytes];
  alignas(64) std::byte result_tile_[tile_bytes];
  // What a tile of run_short_rows holds.
  struct Held {
    const std::byte* at;
    std::int64_t rows;
  };
  Held held_[max_loop_inputs] = {};
};

}  // namespace

std::uint32_t run_elementwise_loops(const KernelTables& tables, Loop loop,
                                    const LoopOperand& result,
                                    std::span<const LoopOperand> operands, Operation& operation,
                                    BlockingRegion& region) {
  const std::int64_t element_count = result.tensor->size();
  if (element_count == 0) return 0;
  const LoopNest nest = plan_nest(tables, loop, result, operands, operation.name());
  const int threads = region.thread_count();
  if (threads <= 1) return NestRunner(nest, &region).run();
  const NestCut cut = cut_nest(nest, element_count, threads);
  std::atomic<std::uint32_t> flags{0};
  region.run(cut.count, [&](std::int64_t index, int) noexcept {
    flags.fetch_or(NestRunner(part_of(nest, cut, index), nullptr).run(), std::memory_order_relaxed);
  });
  return flags.load();
}

}  // namespace corepy

// The paths of the matrix family.
#include "corepy/dispatch/linalg.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "corepy/core/error.h"
#include "corepy/dispatch/blocking_region.h"
#include "corepy/dispatch/copy.h"
#include "corepy/dispatch/dispatch.h"
#include "corepy/dispatch/kernel_tables.h"
#include "corepy/dispatch/manipulation.h"
#include "corepy/dispatch/workspace.h"
#include "corepy/ops/infer.h"
#include "corepy/ops/loop_plan.h"

namespace corepy {
namespace {

// A stack of matrix products: batch axes broadcast, then (m, k) by (k, n).
struct Product {
  Dims batch;
  std::int64_t m, n, k;
  Dims a_batch_strides, b_batch_strides;
  std::int64_t a_row, a_column, b_row, b_column;
};

Dims leading(const Dims& dims, int drop) {
  Dims result = dims;
  for (int i = 0; i < drop; ++i) result.pop_back();
  return result;
}

[[noreturn]] void fail_shapes(const char* op, const Tensor& x1, const Tensor& x2,
                              const std::string& what) {
  fail(ErrorKind::shape, std::string(op) + ": " + what + " (got shapes " + to_string(x1.shape) +
                             " and " + to_string(x2.shape) + "; expected shapes that fit)");
}

// The standard's matmul: a rank-1 x1 is a row, a rank-1 x2 a column, and the added axis is dropped
// from the result.
Product plan_product(const char* op, const Tensor& x1, const Tensor& x2) {
  if (x1.rank() == 0 || x2.rank() == 0)
    fail_shapes(op, x1, x2, "operands need at least one axis; multiply scalars with *");
  Product p;
  const bool vector1 = x1.rank() == 1, vector2 = x2.rank() == 1;
  const int r1 = x1.rank(), r2 = x2.rank();
  p.k = x1.shape[r1 - 1];
  p.m = vector1 ? 1 : x1.shape[r1 - 2];
  p.n = vector2 ? 1 : x2.shape[r2 - 1];
  const std::int64_t k2 = x2.shape[vector2 ? 0 : r2 - 2];
  if (p.k != k2) {
    fail_shapes(op, x1, x2,
                "the inner extents differ: " + std::to_string(p.k) + " columns of x1, " +
                    std::to_string(k2) + " rows of x2");
  }
  p.a_column = x1.strides[r1 - 1];
  p.a_row = vector1 ? 0 : x1.strides[r1 - 2];
  p.b_row = x2.strides[vector2 ? 0 : r2 - 2];
  p.b_column = vector2 ? 0 : x2.strides[r2 - 1];
  if (r1 <= 2 && r2 <= 2) return p;  // no batch axes: what is below takes a tenth of a small call
  const Dims batch1 = leading(x1.shape, vector1 ? 1 : 2),
             batch2 = leading(x2.shape, vector2 ? 1 : 2);
  const Dims* batches[] = {&batch1, &batch2};
  p.batch = broadcast_shapes(op, batches);
  p.a_batch_strides = broadcast_strides(op, batch1, leading(x1.strides, vector1 ? 1 : 2), p.batch);
  p.b_batch_strides = broadcast_strides(op, batch2, leading(x2.strides, vector2 ? 1 : 2), p.batch);
  return p;
}

// How a stack of products is cut into kernel calls: tiles of rows by columns. Rows and columns are
// independent by contract, so that cutting changes no bit; but each call packs its parts of A and B
// again, so tiles are few and equal.
struct ProductTiles {
  std::int64_t rows, columns;            // of a full tile
  std::int64_t row_count, column_count;  // tiles along m and n

  std::int64_t per_product() const { return row_count * column_count; }
};

std::int64_t ceil_div(std::int64_t a, std::int64_t b) { return (a + b - 1) / b; }

// A call covers at most a tenth of a second's arithmetic, so that Ctrl-C is seen between calls, and
// there is one for every thread. Integers, complex numbers and machines whose fma is not a vector
// instruction are slow.
ProductTiles plan_tiles(Isa isa, DType compute, const Product& p, int threads, std::int64_t batch) {
  constexpr double fast_flops = 2e10, slow_flops = 2e9, baseline_flops = 2e8;
  constexpr std::int64_t least_rows = 112, least_columns = 128, aligned_columns = 32;
  const double flops =
      2.0 * static_cast<double>(p.m) * static_cast<double>(p.n) * static_cast<double>(p.k);
  const double flops_per_call = isa == Isa::baseline        ? baseline_flops
                                : is_real_floating(compute) ? fast_flops
                                                            : slow_flops;
  const double calls = std::ceil(flops / flops_per_call);
  auto wanted = static_cast<std::int64_t>(std::min(std::max(calls, 1.0), 1e6));
  if (batch < threads) wanted = std::max<std::int64_t>(wanted, threads);
  if (wanted == 1) return {p.m, p.n, 1, 1};
  // Tiles as square as they can be: each packs its rows of A and its columns of B.
  const double rows_wanted =
      std::sqrt(static_cast<double>(wanted) * static_cast<double>(p.m) / static_cast<double>(p.n));
  const auto row_pieces = static_cast<std::int64_t>(
      std::min(std::max(std::round(rows_wanted), 1.0), static_cast<double>(wanted)));
  const auto cut = [](std::int64_t length, std::int64_t pieces, std::int64_t least,
                      std::int64_t multiple) {
    const std::int64_t piece = std::max(ceil_div(length, pieces), least);
    return std::min(length, ceil_div(piece, multiple) * multiple);
  };
  ProductTiles tiles{};
  tiles.rows = cut(p.m, row_pieces, least_rows, 1);
  tiles.row_count = ceil_div(p.m, tiles.rows);
  tiles.columns = cut(p.n, ceil_div(wanted, tiles.row_count), least_columns, aligned_columns);
  tiles.column_count = ceil_div(p.n, tiles.columns);
  return tiles;
}

struct ProductData {
  const std::byte *a, *b;
  std::byte* c;
  std::int64_t itemsize;
};

// Large products: a task is one tile of one of them.
void run_tiles(BlockingRegion& region, const ProductKernel& kernel, const ProductArgs& args,
               const Product& p, const ProductTiles& tiles, const LoopPlan& batches,
               const ProductData& data, const SlotWorkspaces& workspaces) {
  const std::int64_t inner = batches.inner_length();
  const std::int64_t tasks = count_elements(p.batch) * tiles.per_product();
  region.run(tasks, [&](std::int64_t task, int slot) noexcept {
    const std::int64_t number = task / tiles.per_product(), tile = task % tiles.per_product();
    std::int64_t offsets[max_plan_operands];
    find_outer_offsets(batches, number / inner, offsets);
    for (int i = 0; i < 3; ++i) offsets[i] += number % inner * batches.inner_stride(i);
    const std::int64_t row = tile / tiles.column_count * tiles.rows;
    const std::int64_t column = tile % tiles.column_count * tiles.columns;
    ProductArgs call = args;
    call.m = std::min(tiles.rows, p.m - row);
    call.n = std::min(tiles.columns, p.n - column);
    call.a = data.a + offsets[1] + row * p.a_row;
    call.b = data.b + offsets[2] + column * p.b_column;
    call.c = data.c + offsets[0] + row * args.c_row_stride_bytes + column * data.itemsize;
    call.workspace = workspaces.at(slot);
    kernel.run(call);
  });
}

// Small products: a task is as many of them, side by side along the last axis of the stack, as are
// worth one.
struct StackCut {
  std::int64_t pieces, piece;  // of a run along that axis; products in each
  std::int64_t units, group;   // all pieces; how many are a task, where runs are short

  std::int64_t tasks() const { return ceil_div(units, group); }
};

StackCut cut_stack(const LoopPlan& batches, double flops) {
  constexpr double flops_per_task = 1e6;
  const std::int64_t inner = batches.inner_length();
  const std::int64_t outer = count_elements(batches.shape) / inner;
  const double flops_per_run = std::max(flops / static_cast<double>(outer), 1.0);
  const auto pieces = static_cast<std::int64_t>(
      std::min(std::ceil(flops_per_run / flops_per_task), static_cast<double>(inner)));
  const auto group =
      static_cast<std::int64_t>(std::min(std::max(flops_per_task / flops_per_run, 1.0), 1e9));
  return {pieces, ceil_div(inner, pieces), outer * pieces, group};
}

void run_stack(BlockingRegion& region, const ProductKernel& kernel, const ProductArgs& args,
               const LoopPlan& batches, const StackCut& cut, const ProductData& data,
               const SlotWorkspaces& workspaces) {
  const std::int64_t inner = batches.inner_length();
  region.run(cut.tasks(), [&](std::int64_t task, int slot) noexcept {
    const std::int64_t end = std::min(cut.units, (task + 1) * cut.group);
    for (std::int64_t unit = task * cut.group; unit < end; ++unit) {
      std::int64_t offsets[max_plan_operands];
      find_outer_offsets(batches, unit / cut.pieces, offsets);
      const std::int64_t first = unit % cut.pieces * cut.piece;
      ProductArgs call = args;
      call.count = std::min(cut.piece, inner - first);
      if (call.count <= 0) continue;
      call.c_step_bytes = batches.inner_stride(0);
      call.a_step_bytes = batches.inner_stride(1);
      call.b_step_bytes = batches.inner_stride(2);
      call.a = data.a + offsets[1] + first * call.a_step_bytes;
      call.b = data.b + offsets[2] + first * call.b_step_bytes;
      call.c = data.c + offsets[0] + first * call.c_step_bytes;
      call.workspace = workspaces.at(slot);
      kernel.run(call);
    }
  });
}

// A stack whose matrices A follow each other as rows of one, times one B, becomes that one product.
void join_rows(Product& p, LoopPlan& batches) {
  if (batches.rank() != 1 || batches.inner_stride(2) != 0) return;
  if (p.m == 1) {
    p.a_row = batches.inner_stride(1);
  } else if (batches.inner_stride(1) != p.m * p.a_row) {
    return;
  }
  p.m *= batches.inner_length();
  p.batch = batches.shape = {};
}

// The most that a call needs: for full tiles and the last ones, for one product and `most`.
std::int64_t count_workspace_bytes(const ProductKernel& kernel, ProductArgs args, const Product& p,
                                   const ProductTiles& tiles, std::int64_t most) {
  args.m = p.m, args.n = p.n, args.count = 1;
  if (tiles.per_product() == 1 && most == 1) return kernel.workspace_bytes(args);
  std::int64_t bytes = 0;
  for (const std::int64_t m : {tiles.rows, p.m - (tiles.row_count - 1) * tiles.rows}) {
    for (const std::int64_t n : {tiles.columns, p.n - (tiles.column_count - 1) * tiles.columns}) {
      for (const std::int64_t count : {std::int64_t{1}, most}) {
        args.m = m, args.n = n, args.count = count;
        bytes = std::max(bytes, kernel.workspace_bytes(args));
      }
    }
  }
  return bytes;
}

void run_product(Operation& operation, const KernelTables& tables, DType compute, Product& p,
                 const Tensor& a, const Tensor& b, const Tensor& result, bool conjugate_a,
                 std::span<const Tensor* const> pinned) {
  const ProductKernel& kernel = tables.matmul->kernel[static_cast<int>(compute)];
  const std::int64_t itemsize = itemsize_of(compute);
  const Dims batch_strides[] = {contiguous_strides(p.batch, p.m * p.n * itemsize),
                                p.a_batch_strides, p.b_batch_strides};
  LoopPlan batches = plan_loops(p.batch, batch_strides);
  join_rows(p, batches);
  ProductArgs args = {.m = p.m,
                      .n = p.n,
                      .k = p.k,
                      .a = nullptr,
                      .a_row_stride_bytes = p.a_row,
                      .a_column_stride_bytes = p.a_column,
                      .b = nullptr,
                      .b_row_stride_bytes = p.b_row,
                      .b_column_stride_bytes = p.b_column,
                      .c = nullptr,
                      .c_row_stride_bytes = p.n * itemsize,
                      .conjugate_a = conjugate_a,
                      .workspace = nullptr,
                      .count = batches.inner_length()};
  operation.set_variant(kernel.variant(args));
  if (result.size() == 0) return;

  const std::int64_t batch = count_elements(p.batch);
  const double flops = 2.0 * static_cast<double>(p.m) * static_cast<double>(p.n) *
                       static_cast<double>(p.k) * static_cast<double>(batch);
  // Before the region: once it has let others run, operands may be given other storage.
  const ProductData data = {a.data(), b.data(), result.data(), itemsize};
  BlockingRegion region(operation, static_cast<std::int64_t>(std::min(flops, 1e18) / 4), pinned);
  args.is_stopped = region.stop_function(), args.stop_context = region.stop_request();
  const ProductTiles tiles =
      plan_tiles(operation.record().isa, compute, p, region.thread_count(), batch);
  args.m = tiles.rows, args.n = tiles.columns;
  if (tiles.per_product() > 1) {
    // What runs is a tile of one product: that is what the workspace is for, and the record's path.
    args.count = 1;
    operation.set_variant(kernel.variant(args));
  }
  const std::int64_t most = tiles.per_product() == 1 ? batches.inner_length() : 1;
  const StackCut stack = cut_stack(batches, flops);
  const std::int64_t tasks = tiles.per_product() > 1 ? batch * tiles.per_product() : stack.tasks();
  const SlotWorkspaces workspaces(operation, region, tasks,
                                  count_workspace_bytes(kernel, args, p, tiles, most));
  if (tiles.per_product() > 1) {
    run_tiles(region, kernel, args, p, tiles, batches, data, workspaces);
  } else {
    run_stack(region, kernel, args, batches, stack, data, workspaces);
  }
}

// Operands of another dtype are converted whole: their every element is used many times.
void run_converted_product(Operation& operation, const KernelTables& tables, DType compute,
                           const Tensor& left, const Tensor& right, const Tensor& result,
                           bool conjugate_a) {
  Tensor a = left, b = right;  // of our own: converting lets others run
  for (Tensor* x : {&a, &b}) {
    if (x->dtype == compute) continue;
    *x = as_contiguous_shared(operation, *x, compute);
    operation.record().workspace_bytes += x->nbytes();
  }
  const Tensor* pinned[] = {&a, &b};
  Product p = plan_product(operation.name(), a, b);
  run_product(operation, tables, compute, p, a, b, result, conjugate_a, pinned);
}

// Shared frame of matmul and vecdot: `p` is the product of `left` and `right`, `shape` the public
// result's.
Tensor contract(Operation& operation, const Tensor& x1, const Tensor& x2, const Tensor& left,
                const Tensor& right, Product& p, const Dims& shape, bool conjugate_a,
                std::span<const Option> options) {
  const Op op = operation.record().op;
  operation.add_operand(x1);
  operation.add_operand(x2);
  const DType operand_dtypes[] = {x1.dtype, x2.dtype};
  const InferredDTypes dtypes = infer_dtypes(op, operand_dtypes);
  if (dtypes.mixed_kind)
    operation.note_promotion(record_mixed_kind_promotion, "dtypes of different kinds");
  operation.set_bound(dtypes.compute, dtypes.result);
  if (is_integer(dtypes.compute)) operation.set_exact();
  Isa isa = operation.choose();
  Tensor result = operation.allocate_result(shape, dtypes.result);
  const Tensor* inputs[] = {&x1, &x2};
  const Call call{op, inputs, options, &result, dtypes.compute};
  if (!operation.is_left_to_native(isa, call)) {
    operation.finish(result);
    return result;
  }
  const KernelTables& tables = kernel_tables(isa);
  const auto multiply = [&](const Tensor& product) {
    if (left.dtype != dtypes.compute || right.dtype != dtypes.compute) {
      return run_converted_product(operation, tables, dtypes.compute, left, right, product,
                                   conjugate_a);
    }
    run_product(operation, tables, dtypes.compute, p, left, right, product, conjugate_a, inputs);
  };
  if (dtypes.compute == dtypes.result) {
    multiply(result);
  } else {  // half precision is rounded once, when its sums are complete
    const Tensor sums = operation.allocate_result(shape, dtypes.compute);
    operation.record().workspace_bytes += sums.nbytes();
    multiply(sums);
    assign(operation, result, sums);
  }
  if (operation.wants_verify()) operation.verify(call);
  operation.finish(result);
  return result;
}

}  // namespace

Tensor matmul(const Tensor& x1, const Tensor& x2) {
  Operation operation(Op::matmul);
  Product p = plan_product(operation.name(), x1, x2);
  Dims shape = p.batch;
  if (x1.rank() > 1) shape.push_back(p.m);
  if (x2.rank() > 1) shape.push_back(p.n);
  return contract(operation, x1, x2, x1, x2, p, shape, false, {});
}

Tensor vecdot(const Tensor& x1, const Tensor& x2, std::int64_t axis) {
  Operation operation(Op::vecdot);
  const int limit = std::min(x1.rank(), x2.rank());
  if (limit == 0) fail_shapes("vecdot", x1, x2, "operands need at least one axis");
  if (axis >= 0 || axis < -limit) {
    // The standard defines negative axes only; a non-negative one is taken where both ranks agree,
    // so that it is unambiguous.
    if (axis >= 0 && x1.rank() == x2.rank() && axis < x1.rank()) {
      axis -= x1.rank();
    } else {
      fail(ErrorKind::axis, "vecdot: axis out of range (got " + std::to_string(axis) +
                                "; expected " + std::to_string(-limit) + " <= axis <= -1)");
    }
  }
  const int axis1 = x1.rank() + static_cast<int>(axis), axis2 = x2.rank() + static_cast<int>(axis);
  const std::int64_t k = x1.shape[axis1];
  if (k != x2.shape[axis2]) {
    fail_shapes("vecdot", x1, x2,
                "the contracted extents differ: " + std::to_string(k) + " and " +
                    std::to_string(x2.shape[axis2]));
  }
  const Option options[] = {{"axis", axis}};
  if (x1.rank() == 1 && x2.rank() == 1) {  // matmul's product of two vectors
    Product p = plan_product("vecdot", x1, x2);
    return contract(operation, x1, x2, x1, x2, p, {}, true, options);
  }
  // Each pair of vectors is a (1, k) by (k, 1) product; everything else is a batch.
  const auto as_stack = [](const Tensor& x, int contracted, bool row) {
    Tensor view = x;
    const std::int64_t extent = view.shape[contracted], stride = view.strides[contracted];
    view.shape.erase(contracted);
    view.strides.erase(contracted);
    view.shape.push_back(row ? 1 : extent);
    view.strides.push_back(row ? 0 : stride);
    view.shape.push_back(row ? extent : 1);
    view.strides.push_back(row ? stride : 0);
    return view;
  };
  const Tensor left = as_stack(x1, axis1, true), right = as_stack(x2, axis2, false);
  Product p = plan_product("vecdot", left, right);
  const Dims shape = p.batch;
  return contract(operation, x1, x2, left, right, p, shape, true, options);
}

Tensor tensordot(const Tensor& x1, const Tensor& x2, const Dims& axes1, const Dims& axes2) {
  Operation operation(Op::tensordot);
  const HeldPeak held;
  operation.add_operand(x1);
  operation.add_operand(x2);
  const DType operand_dtypes[] = {x1.dtype, x2.dtype};
  infer_dtypes(Op::tensordot, operand_dtypes);  // its errors name this operator
  if (axes1.size() != axes2.size()) {
    fail(ErrorKind::axis, "tensordot: as many axes of x1 as of x2 are contracted (got " +
                              to_string(axes1) + " and " + to_string(axes2) + ")");
  }
  Dims contracted1, contracted2;
  for (int i = 0; i < axes1.size(); ++i) {
    contracted1.push_back(normalize_axis("tensordot", axes1[i], x1.rank()));
    contracted2.push_back(normalize_axis("tensordot", axes2[i], x2.rank()));
    if (x1.shape[static_cast<int>(contracted1[i])] != x2.shape[static_cast<int>(contracted2[i])]) {
      fail_shapes("tensordot", x1, x2, "contracted extents differ at pair " + std::to_string(i));
    }
  }
  normalize_axes("tensordot", contracted1, x1.rank());  // no axis twice
  normalize_axes("tensordot", contracted2, x2.rank());
  const auto free_axes = [](const Tensor& x, const Dims& contracted) {
    Dims axes;
    for (int i = 0; i < x.rank(); ++i) {
      if (std::find(contracted.begin(), contracted.end(), i) == contracted.end()) axes.push_back(i);
    }
    return axes;
  };
  Dims order1 = free_axes(x1, contracted1), order2 = contracted2, shape;
  std::int64_t rows = 1, columns = 1, inner = 1;
  for (const std::int64_t axis : order1)
    shape.push_back(x1.shape[static_cast<int>(axis)]), rows *= shape.back();
  for (const std::int64_t axis : contracted1)
    inner *= x1.shape[static_cast<int>(axis)], order1.push_back(axis);
  for (const std::int64_t axis : free_axes(x2, contracted2)) {
    shape.push_back(x2.shape[static_cast<int>(axis)]), columns *= shape.back(),
        order2.push_back(axis);
  }
  count_elements(operation.name(), shape, x1.itemsize());  // also checks the rank
  const Tensor left = reshape(permute_dims(x1, order1), {rows, inner}, std::nullopt);
  const Tensor right = reshape(permute_dims(x2, order2), {inner, columns}, std::nullopt);
  const Tensor product = matmul(left, right);
  operation.adopt_child(arithmetic_dtype(product.dtype));
  Tensor result = product.view(shape, contiguous_strides(shape, product.itemsize()));
  operation.note_peak(held, result);
  operation.finish(result);
  return result;
}

Tensor matrix_transpose(const Tensor& x) {
  Operation operation(Op::matrix_transpose);
  operation.add_operand(x);
  if (x.rank() < 2) {
    fail(ErrorKind::shape, "matrix_transpose: a matrix, or a stack of them, is needed (got shape " +
                               to_string(x.shape) + "; expected at least two axes)");
  }
  Tensor result = x;
  std::swap(result.shape[x.rank() - 1], result.shape[x.rank() - 2]);
  std::swap(result.strides[x.rank() - 1], result.strides[x.rank() - 2]);
  operation.choose_no_kernel("view");
  operation.finish(result, layout_of(result));
  return result;
}

}  // namespace corepy

// The paths of searches in ordered data, and of sets, which are made of sorting, comparing
// neighbours and choosing by mask.
#include "corepy/dispatch/searching.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <optional>
#include <string>

#include "corepy/core/error.h"
#include "corepy/dispatch/blocking_region.h"
#include "corepy/dispatch/copy.h"
#include "corepy/dispatch/dispatch.h"
#include "corepy/dispatch/elementwise.h"
#include "corepy/dispatch/indexing.h"
#include "corepy/dispatch/kernel_tables.h"
#include "corepy/dispatch/manipulation.h"
#include "corepy/dispatch/reduction.h"
#include "corepy/dispatch/sorting.h"
#include "corepy/ops/infer.h"

namespace corepy {
namespace {

// ---- searches

constexpr std::int64_t needles_per_task = std::int64_t{1} << 13;

// What is searched: contiguous elements in order, or a table of the integers from `least` on.
struct Searched {
  Tensor row;
  bool is_table = false;
  std::uint64_t least = 0;
};

void search(Operation& operation, const KernelTables& tables, const Searched& searched,
            const Tensor& needles, const Tensor& result, bool upper, bool inverted) {
  const SearchKernel& kernel = tables.searching->kernel[static_cast<int>(needles.dtype)];
  const auto run = searched.is_table                   ? kernel.look_up
                   : operation.record().op == Op::isin ? kernel.contains
                                                       : kernel.find;
  const std::int64_t n = searched.row.size(), count = needles.size();
  const int steps = searched.is_table ? 2 : std::bit_width(static_cast<std::uint64_t>(n)) + 1;
  const Tensor* pinned[] = {&searched.row, &needles};
  BlockingRegion region(operation, count * steps * 8, pinned);
  const std::byte* row = region.operands()[0]->data();
  const std::byte* first = region.operands()[1]->data();
  const std::int64_t itemsize = needles.itemsize();
  region.run((count + needles_per_task - 1) / needles_per_task,
             [&](std::int64_t task, int) noexcept {
               const std::int64_t start = task * needles_per_task;
               run({n, row, std::min(needles_per_task, count - start), first + start * itemsize,
                    result.data() + start * result.itemsize(), upper, inverted, searched.least});
             });
}

// Runs the operation's backend on `call`, the native one on what was made of its operand.
Tensor run_search(Operation& operation, const HeldPeak& held, Call call, const Searched& searched,
                  Tensor result, bool upper, bool inverted) {
  call.result = &result;
  operation.record().compute_dtype = call.compute_dtype;
  Isa isa = operation.choose(/*has_simd_kernel=*/false);
  if (!operation.is_left_to_native(isa, call)) {
    operation.finish(result);
    return result;
  }
  const KernelTables& tables = kernel_tables(isa);
  operation.set_variant(searched.is_table ? "table look-up" : "binary search");
  if (result.size() > 0) {
    const Tensor needles =
        as_contiguous(operation, *call.inputs[call.op == Op::isin ? 0 : 1], call.compute_dtype);
    search(operation, tables, searched, needles, result, upper, inverted);
  }
  if (operation.wants_verify()) operation.verify(call);
  operation.note_peak(held, result);
  operation.finish(result);
  return result;
}

// ---- members of a set

// Fewer elements are faster compared with, or searched.
constexpr std::int64_t table_min_elements = 65;
// A table fits into a second-level cache, and costs less than what it saves.
constexpr std::uint64_t table_max_bytes = std::uint64_t{1} << 20;
constexpr std::uint64_t table_max_bytes_per_element = 8;

// The least or largest element as an integer modulo 2^64.
std::uint64_t find_extreme(Op op, const Tensor& x) {
  const Tensor extreme = astype(reduce(op, x, {}), DType::int64, false);
  std::int64_t value;
  std::memcpy(&value, extreme.data(), sizeof value);
  return static_cast<std::uint64_t>(value);
}

// The table of the integers in `flat` where they lie close together.
std::optional<Searched> make_table(Operation& operation, const Tensor& flat, std::int64_t needles) {
  if (!is_integer(flat.dtype) || flat.size() < table_min_elements) return std::nullopt;
  if (operation.is_dry_run()) return std::nullopt;  // it is for the values to say
  const std::uint64_t least = find_extreme(Op::min, flat);
  const std::uint64_t last = find_extreme(Op::max, flat) - least;
  const auto work = static_cast<std::uint64_t>(flat.size() + needles);
  if (last >= table_max_bytes || last / table_max_bytes_per_element >= work) return std::nullopt;
  const auto size = static_cast<std::int64_t>(last + 1);
  Searched table{empty_tensor(operation.name(), {size}, DType::uint8), true, least};
  auto* bytes = reinterpret_cast<std::uint8_t*>(table.row.data());
  std::memset(bytes, 0, static_cast<std::size_t>(size));
  const Tensor* pinned[] = {&flat};
  BlockingRegion region(operation, flat.nbytes(), pinned);
  const SearchKernel& kernel =
      kernel_tables(best_isa()).searching->kernel[static_cast<int>(flat.dtype)];
  region.run(1, [&](std::int64_t, int) noexcept {
    kernel.mark({flat.size(), region.operands()[0]->data(), bytes, least, last + 1});
  });
  return table;
}

// All elements of `x` in `dtype`, as a table or in order.
Searched find_members(Operation& operation, const Tensor& x, std::int64_t needles, DType dtype) {
  const Tensor whole = as_contiguous(operation, x, dtype);
  const Tensor flat = reshape(whole, {whole.size()}, std::nullopt);
  if (std::optional<Searched> table = make_table(operation, flat, needles)) return *table;
  return {sort(flat, 0, false, true)};
}

void check_searched(const Tensor& x1, const Tensor* sorter) {
  if (x1.rank() != 1) {
    fail(ErrorKind::shape, "searchsorted: x1 must have one axis (got shape " + to_string(x1.shape) +
                               "; expected a rank of 1)");
  }
  if (sorter == nullptr) return;
  if (sorter->shape != x1.shape) {
    fail(ErrorKind::shape, "searchsorted: sorter must have x1's shape (got " +
                               to_string(sorter->shape) + "; expected " + to_string(x1.shape) +
                               ")");
  }
}

// ---- sets

Tensor part_of(const Tensor& x, std::int64_t start, std::int64_t count) {
  return x.view({count}, {x.itemsize()}, start * x.itemsize());
}

// The real or imaginary parts of a contiguous complex tensor of one axis.
Tensor component(const Tensor& x, bool imaginary) {
  const bool is_single = x.dtype == DType::complex64;
  const std::int64_t offset = imaginary ? x.itemsize() / 2 : 0;
  Tensor part = x.view(x.shape, {x.itemsize()}, offset);
  part.dtype = is_single ? DType::float32 : DType::float64;
  return part;
}

// Positions that bring equal elements together: complex numbers in order of real parts, and then
// of imaginary ones, which is the second of two stable sorts.
Tensor sorting_positions(const Tensor& flat) {
  if (!is_complex(flat.dtype)) return argsort(flat, 0, false, true);
  const Tensor by_imaginary = argsort(component(flat, true), 0, false, true);
  const Tensor real = take(component(flat, false), by_imaginary, 0);
  return take(by_imaginary, argsort(real, 0, false, true), 0);
}

// True where a sorted element differs from the one before; NaN differs from NaN.
Tensor mark_first(Operation& operation, const Tensor& sorted) {
  const std::int64_t n = sorted.size();
  Tensor mask = empty_tensor(operation.name(), {n}, DType::bool_);
  if (n == 0) return mask;
  *mask.data() = std::byte{1};
  if (n > 1) {
    const Tensor after = part_of(sorted, 1, n - 1), before = part_of(sorted, 0, n - 1);
    const Tensor* neighbours[] = {&after, &before};
    assign(operation, part_of(mask, 1, n - 1), elementwise(Op::not_equal, neighbours));
  }
  return mask;
}

Tensor choose_by_mask(const Tensor& x, const Tensor& mask) {
  const IndexItem items[] = {{IndexItem::Kind::array}};
  const Tensor arrays[] = {mask};
  return getitem(x, {items, arrays});
}

std::int64_t* integers_of(const Tensor& x) { return reinterpret_cast<std::int64_t*>(x.data()); }

// How many sorted elements there are from each start to the next, the last one's to n.
Tensor count_runs(const char* op, const Tensor& starts, std::int64_t n) {
  Tensor counts = empty_tensor(op, starts.shape, DType::int64);
  const std::int64_t runs = starts.size();
  const std::int64_t* start = integers_of(starts);
  std::int64_t* out = integers_of(counts);
  for (std::int64_t i = 0; i < runs; ++i) out[i] = (i + 1 < runs ? start[i + 1] : n) - start[i];
  return counts;
}

// For each element, in its original place, the number of the run it is in.
Tensor number_runs(const char* op, const Tensor& starts, const Tensor& order, const Dims& shape) {
  const std::int64_t n = order.size(), runs = starts.size();
  Tensor numbers = empty_tensor(op, {n}, DType::int64),
         inverse = empty_tensor(op, {n}, DType::int64);
  const std::int64_t* start = integers_of(starts);
  std::int64_t* out = integers_of(numbers);
  for (std::int64_t run = 0; run < runs; ++run) {
    std::fill(out + start[run], out + (run + 1 < runs ? start[run + 1] : n), run);
  }
  if (n > 0) put_along_axis(inverse, order, numbers, 0);  // checks what a backend's argsort gave
  return inverse.view(shape, contiguous_strides(shape, inverse.itemsize()));
}

// unique_values and unique_counts of real elements, which need no positions: values, and counts in
// the last place.
std::vector<Tensor> find_values(Operation& operation, Op op, const Tensor& flat) {
  const Tensor sorted = sort(flat, 0, false, true);
  operation.adopt_child(flat.dtype);
  std::vector<Tensor> results(4);
  if (operation.is_dry_run()) {
    results[0] = operation.allocate_result({0}, flat.dtype);
    results[3] = operation.allocate_result({0}, DType::int64);
    return results;
  }
  const Tensor mask = mark_first(operation, sorted);
  results[0] = choose_by_mask(sorted, mask);
  if (op == Op::unique_counts)
    results[3] = count_runs(operation.name(), nonzero(Op::nonzero, mask)[0], flat.size());
  return results;
}

// Values, indices, inverse indices and counts of a tensor of one axis; those that `op` does not
// return may be left out.
std::vector<Tensor> find_unique(Operation& operation, Op op, const Tensor& flat,
                                const Dims& shape) {
  const bool needs_no_positions = op == Op::unique_values || op == Op::unique_counts;
  if (needs_no_positions && !is_complex(flat.dtype)) return find_values(operation, op, flat);
  const Tensor order = sorting_positions(flat);
  operation.adopt_child(flat.dtype);
  if (operation.is_dry_run()) {
    const Tensor values = operation.allocate_result({0}, flat.dtype),
                 places = operation.allocate_result({0}, DType::int64);
    const Tensor inverse = operation.allocate_result(shape, DType::int64);
    return {values, places, inverse, places};
  }
  const Tensor sorted = take(flat, order, 0);
  const Tensor starts = nonzero(Op::nonzero, mark_first(operation, sorted))[0];
  const char* name = operation.name();
  const bool all = op == Op::unique_all;
  std::vector<Tensor> results(4);
  results[0] = take(sorted, starts, 0);
  if (all) results[1] = take(order, starts, 0);
  if (all || op == Op::unique_inverse) results[2] = number_runs(name, starts, order, shape);
  if (all || op == Op::unique_counts) results[3] = count_runs(name, starts, flat.size());
  return results;
}

}  // namespace

Tensor searchsorted(const Tensor& x1, const Tensor& x2, bool upper, const Tensor* sorter) {
  Operation operation(Op::searchsorted);
  const HeldPeak held;
  operation.add_operand(x1);
  operation.add_operand(x2);
  const DType operand_dtypes[] = {x1.dtype, x2.dtype};
  const InferredDTypes dtypes = infer_dtypes(Op::searchsorted, operand_dtypes);
  check_searched(x1, sorter);
  const Tensor needles = x2;  // others may write to the operand while the host's lock is released
  const Tensor row = sorter == nullptr ? x1 : take(x1, *sorter, 0);
  if (dtypes.mixed_kind)
    operation.note_promotion(record_mixed_kind_promotion, "operands of different kinds");
  operation.set_exact();
  const Tensor* inputs[] = {&row, &needles};
  const Option options[] = {{"side", upper ? "right" : "left"}};
  const Call call{Op::searchsorted, inputs, options, nullptr, dtypes.compute};
  const Searched searched{as_contiguous(operation, row, dtypes.compute)};
  return run_search(operation, held, call, searched,
                    operation.allocate_result(needles.shape, dtypes.result), upper, false);
}

Tensor isin(const Tensor& x1, const Tensor& x2, bool invert) {
  Operation operation(Op::isin);
  const HeldPeak held;
  operation.add_operand(x1);
  operation.add_operand(x2);
  const DType operand_dtypes[] = {x1.dtype, x2.dtype};
  const InferredDTypes dtypes = infer_dtypes(Op::isin, operand_dtypes);
  if (dtypes.mixed_kind)
    operation.note_promotion(record_mixed_kind_promotion, "operands of different kinds");
  const Tensor needles = x1, set = x2;
  const Searched searched = find_members(operation, set, needles.size(), dtypes.compute);
  operation.set_exact();
  const Tensor* inputs[] = {&needles, &set};
  const Option options[] = {{"invert", invert}};
  const Call call{Op::isin, inputs, options, nullptr, dtypes.compute};
  return run_search(operation, held, call, searched,
                    operation.allocate_result(needles.shape, dtypes.result), false, invert);
}

std::vector<Tensor> unique(Op op, const Tensor& x) {
  Operation operation(op);
  operation.add_operand(x);
  const Dims shape = x.shape;
  const HeldPeak held;
  const Tensor whole = is_complex(x.dtype)
                           ? as_contiguous(operation, x, x.dtype)  // its parts are taken as views
                           : x;
  const Tensor flat = reshape(whole, {x.size()}, std::nullopt);
  std::vector<Tensor> results = find_unique(operation, op, flat, shape);
  if (op == Op::unique_counts) std::swap(results[1], results[3]);
  if (op == Op::unique_inverse) std::swap(results[1], results[2]);
  results.resize(op == Op::unique_all ? 4 : op == Op::unique_values ? 1 : 2);
  operation.note_peak(held, results);
  operation.finish(results[0]);
  return results;
}

}  // namespace corepy

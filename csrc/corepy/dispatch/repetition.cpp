// The paths of repeat, roll and tile: elements written several times, or rotated. Declared in
// manipulation.h.
#include <algorithm>
#include <cstring>
#include <span>
#include <string>
#include <utility>

#include "corepy/core/error.h"
#include "corepy/dispatch/blocking_region.h"
#include "corepy/dispatch/copy.h"
#include "corepy/dispatch/dispatch.h"
#include "corepy/dispatch/indexing.h"
#include "corepy/dispatch/manipulation.h"

namespace corepy {
namespace {

Tensor finish_copy(Operation& operation, Tensor result) {
  operation.choose_no_kernel("strided copy");
  operation.finish(result);
  return result;
}

std::int64_t multiply_extent(const Operation& operation, std::int64_t extent, std::int64_t count) {
  std::int64_t product = 0;
  if (count < 0) {
    fail(ErrorKind::value, std::string(operation.name()) +
                               ": repetitions must not be negative (got " + std::to_string(count) +
                               ")");
  }
  if (__builtin_mul_overflow(extent, count, &product)) {
    fail(ErrorKind::shape,
         std::string(operation.name()) + ": the result is too large to address (got an axis of " +
             std::to_string(extent) + " elements " + std::to_string(count) + " times)");
  }
  return product;
}

// x as one axis where none is named: repeat and roll then work on the elements in C order.
Tensor flatten_unless(const Tensor& x, bool has_axis) {
  return has_axis ? x : reshape(x, {-1}, std::nullopt);
}

// Every element `count` times in a row along `axis`: of runs, or, where runs are of few bytes, a
// write of all elements for each repetition.
void write_repeated(Operation& operation, const Tensor& result, const Tensor& x, int axis,
                    std::int64_t count) {
  constexpr std::int64_t max_passes = 3, max_run_bytes = 24;
  const Tensor* pinned[] = {&x};
  BlockingRegion region(operation, result.nbytes(), pinned);
  const Tensor& source = *region.operands()[0];
  Dims strides = result.strides;
  strides[axis] *= count;
  const bool are_short = count <= max_passes && count * x.itemsize() <= max_run_bytes;
  if (are_short || x.rank() == max_rank) {
    for (std::int64_t i = 0; i < count; ++i)
      assign(operation, region, result.view(x.shape, strides, i * result.strides[axis]), source);
    return;
  }
  Dims shape = x.shape, source_shape = x.shape, source_strides = source.strides;
  shape.insert(axis + 1, count);
  strides.insert(axis + 1, result.strides[axis]);
  source_shape.insert(axis + 1, 1);
  source_strides.insert(axis + 1, 0);
  assign(operation, region, result.view(shape, strides), source.view(source_shape, source_strides));
}

Tensor repeat_each(Operation& operation, const HeldPeak& held, const Tensor& x, int axis,
                   std::int64_t count) {
  Dims shape = x.shape;
  shape[axis] = multiply_extent(operation, shape[axis], count);
  Tensor result = operation.allocate_result(shape, x.dtype);
  if (result.size() > 0) write_repeated(operation, result, x, axis, count);
  operation.note_peak(held, result);
  return finish_copy(operation, std::move(result));
}

std::int64_t load_integer(DType dtype, const std::byte* source) noexcept {
  const auto load = [source](auto value) {
    std::memcpy(&value, source, sizeof value);
    return static_cast<std::int64_t>(value);
  };
  switch (dtype) {
    case DType::int8:
      return load(std::int8_t{});
    case DType::int16:
      return load(std::int16_t{});
    case DType::int32:
      return load(std::int32_t{});
    case DType::uint8:
      return load(std::uint8_t{});
    case DType::uint16:
      return load(std::uint16_t{});
    case DType::uint32:
      return load(std::uint32_t{});
    default:
      return load(std::int64_t{});
  }
}

std::span<std::int64_t> integers_of(const Tensor& x) {
  return {reinterpret_cast<std::int64_t*>(x.data()), static_cast<std::size_t>(x.size())};
}

[[noreturn]] void fail_huge_count(std::int64_t bits) {
  fail(ErrorKind::value, "repeat: a count is too large (got " +
                             std::to_string(static_cast<std::uint64_t>(bits)) +
                             "; expected counts below 2**63)");
}

// How often each of `extent` positions repeats. A copy: whoever shares the memory may change it
// between the sum and the use. Read in a dry run, too, which tells the result's shape.
Tensor read_counts(const Operation& operation, const Tensor& counts, std::int64_t extent) {
  if (!is_integer(counts.dtype)) {
    fail(ErrorKind::dtype,
         std::string("repeat: repeats must be integers (got ") + name_of(counts.dtype) + ")");
  }
  if (counts.rank() > 1 || (counts.size() != 1 && counts.size() != extent)) {
    fail(ErrorKind::shape, "repeat: one count, or one for each of " + std::to_string(extent) +
                               " positions, is needed (got repeats of shape " +
                               to_string(counts.shape) + ")");
  }
  const std::int64_t step = counts.size() == 1 ? 0 : counts.strides[0];
  const Tensor copy = empty_tensor(operation.name(), {extent}, DType::int64);
  const std::span<std::int64_t> values = integers_of(copy);
  for (std::int64_t i = 0; i < extent; ++i) {
    const std::int64_t count = load_integer(counts.dtype, counts.data() + i * step);
    if (count < 0 && counts.dtype == DType::uint64) fail_huge_count(count);
    values[static_cast<std::size_t>(i)] = count;
  }
  return copy;
}

std::int64_t add_counts(const Operation& operation, std::span<const std::int64_t> counts) {
  std::int64_t total = 0;
  for (const std::int64_t count : counts) {
    multiply_extent(operation, 1, count);
    if (__builtin_add_overflow(total, count, &total))
      fail(ErrorKind::shape, "repeat: the result is too large to address");
  }
  return total;
}

}  // namespace

Tensor repeat(const Tensor& x, std::int64_t count, std::optional<std::int64_t> axis) {
  Operation operation(Op::repeat);
  const HeldPeak held;
  operation.add_operand(x);
  const Tensor source = flatten_unless(x, axis.has_value());
  const int along = normalize_axis(operation.name(), axis.value_or(0), source.rank());
  return repeat_each(operation, held, source, along, count);
}

// Gathers by a list of positions, which is as long as the result's axis.
Tensor repeat(const Tensor& x, const Tensor& counts, std::optional<std::int64_t> axis) {
  Operation operation(Op::repeat);
  const HeldPeak held;
  operation.add_operand(x);
  operation.add_operand(counts);
  const Tensor source = flatten_unless(x, axis.has_value());
  const int along = normalize_axis(operation.name(), axis.value_or(0), source.rank());
  const Tensor copy = read_counts(operation, counts, source.shape[along]);
  const std::span<const std::int64_t> repeats = integers_of(copy);
  Tensor positions = operation.allocate_result({add_counts(operation, repeats)}, DType::int64);
  if (!operation.is_dry_run()) {
    auto* next = reinterpret_cast<std::int64_t*>(positions.data());
    for (std::size_t i = 0; i < repeats.size(); ++i)
      next = std::fill_n(next, repeats[i], static_cast<std::int64_t>(i));
  }
  Tensor result = take(source, positions, along);
  operation.adopt_child(x.dtype);
  operation.note_peak(held, result);
  operation.finish(result);
  return result;
}

namespace {

// Every axis' shift as a number of places in [0, extent).
Dims find_shifts(const Operation& operation, const Dims& shape, const Dims& shifts,
                 const Dims& axes) {
  if (shifts.size() != 1 && shifts.size() != axes.size()) {
    fail(ErrorKind::value, "roll: one shift, or one for each axis, is needed (got " +
                               to_string(shifts) + " for axes " + to_string(axes) + ")");
  }
  Dims places(shape.size(), 0);
  for (int i = 0; i < axes.size(); ++i) {
    const int axis = normalize_axis(operation.name(), axes[i], shape.size());
    const std::int64_t extent = shape[axis];
    if (extent == 0) continue;
    const std::int64_t shift = shifts[shifts.size() == 1 ? 0 : i] % extent;
    places[axis] = (places[axis] + shift + extent) % extent;
  }
  return places;
}

// Copies the blocks between an axis' end and its new start, for each axis that is rolled; blocks
// are never more than elements.
void write_rolled(Operation& operation, BlockingRegion& region, const Tensor& result,
                  const Tensor& x, const Dims& places, int axis) {
  while (axis < x.rank() && places[axis] == 0) ++axis;
  if (axis == x.rank()) return assign(operation, region, result, x);
  const std::int64_t extent = x.shape[axis], shift = places[axis];
  const auto copy_block = [&](std::int64_t from, std::int64_t to, std::int64_t length) {
    Dims shape = x.shape;
    shape[axis] = length;
    write_rolled(operation, region, result.view(shape, result.strides, to * result.strides[axis]),
                 x.view(shape, x.strides, from * x.strides[axis]), places, axis + 1);
  };
  copy_block(0, shift, extent - shift);
  copy_block(extent - shift, 0, shift);
}

}  // namespace

Tensor roll(const Tensor& x, const Dims& shifts, const std::optional<Dims>& axes) {
  Operation operation(Op::roll);
  const HeldPeak held;
  operation.add_operand(x);
  const Tensor source = flatten_unless(x, axes.has_value());
  const Dims places =
      find_shifts(operation, source.shape, shifts, axes.value_or(Dims{std::int64_t{0}}));
  Tensor result = operation.allocate_result(source.shape, x.dtype);
  if (result.size() > 0) {
    const Tensor* pinned[] = {&source};
    BlockingRegion region(operation, result.nbytes(), pinned);
    write_rolled(operation, region, result, *region.operands()[0], places, 0);
  }
  operation.note_peak(held, result);
  return finish_copy(operation, result.view(x.shape, contiguous_strides(x.shape, x.itemsize())));
}

Tensor tile(const Tensor& x, const Dims& repetitions) {
  Operation operation(Op::tile);
  operation.add_operand(x);
  const int rank = std::max(x.rank(), repetitions.size());
  const int missing_extents = rank - x.rank(), missing_counts = rank - repetitions.size();
  // Both tensors seen with an axis for the repetitions and one for the elements, where an axis of
  // the result has both.
  Dims shape, seen, source_strides;
  for (int i = 0; i < rank; ++i) {
    const std::int64_t extent = i < missing_extents ? 1 : x.shape[i - missing_extents];
    const std::int64_t stride = i < missing_extents ? 0 : x.strides[i - missing_extents];
    const std::int64_t count = i < missing_counts ? 1 : repetitions[i - missing_counts];
    shape.push_back(multiply_extent(operation, extent, count));
    const bool has_both = count > 1 && extent > 1;
    if (has_both || extent == 1) {
      seen.push_back(count);
      source_strides.push_back(0);
    }
    if (has_both || extent != 1) {
      seen.push_back(extent);
      source_strides.push_back(stride);
    }
  }
  Tensor result = operation.allocate_result(shape, x.dtype);
  if (result.size() > 0) {
    const Tensor* pinned[] = {&x};
    BlockingRegion region(operation, result.nbytes(), pinned);
    assign(operation, region, result.view(seen, contiguous_strides(seen, x.itemsize())),
           region.operands()[0]->view(seen, source_strides));
  }
  return finish_copy(operation, std::move(result));
}

}  // namespace corepy

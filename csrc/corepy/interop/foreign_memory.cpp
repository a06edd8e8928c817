// Checks and copies of memory that other libraries own.
#include "corepy/interop/foreign_memory.h"

#include <cstring>
#include <limits>
#include <string>

#include "corepy/core/error.h"

namespace corepy {
namespace {

[[noreturn]] void reject(const char* op, const char* source, const std::string& text) {
  fail(ErrorKind::export_,
       std::string(op) + ": the object's " + source + " export is not valid: " + text);
}

// Adds extent * stride to `bytes`; false on overflow.
bool add_reach(std::int64_t steps, std::int64_t stride, std::int64_t& bytes) noexcept {
  std::int64_t reach;
  return !__builtin_mul_overflow(steps, stride, &reach) &&
         !__builtin_add_overflow(bytes, reach, &bytes);
}

// Whether data + low ... data + high are addresses (low <= 0 < high).
bool is_addressable(const void* data, std::int64_t low, std::int64_t high) noexcept {
  const auto address = reinterpret_cast<std::uintptr_t>(data);
  const auto below = std::uintptr_t{0} - static_cast<std::uintptr_t>(low);
  return address >= below &&
         address <= std::numeric_limits<std::uintptr_t>::max() - static_cast<std::uintptr_t>(high);
}

template <int itemsize>
void gather_row(std::byte* destination, const std::byte* source, std::int64_t n,
                std::int64_t stride) noexcept {
  for (std::int64_t i = 0; i < n; ++i)
    std::memcpy(destination + i * itemsize, source + i * stride, itemsize);
}

void gather_any_row(std::byte* destination, const std::byte* source, std::int64_t n,
                    std::int64_t stride, int itemsize) noexcept {
  if (stride == itemsize) {
    std::memcpy(destination, source,
                static_cast<std::size_t>(n) * static_cast<std::size_t>(itemsize));
    return;
  }
  switch (itemsize) {
    case 1:
      return gather_row<1>(destination, source, n, stride);
    case 2:
      return gather_row<2>(destination, source, n, stride);
    case 4:
      return gather_row<4>(destination, source, n, stride);
    case 8:
      return gather_row<8>(destination, source, n, stride);
    default:
      return gather_row<16>(destination, source, n, stride);
  }
}

std::byte* gather_axis(std::byte* destination, const Tensor& x, const std::byte* source,
                       int axis) noexcept {
  const int itemsize = itemsize_of(x.dtype);
  if (axis >= x.rank() - 1) {
    const std::int64_t n = x.rank() == 0 ? 1 : x.shape[axis];
    gather_any_row(destination, source, n, x.rank() == 0 ? itemsize : x.strides[axis], itemsize);
    return destination + n * itemsize;
  }
  for (std::int64_t i = 0; i < x.shape[axis]; ++i) {
    destination = gather_axis(destination, x, source + i * x.strides[axis], axis + 1);
  }
  return destination;
}

void reverse_parts(std::byte* data, std::int64_t nbytes, int part_bytes) noexcept {
  for (std::int64_t i = 0; i < nbytes; i += part_bytes) {
    for (int a = 0, b = part_bytes - 1; a < b; ++a, --b) {
      const std::byte byte = data[i + a];
      data[i + a] = data[i + b];
      data[i + b] = byte;
    }
  }
}

}  // namespace

ForeignExtent check_foreign(const char* op, const char* source, const ForeignArray& array) {
  const int rank = array.shape.size();
  if (rank > max_rank) {
    reject(op, source,
           "too many dimensions (got " + std::to_string(rank) + "; expected at most " +
               std::to_string(max_rank) + ")");
  }
  if (array.strides.size() != rank) {
    reject(op, source,
           "shape and strides differ in length (got " + std::to_string(rank) + " and " +
               std::to_string(array.strides.size()) + ")");
  }
  // Zero extents make the array empty, but the others must still be representable, so that C-order
  // strides are.
  std::int64_t low = 0, high = itemsize_of(array.dtype), nbytes = itemsize_of(array.dtype);
  bool is_empty = false, fits = true, reaches = true;
  for (int i = 0; i < rank; ++i) {
    const std::int64_t extent = array.shape[i];
    if (extent < 0)
      reject(op, source, "negative dimension (got shape " + to_string(array.shape) + ")");
    is_empty = is_empty || extent == 0;
    if (extent == 0) continue;
    fits = fits && !__builtin_mul_overflow(nbytes, extent, &nbytes);
    reaches = reaches && add_reach(extent - 1, array.strides[i], array.strides[i] < 0 ? low : high);
  }
  if (fits && is_empty) return {};
  if (array.data == nullptr) {
    reject(op, source,
           "a null pointer for a non-empty array (got shape " + to_string(array.shape) + ")");
  }
  std::int64_t span = 0;
  if (!fits || !reaches || __builtin_sub_overflow(high, low, &span) ||
      !is_addressable(array.data, low, high)) {
    reject(op, source,
           "the elements do not fit in the address space (got shape " + to_string(array.shape) +
               " and byte strides " + to_string(array.strides) + ")");
  }
  return {low, span};
}

Tensor view_foreign(const ForeignArray& array, const ForeignExtent& extent, void* owner,
                    void (*release_owner)(void*) noexcept) {
  // Everything that can throw is done before the owner is taken.
  Tensor view{StorageRef{}, -extent.low_bytes, array.dtype, array.shape, array.strides};
  // An empty array has no memory that may be pointed to: its pointer may be null or stale.
  static std::byte nothing[storage_alignment_bytes];
  std::byte* base =
      extent.span_bytes == 0 ? nothing : static_cast<std::byte*>(array.data) + extent.low_bytes;
  if (extent.span_bytes == 0) view.strides = contiguous_strides(view.shape, view.itemsize());
  view.storage = wrap_foreign(base, extent.span_bytes, owner, release_owner);
  return view;
}

void gather_elements(std::byte* destination, const Tensor& x, bool swap_bytes) noexcept {
  if (x.size() == 0) return;
  gather_axis(destination, x, x.data(), 0);
  if (swap_bytes) reverse_parts(destination, x.nbytes(), itemsize_of(real_of(x.dtype)));
}

}  // namespace corepy

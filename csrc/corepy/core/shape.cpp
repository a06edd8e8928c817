// Arithmetic on shapes and strides.
#include "corepy/core/shape.h"

#include <limits>
#include <optional>

#include "corepy/core/error.h"

namespace corepy {

std::string to_string(const Dims& dims) {
  std::string text = "(";
  for (int i = 0; i < dims.size(); ++i) {
    if (i > 0) text += ", ";
    text += std::to_string(dims[i]);
  }
  return text + (dims.size() == 1 ? ",)" : ")");
}

std::int64_t count_elements(const char* op, const Dims& shape, std::int64_t itemsize) {
  if (shape.size() > max_rank) {
    fail(ErrorKind::shape, std::string(op) + ": too many dimensions (got " +
                               std::to_string(shape.size()) + "; expected at most " +
                               std::to_string(max_rank) + ")");
  }
  // Zero extents make the array empty, but the other extents must still be representable: NumPy's
  // rule, so that strides fit.
  std::int64_t n = 1;
  bool empty = false;
  for (std::int64_t extent : shape) {
    if (extent < 0) {
      fail(ErrorKind::shape,
           std::string(op) + ": negative dimension (got shape " + to_string(shape) + ")");
    }
    if (extent == 0) {
      empty = true;
    } else if (__builtin_mul_overflow(n, extent, &n)) {
      n = -1;
      break;
    }
  }
  std::int64_t nbytes = 0;
  if (n < 0 || __builtin_mul_overflow(n, itemsize, &nbytes)) {
    fail(ErrorKind::shape, std::string(op) + ": the array is too large to address (got shape " +
                               to_string(shape) + " of " + std::to_string(itemsize) +
                               "-byte elements; expected fewer than 2**63 bytes)");
  }
  return empty ? 0 : n;
}

Dims contiguous_strides(const Dims& shape, std::int64_t itemsize) {
  Dims strides(shape.size());
  std::int64_t stride = itemsize;
  for (int i = shape.size() - 1; i >= 0; --i) {
    strides[i] = stride;
    stride *= shape[i] > 0 ? shape[i] : 1;
  }
  return strides;
}

bool is_contiguous_nd(const Dims& shape, const Dims& strides, std::int64_t itemsize) noexcept {
  std::int64_t expected = itemsize;
  for (int i = shape.size() - 1; i >= 0; --i) {
    if (shape[i] == 0) return true;
    if (shape[i] != 1 && strides[i] != expected) return false;
    expected *= shape[i];
  }
  return true;
}

Dims broadcast_shapes(const char* op, std::span<const Dims* const> shapes) {
  int rank = 0;
  for (const Dims* shape : shapes) rank = std::max(rank, shape->size());
  Dims result(rank, 1);
  for (const Dims* shape : shapes) {
    const int shift = rank - shape->size();
    for (int i = 0; i < shape->size(); ++i) {
      const std::int64_t extent = (*shape)[i];
      if (extent == 1 || extent == result[i + shift]) continue;
      if (result[i + shift] != 1) {
        std::string text = std::string(op) + ": shapes cannot be broadcast together (got ";
        for (std::size_t k = 0; k < shapes.size(); ++k)
          text += (k > 0 ? " and " : "") + to_string(*shapes[k]);
        fail(ErrorKind::shape,
             text + "; expected equal extents, or 1, counted from the last axis)");
      }
      result[i + shift] = extent;
    }
  }
  return result;
}

Dims broadcast_strides(const char* op, const Dims& shape, const Dims& strides, const Dims& target) {
  const int shift = target.size() - shape.size();
  bool fits = shift >= 0;
  Dims result(target.size());
  for (int i = 0; fits && i < shape.size(); ++i) {
    if (shape[i] == target[i + shift]) {
      result[i + shift] = strides[i];
    } else {
      fits = shape[i] == 1;
    }
  }
  if (!fits) {
    fail(ErrorKind::shape, std::string(op) + ": shape cannot be broadcast to the target (got " +
                               to_string(shape) + " to " + to_string(target) + ")");
  }
  return result;
}

int normalize_axis(const char* op, std::int64_t axis, int rank) {
  if (axis < -rank || axis >= rank) {
    fail(ErrorKind::axis,
         std::string(op) + ": axis out of range (got " + std::to_string(axis) + "; expected " +
             (rank == 0 ? std::string("no axis: the array has rank 0)")
                        : std::to_string(-rank) + " <= axis < " + std::to_string(rank) + ")"));
  }
  return static_cast<int>(axis < 0 ? axis + rank : axis);
}

Dims normalize_axes(const char* op, const Dims& axes, int rank) {
  Dims result;
  for (std::int64_t axis : axes) result.push_back(normalize_axis(op, axis, rank));
  std::sort(result.begin(), result.end());
  for (int i = 1; i < result.size(); ++i) {
    if (result[i] == result[i - 1]) {
      fail(ErrorKind::axis,
           std::string(op) + ": an axis is given twice (got " + to_string(axes) + ")");
    }
  }
  return result;
}

namespace {

// The stride of the axes [begin, end) walked as one axis; none where they do not lie evenly, each
// stride being the next one times its extent. Extents of 1 carry no information.
std::optional<std::int64_t> merge_strides(const Dims& shape, const Dims& strides, int begin,
                                          int end) {
  std::optional<std::int64_t> innermost;
  std::int64_t expected = 0;
  for (int k = end - 1; k >= begin; --k) {
    if (shape[k] == 1) continue;
    if (!innermost) {
      innermost = strides[k];
    } else if (strides[k] != expected) {
      return std::nullopt;
    }
    expected = strides[k] * shape[k];
  }
  return innermost.value_or(0);
}

}  // namespace

// Groups of old axes are matched with groups of new axes of the same element count.
bool try_reshape_strides(const Dims& shape, const Dims& strides, const Dims& new_shape,
                         Dims& new_strides) {
  new_strides = Dims(new_shape.size());
  int i = 0, j = 0;
  while (i < shape.size() || j < new_shape.size()) {
    if (i < shape.size() && shape[i] == 1) {
      ++i;
      continue;
    }
    if (j < new_shape.size() && new_shape[j] == 1) {
      ++j;
      continue;
    }
    if (i == shape.size() || j == new_shape.size()) return false;
    int i_end = i + 1, j_end = j + 1;
    std::int64_t old_count = shape[i], new_count = new_shape[j];
    while (old_count != new_count) {
      if (old_count < new_count) {
        old_count *= shape[i_end++];
      } else {
        new_count *= new_shape[j_end++];
      }
    }
    const std::optional<std::int64_t> merged = merge_strides(shape, strides, i, i_end);
    if (!merged) return false;
    std::int64_t stride = *merged;
    for (int k = j_end - 1; k >= j; --k) {
      new_strides[k] = stride;
      stride *= new_shape[k];
    }
    i = i_end;
    j = j_end;
  }
  return true;
}

Dims infer_reshape(const Dims& shape, const Dims& new_shape) {
  const std::int64_t n = count_elements(shape);
  Dims result = new_shape;
  int unknown = -1;
  Dims known;
  for (int i = 0; i < new_shape.size(); ++i) {
    if (new_shape[i] == -1) {
      if (unknown >= 0) {
        fail(ErrorKind::shape,
             "reshape: only one dimension may be -1 (got " + to_string(new_shape) + ")");
      }
      unknown = i;
    } else {
      known.push_back(new_shape[i]);
    }
  }
  const std::int64_t known_count = count_elements("reshape", known, 1);
  const bool fits = unknown < 0 ? known_count == n : (known_count > 0 && n % known_count == 0);
  if (!fits) {
    fail(ErrorKind::shape, "reshape: the element counts differ (got " + std::to_string(n) +
                               " elements of shape " + to_string(shape) + "; expected shape " +
                               to_string(new_shape) + ")");
  }
  if (unknown >= 0) result[unknown] = n / known_count;
  return result;
}

}  // namespace corepy

// Checks and copies of arrays in Arrow's C data interface.
#include "corepy/interop/arrow_import.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <string>
#include <string_view>

#include "corepy/core/error.h"
#include "corepy/interop/element_format.h"

namespace corepy {
namespace {

constexpr std::string_view tensor_extension = "arrow.fixed_shape_tensor";
constexpr std::string_view byte_bool_extension = "arrow.bool8";

[[noreturn]] void reject(const char* op, const std::string& text) {
  fail(ErrorKind::export_, std::string(op) + ": the object's Arrow export is not valid: " + text);
}

[[noreturn]] void reject_type(const char* op, const std::string& type) {
  std::string names;
  for (int i = 0; i < dtype_count; ++i) {
    const auto dtype = static_cast<DType>(i);
    if (arrow_format_of(dtype) != nullptr)
      names += std::string(names.empty() ? "" : ", ") + name_of(dtype);
  }
  fail(ErrorKind::dtype, std::string(op) + ": no dtype for the array's elements (got " + type +
                             "; expected one of " + names +
                             ", or lists of fixed length of them); convert it with its own library "
                             "first");
}

// Another library's text in a message: short, printable.
std::string quoted(std::string_view text) {
  constexpr std::size_t max_length = 60;
  std::string result = "'";
  for (char letter : text.substr(0, max_length))
    result += letter >= 0x20 && letter < 0x7f ? letter : '?';
  return result + (text.size() > max_length ? "...'" : "'");
}

// ---- schema

// The value of a key in a schema's metadata: an int32 count, then lengths and bytes of keys and
// values.
class Metadata {
 public:
  Metadata(const char* op, const char* bytes) : op_(op), next_(bytes) {}
  std::optional<std::string> find(std::string_view key) {
    if (next_ == nullptr) return std::nullopt;
    const std::int32_t pairs = read_count();
    for (std::int32_t i = 0; i < pairs; ++i) {
      const std::string_view name = read_text();
      const std::string_view value = read_text();
      if (name == key) return std::string(value);
    }
    return std::nullopt;
  }

 private:
  std::int32_t read_count() {
    std::int32_t count;
    std::memcpy(&count, next_, sizeof count);
    next_ += sizeof count;
    if (count < 0) reject(op_, "negative length in the metadata");
    return count;
  }
  std::string_view read_text() {
    const auto length = static_cast<std::size_t>(read_count());
    const std::string_view text(next_, length);
    next_ += length;
    return text;
  }
  const char* op_;
  const char* next_;
};

std::optional<std::string> find_metadata(const char* op, const arrow::Schema& schema,
                                         std::string_view key) {
  return Metadata(op, schema.metadata).find(key);
}

// "+w:12" is 12.
std::int64_t read_list_size(const char* op, std::string_view format) {
  std::int64_t size = 0;
  const std::string_view digits = format.substr(3);
  bool is_number = !digits.empty() && digits.size() <= 10;
  for (std::size_t i = 0; is_number && i < digits.size(); ++i) {
    is_number = digits[i] >= '0' && digits[i] <= '9';
    size = size * 10 + (digits[i] - '0');
  }
  if (!is_number || size > std::numeric_limits<std::int32_t>::max())
    reject(op, "list size out of range (got format " + quoted(format) + ")");
  return size;
}

void check_schema(const char* op, const arrow::Schema& schema) {
  if (schema.release == nullptr) reject(op, "the schema was released before");
  if (schema.format == nullptr) reject(op, "the schema has no format");
  if (schema.dictionary != nullptr)
    reject_type(op, "a dictionary-encoded Arrow array of format " + quoted(schema.format));
}

DType read_number(const char* op, const arrow::Schema& schema,
                  const std::optional<std::string>& extension) {
  if (extension && (*extension != byte_bool_extension || std::strcmp(schema.format, "c") != 0))
    reject_type(op, "the Arrow extension type " + quoted(*extension));
  if (extension) return DType::bool_;
  const auto dtype = dtype_from_arrow(schema.format);
  if (!dtype) reject_type(op, "Arrow format " + quoted(schema.format));
  if (schema.n_children != 0) reject(op, "numbers have no children");
  return *dtype;
}

// ---- array

std::int64_t multiply(const char* op, std::int64_t a, std::int64_t b) {
  std::int64_t product;
  if (__builtin_mul_overflow(a, b, &product)) reject(op, "lengths out of range");
  return product;
}

std::int64_t add(const char* op, std::int64_t a, std::int64_t b) {
  std::int64_t sum;
  if (__builtin_add_overflow(a, b, &sum)) reject(op, "lengths out of range");
  return sum;
}

void check_array(const char* op, const arrow::Array& array, std::int64_t buffers,
                 std::int64_t children) {
  const auto text = [](std::int64_t value) { return std::to_string(value); };
  if (array.release == nullptr) reject(op, "the array was released before");
  if (array.length < 0) reject(op, "negative length (got " + text(array.length) + ")");
  if (array.offset < 0) reject(op, "negative offset (got " + text(array.offset) + ")");
  if (array.null_count < -1 || array.null_count > array.length) {
    reject(op, "null count out of range (got " + text(array.null_count) + " for length " +
                   text(array.length) + ")");
  }
  if (array.n_buffers != buffers) {
    reject(op, "wrong number of buffers (got " + text(array.n_buffers) + "; expected " +
                   text(buffers) + ")");
  }
  if (array.n_children != children) {
    reject(op, "wrong number of children (got " + text(array.n_children) + "; expected " +
                   text(children) + ")");
  }
  if (array.buffers == nullptr) reject(op, "a null pointer for the buffers");
  if (array.dictionary != nullptr) reject(op, "a dictionary that the schema does not have");
  add(op, array.length, array.offset);
}

bool bit_of(const std::uint8_t* bits, std::int64_t i) noexcept {
  return (bits[i >> 3] >> (i & 7) & 1) != 0;
}

// Bits `first` to `first` + 8, the last one excluded.
unsigned byte_at(const std::uint8_t* bits, std::int64_t first) noexcept {
  const unsigned shift = first & 7;
  const unsigned low = bits[first >> 3];
  if (shift == 0) return low;
  return (low >> shift | static_cast<unsigned>(bits[(first >> 3) + 1]) << (8 - shift)) & 0xff;
}

std::int64_t count_missing(const ArrowValidity& validity) noexcept {
  std::int64_t missing = 0, i = 0;
  for (; i + 8 <= validity.count; i += 8)
    missing += 8 - __builtin_popcount(byte_at(validity.bits, validity.first + i));
  for (; i < validity.count; ++i) missing += !bit_of(validity.bits, validity.first + i);
  return missing;
}

void note_missing(const char* op, const arrow::Array& array, std::int64_t first, std::int64_t count,
                  std::int64_t elements_each, ArrowValues& values) {
  if (array.null_count == 0 || count == 0) return;
  const auto* bits = static_cast<const std::uint8_t*>(array.buffers[0]);
  if (bits == nullptr) {
    if (array.null_count > 0) reject(op, "nulls are counted but there are no validity bits");
    return;
  }
  const ArrowValidity validity{bits, first, count, elements_each};
  const std::int64_t missing = count_missing(validity);
  if (missing == 0) return;
  values.null_count += missing;
  values.validities.push_back(validity);
}

void unpack_bits(std::byte* destination, const std::uint8_t* bits, std::int64_t first,
                 std::int64_t count) noexcept {
  std::int64_t i = 0;
  for (; i + 8 <= count; i += 8) {
    const unsigned byte = byte_at(bits, first + i);
    for (unsigned j = 0; j < 8; ++j) destination[i + j] = static_cast<std::byte>(byte >> j & 1);
  }
  for (; i < count; ++i) destination[i] = static_cast<std::byte>(bit_of(bits, first + i));
}

}  // namespace

ArrowType read_arrow_schema(const char* op, const arrow::Schema& schema) {
  ArrowType type;
  const arrow::Schema* level = &schema;
  check_schema(op, *level);
  auto extension = find_metadata(op, *level, "ARROW:extension:name");
  while (std::strncmp(level->format, "+w:", 3) == 0) {
    if (extension) {
      if (*extension != tensor_extension || level != &schema)
        reject_type(op, "the Arrow extension type " + quoted(*extension));
      type.tensor_parameters =
          find_metadata(op, *level, "ARROW:extension:metadata").value_or(std::string());
    }
    if (type.list_sizes.size() + 1 >= max_rank) {
      reject(op,
             "too many dimensions (expected at most " + std::to_string(max_rank) + " with lists)");
    }
    type.list_sizes.push_back(read_list_size(op, level->format));
    if (level->n_children != 1 || level->children == nullptr || level->children[0] == nullptr)
      reject(op, "a list must have one child");
    level = level->children[0];
    check_schema(op, *level);
    extension = find_metadata(op, *level, "ARROW:extension:name");
  }
  if (std::strcmp(level->format, "+s") == 0)
    reject_type(op, "an Arrow struct or table; take one of its columns");
  type.dtype = read_number(op, *level, extension);
  type.is_packed = type.dtype == DType::bool_ && !extension;
  type.item_shape = type.list_sizes;
  return type;
}

void set_tensor_extension(const char* op, ArrowType& type, const Dims& shape, const Dims& axes) {
  std::int64_t elements = 1, listed = 1;
  for (std::int64_t extent : shape) {
    if (extent < 0) reject(op, "negative extent (got tensor shape " + to_string(shape) + ")");
    elements = multiply(op, elements, extent);
  }
  for (std::int64_t size : type.list_sizes) listed = multiply(op, listed, size);
  if (elements != listed || shape.size() >= max_rank) {
    reject(op, "tensor shape and list size disagree (got shape " + to_string(shape) +
                   " for lists of " + std::to_string(listed) + ")");
  }
  std::uint64_t seen = 0;
  for (std::int64_t axis : axes) {
    const bool is_new = axis >= 0 && axis < shape.size() && (seen >> axis & 1) == 0;
    if (!is_new) reject(op, "permutation " + to_string(axes) + " is none of the tensor's axes");
    seen |= std::uint64_t{1} << axis;
  }
  if (!axes.empty() && axes.size() != shape.size())
    reject(op, "permutation " + to_string(axes) + " has another rank than " + to_string(shape));
  type.item_shape = shape;
  type.item_axes = axes;
}

ArrowValues check_arrow_array(const char* op, const arrow::Array& array, const ArrowType& type) {
  ArrowValues values;
  std::int64_t elements = 1;  // below one value of the level
  for (std::int64_t size : type.list_sizes) elements = multiply(op, elements, size);
  const arrow::Array* level = &array;
  std::int64_t first = 0, count = 0;  // of the level's values that belong to the array
  for (int depth = 0; depth <= type.list_sizes.size(); ++depth) {
    const bool is_list = depth < type.list_sizes.size();
    check_array(op, *level, is_list ? 1 : 2, is_list ? 1 : 0);
    if (depth == 0) count = level->length;
    if (level->length < add(op, first, count)) {
      reject(op, "a child is too short (got length " + std::to_string(level->length) +
                     "; expected at least " + std::to_string(first + count) + ")");
    }
    first = add(op, first, level->offset);
    note_missing(op, *level, first, count, elements, values);
    if (!is_list) break;
    const std::int64_t size = type.list_sizes[depth];
    if (level->children == nullptr || level->children[0] == nullptr)
      reject(op, "a null pointer for the child of a list");
    level = level->children[0];
    first = multiply(op, first, size);
    count = multiply(op, count, size);
    if (size != 0) elements /= size;
  }
  values.data = level->buffers[1];
  values.first = first;
  values.shape.push_back(array.length);
  for (std::int64_t extent : type.item_shape) values.shape.push_back(extent);
  const std::int64_t bytes = multiply(op, add(op, first, count), itemsize_of(type.dtype));
  if (count_elements(op, values.shape, itemsize_of(type.dtype)) == 0) return values;
  if (values.data == nullptr) {
    reject(op, "a null pointer for a non-empty array (got shape " + to_string(values.shape) + ")");
  }
  if (reinterpret_cast<std::uintptr_t>(values.data) >
      std::numeric_limits<std::uintptr_t>::max() - static_cast<std::uintptr_t>(bytes))
    reject(op, "the elements do not fit in the address space");
  return values;
}

ForeignArray view_arrow_values(const ArrowValues& values, const ArrowType& type) {
  ForeignArray array;
  const std::int64_t itemsize = itemsize_of(type.dtype);
  array.data = values.data == nullptr
                   ? nullptr
                   : const_cast<std::byte*>(static_cast<const std::byte*>(values.data)) +
                         values.first * itemsize;
  array.dtype = type.dtype;
  array.read_only = true;
  array.shape = values.shape;
  array.strides = contiguous_strides(values.shape, itemsize);
  return array;
}

void copy_arrow_values(std::byte* destination, const ArrowValues& values, const ArrowType& type,
                       const std::byte* fill) noexcept {
  const std::int64_t count = count_elements(values.shape);
  if (count == 0) return;
  const std::int64_t itemsize = itemsize_of(type.dtype);
  if (type.is_packed) {
    unpack_bits(destination, static_cast<const std::uint8_t*>(values.data), values.first, count);
  } else {
    std::memcpy(destination, static_cast<const std::byte*>(values.data) + values.first * itemsize,
                static_cast<std::size_t>(count * itemsize));
  }
  for (const ArrowValidity& validity : values.validities) {
    for (std::int64_t i = 0; i < validity.count; ++i) {
      if (bit_of(validity.bits, validity.first + i)) continue;
      for (std::int64_t j = 0; j < validity.elements_each; ++j) {
        std::memcpy(destination + (i * validity.elements_each + j) * itemsize, fill,
                    static_cast<std::size_t>(itemsize));
      }
    }
  }
}

Tensor permute_items(Tensor tensor, const ArrowType& type) {
  Dims shape = tensor.shape, strides = tensor.strides;
  for (int i = 0; i < type.item_axes.size(); ++i) {
    const int axis = static_cast<int>(type.item_axes[i]) + 1;
    shape[i + 1] = tensor.shape[axis];
    strides[i + 1] = tensor.strides[axis];
  }
  tensor.shape = shape;
  tensor.strides = strides;
  return tensor;
}

}  // namespace corepy

// Arrow arrays as others export them: what a schema and its array claim is checked here, before a
// tensor views or copies the values. No protocol and no Python here.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "corepy/core/dims.h"
#include "corepy/core/dtype.h"
#include "corepy/interop/arrow_abi.h"
#include "corepy/interop/foreign_memory.h"

namespace corepy {

// What a schema says of an array's values: numbers, or lists of a fixed length (of such lists) of
// numbers.
struct ArrowType {
  DType dtype = DType::float64;
  bool is_packed = false;  // bool as one bit per element
  Dims list_sizes;         // from the outermost list inwards
  // The extents and the order of the axes after the first: of the lists, or of a tensor extension.
  Dims item_shape;
  Dims item_axes;  // logical axis i is axis item_axes[i] in memory; empty: in order
  // The parameters (JSON) of the extension arrow.fixed_shape_tensor, for set_tensor_extension.
  std::optional<std::string> tensor_parameters;
};

// Fails with DTypeError for types that are no numbers, ExportError for what is malformed.
ArrowType read_arrow_schema(const char* op, const arrow::Schema& schema);

// Replaces the lists' extents by those of the extension's parameters; fails with ExportError where
// they contradict the lists.
void set_tensor_extension(const char* op, ArrowType& type, const Dims& shape, const Dims& axes);

// Which of `count` values are there: bit `first` + i of `bits`, each for `elements_each` elements.
struct ArrowValidity {
  const std::uint8_t* bits;
  std::int64_t first, count, elements_each;
};

// Where an array's values lie.
struct ArrowValues {
  const void* data = nullptr;
  std::int64_t first = 0;  // the index, of an element or a bit, where they begin
  Dims shape;              // in memory, C order
  std::int64_t null_count = 0;
  std::vector<ArrowValidity> validities;  // of the levels where something is null
};

// Checks every length, offset, buffer and child; fails with ExportError. What cannot be checked is
// whether buffers are as long as they must be: the interface does not say.
ArrowValues check_arrow_array(const char* op, const arrow::Array& array, const ArrowType& type);

// The values as another library's memory; not for packed ones.
ForeignArray view_arrow_values(const ArrowValues& values, const ArrowType& type);

// Copies the values, in C order of memory, to `destination`; missing ones become `fill`, an
// element's bytes (null where nothing is missing).
void copy_arrow_values(std::byte* destination, const ArrowValues& values, const ArrowType& type,
                       const std::byte* fill) noexcept;

// A tensor over the axes in memory, seen with those of the type.
Tensor permute_items(Tensor tensor, const ArrowType& type);

}  // namespace corepy

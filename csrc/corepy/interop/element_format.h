// The names that other libraries give to element types: buffer format strings (PEP 3118), NumPy
// type strings, DLPack type codes, Arrow formats.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "corepy/core/dtype.h"
#include "corepy/interop/dlpack_abi.h"

namespace corepy {

// An element type in another library's memory.
struct ElementFormat {
  DType dtype;
  bool swapped_bytes = false;  // the other byte order than this machine's
};

// "<f", "l", "Zd": nothing where corepy has no such element type. Sizes are the platform's, or the
// standard's after '<', '>', '='.
std::optional<ElementFormat> parse_buffer_format(std::string_view format) noexcept;
// Null for bfloat16, which the buffer protocol does not know.
const char* buffer_format_of(DType dtype) noexcept;

// "<f4", "|b1", ">c16".
std::optional<ElementFormat> parse_type_string(std::string_view text) noexcept;
std::string type_string_of(DType dtype);
// 'f', 4: the letter and the size of a type string.
std::optional<DType> dtype_of_kind(char letter, int itemsize) noexcept;

std::optional<DType> dtype_from_dlpack(dlpack::DataType type) noexcept;
dlpack::DataType dlpack_type_of(DType dtype) noexcept;

// "f", "l", "b" (for bool: one bit per element). Complex numbers have no format.
std::optional<DType> dtype_from_arrow(std::string_view format) noexcept;
const char* arrow_format_of(DType dtype) noexcept;  // null where there is none

}  // namespace corepy

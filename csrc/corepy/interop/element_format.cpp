// Element types in the notations of other libraries.
#include "corepy/interop/element_format.h"

#include <bit>
#include <cstddef>
#include <utility>

namespace corepy {
namespace {

// Not bfloat16, which comes after float16: these notations have no word for it.
std::optional<DType> find_dtype(DTypeKind kind, int itemsize) noexcept {
  for (int i = 0; i < dtype_count; ++i) {
    if (dtype_infos[i].kind == kind && dtype_infos[i].itemsize == itemsize)
      return static_cast<DType>(i);
  }
  return std::nullopt;
}

// The size of a format character: [platform's, standard]; 0 where there is none.
struct CharacterRow {
  char character;
  DTypeKind kind;
  int native_size;
  int standard_size;
};

constexpr CharacterRow character_rows[] = {
    {'?', DTypeKind::boolean, sizeof(bool), 1},
    {'b', DTypeKind::signed_integer, 1, 1},
    {'B', DTypeKind::unsigned_integer, 1, 1},
    {'h', DTypeKind::signed_integer, sizeof(short), 2},
    {'H', DTypeKind::unsigned_integer, sizeof(short), 2},
    {'i', DTypeKind::signed_integer, sizeof(int), 4},
    {'I', DTypeKind::unsigned_integer, sizeof(int), 4},
    {'l', DTypeKind::signed_integer, sizeof(long), 4},
    {'L', DTypeKind::unsigned_integer, sizeof(long), 4},
    {'q', DTypeKind::signed_integer, sizeof(long long), 8},
    {'Q', DTypeKind::unsigned_integer, sizeof(long long), 8},
    {'n', DTypeKind::signed_integer, sizeof(std::ptrdiff_t), 0},
    {'N', DTypeKind::unsigned_integer, sizeof(std::size_t), 0},
    {'e', DTypeKind::real_floating, 2, 2},
    {'f', DTypeKind::real_floating, sizeof(float), 4},
    {'d', DTypeKind::real_floating, sizeof(double), 8},
    {'F', DTypeKind::complex_floating, 2 * sizeof(float), 8},
    {'D', DTypeKind::complex_floating, 2 * sizeof(double), 16},
};

constexpr bool is_little_endian = std::endian::native == std::endian::little;

// Whether data in the byte order that `mark` names must be swapped here ('@', '=' and '|' are this
// machine's order).
constexpr bool is_swapped(char mark) noexcept {
  return mark == '<' ? !is_little_endian : (mark == '>' || mark == '!') && is_little_endian;
}

}  // namespace

std::optional<ElementFormat> parse_buffer_format(std::string_view format) noexcept {
  char mark = '@';
  if (!format.empty() && std::string_view("@=<>!").find(format[0]) != std::string_view::npos) {
    mark = format[0];
    format.remove_prefix(1);
  }
  const bool complex = format.size() == 2 && format[0] == 'Z';
  if (complex) format.remove_prefix(1);
  if (format.size() != 1) return std::nullopt;
  for (const CharacterRow& row : character_rows) {
    if (row.character != format[0]) continue;
    if (complex && row.kind != DTypeKind::real_floating) return std::nullopt;
    const int part_size = mark == '@' ? row.native_size : row.standard_size;
    const auto dtype = find_dtype(complex ? DTypeKind::complex_floating : row.kind,
                                  complex ? 2 * part_size : part_size);
    if (!dtype) return std::nullopt;
    return ElementFormat{*dtype, is_swapped(mark) && itemsize_of(*dtype) > 1};
  }
  return std::nullopt;
}

const char* buffer_format_of(DType dtype) noexcept {
  switch (dtype) {
    case DType::bool_:
      return "?";
    case DType::int8:
      return "b";
    case DType::int16:
      return "h";
    case DType::int32:
      return "i";
    // NumPy's own int64 is `long` where that has 64 bits; `long long` would give an equal but not
    // identical dtype there.
    case DType::int64:
      return sizeof(long) == 8 ? "l" : "q";
    case DType::uint8:
      return "B";
    case DType::uint16:
      return "H";
    case DType::uint32:
      return "I";
    case DType::uint64:
      return sizeof(long) == 8 ? "L" : "Q";
    case DType::float32:
      return "f";
    case DType::float64:
      return "d";
    case DType::complex64:
      return "Zf";
    case DType::complex128:
      return "Zd";
    case DType::float16:
      return "e";
    case DType::bfloat16:
      break;
  }
  return nullptr;
}

namespace {

constexpr std::pair<char, DTypeKind> kind_letters[] = {{'b', DTypeKind::boolean},
                                                       {'i', DTypeKind::signed_integer},
                                                       {'u', DTypeKind::unsigned_integer},
                                                       {'f', DTypeKind::real_floating},
                                                       {'c', DTypeKind::complex_floating}};

std::optional<DTypeKind> kind_from_letter(char letter) noexcept {
  for (const auto& [known, kind] : kind_letters) {
    if (known == letter) return kind;
  }
  return std::nullopt;
}

}  // namespace

std::optional<DType> dtype_of_kind(char letter, int itemsize) noexcept {
  const auto kind = kind_from_letter(letter);
  return kind ? find_dtype(*kind, itemsize) : std::nullopt;
}

std::string type_string_of(DType dtype) {
  const int itemsize = itemsize_of(dtype);
  std::string text(1, itemsize == 1 ? '|' : is_little_endian ? '<' : '>');
  for (const auto& [letter, kind] : kind_letters) {
    if (kind == kind_of(dtype)) text += letter;
  }
  return text + std::to_string(itemsize);
}

std::optional<ElementFormat> parse_type_string(std::string_view text) noexcept {
  if (text.size() < 3 || text.size() > 4) return std::nullopt;
  const char mark = text[0];
  if (std::string_view("<>=|").find(mark) == std::string_view::npos) return std::nullopt;
  int itemsize = 0;
  for (char digit : text.substr(2)) {
    if (digit < '0' || digit > '9') return std::nullopt;
    itemsize = itemsize * 10 + (digit - '0');
  }
  const auto dtype = dtype_of_kind(text[1], itemsize);
  if (!dtype) return std::nullopt;
  // '|' says that byte order does not apply, which is true of single bytes only.
  if (mark == '|' && itemsize > 1) return std::nullopt;
  return ElementFormat{*dtype, is_swapped(mark) && itemsize > 1};
}

dlpack::DataType dlpack_type_of(DType dtype) noexcept {
  std::uint8_t code = 0;
  switch (kind_of(dtype)) {
    case DTypeKind::boolean:
      code = dlpack::code_bool;
      break;
    case DTypeKind::signed_integer:
      code = dlpack::code_int;
      break;
    case DTypeKind::unsigned_integer:
      code = dlpack::code_uint;
      break;
    case DTypeKind::real_floating:
      code = dtype == DType::bfloat16 ? dlpack::code_bfloat : dlpack::code_float;
      break;
    case DTypeKind::complex_floating:
      code = dlpack::code_complex;
      break;
  }
  return {code, static_cast<std::uint8_t>(8 * itemsize_of(dtype)), 1};
}

namespace {

struct ArrowFormatRow {
  const char* format;
  DTypeKind kind;
  int itemsize;
};

constexpr ArrowFormatRow arrow_format_rows[] = {
    {"b", DTypeKind::boolean, 1},          {"c", DTypeKind::signed_integer, 1},
    {"s", DTypeKind::signed_integer, 2},   {"i", DTypeKind::signed_integer, 4},
    {"l", DTypeKind::signed_integer, 8},   {"C", DTypeKind::unsigned_integer, 1},
    {"S", DTypeKind::unsigned_integer, 2}, {"I", DTypeKind::unsigned_integer, 4},
    {"L", DTypeKind::unsigned_integer, 8}, {"e", DTypeKind::real_floating, 2},
    {"f", DTypeKind::real_floating, 4},    {"g", DTypeKind::real_floating, 8},
};

}  // namespace

std::optional<DType> dtype_from_arrow(std::string_view format) noexcept {
  for (const ArrowFormatRow& row : arrow_format_rows) {
    if (row.format == format) return find_dtype(row.kind, row.itemsize);
  }
  return std::nullopt;
}

const char* arrow_format_of(DType dtype) noexcept {
  for (const ArrowFormatRow& row : arrow_format_rows) {
    if (find_dtype(row.kind, row.itemsize) == dtype) return row.format;
  }
  return nullptr;
}

std::optional<DType> dtype_from_dlpack(dlpack::DataType type) noexcept {
  if (type.lanes != 1) return std::nullopt;
  for (int i = 0; i < dtype_count; ++i) {
    const dlpack::DataType known = dlpack_type_of(static_cast<DType>(i));
    if (known.code == type.code && known.bits == type.bits) return static_cast<DType>(i);
  }
  return std::nullopt;
}

}  // namespace corepy

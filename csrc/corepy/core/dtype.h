// The element types: the enum, its C++ types and its properties. No promotion rules
// (ops/promotion.h).
#pragma once

#include <cstdint>
#include <type_traits>

namespace corepy {

// A complex number as two adjacent reals, laid out as C and std::complex lay it out. Its arithmetic
// is written in vec/complex.h: std::complex would bring compiler run-time helpers with their own,
// varying, formulas.
template <class T>
struct Complex {
  using value_type = T;
  T re, im;
  friend constexpr bool operator==(const Complex&, const Complex&) = default;
};
using complex64_t = Complex<float>;
using complex128_t = Complex<double>;

// A bool array's element: one byte, 0 or 1 when we wrote it, any byte when foreign memory lies (so:
// != 0 on load).
enum class bool8_t : std::uint8_t { no = 0, yes = 1 };

// Half precision as it lies in memory: IEEE binary16, and the upper half of a float32. Types
// without arithmetic, which is done in float32 (arithmetic_dtype); conversions are in core/half.h.
enum class Float16 : std::uint16_t {};
enum class BFloat16 : std::uint16_t {};

// One row per element type: name, C++ type, kind, bits. Kinds as in the array API's `isdtype`. New
// element types are new rows at the end (a dtype's number is in pickled records); nothing else
// lists dtypes.
#define COREPY_FOR_EACH_DTYPE(X)                     \
  X(bool_, bool8_t, boolean, 8)                      \
  X(int8, std::int8_t, signed_integer, 8)            \
  X(int16, std::int16_t, signed_integer, 16)         \
  X(int32, std::int32_t, signed_integer, 32)         \
  X(int64, std::int64_t, signed_integer, 64)         \
  X(uint8, std::uint8_t, unsigned_integer, 8)        \
  X(uint16, std::uint16_t, unsigned_integer, 16)     \
  X(uint32, std::uint32_t, unsigned_integer, 32)     \
  X(uint64, std::uint64_t, unsigned_integer, 64)     \
  X(float32, float, real_floating, 32)               \
  X(float64, double, real_floating, 64)              \
  X(complex64, complex64_t, complex_floating, 64)    \
  X(complex128, complex128_t, complex_floating, 128) \
  X(float16, Float16, real_floating, 16)             \
  X(bfloat16, BFloat16, real_floating, 16)

enum class DType : std::uint8_t {
#define COREPY_X(name, ...) name,
  COREPY_FOR_EACH_DTYPE(COREPY_X)
#undef COREPY_X
};

#define COREPY_X(...) +1
inline constexpr int dtype_count = 0 COREPY_FOR_EACH_DTYPE(COREPY_X);
#undef COREPY_X

enum class DTypeKind : std::uint8_t {
  boolean,
  signed_integer,
  unsigned_integer,
  real_floating,
  complex_floating
};

struct DTypeInfo {
  const char* name;
  DTypeKind kind;
  std::uint8_t itemsize;
  std::uint8_t bits;
};

inline constexpr DTypeInfo dtype_infos[] = {
#define COREPY_X(name, type, kind, bits) \
  {#name, DTypeKind::kind, static_cast<std::uint8_t>(sizeof(type)), bits},
    COREPY_FOR_EACH_DTYPE(COREPY_X)
#undef COREPY_X
};

// The public name: `bool_` is spelt so only because C++ keeps `bool` for itself.
constexpr const char* name_of(DType d) {
  return d == DType::bool_ ? "bool" : dtype_infos[static_cast<int>(d)].name;
}
constexpr DTypeKind kind_of(DType d) { return dtype_infos[static_cast<int>(d)].kind; }
constexpr int itemsize_of(DType d) { return dtype_infos[static_cast<int>(d)].itemsize; }
constexpr bool is_integer(DType d) {
  return kind_of(d) == DTypeKind::signed_integer || kind_of(d) == DTypeKind::unsigned_integer;
}
constexpr bool is_complex(DType d) { return kind_of(d) == DTypeKind::complex_floating; }
constexpr bool is_real_floating(DType d) { return kind_of(d) == DTypeKind::real_floating; }
constexpr bool is_floating(DType d) { return is_complex(d) || is_real_floating(d); }

constexpr bool is_half(DType d) { return is_real_floating(d) && itemsize_of(d) == 2; }
// What arithmetic on a dtype is done in: float32 for half precision, else the dtype itself.
constexpr DType arithmetic_dtype(DType d) { return is_half(d) ? DType::float32 : d; }

// The real dtype of a complex one's parts; any other dtype itself.
constexpr DType real_of(DType d) {
  return d == DType::complex64 ? DType::float32 : d == DType::complex128 ? DType::float64 : d;
}

template <DType D>
struct element_of;
template <class T>
struct dtype_of_element;
#define COREPY_X(name, type, ...)               \
  template <>                                   \
  struct element_of<DType::name> {              \
    using type_ = type;                         \
  };                                            \
  template <>                                   \
  struct dtype_of_element<type> {               \
    static constexpr DType value = DType::name; \
  };
COREPY_FOR_EACH_DTYPE(COREPY_X)
#undef COREPY_X
template <DType D>
using Element = typename element_of<D>::type_;
template <class T>
inline constexpr DType dtype_of = dtype_of_element<T>::value;

template <class T>
inline constexpr bool is_complex_element = false;
template <class T>
inline constexpr bool is_complex_element<Complex<T>> = true;
// The type of a complex element's parts; any other type itself.
template <class T>
struct part_of_element {
  using type = T;
};
template <class T>
struct part_of_element<Complex<T>> {
  using type = T;
};
template <class T>
using PartOf = typename part_of_element<T>::type;
template <class T>
inline constexpr bool is_half_element = std::is_same_v<T, Float16> || std::is_same_v<T, BFloat16>;

}  // namespace corepy

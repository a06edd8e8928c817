// Type promotion.
#include "corepy/ops/promotion.h"

#include <algorithm>
#include <string>

#include "corepy/core/error.h"

namespace corepy {
namespace {

DType integer_of(bool is_signed, int bits) noexcept {
  for (int i = 0; i < dtype_count; ++i) {
    const auto kind = dtype_infos[i].kind;
    if (kind == (is_signed ? DTypeKind::signed_integer : DTypeKind::unsigned_integer) &&
        dtype_infos[i].bits == bits) {
      return static_cast<DType>(i);
    }
  }
  return DType::int64;
}

DType promote_integers(const char* op, DType a, DType b) {
  const bool a_signed = kind_of(a) == DTypeKind::signed_integer,
             b_signed = kind_of(b) == DTypeKind::signed_integer;
  const int a_bits = dtype_infos[static_cast<int>(a)].bits,
            b_bits = dtype_infos[static_cast<int>(b)].bits;
  if (a_signed == b_signed) return a_bits >= b_bits ? a : b;
  const int signed_bits = a_signed ? a_bits : b_bits, unsigned_bits = a_signed ? b_bits : a_bits;
  if (unsigned_bits == 64) {
    fail(ErrorKind::dtype, std::string(op) + ": no integer dtype holds both operands (got " +
                               name_of(a) + " and " + name_of(b) +
                               "); convert one with corepy.astype, for example to int64");
  }
  return integer_of(true, std::max(signed_bits, 2 * unsigned_bits));
}

DType promote_floating(DType a, DType b) noexcept {
  const bool wide = real_of(a) == DType::float64 || real_of(b) == DType::float64;
  if (is_complex(a) || is_complex(b)) return wide ? DType::complex128 : DType::complex64;
  return wide ? DType::float64 : DType::float32;
}

}  // namespace

DType promote_dtypes(const char* op, DType a, DType b, bool& mixed_kind) {
  if (a == b) return a;
  if (is_integer(a) && is_integer(b)) return promote_integers(op, a, b);
  if (is_floating(a) && is_floating(b)) return promote_floating(a, b);
  mixed_kind =
      true;  // one is bool and the other a number, or one an integer and the other floating
  return a == DType::bool_ || is_floating(b) ? b : a;
}

DType default_scalar_dtype(ScalarKind scalar) noexcept {
  switch (scalar) {
    case ScalarKind::boolean:
      return DType::bool_;
    case ScalarKind::integer:
      return DType::int64;
    case ScalarKind::real_floating:
      return DType::float64;
    case ScalarKind::complex_floating:
      break;
  }
  return DType::complex128;
}

DType scalar_dtype_beside(ScalarKind scalar, DType array, bool& mixed_kind) noexcept {
  switch (scalar) {
    case ScalarKind::boolean:
      mixed_kind = mixed_kind || array != DType::bool_;
      return array;
    case ScalarKind::integer:
      if (array != DType::bool_) return array;
      break;
    case ScalarKind::real_floating:
      if (is_floating(array)) return array;
      break;
    case ScalarKind::complex_floating:
      if (is_floating(array)) return promote_floating(array, DType::complex64);
      break;
  }
  mixed_kind = true;
  return default_scalar_dtype(scalar);
}

bool can_cast_same_kind(DType from, DType to) noexcept {
  if (from == to || from == DType::bool_) return true;
  if (is_complex(from)) return is_complex(to);
  if (is_real_floating(from)) return is_floating(to);
  if (kind_of(from) == DTypeKind::signed_integer)
    return to != DType::bool_ && kind_of(to) != DTypeKind::unsigned_integer;
  return to != DType::bool_;
}

}  // namespace corepy

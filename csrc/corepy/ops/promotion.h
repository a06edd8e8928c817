// Type promotion: the array API's table, plus the mixed-kind rules that corepy documents.
#pragma once

#include "corepy/core/dtype.h"

namespace corepy {

// The dtype that two array operands share. `mixed_kind` is set where the standard leaves the pair
// undefined and corepy's documented rule was used: bool with a number gives the number's dtype, an
// integer with a float the float's. Fails with DTypeError for uint64 with a signed integer, which
// no integer dtype can hold.
DType promote_dtypes(const char* op, DType a, DType b, bool& mixed_kind);

enum class ScalarKind : std::uint8_t { boolean, integer, real_floating, complex_floating };

// The dtype a Python scalar takes beside an array of dtype `array`: the array's where it can hold
// the scalar's kind; else float64 (an integer array with a float) or the complex dtype of the same
// precision. `mixed_kind` as above.
DType scalar_dtype_beside(ScalarKind scalar, DType array, bool& mixed_kind) noexcept;

// The dtype a Python scalar has on its own: bool, int64, float64, complex128.
DType default_scalar_dtype(ScalarKind scalar) noexcept;

// Whether every value of `from` is a value of `to`'s kind: what writes with a key ask before they
// convert. In-place operators and `out=` convert nothing.
bool can_cast_same_kind(DType from, DType to) noexcept;

}  // namespace corepy

// Sets of dtypes, as bit masks: what the operator tables' `dtypes` column names. Kernels include
// this, so: no library headers.
#pragma once

#include <cstdint>

#include "corepy/core/dtype.h"

namespace corepy {

using DTypeSet = std::uint32_t;
constexpr DTypeSet set_of(DType d) { return DTypeSet{1} << static_cast<int>(d); }
constexpr bool contains(DTypeSet set, DType d) { return (set & set_of(d)) != 0; }

namespace dtypes {
constexpr DTypeSet of_kind(DTypeKind kind) {
  DTypeSet set = 0;
  for (int i = 0; i < dtype_count; ++i) {
    if (dtype_infos[i].kind == kind) set |= DTypeSet{1} << i;
  }
  return set;
}
inline constexpr DTypeSet boolean = of_kind(DTypeKind::boolean);
inline constexpr DTypeSet integer =
    of_kind(DTypeKind::signed_integer) | of_kind(DTypeKind::unsigned_integer);
inline constexpr DTypeSet integer_or_bool = integer | boolean;
inline constexpr DTypeSet real_floating = of_kind(DTypeKind::real_floating);
// Half precision is stored, moved, ordered and cast; what computes is keyed by float32.
inline constexpr DTypeSet half = set_of(DType::float16) | set_of(DType::bfloat16);
inline constexpr DTypeSet wide_real = real_floating & ~half;
inline constexpr DTypeSet complex_only = of_kind(DTypeKind::complex_floating);
inline constexpr DTypeSet floating = real_floating | complex_only;
inline constexpr DTypeSet wide_floating = floating & ~half;
inline constexpr DTypeSet real_numeric = integer | real_floating;
inline constexpr DTypeSet real_or_bool = real_numeric | boolean;
inline constexpr DTypeSet numeric = real_numeric | complex_only;
inline constexpr DTypeSet random_words = set_of(DType::uint32) | set_of(DType::uint64);
inline constexpr DTypeSet all = numeric | boolean;
}  // namespace dtypes

}  // namespace corepy

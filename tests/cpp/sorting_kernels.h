// What the tests of sorting share: the kernels of the ISAs that this machine has, and the promised
// order, written down again.
#pragma once

#include <cmath>
#include <string>
#include <type_traits>
#include <vector>

#include "corepy/core/dtype.h"
#include "corepy/dispatch/isa.h"
#include "corepy/kernels/sorting_table.h"

COREPY_FOR_EACH_ISA(COREPY_DECLARE_SORTING_KERNELS)

namespace corepy {

struct IsaKernels {
  std::string name;
  const SortKernels* kernels;
};

inline std::vector<IsaKernels> available_isas() {
  std::vector<IsaKernels> found;
#define COREPY_X(isa) \
  if (is_available(Isa::isa)) found.push_back({#isa, &isa::sort_kernels});
  COREPY_FOR_EACH_ISA(COREPY_X)
#undef COREPY_X
  return found;
}

template <class T>
bool is_nan(T x) {
  if constexpr (std::is_floating_point_v<T>) return std::isnan(x);
  return false;
}
template <class T>
bool comes_before(T a, T b, bool descending) {
  if (is_nan(a) || is_nan(b)) return !is_nan(a) && is_nan(b);
  if constexpr (std::is_same_v<T, bool8_t>) {
    const bool x = a != bool8_t::no, y = b != bool8_t::no;
    return descending ? x && !y : !x && y;
  } else {
    return descending ? b < a : a < b;
  }
}

}  // namespace corepy

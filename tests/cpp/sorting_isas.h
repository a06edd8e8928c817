// The sorting kernels of the ISAs that this machine has, for their tests.
#pragma once

#include <string>
#include <vector>

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

}  // namespace corepy

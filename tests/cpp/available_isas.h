// The ISAs that this machine has, for tests that reach kernels through dispatch/kernel_tables.h.
#pragma once

#include <vector>

#include "corepy/dispatch/isa.h"

namespace corepy {

inline std::vector<Isa> available_isas() {
  std::vector<Isa> found;
#define COREPY_X(isa) \
  if (is_available(Isa::isa)) found.push_back(Isa::isa);
  COREPY_FOR_EACH_ISA(COREPY_X)
#undef COREPY_X
  return found;
}

}  // namespace corepy

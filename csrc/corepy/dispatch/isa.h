// The instruction sets that kernels exist for, best first, and which of them this machine can run.
#pragma once

#include <cstdint>
#include <string>

#include "corepy/isa_list.h"  // COREPY_FOR_EACH_ISA(X), written by cmake/CorepyIsas.cmake: the one list of ISAs and flags

namespace corepy {

enum class Isa : std::uint8_t {
#define COREPY_X(name) name,
  COREPY_FOR_EACH_ISA(COREPY_X)
#undef COREPY_X
};

#define COREPY_X(...) +1
inline constexpr int isa_count = 0 COREPY_FOR_EACH_ISA(COREPY_X);
#undef COREPY_X
inline constexpr Isa no_isa = static_cast<Isa>(255);

const char* name_of(Isa isa) noexcept;

// The first CPU feature that `isa` needs and this machine, or its operating system, lacks; null
// where it can run.
const char* missing_feature(Isa isa) noexcept;
inline bool is_available(Isa isa) noexcept { return missing_feature(isa) == nullptr; }

Isa best_isa() noexcept;

// The ISA of that name; fails with SettingError where there is none or this machine cannot run it.
Isa find_isa(const std::string& name);

}  // namespace corepy

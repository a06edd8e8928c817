// Names of DLPack capsules: the protocol's way to say what one holds and whether it was consumed.
#pragma once

namespace corepy::python {

inline constexpr const char* capsule_name = "dltensor";
inline constexpr const char* used_capsule_name = "used_dltensor";
inline constexpr const char* versioned_capsule_name = "dltensor_versioned";
inline constexpr const char* used_versioned_capsule_name = "used_dltensor_versioned";

}  // namespace corepy::python

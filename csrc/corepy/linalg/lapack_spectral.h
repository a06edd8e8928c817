// Eigenvalues and singular values by LAPACK.
#pragma once

#include "corepy/dispatch/backend.h"

namespace corepy {

// Runs a call whose compute dtype is E's; static text that names the routine.
template <class E>
const char* run_spectral(const Call& call);

}  // namespace corepy

// Decompositions by LAPACK, for the BLAS backend: which calls it takes, and running one.
#pragma once

#include "corepy/dispatch/backend.h"

namespace corepy {

// Finds the loaded library's routines; `find` fails where one is missing.
void load_lapack(void* (*find)(void* handle, const char* name), void* handle);

bool lapack_accepts(const Call& call, Reason& reason);
// About what the call costs, as bytes moved at memory speed.
std::int64_t lapack_work_bytes(const Call& call);
// Runs the call; static text that names the routine.
const char* run_lapack(const Call& call);

}  // namespace corepy

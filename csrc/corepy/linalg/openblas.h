// The BLAS backend: OpenBLAS, loaded from a shared library when the policy BLAS is first used.
// Fast, threaded by nobody, and not reproducible: its kernels differ from CPU to CPU.
#pragma once

#include <string>

namespace corepy {

// Loads the library at `path` with one thread and registers the backend; later calls do nothing.
// Fails with BackendError.
void load_openblas(const std::string& path);

}  // namespace corepy

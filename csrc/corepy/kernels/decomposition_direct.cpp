// Instantiates the decompositions that end after a fixed number of steps. The code is in
// decomposition_lu.h, decomposition_cholesky.h and decomposition_qr.h.
#include "corepy/kernels/decomposition_cholesky.h"
#include "corepy/kernels/decomposition_lu.h"
#include "corepy/kernels/decomposition_qr.h"

namespace corepy::COREPY_ISA {

extern constinit const DecompositionRow direct_decompositions[];
#define COREPY_ROW(run, bytes)                                                    \
  {                                                                               \
    {&decomposition::run<float>, &decomposition::bytes<float>},                   \
        {&decomposition::run<double>, &decomposition::bytes<double>},             \
        {&decomposition::run<complex64_t>, &decomposition::bytes<complex64_t>}, { \
      &decomposition::run<complex128_t>, &decomposition::bytes<complex128_t>      \
    }                                                                             \
  }
extern constinit const DecompositionRow direct_decompositions[] = {
    COREPY_ROW(run_solve, lu_workspace_bytes), COREPY_ROW(run_determinant, lu_workspace_bytes),
    COREPY_ROW(run_cholesky, cholesky_workspace_bytes), COREPY_ROW(run_qr, qr_workspace_bytes)};
#undef COREPY_ROW

}  // namespace corepy::COREPY_ISA

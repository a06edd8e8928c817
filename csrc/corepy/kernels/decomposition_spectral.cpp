// Instantiates the decompositions that iterate: eigenvalues and singular values. The code is in
// decomposition_eigh.h, decomposition_svd.h and decomposition_eig.h.
#include "corepy/kernels/decomposition_eig.h"
#include "corepy/kernels/decomposition_eigh.h"
#include "corepy/kernels/decomposition_svd.h"

namespace corepy::COREPY_ISA {

extern constinit const DecompositionRow spectral_decompositions[];
#define COREPY_ROW(run, bytes)                                                    \
  {                                                                               \
    {&decomposition::run<float>, &decomposition::bytes<float>},                   \
        {&decomposition::run<double>, &decomposition::bytes<double>},             \
        {&decomposition::run<complex64_t>, &decomposition::bytes<complex64_t>}, { \
      &decomposition::run<complex128_t>, &decomposition::bytes<complex128_t>      \
    }                                                                             \
  }
extern constinit const DecompositionRow spectral_decompositions[] = {
    COREPY_ROW(run_eigh, eigh_workspace_bytes), COREPY_ROW(run_svd, svd_workspace_bytes),
    COREPY_ROW(run_eig, eig_workspace_bytes)};
#undef COREPY_ROW

}  // namespace corepy::COREPY_ISA

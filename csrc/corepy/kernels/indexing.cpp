// Instantiates the indexing kernels of one ISA. The code is in indexing.h.
#include "corepy/kernels/indexing.h"

namespace corepy::COREPY_ISA {

extern constinit const IndexingKernels indexing_kernels = {&indexing::take};

}  // namespace corepy::COREPY_ISA

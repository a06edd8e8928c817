// Instantiates the moves by position of one ISA, and gathers its table. The code is in indexing.h.
#include "corepy/kernels/indexing.h"

namespace corepy::COREPY_ISA {

extern constinit const MaskKernels mask_kernels;              // indexing_mask.cpp
extern constinit const AccumulateKernels accumulate_kernels;  // indexing_accumulate.cpp

extern constinit const IndexingKernels indexing_kernels = {
    &mask_kernels,          &accumulate_kernels, &indexing::move<true>,
    &indexing::move<false>, &indexing::survey,   &indexing::scale_positions,
};

}  // namespace corepy::COREPY_ISA

// Instantiates the masked loops of one ISA. The code is in indexing_mask.h.
#include "corepy/kernels/indexing_mask.h"

namespace corepy::COREPY_ISA {

extern constinit const MaskKernels mask_kernels = {
    &masked::count_true,
    &masked::locate,
    {masked::compress<1>, masked::compress<2>, masked::compress<4>, masked::compress<8>,
     masked::compress<16>},
    {masked::expand<1>, masked::expand<2>, masked::expand<4>, masked::expand<8>,
     masked::expand<16>},
    {masked::fill<1>, masked::fill<2>, masked::fill<4>, masked::fill<8>, masked::fill<16>},
};

}  // namespace corepy::COREPY_ISA

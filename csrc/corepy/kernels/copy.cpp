// The loops of one ISA that move elements, for every element size.
#include "corepy/kernels/copy.h"

namespace corepy::COREPY_ISA {

constinit const CopyKernels copy_kernels = {
    {gather_loop<1>, gather_loop<2>, gather_loop<4>, gather_loop<8>, gather_loop<16>},
    {scatter_loop<1>, scatter_loop<2>, scatter_loop<4>, scatter_loop<8>, scatter_loop<16>},
    {transpose_loop<1>, transpose_loop<2>, transpose_loop<4>, transpose_loop<8>,
     transpose_loop<16>},
    {fill_loop<1>, fill_loop<2>, fill_loop<4>, fill_loop<8>, fill_loop<16>},
    copy_loop,
    stream_cast,
};

}  // namespace corepy::COREPY_ISA

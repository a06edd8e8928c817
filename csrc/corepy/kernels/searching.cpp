// Instantiates the search kernels of one ISA. The code is in searching.h.
#include "corepy/kernels/searching.h"

#include "corepy/kernels/searching_table.h"

namespace corepy::COREPY_ISA {

extern constinit const SearchKernels search_kernels = {{
#define COREPY_X(name, type, ...) searching::search_kernel<type>(),
    COREPY_FOR_EACH_DTYPE(COREPY_X)
#undef COREPY_X
}};

}  // namespace corepy::COREPY_ISA

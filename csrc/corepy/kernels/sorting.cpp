// Instantiates the sorting kernels of one ISA. The code is in sorting.h.
#include "corepy/kernels/sorting.h"

#include "corepy/kernels/sorting_distribution.h"
#include "corepy/kernels/sorting_short.h"
#include "corepy/kernels/sorting_split.h"
#include "corepy/kernels/sorting_table.h"

namespace corepy::COREPY_ISA {

extern constinit const SortKernels sort_kernels = {{
#define COREPY_X(name, type, ...) sorting::sort_kernel<type>(),
                                                       COREPY_FOR_EACH_DTYPE(COREPY_X)
#undef COREPY_X
                                                   },
                                                   {
#define COREPY_X(name, type, ...) sorting::short_rows_kernel<type>(),
                                                       COREPY_FOR_EACH_DTYPE(COREPY_X)
#undef COREPY_X
                                                   },
                                                   {
#define COREPY_X(name, type, ...) sorting::distribution_kernel<type>(),
                                                       COREPY_FOR_EACH_DTYPE(COREPY_X)
#undef COREPY_X
                                                   },
                                                   {
#define COREPY_X(name, type, ...) sorting::split_kernel<type>(),
                                                       COREPY_FOR_EACH_DTYPE(COREPY_X)
#undef COREPY_X
                                                   }};

}  // namespace corepy::COREPY_ISA

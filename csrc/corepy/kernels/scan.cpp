// Instantiates the scan kernels of one ISA. The code is in scan_sum.h, scan_rows.h, scan_columns.h,
// scan_product.h and scan_integer.h.
#include "corepy/kernels/scan_integer.h"
#include "corepy/kernels/scan_product.h"
#include "corepy/kernels/scan_rows.h"

namespace corepy::COREPY_ISA {
namespace {

template <class T>
constexpr ScanKernel product_kernel() {
  if constexpr (is_half_element<T>) {
    return {};  // the driver converts to float32
  } else if constexpr (is_floating(dtype_of<T>)) {
    using Kernel = scan::ProductKernel<T>;
    return {&Kernel::run_row,
            &scan::run_rows<Kernel>,
            &Kernel::run_columns,
            &Kernel::column_state_bytes,
            nullptr,
            nullptr};
  } else {
    using Kernel = scan::IntegerKernel<scan::WrappingProduct, T>;
    return {&Kernel::run_row,     &scan::run_rows<Kernel>,
            &Kernel::run_columns, &Kernel::column_state_bytes,
            &Kernel::find_totals, &Kernel::pass_totals};
  }
}

template <class T>
constexpr ScanKernel sum_kernel() {
  if constexpr (is_half_element<T>) {
    return {};
  } else if constexpr (is_floating(dtype_of<T>)) {
    using Row = scan::SumKernel<T>;
    using Columns = scan::SumColumns<T>;
    return {&Row::run_row,         &scan::sum_rows<T>, &Columns::run,
            &Columns::state_bytes, &Row::find_totals,  &Row::pass_totals};
  } else {
    using Kernel = scan::IntegerKernel<scan::WrappingSum, T>;
    return {&Kernel::run_row,     &scan::run_rows<Kernel>,
            &Kernel::run_columns, &Kernel::column_state_bytes,
            &Kernel::find_totals, &Kernel::pass_totals};
  }
}

}  // namespace

extern constinit const ScanKernels scan_kernels = {{
    {
#define COREPY_X(name, type, ...) product_kernel<type>(),
        COREPY_FOR_EACH_DTYPE(COREPY_X)
#undef COREPY_X
    },
    {
#define COREPY_X(name, type, ...) sum_kernel<type>(),
        COREPY_FOR_EACH_DTYPE(COREPY_X)
#undef COREPY_X
    },
}};

}  // namespace corepy::COREPY_ISA

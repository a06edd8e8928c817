// The kernel tables of every ISA in the build.
#include "corepy/dispatch/kernel_tables.h"

namespace corepy {

#define COREPY_X(isa)                            \
  }                                              \
  COREPY_DECLARE_ELEMENTWISE_KERNELS(isa)        \
  COREPY_DECLARE_REDUCTION_KERNELS(isa)          \
  COREPY_DECLARE_SCAN_KERNELS(isa)               \
  namespace corepy::isa {                        \
  extern const MatmulKernels matmul_kernels;     \
  extern const SortKernels sort_kernels;         \
  extern const SearchKernels search_kernels;     \
  extern const IndexingKernels indexing_kernels; \
  extern const CastKernels cast_kernels;         \
  extern const CopyKernels copy_kernels;         \
  extern const RandomKernels random_kernels;     \
  extern const FftKernels fft_kernels;           \
  }                                              \
  COREPY_DECLARE_DECOMPOSITION_KERNELS(isa)      \
  namespace corepy {
COREPY_FOR_EACH_ISA(COREPY_X)
#undef COREPY_X

namespace {

KernelTables make_tables(const ElementwiseKernels& groups, const ReductionKernels& reduction,
                         const ScanKernels& scan, const MatmulKernels& matmul,
                         const SortKernels& sorting, const SearchKernels& searching,
                         const IndexingKernels& indexing, const CastKernels& cast,
                         const CopyKernels& copy, const RandomKernels& random,
                         const DecompositionKernels& decomposition,
                         const FftKernels& fft) noexcept {
  KernelTables tables{{},        &reduction, &scan, &matmul, &sorting,      &searching,
                      &indexing, &cast,      &copy, &random, decomposition, &fft};
  const LoopRow* rows[] = {groups.arithmetic, groups.comparison,  groups.bitwise,
                           groups.rounding,   groups.exponential, groups.trigonometric,
                           groups.selection};
  int op = 0;
  for (std::size_t group = 0; group < std::size(rows); ++group) {
    for (int i = 0; i < elementwise_group_sizes[group]; ++i)
      tables.elementwise[op++] = rows[group] + i;
  }
  return tables;
}

}  // namespace

const KernelTables& kernel_tables(Isa isa) noexcept {
  static const KernelTables tables[] = {
#define COREPY_X(isa)                                                                         \
  make_tables(                                                                                \
      {isa::arithmetic_loops, isa::comparison_loops, isa::bitwise_loops, isa::rounding_loops, \
       isa::exponential_loops, isa::trigonometric_loops, isa::selection_loops},               \
      isa::reduction_kernels, isa::scan_kernels, isa::matmul_kernels, isa::sort_kernels,      \
      isa::search_kernels, isa::indexing_kernels, isa::cast_kernels, isa::copy_kernels,       \
      isa::random_kernels, {isa::direct_decompositions, isa::spectral_decompositions},        \
      isa::fft_kernels),
      COREPY_FOR_EACH_ISA(COREPY_X)
#undef COREPY_X
  };
  return tables[static_cast<int>(isa)];
}

}  // namespace corepy

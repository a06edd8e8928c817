// All kernel tables of one ISA, behind one lookup.
#pragma once

#include "corepy/dispatch/isa.h"
#include "corepy/kernels/cast_table.h"
#include "corepy/kernels/copy_table.h"
#include "corepy/kernels/decomposition_table.h"
#include "corepy/kernels/elementwise_table.h"
#include "corepy/kernels/fft_table.h"
#include "corepy/kernels/indexing_table.h"
#include "corepy/kernels/matmul_table.h"
#include "corepy/kernels/random_table.h"
#include "corepy/kernels/reduction_table.h"
#include "corepy/kernels/scan_table.h"
#include "corepy/kernels/searching_table.h"
#include "corepy/kernels/sorting_table.h"
#include "corepy/ops/op.h"

namespace corepy {

struct KernelTables {
  const LoopRow* elementwise[elementwise_op_count];
  const ReductionKernels* reduction;
  const ScanKernels* scan;
  const MatmulKernels* matmul;
  const SortKernels* sorting;
  const SearchKernels* searching;
  const IndexingKernels* indexing;
  const CastKernels* cast;
  const CopyKernels* copy;
  const RandomKernels* random;
  DecompositionKernels decomposition;
  const FftKernels* fft;

  Loop loop(Op op, DType compute) const noexcept {
    return elementwise[elementwise_index(op)]->loop[static_cast<int>(compute)];
  }
};

const KernelTables& kernel_tables(Isa isa) noexcept;

}  // namespace corepy

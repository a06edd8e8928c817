// The table of conversion loops that each ISA fills (kernels/cast.cpp). No ISA here: the dispatcher
// includes it.
#pragma once

#include "corepy/core/dtype.h"
#include "corepy/kernels/loop_args.h"

namespace corepy {

struct CastKernels {
  CastLoop loop[dtype_count]
               [dtype_count];  // [from][to]; every pair is there, a dtype with itself too

  CastLoop find(DType from, DType to) const {
    return loop[static_cast<int>(from)][static_cast<int>(to)];
  }
};

}  // namespace corepy

// Included before all else in kernels that are compiled fast rather than to run fast: functions
// that are inlined always become ordinary ones, compiled once and not wherever they are called.
// But for those of core/half.h, which the ISAs share: they would be one symbol of several ISAs.
#pragma once

#include "corepy/core/half.h"

#define always_inline unused

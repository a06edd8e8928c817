// The elementary functions of Vec<float> and Vec<double>: one header per family in math/ for
// float64, in math/float32/ for float32 (hypot and logaddexp of float32 stand beside those of
// float64: they are computed in float64). All results have the same bits on every ISA; each
// function's header states its error bound and special cases. sqrt is IEEE arithmetic:
// vec/arithmetic.h.
//
// The bounds: float32 from comparison with float64 over all 2^32 values
// (tests/cpp/exhaustive_float32.cpp); float64 the largest error that millions of points (all
// magnitudes, next to seams and zeros) showed against MPFR, rounded up.
#pragma once

#include "corepy/vec/arithmetic.h"
#include "corepy/vec/math/exp.h"
#include "corepy/vec/math/float32/exp.h"
#include "corepy/vec/math/float32/hyperbolic.h"
#include "corepy/vec/math/float32/inverse_hyperbolic.h"
#include "corepy/vec/math/float32/inverse_trig.h"
#include "corepy/vec/math/float32/log.h"
#include "corepy/vec/math/float32/pow.h"
#include "corepy/vec/math/float32/trig.h"
#include "corepy/vec/math/hyperbolic.h"
#include "corepy/vec/math/hypot.h"
#include "corepy/vec/math/inverse_hyperbolic.h"
#include "corepy/vec/math/inverse_trig.h"
#include "corepy/vec/math/log.h"
#include "corepy/vec/math/logaddexp.h"
#include "corepy/vec/math/pow.h"
#include "corepy/vec/math/trig.h"

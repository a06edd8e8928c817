// The rows of the random family: draws from a stream of random bits. Metadata only; the transforms
// are in kernels/random*.h. The enum's name is random_<name>, the public one `random.<name>`.
#pragma once

// Columns: name, parameters of the distribution, dtypes, bound. What the bound is for: the result
// as a function of the random bits.
// clang-format off
#define COREPY_FOR_EACH_RANDOM_OP(X) \
  X(bits,        (),            random_words,   exact) \
  X(exponential, (scale),       wide_real,      random_exponential) \
  X(integers,    (low, high),   integer,        exact) \
  X(normal,      (loc, scale),  wide_real,      random_normal) \
  X(uniform,     (low, high),   wide_real,      random_uniform)
// clang-format on

// The elementwise operators: one row each. Everything about one stands in its row; enum, functors,
// kernel tables, the list that Python sees, tests, benchmarks and docs are made from these rows.
// Formulas are compiled in kernels/elementwise_*.cpp only.
#pragma once

// clang-format off
//
// Columns:
//   arity          unary (x), binary (x1, x2), ternary (x, min, max), where (condition, x1, x2)
//   name           the array API's
//   dtypes         accepted operand dtypes: a set of ops/dtype_set.h
//   promote        none: as the standard; to_float: integers and bool are converted to float64 first, and the record says so
//   result         same as the operands', boolean, or real (the real dtype of a complex one)
//   bound          of real floating results: exact (correctly rounded), one_ulp, or a formula of corepy/testing/bounds.py
//   complex_bound  none where no complex dtype is accepted, exact, one_ulp (of each part), or a formula
//   formula        over vectors a, b, c of the compute dtype; `flags` collects LoopFlag bits
#define COREPY_FOR_EACH_ARITHMETIC_OP(X) \
  X(unary,  abs,            numeric,      none,     real,    exact,   complex_abs,      vec::abs(a)) \
  X(binary, add,            numeric,      none,     same,    exact,   exact,            vec::add(a, b)) \
  X(unary,  conj,           numeric,      none,     same,    exact,   exact,            vec::conj(a)) \
  X(binary, copysign,       real_floating,to_float, same,    exact,   none,             vec::copysign(a, b)) \
  X(binary, divide,         floating,     to_float, same,    exact,   complex_divide,   vec::divide(a, b)) \
  X(binary, floor_divide,   real_numeric, none,     same,    exact,   none,             vec::floor_divide(a, b, flags)) \
  X(unary,  imag,           complex_only, none,     real,    exact,   exact,            vec::imag(a)) \
  X(binary, maximum,        real_numeric, none,     same,    exact,   none,             vec::maximum(a, b)) \
  X(binary, minimum,        real_numeric, none,     same,    exact,   none,             vec::minimum(a, b)) \
  X(binary, multiply,       numeric,      none,     same,    exact,   complex_multiply, vec::multiply(a, b)) \
  X(unary,  negative,       numeric,      none,     same,    exact,   exact,            vec::negative(a)) \
  X(binary, nextafter,      real_floating,to_float, same,    exact,   none,             vec::nextafter(a, b)) \
  X(unary,  positive,       numeric,      none,     same,    exact,   exact,            a) \
  X(unary,  real,           numeric,      none,     real,    exact,   exact,            vec::real(a)) \
  X(unary,  reciprocal,     floating,     to_float, same,    exact,   complex_divide,   vec::reciprocal(a)) \
  X(binary, remainder,      real_numeric, none,     same,    exact,   none,             vec::remainder(a, b, flags)) \
  X(unary,  sign,           numeric,      none,     same,    exact,   complex_sign,     vec::sign(a)) \
  X(unary,  sqrt,           floating,     to_float, same,    exact,   one_ulp,          vec::sqrt(a)) \
  X(unary,  square,         numeric,      none,     same,    exact,   complex_multiply, vec::square(a)) \
  X(binary, subtract,       numeric,      none,     same,    exact,   exact,            vec::subtract(a, b))

#define COREPY_FOR_EACH_COMPARISON_OP(X) \
  X(binary, equal,          all,          none,     boolean, exact,   exact, vec::equal(a, b)) \
  X(binary, greater,        real_numeric, none,     boolean, exact,   none,  vec::less(b, a)) \
  X(binary, greater_equal,  real_numeric, none,     boolean, exact,   none,  vec::less_equal(b, a)) \
  X(unary,  isfinite,       numeric,      none,     boolean, exact,   exact, vec::isfinite(a)) \
  X(unary,  isinf,          numeric,      none,     boolean, exact,   exact, vec::isinf(a)) \
  X(unary,  isnan,          numeric,      none,     boolean, exact,   exact, vec::isnan(a)) \
  X(binary, less,           real_numeric, none,     boolean, exact,   none,  vec::less(a, b)) \
  X(binary, less_equal,     real_numeric, none,     boolean, exact,   none,  vec::less_equal(a, b)) \
  X(binary, logical_and,    all,          none,     boolean, exact,   exact, vec::is_true(a) & vec::is_true(b)) \
  X(unary,  logical_not,    all,          none,     boolean, exact,   exact, vec::logical_not(vec::is_true(a))) \
  X(binary, logical_or,     all,          none,     boolean, exact,   exact, vec::is_true(a) | vec::is_true(b)) \
  X(binary, logical_xor,    all,          none,     boolean, exact,   exact, vec::is_true(a) ^ vec::is_true(b)) \
  X(binary, not_equal,      all,          none,     boolean, exact,   exact, vec::logical_not(vec::equal(a, b))) \
  X(unary,  signbit,        real_floating,to_float, boolean, exact,   none,  vec::signbit(a))

#define COREPY_FOR_EACH_BITWISE_OP(X) \
  X(binary, bitwise_and,         integer_or_bool, none, same, exact,   none, vec::bitwise_and(a, b)) \
  X(unary,  bitwise_invert,      integer_or_bool, none, same, exact,   none, vec::bitwise_invert(a)) \
  X(binary, bitwise_left_shift,  integer,         none, same, exact,   none, vec::bitwise_left_shift(a, b, flags)) \
  X(binary, bitwise_or,          integer_or_bool, none, same, exact,   none, vec::bitwise_or(a, b)) \
  X(binary, bitwise_right_shift, integer,         none, same, exact,   none, vec::bitwise_right_shift(a, b, flags)) \
  X(binary, bitwise_xor,         integer_or_bool, none, same, exact,   none, vec::bitwise_xor(a, b))

#define COREPY_FOR_EACH_ROUNDING_OP(X) \
  X(unary,  ceil,  real_numeric, none, same, exact,   none, vec::ceil(a)) \
  X(unary,  floor, real_numeric, none, same, exact,   none, vec::floor(a)) \
  X(unary,  round, numeric,      none, same, exact,   exact, vec::round(a)) \
  X(unary,  trunc, real_numeric, none, same, exact,   none, vec::trunc(a))

#define COREPY_FOR_EACH_EXPONENTIAL_OP(X) \
  X(unary,  exp,       floating,      to_float, same, one_ulp, one_ulp, vec::exp(a)) \
  X(unary,  expm1,     floating,      to_float, same, one_ulp, complex_expm1, vec::expm1(a)) \
  X(binary, hypot,     real_floating, to_float, same, one_ulp, none, vec::hypot(a, b)) \
  X(unary,  log,       floating,      to_float, same, one_ulp, one_ulp, vec::log(a)) \
  X(unary,  log10,     floating,      to_float, same, one_ulp, one_ulp, vec::log10(a)) \
  X(unary,  log1p,     floating,      to_float, same, one_ulp, one_ulp, vec::log1p(a)) \
  X(unary,  log2,      floating,      to_float, same, one_ulp, one_ulp, vec::log2(a)) \
  X(binary, logaddexp, real_floating, to_float, same, logaddexp, none, vec::logaddexp(a, b)) \
  X(binary, pow,       numeric,       none,     same, one_ulp, complex_pow, vec::pow(a, b, flags))

#define COREPY_FOR_EACH_TRIGONOMETRIC_OP(X) \
  X(unary,  acos,  floating,      to_float, same, one_ulp, one_ulp, vec::acos(a)) \
  X(unary,  acosh, floating,      to_float, same, one_ulp, one_ulp, vec::acosh(a)) \
  X(unary,  asin,  floating,      to_float, same, one_ulp, one_ulp, vec::asin(a)) \
  X(unary,  asinh, floating,      to_float, same, one_ulp, one_ulp, vec::asinh(a)) \
  X(unary,  atan,  floating,      to_float, same, one_ulp, one_ulp, vec::atan(a)) \
  X(binary, atan2, real_floating, to_float, same, one_ulp, none, vec::atan2(a, b)) \
  X(unary,  atanh, floating,      to_float, same, one_ulp, one_ulp, vec::atanh(a)) \
  X(unary,  cos,   floating,      to_float, same, one_ulp, one_ulp, vec::cos(a)) \
  X(unary,  cosh,  floating,      to_float, same, one_ulp, one_ulp, vec::cosh(a)) \
  X(unary,  sin,   floating,      to_float, same, one_ulp, one_ulp, vec::sin(a)) \
  X(unary,  sinh,  floating,      to_float, same, one_ulp, one_ulp, vec::sinh(a)) \
  X(unary,  tan,   floating,      to_float, same, one_ulp, one_ulp, vec::tan(a)) \
  X(unary,  tanh,  floating,      to_float, same, one_ulp, one_ulp, vec::tanh(a))

// `where` takes a bool first operand; the operands' common dtype is that of x1 and x2. `clip` is its two bounds' composition;
// a bound that is None is dropped at the boundary, which then runs `minimum`, `maximum` or `positive`'s loop.
#define COREPY_FOR_EACH_SELECTION_OP(X) \
  X(ternary, clip,  real_numeric, none, same, exact,   none,  vec::minimum(vec::maximum(a, b), c)) \
  X(where,   where, all,          none, same, exact,   exact, vec::select_lanes(m, a, b))

// The groups, each compiled as one kernel family per ISA (kernels/elementwise_<group>.cpp).
#define COREPY_FOR_EACH_ELEMENTWISE_OP(X) \
  COREPY_FOR_EACH_ARITHMETIC_OP(X)        \
  COREPY_FOR_EACH_COMPARISON_OP(X)        \
  COREPY_FOR_EACH_BITWISE_OP(X)           \
  COREPY_FOR_EACH_ROUNDING_OP(X)          \
  COREPY_FOR_EACH_EXPONENTIAL_OP(X)       \
  COREPY_FOR_EACH_TRIGONOMETRIC_OP(X)     \
  COREPY_FOR_EACH_SELECTION_OP(X)
// clang-format on

# Oracle of exponentials, logarithms, powers and hypot; MPFR is called in multiprecision.py,
# MPC in complex_functions.py.
"""Reference exponential functions, within half an ulp of the true value.

Integers are converted to float64 first. Special values are those of IEEE 754, section 9.2, which
the array API adopts; those of complex numbers are tables (complex_special.py).
"""

from __future__ import annotations

import numpy as np

from corepy.errors import ArgumentError

from ..complex_arithmetic import hypotenuse
from ..complex_functions import evaluate_complex, evaluate_complex_power
from ..multiprecision import evaluate_function, evaluate_logaddexp
from ..promotion import is_complex, is_integer
from ..registry import Array, reference
from .broadcasting import map_common, map_floating, to_floating


def _evaluate(name: str, x: Array) -> Array:
    x = to_floating(x)
    return evaluate_complex(name, x) if is_complex(x.dtype) else evaluate_function(name, x.dtype, x)


@reference("exp")
def exp(x: Array) -> Array:
    """e to the power x."""
    return _evaluate("exp", x)


@reference("expm1")
def expm1(x: Array) -> Array:
    """exp(x) - 1 without cancellation."""
    return _evaluate("expm1", x)


@reference("log")
def log(x: Array) -> Array:
    """Natural logarithm; NaN below 0, -inf at both zeros."""
    return _evaluate("log", x)


@reference("log10")
def log10(x: Array) -> Array:
    """Logarithm to base 10."""
    return _evaluate("log10", x)


@reference("log1p")
def log1p(x: Array) -> Array:
    """log(1 + x) without cancellation."""
    return _evaluate("log1p", x)


@reference("log2")
def log2(x: Array) -> Array:
    """Logarithm to base 2."""
    return _evaluate("log2", x)


@reference("logaddexp")
def logaddexp(x1: Array, x2: Array) -> Array:
    """log(exp(x1) + exp(x2))."""
    return map_floating(lambda a, b: evaluate_logaddexp(a.dtype, a, b), x1, x2)


@reference("hypot")
def hypot(x1: Array, x2: Array) -> Array:
    """sqrt(x1**2 + x2**2), from exact integers."""
    return map_floating(lambda a, b: hypotenuse(a, b, a.dtype), x1, x2)


def _pow(a: Array, b: Array) -> Array:
    if is_complex(a.dtype):
        return evaluate_complex_power(a, b)
    if not is_integer(a.dtype):
        return evaluate_function("pow", a.dtype, a, b)
    if np.any(np.less(b, 0)):
        raise ArgumentError(
            "pow: integers to a negative power (got a negative exponent; expected >= 0)"
        )
    modulus = 1 << (8 * a.dtype.itemsize)
    powers = [pow(x, y, modulus) for x, y in zip(a.tolist(), b.tolist(), strict=True)]
    return np.asarray(powers, np.uint64).astype(a.dtype)


@reference("pow")
def power(x1: Array, x2: Array) -> Array:
    """x1 to the power x2; integers wrap, and negative integer exponents raise."""
    return map_common(_pow, x1, x2)

# Oracle of the trigonometric and hyperbolic functions; MPFR is called in multiprecision.py,
# MPC in complex_functions.py.
"""Reference trigonometric and hyperbolic functions, within half an ulp of the true value.

Integers are converted to float64 first. Special values are those of IEEE 754, section 9.2, which
the array API adopts; those of complex numbers are tables (complex_special.py).
"""

from __future__ import annotations

from ..complex_functions import evaluate_complex
from ..multiprecision import evaluate_function
from ..promotion import is_complex
from ..registry import Array, reference
from .broadcasting import map_floating, to_floating


def _evaluate(name: str, x: Array) -> Array:
    x = to_floating(x)
    return evaluate_complex(name, x) if is_complex(x.dtype) else evaluate_function(name, x.dtype, x)


@reference("acos")
def acos(x: Array) -> Array:
    """Inverse cosine; NaN outside [-1, 1]."""
    return _evaluate("acos", x)


@reference("acosh")
def acosh(x: Array) -> Array:
    """Inverse hyperbolic cosine; NaN below 1."""
    return _evaluate("acosh", x)


@reference("asin")
def asin(x: Array) -> Array:
    """Inverse sine; NaN outside [-1, 1]."""
    return _evaluate("asin", x)


@reference("asinh")
def asinh(x: Array) -> Array:
    """Inverse hyperbolic sine."""
    return _evaluate("asinh", x)


@reference("atan")
def atan(x: Array) -> Array:
    """Inverse tangent."""
    return _evaluate("atan", x)


@reference("atanh")
def atanh(x: Array) -> Array:
    """Inverse hyperbolic tangent; infinite at -1 and 1, NaN beyond."""
    return _evaluate("atanh", x)


@reference("cos")
def cos(x: Array) -> Array:
    """Cosine of x radians; NaN at the infinities."""
    return _evaluate("cos", x)


@reference("cosh")
def cosh(x: Array) -> Array:
    """Hyperbolic cosine."""
    return _evaluate("cosh", x)


@reference("sin")
def sin(x: Array) -> Array:
    """Sine of x radians; NaN at the infinities."""
    return _evaluate("sin", x)


@reference("sinh")
def sinh(x: Array) -> Array:
    """Hyperbolic sine."""
    return _evaluate("sinh", x)


@reference("tan")
def tan(x: Array) -> Array:
    """Tangent of x radians; NaN at the infinities."""
    return _evaluate("tan", x)


@reference("tanh")
def tanh(x: Array) -> Array:
    """Hyperbolic tangent."""
    return _evaluate("tanh", x)


@reference("atan2")
def atan2(x1: Array, x2: Array) -> Array:
    """Angle of the point (x2, x1), the sign of a zero and infinities as in C."""
    return map_floating(lambda a, b: evaluate_function("atan2", a.dtype, a, b), x1, x2)

# Oracle of elementwise arithmetic, order, signs and complex parts.
"""Reference arithmetic, order, signs and complex parts.

``+ - * /`` and ``sqrt`` of float32 are computed in float64 and rounded again. That double rounding
is innocuous: float64 has more than ``2 * 24 + 2`` bits (Figueroa, "When is double rounding
innocuous?", 1995), and a sum, product or quotient in float32's subnormal range is either exact in
float64 or too far from a rounding boundary. For float64 IEEE 754 itself defines those operations
as correctly rounded.
"""

from __future__ import annotations

import math

import numpy as np

from .. import complex_arithmetic
from ..casting import cast
from ..complex_functions import evaluate_complex
from ..exact import BinaryFormat, format_of, round_ratio, scale_to_integers
from ..promotion import (
    component_dtype,
    is_complex,
    is_floating,
    is_integer,
    is_real_floating,
    promote_operands,
)
from ..registry import Array, reference
from .broadcasting import map_binary, map_common, map_floating, to_floating

_WIDER = {"float32": np.dtype(np.float64), "complex64": np.dtype(np.complex128)}


def _call(function: np.ufunc, *operands: Array) -> Array:
    """A NumPy ufunc; float32 and complex64 in double precision, rounded again."""
    dtype = operands[0].dtype
    wide = _WIDER.get(dtype.name, dtype)
    out: Array = function(*(operand.astype(wide) for operand in operands))
    return out.astype(dtype) if out.dtype == wide else out


@reference("add")
def add(x1: Array, x2: Array) -> Array:
    """Sum; integers wrap, bool is logical or."""
    return map_common(lambda a, b: _call(np.add, a, b), x1, x2)


@reference("subtract")
def subtract(x1: Array, x2: Array) -> Array:
    """Difference; integers wrap."""
    return map_common(lambda a, b: _call(np.subtract, a, b), x1, x2)


def _multiply(a: Array, b: Array) -> Array:
    return complex_arithmetic.multiply(a, b) if is_complex(a.dtype) else _call(np.multiply, a, b)


@reference("multiply")
def multiply(x1: Array, x2: Array) -> Array:
    """Product; integers wrap."""
    return map_common(_multiply, x1, x2)


@reference("square")
def square(x: Array) -> Array:
    """x times x."""
    return multiply(x, x)


def _divide(a: Array, b: Array) -> Array:
    return complex_arithmetic.divide(a, b) if is_complex(a.dtype) else _call(np.divide, a, b)


@reference("divide")
def divide(x1: Array, x2: Array) -> Array:
    """Quotient; integers are converted to float64 first."""
    return map_floating(_divide, x1, x2)


@reference("reciprocal")
def reciprocal(x: Array) -> Array:
    """1 / x."""
    x = to_floating(x)
    return divide(np.ones_like(x), x)


@reference("negative")
def negative(x: Array) -> Array:
    """-x; integers wrap, so unsigned too and -INT_MIN is INT_MIN."""
    return np.negative(x)


@reference("positive")
def positive(x: Array) -> Array:
    """x."""
    return x


@reference("abs")
def absolute(x: Array) -> Array:
    """Magnitude; abs(INT_MIN) wraps to INT_MIN; a complex number's modulus, in its real dtype."""
    if is_complex(x.dtype):
        return complex_arithmetic.absolute(x)
    if x.dtype.kind in "bu":
        return x
    return np.where(np.signbit(x) if is_floating(x.dtype) else np.less(x, 0), np.negative(x), x)


@reference("sign")
def sign(x: Array) -> Array:
    """-1, 0 or 1; NaN for NaN, +0 for both zeros; x / abs(x) for complex numbers."""
    if is_complex(x.dtype):
        return complex_arithmetic.sign(x)
    signs = np.greater(x, 0).astype(np.int8) - np.less(x, 0).astype(np.int8)
    return np.where(np.isnan(x), x, signs.astype(x.dtype)).astype(x.dtype)


def _floor_divide_integers(a: Array, b: Array) -> Array:
    # Zero divisors and -1 are kept from the machine's division: it would trap on them.
    trivial = np.equal(b, 0)
    if b.dtype.kind == "i":
        trivial |= np.equal(b, -1)
    quotient: Array = np.floor_divide(a, np.where(trivial, np.ones_like(b), b))
    # x // 0 is 0 and x // -1 is -x, wrapping for INT_MIN; both are -x * (b & 1).
    return np.where(trivial, np.multiply(np.negative(a), np.bitwise_and(b, 1)), quotient)


def _floor_quotient(a: float, b: float, binary: BinaryFormat) -> float:
    """The floor of the exact quotient, rounded once."""
    if not math.isfinite(a) or b == 0.0:
        return float(np.float64(a) / np.float64(b))
    if math.isinf(b):
        return float(np.float64(a) / np.float64(b))
    (ai, bi), _ = scale_to_integers(a, b) if not math.isnan(b) else ([0, 0], 0)
    if bi == 0:
        return math.nan
    floor = ai // bi
    return round_ratio(floor, 1, 0, binary) if floor else math.copysign(0.0, a / b)


def _floor_divide(a: Array, b: Array) -> Array:
    if is_integer(a.dtype):
        return _floor_divide_integers(a, b)
    binary = format_of(a.dtype)
    pairs = zip(a.tolist(), b.tolist(), strict=True)
    return np.asarray([_floor_quotient(x, y, binary) for x, y in pairs], np.float64).astype(a.dtype)


@reference("floor_divide")
def floor_divide(x1: Array, x2: Array) -> Array:
    """Floor of the exact quotient.

    Floats as ``floor(x1 / x2)``: a zero or infinite divisor or an infinite dividend gives the
    quotient itself, so -0 and not Python's -1 for ``5.0 // -inf``. Integers: ``x // 0`` is 0,
    ``INT_MIN // -1`` wraps.
    """
    return map_common(_floor_divide, x1, x2)


def _remainder(a: Array, b: Array) -> Array:
    if is_integer(a.dtype):
        trivial = np.equal(b, 0)
        if b.dtype.kind == "i":
            trivial |= np.equal(b, -1)
        rest: Array = np.remainder(a, np.where(trivial, np.ones_like(b), b))
        return np.where(trivial, np.zeros_like(a), rest)
    # fmod is exact; the one addition that follows is the one rounding.
    divisor = b.astype(np.float64)
    mod = np.fmod(a.astype(np.float64), divisor)
    unlike = np.not_equal(mod, 0) & (np.signbit(mod) != np.signbit(divisor))
    mod = np.where(unlike, mod + divisor, mod)
    return np.where(np.equal(mod, 0), np.copysign(0.0, divisor), mod).astype(a.dtype)


@reference("remainder")
def remainder(x1: Array, x2: Array) -> Array:
    """Python's ``x1 % x2``: the sign of the divisor; integer ``x % 0`` is 0."""
    return map_common(_remainder, x1, x2)


@reference("sqrt")
def sqrt(x: Array) -> Array:
    """Square root."""
    x = to_floating(x)
    return evaluate_complex("sqrt", x) if is_complex(x.dtype) else _call(np.sqrt, x)


@reference("copysign")
def copysign(x1: Array, x2: Array) -> Array:
    """Magnitude of x1, sign of x2."""
    return map_floating(np.copysign, x1, x2)


@reference("nextafter")
def nextafter(x1: Array, x2: Array) -> Array:
    """The next representable number from x1 towards x2, in the operands' own format."""

    def step(a: Array, b: Array) -> Array:
        # NumPy's float16 keeps a zero's own sign where both are zeros; C's functions take b's.
        return np.where(np.equal(a, b), b, np.nextafter(a, b))

    return map_floating(step, x1, x2)


# ---- complex parts ----


@reference("conj")
def conj(x: Array) -> Array:
    """Complex conjugate; real numbers unchanged."""
    if not is_complex(x.dtype):
        return x
    return complex_arithmetic.from_components(np.real(x), np.negative(np.imag(x)), x.dtype)


@reference("real")
def real(x: Array) -> Array:
    """Real part; real numbers unchanged."""
    return np.real(x).astype(component_dtype(x.dtype))


@reference("imag")
def imag(x: Array) -> Array:
    """Imaginary part."""
    return np.imag(x).astype(component_dtype(x.dtype))


# ---- order ----


def _is_smaller(a: Array, b: Array) -> Array:
    """Strictly smaller in corepy's order, in which -0 comes before +0."""
    tie = np.equal(a, b) & np.signbit(a) & ~np.signbit(b) if is_real_floating(a.dtype) else False
    out: Array = np.less(a, b) | tie
    return out


def smaller(a: Array, b: Array) -> Array:
    """The smaller of each pair; NaN if either is."""
    lesser = np.where(_is_smaller(a, b), a, b)
    return np.where(np.isnan(a), a, np.where(np.isnan(b), b, lesser))


def larger(a: Array, b: Array) -> Array:
    """The larger of each pair; NaN if either is."""
    greater_one = np.where(_is_smaller(a, b), b, a)
    return np.where(np.isnan(a), a, np.where(np.isnan(b), b, greater_one))


@reference("minimum")
def minimum(x1: Array, x2: Array) -> Array:
    """Smaller of two; -0 is below +0, NaN propagates."""
    return map_common(smaller, x1, x2)


@reference("maximum")
def maximum(x1: Array, x2: Array) -> Array:
    """Larger of two; -0 is below +0, NaN propagates."""
    return map_common(larger, x1, x2)


@reference("clip")
def clip(x: Array, min: Array | None = None, max: Array | None = None) -> Array:
    """``minimum(maximum(x, min), max)``, a bound of None left out."""
    bounds = [bound for bound in (min, max) if bound is not None]
    common = promote_operands(x, *bounds)
    out = cast(x, common)
    if min is not None:
        out = map_binary(larger, out, min, common)
    return out if max is None else map_binary(smaller, out, max, common)

# Complex products, quotients, moduli and signs, each part rounded once; no operators.
"""Exact complex arithmetic on arrays of one shape and dtype.

Finite operands are Gaussian rationals, so every component is computed exactly and rounded once.
With an infinity or NaN in an operand, or a zero divisor, the textbook formula in float64 decides
which components are infinite or NaN, C's Annex G for quotients. The textbook formula also gives the
sign of a component that is exactly zero.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TypeAlias

import numpy as np

from .exact import BinaryFormat, format_of, round_ratio, round_sqrt_ratio, scale_to_integers
from .promotion import component_dtype
from .registry import Array, DType, FloatArray

__all__ = [
    "absolute",
    "components",
    "divide",
    "from_components",
    "hypotenuse",
    "multiply",
    "sign",
    "signs_of_finite",
]

_Pair: TypeAlias = "tuple[float, float]"
_ExactBinary: TypeAlias = "Callable[[float, float, float, float, BinaryFormat], _Pair]"


def components(x: Array) -> tuple[FloatArray, FloatArray]:
    """Real and imaginary part as float64 (exact)."""
    return np.real(x).astype(np.float64), np.imag(x).astype(np.float64)


def from_components(real: Array, imag: Array, dtype: DType) -> Array:
    """The complex array with these parts (placed, not added: ``inf * 1j`` would make a NaN)."""
    out = np.empty(np.shape(real), np.complex128)
    out.real = real
    out.imag = imag
    return out.astype(dtype)


def signs_of_finite(x: FloatArray) -> FloatArray:
    """Finite numbers become -1, -0, 0 or 1, which keeps what their products with infinities are."""
    return np.where(np.isfinite(x) & np.not_equal(x, 0), np.sign(x), x)


def signed_zero(textbook: float) -> float:
    """The zero that an exact 0 becomes: of the sign that the textbook formula gives it."""
    return math.copysign(0.0, textbook) if textbook == 0.0 else 0.0


def _multiply_pair(a: float, b: float, c: float, d: float, binary: BinaryFormat) -> _Pair:
    (ai, bi), left = scale_to_integers(a, b)
    (ci, di), right = scale_to_integers(c, d)
    real, imag, exponent = ai * ci - bi * di, ai * di + bi * ci, left + right
    return (
        round_ratio(real, 1, exponent, binary) if real else signed_zero(a * c - b * d),
        round_ratio(imag, 1, exponent, binary) if imag else signed_zero(a * d + b * c),
    )


def _divide_pair(a: float, b: float, c: float, d: float, binary: BinaryFormat) -> _Pair:
    (ai, bi), left = scale_to_integers(a, b)
    (ci, di), right = scale_to_integers(c, d)
    real, imag, norm = ai * ci + bi * di, bi * ci - ai * di, ci * ci + di * di
    exponent = left - right
    return (
        round_ratio(real, norm, exponent, binary) if real else signed_zero(a * c + b * d),
        round_ratio(imag, norm, exponent, binary) if imag else signed_zero(b * c - a * d),
    )


def _apply(
    exact: _ExactBinary, defined: Array, real: FloatArray, imag: FloatArray, x: Array, y: Array
) -> Array:
    """``exact`` where ``defined``; elsewhere the textbook values ``real`` and ``imag``."""
    binary = format_of(x.dtype)
    columns = [part[defined].tolist() for part in (*components(x), *components(y))]
    pairs = [exact(a, b, c, d, binary) for a, b, c, d in zip(*columns, strict=True)]
    real[defined] = [pair[0] for pair in pairs]
    imag[defined] = [pair[1] for pair in pairs]
    return from_components(real, imag, x.dtype)


def multiply(x: Array, y: Array) -> Array:
    """``x * y`` with each component rounded once."""
    x, y = np.atleast_1d(x), np.atleast_1d(y)
    # Beside an infinity finite parts count by sign only: an overflow of theirs is no infinity.
    a, b, c, d = (signs_of_finite(part) for part in (*components(x), *components(y)))
    defined = np.isfinite(x) & np.isfinite(y)
    return _apply(_multiply_pair, defined, a * c - b * d, a * d + b * c, x, y)


def _unit_of_infinity(part: FloatArray) -> FloatArray:
    return np.copysign(np.isinf(part).astype(np.float64), part)


def _divide_special(x: Array, y: Array) -> tuple[FloatArray, FloatArray]:
    """Quotients with a zero divisor or an operand that is not finite (C17, Annex G.5.1).

    Annex G recovers what the textbook formula loses; here its rules come first, so that no rounding
    of the formula has a say. What they leave holds a NaN, or an infinity in both operands: NaN.
    """
    (a, b), (c, d) = components(x), components(y)
    real, imag = np.full(a.shape, np.nan), np.full(a.shape, np.nan)
    by_zero = np.equal(y, 0) & ~(np.isnan(a) & np.isnan(b))
    infinite_x = (np.isinf(a) | np.isinf(b)) & np.isfinite(y) & ~by_zero
    infinite_y = (np.isinf(c) | np.isinf(d)) & np.isfinite(x)
    e, f = _unit_of_infinity(a), _unit_of_infinity(b)
    g, h = _unit_of_infinity(c), _unit_of_infinity(d)
    for case, recovered_real, recovered_imag in (
        (by_zero, np.copysign(np.inf, c) * a, np.copysign(np.inf, c) * b),
        (infinite_x, np.inf * (e * c + f * d), np.inf * (f * c - e * d)),
        (infinite_y, np.copysign(0.0, a * g + b * h), np.copysign(0.0, b * g - a * h)),
    ):
        real = np.where(case, recovered_real, real)
        imag = np.where(case, recovered_imag, imag)
    return real, imag


def divide(x: Array, y: Array) -> Array:
    """``x / y`` with each component rounded once."""
    x, y = np.atleast_1d(x), np.atleast_1d(y)
    defined = np.isfinite(x) & np.isfinite(y) & np.not_equal(y, 0)
    return _apply(_divide_pair, defined, *_divide_special(x, y), x, y)


def _hypotenuse_pair(first: float, second: float, binary: BinaryFormat) -> float:
    if math.isinf(first) or math.isinf(second):
        return math.inf
    if math.isnan(first) or math.isnan(second):
        return math.nan
    (a, b), exponent = scale_to_integers(first, second)
    return round_sqrt_ratio(a * a + b * b, 1, 2 * exponent, binary)


def hypotenuse(first: Array, second: Array, dtype: DType) -> Array:
    """``sqrt(first**2 + second**2)`` rounded once to ``dtype``; infinite if any operand is."""
    binary = format_of(dtype)
    columns = (np.ravel(x).astype(np.float64).tolist() for x in (first, second))
    values = [_hypotenuse_pair(a, b, binary) for a, b in zip(*columns, strict=True)]
    return np.asarray(values, np.float64).astype(dtype).reshape(np.shape(first))


def absolute(x: Array) -> Array:
    """The modulus, in the components' dtype."""
    return hypotenuse(*components(x), component_dtype(x.dtype))


def _sign_pair(a: float, b: float, binary: BinaryFormat) -> _Pair:
    if math.isnan(a) or math.isnan(b):
        return math.nan, math.nan
    if a == 0.0 and b == 0.0:
        return 0.0, 0.0
    if math.isinf(a) or math.isinf(b):
        return a / math.inf, b / math.inf
    (ai, bi), _ = scale_to_integers(a, b)
    norm = ai * ai + bi * bi
    return (
        math.copysign(round_sqrt_ratio(ai * ai, norm, 0, binary), a),
        math.copysign(round_sqrt_ratio(bi * bi, norm, 0, binary), b),
    )


def sign(x: Array) -> Array:
    """``x / |x|`` with each component rounded once; 0 for zero."""
    binary = format_of(x.dtype)
    real, imag = components(x)
    pairs = zip(real.ravel().tolist(), imag.ravel().tolist(), strict=True)
    values = [_sign_pair(a, b, binary) for a, b in pairs]
    parts = np.asarray(values, np.float64).reshape(-1, 2)
    return from_components(parts[:, 0].reshape(x.shape), parts[:, 1].reshape(x.shape), x.dtype)

# The error bounds of elementwise functions of complex numbers; bounds.py names and evaluates them.
"""Normwise bounds where the parts of a result depend on each other, else bounds of each part."""

from __future__ import annotations

import math

import numpy as np

from corepy.backend.reference.promotion import component_dtype

from .bound_case import MAGNITUDE_SLACK, BoundCase
from .comparison import Array, BoolArray, FloatArray, split_components

__all__ = [
    "bound_complex_abs",
    "bound_complex_divide",
    "bound_complex_expm1",
    "bound_complex_multiply",
    "bound_complex_pow",
    "bound_complex_sign",
]


def _largest_part(x: Array) -> FloatArray:
    parts = np.abs(np.real(x)), np.abs(np.imag(x))
    finite = [np.where(np.isfinite(part), part, 0).astype(np.float64) for part in parts]
    return np.maximum(*finite)


def _factors(case: BoundCase) -> tuple[Array, Array]:
    """The two operands; of an outer product, as a column and a row."""
    first, second = case.operands[0], case.operands[-1]
    return (first[:, None], second[None, :]) if case.name == "outer" else (first, second)


def _overflowing_products(case: BoundCase) -> FloatArray:
    """Infinite where a product of two finite parts, or a sum of two such, may overflow."""
    first, second = _factors(case)
    products = _largest_part(first) * _largest_part(second)
    return np.where(products < case.largest / 4, 0.0, np.inf)


def bound_complex_multiply(case: BoundCase) -> FloatArray:
    """``sqrt(5) u |x1 x2|`` normwise (Brent, Percival, Zimmermann, 2007), u for the oracle's."""
    size = case.magnitude_expected()
    underflow = np.where(_nonzero_operands(case), 2 * case.subnormal, 0.0)
    return 3.24 * case.u * size * 1.001 + underflow + _overflowing_products(case)


def _nonzero_operands(case: BoundCase) -> BoolArray:
    first, second = _factors(case)
    nonzero: BoolArray = np.not_equal(first, 0) & np.not_equal(second, 0)
    return nonzero


def bound_complex_divide(case: BoundCase) -> FloatArray:
    """``6u |x1 / x2|`` normwise, scaled so that nothing overflows or underflows on the way."""
    size = case.magnitude_expected()
    finite = np.isfinite(case.operands[-1])
    for operand in case.operands:
        finite = finite & np.isfinite(operand)
    defined = finite & np.not_equal(case.operands[-1], 0)
    error = 7 * case.u * size * 1.001 + 2 * case.subnormal
    near_limit = defined & ~(_largest_part(case.expected) < case.largest / 2)
    lost = near_limit | (defined & ~np.isfinite(case.expected))
    return np.where(lost, np.inf, np.where(defined, error, 0.0))


def bound_complex_abs(case: BoundCase) -> FloatArray:
    """Less than 1 ulp of the true modulus, so the oracle's value or a neighbour; exact for zero."""
    size = case.magnitude_expected()
    spacing = np.spacing(size.astype(component_dtype(case.expected.dtype))).astype(np.float64)
    return np.where(size > 0, np.where(size < case.largest, spacing, np.inf), 0.0)


def bound_complex_sign(case: BoundCase) -> FloatArray:
    """A modulus within 1 ulp (2u) and a division, relative to each part; a part may underflow."""
    nonzero = np.not_equal(case.operands[0], 0)
    return np.where(nonzero, 4 * case.u * _largest_part(case.expected) + case.subnormal, 0.0)


def bound_complex_expm1(case: BoundCase) -> FloatArray:
    """1 ulp of each part; of the real one, which may cancel, 2**-55 of the imaginary one more."""
    parts = split_components(case.expected)
    size = np.where(np.isfinite(parts), np.abs(parts), 0)
    allowed: FloatArray = 1.5 * np.spacing(size).astype(np.float64)
    allowed[..., 0] += 2.0**-55 * size[..., 1]
    return allowed


def bound_complex_pow(case: BoundCase) -> FloatArray:
    """``(sqrt(5) u + 2**-57 |x2 ln x1|) |x1**x2|`` normwise, and u for the oracle's own rounding.

    The exponent's absolute error is the power's relative one; sqrt(5) u is that of a square, a
    product. Nothing is promised where a part may overflow; special operands are exact.
    """
    base, exponent = (operand.astype(np.complex128) for operand in case.operands)
    size = case.magnitude_expected()
    finite = np.isfinite(base) & np.isfinite(exponent) & np.not_equal(base, 0)
    length, turn = np.log(np.abs(base)), np.angle(base)
    growth = np.abs(exponent) * np.hypot(length, turn)
    relative = (math.sqrt(5) + 1) * case.u + 2.0**-57 * growth * MAGNITUDE_SLACK
    error = relative * size + 4 * case.subnormal
    lost = ~np.isfinite(case.expected) | ~(size < case.largest / 8) | ~(growth < 2.0**50)
    bound: FloatArray = np.where(finite, np.where(lost, np.inf, error), 0.0)
    return np.where(np.equal(exponent, 0), 0.0, bound)

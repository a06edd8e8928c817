# Oracle of the statistical functions, exact and rounded once; any and all are in utility.py.
"""Reference reductions.

Sums are sums of integers over a common power of two, means and variances exact rationals, standard
deviations integer square roots: each result is the correctly rounded value of the exact formula,
with no order of summation in it. Operands are converted to the accumulator's dtype first, as in
the kernels.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from typing import TypeAlias

import numpy as np

from corepy.errors import AxisError, ShapeError

from . import complex_arithmetic
from .casting import cast
from .exact import (
    BinaryFormat,
    exact_complex_product,
    exact_product,
    exact_sum,
    format_of,
    round_ratio,
    round_sqrt_ratio,
)
from .promotion import accumulation_dtype, floating_dtype, is_complex, is_floating, resolve_dtype
from .registry import Array, FloatArray, reference

__all__ = ["Axis", "normalize_axes", "reduce_rows"]

Axis: TypeAlias = "int | tuple[int, ...] | None"
_RowFunction: TypeAlias = Callable[[FloatArray], float]


def normalize_axes(axis: Axis, ndim: int) -> tuple[int, ...]:
    """The axes as sorted numbers from 0; None means all of them."""
    if axis is None:
        return tuple(range(ndim))
    axes = axis if isinstance(axis, tuple) else (axis,)
    for one in axes:
        if not -ndim <= one < ndim:
            raise AxisError(f"axis out of range (got {one}; expected -{ndim} <= axis < {ndim})")
    normalized = sorted(one % ndim for one in axes)
    if len(set(normalized)) != len(normalized):
        raise AxisError(f"axis given twice (got {axes}; expected distinct axes)")
    return tuple(normalized)


def reduce_rows(x: Array, axis: Axis, keepdims: bool, function: Callable[[Array], Array]) -> Array:
    """Reduce ``axis`` of x with a ``function`` of the (results, reduced elements) matrix."""
    axes = normalize_axes(axis, x.ndim)
    kept = [one for one in range(x.ndim) if one not in axes]
    shape = [x.shape[one] for one in kept]
    length = math.prod(x.shape[one] for one in axes)
    rows = np.transpose(x, [*kept, *axes]).reshape(math.prod(shape), length)
    full = [1 if one in axes else x.shape[one] for one in range(x.ndim)]
    return function(rows).reshape(full if keepdims else shape)


def _reduce_floats(
    x: Array, axis: Axis, keepdims: bool, function: Callable[[FloatArray, BinaryFormat], float]
) -> Array:
    """Reduce real or, part by part, complex numbers with a function of one row of float64."""
    binary = format_of(x.dtype)

    def reduce_part(rows: Array) -> FloatArray:
        return np.asarray([function(row, binary) for row in rows.astype(np.float64)], np.float64)

    def reduce_all(rows: Array) -> Array:
        if not is_complex(x.dtype):
            return reduce_part(rows).astype(x.dtype)
        return complex_arithmetic.from_components(
            reduce_part(np.real(rows)), reduce_part(np.imag(rows)), x.dtype
        )

    return reduce_rows(x, axis, keepdims, reduce_all)


def _quotient_of_sum(row: FloatArray, divisor: int, binary: BinaryFormat) -> float:
    finite = np.isfinite(row)
    if not finite.all():
        return float(np.sum(row[~finite]))
    total = exact_sum(row)
    if total.numerator == 0:
        return -0.0 if row.size and bool(np.signbit(row).all()) else 0.0
    return round_ratio(total.numerator, divisor, total.exponent, binary)


@reference("sum")
def sum_(x: Array, *, axis: Axis = None, dtype: object = None, keepdims: bool = False) -> Array:
    """Sum in ``dtype`` (default int64 or uint64 for integers); wraps; 0 for no elements."""
    x = cast(x, resolve_dtype(dtype, accumulation_dtype(x.dtype)))
    if not is_floating(x.dtype):
        return reduce_rows(
            x, axis, keepdims, lambda rows: np.add.reduce(rows, axis=1, dtype=x.dtype)
        )
    return _reduce_floats(x, axis, keepdims, lambda row, binary: _quotient_of_sum(row, 1, binary))


@reference("mean")
def mean(x: Array, *, axis: Axis = None, keepdims: bool = False) -> Array:
    """Arithmetic mean; float64 for integers; NaN for no elements."""

    def mean_of_row(row: FloatArray, binary: BinaryFormat) -> float:
        return _quotient_of_sum(row, row.size, binary) if row.size else math.nan

    return _reduce_floats(cast(x, floating_dtype(x.dtype)), axis, keepdims, mean_of_row)


def _variance(row: FloatArray, correction: float) -> tuple[int, int, int] | None:
    """The variance as numerator, denominator and exponent of two; None where it is NaN."""
    divisor = row.size - Fraction(correction)
    if divisor <= 0 or not np.isfinite(row).all():
        return None
    total, squares = exact_sum(row), exact_sum(row, power=2)
    # n * sum(x**2) - sum(x)**2 is n times the sum of squared deviations.
    spread = row.size * squares.numerator - total.numerator**2
    ratio = Fraction(1, row.size) / divisor
    return spread * ratio.numerator, ratio.denominator, squares.exponent


@reference("var")
def var(x: Array, *, axis: Axis = None, correction: float = 0.0, keepdims: bool = False) -> Array:
    """Sum of squared deviations over ``n - correction``; NaN if that is not positive."""

    def var_of_row(row: FloatArray, binary: BinaryFormat) -> float:
        variance = _variance(row, correction)
        if variance is None:
            return math.nan
        numerator, denominator, exponent = variance
        return round_ratio(numerator, denominator, exponent, binary)

    return _reduce_floats(cast(x, floating_dtype(x.dtype)), axis, keepdims, var_of_row)


@reference("std")
def std(x: Array, *, axis: Axis = None, correction: float = 0.0, keepdims: bool = False) -> Array:
    """Square root of the exact variance, rounded once."""

    def std_of_row(row: FloatArray, binary: BinaryFormat) -> float:
        variance = _variance(row, correction)
        if variance is None:
            return math.nan
        numerator, denominator, exponent = variance
        return round_sqrt_ratio(numerator, denominator, exponent, binary)

    return _reduce_floats(cast(x, floating_dtype(x.dtype)), axis, keepdims, std_of_row)


def _product_of_row(row: FloatArray, binary: BinaryFormat) -> float:
    sign = -1.0 if np.count_nonzero(np.signbit(row)) % 2 else 1.0
    zero, infinite = bool((row == 0).any()), bool(np.isinf(row).any())
    if np.isnan(row).any() or (zero and infinite):
        return math.nan
    if zero or infinite:
        return sign * (0.0 if zero else math.inf)
    return exact_product(row).round_to(binary)


def _complex_products(rows: Array) -> Array:
    binary = format_of(rows.dtype)
    out = np.empty(rows.shape[0], rows.dtype)
    for index, row in enumerate(rows):
        if row.size == 1:  # no multiplication: the signs of zeros stay
            out[index] = row[0]
        elif np.isfinite(row).all():
            real, imag = exact_complex_product(*complex_arithmetic.components(row))
            out[index] = complex(real.round_to(binary), imag.round_to(binary))
        else:
            out[index] = _textbook_product(row)
    return out


def _textbook_product(row: Array) -> complex:
    """The product in order by the textbook formula: where some factor is not finite."""
    a, b = 1.0, 0.0
    for c, d in zip(*(part.tolist() for part in complex_arithmetic.components(row)), strict=True):
        a, b = a * c - b * d, a * d + b * c
    return complex(a, b)


@reference("prod")
def prod(x: Array, *, axis: Axis = None, dtype: object = None, keepdims: bool = False) -> Array:
    """Product in ``dtype`` (default as for sum); integers wrap; 1 for no elements."""
    x = cast(x, resolve_dtype(dtype, accumulation_dtype(x.dtype)))
    if is_complex(x.dtype):
        return reduce_rows(x, axis, keepdims, _complex_products)
    if is_floating(x.dtype):
        return _reduce_floats(x, axis, keepdims, _product_of_row)
    return reduce_rows(
        x, axis, keepdims, lambda rows: np.multiply.reduce(rows, axis=1, dtype=x.dtype)
    )


def _extreme_rows(rows: Array, take_max: bool) -> Array:
    if rows.shape[1] == 0:
        name = "max" if take_max else "min"
        raise ShapeError(f"{name}: no elements to reduce (got a length of 0; expected at least 1)")
    out: Array = (np.max if take_max else np.min)(rows, axis=1)
    if is_floating(rows.dtype):
        # Among zeros, -0 is below +0, which comparisons do not see.
        zeros = np.equal(rows, 0) & (np.signbit(rows) != take_max)
        wanted = np.copysign(0.0, -1.0 if not take_max else 1.0).astype(rows.dtype)
        out = np.where(np.equal(out, 0), np.where(zeros.any(axis=1), wanted, -wanted), out)
    return out


@reference("max")
def max_(x: Array, *, axis: Axis = None, keepdims: bool = False) -> Array:
    """Largest element; -0 is below +0, NaN propagates; ShapeError for no elements."""
    return reduce_rows(x, axis, keepdims, lambda rows: _extreme_rows(rows, True))


@reference("min")
def min_(x: Array, *, axis: Axis = None, keepdims: bool = False) -> Array:
    """Smallest element; -0 is below +0, NaN propagates; ShapeError for no elements."""
    return reduce_rows(x, axis, keepdims, lambda rows: _extreme_rows(rows, False))

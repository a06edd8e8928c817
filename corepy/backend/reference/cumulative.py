# Oracle of the cumulative functions, each element exact and rounded once; whole reductions are in
# statistical.py.
"""Reference cumulative sums and products: of every prefix, its exact value, rounded once."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

import numpy as np

from corepy.errors import AxisError

from . import complex_arithmetic
from .casting import cast
from .exact import (
    BinaryFormat,
    Scaled,
    format_of,
    iterate_products,
    round_ratio,
    scale_rows,
)
from .promotion import accumulation_dtype, is_complex, is_floating, resolve_dtype
from .registry import Array, FloatArray, reference

__all__ = ["accumulate_rows"]


def accumulate_rows(x: Array, axis: int | None, function: Callable[[Array], Array]) -> Array:
    """Apply a ``function`` of a matrix of rows along ``axis``, which one axis may leave out."""
    if x.ndim == 0 or (axis is None and x.ndim > 1):
        raise AxisError(f"axis is needed (got shape {x.shape} and axis={axis}; expected an int)")
    moved = np.moveaxis(x, 0 if axis is None else axis, -1)
    rows = moved.reshape(math.prod(moved.shape[:-1]), moved.shape[-1])
    return np.moveaxis(function(rows).reshape(moved.shape), -1, 0 if axis is None else axis)


def _sums_of_row(row: FloatArray, binary: BinaryFormat) -> Iterator[float]:
    finite = np.isfinite(row)
    (integers,), exponents = scale_rows(np.where(finite, row, 0.0)[None, :])
    total, beyond, all_negative_zero = 0, 0.0, True
    for value, integer, is_finite in zip(row.tolist(), integers[0], finite.tolist(), strict=True):
        total += integer
        beyond += 0.0 if is_finite else value
        all_negative_zero &= value == 0 and math.copysign(1.0, value) < 0
        if beyond != 0:
            yield beyond
        elif total == 0:
            yield -0.0 if all_negative_zero else 0.0
        else:
            yield round_ratio(total, 1, int(exponents[0]), binary)


def _products_of_row(row: FloatArray, binary: BinaryFormat) -> Iterator[float]:
    finite = np.where(np.isfinite(row), row, 1.0)
    beyond = 1.0
    products = iterate_products(finite, np.zeros(row.shape))
    for value, (product, _) in zip(row.tolist(), products, strict=True):
        beyond *= value if not math.isfinite(value) else math.copysign(float(value != 0), value)
        plain = math.isfinite(beyond) and beyond != 0
        yield product.round_to(binary) if plain else beyond


def _complex_products_of_row(row: Array, binary: BinaryFormat) -> Iterator[complex]:
    reals, imags = complex_arithmetic.components(row)
    usable = bool(np.isfinite(row).all())
    a, b = 1.0, 0.0
    products: Iterator[tuple[Scaled, Scaled] | None] = (
        iter(iterate_products(reals, imags)) if usable else iter([None] * row.size)
    )
    factors = zip(reals.tolist(), imags.tolist(), products, strict=True)
    for index, (c, d, exact) in enumerate(factors):
        if index == 0:  # no multiplication: the signs of zeros stay
            a, b = c, d
            yield complex(a, b)
            continue
        # The textbook formula: where some factor is not finite, and for the signs of zeros.
        a, b = a * c - b * d, a * d + b * c
        if exact is not None:
            real, imag = exact
            a = complex_arithmetic.signed_zero(a) if real.numerator == 0 else real.round_to(binary)
            b = complex_arithmetic.signed_zero(b) if imag.numerator == 0 else imag.round_to(binary)
        yield complex(a, b)


def _each_row(
    x: Array, function: Callable[[FloatArray, BinaryFormat], Iterator[float]]
) -> Callable[[Array], Array]:
    binary = format_of(x.dtype)

    def apply(rows: Array) -> FloatArray:
        out = np.empty(rows.shape, np.float64)
        for index, row in enumerate(rows.astype(np.float64)):
            out[index] = list(function(row, binary))
        return out

    return apply


def _with_initial(x: Array, axis: int | None, value: int, wanted: bool) -> Array:
    if not wanted:
        return x
    where = 0 if axis is None else axis
    shape = list(x.shape)
    shape[where] = 1
    return np.concatenate([np.full(shape, value, x.dtype), x], axis=where)


@reference("cumulative_sum")
def cumulative_sum(
    x: Array, *, axis: int | None = None, dtype: object = None, include_initial: bool = False
) -> Array:
    """Sums of prefixes in ``dtype`` (default int64 or uint64 for integers); integers wrap."""
    x = cast(x, resolve_dtype(dtype, accumulation_dtype(x.dtype)))

    def sum_rows(rows: Array) -> Array:
        if not is_floating(x.dtype):
            return np.add.accumulate(rows, axis=1, dtype=x.dtype)
        each = _each_row(x, _sums_of_row)
        if not is_complex(x.dtype):
            return each(rows).astype(x.dtype)
        return complex_arithmetic.from_components(
            np.asarray(each(np.real(rows)), np.float64),
            np.asarray(each(np.imag(rows)), np.float64),
            x.dtype,
        )

    return _with_initial(accumulate_rows(x, axis, sum_rows), axis, 0, include_initial)


@reference("cumulative_prod")
def cumulative_prod(
    x: Array, *, axis: int | None = None, dtype: object = None, include_initial: bool = False
) -> Array:
    """Products of prefixes in ``dtype`` (default as for cumulative_sum); integers wrap."""
    x = cast(x, resolve_dtype(dtype, accumulation_dtype(x.dtype)))
    binary = format_of(x.dtype) if is_floating(x.dtype) else None

    def multiply_rows(rows: Array) -> Array:
        if binary is None:
            return np.multiply.accumulate(rows, axis=1, dtype=x.dtype)
        if not is_complex(x.dtype):
            return _each_row(x, _products_of_row)(rows).astype(x.dtype)
        out = np.empty(rows.shape, x.dtype)
        for index, row in enumerate(rows):
            out[index] = list(_complex_products_of_row(row, binary))
        return out

    return _with_initial(accumulate_rows(x, axis, multiply_rows), axis, 1, include_initial)

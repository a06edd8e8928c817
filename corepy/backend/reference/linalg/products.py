# Oracle of matrix products, exact dot products of integers rounded once, and of vector norms.
"""Reference linear algebra.

Each row of the left and each column of the right operand becomes integers over one power of two,
the products are Python integer arithmetic, and every element is rounded once. Where an operand
holds an infinity or NaN, the sum of the products decides as IEEE arithmetic does in any order.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from corepy.errors import AxisError, ShapeError

from ..casting import cast
from ..complex_arithmetic import absolute, components, from_components, signs_of_finite
from ..exact import BinaryFormat, exact_sum, format_of, round_ratio, round_sqrt_ratio, scale_rows
from ..multiprecision import evaluate_norm
from ..promotion import component_dtype, floating_dtype, is_complex, is_floating, promote_operands
from ..registry import Array, FloatArray, reference
from ..statistical import Axis, normalize_axes, reduce_rows

_Integers: TypeAlias = "npt.NDArray[np.object_]"
#: Pairs of factor matrices and the sign with which their product enters the sum.
_Terms: TypeAlias = "Sequence[tuple[int, FloatArray, FloatArray]]"


def _round_matrix(
    integers: _Integers, left: npt.NDArray[np.int64], right: npt.NDArray[np.int64], b: BinaryFormat
) -> FloatArray:
    exponents = (left[:, None] + right[None, :]).ravel().tolist()
    flat = [
        round_ratio(n, 1, e, b) for n, e in zip(integers.ravel().tolist(), exponents, strict=True)
    ]
    return np.asarray(flat, np.float64).reshape(integers.shape)


def _add_special(out: FloatArray, terms: _Terms) -> None:
    """Overwrite the elements whose row or column holds an infinity or NaN."""
    rows = np.any([~np.isfinite(a).all(axis=1) for _, a, _ in terms], axis=0)
    columns = np.any([~np.isfinite(b).all(axis=1) for _, _, b in terms], axis=0)
    for row in np.flatnonzero(rows | columns.any()):
        products = [sign * signs_of_finite(a[row]) * signs_of_finite(b) for sign, a, b in terms]
        values = np.concatenate(products, axis=1).sum(axis=1)
        affected = columns | rows[row]
        out[row, affected] = np.where(np.isfinite(values), out[row], values)[affected]


def _sum_products(terms: _Terms, binary: BinaryFormat) -> FloatArray:
    """The sum of ``sign * a @ b.T`` over the terms, exact, rounded once."""
    left = [np.where(np.isfinite(a), a, 0.0) for _, a, _ in terms]
    right = [np.where(np.isfinite(b), b, 0.0) for _, _, b in terms]
    lefts, left_exponents = scale_rows(*left)
    rights, right_exponents = scale_rows(*right)
    products = [sign * (a @ b.T) for (sign, _, _), a, b in zip(terms, lefts, rights, strict=True)]
    total = products[0] + products[1] if len(products) == 2 else products[0]
    out = _round_matrix(total, left_exponents, right_exponents, binary)
    _add_special(out, terms)
    return out


def _contract(a: Array, b: Array) -> Array:
    """``a @ b.T`` of two matrices of one dtype with the summed axis last."""
    if a.shape[1] == 0:
        return np.zeros((a.shape[0], b.shape[0]), a.dtype)
    if not is_floating(a.dtype):
        wrapped: Array = np.matmul(a, b.T)
        return wrapped
    binary = format_of(a.dtype)
    if not is_complex(a.dtype):
        term = (1, a.astype(np.float64), b.astype(np.float64))
        return _sum_products([term], binary).astype(a.dtype)
    (ar, ai), (br, bi) = components(a), components(b)
    real = _sum_products([(1, ar, br), (-1, ai, bi)], binary)
    imag = _sum_products([(1, ar, bi), (1, ai, br)], binary)
    return from_components(real, imag, a.dtype)


def _check_lengths(name: str, first: int, second: int) -> None:
    if first != second:
        raise ShapeError(
            f"{name}: summed lengths differ (got {first} and {second}; expected equal)"
        )


@reference("matmul")
def matmul(x1: Array, x2: Array) -> Array:
    """Matrix product over the last two axes; one-dimensional operands are a row or a column."""
    common = promote_operands(x1, x2)
    a = cast(x1, common).reshape((1, x1.size) if x1.ndim == 1 else x1.shape)
    b = cast(x2, common).reshape((x2.size, 1) if x2.ndim == 1 else x2.shape)
    _check_lengths("matmul", a.shape[-1], b.shape[-2])
    batch = np.broadcast_shapes(a.shape[:-2], b.shape[:-2])
    count = math.prod(batch)
    lefts = np.broadcast_to(a, batch + a.shape[-2:]).reshape(count, *a.shape[-2:])
    rights = np.broadcast_to(b, batch + b.shape[-2:]).reshape(count, *b.shape[-2:])
    out = np.empty((count, a.shape[-2], b.shape[-1]), common)
    for index in range(count):
        out[index] = _contract(lefts[index], rights[index].T)
    rows = () if x1.ndim == 1 else (a.shape[-2],)
    columns = () if x2.ndim == 1 else (b.shape[-1],)
    return out.reshape(batch + rows + columns)


@reference("vecdot")
def vecdot(x1: Array, x2: Array, *, axis: int = -1) -> Array:
    """Sum of ``conj(x1) * x2`` over one axis."""
    common = promote_operands(x1, x2)
    a = np.moveaxis(np.conjugate(cast(x1, common)), axis, -1)
    b = np.moveaxis(cast(x2, common), axis, -1)
    _check_lengths("vecdot", a.shape[-1], b.shape[-1])
    a, b = np.broadcast_arrays(a, b)
    shape, length = a.shape[:-1], a.shape[-1]
    rows_shape = (math.prod(shape), 1, length)
    rows = zip(a.reshape(rows_shape), b.reshape(rows_shape), strict=True)
    values = [_contract(left, right).reshape(()) for left, right in rows]
    return np.asarray(values, common).reshape(shape)


def contraction_axes(axes: object, ndim1: int, ndim2: int) -> tuple[list[int], list[int]]:
    """The axes of the two operands that ``axes`` pairs, counted from 0."""
    if isinstance(axes, int):
        return list(range(ndim1 - axes, ndim1)), list(range(axes))
    if not isinstance(axes, (tuple, list)) or len(axes) != 2:
        raise AxisError(f"tensordot: bad axes (got {axes!r}; expected an int or two sequences)")
    first, second = axes
    return [axis % ndim1 for axis in first], [axis % ndim2 for axis in second]


@reference("tensordot")
def tensordot(
    x1: Array, x2: Array, *, axes: int | tuple[Sequence[int], Sequence[int]] = 2
) -> Array:
    """Sum of products over pairs of axes."""
    common = promote_operands(x1, x2)
    first, second = contraction_axes(axes, x1.ndim, x2.ndim)
    for one, other in zip(first, second, strict=True):
        _check_lengths("tensordot", x1.shape[one], x2.shape[other])
    kept1 = [axis for axis in range(x1.ndim) if axis not in first]
    kept2 = [axis for axis in range(x2.ndim) if axis not in second]
    shape1, shape2 = [x1.shape[axis] for axis in kept1], [x2.shape[axis] for axis in kept2]
    length = math.prod(x1.shape[axis] for axis in first)
    a = cast(x1, common).transpose([*kept1, *first]).reshape(math.prod(shape1), length)
    b = cast(x2, common).transpose([*kept2, *second]).reshape(math.prod(shape2), length)
    return _contract(a, b).reshape([*shape1, *shape2])


@reference("matrix_transpose")
def matrix_transpose(x: Array) -> Array:
    """The last two axes exchanged."""
    normalize_axes((-2, -1), x.ndim)
    return np.swapaxes(x, -1, -2)


def _euclidean_norm(parts: FloatArray, binary: BinaryFormat) -> float:
    if not np.isfinite(parts).all():
        return math.nan if np.isnan(parts).any() else math.inf
    squares = exact_sum(parts, power=2)
    return round_sqrt_ratio(squares.numerator, 1, squares.exponent, binary)


def _norm_of_row(row: Array, order: float, binary: BinaryFormat) -> float:
    if order == 0:
        return float(np.count_nonzero(row))
    if order == 2:
        parts = np.concatenate(components(row)) if is_complex(row.dtype) else row
        return _euclidean_norm(parts.astype(np.float64), binary)
    sizes = absolute(row) if is_complex(row.dtype) else np.abs(row)
    if row.size == 0 or np.isnan(sizes).any():
        return math.nan if row.size else 0.0
    if math.isinf(order):
        return float(np.max(sizes) if order > 0 else np.min(sizes))
    if np.isinf(sizes).any() and order > 0:
        return math.inf
    if order < 0 and np.equal(sizes, 0).any():
        return 0.0
    real, imag = components(row[np.isfinite(sizes)])
    return evaluate_norm(real, imag, order, binary)


@reference("vector_norm")
def vector_norm(x: Array, *, axis: Axis = None, keepdims: bool = False, ord: float = 2) -> Array:
    """``(sum |x|**ord)**(1 / ord)``, rounded once; a maximum, minimum or count at the limits."""
    x = cast(x, floating_dtype(x.dtype))
    binary = format_of(x.dtype)

    def norm_rows(rows: Array) -> Array:
        values = [_norm_of_row(row, float(ord), binary) for row in rows]
        return np.asarray(values, np.float64).astype(component_dtype(x.dtype))

    return reduce_rows(x, axis, keepdims, norm_rows)

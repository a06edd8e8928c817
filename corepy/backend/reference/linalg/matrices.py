# Oracles of functions of matrices that are composed of others: norms, powers, ranks, traces.
"""From exact products and sums, and from NumPy's singular values in float64."""

from __future__ import annotations

import numpy as np

from corepy.errors import ArgumentError, ShapeError

from ..casting import cast
from ..elementwise.arithmetic import multiply, subtract
from ..promotion import component_dtype, promote_operands
from ..registry import Array, FloatArray, reference
from ..statistical import Axis, normalize_axes
from ..statistical import sum_ as exact_sum
from .decompositions import inverse, wide
from .products import matmul, vector_norm

__all__ = ["cutoff"]


@reference("cross")
def cross(x1: Array, x2: Array, *, axis: int = -1) -> Array:
    """Differences of products, each rounded once, along an axis of extent 3."""
    common = promote_operands(x1, x2)
    a, b = np.broadcast_arrays(cast(x1, common), cast(x2, common))
    where = axis - a.ndim if axis >= 0 else axis
    if where < -min(x1.ndim, x2.ndim) or x1.shape[where] != 3 or x2.shape[where] != 3:
        raise ShapeError(f"cross: extents differ (got {x1.shape} and {x2.shape}; expected 3)")
    a, b = np.moveaxis(a, where, 0), np.moveaxis(b, where, 0)
    parts = [
        subtract(multiply(a[j], b[k]), multiply(a[k], b[j])) for j, k in ((1, 2), (2, 0), (0, 1))
    ]
    return np.stack(parts, axis=where)


@reference("diagonal")
def diagonal(x: Array, *, offset: int = 0) -> Array:
    """The elements whose column is their row plus the offset."""
    normalize_axes((-2, -1), x.ndim)
    rows = [i for i in range(x.shape[-2]) if 0 <= i + offset < x.shape[-1]]
    return x[..., rows, [i + offset for i in rows]]


@reference("trace")
def trace(x: Array, *, offset: int = 0, dtype: object = None) -> Array:
    """The exact sum of the diagonal, rounded once."""
    return exact_sum(diagonal(x, offset=offset), axis=-1, dtype=dtype)


@reference("outer")
def outer(x1: Array, x2: Array) -> Array:
    """Every product, rounded once."""
    return multiply(x1[:, None], x2[None, :])


@reference("matrix_power")
def matrix_power(x: Array, n: int) -> Array:
    """Exact products, each rounded once, by squaring; the inverse first for a negative power."""
    if n == 0:
        return np.broadcast_to(np.eye(x.shape[-1], dtype=x.dtype), x.shape)
    square = inverse(x) if n < 0 else x
    result: Array | None = None
    for bit in reversed(f"{abs(n):b}"):
        if bit == "1":
            result = square if result is None else matmul(result, square)
        square = matmul(square, square)
    assert result is not None
    return result


def _singular_values(x: Array) -> FloatArray:
    return np.asarray(np.linalg.svd(wide(x), compute_uv=False), np.float64)


@reference("matrix_norm")
def matrix_norm(x: Array, *, keepdims: bool = False, ord: float | str = "fro") -> Array:
    """By the definition; singular values in float64."""
    axes: Axis = (-2, -1)
    if ord == "fro" or 0 in x.shape[-2:]:
        return vector_norm(x, axis=axes, keepdims=keepdims)
    out: Array
    if ord == "nuc":
        out = _singular_values(x).sum(-1)
    elif ord in (2, -2):
        values = _singular_values(x)
        out = values.max(-1) if ord == 2 else values.min(-1)
    elif ord in (1, -1, float("inf"), float("-inf")):
        by_columns = ord in (1, -1)
        sums = vector_norm(x, axis=-2 if by_columns else -1, ord=1)
        out = sums.max(-1) if float(ord) > 0 else sums.min(-1)
    else:
        raise ArgumentError(f"matrix_norm: unknown order (got {ord!r}; expected 1, 2, inf ...)")
    out = out.astype(component_dtype(x.dtype))
    return out[..., None, None] if keepdims else out


def cutoff(x: Array, values: FloatArray, rtol: object) -> FloatArray:
    """Up to which singular values do not count."""
    if rtol is None:
        factor: object = max(x.shape[-2:]) * float(np.finfo(component_dtype(x.dtype).name).eps)
    else:
        factor = np.asarray(rtol, np.float64)[..., None]
    limit: FloatArray = values.max(-1, keepdims=True, initial=0.0) * factor
    return limit


@reference("matrix_rank")
def matrix_rank(x: Array, *, rtol: object = None) -> Array:
    """The number of singular values above the limit."""
    values = _singular_values(x)
    return np.asarray((values > cutoff(x, values, rtol)).sum(-1), np.int64)


@reference("pinv")
def pinv(x: Array, *, rtol: object = None) -> Array:
    """From NumPy's singular values and vectors in float64."""
    u, values, vh = np.linalg.svd(wide(x), full_matrices=False)
    kept = values > cutoff(x, values, rtol)
    with np.errstate(all="ignore"):
        inverses = np.where(kept, 1 / values, 0.0)
    v, uh = np.conj(np.swapaxes(vh, -1, -2)), np.conj(np.swapaxes(u, -1, -2))
    return np.asarray((v * inverses[..., None, :]) @ uh).astype(x.dtype)

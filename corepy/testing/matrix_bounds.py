# The error bounds of functions of matrices whose results are unique; residuals.py has the others.
"""Normwise bounds: a backward error of ``c n u`` of the norm, times how the result reacts to it.

``c`` is 12 for real and 30 for complex matrices: the constants of Higham (Accuracy and Stability,
2nd ed., theorems 9.4, 10.4, 19.4) with the growth of pivots that is met in practice. LAPACK's error
in float64 counts once more where it is the oracle. Where the condition times that is 0.1 or more,
nothing is promised.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from corepy.backend.reference.linalg.decompositions import wide
from corepy.backend.reference.linalg.matrices import cutoff
from corepy.backend.reference.promotion import is_complex

if TYPE_CHECKING:
    from .bound_case import BoundCase
    from .comparison import Array, BoolArray, FloatArray

__all__ = ["backward_error", "bound_conditioned", "bound_cross", "bound_spectrum", "bound_trace"]


def backward_error(x: Array, u: float) -> float:
    """The relative perturbation of a matrix that a decomposition's errors amount to."""
    size = max(1, *x.shape[-2:])
    return (30.0 if is_complex(x.dtype) else 12.0) * size * u


def _singular_values(x: Array) -> FloatArray:
    """None of matrices that are not finite: NaN."""
    finite: BoolArray = np.asarray(np.isfinite(x).all(axis=(-2, -1)), np.bool_)
    kept = np.where(finite[..., None, None], wide(x), wide(np.zeros_like(x)))
    values: FloatArray = np.array(np.linalg.svd(kept, compute_uv=False), np.float64)
    values[~finite] = np.nan
    return values


def _largest(x: Array, axes: tuple[int, ...]) -> FloatArray:
    size: FloatArray = np.abs(wide(x)) if x.size else np.zeros(x.shape)
    finite = np.where(np.isfinite(size), size, 0.0)
    largest: FloatArray = finite.max(axis=axes, keepdims=True, initial=0.0)
    return largest


def _condition(values: FloatArray) -> FloatArray:
    if values.shape[-1] == 0:
        return np.ones(values.shape[:-1])
    with np.errstate(all="ignore"):
        return np.where(values[..., -1] > 0, values[..., 0] / values[..., -1], np.inf)


def _relative(x: Array, case: BoundCase) -> FloatArray:
    """c n u times the condition; infinite where that is not small, or x is not finite."""
    values = _singular_values(x)
    error = backward_error(x, case.u) * _condition(values)
    if values.shape[-1]:  # what underflows on the way, beside the smallest value
        with np.errstate(all="ignore"):
            error = error + 8 * case.subnormal * x.shape[-1] ** 3 / values[..., -1]
    return np.where(error < 0.1, error, np.inf)


def _times_size(relative: FloatArray, size: FloatArray | float) -> FloatArray:
    """Where nothing is promised, infinite: also where nothing finite was expected."""
    with np.errstate(all="ignore"):
        return np.where(np.isfinite(relative), relative * size, np.inf)


def _bound_determinant(case: BoundCase, x: Array) -> FloatArray:
    values = _singular_values(x)
    if case.name == "slogdet":
        relative = _relative(x, case)
        total = relative + 2 * case.u * case.magnitude_expected()
        return np.where(np.isfinite(relative), total, np.inf)
    error = backward_error(x, case.u)
    # |d det| <= the sum over the minors: the products of all singular values but one.
    with np.errstate(all="ignore"):
        minors = np.prod(values[..., :-1], axis=-1)
        total = error * values.shape[-1] * values.max(-1, initial=0.0) * minors
    total = total + 4 * case.u * case.magnitude_expected() + case.subnormal
    finite = np.isfinite(total) & (np.abs(total) < case.largest / 4)
    return np.where(finite & np.isfinite(case.expected), total, np.inf)


def _bound_power(case: BoundCase, x: Array) -> FloatArray:
    power = case.options.get("n", 1)
    n = power if isinstance(power, int) else 1
    if n in (0, 1):
        return np.zeros(case.expected.shape)
    values = _singular_values(x)
    norm = values.max(-1, initial=0.0)
    error: FloatArray = np.full(norm.shape, backward_error(x, case.u) * abs(n))
    if n < 0:
        error = error * np.maximum(_condition(values), 1.0)
        with np.errstate(all="ignore"):
            norm = 1 / values[..., -1] if values.shape[-1] else norm
    with np.errstate(all="ignore"):
        total = np.where(error < 0.1, error * norm ** abs(n), np.inf)
    total = np.where(np.isfinite(total) & (total < case.largest / 16), total, np.inf)
    return np.asarray(total[..., None, None] + case.subnormal * x.shape[-1])


def _bound_pinv(case: BoundCase, x: Array) -> FloatArray:
    values = _singular_values(x)
    limit = cutoff(x, values, case.options.get("rtol"))
    kept = values > limit
    # Values near the limit may count or not.
    near = (values > limit / 8) & (values < limit * 8) & (values > 0)
    least = np.where(kept, values, np.inf).min(-1, initial=np.inf)
    with np.errstate(all="ignore"):
        error = backward_error(x, case.u) * values.max(-1, initial=0.0) / least
        total = 4 * error / least
    lost = near.any(-1) | ~(error < 0.1) | ~np.isfinite(total)
    return np.where(lost, np.inf, total)[..., None, None] + np.zeros(case.expected.shape)


def bound_conditioned(case: BoundCase) -> FloatArray:
    """``c n u`` times the condition of x, normwise."""
    x = case.operands[0]
    if case.name in ("det", "slogdet"):
        return _bound_determinant(case, x)
    if case.name == "matrix_power":
        return _bound_power(case, x)
    if case.name == "pinv":
        return _bound_pinv(case, x)
    if case.name == "cholesky":
        upper = bool(case.options.get("upper", False))
        triangle = np.triu(x) if upper else np.tril(x)
        strict = np.triu(x, 1) if upper else np.tril(x, -1)
        x = triangle + np.conj(np.swapaxes(strict, -1, -2))
    relative = _relative(x, case)
    if case.name == "solve" and case.operands[1].ndim == 1:
        return _times_size(relative[..., None], _largest(case.expected, (-1,)) * x.shape[-1])
    size = _largest(case.expected, (-2, -1) if case.name != "solve" else (-2,))
    total = _times_size(relative[..., None, None], size * max(1, x.shape[-1]))
    return np.asarray(total + 4 * case.subnormal)


def bound_spectrum(case: BoundCase) -> FloatArray:
    """``c n u`` times the Frobenius norm: values of Hermitian matrices, singular values, norms."""
    x = wide(case.operands[0])
    largest = np.abs(x).max(axis=(-2, -1), keepdims=True, initial=0.0)
    with np.errstate(all="ignore"):
        scaled = np.abs(x) / np.where(largest > 0, largest, 1.0)
        norm = np.sqrt(np.sum(scaled**2, axis=(-2, -1))) * largest[..., 0, 0]
    error = backward_error(case.operands[0], case.u) * norm
    if case.name == "matrix_norm":  # sums over rows, columns or singular values
        error = error * max(1, *x.shape[-2:])
        if case.options.get("keepdims", False):
            error = error[..., None, None]
    elif case.name in ("eigvalsh", "svdvals"):
        error = error[..., None]
    total = error + case.subnormal * max(1, *x.shape[-2:])
    return np.where(np.isfinite(total) & (total < case.largest / 64), total, np.inf)


def bound_cross(case: BoundCase) -> FloatArray:
    """Two products and a difference, against the same with the oracle's roundings."""
    a, b = np.broadcast_arrays(*(np.abs(wide(operand)) for operand in case.operands))
    option = case.options.get("axis", -1)
    axis = option if isinstance(option, int) else -1
    largest = a.max(axis=axis, keepdims=True) * b.max(axis=axis, keepdims=True)
    factor = 20.0 if is_complex(case.expected.dtype) else 6.0
    total = factor * case.u * largest + 4 * case.subnormal
    return np.where(np.isfinite(total) & (largest < case.largest / 8), total, np.inf)


def bound_trace(case: BoundCase) -> FloatArray:
    """``gamma(n) sum |x[i, i]|``."""
    offset = case.options.get("offset", 0)
    diagonal = np.diagonal(
        case.operands[0], offset if isinstance(offset, int) else 0, axis1=-2, axis2=-1
    )
    total = np.sum(np.abs(wide(diagonal)), axis=-1) if diagonal.size else np.zeros(())
    error = case.gamma(diagonal.shape[-1]) * total + case.u * case.magnitude_expected()
    return np.where(np.isfinite(total) & (total < case.largest / 4), error, np.inf)

# Oracle of the searching functions: argmax, argmin, count_nonzero, nonzero, searchsorted,
# where.
"""Reference searches."""

from __future__ import annotations

import numpy as np

from corepy.errors import ShapeError

from .casting import cast
from .promotion import is_floating, promote_operands
from .registry import Array, reference
from .statistical import Axis, reduce_rows

_INDEX = np.dtype(np.int64)


def _locate(name: str, x: Array, axis: Axis, keepdims: bool) -> Array:
    def locate_rows(rows: Array) -> Array:
        if rows.shape[1] == 0:
            raise ShapeError(
                f"{name}: no elements to search (got a length of 0; expected at least 1)"
            )
        found: Array = (np.argmax if name == "argmax" else np.argmin)(rows, axis=1)
        if is_floating(rows.dtype):
            nans = np.isnan(rows)
            found = np.where(nans.any(axis=1), nans.argmax(axis=1), found)
        return found.astype(_INDEX)

    return reduce_rows(x, axis, keepdims, locate_rows)


@reference("argmax")
def argmax(x: Array, *, axis: int | None = None, keepdims: bool = False) -> Array:
    """Index of the first largest element, the zeros being equal; of the first NaN if any."""
    return _locate("argmax", x, axis, keepdims)


@reference("argmin")
def argmin(x: Array, *, axis: int | None = None, keepdims: bool = False) -> Array:
    """Index of the first smallest element, the zeros being equal; of the first NaN if any."""
    return _locate("argmin", x, axis, keepdims)


@reference("count_nonzero")
def count_nonzero(x: Array, *, axis: Axis = None, keepdims: bool = False) -> Array:
    """Number of elements that differ from zero, as NaN does."""
    return reduce_rows(
        x, axis, keepdims, lambda rows: np.sum(np.not_equal(rows, 0), axis=1, dtype=_INDEX)
    )


@reference("nonzero")
def nonzero(x: Array) -> tuple[Array, ...]:
    """The coordinates of each element that is not zero, in C order."""
    return tuple(coordinates.astype(_INDEX) for coordinates in np.nonzero(np.not_equal(x, 0)))


@reference("searchsorted")
def searchsorted(x1: Array, x2: Array, *, side: str = "left", sorter: Array | None = None) -> Array:
    """How many elements of x1 sort before each of x2, NaN last and equal to itself."""
    if x1.ndim != 1:
        raise ShapeError(f"searchsorted: x1 must have one axis (got {x1.ndim}; expected 1)")
    dtype = promote_operands(x1, x2)
    row, needles = cast(x1 if sorter is None else x1[sorter], dtype), cast(x2, dtype)
    if row.size == 0:
        return np.zeros(needles.shape, _INDEX)
    # Ranks are integers, without NaN or signed zeros.
    values, ranks = np.unique(np.concatenate([row, needles.ravel()]), return_inverse=True)
    ordered, wanted = ranks[: row.size], ranks[row.size :].reshape(needles.shape)
    before = np.concatenate([[0], np.cumsum(np.bincount(ordered, minlength=values.size))])
    return before[wanted + (side == "right")].astype(_INDEX)


@reference("where")
def where(
    condition: Array, x1: Array | None = None, x2: Array | None = None
) -> Array | tuple[Array, ...]:
    """x1 where the condition is nonzero, else x2, in their common dtype; without both, where."""
    if x1 is None or x2 is None:
        return nonzero(condition)
    common = promote_operands(x1, x2)
    return np.where(np.not_equal(condition, 0), cast(x1, common), cast(x2, common))

# Oracle of indexing: take, and reading and writing with basic keys.
"""Reference indexing."""

from __future__ import annotations

from types import EllipsisType
from typing import TypeAlias

import numpy as np

from corepy.errors import OutOfBoundsError

from .casting import cast
from .registry import Array, reference
from .statistical import normalize_axes

_Slice: TypeAlias = "slice[int | None, int | None, int | None]"
_Item: TypeAlias = "int | _Slice | EllipsisType | None"
Key: TypeAlias = "_Item | tuple[_Item, ...]"


@reference("getitem")
def getitem(x: Array, *, key: Key) -> Array:
    """``x[key]`` for integers, slices, ellipsis and newaxis."""
    return np.asarray(x[key])


@reference("setitem")
def setitem(x: Array, value: Array, *, key: Key) -> Array:
    """x after ``x[key] = value``, the value cast to x's dtype."""
    out = np.array(x)
    out[key] = cast(value, x.dtype)
    return out


@reference("take")
def take(x: Array, indices: Array, *, axis: int | None = None) -> Array:
    """Elements at one-dimensional indices along an axis; negative ones count from the end."""
    (where,) = normalize_axes(0 if axis is None else axis, x.ndim)
    length = x.shape[where]
    outside = np.less(indices, -length) | np.greater_equal(indices, length)
    if outside.any():
        first = indices[outside].flat[0]
        raise OutOfBoundsError(
            f"take: index out of bounds (got {first}; expected -{length} <= index < {length})"
        )
    # uint64 indices within bounds fit int64.
    return np.take(x, indices.astype(np.int64), axis=where)

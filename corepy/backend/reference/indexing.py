# Oracle of indexing: reading and writing by keys, and by positions along an axis.
"""Reference indexing."""

from __future__ import annotations

from collections.abc import Callable
from types import EllipsisType
from typing import TypeAlias

import numpy as np

from corepy.errors import OutOfBoundsError

from .casting import cast
from .elementwise import arithmetic
from .half import round_to_half, widen
from .promotion import is_half
from .registry import Array, DType, IntArray, reference
from .statistical import normalize_axes

_Slice: TypeAlias = "slice[int | None, int | None, int | None]"
_Item: TypeAlias = "int | _Slice | EllipsisType | Array | list[int] | None"
_Combine: TypeAlias = "Callable[[Array, Array], Array]"
Key: TypeAlias = "_Item | tuple[_Item, ...]"


@reference("getitem")
def getitem(x: Array, *, key: Key) -> Array:
    """``x[key]`` for integers, slices, ellipsis, newaxis, index arrays and masks."""
    return np.asarray(x[key])


@reference("setitem")
def setitem(x: Array, value: Array, *, key: Key) -> Array:
    """x after ``x[key] = value``, the value cast to x's dtype; of several values the last stays."""
    out = np.array(x)
    places = np.arange(x.size).reshape(x.shape)[key]
    values = np.broadcast_to(_drop_leading_ones(cast(value, x.dtype), places.ndim), places.shape)
    for place, element in zip(places.flat, values.flat, strict=True):
        out.flat[place] = element
    return out


def _drop_leading_ones(value: Array, rank: int) -> Array:
    """Assignment ignores leading axes of length 1 beyond the target's rank."""
    extra = max(value.ndim - rank, 0)
    return value.reshape(value.shape[extra:]) if value.shape[:extra] == (1,) * extra else value


def _check_bounds(name: str, indices: Array, length: int) -> IntArray:
    outside = np.less(indices, -length) | np.greater_equal(indices, length)
    if outside.any():
        first = indices[outside].flat[0]
        raise OutOfBoundsError(
            f"{name}: index out of bounds (got {first}; expected -{length} <= index < {length})"
        )
    # uint64 indices within bounds fit int64.
    return indices.astype(np.int64)


@reference("take")
def take(x: Array, indices: Array, *, axis: int | None = None) -> Array:
    """Elements at one-dimensional indices along an axis; negative ones count from the end."""
    (where,) = normalize_axes(0 if axis is None else axis, x.ndim)
    return np.take(x, _check_bounds("take", indices, x.shape[where]), axis=where)


def _places_along(name: str, x: Array, indices: Array, axis: int) -> IntArray:
    """Flat positions in x of the elements that the indices name along an axis."""
    (where,) = normalize_axes(axis, x.ndim)
    checked = _check_bounds(name, indices, x.shape[where])
    places = np.arange(x.size).reshape(x.shape)
    shape = list(np.broadcast_shapes(x.shape[:where], indices.shape[:where]))
    rest = np.broadcast_shapes(x.shape[where + 1 :], indices.shape[where + 1 :])
    along_x = np.broadcast_to(places, (*shape, x.shape[where], *rest))
    along_indices = np.broadcast_to(checked, (*shape, indices.shape[where], *rest))
    return np.take_along_axis(along_x, along_indices, axis=where)


@reference("take_along_axis")
def take_along_axis(x: Array, indices: Array, *, axis: int = -1) -> Array:
    """Elements at an index for each along an axis; negative ones count from the end."""
    return np.ravel(x)[_places_along("take_along_axis", x, indices, axis)]


@reference("put_along_axis")
def put_along_axis(x: Array, indices: Array, values: Array, *, axis: int = -1) -> Array:
    """x with the values written at an index for each; of several the last in C order stays."""
    out = np.array(x)
    places = _places_along("put_along_axis", x, indices, axis)
    written = np.broadcast_to(cast(values, x.dtype), places.shape)
    for place, element in zip(places.flat, written.flat, strict=True):
        out.flat[place] = element
    return out


# ---- steps, one after another ----


def _in_half(combine: _Combine, dtype: DType) -> _Combine:
    return lambda a, b: round_to_half(combine(widen(a), widen(b)), dtype)


def _step(x: Array, indices: IntArray, values: Array, combine: _Combine) -> Array:
    """x after ``x.flat[i] = combine(x.flat[i], value)`` for each index and value in order."""
    out = np.array(x)
    flat = out.reshape(-1)
    steps = values.reshape(-1)
    if is_half(x.dtype):
        combine = _in_half(combine, x.dtype)
    for i, place in enumerate(indices.reshape(-1)):
        at = slice(int(place), int(place) + 1)
        flat[at] = combine(flat[at], steps[i : i + 1])
    return out


@reference("at_add")
def at_add(x: Array, indices: IntArray, values: Array) -> Array:
    """x with each value added to the element at its flat index, in order, rounded each time."""
    return _step(x, indices, values, arithmetic.add)


@reference("at_subtract")
def at_subtract(x: Array, indices: IntArray, values: Array) -> Array:
    """x with each value subtracted from the element at its flat index, in order."""
    return _step(x, indices, values, arithmetic.subtract)


@reference("at_multiply")
def at_multiply(x: Array, indices: IntArray, values: Array) -> Array:
    """x with the element at each flat index multiplied by its value, in order."""
    return _step(x, indices, values, arithmetic.multiply)


@reference("at_minimum")
def at_minimum(x: Array, indices: IntArray, values: Array) -> Array:
    """x with the smaller of the element at each flat index and its value, in order."""
    return _step(x, indices, values, arithmetic.minimum)


@reference("at_maximum")
def at_maximum(x: Array, indices: IntArray, values: Array) -> Array:
    """x with the larger of the element at each flat index and its value, in order."""
    return _step(x, indices, values, arithmetic.maximum)

# Oracle of the manipulation functions: shapes, joining, copies and casts.
"""Reference manipulation; nothing here computes, except that ``astype`` rounds once."""

from __future__ import annotations

import numpy as np

from .casting import cast
from .promotion import promote_operands, resolve_dtype
from .registry import Array, reference


@reference("astype")
def astype(x: Array, dtype: object, *, copy: bool = True, device: object = None) -> Array:
    """x in another dtype: truncating, saturating, NaN to 0; see ``casting.cast``."""
    return cast(x, resolve_dtype(dtype, x.dtype))


@reference("broadcast_to")
def broadcast_to(x: Array, shape: tuple[int, ...]) -> Array:
    """x repeated along new and length-1 axes."""
    return np.broadcast_to(x, shape)


@reference("concat")
def concat(*arrays: Array, axis: int | None = 0) -> Array:
    """Arrays joined along an axis, flattened if it is None, in their common dtype."""
    common = promote_operands(*arrays)
    return np.concatenate([cast(array, common) for array in arrays], axis=axis)


@reference("copy")
def copy(x: Array) -> Array:
    """x."""
    return x


@reference("expand_dims")
def expand_dims(x: Array, axis: int | tuple[int, ...] = 0) -> Array:
    """New axes of length 1."""
    return np.expand_dims(x, axis)


@reference("permute_dims")
def permute_dims(x: Array, axes: tuple[int, ...]) -> Array:
    """Axes in another order."""
    return np.transpose(x, axes)


@reference("reshape")
def reshape(x: Array, shape: tuple[int, ...], *, copy: bool | None = None) -> Array:
    """The elements in C order in another shape."""
    return np.reshape(x, shape)


@reference("squeeze")
def squeeze(x: Array, axis: int | tuple[int, ...]) -> Array:
    """Without these axes of length 1."""
    return np.squeeze(x, axis)


@reference("stack")
def stack(*arrays: Array, axis: int = 0) -> Array:
    """Arrays joined along a new axis, in their common dtype."""
    common = promote_operands(*arrays)
    return np.stack([cast(array, common) for array in arrays], axis=axis)

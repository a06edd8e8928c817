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


@reference("broadcast_arrays")
def broadcast_arrays(*arrays: Array) -> tuple[Array, ...]:
    """Arrays repeated to one shape."""
    shape = np.broadcast_shapes(*(array.shape for array in arrays))
    return tuple(np.broadcast_to(array, shape) for array in arrays)


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


@reference("flip")
def flip(x: Array, *, axis: int | tuple[int, ...] | None = None) -> Array:
    """Backwards along axes."""
    return np.flip(x, axis)


@reference("moveaxis")
def moveaxis(x: Array, source: int | tuple[int, ...], destination: int | tuple[int, ...]) -> Array:
    """Axes at other positions."""
    return np.moveaxis(x, source, destination)


@reference("permute_dims")
def permute_dims(x: Array, axes: tuple[int, ...]) -> Array:
    """Axes in another order."""
    return np.transpose(x, axes)


@reference("repeat")
def repeat(x: Array, repeats: int | Array, *, axis: int | None = None) -> Array:
    """Each element several times."""
    counts = np.asarray(repeats, np.int64)
    if axis is None:
        return np.repeat(x.reshape(-1), counts)
    return np.moveaxis(np.repeat(np.moveaxis(x, axis, 0), counts, 0), 0, axis)


@reference("reshape")
def reshape(x: Array, shape: tuple[int, ...], *, copy: bool | None = None) -> Array:
    """The elements in C order in another shape."""
    return np.reshape(x, shape)


@reference("roll")
def roll(
    x: Array, shift: int | tuple[int, ...], *, axis: int | tuple[int, ...] | None = None
) -> Array:
    """Elements moved around."""
    return np.roll(x, shift, axis)


@reference("sliding_window_view")
def sliding_window_view(
    x: Array, window_shape: int | tuple[int, ...], axis: int | tuple[int, ...] | None = None
) -> Array:
    """Every window, by slices."""
    extents = (window_shape,) if isinstance(window_shape, int) else tuple(window_shape)
    named = range(x.ndim) if axis is None else (axis,) if isinstance(axis, int) else tuple(axis)
    axes = [one % x.ndim for one in named]
    for one, extent in zip(axes, extents, strict=True):
        places = np.arange(x.shape[one] - extent + 1)[:, None] + np.arange(extent)
        x = np.moveaxis(np.take(x, places, one), one + 1, -1)
    return x


@reference("squeeze")
def squeeze(x: Array, axis: int | tuple[int, ...] | None = None) -> Array:
    """Without these axes of length 1."""
    return np.squeeze(x, axis)


@reference("stack")
def stack(*arrays: Array, axis: int = 0) -> Array:
    """Arrays joined along a new axis, in their common dtype."""
    common = promote_operands(*arrays)
    return np.stack([cast(array, common) for array in arrays], axis=axis)


@reference("tile")
def tile(x: Array, repetitions: tuple[int, ...]) -> Array:
    """The array side by side."""
    return np.tile(x, repetitions)


@reference("unstack")
def unstack(x: Array, *, axis: int = 0) -> tuple[Array, ...]:
    """The slices along an axis."""
    return tuple(np.take(x, i, axis) for i in range(x.shape[axis]))


@reference("view")
def view(x: Array, dtype: object = None) -> Array:
    """The bytes read as another dtype, element by element of the last axis."""
    target = resolve_dtype(dtype, x.dtype)
    rows = np.ascontiguousarray(x).reshape(x.shape)
    data = np.frombuffer(rows.tobytes(), target)
    if target.itemsize == x.dtype.itemsize:
        return data.reshape(x.shape)
    return data.reshape(*x.shape[:-1], x.shape[-1] * x.dtype.itemsize // target.itemsize)

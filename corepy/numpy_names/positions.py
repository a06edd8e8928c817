# NumPy's functions of positions: where elements are. The standard's own (nonzero, argmax) are in
# corepy/ops.
"""``argwhere flatnonzero``, indices of diagonals and triangles, positions that count."""

from __future__ import annotations

import math

import corepy
from corepy import _core
from corepy.errors import ArgumentError, ArgumentTypeError, DTypeError, OutOfBoundsError, ShapeError
from corepy.ops.arguments import (
    adopt_dtype,
    all_hold,
    is_integer,
    read_int,
    read_sizes,
    read_tensor,
    read_word,
)
from corepy.ops.composed import composed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from corepy.ops.native import ArrayLike
    from corepy.tensor import Tensor

__all__ = [
    "argwhere",
    "diag_indices",
    "flatnonzero",
    "put",
    "ravel_multi_index",
    "tril_indices",
    "triu_indices",
    "unravel_index",
]

#: Of any tensor.
_MOST_AXES = 64


@composed
def argwhere(x: ArrayLike, /) -> Tensor:
    """Positions of the elements that are not zero, one row each.

    Shapes: (n, x.ndim).  Dtypes: all; the result is int64.
    Edges: for a number (1, 0) or (0, 0).
    Raises: ArgumentTypeError.
    Accuracy: exact.
    Source: NumPy; nonzero.

    >>> import corepy as cp
    >>> cp.argwhere(cp.asarray([[0, 5], [7, 0]]))
    Tensor([[0, 1],
            [1, 0]], shape=(2, 2), dtype=int64)
    """
    tensor = read_tensor("argwhere", "x", x)
    if tensor.ndim == 0:
        return corepy.zeros((int(corepy.count_nonzero(tensor)), 0), dtype=corepy.int64)
    return corepy.stack(corepy.nonzero(tensor), axis=1)


@composed
def flatnonzero(x: ArrayLike, /) -> Tensor:
    """Positions, in C order, of the elements that are not zero.

    Shapes: (n,).  Dtypes: all; the result is int64.
    Edges: as nonzero.
    Raises: ArgumentTypeError.
    Accuracy: exact.
    Source: NumPy; nonzero.

    >>> import corepy as cp
    >>> cp.flatnonzero(cp.asarray([[0, 5], [7, 0]]))
    Tensor([1, 2], shape=(2,), dtype=int64)
    """
    return corepy.nonzero(corepy.reshape(read_tensor("flatnonzero", "x", x), (-1,)))[0]


@composed
def put(x: Tensor, indices: ArrayLike, values: ArrayLike, /, mode: str = "raise") -> None:
    """Writes elements at positions that count through x in C order: x.ravel()[indices] = values.

    Shapes: any; the values repeat where there are fewer than positions.  Dtypes: any x, integer
    positions, values that convert to x's dtype within their kind.
    Edges: x itself is written, other tensors that share its memory are not; negative positions
    count from the end; of several values for one element the last stays; ``mode`` "wrap" takes
    positions modulo x.size, "clip" puts those outside at either end.
    Raises: OutOfBoundsError for a position outside; DTypeError; ArgumentError for another mode, or
    no values.
    Accuracy: exact; conversion rounds once.
    Source: NumPy.

    >>> import corepy as cp
    >>> x = cp.zeros((2, 3), dtype=cp.int64)
    >>> cp.put(x, [0, -1], [7, 8])
    >>> x.tolist()
    [[7, 0, 0], [0, 0, 8]]
    """
    if not isinstance(x, corepy.Tensor):
        raise ArgumentTypeError(
            f"put: x has the wrong type (got {_core.type_name(x)}; expected corepy.Tensor, which "
            "is written)"
        )
    mode = read_word("put", "mode", mode, ("raise", "wrap", "clip"))
    places = corepy.reshape(read_tensor("put", "indices", indices), (-1,))
    if places.size == 0:
        return
    if not is_integer(places):
        raise DTypeError(f"put: unsupported dtype (got {places.dtype.name}; expected integers)")
    places = _bring_inside(corepy.astype(places, corepy.int64), x.size, mode)
    line = corepy.reshape(read_tensor("put", "values", adopt_dtype(values, x)), (-1,))
    if line.size == 0:
        raise ArgumentError("put: there must be a value (got none; expected one or more)")
    if line.size != 1:
        line = corepy.take(line, corepy.arange(places.size) % line.size)
    if x.ndim == 0:
        x[...] = line[-1]
    else:
        x[unravel_index(places, x.shape)] = line


def _bring_inside(places: Tensor, size: int, mode: str) -> Tensor:
    """Positions of put from 0 to size - 1."""
    if mode == "clip" and size:
        return corepy.clip(places, 0, size - 1)
    if mode == "wrap" and size:
        return places % size
    is_inside = (places >= -size) & (places < size)
    if not all_hold(is_inside):
        raise OutOfBoundsError(
            f"put: a position is out of range (got {_find_first(places, is_inside)}; expected "
            f"-{size} <= position < {size})"
        )
    return corepy.where(places < 0, places + size, places)


@composed
def unravel_index(position: ArrayLike, /, shape: tuple[int, ...]) -> tuple[Tensor, ...]:
    """The coordinates of positions that count through a shape in C order.

    Shapes: that of the positions, for each axis.  Dtypes: integers; the results are int64.
    Edges: what argmax gives without an axis becomes a key of x.
    Raises: OutOfBoundsError for a position outside; ArgumentError for a shape of 2**63 positions or
    more, or with negative extents; DTypeError.
    Accuracy: exact.
    Source: NumPy.

    >>> import corepy as cp
    >>> [int(one) for one in cp.unravel_index(5, (2, 3))]
    [1, 2]
    """
    place = read_tensor("unravel_index", "position", position)
    if not is_integer(place):
        raise DTypeError(
            f"unravel_index: unsupported dtype (got {place.dtype.name}; expected integers)"
        )
    shape = _read_dims("unravel_index", shape)
    total = math.prod(shape)
    is_inside = (place >= 0) & (place < total)
    if not all_hold(is_inside):
        raise OutOfBoundsError(
            f"unravel_index: a position is out of range (got {_find_first(place, is_inside)}; "
            f"expected 0 <= position < {total} for shape {shape})"
        )
    rest, coordinates = corepy.astype(place, corepy.int64), []
    for extent in reversed(shape):
        coordinates.append(corepy.remainder(rest, extent))
        rest = corepy.floor_divide(rest, extent)
    return tuple(reversed(coordinates))


@composed
def ravel_multi_index(
    multi_index: Tensor | tuple[ArrayLike, ...] | list[ArrayLike] | list[Tensor],
    /,
    dims: tuple[int, ...],
    mode: str = "raise",
) -> Tensor:
    """The positions, counted through a shape in C order, that coordinates stand for.

    Shapes: the coordinates, one for each axis, broadcast together.  Dtypes: integers; the result
    is int64.
    Edges: coordinates outside the shape are errors; "wrap" takes them modulo the extents, "clip"
    to the nearest end.  Negative ones are outside.
    Raises: OutOfBoundsError for a coordinate outside; ShapeError for another number of coordinates
    than axes; ArgumentError for another ``mode``, or a shape of 2**63 positions or more;
    DTypeError; ArgumentTypeError.
    Accuracy: exact.
    Source: NumPy.

    >>> import corepy as cp
    >>> cp.ravel_multi_index(([1, 0], [2, 1]), (2, 3))
    Tensor([5, 1], shape=(2,), dtype=int64)
    """
    shape = _read_dims("ravel_multi_index", dims)
    mode = read_word("ravel_multi_index", "mode", mode, ("raise", "wrap", "clip"))
    if not isinstance(multi_index, (tuple, list, corepy.Tensor)):
        raise ArgumentTypeError(
            f"ravel_multi_index: coordinates have the wrong type (got "
            f"{_core.type_name(multi_index)}; expected one for each axis)"
        )
    is_number = isinstance(multi_index, corepy.Tensor) and multi_index.ndim == 0
    lines = [
        read_tensor("ravel_multi_index", "a coordinate", one)
        for one in (() if is_number else multi_index)
    ]
    if len(lines) != len(shape) or not lines:
        raise ShapeError(
            f"ravel_multi_index: every axis needs a coordinate (got {len(lines)} for "
            f"{len(shape)} axes; expected as many, and one at least)"
        )
    position: Tensor | int = 0
    for line, extent in zip(lines, shape, strict=True):
        position = position * extent + _read_coordinate(line, extent, mode)
    return corepy.asarray(position)


def _read_dims(function: str, dims: object) -> tuple[int, ...]:
    """A shape all of whose positions are int64."""
    shape = read_sizes(function, dims)
    if min(shape, default=0) < 0 or math.prod(shape) >= 1 << 63:
        raise ArgumentError(
            f"{function}: the shape is out of range (got {shape}; expected extents >= 0 whose "
            "product is below 2**63)"
        )
    return shape


def _find_first(values: Tensor, is_right: Tensor) -> int:
    """The first of the integers that is not right."""
    return int(values[~is_right][0])


def _read_coordinate(line: Tensor, extent: int, mode: str) -> Tensor:
    """The coordinates on an axis, within its extent."""
    if not is_integer(line):
        raise DTypeError(
            f"ravel_multi_index: unsupported dtype (got {line.dtype.name}; expected integers)"
        )
    place = line
    if line.dtype == corepy.uint64:  # beyond int64 is outside, not negative
        place = corepy.minimum(line, corepy.asarray((1 << 63) - 1, dtype=line.dtype))
    place = corepy.astype(place, corepy.int64)
    if mode == "wrap" and extent > 0:
        return corepy.remainder(place, extent)
    if mode == "clip" and extent > 0:
        return corepy.clip(place, 0, extent - 1)
    is_inside = (place >= 0) & (place < extent)
    if not all_hold(is_inside):
        raise OutOfBoundsError(
            f"ravel_multi_index: a coordinate is out of range (got {_find_first(line, is_inside)}; "
            f"expected 0 <= coordinate < {extent})"
        )
    return place


# ---- of diagonals and triangles ----


@composed
def diag_indices(n: int, /, ndim: int = 2) -> tuple[Tensor, ...]:
    """The positions of the diagonal of a tensor with ``ndim`` axes of extent n, as a key.

    Shapes: (n,) for each axis.  Dtypes: int64.
    Edges: ``x[diag_indices(n)] = v`` writes the diagonal.
    Raises: ArgumentError for a negative n, or for other than 0 to 64 axes.
    Accuracy: exact.
    Source: NumPy.

    >>> import corepy as cp
    >>> x = cp.zeros((2, 2))
    >>> x[cp.diag_indices(2)] = 7
    >>> x.tolist()
    [[7.0, 0.0], [0.0, 7.0]]
    """
    count, axes = read_int("diag_indices", "n", n), read_int("diag_indices", "ndim", ndim)
    if count < 0 or not 0 <= axes <= _MOST_AXES:
        raise ArgumentError(
            f"diag_indices: n or ndim is out of range (got {count} and {axes}; expected n >= 0 and "
            f"0 <= ndim <= {_MOST_AXES})"
        )
    place = corepy.arange(count)
    return tuple(place[...] for _ in range(axes))


@composed
def tril_indices(n: int, /, k: int = 0, m: int | None = None) -> tuple[Tensor, ...]:
    """The positions of a matrix's elements on and below its k-th diagonal, as a key.

    Shapes: the matrix is (n, m), square by default; a line for rows and one for columns.
    Dtypes: int64.
    Edges: in C order.
    Raises: ShapeError for a negative extent; ArgumentTypeError.
    Accuracy: exact.
    Source: NumPy; tril.

    >>> import corepy as cp
    >>> cp.tril_indices(2)
    (Tensor([0, 1, 1], shape=(3,), dtype=int64), Tensor([0, 0, 1], shape=(3,), dtype=int64))
    """
    k = read_int("tril_indices", "k", k)
    return corepy.nonzero(corepy.tri(n, m, k=k, dtype=corepy.bool))


@composed
def triu_indices(n: int, /, k: int = 0, m: int | None = None) -> tuple[Tensor, ...]:
    """The positions of a matrix's elements on and above its k-th diagonal, as a key.

    Shapes: the matrix is (n, m), square by default; a line for rows and one for columns.
    Dtypes: int64.
    Edges: in C order.
    Raises: ShapeError for a negative extent; ArgumentTypeError.
    Accuracy: exact.
    Source: NumPy; triu.

    >>> import corepy as cp
    >>> cp.triu_indices(2, k=1)
    (Tensor([0], shape=(1,), dtype=int64), Tensor([1], shape=(1,), dtype=int64))
    """
    k = read_int("triu_indices", "k", k)
    return corepy.nonzero(~corepy.tri(n, m, k=k - 1, dtype=corepy.bool))

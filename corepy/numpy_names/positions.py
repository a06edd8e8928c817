# NumPy's functions of positions: where elements are, and what is different among them. The
# standard's own (nonzero, argmax, unique_all) are in corepy/ops.
"""``argwhere flatnonzero unravel_index unique``."""

from __future__ import annotations

import math

import corepy
from corepy.errors import DTypeError, OutOfBoundsError
from corepy.ops.arguments import all_hold, is_integer, read_flag, read_sizes, read_tensor
from corepy.ops.composed import composed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from corepy.ops.native import ArrayLike
    from corepy.tensor import Tensor

__all__ = ["argwhere", "flatnonzero", "unique", "unravel_index"]


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
def unravel_index(position: ArrayLike, /, shape: tuple[int, ...]) -> tuple[Tensor, ...]:
    """The coordinates of positions that count through a shape in C order.

    Shapes: that of the positions, for each axis.  Dtypes: integers; the results are int64.
    Edges: what argmax gives without an axis becomes a key of x.
    Raises: OutOfBoundsError for a position outside; DTypeError.
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
    shape = read_sizes("unravel_index", shape)
    total = math.prod(shape)
    if not all_hold((place >= 0) & (place < total)):
        raise OutOfBoundsError(
            f"unravel_index: a position is out of range (expected 0 to {total - 1} for shape "
            f"{tuple(shape)})"
        )
    rest, coordinates = corepy.astype(place, corepy.int64), []
    for extent in reversed(shape):
        coordinates.append(corepy.remainder(rest, extent))
        rest = corepy.floor_divide(rest, extent)
    return tuple(reversed(coordinates))


@composed
def unique(
    x: ArrayLike,
    /,
    return_index: bool = False,
    return_inverse: bool = False,
    return_counts: bool = False,
) -> Tensor | tuple[Tensor, ...]:
    """The different elements in ascending order; on request where each is first, which one each
    element is, how often it occurs: in this order behind the values.

    Shapes: lines; the inverse has x's shape.  Dtypes: all.
    Edges: each NaN differs from every other, as in unique_all (NumPy joins them).
    Raises: ArgumentTypeError.
    Accuracy: exact.
    Source: NumPy; unique_all.

    >>> import corepy as cp
    >>> cp.unique(cp.asarray([7, 3, 7]), return_counts=True)[1]
    Tensor([1, 2], shape=(2,), dtype=int64)
    """
    tensor = read_tensor("unique", "x", x)
    flags = [
        read_flag("unique", "return_index", return_index),
        read_flag("unique", "return_inverse", return_inverse),
        read_flag("unique", "return_counts", return_counts),
    ]
    if not any(flags):
        return corepy.unique_values(tensor)
    values, first, inverse, counts = corepy.unique_all(tensor)
    wanted = zip(flags, (first, inverse, counts), strict=True)
    return (values, *(found for is_wanted, found in wanted if is_wanted))

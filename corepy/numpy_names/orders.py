# NumPy's functions of order beside the standard's sort and argsort: by several keys, partitions.
"""``lexsort partition argpartition``."""

from __future__ import annotations

import corepy
from corepy import _core
from corepy.errors import ArgumentTypeError, OutOfBoundsError, ShapeError
from corepy.ops.arguments import is_integer, normalize_axis, read_int, read_tensor
from corepy.ops.composed import composed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from corepy.ops.native import ArrayLike, Positions
    from corepy.tensor import Tensor

__all__ = ["argpartition", "lexsort", "partition"]


@composed
def lexsort(keys: Tensor | list[Tensor] | tuple[ArrayLike, ...], /, axis: int = -1) -> Tensor:
    """Positions that sort by the last key; where it is equal, by the one before, and so on.

    Shapes: that of the keys, which have one; a tensor's keys lie along its first axis.
    Dtypes: bool and real numeric, each key its own; the result is int64.
    Edges: stable; NaN comes last.
    Raises: ShapeError for no keys, or of different shapes; AxisError; DTypeError for complex.
    Accuracy: exact.
    Source: NumPy; argsort.

    >>> import corepy as cp
    >>> cp.lexsort(([9, 4, 0, 4], [1, 5, 1, 4]))
    Tensor([2, 0, 3, 1], shape=(4,), dtype=int64)
    """
    if not isinstance(keys, (list, tuple, corepy.Tensor)):
        raise ArgumentTypeError(
            f"lexsort: keys have the wrong type (got {_core.type_name(keys)}; expected a sequence "
            "of them, or a Tensor)"
        )
    if isinstance(keys, corepy.Tensor) and keys.ndim == 0:
        raise ShapeError("lexsort: no keys (got a number; expected one key at least)")
    lines = [read_tensor("lexsort", "a key", one) for one in keys]
    if not lines:
        raise ShapeError("lexsort: no keys (got none; expected one key at least)")
    for line in lines:
        if line.shape != lines[0].shape:
            raise ShapeError(
                f"lexsort: keys must have one shape (got {lines[0].shape} and {line.shape}; "
                "expected equal ones)"
            )
    along = normalize_axis("lexsort", axis, lines[0].ndim)
    order = corepy.argsort(lines[0], axis=along)
    for line in lines[1:]:
        sorted_so_far = corepy.take_along_axis(line, order, axis=along)
        order = corepy.take_along_axis(order, corepy.argsort(sorted_so_far, axis=along), axis=along)
    return order


def _read_partition(
    function: str, x: ArrayLike, kth: Positions, axis: int | None
) -> tuple[Tensor, int]:
    """What is sorted, and along which axis, once every place of ``kth`` is there."""
    line = read_tensor(function, "x", x)
    if axis is None:
        line, axis = corepy.reshape(line, (-1,)), 0
    along = normalize_axis(function, axis, line.ndim)
    named: tuple[object, ...]
    if isinstance(kth, corepy.Tensor):
        if not is_integer(kth):
            raise ArgumentTypeError(
                f"{function}: kth has the wrong type (got {kth.dtype.name}; expected integers)"
            )
        named = tuple(corepy.reshape(kth, (-1,)))
    else:
        named = tuple(kth) if isinstance(kth, (list, tuple)) else (kth,)
    extent = line.shape[along]
    for one in named:
        place = int(one) if isinstance(one, corepy.Tensor) else read_int(function, "kth", one)
        if line.size and not -extent <= place < extent:
            raise OutOfBoundsError(
                f"{function}: kth is out of range (got {place} for extent {extent}; expected "
                f"-{extent} <= kth < {extent})"
            )
    return line, along


@composed
def partition(x: ArrayLike, /, kth: Positions, axis: int | None = -1) -> Tensor:
    """x sorted along an axis, which puts what belongs at ``kth`` there, and the smaller before it.

    NumPy leaves the order on either side open; here it is that of ``sort``.

    Shapes: that of x; axis=None flattens it.  Dtypes: as sort.
    Edges: as sort; several ``kth`` make no difference.  Without elements any ``kth`` will do, as in
    NumPy; else one beyond the axis is an error there, too.
    Raises: OutOfBoundsError for a ``kth`` that the axis has not; AxisError; DTypeError for complex.
    Accuracy: exact.
    Source: NumPy; sort.

    >>> import corepy as cp
    >>> cp.partition(cp.asarray([7, 1, 5, 3]), 2)[2]
    Tensor(5, shape=(), dtype=int64)
    """
    line, along = _read_partition("partition", x, kth, axis)
    return corepy.sort(line, axis=along)


@composed
def argpartition(x: ArrayLike, /, kth: Positions, axis: int | None = -1) -> Tensor:
    """Positions that sort x along an axis: those of ``partition``.

    Shapes: that of x; axis=None flattens it.  Dtypes: as argsort; the result is int64.
    Edges: as argsort, stable; several ``kth`` make no difference.  Without elements any ``kth``
    will do, as in NumPy; else one beyond the axis is an error there, too.
    Raises: OutOfBoundsError for a ``kth`` that the axis has not; AxisError; DTypeError for complex.
    Accuracy: exact.
    Source: NumPy; argsort.

    >>> import corepy as cp
    >>> cp.argpartition(cp.asarray([7, 1, 5, 3]), 2)[:2]
    Tensor([1, 3], shape=(2,), dtype=int64)
    """
    line, along = _read_partition("argpartition", x, kth, axis)
    return corepy.argsort(line, axis=along)

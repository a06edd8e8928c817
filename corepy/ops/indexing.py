# Declarations of take, take_along_axis and put_along_axis. What stands in brackets is the Tensor's
# (bindings/python/tensor_indexing.cpp).
"""Elements by their positions."""

from __future__ import annotations

from .native import native

__all__ = [
    "put_along_axis",
    "take",
    "take_along_axis",
]

TYPE_CHECKING = False
if TYPE_CHECKING:
    from corepy.tensor import Tensor

    from .native import Operand, Positions


@native
def put_along_axis(x: Tensor, indices: Tensor, /, values: Operand, axis: int = -1) -> None:
    """Writes elements at a position for each: x[..., indices[..., i, ...], ...] = values[...].

    Shapes: as for take_along_axis; the values broadcast to the shape of its result.  Dtypes: any x,
    integer indices, values that convert to x's dtype within their kind.
    Edges: x itself is written, other tensors that share its memory are not; of several values for
    one element the last in C order stays; negative positions count from the end; every position is
    checked before anything is written.
    Raises: OutOfBoundsError for a position outside the axis; AxisError; DTypeError; ShapeError.
    Accuracy: exact; conversion rounds once.
    Source: NumPy; corepy.

    >>> import corepy as cp
    >>> x = cp.zeros((2, 3), dtype=cp.int64)
    >>> cp.put_along_axis(x, cp.asarray([[2], [0]]), 7, axis=1)
    >>> x
    Tensor([[0, 0, 7],
            [7, 0, 0]], shape=(2, 3), dtype=int64)
    """


@native
def take(
    x: Tensor, indices: Positions, /, axis: int | None = None, *, out: Tensor | None = None
) -> Tensor:
    """Elements at positions along an axis: out[..., i, ...] = x[..., indices[i], ...].

    Shapes: the axis' extent gives way to the shape of the indices; axis=None is for a rank-1 x.
    Dtypes: any x, integer indices, also as an int or a list of ints.
    Edges: negative positions count from the end; every position is checked, before anything is
    written.
    Raises: OutOfBoundsError for a position outside the axis; AxisError; DTypeError; ShapeError.
    Accuracy: exact.
    Source: array API 2025.12.

    >>> import corepy as cp
    >>> cp.take(cp.asarray([10, 20, 30]), cp.asarray([2, 0, -1]))
    Tensor([30, 10, 30], shape=(3,), dtype=int64)
    """


@native
def take_along_axis(x: Tensor, indices: Tensor, /, axis: int = -1) -> Tensor:
    """Elements at a position for each: out[..., i, ...] = x[..., indices[..., i, ...], ...].

    Shapes: x and the indices have as many axes and broadcast together but along the axis, where the
    result has the indices' extent.  Dtypes: any x, integer indices.
    Edges: negative positions count from the end; every position is checked.  What argsort gives is
    such an index of what sort gives.
    Raises: OutOfBoundsError for a position outside the axis; AxisError; DTypeError; ShapeError.
    Accuracy: exact.
    Source: array API 2025.12.

    >>> import corepy as cp
    >>> x = cp.asarray([[3, 1, 2], [4, 6, 5]])
    >>> cp.take_along_axis(x, cp.argsort(x, axis=1), axis=1)
    Tensor([[1, 2, 3],
            [4, 5, 6]], shape=(2, 3), dtype=int64)
    """

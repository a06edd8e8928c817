# NumPy's functions that change the shape or the order of axes. Joining and splitting: joining.py.
"""Views with other axes: ``transpose ravel atleast_2d rot90`` and their like."""

from __future__ import annotations

import corepy
from corepy import _core
from corepy.errors import ArgumentTypeError, AxisError, ShapeError
from corepy.ops.arguments import normalize_axis, read_int, read_tensor
from corepy.ops.composed import composed, named

TYPE_CHECKING = False
if TYPE_CHECKING:
    from corepy.ops.native import ArrayLike, Dims
    from corepy.tensor import Tensor

__all__ = [
    "atleast_1d",
    "atleast_2d",
    "atleast_3d",
    "fliplr",
    "flipud",
    "ndim",
    "ravel",
    "rot90",
    "shape",
    "size",
    "swapaxes",
    "transpose",
]


@named
def transpose(x: ArrayLike, /, axes: Dims | None = None) -> Tensor:
    """The axes in reversed order, or in the order of ``axes``: a view.

    Shapes: x's extents in that order.  Dtypes: all.
    Edges: a line stays as it is.
    Raises: AxisError.
    Accuracy: exact.
    Source: NumPy; permute_dims.

    >>> import corepy as cp
    >>> cp.transpose(cp.zeros((2, 3, 4))).shape
    (4, 3, 2)
    """
    tensor = read_tensor("transpose", "x", x)
    order = tuple(range(tensor.ndim))[::-1] if axes is None else axes
    return corepy.permute_dims(tensor, order)


@named
def swapaxes(x: ArrayLike, axis1: int, axis2: int, /) -> Tensor:
    """Two axes in each other's place: a view.

    Shapes: x's extents with two exchanged.  Dtypes: all.
    Edges: equal axes change nothing.
    Raises: AxisError.
    Accuracy: exact.
    Source: NumPy.

    >>> import corepy as cp
    >>> cp.swapaxes(cp.zeros((2, 3, 4)), 0, -1).shape
    (4, 3, 2)
    """
    tensor = read_tensor("swapaxes", "x", x)
    order = list(range(tensor.ndim))
    first = normalize_axis("swapaxes", axis1, tensor.ndim)
    second = normalize_axis("swapaxes", axis2, tensor.ndim)
    order[first], order[second] = second, first
    return corepy.permute_dims(tensor, order)


@named
def ravel(x: ArrayLike, /) -> Tensor:
    """The elements in C order as one line: a view where strides allow, else a copy.

    Shapes: (x.size,).  Dtypes: all.
    Edges: a write to the result leaves x as it is.
    Raises: ArgumentTypeError.
    Accuracy: exact.
    Source: NumPy; reshape.

    >>> import corepy as cp
    >>> cp.ravel(cp.asarray([[1, 2], [3, 4]]))
    Tensor([1, 2, 3, 4], shape=(4,), dtype=int64)
    """
    return corepy.reshape(read_tensor("ravel", "x", x), (-1,))


@named
def atleast_1d(x: ArrayLike, /) -> Tensor:
    """x with one axis at least.

    Shapes: (1,) for a number, else x's.  Dtypes: all.
    Edges: one argument only.
    Raises: ArgumentTypeError.
    Accuracy: exact.
    Source: NumPy.

    >>> import corepy as cp
    >>> cp.atleast_1d(5).shape
    (1,)
    """
    tensor = read_tensor("atleast_1d", "x", x)
    return corepy.reshape(tensor, (1,)) if tensor.ndim == 0 else tensor


@named
def atleast_2d(x: ArrayLike, /) -> Tensor:
    """x with two axes at least; a line becomes a row.

    Shapes: (1, n) for a line.  Dtypes: all.
    Edges: one argument only.
    Raises: ArgumentTypeError.
    Accuracy: exact.
    Source: NumPy.

    >>> import corepy as cp
    >>> cp.atleast_2d(cp.zeros(3)).shape
    (1, 3)
    """
    tensor = read_tensor("atleast_2d", "x", x)
    return tensor if tensor.ndim >= 2 else corepy.reshape(tensor, (1, -1))


@named
def atleast_3d(x: ArrayLike, /) -> Tensor:
    """x with three axes at least.

    Shapes: (1, n, 1) for a line, (m, n, 1) for a matrix.  Dtypes: all.
    Edges: one argument only.
    Raises: ArgumentTypeError.
    Accuracy: exact.
    Source: NumPy.

    >>> import corepy as cp
    >>> cp.atleast_3d(cp.zeros((2, 3))).shape
    (2, 3, 1)
    """
    tensor = read_tensor("atleast_3d", "x", x)
    if tensor.ndim >= 3:
        return tensor
    return corepy.reshape(tensor, (*tensor.shape, 1) if tensor.ndim == 2 else (1, -1, 1))


@named
def fliplr(x: ArrayLike, /) -> Tensor:
    """The columns from right to left: ``flip`` of axis 1.

    Shapes: that of x.  Dtypes: all.
    Edges: a view.
    Raises: AxisError for fewer than two axes.
    Accuracy: exact.
    Source: NumPy.

    >>> import corepy as cp
    >>> cp.fliplr(cp.asarray([[1, 2]]))
    Tensor([[2, 1]], shape=(1, 2), dtype=int64)
    """
    return corepy.flip(read_tensor("fliplr", "x", x), axis=1)


@named
def flipud(x: ArrayLike, /) -> Tensor:
    """The rows from bottom to top: ``flip`` of axis 0.

    Shapes: that of x.  Dtypes: all.
    Edges: a view.
    Raises: AxisError for no axis.
    Accuracy: exact.
    Source: NumPy.

    >>> import corepy as cp
    >>> cp.flipud(cp.asarray([1, 2]))
    Tensor([2, 1], shape=(2,), dtype=int64)
    """
    return corepy.flip(read_tensor("flipud", "x", x), axis=0)


@composed
def rot90(x: ArrayLike, /, k: int = 1, axes: tuple[int, int] = (0, 1)) -> Tensor:
    """Turned by 90 degrees ``k`` times, from the first axis to the second: a view.

    Shapes: x's, the two extents exchanged for odd k.  Dtypes: all.
    Edges: negative k turns the other way.
    Raises: AxisError for equal axes, or one that x lacks.
    Accuracy: exact.
    Source: NumPy.

    >>> import corepy as cp
    >>> cp.rot90(cp.asarray([[1, 2], [3, 4]]))
    Tensor([[2, 4],
            [1, 3]], shape=(2, 2), dtype=int64)
    """
    tensor = read_tensor("rot90", "x", x)
    if not isinstance(axes, (tuple, list)):
        raise ArgumentTypeError(
            f"rot90: axes have the wrong type (got {_core.type_name(axes)}; expected a pair of "
            "ints)"
        )
    if len(axes) != 2:
        raise ShapeError(f"rot90: two axes are needed (got {axes}; expected a pair)")
    first, second = (normalize_axis("rot90", axis, tensor.ndim) for axis in axes)
    if first == second:
        raise AxisError(f"rot90: the axes are equal (got {axes}; expected two)")
    turns = read_int("rot90", "k", k) % 4
    if turns == 0:
        return tensor[...]  # no other name of x
    if turns == 2:
        return corepy.flip(tensor, axis=(first, second))
    if turns == 1:
        return swapaxes(corepy.flip(tensor, axis=second), first, second)
    return corepy.flip(swapaxes(tensor, first, second), axis=second)


# ---- facts ----


@named
def shape(x: ArrayLike, /) -> tuple[int, ...]:
    """``x.shape``, also of numbers and nested lists.

    Shapes: any.  Dtypes: all.
    Edges: () for a number.
    Raises: ShapeError for ragged lists.
    Accuracy: exact.
    Source: NumPy.

    >>> import corepy as cp
    >>> cp.shape([[1, 2]])
    (1, 2)
    """
    return read_tensor("shape", "x", x).shape


@named
def ndim(x: ArrayLike, /) -> int:
    """``x.ndim``, also of numbers and nested lists.

    Shapes: any.  Dtypes: all.
    Edges: 0 for a number.
    Raises: ShapeError for ragged lists.
    Accuracy: exact.
    Source: NumPy.

    >>> import corepy as cp
    >>> cp.ndim([[1, 2]])
    2
    """
    return read_tensor("ndim", "x", x).ndim


@named
def size(x: ArrayLike, /, axis: int | None = None) -> int:
    """``x.size``, or the extent of an axis; also of numbers and nested lists.

    Shapes: any.  Dtypes: all.
    Edges: 1 for a number.
    Raises: AxisError; ShapeError for ragged lists.
    Accuracy: exact.
    Source: NumPy.

    >>> import corepy as cp
    >>> cp.size(cp.zeros((2, 3)), 1)
    3
    """
    tensor = read_tensor("size", "x", x)
    if axis is None:
        return tensor.size
    return tensor.shape[normalize_axis("size", axis, tensor.ndim)]

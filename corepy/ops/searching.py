# Declarations of searches: argmax, argmin, count_nonzero, nonzero, searchsorted, where. The
# extremes themselves are in statistical.py.
"""Positions of elements, and selection by a condition."""

from __future__ import annotations

from .native import native

__all__ = [
    "argmax",
    "argmin",
    "count_nonzero",
    "nonzero",
    "searchsorted",
    "where",
]

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Literal, overload

    from corepy.tensor import Tensor

    from .native import Dims, Operand


@native
def argmax(
    x: Tensor, /, axis: int | None = None, *, keepdims: bool = False, out: Tensor | None = None
) -> Tensor:
    """Position of the first largest element.

    Shapes: x without the axis, or with extent 1 there under keepdims; axis=None counts through all
    elements in C order.  Dtypes: integers, bool and real floating; the
    result is int64.
    Edges: the first True of a condition; the first NaN wins; -0.0 and 0.0 are equal.
    Raises: DTypeError for complex; AxisError; ArgumentError where there is no element.
    Accuracy: exact.
    Source: array API 2025.12.

    >>> import corepy as cp
    >>> cp.argmax(cp.asarray([[1, 5], [3, 3]]), axis=1)
    Tensor([1, 0], shape=(2,), dtype=int64)
    """


@native
def argmin(
    x: Tensor, /, axis: int | None = None, *, keepdims: bool = False, out: Tensor | None = None
) -> Tensor:
    """Position of the first smallest element.

    Shapes: x without the axis, or with extent 1 there under keepdims; axis=None counts through all
    elements in C order.  Dtypes: integers, bool and real floating; the
    result is int64.
    Edges: the first False of a condition; the first NaN wins; -0.0 and 0.0 are equal.
    Raises: DTypeError for complex; AxisError; ArgumentError where there is no element.
    Accuracy: exact.
    Source: array API 2025.12.

    >>> import corepy as cp
    >>> cp.argmin(cp.asarray([[1, 5], [3, 3]]), axis=1)
    Tensor([0, 0], shape=(2,), dtype=int64)
    """


@native
def count_nonzero(
    x: Tensor, /, axis: Dims | None = None, *, keepdims: bool = False, out: Tensor | None = None
) -> Tensor:
    """How many elements are not zero.

    Shapes: x without the axes, or with extent 1 there under keepdims; axis=None means all.
    Dtypes: all; the result is int64.
    Edges: NaN counts, -0.0 does not; 0 for no elements.
    Raises: AxisError.
    Accuracy: exact.
    Source: array API 2025.12.

    >>> import corepy as cp
    >>> cp.count_nonzero(cp.asarray([[1, 0], [3, 3]]), axis=1)
    Tensor([1, 2], shape=(2,), dtype=int64)
    """


@native
def nonzero(x: Tensor, /) -> tuple[Tensor, ...]:
    """Positions of the elements that are not zero: one tensor for each axis, in C order.

    Shapes: (n,) each, n being how many there are.  Dtypes: all; the results are int64.
    Edges: NaN is not zero, -0.0 is; ``x[nonzero(x)]`` is ``x[x != 0]``.
    Raises: ShapeError for a rank-0 tensor, which has no positions; MemoryLimitError.
    Accuracy: exact.
    Source: array API 2025.12.

    >>> import corepy as cp
    >>> rows, columns = cp.nonzero(cp.asarray([[0, 5], [7, 0]]))
    >>> rows.tolist(), columns.tolist()
    ([0, 1], [1, 0])
    """


@native
def searchsorted(
    x1: Tensor,
    x2: Operand,
    /,
    side: Literal["left", "right"] = "left",
    *,
    sorter: Tensor | None = None,
) -> Tensor:
    """Where in the ascending x1 each element of x2 would be put: before its equals, or behind.

    Shapes: x1 has one axis; the result has x2's.  Dtypes: bool, integers and real floating,
    promoted together; the result is int64.
    Edges: NaN is equal to NaN and above all else, as in sort; -0.0 and 0.0 are equal.  ``sorter``
    holds the positions that put x1 in order, as argsort gives them.  Where x1 is in no order, each
    result is some position from 0 to its length.
    Raises: DTypeError for complex; ShapeError where x1 has not one axis or sorter not its shape;
    OutOfBoundsError for a position in sorter that x1 has not; ArgumentError for another side.
    Accuracy: exact.
    Source: array API 2025.12; binary searches side by side in csrc/corepy/kernels/searching.h.

    >>> import corepy as cp
    >>> cp.searchsorted(cp.asarray([1, 3, 3, 5]), cp.asarray([0, 3, 9]))
    Tensor([0, 1, 4], shape=(3,), dtype=int64)
    >>> cp.searchsorted(cp.asarray([1, 3, 3, 5]), 3, side="right")
    Tensor(3, shape=(), dtype=int64)
    """


if TYPE_CHECKING:  # what a program may write; the declaration below is what runs

    @overload
    def where(condition: Tensor, /) -> tuple[Tensor, ...]: ...
    @overload
    def where(condition: Operand, x1: Operand, x2: Operand, /) -> Tensor: ...


@native
def where(
    condition: Operand, x1: Operand | None = None, x2: Operand | None = None, /
) -> Tensor | tuple[Tensor, ...]:
    """Elements of x1 where the condition holds, else of x2; of a condition alone the positions.

    Shapes: all three broadcast together; the positions as by nonzero.  Dtypes: a bool condition; x1
    and x2 of any, promoted together; any condition alone.
    Edges: the other operand's NaNs and infinities never show through; ``where(condition)`` is
    ``nonzero(condition)``.
    Raises: DTypeError for a condition that is not bool, or uint64 with a signed integer;
    ShapeError; ArgumentTypeError for one of x1 and x2 without the other.
    Accuracy: exact.
    Source: array API 2025.12.

    >>> import corepy as cp
    >>> x = cp.asarray([1.0, -2.0, 3.0])
    >>> cp.where(x > 0, x, 0)
    Tensor([1., 0., 3.], shape=(3,), dtype=float64)
    >>> cp.where(x > 0)
    (Tensor([0, 2], shape=(2,), dtype=int64),)
    """

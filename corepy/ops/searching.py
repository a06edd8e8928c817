# Declarations of searches: argmax, argmin, nonzero, where. The extremes themselves are in
# statistical.py.
"""Positions of elements, and selection by a condition."""

from __future__ import annotations

from .native import native

__all__ = [
    "argmax",
    "argmin",
    "nonzero",
    "where",
]

TYPE_CHECKING = False
if TYPE_CHECKING:
    from corepy.tensor import Tensor

    from .native import Operand


@native
def argmax(x: Tensor, /, *, axis: int | None = None, keepdims: bool = False) -> Tensor:
    """Position of the first largest element.

    Shapes: x without the axis, or with extent 1 there under keepdims; axis=None counts through all
    elements in C order.  Dtypes: integers and real floating; the result is int64.
    Edges: the first NaN wins; -0.0 is below 0.0.
    Raises: DTypeError for bool and complex; AxisError; ArgumentError where there is no element.
    Accuracy: exact.
    Source: array API 2024.12.

    >>> import corepy as cp
    >>> cp.argmax(cp.asarray([[1, 5], [3, 3]]), axis=1)
    Tensor([1, 0], shape=(2,), dtype=int64)
    """


@native
def argmin(x: Tensor, /, *, axis: int | None = None, keepdims: bool = False) -> Tensor:
    """Position of the first smallest element.

    Shapes: x without the axis, or with extent 1 there under keepdims; axis=None counts through all
    elements in C order.  Dtypes: integers and real floating; the result is int64.
    Edges: the first NaN wins; -0.0 is below 0.0.
    Raises: DTypeError for bool and complex; AxisError; ArgumentError where there is no element.
    Accuracy: exact.
    Source: array API 2024.12.

    >>> import corepy as cp
    >>> cp.argmin(cp.asarray([[1, 5], [3, 3]]), axis=1)
    Tensor([0, 0], shape=(2,), dtype=int64)
    """


@native
def nonzero(x: Tensor, /) -> tuple[Tensor, ...]:
    """Positions of the elements that are not zero: one tensor for each axis, in C order.

    Shapes: (n,) each, n being how many there are.  Dtypes: all; the results are int64.
    Edges: NaN is not zero, -0.0 is; ``x[nonzero(x)]`` is ``x[x != 0]``.
    Raises: ShapeError for a rank-0 tensor, which has no positions; MemoryLimitError.
    Accuracy: exact.
    Source: array API 2024.12.

    >>> import corepy as cp
    >>> rows, columns = cp.nonzero(cp.asarray([[0, 5], [7, 0]]))
    >>> rows.tolist(), columns.tolist()
    ([0, 1], [1, 0])
    """


@native
def where(condition: Operand, x1: Operand, x2: Operand, /) -> Tensor:
    """Elements of x1 where the condition holds, else of x2.

    Shapes: all three broadcast together.  Dtypes: a bool condition; x1 and x2 of any, promoted
    together.
    Edges: the other operand's NaNs and infinities never show through.
    Raises: DTypeError for a condition that is not bool, or uint64 with a signed integer;
    ShapeError.
    Accuracy: exact.
    Source: array API 2024.12.

    >>> import corepy as cp
    >>> x = cp.asarray([1.0, -2.0, 3.0])
    >>> cp.where(x > 0, x, 0)
    Tensor([1., 0., 3.], shape=(3,), dtype=float64)
    """

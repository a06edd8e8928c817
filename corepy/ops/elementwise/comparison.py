# Declarations of elementwise comparisons, tests of values and logical operators; kernels:
# csrc/corepy/vec/{arithmetic,bool}.h.
"""Comparisons and logic on each element: the results are bool.

Operands broadcast; a Python scalar takes the dtype of the tensor beside it.  ``out=`` names a bool
tensor of the result's shape that takes the result.  Errors: ``DTypeError`` for a dtype that the
function does not accept, ``ShapeError`` where shapes do not broadcast or ``out`` does not fit.
"""

from __future__ import annotations

from ..native import native

__all__ = [
    "equal",
    "greater",
    "greater_equal",
    "isfinite",
    "isinf",
    "isnan",
    "less",
    "less_equal",
    "logical_and",
    "logical_not",
    "logical_or",
    "logical_xor",
    "not_equal",
    "signbit",
]

TYPE_CHECKING = False
if TYPE_CHECKING:
    from corepy.tensor import Tensor

    from ..native import Operand


@native
def equal(x1: Operand, x2: Operand, /, out: Tensor | None = None) -> Tensor:
    """Whether x1 == x2.

    Shapes: broadcast together.  Dtypes: all, promoted to a common one; the result is bool.
    Edges: NaN equals nothing, itself included; -0.0 equals 0.0.
    Raises: DTypeError for uint64 with a signed integer; ShapeError.
    Accuracy: exact.
    Source: array API 2025.12; IEEE 754.

    >>> import corepy as cp
    >>> cp.equal(cp.asarray([1.0, cp.nan]), cp.asarray([1.0, cp.nan]))
    Tensor([ True, False], shape=(2,), dtype=bool)
    """


@native
def greater(x1: Operand, x2: Operand, /, out: Tensor | None = None) -> Tensor:
    """Whether x1 > x2.

    Shapes: broadcast together.  Dtypes: integers and real floating, promoted; the result is bool.
    Edges: False beside NaN; -0.0 is not below 0.0.
    Raises: DTypeError for bool and complex; ShapeError.
    Accuracy: exact.
    Source: array API 2025.12; IEEE 754.

    >>> import corepy as cp
    >>> cp.greater(cp.asarray([1, 2, 3]), 2)
    Tensor([False, False,  True], shape=(3,), dtype=bool)
    """


@native
def greater_equal(x1: Operand, x2: Operand, /, out: Tensor | None = None) -> Tensor:
    """Whether x1 >= x2.

    Shapes: broadcast together.  Dtypes: integers and real floating, promoted; the result is bool.
    Edges: False beside NaN; -0.0 and 0.0 are equal.
    Raises: DTypeError for bool and complex; ShapeError.
    Accuracy: exact.
    Source: array API 2025.12; IEEE 754.

    >>> import corepy as cp
    >>> cp.greater_equal(cp.asarray([1, 2, 3]), 2)
    Tensor([False,  True,  True], shape=(3,), dtype=bool)
    """


@native
def isfinite(x: Operand, /, out: Tensor | None = None) -> Tensor:
    """Whether x is a number and not infinite.

    Shapes: that of x.  Dtypes: numeric; the result is bool.
    Edges: True for integers; a complex number is finite if both parts are.
    Raises: DTypeError for bool.
    Accuracy: exact.
    Source: array API 2025.12.

    >>> import corepy as cp
    >>> cp.isfinite(cp.asarray([1.0, cp.inf, cp.nan]))
    Tensor([ True, False, False], shape=(3,), dtype=bool)
    """


@native
def isinf(x: Operand, /, out: Tensor | None = None) -> Tensor:
    """Whether x is an infinity, of either sign.

    Shapes: that of x.  Dtypes: numeric; the result is bool.
    Edges: False for integers; a complex number is infinite if either part is, even beside NaN.
    Raises: DTypeError for bool.
    Accuracy: exact.
    Source: array API 2025.12.

    >>> import corepy as cp
    >>> cp.isinf(cp.asarray([1.0, -cp.inf, cp.nan]))
    Tensor([False,  True, False], shape=(3,), dtype=bool)
    """


@native
def isnan(x: Operand, /, out: Tensor | None = None) -> Tensor:
    """Whether x is NaN.

    Shapes: that of x.  Dtypes: numeric; the result is bool.
    Edges: False for integers; a complex number is NaN if either part is.
    Raises: DTypeError for bool.
    Accuracy: exact.
    Source: array API 2025.12.

    >>> import corepy as cp
    >>> cp.isnan(cp.asarray([1.0, cp.inf, cp.nan]))
    Tensor([False, False,  True], shape=(3,), dtype=bool)
    """


@native
def less(x1: Operand, x2: Operand, /, out: Tensor | None = None) -> Tensor:
    """Whether x1 < x2.

    Shapes: broadcast together.  Dtypes: integers and real floating, promoted; the result is bool.
    Edges: False beside NaN; -0.0 is not below 0.0.
    Raises: DTypeError for bool and complex; ShapeError.
    Accuracy: exact.
    Source: array API 2025.12; IEEE 754.

    >>> import corepy as cp
    >>> cp.less(cp.asarray([1, 2, 3]), 2)
    Tensor([ True, False, False], shape=(3,), dtype=bool)
    """


@native
def less_equal(x1: Operand, x2: Operand, /, out: Tensor | None = None) -> Tensor:
    """Whether x1 <= x2.

    Shapes: broadcast together.  Dtypes: integers and real floating, promoted; the result is bool.
    Edges: False beside NaN; -0.0 and 0.0 are equal.
    Raises: DTypeError for bool and complex; ShapeError.
    Accuracy: exact.
    Source: array API 2025.12; IEEE 754.

    >>> import corepy as cp
    >>> cp.less_equal(cp.asarray([1, 2, 3]), 2)
    Tensor([ True,  True, False], shape=(3,), dtype=bool)
    """


@native
def logical_and(x1: Operand, x2: Operand, /, out: Tensor | None = None) -> Tensor:
    """Whether both operands are true, which is nonzero.

    Shapes: broadcast together.  Dtypes: all (the standard: bool), promoted; the result is bool.
    Edges: NaN is true, -0.0 is false.
    Raises: DTypeError for uint64 with a signed integer; ShapeError.
    Accuracy: exact.
    Source: array API 2025.12.

    >>> import corepy as cp
    >>> cp.logical_and(cp.asarray([True, True, False]), cp.asarray([True, False, False]))
    Tensor([ True, False, False], shape=(3,), dtype=bool)
    """


@native
def logical_not(x: Operand, /, out: Tensor | None = None) -> Tensor:
    """Whether x is false, which is zero.

    Shapes: that of x.  Dtypes: all (the standard: bool); the result is bool.
    Edges: NaN is true, -0.0 is false.
    Raises: nothing beside the errors of every operator.
    Accuracy: exact.
    Source: array API 2025.12.

    >>> import corepy as cp
    >>> cp.logical_not(cp.asarray([True, False]))
    Tensor([False,  True], shape=(2,), dtype=bool)
    """


@native
def logical_or(x1: Operand, x2: Operand, /, out: Tensor | None = None) -> Tensor:
    """Whether either operand is true, which is nonzero.

    Shapes: broadcast together.  Dtypes: all (the standard: bool), promoted; the result is bool.
    Edges: NaN is true, -0.0 is false.
    Raises: DTypeError for uint64 with a signed integer; ShapeError.
    Accuracy: exact.
    Source: array API 2025.12.

    >>> import corepy as cp
    >>> cp.logical_or(cp.asarray([True, True, False]), cp.asarray([True, False, False]))
    Tensor([ True,  True, False], shape=(3,), dtype=bool)
    """


@native
def logical_xor(x1: Operand, x2: Operand, /, out: Tensor | None = None) -> Tensor:
    """Whether exactly one operand is true, which is nonzero.

    Shapes: broadcast together.  Dtypes: all (the standard: bool), promoted; the result is bool.
    Edges: NaN is true, -0.0 is false.
    Raises: DTypeError for uint64 with a signed integer; ShapeError.
    Accuracy: exact.
    Source: array API 2025.12.

    >>> import corepy as cp
    >>> cp.logical_xor(cp.asarray([True, True, False]), cp.asarray([True, False, False]))
    Tensor([False,  True, False], shape=(3,), dtype=bool)
    """


@native
def not_equal(x1: Operand, x2: Operand, /, out: Tensor | None = None) -> Tensor:
    """Whether x1 != x2.

    Shapes: broadcast together.  Dtypes: all, promoted to a common one; the result is bool.
    Edges: NaN differs from everything, itself included; -0.0 equals 0.0.
    Raises: DTypeError for uint64 with a signed integer; ShapeError.
    Accuracy: exact.
    Source: array API 2025.12; IEEE 754.

    >>> import corepy as cp
    >>> cp.not_equal(cp.asarray([1, 2]), cp.asarray([1, 3]))
    Tensor([False,  True], shape=(2,), dtype=bool)
    """


@native
def signbit(x: Operand, /, out: Tensor | None = None) -> Tensor:
    """Whether the sign bit is set: below zero, or -0.0.

    Shapes: that of x.  Dtypes: real floating; integers and bool count as float64; the result is
    bool.
    Edges: a NaN's sign bit is reported like any other; arithmetic does not promise its value.
    Raises: DTypeError for complex.
    Accuracy: exact.
    Source: array API 2025.12; IEEE 754.

    >>> import corepy as cp
    >>> cp.signbit(cp.asarray([-1.0, -0.0, 0.0]))
    Tensor([ True,  True, False], shape=(3,), dtype=bool)
    """

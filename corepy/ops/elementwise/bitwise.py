# Declarations of elementwise bit operations and shifts; kernels: csrc/corepy/vec/{integer,bool}.h.
"""Operations on the bits of each integer.

Operands broadcast; a Python scalar takes the dtype of the tensor beside it.  ``out=`` names a
tensor of the result's shape and dtype that takes the result.  Errors: ``DTypeError`` for a dtype
that the function does not accept, ``ShapeError`` where shapes do not broadcast or ``out`` does not
fit.
"""

from __future__ import annotations

from ..native import native

__all__ = [
    "bitwise_and",
    "bitwise_invert",
    "bitwise_left_shift",
    "bitwise_or",
    "bitwise_right_shift",
    "bitwise_xor",
]

TYPE_CHECKING = False
if TYPE_CHECKING:
    from corepy.tensor import Tensor

    from ..native import Operand


@native
def bitwise_and(x1: Operand, x2: Operand, /, out: Tensor | None = None) -> Tensor:
    """Bits set in both: x1 & x2.

    Shapes: broadcast together.  Dtypes: integers and bool, promoted to a common one.
    Edges: negative integers are two's complement.
    Raises: DTypeError for floating dtypes, or uint64 with a signed integer; ShapeError.
    Accuracy: exact.
    Source: array API 2025.12.

    >>> import corepy as cp
    >>> cp.bitwise_and(cp.asarray([12, 10]), 6)
    Tensor([4, 2], shape=(2,), dtype=int64)
    """


@native
def bitwise_invert(x: Operand, /, out: Tensor | None = None) -> Tensor:
    """Every bit flipped: ~x; logical negation for bool.

    Shapes: that of x.  Dtypes: integers and bool; the result has x's.
    Edges: ~x is -x - 1 for signed integers.
    Raises: DTypeError for floating dtypes.
    Accuracy: exact.
    Source: array API 2025.12.

    >>> import corepy as cp
    >>> cp.bitwise_invert(cp.asarray([0, 5]))
    Tensor([-1, -6], shape=(2,), dtype=int64)
    """


@native
def bitwise_left_shift(x1: Operand, x2: Operand, /, out: Tensor | None = None) -> Tensor:
    """Bits moved up by x2 places: x1 << x2.

    Shapes: broadcast together.  Dtypes: integers, promoted to a common one.
    Edges: bits beyond the width are lost; a shift by the width or more gives 0.
    Raises: DTypeError for bool and floating dtypes; ArgumentError for a negative x2; ShapeError.
    Accuracy: exact.
    Source: array API 2025.12.

    >>> import corepy as cp
    >>> cp.bitwise_left_shift(cp.asarray([1, 3]), cp.asarray([4, 64]))
    Tensor([16,  0], shape=(2,), dtype=int64)
    """


@native
def bitwise_or(x1: Operand, x2: Operand, /, out: Tensor | None = None) -> Tensor:
    """Bits set in either: x1 | x2.

    Shapes: broadcast together.  Dtypes: integers and bool, promoted to a common one.
    Edges: negative integers are two's complement.
    Raises: DTypeError for floating dtypes, or uint64 with a signed integer; ShapeError.
    Accuracy: exact.
    Source: array API 2025.12.

    >>> import corepy as cp
    >>> cp.bitwise_or(cp.asarray([12, 10]), 6)
    Tensor([14, 14], shape=(2,), dtype=int64)
    """


@native
def bitwise_right_shift(x1: Operand, x2: Operand, /, out: Tensor | None = None) -> Tensor:
    """Bits moved down by x2 places: x1 >> x2, floor(x1 / 2**x2).

    Shapes: broadcast together.  Dtypes: integers, promoted to a common one.
    Edges: a shift by the width or more gives 0, or -1 for a negative x1.
    Raises: DTypeError for bool and floating dtypes; ArgumentError for a negative x2; ShapeError.
    Accuracy: exact.
    Source: array API 2025.12.

    >>> import corepy as cp
    >>> cp.bitwise_right_shift(cp.asarray([20, -20]), cp.asarray([2, 64]))
    Tensor([ 5, -1], shape=(2,), dtype=int64)
    """


@native
def bitwise_xor(x1: Operand, x2: Operand, /, out: Tensor | None = None) -> Tensor:
    """Bits set in exactly one: x1 ^ x2.

    Shapes: broadcast together.  Dtypes: integers and bool, promoted to a common one.
    Edges: negative integers are two's complement.
    Raises: DTypeError for floating dtypes, or uint64 with a signed integer; ShapeError.
    Accuracy: exact.
    Source: array API 2025.12.

    >>> import corepy as cp
    >>> cp.bitwise_xor(cp.asarray([12, 10]), 6)
    Tensor([10, 12], shape=(2,), dtype=int64)
    """

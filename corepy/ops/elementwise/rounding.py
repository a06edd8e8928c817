# Declarations of elementwise rounding to integers; kernels: csrc/corepy/vec/rounding.h.
"""Rounding each element to a whole number; integers are whole already.

``out=`` names a tensor of the result's shape and dtype that takes the result.  Errors:
``DTypeError`` for a dtype that the function does not accept, ``ShapeError`` where ``out`` does not
fit.
"""

from __future__ import annotations

from ..native import native, native_with

__all__ = [
    "ceil",
    "floor",
    "round",
    "trunc",
]

TYPE_CHECKING = False
if TYPE_CHECKING:
    from corepy.tensor import Tensor

    from ..native import Operand


@native
def ceil(x: Operand, /, out: Tensor | None = None) -> Tensor:
    """The least whole number not below x.

    Shapes: that of x.  Dtypes: integers and real floating; the result has x's.
    Edges: NaN, infinities and the sign are kept, so ceil(-0.5) is -0.0.
    Raises: DTypeError for bool and complex.
    Accuracy: exact.
    Source: array API 2025.12; IEEE 754.

    >>> import corepy as cp
    >>> cp.ceil(cp.asarray([1.2, -0.5]))
    Tensor([ 2., -0.], shape=(2,), dtype=float64)
    """


@native
def floor(x: Operand, /, out: Tensor | None = None) -> Tensor:
    """The greatest whole number not above x.

    Shapes: that of x.  Dtypes: integers and real floating; the result has x's.
    Edges: NaN, infinities and -0.0 are kept.
    Raises: DTypeError for bool and complex.
    Accuracy: exact.
    Source: array API 2025.12; IEEE 754.

    >>> import corepy as cp
    >>> cp.floor(cp.asarray([1.7, -1.2]))
    Tensor([ 1., -2.], shape=(2,), dtype=float64)
    """


@native_with("corepy.numpy_names.options", "decimals")
def round(x: Operand, /, decimals: int | None = None, out: Tensor | None = None) -> Tensor:
    """The nearest whole number, halves to the even one; complex numbers part by part.

    Shapes: that of x.  Dtypes: numeric; the result has x's.
    Edges: NaN, infinities and the sign are kept, so round(-0.5) is -0.0.
    Options of NumPy's: with ``decimals``, ``around(x, decimals)``.
    Raises: DTypeError for bool.
    Accuracy: exact.
    Source: array API 2025.12; IEEE 754, roundToIntegralTiesToEven.

    >>> import corepy as cp
    >>> cp.round(cp.asarray([0.5, 1.5, 2.4]))
    Tensor([0., 2., 2.], shape=(3,), dtype=float64)
    """


@native
def trunc(x: Operand, /, out: Tensor | None = None) -> Tensor:
    """x without its fraction: rounded towards zero.

    Shapes: that of x.  Dtypes: integers and real floating; the result has x's.
    Edges: NaN, infinities and the sign are kept, so trunc(-0.5) is -0.0.
    Raises: DTypeError for bool and complex.
    Accuracy: exact.
    Source: array API 2025.12; IEEE 754.

    >>> import corepy as cp
    >>> cp.trunc(cp.asarray([1.7, -1.7]))
    Tensor([ 1., -1.], shape=(2,), dtype=float64)
    """

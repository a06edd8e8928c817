# Declarations of sort and argsort; kernels: csrc/corepy/kernels/sorting*.h.
"""Sorting along an axis, always stable."""

from __future__ import annotations

from .native import native

__all__ = [
    "argsort",
    "sort",
]

TYPE_CHECKING = False
if TYPE_CHECKING:
    from corepy.tensor import Tensor


@native
def argsort(
    x: Tensor, /, axis: int = -1, *, descending: bool = False, stable: bool = True
) -> Tensor:
    """Positions that sort x: take(x, argsort(x)) is sort(x).

    Shapes: that of x.  Dtypes: bool, integers and real floating; the result is int64.
    Edges: equal elements keep their order, also descending and whatever ``stable`` says; -0.0 and
    0.0 are equal; NaN comes last.
    Raises: DTypeError for complex; AxisError, also for a rank-0 x.
    Accuracy: exact.
    Source: array API 2025.12; radix and merge sort in csrc/corepy/kernels/sorting.h.

    >>> import corepy as cp
    >>> cp.argsort(cp.asarray([3.0, cp.nan, 1.0, 3.0]))
    Tensor([2, 0, 3, 1], shape=(4,), dtype=int64)
    """


@native
def sort(x: Tensor, /, axis: int = -1, *, descending: bool = False, stable: bool = True) -> Tensor:
    """The elements along an axis in ascending or descending order.

    Shapes: that of x.  Dtypes: bool, integers and real floating; the result has x's.
    Edges: NaN comes last in both orders; -0.0 and 0.0 are equal and keep their order.
    Raises: DTypeError for complex; AxisError, also for a rank-0 x.
    Accuracy: exact.
    Source: array API 2025.12; quicksort and radix sort in csrc/corepy/kernels/sorting.h.

    >>> import corepy as cp
    >>> cp.sort(cp.asarray([[3, 1, 2], [9, 7, 8]]), descending=True)
    Tensor([[3, 2, 1],
            [9, 8, 7]], shape=(2, 3), dtype=int64)
    """

# Declarations of any and all, the standard's utility functions. The logical operators of elements
# are in elementwise/comparison.py.
"""Whether all elements hold, or any."""

from __future__ import annotations

from .native import native

__all__ = [
    "all",
    "any",
]

TYPE_CHECKING = False
if TYPE_CHECKING:
    from corepy.tensor import Tensor

    from .native import Dims


@native
def all(
    x: Tensor, /, axis: Dims | None = None, *, keepdims: bool = False, out: Tensor | None = None
) -> Tensor:
    """Whether every element is true, which is nonzero; True for no elements.

    Shapes: x without the axes, or with extent 1 there under keepdims; axis=None means all.
    Dtypes: all; the result is bool.
    Edges: NaN is true, -0.0 is false.
    Raises: AxisError.
    Accuracy: exact.
    Source: array API 2024.12.

    >>> import corepy as cp
    >>> cp.all(cp.asarray([[1, 0], [2, 3]]), axis=1)
    Tensor([False,  True], shape=(2,), dtype=bool)
    """


@native
def any(
    x: Tensor, /, axis: Dims | None = None, *, keepdims: bool = False, out: Tensor | None = None
) -> Tensor:
    """Whether at least one element is true, which is nonzero; False for no elements.

    Shapes: x without the axes, or with extent 1 there under keepdims; axis=None means all.
    Dtypes: all; the result is bool.
    Edges: NaN is true, -0.0 is false.
    Raises: AxisError.
    Accuracy: exact.
    Source: array API 2024.12.

    >>> import corepy as cp
    >>> cp.any(cp.asarray([[0, 0], [2, 0]]), axis=1)
    Tensor([False,  True], shape=(2,), dtype=bool)
    """

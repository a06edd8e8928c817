# Declaration of take. Integers, slices, ellipsis and newaxis in brackets are the Tensor's
# (bindings/python/tensor_indexing.cpp).
"""Elements by their positions."""

from __future__ import annotations

from .native import native

__all__ = [
    "take",
]

TYPE_CHECKING = False
if TYPE_CHECKING:
    from corepy.tensor import Tensor


@native
def take(x: Tensor, indices: Tensor, /, *, axis: int | None = None) -> Tensor:
    """Elements at positions along an axis: out[..., i, ...] = x[..., indices[i], ...].

    Shapes: the axis' extent gives way to the shape of the indices; axis=None is for a rank-1 x.
    Dtypes: any x, integer indices.
    Edges: negative positions count from the end; every position is checked, before anything is
    written.
    Raises: OutOfBoundsError for a position outside the axis; AxisError; DTypeError; ShapeError.
    Accuracy: exact.
    Source: array API 2024.12.

    >>> import corepy as cp
    >>> cp.take(cp.asarray([10, 20, 30]), cp.asarray([2, 0, -1]))
    Tensor([30, 10, 30], shape=(3,), dtype=int64)
    """

# How functions with weights= read them. What they do with them is in their own files.
"""Weights of elements, in the shape of what they weigh."""

from __future__ import annotations

import corepy
from corepy.errors import ShapeError
from corepy.ops.arguments import is_int, normalize_axis, read_real

TYPE_CHECKING = False
if TYPE_CHECKING:
    from corepy._core import DType
    from corepy.ops.native import ArrayLike, Dims
    from corepy.tensor import Tensor

__all__ = ["read_weights"]


def read_weights(
    function: str, x: Tensor, axis: Dims | None, weights: ArrayLike, dtype: DType
) -> Tensor:
    """Weights of x's shape, or one axis of them beside a single axis; broadcast to x's shape."""
    weight = corepy.astype(read_real(function, "weights", weights), dtype, copy=False)
    if weight.shape == x.shape:
        return weight
    if not is_int(axis) or weight.ndim != 1:
        raise ShapeError(
            f"{function}: weights must have the shape of x, or one axis beside a single axis (got "
            f"{weight.shape} and axis {axis}; expected {x.shape})"
        )
    place = normalize_axis(function, axis, x.ndim)  # type: ignore[arg-type]  # an int
    if weight.size != x.shape[place]:
        raise ShapeError(
            f"{function}: every position along the axis needs a weight (got {weight.size}; "
            f"expected {x.shape[place]})"
        )
    weight = corepy.reshape(weight, (-1,) + (1,) * (x.ndim - 1 - place))
    return corepy.broadcast_to(weight, x.shape)

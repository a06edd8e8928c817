# Draws of numbers in float16 and bfloat16, made of float32's (stream.py).
"""Half precision of the native draws.

A normal or exponential number is float32's, rounded once.  A uniform one is not: rounding would
take one in 4096 (bfloat16: in 512) of the numbers below 1 up to 1.  It has as many random bits as
the dtype has significant ones instead, the upper ones of float32's number, so that in [0, 1)
nothing is rounded.
"""

from __future__ import annotations

import math

import corepy
from corepy import _core
from corepy.errors import ArgumentError
from corepy.ops.arguments import is_half
from corepy.ops.composed import composed_of

from .parameters import read_finite, read_scale

TYPE_CHECKING = False
if TYPE_CHECKING:
    from corepy._core import DType
    from corepy.ops.native import Dims, DTypeLike
    from corepy.tensor import Tensor

    from .stream import Stream

__all__ = ["exponential", "normal", "read_half", "round_once", "uniform", "widen"]


def read_half(dtype: DTypeLike | None) -> DType | None:
    """float16 or bfloat16; None for all other dtypes."""
    if dtype is None:
        return None
    kind = _core.result_type((dtype,))
    return kind if is_half(kind) else None


def widen(kind: DType) -> DType:
    """The dtype in which numbers of ``kind`` are computed."""
    return corepy.float32 if is_half(kind) else kind


def round_once(x: Tensor, kind: DType) -> Tensor:
    """``x`` in the dtype that was asked for."""
    return corepy.astype(x, kind, copy=False)


@composed_of("random")
def uniform(stream: Stream, shape: Dims, low: float, high: float, kind: DType) -> Tensor:
    """``stream.uniform(shape, low, high, dtype=kind)``."""
    first, last = _read_interval(low, high, kind)
    steps = 2.0 / corepy.finfo(kind).eps  # 2**11 or 2**8
    unit = corepy.floor(stream.uniform(shape, dtype=corepy.float32) * steps) / steps
    if (first, last) == (0.0, 1.0):
        return round_once(unit, kind)
    below = corepy.nextafter(corepy.asarray(last, dtype=kind), -math.inf)
    return corepy.minimum(round_once(unit * (last - first) + first, kind), below)


@composed_of("random")
def normal(stream: Stream, shape: Dims, loc: float, scale: float, kind: DType) -> Tensor:
    """``stream.normal(shape, loc, scale, dtype=kind)``."""
    centre = read_finite("random.normal", "loc", loc, kind)
    deviation = read_scale("random.normal", "scale", scale, kind)
    return round_once(stream.normal(shape, centre, deviation, dtype=corepy.float32), kind)


@composed_of("random")
def exponential(stream: Stream, shape: Dims, scale: float, kind: DType) -> Tensor:
    """``stream.exponential(shape, scale, dtype=kind)``."""
    mean = read_scale("random.exponential", "scale", scale, kind)
    return round_once(stream.exponential(shape, mean, dtype=corepy.float32), kind)


def _read_interval(low: float, high: float, kind: DType) -> tuple[float, float]:
    """The ends of ``uniform`` as the dtype holds them."""
    first, last = (
        float(corepy.asarray(read_finite("random.uniform", name, value, kind), dtype=kind))
        for name, value in (("low", low), ("high", high))
    )
    if not first < last:
        raise ArgumentError(
            f"random.uniform: low must be below high (got low {float(low)!r}, high "
            f"{float(high)!r} in {kind.name}); exchange them"
        )
    if not last - first <= corepy.finfo(kind).max:
        raise ArgumentError(
            f"random.uniform: high - low overflows (got low {first!r}, high {last!r}; expected a "
            f"difference that {kind.name} holds)"
        )
    return first, last

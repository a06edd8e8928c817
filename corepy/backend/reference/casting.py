# Conversion between dtypes, with corepy's rules for what hardware leaves open; no promotion.
"""Casts: one rounding, directly from the source type; floats to integers truncate and saturate."""

from __future__ import annotations

import numpy as np

from corepy.errors import DTypeError

from .half import round_to_half, widen
from .promotion import is_complex, is_half, is_integer, is_real_floating
from .registry import Array, DType

__all__ = ["cast"]


def _saturate(x: Array, dtype: DType) -> Array:
    limits = np.iinfo(dtype.name)
    # float32 to float64 is exact, and every bound below is a power of two or zero, hence exact too.
    whole = np.trunc(x.astype(np.float64))
    beyond = np.float64(2.0 ** (limits.bits - (limits.min < 0)))
    below = whole < float(limits.min)
    above = whole >= beyond
    inside = ~(below | above | np.isnan(whole))
    out = np.where(inside, whole, 0.0).astype(dtype)
    out[below] = limits.min
    out[above] = limits.max
    return out


def cast(x: Array, dtype: DType) -> Array:
    """``x`` in ``dtype``.

    Integers wrap modulo ``2**width``; floats to integers truncate towards zero, saturate out of
    range and map NaN to 0; anything to bool is ``x != 0`` (NaN is True); complex to real raises.

    >>> cast(np.asarray([1.9, -1e300, np.nan]), np.dtype("int8"))
    array([   1, -128,    0], dtype=int8)
    """
    if x.dtype == dtype:
        return x
    if dtype.kind == "b":
        return np.not_equal(x, 0)
    if is_complex(x.dtype) and not is_complex(dtype):
        raise DTypeError(
            f"astype: {x.dtype} does not convert to {dtype}; take real() or imag() first"
        )
    if is_half(dtype):
        return round_to_half(widen(x), dtype)
    x = widen(x)
    if is_real_floating(x.dtype) and is_integer(dtype):
        return _saturate(np.atleast_1d(x), dtype).reshape(x.shape)
    return x.astype(dtype)

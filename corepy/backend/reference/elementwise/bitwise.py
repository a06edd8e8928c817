# Oracle of the bitwise functions and shifts; logical functions are in comparison.py.
"""Reference functions on the bits of integers and bool."""

from __future__ import annotations

import numpy as np

from corepy.errors import ArgumentError

from ..registry import Array, reference
from .broadcasting import map_common


@reference("bitwise_and")
def bitwise_and(x1: Array, x2: Array) -> Array:
    """Bits set in both."""
    return map_common(np.bitwise_and, x1, x2)


@reference("bitwise_or")
def bitwise_or(x1: Array, x2: Array) -> Array:
    """Bits set in either."""
    return map_common(np.bitwise_or, x1, x2)


@reference("bitwise_xor")
def bitwise_xor(x1: Array, x2: Array) -> Array:
    """Bits set in exactly one."""
    return map_common(np.bitwise_xor, x1, x2)


@reference("bitwise_invert")
def bitwise_invert(x: Array) -> Array:
    """Bits not set; of a bool, its negation."""
    return np.invert(x)


def _shift(name: str, function: np.ufunc, a: Array, counts: Array) -> Array:
    if np.any(np.less(counts, 0)):
        raise ArgumentError(f"{name}: negative shift count (got a count below 0; expected >= 0)")
    # Machines take the count modulo the width; here a larger count shifts everything out.
    width = 8 * a.dtype.itemsize
    inside = np.less(counts, width)
    shifted = function(a, np.where(inside, counts, np.zeros_like(counts)))
    keeps_sign = name == "bitwise_right_shift" and a.dtype.kind == "i"
    emptied = np.where(np.less(a, 0) & keeps_sign, -1, 0).astype(a.dtype)
    return np.where(inside, shifted, emptied)


@reference("bitwise_left_shift")
def bitwise_left_shift(x1: Array, x2: Array) -> Array:
    """x1 * 2**x2 modulo 2**width; 0 from a count of the width on; negative counts raise."""
    return map_common(
        lambda a, counts: _shift("bitwise_left_shift", np.left_shift, a, counts), x1, x2
    )


@reference("bitwise_right_shift")
def bitwise_right_shift(x1: Array, x2: Array) -> Array:
    """floor(x1 / 2**x2); 0 or -1 from a count of the width on; negative counts raise ValueError."""
    return map_common(
        lambda a, counts: _shift("bitwise_right_shift", np.right_shift, a, counts), x1, x2
    )

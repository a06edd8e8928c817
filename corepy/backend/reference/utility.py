# Oracle of any and all; the other reductions are in statistical.py.
"""Reference truth reductions: anything but zero is True, NaN included."""

from __future__ import annotations

import numpy as np

from .registry import Array, reference
from .statistical import Axis, reduce_rows


@reference("any")
def any_(x: Array, *, axis: Axis = None, keepdims: bool = False) -> Array:
    """Whether some element is nonzero; False for no elements."""
    return reduce_rows(x, axis, keepdims, lambda rows: np.logical_or.reduce(rows, axis=1))


@reference("all")
def all_(x: Array, *, axis: Axis = None, keepdims: bool = False) -> Array:
    """Whether every element is nonzero; True for no elements."""
    return reduce_rows(x, axis, keepdims, lambda rows: np.logical_and.reduce(rows, axis=1))

# Oracle of comparisons, classification and logic; minimum and maximum are in arithmetic.py.
"""Reference functions that answer with booleans."""

from __future__ import annotations

import numpy as np

from ..registry import Array, reference
from .broadcasting import map_common, to_floating


@reference("equal")
def equal(x1: Array, x2: Array) -> Array:
    """x1 == x2, in the common dtype."""
    return map_common(np.equal, x1, x2)


@reference("not_equal")
def not_equal(x1: Array, x2: Array) -> Array:
    """x1 != x2, in the common dtype."""
    return map_common(np.not_equal, x1, x2)


@reference("less")
def less(x1: Array, x2: Array) -> Array:
    """x1 < x2, in the common dtype."""
    return map_common(np.less, x1, x2)


@reference("less_equal")
def less_equal(x1: Array, x2: Array) -> Array:
    """x1 <= x2, in the common dtype."""
    return map_common(np.less_equal, x1, x2)


@reference("greater")
def greater(x1: Array, x2: Array) -> Array:
    """x1 > x2, in the common dtype."""
    return map_common(np.greater, x1, x2)


@reference("greater_equal")
def greater_equal(x1: Array, x2: Array) -> Array:
    """x1 >= x2, in the common dtype."""
    return map_common(np.greater_equal, x1, x2)


# ---- classification ----


@reference("isfinite")
def isfinite(x: Array) -> Array:
    """Neither infinite nor NaN, in both parts."""
    return np.isfinite(x)


@reference("isinf")
def isinf(x: Array) -> Array:
    """Infinite, in either part."""
    return np.isinf(x)


@reference("isnan")
def isnan(x: Array) -> Array:
    """NaN, in either part."""
    return np.isnan(x)


@reference("signbit")
def signbit(x: Array) -> Array:
    """Whether the sign bit is set."""
    return np.signbit(to_floating(x))


# ---- logic: anything but zero is True, NaN too ----


@reference("logical_and")
def logical_and(x1: Array, x2: Array) -> Array:
    """Both are nonzero."""
    return map_common(np.logical_and, x1, x2)


@reference("logical_or")
def logical_or(x1: Array, x2: Array) -> Array:
    """At least one is nonzero."""
    return map_common(np.logical_or, x1, x2)


@reference("logical_xor")
def logical_xor(x1: Array, x2: Array) -> Array:
    """Exactly one is nonzero."""
    return map_common(np.logical_xor, x1, x2)


@reference("logical_not")
def logical_not(x: Array) -> Array:
    """Is zero."""
    return np.equal(x, 0)

# Oracle of rounding to whole numbers.
"""Reference rounding; integers are whole already."""

from __future__ import annotations

import numpy as np

from .. import complex_arithmetic
from ..promotion import is_complex, is_floating
from ..registry import Array, reference


def _round_with(function: np.ufunc, x: Array) -> Array:
    """``function`` of floats, of each part of complex numbers; integers are whole already."""
    if is_complex(x.dtype):
        return complex_arithmetic.from_components(function(x.real), function(x.imag), x.dtype)
    out: Array = function(x) if is_floating(x.dtype) else x
    return out


@reference("ceil")
def ceil(x: Array) -> Array:
    """The least whole number not below x."""
    return _round_with(np.ceil, x)


@reference("floor")
def floor(x: Array) -> Array:
    """The greatest whole number not above x."""
    return _round_with(np.floor, x)


@reference("trunc")
def trunc(x: Array) -> Array:
    """x without its fraction."""
    return _round_with(np.trunc, x)


@reference("round")
def round_half_even(x: Array) -> Array:
    """The nearest whole number, halves to even."""
    return _round_with(np.rint, x)

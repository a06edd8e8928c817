# How operands of an elementwise function meet: common dtype, broadcasting, flattening.
"""Helpers of the elementwise oracles."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import numpy as np

from ..casting import cast
from ..promotion import floating_dtype, promote_operands
from ..registry import Array, DType

__all__ = ["map_binary", "map_common", "map_floating", "to_floating"]

BinaryFunction: TypeAlias = "Callable[[Array, Array], Array]"


def map_binary(function: BinaryFunction, x1: Array, x2: Array, compute: DType) -> Array:
    """``function`` of two operands cast to ``compute``, broadcast, flattened."""
    a, b = np.broadcast_arrays(cast(x1, compute), cast(x2, compute))
    return function(np.ravel(a), np.ravel(b)).reshape(a.shape)


def map_common(function: BinaryFunction, x1: Array, x2: Array) -> Array:
    """``function`` of two operands in their common dtype."""
    return map_binary(function, x1, x2, promote_operands(x1, x2))


def map_floating(function: BinaryFunction, x1: Array, x2: Array) -> Array:
    """``function`` of two operands in their common floating dtype, float64 for integers."""
    return map_binary(function, x1, x2, floating_dtype(x1.dtype, x2.dtype))


def to_floating(x: Array) -> Array:
    """Integers as float64; anything else unchanged."""
    return cast(x, floating_dtype(x.dtype))

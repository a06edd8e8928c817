# What an error bound is a function of; the formulas are in bounds.py and the files beside it.
"""A call whose error is bounded, and the measures that formulas share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from corepy.backend.reference.exact import BinaryFormat, format_of
from corepy.backend.reference.promotion import is_complex

from .comparison import Array, FloatArray

__all__ = ["MAGNITUDE_SLACK", "BoundCase", "magnitude"]

# Magnitudes are sums of float64 roundings themselves; they are far more accurate than 1 %.
MAGNITUDE_SLACK = 1.01


@dataclass(frozen=True)
class BoundCase:
    """A call whose error is bounded; operands in the compute dtype, ``expected`` the oracle's."""

    name: str
    operands: tuple[Array, ...]
    options: Mapping[str, object]
    expected: Array

    @property
    def binary(self) -> BinaryFormat:
        """Format of the result's components."""
        return format_of(self.expected.dtype)

    @property
    def u(self) -> float:
        """Unit roundoff."""
        return 2.0**-self.binary.precision

    @property
    def subnormal(self) -> float:
        """Smallest positive number."""
        return 2.0**self.binary.min_exponent

    @property
    def largest(self) -> float:
        """Largest finite number."""
        return (2 - 2 * self.u) * 2.0 ** (self.binary.max_exponent - 1)

    def gamma(self, roundings: FloatArray | float) -> FloatArray:
        """Relative error of that many roundings."""
        product = np.asarray(roundings, np.float64) * self.u
        bound: FloatArray = product / (1 - product)
        return bound

    def magnitude_expected(self) -> FloatArray:
        """Modulus of the oracle's result, of finite parts only."""
        return magnitude(self.expected)


def magnitude(x: Array) -> FloatArray:
    """Modulus, a part that is not finite counting as 0: the other part still has errors."""

    def finite(part: Array) -> FloatArray:
        return np.where(np.isfinite(part), part, 0.0).astype(np.float64)

    if is_complex(x.dtype):
        return np.hypot(finite(np.real(x)), finite(np.imag(x)))
    return np.abs(finite(x))

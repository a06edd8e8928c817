# What the oracle's tests share: the check that a float is the nearest, without the oracle.
"""What the tests of the oracle share."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction

import numpy as np
import pytest

OVERFLOW_LIMITS = {
    "float32": Fraction(2) ** 128 - Fraction(2) ** 103,  # halfway from the largest number to 2**128
    "float64": Fraction(2) ** 1024 - Fraction(2) ** 970,
}


def check_nearest(result: np.floating, true: Fraction) -> None:
    """Assert that no other number of the result's dtype is nearer, ties to even."""
    dtype = result.dtype
    if abs(true) >= OVERFLOW_LIMITS[dtype.name]:
        assert np.isinf(result)
        assert np.signbit(result) == (true < 0)
        return
    assert np.isfinite(result), (result, float(true))
    distance = abs(Fraction(float(result)) - true)
    for direction in (-math.inf, math.inf):
        with np.errstate(over="ignore"):
            neighbour = np.nextafter(result, dtype.type(direction))
        if np.isfinite(neighbour):
            other = abs(Fraction(float(neighbour)) - true)
            assert distance <= other, (result, neighbour, float(true))
            if distance == other:
                bits = int(result.view(f"u{dtype.itemsize}"))
                assert bits & 1 == 0, (result, neighbour, float(true))


@pytest.fixture(scope="session")
def assert_nearest() -> Callable[[np.floating, Fraction], None]:
    """The check ``assert_nearest(result, true value)``."""
    return check_nearest

# The error bounds of Fourier transforms; bounds.py names and evaluates them.
"""Normwise bounds: how far a line's numbers may be off, of the line's 2-norm."""

from __future__ import annotations

import math
from typing import cast

import numpy as np

from corepy.backend.reference.fft import find_transform
from corepy.backend.reference.statistical import Axis

from .bound_case import BoundCase, magnitude
from .comparison import FloatArray

__all__ = ["bound_fft", "bound_fftfreq"]

#: The largest prime that is a radix; lengths with larger ones are convolutions of the chirp.
_LARGEST_RADIX = 31


def _transform_roundings(length: int) -> float:
    """How many u of its 2-norm a transform of ``length`` may be off.

    A pass of radix 2 counts 7 (Higham, section 24.1: a root within u, a product within sqrt(5) u,
    two sums), larger radices up to 8 no more than the passes of radix 2 that they replace; an odd
    radix sums (p - 1) / 2 products in a chain, each output by itself, hence sqrt(p). The chirp's
    convolution is two transforms of a period of less than 4 n, whose spectrum spreads a line's norm
    by a factor below 3.
    """
    factors, rest = [], length
    for prime in range(2, _LARGEST_RADIX + 1):
        while rest % prime == 0:
            factors.append(prime)
            rest //= prime
    if rest > 1:
        return 3 * (2 * 7 * math.ceil(math.log2(4 * length)) + 12)
    return 3 + sum(max(7 * math.log2(p), (p + 3) / 2 * math.sqrt(p)) for p in factors)


def bound_fft(case: BoundCase) -> FloatArray:
    """Normwise: each number is off by no more than the 2-norm of its line's error.

    That is ``d u`` of the line's 2-norm, d by :func:`_transform_roundings` for each axis. The
    line's norm is taken before the transform, which multiplies it by the root of the length: what a
    real result drops does not count less.
    """
    x = case.operands[0]
    n, axis = case.options.get("n"), case.options.get("axis", -1)
    sizes = case.options.get("s", n)
    axes = case.options.get("axes", None if case.name.endswith("n") else axis)
    found = find_transform(case.name, x, cast(Axis, sizes), cast(Axis, axes))
    if not found.axes:
        return np.zeros(case.expected.shape)
    norm, count = case.options.get("norm", "backward"), float(found.size)
    is_inverse = case.name.startswith("fft.i")
    divisor = count if is_inverse == (norm == "backward") else 1.0
    scale = 1 / math.sqrt(count) if norm == "ortho" else 1 / divisor
    finite = np.isfinite(x).all(axis=found.axes, keepdims=True)
    size = magnitude(x)
    largest = size.max(axis=found.axes, keepdims=True, initial=0.0)
    relative = size / np.where(largest > 0, largest, 1.0)
    squares = np.sum(relative**2, axis=found.axes, keepdims=True)
    # A half of a line stands for the whole.
    line = np.sqrt(2 * squares) * largest
    roundings = sum(_transform_roundings(length) for length in found.lengths) + 2
    error = roundings * case.u * math.sqrt(count) * scale * line + count * 4 * case.subnormal
    overflow = line * count >= case.largest / 8
    return np.where(finite & ~overflow, error, np.inf)


def bound_fftfreq(case: BoundCase) -> FloatArray:
    """A product and a quotient in float64, rounded once more to float32."""
    return 3 * case.u * case.magnitude_expected() + case.subnormal

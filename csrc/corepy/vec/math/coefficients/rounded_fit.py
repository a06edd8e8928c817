"""Minimax polynomials whose coefficients are float32 numbers.

Minimax coefficients of full precision are in remez.py; the functions that are approximated are in
generate_float32.py.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from mpmath import mp, mpf  # type: ignore[import-untyped]  # mpmath has no stubs
from numpy.typing import NDArray

Function: TypeAlias = Callable[[mpf], mpf]
Doubles: TypeAlias = NDArray[np.float64]

_POINTS = 400
_REWEIGHTINGS = 300


@dataclass(frozen=True)
class RoundedFit:
    """A polynomial sum(coefficients[i] * x**i), float32 numbers, and its largest weighted error."""

    coefficients: list[float]
    error: float


def _solve(x: Doubles, wanted: Doubles, weight: Doubles, powers: Sequence[int]) -> Doubles:
    """Coefficients of the given powers of x with nearly the least maximum of weight * |error|.

    Lawson's algorithm: least squares, weighted again and again by the errors that are left.
    """
    columns = np.stack([x**k for k in powers], axis=1)
    scale = np.abs(columns).max(axis=0)
    importance = np.ones_like(x)
    best, least = np.zeros(len(powers)), np.inf
    for _ in range(_REWEIGHTINGS):
        factor = np.sqrt(importance) * weight
        solved = np.linalg.lstsq(columns / scale * factor[:, None], wanted * factor, rcond=None)[0]
        coefficients = solved / scale
        errors = np.abs(columns @ coefficients - wanted) * weight
        if errors.max() < least:
            best, least = coefficients, errors.max()
        importance = importance * (errors / errors.max() + 1e-12)
        importance /= importance.sum()
    return best


def fit_rounded(
    f: Function,
    limits: tuple[mpf, mpf],
    count: int,
    weight: Function,
    fixed: Sequence[float] = (),
) -> RoundedFit:
    """A polynomial of `count` float32 coefficients with small max |(p - f) weight| on the limits.

    The coefficients are rounded one by one, lowest first, and those that remain are fitted again.
    The first ones may be given.
    """
    low, high = limits
    middle, half = (low + high) / 2, (high - low) / 2
    points = [middle - half * mp.cos(mp.pi * (i + mpf(1) / 2) / _POINTS) for i in range(_POINTS)]
    x = np.array([float(p) for p in points])
    values = np.array([float(f(p)) for p in points])
    weights = np.array([abs(float(weight(p))) for p in points])
    done = list(fixed)
    for i in range(len(done), count):
        rest = values - sum(c * x**k for k, c in enumerate(done))
        done.append(float(np.float32(_solve(x, rest, weights, range(i, count))[0])))
    errors = np.abs(sum(c * x**k for k, c in enumerate(done)) - values) * weights
    return RoundedFit(done, float(errors.max()))

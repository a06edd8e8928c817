"""Minimax polynomials by the Remez exchange, in multiple precision.

The functions that they approximate are in generate.py.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from mpmath import mp, mpf  # type: ignore[import-untyped]  # mpmath has no stubs

Function = Callable[[mpf], mpf]
_ITERATIONS = 8
_GRID_POINTS_PER_EXTREMUM = 24


@dataclass(frozen=True)
class Minimax:
    """A polynomial sum(coefficients[i] * x**i) and the largest weighted error before rounding."""

    coefficients: list[mpf]
    error: mpf


def _solve_levelled(f: Function, weight: Function, nodes: list[mpf]) -> list[mpf]:
    """Coefficients whose weighted error has equal size and alternating sign at the nodes."""
    n = len(nodes)
    matrix, values = mp.matrix(n, n), mp.matrix(n, 1)
    for i, x in enumerate(nodes):
        for j in range(n - 1):
            matrix[i, j] = x**j
        matrix[i, n - 1] = (-1) ** i / weight(x)
        values[i] = f(x)
    return list(mp.lu_solve(matrix, values))[:-1]


def _alternating_extrema(points: list[mpf], errors: list[mpf]) -> list[int]:
    """One index per sign run of the errors: its largest."""
    extrema: list[int] = []
    for i, error in enumerate(errors):
        if extrema and errors[extrema[-1]] * error > 0:
            if abs(error) > abs(errors[extrema[-1]]):
                extrema[-1] = i
        else:
            extrema.append(i)
    return extrema


def fit(f: Function, low: mpf, high: mpf, degree: int, weight: Function) -> Minimax:
    """The polynomial p of that degree with the least max |(p - f) weight| on [low, high]."""
    n = degree + 2
    middle, half = (low + high) / 2, (high - low) / 2
    nodes = [middle - half * mp.cos(mp.pi * (2 * i + 1) / (2 * n)) for i in range(n)]
    count = _GRID_POINTS_PER_EXTREMUM * n
    # Chebyshev spacing: the extrema crowd at the ends.
    grid = [middle - half * mp.cos(mp.pi * i / count) for i in range(count + 1)]
    wanted = [f(x) for x in grid]
    weights = [weight(x) for x in grid]
    coefficients: list[mpf] = []
    worst = mpf(0)
    for _ in range(_ITERATIONS):
        coefficients = _solve_levelled(f, weight, nodes)
        errors = [
            (mp.polyval(coefficients[::-1], x) - y) * w
            for x, y, w in zip(grid, wanted, weights, strict=True)
        ]
        worst = max(abs(e) for e in errors)
        extrema = _alternating_extrema(grid, errors)
        while len(extrema) > n:
            extrema.pop(0 if abs(errors[extrema[0]]) < abs(errors[extrema[-1]]) else -1)
        if len(extrema) < n:
            break
        nodes = [grid[i] for i in extrema]
    return Minimax(coefficients, worst)

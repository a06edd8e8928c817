# Matrices of rational numbers, as lists of rows, for oracles of linear algebra. No cases, no tests.
"""``transpose``, ``dot``, ``multiply``, ``solve``: exact."""

from __future__ import annotations

from fractions import Fraction


def transpose(a):
    return [list(row) for row in zip(*a, strict=True)]


def dot(a, b):
    return sum(map(Fraction.__mul__, a, b), Fraction(0))


def multiply(a, b):
    return [[dot(row, column) for column in transpose(b)] for row in a]


def solve(a, b):
    """Gauss and Jordan on a nonsingular matrix."""
    n, rows = len(a), [[*p, *q] for p, q in zip(a, b, strict=True)]
    for j in range(n):
        pivot = next(i for i in range(j, n) if rows[i][j])
        rows[j], rows[pivot] = rows[pivot], rows[j]
        rows[j] = [value / rows[j][j] for value in rows[j]]
        for i in range(n):
            if i != j:
                factor = rows[i][j]
                rows[i] = [p - factor * q for p, q in zip(rows[i], rows[j], strict=True)]
    return [row[n:] for row in rows]

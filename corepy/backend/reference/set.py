# Oracle of isin and the unique functions.
"""Reference sets: Python's sorting of keys and dictionaries, one element after another."""

from __future__ import annotations

import math
import typing

import numpy as np

from .casting import cast
from .promotion import promote_operands
from .registry import Array, reference

_INDEX = np.dtype(np.int64)


def _key(value: complex, position: int) -> tuple[tuple[bool, float], tuple[bool, float], int]:
    """What sorts as the element: numbers before NaN; a NaN is told from others by its position."""
    parts = (value.real, value.imag)
    real, imaginary = ((part != part, 0 if part != part else part) for part in parts)
    has_nan = any(isinstance(part, float) and math.isnan(part) for part in parts)
    return real, imaginary, position if has_nan else -1


def _find_groups(x: Array) -> list[list[int]]:
    """The positions of equal elements, group by group in ascending order."""
    groups: dict[tuple[tuple[bool, float], tuple[bool, float], int], list[int]] = {}
    values = typing.cast("list[complex]", x.ravel().tolist())
    for position, value in enumerate(values):
        groups.setdefault(_key(value, position), []).append(position)
    return [groups[key] for key in sorted(groups)]


@reference("unique_all")
def unique_all(x: Array) -> tuple[Array, Array, Array, Array]:
    """Values, first positions, each element's group, the groups' sizes."""
    groups = _find_groups(x)
    first = np.array([group[0] for group in groups], _INDEX)
    counts = np.array([len(group) for group in groups], _INDEX)
    inverse = np.empty(x.size, _INDEX)
    for number, group in enumerate(groups):
        inverse[group] = number
    return x.ravel()[first], first, inverse.reshape(x.shape), counts


@reference("unique_counts")
def unique_counts(x: Array) -> tuple[Array, Array]:
    """Values and the groups' sizes."""
    values, _, _, counts = unique_all(x)
    return values, counts


@reference("unique_inverse")
def unique_inverse(x: Array) -> tuple[Array, Array]:
    """Values and each element's group."""
    values, _, inverse, _ = unique_all(x)
    return values, inverse


@reference("unique_values")
def unique_values(x: Array) -> Array:
    """The first element of each group."""
    return unique_all(x)[0]


@reference("isin")
def isin(x1: Array, x2: Array, *, invert: bool = False) -> Array:
    """Whether the element is in a Python set of the other's numbers; NaN is in none."""
    dtype = promote_operands(x1, x2)
    members = {value for value in cast(x2, dtype).ravel().tolist() if value == value}
    found = [(value in members) != invert for value in cast(x1, dtype).ravel().tolist()]
    return np.array(found, np.bool_).reshape(x1.shape)

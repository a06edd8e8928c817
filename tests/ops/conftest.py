# What the tests of the operators share: sample values, the comparison of bits. No cases, no tests.
"""Fixtures: ``sample`` makes operands of a row, ``same_bits`` compares with speed in mind."""

from __future__ import annotations

import zlib

import numpy as np
import pytest

import corepy
from corepy import _core
from corepy.testing import assert_bitwise_equal
from corepy.testing.strategies import special_values


def random_values(dtype: str, count: int, rng: np.random.Generator) -> np.ndarray:
    """Any bit pattern, numbers of ordinary size, small whole numbers: a third of each."""
    kind = np.dtype(dtype)
    if kind.kind == "b":
        return rng.integers(0, 2, count).astype(bool)
    if kind.kind == "c":
        part = f"float{kind.itemsize * 4}"
        return (random_values(part, 2 * count, rng)).view(kind)
    bits = rng.integers(0, 256, count * kind.itemsize, dtype=np.uint8).view(kind)
    if kind.kind in "iu":
        small = rng.integers(0 if kind.kind == "u" else -9, 10, count).astype(kind)
        return np.where(rng.random(count) < 0.5, bits, small)
    ordinary = rng.choice([1.0, 30.0, 1e-3], count) * rng.standard_normal(count)
    whole = rng.integers(-20, 21, count) / 2
    which = rng.integers(0, 3, count)
    return np.where(which == 0, bits, np.where(which == 1, ordinary, whole).astype(kind))


def sample_operands(name: str, dtype: str, count: int) -> tuple[np.ndarray, ...]:
    """Operands for a call of an elementwise operator that computes in ``dtype``.

    Special values first, every pair of them for two operands; then random ones; shuffled, so that
    special values stand among ordinary ones. Values that the operator refuses are left out.
    """
    rng = np.random.default_rng(zlib.crc32(f"{name}/{dtype}".encode()))
    operands = corepy.testing.operator_row(name).operands
    special = special_values(dtype)
    if len(special) > 40:  # complex numbers: 1156 values are too many for pairs
        special = rng.permutation(special)
    grids = [special] if len(operands) == 1 else np.meshgrid(special[:40], special[:40])
    order = rng.permutation(count)
    columns = []
    for index in range(len(operands)):
        grid = np.ravel(
            grids[min(index, len(grids) - 1)] if index < 2 else rng.permutation(grids[0].ravel())
        )
        grid = grid[rng.permutation(grid.size)] if len(operands) == 1 else grid
        column = np.concatenate([grid, random_values(dtype, count, rng)])[:count]
        columns.append(column[order].copy())
    return tuple(_accept(name, dtype, columns, rng))


def _accept(
    name: str, dtype: str, columns: list[np.ndarray], rng: np.random.Generator
) -> list[np.ndarray]:
    if name == "where":
        columns[0] = rng.integers(0, 2, columns[0].size).astype(bool)
    if name in ("bitwise_left_shift", "bitwise_right_shift") and np.dtype(dtype).kind == "i":
        columns[1] = np.where(columns[1] < 0, ~columns[1], columns[1])
    if name == "pow" and np.dtype(dtype).kind == "i":
        columns[1] = np.where(columns[1] < 0, ~columns[1], columns[1])
    return columns


def canonical(x: object) -> bytes:
    """The bytes that a digest hashes: C order, one NaN."""
    return _core.canonical_bytes(x if isinstance(x, corepy.Tensor) else corepy.asarray(x))


def assert_same_bits(actual: corepy.Tensor, expected: np.ndarray, label: str) -> None:
    """``assert_bitwise_equal``, at the price of a comparison of bytes where all is well."""
    same_kind = actual.shape == expected.shape and actual.dtype.name == expected.dtype.name
    if not same_kind or canonical(actual) != canonical(expected):
        assert_bitwise_equal(actual, expected, label=label)


@pytest.fixture(scope="session")
def sample():
    return sample_operands


@pytest.fixture(scope="session")
def random_array():
    return random_values


@pytest.fixture(scope="session")
def same_bits():
    return assert_same_bits

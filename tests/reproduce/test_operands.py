# The golden operands: the same bytes everywhere, and the values that find mistakes.
from __future__ import annotations

import hashlib

import numpy as np
import pytest

from corepy.reproduce.operands import ITEM_BYTES, Operand, make_bytes
from corepy.testing.strategies import DTYPES

HALVES = {"float16", "bfloat16"}
KINDS = ("any", "ordinary", "near_one", "count")


def values(operand: Operand) -> np.ndarray:
    return np.frombuffer(make_bytes(operand), operand.dtype)


def test_every_dtype_has_its_size():
    assert set(ITEM_BYTES) == set(DTYPES)
    for dtype, size in ITEM_BYTES.items():
        assert np.dtype(dtype).itemsize == size
        assert len(make_bytes(Operand(dtype, (3, 5)))) == 15 * size


def test_the_bytes_are_the_same_everywhere():
    assert hash_operands(sorted(set(ITEM_BYTES) - HALVES)) == "1de58361bad6eb6485fabcfe12a106ff"
    assert hash_operands(sorted(HALVES)) == "8af342acaea6afdfd7d1e97c5f9902b2"


def hash_operands(dtypes):
    seen = hashlib.sha256()
    for dtype in dtypes:
        for seed, kind in enumerate(KINDS):
            data = np.frombuffer(make_bytes(Operand(dtype, (1201,), seed, kind)), dtype)
            seen.update(data.astype(data.dtype.newbyteorder("<")).tobytes())
    return seen.hexdigest()[:32]


@pytest.mark.parametrize("dtype", ["float32", "float64", "float16"])
def test_floats_have_what_finds_mistakes(dtype):
    x = values(Operand(dtype, (4000,)))
    info = np.finfo(dtype)
    assert np.isnan(x).any()
    for special in (np.inf, -np.inf, info.max, info.tiny, info.smallest_subnormal, 1.0, 2.5):
        assert (x == special).any(), special
    zeros = x[x == 0]
    assert set(np.signbit(zeros)) == {True, False}
    exponents = np.frexp(x[np.isfinite(x) & (x != 0)])[1]
    assert exponents.min() < info.minexp < 0 < exponents.max() == info.maxexp
    assert 0.4 < np.mean((np.abs(x) < 16) & (np.abs(x) > 0.05)) < 0.9


@pytest.mark.parametrize("dtype", ["int8", "int64", "uint16"])
def test_integers_have_ends_and_small_numbers(dtype):
    x = values(Operand(dtype, (4000,)))
    info = np.iinfo(dtype)
    for special in (info.min, info.max, 0, 1, 19):
        assert (x == special).any(), special


def test_ordinary_numbers_are_of_like_size():
    for dtype in ("float32", "float64", "float16", "bfloat16"):
        x = np.abs(values(Operand(dtype, (5000,), 0, "ordinary")))
        assert x.min() >= 0.0625
        assert x.max() < 16


def test_products_of_numbers_near_one_stay():
    counts = {"float32": 400_000, "float64": 40_000, "float16": 400_000, "bfloat16": 40_000}
    for dtype, count in counts.items():
        x = values(Operand(dtype, (count,), 0, "near_one")).astype(np.float64)
        assert abs(np.log(np.abs(x)).sum()) < 60
        assert set(np.sign(x)) == {1.0, -1.0}
    assert (values(Operand("int16", (999,), 0, "near_one")) % 2 == 1).all()


def test_counts_and_indices_stay_in_range():
    for dtype in ("int8", "int64"):
        assert values(Operand(dtype, (3000,), 1, "count")).min() >= 0
    indices = values(Operand("int64", (3000,), 5, "index"))
    assert indices.min() >= 0
    assert indices.max() == 255


def test_operands_differ_by_seed():
    first, second = Operand("float64", (500,)), Operand("float64", (500,), 1)
    assert make_bytes(first) == make_bytes(Operand("float64", (500,)))
    both = values(first), values(second)
    assert np.mean(both[0] == both[1]) < 0.2


def test_two_operands_pair_special_values():
    x, y = values(Operand("float64", (60_000,))), values(Operand("float64", (60_000,), 1))
    for first in (np.inf, 0.0, 1.0):
        for second in (-np.inf, 0.0, 2.5):
            assert ((x == first) & (y == second)).any(), (first, second)


def test_repeated_operands_are_one_row_or_column():
    assert len(make_bytes(Operand("int8", (7, 9), repeated="rows"))) == 9
    assert len(make_bytes(Operand("int8", (7, 9), repeated="columns"))) == 7

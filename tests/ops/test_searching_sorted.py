# Tests of searchsorted, isin and the unique functions: against the oracle and NumPy; NaN, zeros,
# layouts, ISAs, threads, errors.
from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import corepy as cp
from corepy.errors import (
    ArgumentError,
    ArgumentTypeError,
    DTypeError,
    OutOfBoundsError,
    ShapeError,
)
from corepy.testing import check_op, operator_row
from corepy.testing.strategies import LAYOUTS, lay_out

ORDERED = operator_row("isin").dtypes
ALL = operator_row("unique_all").dtypes
UNIQUE = ["unique_all", "unique_counts", "unique_inverse", "unique_values"]
SIDES = ["left", "right"]
FEW = [0, 1, 2, 3, 15, 16, 17, 33, 200]
SPECIAL = np.array([np.nan, 0.0, -0.0, 1, np.inf, np.nan, -0.0, -np.inf, 0.0, -np.nan, 1])


def repeated(dtype, shape, seed=0):
    """Elements of which many are equal; special ones among floats."""
    rng = np.random.default_rng(seed)
    parts = [rng.choice(np.r_[SPECIAL, -3, 5, 2.5], shape) for _ in range(2)]
    if dtype.startswith("complex"):
        numbers = np.empty(shape, dtype)
        numbers.real, numbers.imag = parts
        return numbers
    if dtype.startswith("float"):
        return parts[0].astype(dtype)
    return rng.integers(0, 90, shape).astype(dtype)


@pytest.mark.parametrize("name", UNIQUE)
@pytest.mark.parametrize("dtype", ALL)
def test_unique_agrees_with_the_oracle(name, dtype):
    for length in FEW:
        check_op(name, repeated(dtype, length))
    for layout in LAYOUTS:
        check_op(name, lay_out(repeated(dtype, (7, 12)), layout))
    for shape in [(), (3, 0, 2)]:
        check_op(name, repeated(dtype, shape))


@pytest.mark.parametrize("dtype", ["complex64", "complex128"])
def test_complex_numbers_with_nan_differ_from_all(dtype):
    nan = float("nan")
    x = np.array([complex(nan, 1), 1 + 2j, complex(1, nan), complex(nan, 1), -0.0 - 0j, 0j], dtype)
    result = cp.unique_all(cp.asarray(np.tile(x, 3)))
    check_op("unique_all", np.tile(x, 3))
    assert sorted(np.asarray(result.counts).tolist()) == [1] * 9 + [3, 6]


def test_names_of_the_results():
    x = cp.asarray([7, 3, 7])
    everything = cp.unique_all(x)
    assert isinstance(everything, tuple)
    values, indices, inverse_indices, counts = everything
    assert everything.values is values
    assert everything.indices is indices
    assert everything.inverse_indices is inverse_indices
    assert everything.counts is counts
    assert cp.unique_counts(x).counts.tolist() == [1, 2]
    assert cp.unique_inverse(x).inverse_indices.tolist() == [1, 0, 1]
    assert len(cp.unique_counts(x)) == len(cp.unique_inverse(x)) == 2


@given(st.lists(st.integers(-5, 5), max_size=80), st.sampled_from(["int8", "int64", "float32"]))
@settings(max_examples=60, deadline=None)
def test_unique_is_numpys(numbers, dtype):
    x = np.array(numbers, dtype)
    wanted = np.unique(x, return_index=True, return_inverse=True, return_counts=True)
    for actual, expected in zip(cp.unique_all(cp.asarray(x)), wanted, strict=True):
        np.testing.assert_array_equal(np.asarray(actual), expected)


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("dtype", ORDERED)
def test_searchsorted_agrees_with_the_oracle(dtype, side):
    for length in FEW:
        row = np.asarray(cp.sort(cp.asarray(repeated(dtype, length))))
        for count in FEW:
            check_op("searchsorted", row, repeated(dtype, count, 1), side=side)
    row = np.asarray(cp.sort(cp.asarray(repeated(dtype, 60))))
    for layout in LAYOUTS:
        check_op("searchsorted", lay_out(row, layout), lay_out(row.reshape(6, 10), layout))


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("dtype", ["int16", "uint64", "float32", "float64"])
def test_searchsorted_is_numpys(dtype, side):
    x, needles = repeated(dtype, 500), repeated(dtype, (30, 20), 2)
    order = np.argsort(x, kind="stable")
    for given_row, sorter in [(x[order], None), (x, order)]:
        actual = cp.searchsorted(
            cp.asarray(given_row),
            cp.asarray(needles),
            side=side,
            sorter=None if sorter is None else cp.asarray(sorter),
        )
        expected = np.searchsorted(given_row, needles, side=side, sorter=sorter)
        np.testing.assert_array_equal(np.asarray(actual), expected)


def test_scalars_and_mixed_dtypes():
    row = cp.asarray([1, 3, 3, 5])
    assert cp.searchsorted(row, 3).item() == 1
    assert cp.searchsorted(row, 3.5).item() == 3
    assert cp.searchsorted(row, cp.asarray([2.5, np.nan]), side="right").tolist() == [1, 4]
    assert cp.isin(row, 3).tolist() == [False, True, True, False]
    assert cp.isin(5, row).item() is True
    check_op("isin", np.arange(9, dtype="uint8"), np.array([2, -1], "int16"))


@pytest.mark.parametrize("invert", [False, True])
@pytest.mark.parametrize("dtype", ORDERED)
def test_isin_agrees_with_the_oracle(dtype, invert):
    for length in FEW:
        for count in FEW:
            check_op("isin", repeated(dtype, length), repeated(dtype, count, 3), invert=invert)
    for layout in LAYOUTS:
        x = lay_out(repeated(dtype, (5, 8)), layout)
        check_op("isin", x, lay_out(repeated(dtype, (2, 3), 4), layout), invert=invert)


@pytest.mark.parametrize("dtype", [dtype for dtype in ORDERED if "int" in dtype])
def test_isin_of_integers_close_together(dtype):
    bounds = np.iinfo(dtype)
    rng = np.random.default_rng(6)
    near = rng.integers(0, 100, 300).astype(dtype)
    for start in (bounds.min, bounds.max - 100, 7):
        members = (near[::3].astype(object) + int(start)).astype(dtype)
        needles = np.r_[members[:9], near, np.array([bounds.min, bounds.max], dtype)]
        for invert in (False, True):
            check_op("isin", needles, members, invert=invert)
    wide = np.r_[members, np.array([bounds.min, bounds.max], dtype)]
    check_op("isin", np.r_[wide, near], wide)


@pytest.mark.isa
@pytest.mark.parametrize("dtype", ALL)
def test_bits_do_not_depend_on_isa_or_threads(dtype, isa, same_bits):
    x = cp.asarray(repeated(dtype, 300_001))
    few = x[:1000]

    def run():
        results = list(cp.unique_all(x))
        if dtype in ORDERED:
            results += [cp.searchsorted(cp.sort(few), x), cp.isin(x, few)]
        return results

    with cp.settings.override(isa="baseline", num_threads=1):
        expected = run()
    for threads in (1, 2, 3, 7):
        with cp.settings.override(num_threads=threads):
            for actual, wanted in zip(run(), expected, strict=True):
                same_bits(actual, np.asarray(wanted), f"{isa} {threads}")


def test_rows_in_no_order_give_some_place():
    rng = np.random.default_rng(5)
    row, needles = rng.normal(size=1000), np.r_[rng.normal(size=1000), np.nan]
    for side in SIDES:
        places = np.asarray(cp.searchsorted(cp.asarray(row), cp.asarray(needles), side=side))
        assert places.min() >= 0
        assert places.max() <= 1000


def test_records():
    x = cp.asarray([3.0, 1.0])
    cp.unique_all(x)
    assert cp.explain_last_dispatch().op == "unique_all"
    cp.isin(x, 1.0)
    assert cp.explain_last_dispatch().op == "isin"
    assert cp.explain(cp.unique_inverse, x).op == "unique_inverse"
    assert cp.explain(cp.searchsorted, x, 1.0).op == "searchsorted"


def test_errors():
    row = cp.asarray([1, 2, 3])
    with pytest.raises(ShapeError, match=r"^searchsorted: x1"):
        cp.searchsorted(cp.asarray([[1]]), 1)
    with pytest.raises(ShapeError, match=r"^searchsorted: sorter"):
        cp.searchsorted(row, 1, sorter=cp.asarray([0, 1]))
    with pytest.raises(OutOfBoundsError, match=r"^searchsorted: "):
        cp.searchsorted(row, 1, sorter=cp.asarray([0, 1, 3]))
    with pytest.raises(DTypeError, match=r"^searchsorted: "):
        cp.searchsorted(row, 1, sorter=cp.asarray([0.0, 1.0, 2.0]))
    for side in ("up", 3, None, "\ud800"):
        with pytest.raises(ArgumentError, match=r"^searchsorted: unknown side"):
            cp.searchsorted(row, 1, side=side)
    with pytest.raises(DTypeError, match=r"^isin: "):
        cp.isin(row, 1j)
    with pytest.raises(DTypeError, match=r"^searchsorted: "):
        cp.searchsorted(cp.asarray([1j]), row)
    with pytest.raises(ArgumentTypeError, match=r"^searchsorted: x1"):
        cp.searchsorted([1], row)
    for name in UNIQUE:
        with pytest.raises(ArgumentTypeError, match=rf"^{name}: x"):
            getattr(cp, name)([1])

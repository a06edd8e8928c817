# Tests of sort and argsort: against the oracle, stability, NaN and zeros, every layout and ISA.
from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import corepy as cp
from corepy.errors import ArgumentTypeError, AxisError, DTypeError
from corepy.testing import assert_bitwise_equal, check_op, operator_row
from corepy.testing.strategies import LAYOUTS, elements, lay_out

DTYPES = operator_row("sort").dtypes
FLOATS = [dtype for dtype in DTYPES if dtype.startswith("float")]
each_dtype = pytest.mark.parametrize("dtype", DTYPES)

# Networks, insertion, merging and radix passes change over at lengths of this size.
LENGTHS = [*range(20), 31, 32, 33, 63, 64, 65, 127, 129, 255, 257, 1000, 1025, 4099]


@each_dtype
@pytest.mark.parametrize("descending", [False, True])
def test_every_length_agrees_with_the_oracle(dtype, descending, random_array):
    rng = np.random.default_rng(7)
    for length in LENGTHS:
        x = random_array(dtype, length, rng)
        check_op("sort", x, descending=descending)
        check_op("argsort", x, descending=descending)


@pytest.mark.isa
@each_dtype
@pytest.mark.parametrize("descending", [False, True])
def test_bits_do_not_depend_on_the_isa(dtype, descending, isa, random_array, same_bits):
    rng = np.random.default_rng(8)
    for length in [*LENGTHS, 70_000]:
        x = cp.asarray(random_array(dtype, length, rng))
        with cp.settings.override(isa="baseline"):
            values, places = cp.sort(x, descending=descending), cp.argsort(x, descending=descending)
        label = f"{length} {isa}"
        same_bits(cp.sort(x, descending=descending), np.asarray(values), label)
        same_bits(cp.argsort(x, descending=descending), np.asarray(places), label)


@each_dtype
@pytest.mark.parametrize("descending", [False, True])
def test_sort_is_take_at_argsort_bit_by_bit(dtype, descending, random_array):
    x = random_array(dtype, 5000, np.random.default_rng(9))
    tensor = cp.asarray(x)
    places = cp.argsort(tensor, descending=descending)
    taken, ordered = cp.take(tensor, places), cp.sort(tensor, descending=descending)
    assert np.asarray(taken).tobytes() == np.asarray(ordered).tobytes()  # NaN payloads too


@each_dtype
@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("length", [40, 3000])
def test_equal_elements_keep_their_order(dtype, descending, length):
    rng = np.random.default_rng(length)
    x = rng.integers(0, 2 if dtype == "bool" else 7, length).astype(dtype)
    places = np.asarray(cp.argsort(cp.asarray(x), descending=descending))
    ordered = x[places].astype(np.float64)
    for first, second in zip(range(length - 1), range(1, length), strict=True):
        if ordered[first] == ordered[second]:
            assert places[first] < places[second]
        else:
            assert (ordered[first] < ordered[second]) != descending


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("length", [6, 100, 5000])
def test_nan_comes_last_and_zeros_are_equal(dtype, length):
    rng = np.random.default_rng(length)
    x = rng.choice(np.asarray([np.nan, -np.nan, 0.0, -0.0, 1, -1, np.inf, -np.inf], dtype), length)
    for descending in (False, True):
        ordered = np.asarray(cp.sort(cp.asarray(x), descending=descending))
        nans = np.isnan(x).sum()
        assert np.isnan(ordered[length - nans :]).all()
        assert not np.isnan(ordered[: length - nans]).any()
        zeros = ordered[ordered == 0]
        assert np.signbit(zeros).tolist() == np.signbit(x[x == 0]).tolist()
        check_op("sort", x, descending=descending)
        check_op("argsort", x, descending=descending)


@each_dtype
def test_axes_and_layouts_agree_with_the_oracle(dtype, random_array):
    values = random_array(dtype, 4 * 5 * 37, np.random.default_rng(4)).reshape(4, 5, 37)
    for layout in LAYOUTS:
        x = lay_out(values, layout)
        for axis in (0, 1, 2, -1, -3):
            for descending in (False, True):
                check_op("sort", x, axis=axis, descending=descending)
                check_op("argsort", x, axis=axis, descending=descending)


@each_dtype
def test_sorted_reversed_and_constant_input(dtype):
    for length in (50, 3000):
        x = np.sort(np.arange(length).astype(dtype))
        for values in (x, x[::-1].copy(), np.zeros(length, dtype), np.repeat(x[:2], length // 2)):
            check_op("sort", values)
            check_op("argsort", values, descending=True)


def patterned_rows(length):
    """Rows that are bad for a quicksort with careless pivots."""
    places = np.arange(length)
    yield places % 2
    yield places % 7 - 3
    yield places % 64
    yield np.minimum(places, length - places)
    yield np.where(places % 97 == 0, length - places, 5)
    yield places ^ 0x155
    yield np.where(places < length // 2, 2 * places, 2 * (length - places) + 1)


@pytest.mark.isa
@each_dtype
@pytest.mark.parametrize("length", [500, 1100, 20_000])
def test_patterns_and_many_duplicates(dtype, length, isa):
    for pattern in patterned_rows(length):
        x = pattern.astype(dtype)
        for descending in (False, True):
            # NumPy 2.4's default sort leaves such float16 rows unsorted where the CPU has AVX-512.
            expected = np.sort(x, kind="stable")
            expected = expected[::-1] if descending else expected
            ordered = np.asarray(cp.sort(cp.asarray(x), descending=descending))
            assert_bitwise_equal(ordered, expected)


@pytest.mark.isa
@pytest.mark.parametrize("dtype", FLOATS)
def test_every_share_of_nans_and_zeros(dtype, isa):
    rng = np.random.default_rng(12)
    for length in (300, 700, 3000):
        for share in (0.01, 0.5, 1.0):
            x = rng.standard_normal(length).astype(dtype)
            x[rng.random(length) < share] = np.nan
            zeros = rng.random(length) < share / 2
            x[zeros] = np.where(rng.random(length) < 0.5, -0.0, 0.0)[zeros]
            check_op("sort", x, descending=False)
            check_op("sort", x, descending=True)


def test_empty_and_short_tensors():
    for shape in [(0,), (3, 0), (0, 3), (1,), (4, 1)]:
        for axis in range(len(shape)):
            check_op("sort", np.ones(shape), axis=axis)
            check_op("argsort", np.ones(shape), axis=axis)
    x = cp.asarray([3, 1, 2])
    assert_bitwise_equal(x.sort(), [1, 2, 3])
    assert_bitwise_equal(x.argsort(descending=True), [0, 2, 1])
    assert_bitwise_equal(x, [3, 1, 2])
    assert_bitwise_equal(cp.sort(x, stable=False), [1, 2, 3])


@given(data=st.data())
@settings(max_examples=80, deadline=None)
def test_any_values(data):
    dtype = data.draw(st.sampled_from(DTYPES))
    values = np.asarray(data.draw(st.lists(elements(dtype), max_size=40)), np.dtype(dtype))
    descending = data.draw(st.booleans())
    expected = check_op("sort", values, descending=descending)
    places = check_op("argsort", values, descending=descending)
    for isa in cp.isas():
        with cp.settings.override(isa=isa):
            x = cp.asarray(values)
            assert_bitwise_equal(cp.sort(x, descending=descending), expected, label=isa)
            assert_bitwise_equal(cp.argsort(x, descending=descending), places, label=isa)


@pytest.mark.sanitize
@pytest.mark.parametrize("name", ["sort", "argsort"])
def test_errors(name):
    function = getattr(cp, name)
    with pytest.raises(DTypeError, match=f"^{name}: "):
        function(cp.ones(3, dtype=cp.complex64))
    for axis in (1, -2, 2**40):
        with pytest.raises(AxisError, match=f"^{name}: "):
            function(cp.ones(3), axis=axis)
    with pytest.raises(AxisError):
        function(cp.ones(()))
    with pytest.raises(ArgumentTypeError):
        function(cp.ones(3), axis=None)
    with pytest.raises(ArgumentTypeError):
        function([1, 2])

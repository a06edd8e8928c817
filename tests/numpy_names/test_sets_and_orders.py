# Tests of functions of two sets, of sorting by several keys, of partitions: against NumPy.
from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import corepy as cp
from corepy.testing import assert_bitwise_equal

RNG = np.random.default_rng(0)
DTYPES = ["bool", "int8", "int64", "uint16", "uint64", "float16", "float32", "float64", "complex64"]
SETS = ["intersect1d", "union1d", "setdiff1d", "setxor1d"]


def draw(shape, dtype):
    x = RNG.integers(0, 7, shape)
    return (x + 1j * RNG.integers(0, 2, shape) if dtype[0] == "c" else x).astype(dtype)


def layouts_of(x):
    """The same elements, laid out in other ways."""
    yield cp.asarray(x)
    yield cp.asarray(x[::-1].copy())[::-1]
    yield cp.asarray(np.repeat(x, 2, -1))[..., ::2]


# ---- sets ----


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", SETS)
@pytest.mark.parametrize("shapes", [((9,), (5,)), ((3, 4), (2, 1)), ((0,), (4,)), ((4,), (0,))])
def test_sets(name, dtype, shapes):
    x, y = (draw(shape, dtype) for shape in shapes)
    expected = getattr(np, name)(x, y)
    for own in layouts_of(x):
        assert_bitwise_equal(getattr(cp, name)(own, cp.asarray(y)), expected)


@pytest.mark.parametrize("unique", [False, True])
@pytest.mark.parametrize("dtype", DTYPES)
def test_positions_of_an_intersection(dtype, unique):
    x, y = draw((3, 4), dtype), draw(9, dtype)
    if unique:
        x, y = (RNG.permutation(np.unique(one)) for one in (x, y))
    own = cp.intersect1d(cp.asarray(x), cp.asarray(y), unique, return_indices=True)
    expected = np.intersect1d(x, y, unique, return_indices=True)
    for found, numpys in zip(own, expected, strict=True):
        assert_bitwise_equal(found, numpys)


@pytest.mark.parametrize("name", ["intersect1d", "setdiff1d", "setxor1d"])
def test_unique_operands_may_say_so(name):
    x, y = np.asarray([5, 1, 7, 3]), np.asarray([3, 9, 5])
    expected = getattr(np, name)(x, y, assume_unique=True)
    assert_bitwise_equal(getattr(cp, name)(x.tolist(), y.tolist(), True), expected)


def test_every_nan_is_its_own():
    x, y = [1.0, np.nan, 2.0, np.nan], [np.nan, 2.0]
    assert cp.intersect1d(x, y).tolist() == [2.0]
    assert np.isnan(np.asarray(cp.union1d(x, y))).tolist() == [False, False, True, True, True]
    assert np.isnan(np.asarray(cp.setdiff1d(x, y))).tolist() == [False, True, True]
    assert np.isnan(np.asarray(cp.setxor1d(x, y))).tolist() == [False, True, True, True]


def test_sets_of_different_dtypes_are_promoted():
    small, large = cp.asarray([1, 3], dtype=cp.int8), cp.asarray([3, 400], dtype=cp.int16)
    assert cp.union1d(small, large).dtype == cp.int16
    assert cp.setdiff1d(small, large).dtype == cp.int8
    assert cp.intersect1d(small, cp.asarray([3.0])).tolist() == [3.0]
    assert cp.union1d(-0.0, 0.0).shape == (1,)
    with pytest.raises(cp.DTypeError, match=r"^union1d: "):
        cp.union1d(cp.asarray([1], dtype=cp.uint64), large)


# ---- slices ----


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(
    ("shape", "axis"),
    [((30, 2), 0), ((2, 30), 1), ((2, 30), -1), ((3, 12, 2), 1), ((40,), 0), ((1, 1), 0)],
)
def test_unique_slices(dtype, shape, axis):
    x = draw(shape, dtype) % 3 if dtype not in ("bool", "complex64") else draw(shape, dtype)
    expected = np.unique(x, True, True, True, axis=axis)
    for own in layouts_of(x):
        for one, numpys in zip(cp.unique(own, True, True, True, axis), expected, strict=True):
            assert_bitwise_equal(one, numpys)
    assert_bitwise_equal(cp.unique(cp.asarray(x), axis=axis), np.unique(x, axis=axis))
    values, counts = cp.unique(cp.asarray(x), return_counts=True, axis=axis)
    assert_bitwise_equal(counts, expected[3])
    assert_bitwise_equal(values, expected[0])


@pytest.mark.parametrize("shape", [(3, 0), (0, 3), (0, 0), (0,), (2, 0, 3)])
def test_unique_slices_of_no_elements(shape):
    x = np.zeros(shape)
    for axis in range(len(shape)):
        expected = np.unique(x, True, True, True, axis=axis)
        for one, numpys in zip(
            cp.unique(cp.asarray(x), True, True, True, axis), expected, strict=True
        ):
            assert_bitwise_equal(one, numpys)


def test_slices_with_nan_differ_and_zeros_do_not():
    x = np.asarray([[1, np.nan], [-0.0, 2], [1, np.nan], [0.0, 2], [np.nan, 0]])
    own = cp.unique(cp.asarray(x), True, True, True, axis=0)
    for one, numpys in zip(own, np.unique(x, True, True, True, axis=0), strict=True):
        assert_bitwise_equal(one, numpys)
    assert np.signbit(np.asarray(own[0]))[0, 0]  # the zero that came first


# ---- orders ----


@given(st.integers(1, 4), st.sampled_from([(6,), (3, 5), (0,), (2, 0), (1, 7)]), st.data())
@settings(max_examples=80, deadline=None)
def test_lexsort(count, shape, data):
    axis = data.draw(st.integers(-len(shape), len(shape) - 1))
    dtypes = st.sampled_from(["bool", "int8", "uint64", "float32", "float64"])
    keys = [RNG.integers(0, 3, shape).astype(data.draw(dtypes)) for _ in range(count)]
    expected = np.lexsort(keys, axis)
    assert_bitwise_equal(cp.lexsort([cp.asarray(one) for one in keys], axis), expected)


def test_lexsort_of_a_tensor_and_nan():
    x = RNG.integers(0, 3, (3, 8)).astype(float)
    x[2, ::3] = np.nan
    assert_bitwise_equal(cp.lexsort(cp.asarray(x)), np.lexsort(x))
    assert_bitwise_equal(cp.lexsort(cp.asarray(x.T).T), np.lexsort(x))


@pytest.mark.parametrize("dtype", [one for one in DTYPES if one != "complex64"])
@pytest.mark.parametrize("axis", [0, 1, -1, None])
@pytest.mark.parametrize("kth", [0, 2, -1, [0, -2], (1, 2)])
def test_partitions(dtype, axis, kth):
    x = draw((3, 4), dtype)
    for own in layouts_of(x):
        found, places = cp.partition(own, kth, axis), cp.argpartition(own, kth, axis)
        assert_bitwise_equal(found, np.sort(x, axis))
        assert_bitwise_equal(places, np.argsort(x, axis, kind="stable"))
    expected = np.partition(x, kth, axis)
    at = np.atleast_1d(kth)
    numpys = np.take(expected, at, axis if axis is not None else 0)
    assert (np.take(np.asarray(found), at, axis if axis is not None else 0) == numpys).all()


def test_partitions_with_nan_and_positions_in_tensors():
    x = cp.asarray([3.0, np.nan, 1.0])
    assert_bitwise_equal(cp.partition(x, cp.asarray([0, 1])), np.asarray([1.0, 3.0, np.nan]))
    assert cp.argpartition(x, cp.asarray(1)).tolist() == [2, 0, 1]
    assert cp.partition(x, []).tolist()[:2] == [1.0, 3.0]


@pytest.mark.parametrize("shape", [(0,), (3, 0), (0, 3)])
@pytest.mark.parametrize("axis", [0, -1, None])
@pytest.mark.parametrize("kth", [0, 5, -7])
def test_partitions_of_no_elements_take_any_place(shape, axis, kth):
    x = np.zeros(shape)
    for name in ("partition", "argpartition"):
        expected = getattr(np, name)(x, kth, axis)
        assert_bitwise_equal(getattr(cp, name)(cp.asarray(x), kth, axis), expected)
    with pytest.raises(cp.ArgumentTypeError, match="kth"):
        cp.partition(cp.asarray(x), 0.5, axis)


@pytest.mark.parametrize(
    ("error", "call", "words"),
    [
        (cp.OutOfBoundsError, lambda: cp.partition([1, 2], 2), "partition: kth"),
        (cp.OutOfBoundsError, lambda: cp.argpartition([1, 2], [0, -3]), "argpartition: kth"),
        (cp.ArgumentTypeError, lambda: cp.partition([1, 2], 1.0), "partition: kth"),
        (cp.ArgumentTypeError, lambda: cp.partition([1, 2], cp.ones(1)), "partition: kth"),
        (cp.AxisError, lambda: cp.partition([1, 2], 1, axis=1), "partition: axis"),
        (cp.DTypeError, lambda: cp.partition([1j, 2], 1), "partition: unsupported"),
        (cp.ShapeError, lambda: cp.lexsort([]), "lexsort: no keys"),
        (cp.ShapeError, lambda: cp.lexsort(([1], [1, 2])), r"lexsort: .*\(1,\) and \(2,\)"),
        (cp.ShapeError, lambda: cp.lexsort(cp.asarray(1)), "lexsort: no keys"),
        (cp.ArgumentTypeError, lambda: cp.lexsort(3), "lexsort: keys"),
        (cp.AxisError, lambda: cp.lexsort([[1, 2]], 1), "lexsort: axis"),
        (cp.ArgumentTypeError, lambda: cp.union1d([1], object()), "union1d: ar2"),
        (cp.AxisError, lambda: cp.unique([[1, 2]], axis=2), "unique: axis"),
        (cp.AxisError, lambda: cp.unique(3, axis=0), "unique: axis"),
        (cp.ArgumentTypeError, lambda: cp.unique([[1, 2]], axis=(0, 1)), "unique: axis"),
    ],
)
def test_wrong_arguments(error, call, words):
    with pytest.raises(error, match=f"^{words}"):
        call()

# Tests of x[key], x[key] = value and take, against NumPy's basic indexing and the oracle.
from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import corepy as cp
from corepy.errors import (
    ArgumentError,
    ArgumentTypeError,
    AxisError,
    CorepyError,
    DTypeError,
    OutOfBoundsError,
    ShapeError,
)
from corepy.testing import assert_bitwise_equal, check_op
from corepy.testing.strategies import DTYPES, LAYOUTS, lay_out

SHAPES = st.lists(st.integers(0, 5), max_size=4).map(tuple)


def numbered(shape, dtype="int32"):
    return np.arange(int(np.prod(shape, dtype=int))).reshape(shape).astype(dtype)


def keys(shape):
    return hnp.basic_indices(shape, min_dims=0, max_dims=8, allow_newaxis=True, allow_ellipsis=True)


@given(data=st.data())
@settings(max_examples=400, deadline=None)
def test_any_basic_key_reads_as_numpy_does(data):
    shape = data.draw(SHAPES)
    values = numbered(shape)
    x = lay_out(values, data.draw(st.sampled_from([one for one in LAYOUTS if one != "broadcast"])))
    key = data.draw(keys(shape))
    assert_bitwise_equal(x[key], np.asarray(values[key]))
    assert_bitwise_equal(x, values)


@given(data=st.data())
@settings(max_examples=400, deadline=None)
def test_any_basic_key_writes_as_numpy_does(data):
    shape = data.draw(SHAPES)
    values = numbered(shape, "float32")
    x = lay_out(values, data.draw(st.sampled_from([one for one in LAYOUTS if one != "broadcast"])))
    key = data.draw(keys(shape))
    held = x[...]
    target = np.asarray(values[key])
    ones = data.draw(st.lists(st.booleans(), min_size=target.ndim, max_size=target.ndim))
    small = tuple(1 if one else n for one, n in zip(ones, target.shape, strict=True))
    written = 1000 + numbered(small[data.draw(st.integers(0, len(small))) :], "float32")
    expected = values.copy()
    expected[key] = written
    x[key] = cp.asarray(written)
    assert_bitwise_equal(x, expected)
    assert_bitwise_equal(held, values)


@given(data=st.data())
@settings(max_examples=150, deadline=None)
def test_a_tensor_may_be_written_from_itself(data):
    length = data.draw(st.integers(0, 12))
    values = numbered((length,))
    key = data.draw(hnp.basic_indices((length,), min_dims=1, max_dims=1))
    source = data.draw(hnp.basic_indices((length,), min_dims=1, max_dims=1))
    expected = values.copy()
    x = cp.asarray(values)
    if np.shape(values[key]) != np.shape(values[source]):
        return
    expected[key] = values[source].copy()
    x[key] = x[source]
    assert_bitwise_equal(x, expected)


@pytest.mark.parametrize("dtype", DTYPES)
def test_every_dtype_is_read_and_written(dtype):
    values = numbered((6, 7), dtype)
    check_op("getitem", values, key=(slice(None, None, -2), 3))
    check_op("setitem", values, values[:2], key=(slice(1, 3),))
    check_op("setitem", values, values[0, ::-1], key=(Ellipsis, slice(None)))
    x = cp.asarray(values)
    for value in [True, *([3] if dtype != "bool" else [])]:
        x[2, 2] = value
        assert x[2, 2].item() == value
    if dtype.startswith("complex"):
        x[0] = 1 + 2j
        assert x[0, 3].item() == 1 + 2j


@pytest.mark.parametrize("source", DTYPES)
@pytest.mark.parametrize("target", DTYPES)
def test_values_convert_within_their_kind_only(source, target):
    ranks = {"b": 0, "u": 1, "i": 2, "f": 3, "c": 4}
    first, second = (ranks[getattr(cp, dtype).kind] for dtype in (source, target))
    x, value = cp.zeros(4, dtype=target), cp.ones(2, dtype=source)
    if first <= second and not (second == 0 and first > 0):
        x[1:3] = value
        assert_bitwise_equal(x, np.asarray([0, 1, 1, 0], target))
    else:
        with pytest.raises(DTypeError, match=r"^setitem: "):
            x[1:3] = value
        assert_bitwise_equal(x, np.zeros(4, target))


@pytest.mark.sanitize
@pytest.mark.parametrize(
    ("key", "error"),
    [
        (2, OutOfBoundsError),
        (-3, OutOfBoundsError),
        (2**63, OutOfBoundsError),
        (-(2**80), OutOfBoundsError),
        ((0, 3), OutOfBoundsError),
        ((0, 0, 0), OutOfBoundsError),
        ((..., ...), OutOfBoundsError),
        ("a", OutOfBoundsError),
        (1.0, OutOfBoundsError),
        (slice(None, None, 0), ArgumentError),
        (slice("a", None), ArgumentTypeError),
        (slice(0.5, None), ArgumentTypeError),
        ([0, 2], OutOfBoundsError),
        ((None,) * 63, ShapeError),
    ],
)
def test_wrong_keys(key, error):
    x = cp.asarray(numbered((2, 3)))
    with pytest.raises(error) as caught:
        x[key]
    assert isinstance(caught.value, CorepyError)
    with pytest.raises(error):
        x[key] = 1
    assert_bitwise_equal(x, numbered((2, 3)))


@pytest.mark.sanitize
def test_keys_that_raise_or_write_while_they_are_read():
    x = cp.asarray([1, 2, 3])

    class Raising:
        def __index__(self):
            raise LookupError("no index today")

    class Writing:
        def __index__(self):
            x[...] = 7
            return 1

    with pytest.raises(LookupError):
        x[Raising()]
    with pytest.raises(LookupError):
        x[Raising()] = 1
    with pytest.raises(LookupError):
        x[Raising() :]
    assert x[Writing()].item() == 7
    x[Writing()] = 5
    assert_bitwise_equal(x, [7, 5, 7])


@pytest.mark.sanitize
def test_wrong_values_write_nothing():
    x = cp.asarray(numbered((2, 3), "int8"))
    for value in (300, -129, 2**70, 1.5, 1j, "a", None, [1, 2], [[1, 2, 3]] * 3, [[1], [2, 3]]):
        with pytest.raises(CorepyError):
            x[...] = value
    with pytest.raises(CorepyError):
        del x[0]
    assert_bitwise_equal(x, numbered((2, 3), "int8"))


def test_extreme_slices():
    x = cp.asarray(numbered((5,)))
    values = numbered((5,))
    big = 2**63
    for key in [
        slice(-big, big),
        slice(big, -big, -1),
        slice(None, None, big - 1),
        slice(None, None, -big),
        slice(None, None, -(2**70)),
        slice(4, -big - 5, -2),
        slice(-(2**90), 2**90, 2),
    ]:
        assert_bitwise_equal(x[key], values[key])


def test_numpy_integers_and_rank_0_tensors_are_indices():
    x = cp.asarray(numbered((4, 3)))
    rows = numbered((4, 3))
    assert_bitwise_equal(x[np.int8(2)], rows[2])
    assert_bitwise_equal(x[cp.asarray(2)], rows[2])
    assert_bitwise_equal(x[np.uint64(1) : np.int16(3)], rows[1:3])


# ---- take


@pytest.mark.isa
@pytest.mark.parametrize("dtype", DTYPES)
def test_take_agrees_with_the_oracle(dtype, isa):
    x = numbered((5, 4, 3), dtype)
    rng = np.random.default_rng(2)
    for axis in (0, 1, 2, -1):
        length = x.shape[axis]
        for count in (0, 1, 17, 100):
            for kind in ("int64", "int8", "uint16", "uint64"):
                low = 0 if kind[0] == "u" else -length
                check_op("take", x, rng.integers(low, length, count).astype(kind), axis=axis)
    check_op("take", x[0, 0], np.asarray([2, 0, -1]))
    for layout in LAYOUTS:
        check_op("take", lay_out(x, layout), np.asarray([2, 0, -1]), axis=1)


@pytest.mark.sanitize
@pytest.mark.parametrize(
    ("dtype", "index"),
    [
        ("int64", 5),
        ("int64", -6),
        ("int64", 2**63 - 1),
        ("int64", -(2**63)),
        ("uint64", 2**63),
        ("uint64", 2**64 - 1),
        ("int8", 127),
    ],
)
def test_take_checks_every_index(dtype, index):
    x = cp.asarray(numbered((5, 2)))
    for place in (0, 3, 40):
        indices = np.zeros(41, dtype)
        indices[place] = index
        with pytest.raises(OutOfBoundsError, match=r"^take: "):
            cp.take(x, cp.asarray(indices), axis=0)


@pytest.mark.sanitize
def test_take_errors():
    x = cp.asarray(numbered((5, 2)))
    with pytest.raises(DTypeError):
        cp.take(x, cp.asarray([1.0]), axis=0)
    with pytest.raises(DTypeError):
        cp.take(x, cp.asarray([True]), axis=0)
    with pytest.raises(AxisError):
        cp.take(x, cp.asarray([1]), axis=2)
    with pytest.raises(AxisError):
        cp.take(x, cp.asarray([1]))
    with pytest.raises(ArgumentTypeError):
        cp.take(x, {1}, axis=0)
    with pytest.raises(OutOfBoundsError):
        cp.take(cp.zeros((0, 3)), cp.asarray([0]), axis=0)
    assert cp.take(cp.zeros((0, 3)), cp.asarray([], dtype=cp.int64), axis=0).shape == (0, 3)
    with pytest.raises(OutOfBoundsError):  # also where the result would be empty
        cp.take(cp.zeros((2, 0)), cp.asarray([5]), axis=0)

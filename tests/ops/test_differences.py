# Tests of diff, which is composed of slices and subtract.
from __future__ import annotations

import inspect
import itertools

import numpy as np
import pytest

import corepy as cp
from corepy.errors import ArgumentError, AxisError, DTypeError, ShapeError
from corepy.testing import assert_bitwise_equal


@pytest.mark.parametrize("dtype", ["int8", "uint16", "int64", "float32", "float64", "complex64"])
@pytest.mark.parametrize("shape", [(7,), (4, 5), (2, 3, 4)])
def test_differences_are_numpys(dtype, shape):
    rng = np.random.default_rng(3)
    x = rng.integers(0, 100, shape).astype(dtype)
    for axis, n in itertools.product(range(-len(shape), len(shape)), range(4)):
        got = cp.diff(cp.asarray(x), axis=axis, n=n)
        assert_bitwise_equal(np.asarray(got), np.diff(x, axis=axis, n=n))


def test_prepend_and_append_are_joined_first():
    x = np.arange(12.0).reshape(3, 4) ** 2
    before, after = -np.ones((3, 2)), np.full((3, 1), 7.0)
    for n in range(4):
        got = cp.diff(cp.asarray(x), n=n, prepend=cp.asarray(before), append=cp.asarray(after))
        joined = np.concatenate([before, x, after], axis=1)
        assert_bitwise_equal(np.asarray(got), np.diff(joined, n=n))
    only_after = cp.diff(cp.asarray(x), axis=0, append=cp.asarray(x[:1]))
    assert_bitwise_equal(np.asarray(only_after), np.diff(x, axis=0, append=x[:1]))


@pytest.mark.parametrize("dtype", ["int8", "float32", "complex64"])
@pytest.mark.parametrize("axis", [0, 1, -1])
def test_a_number_is_joined_as_one_slice(dtype, axis):
    x = (np.arange(12).reshape(3, 4) ** 2).astype(dtype)
    ends = (7, 2.5) if dtype != "int8" else (7, -3)
    for before, after in (ends, (None, ends[1]), (np.asarray(ends[0], dtype), None)):
        options = {
            name: end for name, end in (("prepend", before), ("append", after)) if end is not None
        }
        tensors = {
            name: cp.asarray(end) if isinstance(end, np.ndarray) else end
            for name, end in options.items()
        }
        got = cp.diff(cp.asarray(x), axis=axis, **tensors)
        expected = np.diff(
            x, axis=axis, **{name: np.asarray(end, dtype) for name, end in options.items()}
        )
        assert_bitwise_equal(np.asarray(got), expected)
    wider = cp.diff(cp.asarray([1, 4]), prepend=0.5)
    assert wider.dtype == cp.float64
    assert wider.tolist() == [0.5, 3.0]
    assert cp.diff(cp.asarray([1, 4]), prepend=[0, 0]).tolist() == [0, 1, 3]


def test_corners():
    x = cp.asarray([1, 2, 4])
    assert cp.diff(x, n=3).shape == (0,)
    assert cp.diff(x, n=9).shape == (0,)
    assert cp.diff(cp.zeros((3, 0))).shape == (3, 0)
    same = cp.diff(x, n=0)
    same[0] = 99
    assert x[0].item() == 1


@pytest.mark.parametrize(
    ("error", "call"),
    [
        (AxisError, lambda x: cp.diff(x, axis=2)),
        (AxisError, lambda x: cp.diff(x, axis=-3)),
        (AxisError, lambda x: cp.diff(x[0, 0])),
        (ArgumentError, lambda x: cp.diff(x, n=-1)),
        (ShapeError, lambda x: cp.diff(x, prepend=cp.ones(3))),
        (TypeError, lambda x: cp.diff(x, prepend="0")),
        (TypeError, lambda x: cp.diff(x, append=np.ones((2, 1)))),
        (DTypeError, lambda x: cp.diff(x > 0)),
        (TypeError, lambda x: cp.diff(x, n=1.5)),
    ],
)
def test_wrong_arguments_raise(error, call):
    with pytest.raises(error):
        call(cp.ones((2, 3)))


def test_the_signature_is_the_standards_and_takes_n_as_numpys():
    first, second, *others = inspect.signature(cp.diff).parameters.values()
    assert (first.name, first.kind) == ("x", inspect.Parameter.POSITIONAL_ONLY)
    assert (second.name, second.default) == ("n", 1)
    assert [one.name for one in others] == ["axis", "prepend", "append"]
    assert [one.default for one in others] == [-1, None, None]
    assert all(one.kind is inspect.Parameter.KEYWORD_ONLY for one in others)
    x = cp.asarray([1, 4, 9, 16])
    assert cp.diff(x, 2).tolist() == cp.diff(x, n=2).tolist() == [2, 2]

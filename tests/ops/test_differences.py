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
        (DTypeError, lambda x: cp.diff(x > 0)),
        (TypeError, lambda x: cp.diff(x, n=1.5)),
    ],
)
def test_wrong_arguments_raise(error, call):
    with pytest.raises(error):
        call(cp.ones((2, 3)))


def test_the_signature_is_the_standards():
    parameters = list(inspect.signature(cp.diff).parameters.values())
    assert [one.name for one in parameters] == ["x", "axis", "n", "prepend", "append"]
    assert parameters[0].kind is inspect.Parameter.POSITIONAL_ONLY
    assert all(one.kind is inspect.Parameter.KEYWORD_ONLY for one in parameters[1:])
    assert [one.default for one in parameters[1:]] == [-1, 1, None, None]

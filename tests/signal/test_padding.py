# Tests of pad: against NumPy, which agrees element by element.
from __future__ import annotations

import numpy as np
import pytest

import corepy as cp
from corepy.testing import assert_bitwise_equal

MODES = ("constant", "edge", "reflect", "symmetric", "wrap")


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("dtype", ["bool", "int8", "float32", "complex128"])
@pytest.mark.parametrize(
    ("shape", "width"),
    [
        ((5,), 2),
        ((5,), (1, 13)),
        ((1,), 3),
        ((3, 4), ((1, 2), (0, 3))),
        ((3, 4), 5),
        ((2, 3, 2), ((0, 0), (2, 1), (1, 1))),
        ((3, 2), ((1,), (2,))),
        ((), 0),
    ],
)
def test_padding_is_numpys(mode, dtype, shape, width):
    x = np.random.default_rng(0).integers(0, 100, shape).astype(dtype)
    if mode == "reflect" and shape == (1,) and np.lib.NumpyVersion(np.__version__) < "1.17.0":
        return
    expected = np.pad(x, width, mode) if shape else x
    assert_bitwise_equal(cp.pad(cp.asarray(x), width, mode), expected)


@pytest.mark.parametrize("values", [7, (1, 2), ((1, 2), (3, 4)), ((5,), (6,))])
def test_constant_values(values):
    x = np.arange(6).reshape(2, 3)
    expected = np.pad(x, ((1, 2), (2, 1)), constant_values=values)
    assert_bitwise_equal(cp.pad(cp.asarray(x), ((1, 2), (2, 1)), constant_values=values), expected)


def test_empty_and_values():
    assert cp.pad(cp.zeros((0, 2)), 1).shape == (2, 4)
    assert cp.pad(cp.zeros((0, 2)), ((0, 0), (1, 1)), "edge").shape == (0, 4)
    x = cp.arange(3)
    y = cp.pad(x, 0)
    y[0] = 9
    assert x.tolist() == [0, 1, 2]
    assert cp.pad([1, 2], 1).tolist() == [0, 1, 2, 0]


@pytest.mark.parametrize(
    ("error", "call"),
    [
        (cp.ArgumentError, lambda: cp.pad(cp.ones(2), -1)),
        (cp.ArgumentError, lambda: cp.pad(cp.ones(2), 1, "mirror")),
        (cp.ArgumentError, lambda: cp.pad(cp.ones(2), 1, np.asarray(["edge", "wrap"]))),
        (cp.ArgumentTypeError, lambda: cp.pad(cp.ones(2), 1, constant_values=["a", "b"])),
        (cp.ArgumentError, lambda: cp.pad(cp.zeros(0), 1, "edge")),
        (cp.ArgumentError, lambda: cp.pad(cp.zeros((2, 0)), 1, "wrap")),
        (cp.ShapeError, lambda: cp.pad(cp.ones((2, 2)), ((1, 1), (1, 1), (1, 1)))),
        (cp.ShapeError, lambda: cp.pad(cp.ones(2), (1, 2, 3))),
        (cp.ArgumentTypeError, lambda: cp.pad(cp.ones(2), 1.5)),
        (cp.ArgumentTypeError, lambda: cp.pad(cp.ones(2), True)),
        (cp.ArgumentTypeError, lambda: cp.pad(object(), 1)),
    ],
)
def test_wrong_arguments(error, call):
    with pytest.raises(error, match=r"^pad: "):
        call()

# Tests of NumPy's products: dot, inner, vdot and kron, each against NumPy.
from __future__ import annotations

import numpy as np
import pytest

import corepy as cp
from corepy.errors import ShapeError
from corepy.testing import assert_bitwise_equal

RNG = np.random.default_rng(0)


def check(found, expected):
    assert_bitwise_equal(found, np.asarray(expected))


@pytest.mark.parametrize(
    ("a", "b"),
    [((3,), (3,)), ((2, 3), (3,)), ((2, 3), (3, 4)), ((2, 2, 3), (5, 3, 4)), ((3,), (2, 3, 4)),
     ((), (2, 2)), ((2, 3, 4), (4,))],
)  # fmt: skip
def test_dot(a, b):
    x, y = RNG.integers(-9, 9, a), RNG.integers(-9, 9, b)
    check(cp.dot(cp.asarray(x), cp.asarray(y)), np.dot(x, y))


@pytest.mark.parametrize(
    ("a", "b"), [((3,), (3,)), ((2, 3), (4, 3)), ((2, 2, 3), (3,)), ((), (3,))]
)
def test_inner(a, b):
    x, y = RNG.integers(-9, 9, a), RNG.integers(-9, 9, b)
    check(cp.inner(cp.asarray(x), cp.asarray(y)), np.inner(x, y))


@pytest.mark.parametrize("dtype", ["int8", "uint64", "int64", "float16", "float32", "complex64"])
@pytest.mark.parametrize(
    ("a", "b"), [((6,), (6,)), ((2, 3), (3, 2)), ((2, 1, 3), (6,)), ((), ()), ((0,), (2, 0))]
)
def test_vdot(dtype, a, b):
    x, y = (RNG.integers(0, 4, shape).astype(dtype) for shape in (a, b))
    if dtype == "complex64":
        x, y = (x * (1 - 2j)).astype(dtype), (y * (2 + 1j)).astype(dtype)
    expected = np.asarray(np.vdot(x, y))
    check(cp.vdot(cp.asarray(x), cp.asarray(y)), expected)
    check(cp.vdot(cp.transpose(cp.asarray(x.T.copy())), cp.asarray(y)), expected)


def test_vdot_has_the_bits_of_vecdot():
    x, y = (RNG.normal(size=(30, 40)) + 1j * RNG.normal(size=(30, 40)) for _ in range(2))
    found = cp.vdot(cp.asarray(x), cp.asarray(y))
    check(found, cp.vecdot(cp.asarray(x.ravel()), cp.asarray(y.ravel())))
    np.testing.assert_allclose(complex(found), np.vdot(x, y), rtol=1e-12)
    assert np.isnan(float(cp.vdot([1.0, np.nan], [1.0, 2.0])))


@pytest.mark.parametrize(
    ("a", "b"), [((3,), (4,)), ((2, 3), (4,)), ((4,), (2, 3)), ((2, 3), (3, 2)), ((), (2, 2))]
)
def test_kron(a, b):
    x = np.random.default_rng(0).integers(-9, 9, a)
    y = np.random.default_rng(1).integers(-9, 9, b)
    assert cp.kron(cp.asarray(x), cp.asarray(y)).tolist() == np.kron(x, y).tolist()


def test_kron_of_many_axes():
    x, y = np.arange(2).reshape((1,) * 39 + (2,)), np.arange(3).reshape((1,) * 29 + (3, 1))
    found = cp.kron(cp.asarray(x), cp.asarray(y))
    check(found, np.kron(x.reshape(1, 2), y.reshape(3, 1)).reshape((1,) * 38 + (3, 2)))


def test_vdot_of_different_sizes_names_the_shapes_given():
    with pytest.raises(ShapeError, match=r"vdot: .*\(3, 4\) and \(4,\)"):
        cp.vdot(cp.zeros((3, 4)), cp.arange(4.0))

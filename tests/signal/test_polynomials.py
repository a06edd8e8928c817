# Tests of polyval, vander and kron: against NumPy.
from __future__ import annotations

import numpy as np
import pytest

import corepy as cp


def test_polyval():
    x = np.random.default_rng(0).normal(size=(4, 5))
    p = [3.0, -1.0, 0.5, 2.0]
    np.testing.assert_allclose(np.asarray(cp.polyval(p, cp.asarray(x))), np.polyval(p, x), 1e-13)
    assert cp.polyval([], cp.asarray([1.0, 2.0])).tolist() == [0.0, 0.0]
    assert int(cp.polyval([3, 0, 1], 5)) == 76
    assert complex(cp.polyval([1j, 1], cp.asarray(2.0))) == 1 + 2j


@pytest.mark.parametrize("n", [None, 0, 1, 2, 5])
@pytest.mark.parametrize("increasing", [False, True])
@pytest.mark.parametrize("dtype", ["int64", "int8", "float32"])
def test_vander(n, increasing, dtype):
    x = np.asarray([1, 2, 3, 0], dtype=dtype)
    expected = np.vander(x, n, increasing)
    found = cp.vander(cp.asarray(x), n, increasing)
    assert found.tolist() == expected.astype(dtype).tolist()
    assert found.dtype.name == dtype


@pytest.mark.parametrize(
    ("a", "b"), [((3,), (4,)), ((2, 3), (4,)), ((4,), (2, 3)), ((2, 3), (3, 2)), ((), (2, 2))]
)
def test_kron(a, b):
    x = np.random.default_rng(0).integers(-9, 9, a)
    y = np.random.default_rng(1).integers(-9, 9, b)
    assert cp.kron(cp.asarray(x), cp.asarray(y)).tolist() == np.kron(x, y).tolist()


@pytest.mark.parametrize(
    ("error", "call"),
    [
        (cp.ShapeError, lambda: cp.polyval(cp.ones((2, 2)), 1.0)),
        (cp.DTypeError, lambda: cp.polyval([True], 1.0)),
        (cp.ShapeError, lambda: cp.vander(cp.ones((2, 2)))),
        (cp.ArgumentError, lambda: cp.vander(cp.ones(2), -1)),
    ],
)
def test_wrong_arguments(error, call):
    with pytest.raises(error, match=r"^(polyval|vander): "):
        call()

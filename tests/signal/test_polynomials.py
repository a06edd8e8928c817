# Tests of polynomials by their coefficients, and vander: against NumPy. Fits and zeros:
# test_fits.py.
from __future__ import annotations

import numpy as np
import pytest

import corepy as cp
from corepy.testing import assert_bitwise_equal


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


@pytest.mark.parametrize("dtype", ["int8", "uint64", "float16", "float32", "float64", "complex64"])
@pytest.mark.parametrize("sizes", [(3, 3), (1, 4), (5, 2), (2, 0), (0, 3)])
def test_sums_and_products(dtype, sizes):
    rng = np.random.default_rng(0)
    x, y = (rng.integers(1, 5, size).astype(dtype) for size in sizes)
    expected = np.asarray(np.polyadd(x, y), dtype)
    assert_bitwise_equal(cp.polyadd(cp.asarray(x), cp.asarray(y)), expected)
    if 0 in sizes:
        with pytest.raises(cp.ShapeError, match=r"^polymul: "):
            cp.polymul(cp.asarray(x), cp.asarray(y))
        return
    for layout in (cp.asarray(x), cp.asarray(x[::-1].copy())[::-1]):
        assert_bitwise_equal(cp.polymul(layout, cp.asarray(y)), np.convolve(x, y))


def test_numbers_of_python_adopt_the_dtype():
    for function in (cp.polyadd, cp.polymul):
        for dtype in ("float16", "float32", "complex64"):
            line = cp.ones(3, dtype=dtype)
            assert function(line, 2.5).dtype == function(1, line).dtype == line.dtype
        assert function(cp.ones(3, dtype="int8"), 2).dtype == cp.int8
        assert function(cp.ones(3, dtype="float32"), 1j).dtype == cp.complex64
        assert function([1, 2], 2.5).dtype == cp.float64
        with pytest.raises(cp.DTypeError, match=r"^poly\w+: unsupported dtype of a1"):
            function(cp.asarray([True]), 2)
        with pytest.raises(cp.DTypeError, match=r"^poly\w+: unsupported dtype of a2"):
            function(cp.ones(3), True)


def test_leading_zeros_stay():
    assert cp.polymul([0, 1], [0, 2]).tolist() == [0, 0, 2]
    assert cp.polyadd([1, 1], [-1, 0]).tolist() == [0, 1]
    assert cp.polyadd(3, [1, 1]).tolist() == [1, 4]
    assert cp.polymul(3, [1, 1]).tolist() == [3, 3]
    assert np.isnan(cp.polyadd([np.nan], [1.0, 2.0])[1].item())


@pytest.mark.parametrize("dtype", ["int64", "int8", "uint16", "float16", "float32", "complex128"])
@pytest.mark.parametrize("m", [0, 1, 2, 4, 5, 9, 2**70])
def test_derivatives(dtype, m):
    p = np.asarray([3, 1, 0, 2, 5]).astype(dtype)
    expected = np.polyder(p, min(m, 9)).astype(dtype)
    assert_bitwise_equal(cp.polyder(cp.asarray(p), m), expected)
    assert cp.polyder(cp.zeros(0, dtype=dtype), m).shape == (0,)


def test_derivatives_keep_the_dtype_of_integers_and_wrap():
    p = cp.ones(200, dtype=cp.int8)
    assert_bitwise_equal(cp.polyder(p), np.arange(199, 0, -1).astype(np.int8))
    x = cp.asarray([1.0, 2.0])
    y = cp.polyder(x, 0)
    y[0] = 9.0
    assert x.tolist() == [1.0, 2.0]  # values, not aliases


@pytest.mark.parametrize("dtype", ["int64", "bool", "float32", "float64", "complex64"])
@pytest.mark.parametrize(
    ("m", "k"), [(0, None), (1, None), (2, 3.0), (2, [1.0, -2.0]), (3, [4]), (1, [1, 2, 3])]
)
def test_integrals(dtype, m, k):
    p = np.asarray([3, 1, 0, 2, 5]).astype(dtype)
    if dtype == "bool":
        with pytest.raises(cp.DTypeError, match=r"^polyint: "):
            cp.polyint(cp.asarray(p), m, k)
        return
    found = np.asarray(cp.polyint(cp.asarray(p), m, k))
    expected = np.polyint(p.astype("float64") if dtype == "int64" else p, m, k)
    np.testing.assert_allclose(
        found, expected, rtol=1e-6 if dtype in ("float32", "complex64") else 1e-15
    )
    assert found.dtype == ("float64" if dtype == "int64" else dtype)


def test_integrals_are_undone_by_derivatives():
    p = cp.asarray(np.random.default_rng(0).integers(-9, 9, 12) * 27720.0)  # all quotients exact
    assert_bitwise_equal(cp.polyder(cp.polyint(p, 1, 7.0)), p)
    assert cp.polyint([], 2).tolist() == [0.0, 0.0]
    assert cp.polyint(cp.ones(2, dtype=cp.float32), k=cp.asarray(1.0)).dtype == cp.float64


@pytest.mark.parametrize(
    ("error", "call"),
    [
        (cp.ShapeError, lambda: cp.polyval(cp.ones((2, 2)), 1.0)),
        (cp.DTypeError, lambda: cp.polyval([True], 1.0)),
        (cp.ShapeError, lambda: cp.vander(cp.ones((2, 2)))),
        (cp.ArgumentError, lambda: cp.vander(cp.ones(2), -1)),
        (cp.ShapeError, lambda: cp.polyadd(cp.ones((2, 2)), 1.0)),
        (cp.DTypeError, lambda: cp.polymul([True], 1.0)),
        (cp.ArgumentError, lambda: cp.polyder([1.0], -1)),
        (cp.ArgumentTypeError, lambda: cp.polyder([1.0], 1.0)),
        (cp.ArgumentError, lambda: cp.polyint([1.0], -1)),
        (cp.ArgumentError, lambda: cp.polyint([1.0], 1001)),
        (cp.ShapeError, lambda: cp.polyint([1.0], 3, [1.0, 2.0])),
        (cp.DTypeError, lambda: cp.polyint(cp.ones(2, dtype="float16"))),
    ],
)
def test_wrong_arguments(error, call):
    with pytest.raises(error, match=r"^(poly\w+|vander): "):
        call()

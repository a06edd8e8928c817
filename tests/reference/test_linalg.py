# Tests of the oracle's matrix products against Fractions and Python integers.
from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest

from corepy.backend.reference import run
from corepy.errors import AxisError, ShapeError


def call(name, *operands, **options):
    return run(name, operands, options)[0]


def matrix(dtype, *shape, seed=0, spread=8):
    rng = np.random.default_rng(seed)
    values = rng.standard_normal(shape) * 10.0 ** rng.integers(-spread, spread, shape)
    if np.dtype(dtype).kind == "c":
        values = values + 1j * rng.standard_normal(shape)
    return values.astype(dtype)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_products_are_correctly_rounded(assert_nearest, dtype):
    a, b = matrix(dtype, 5, 9, seed=1), matrix(dtype, 9, 4, seed=2)
    out = call("matmul", a, b)
    assert out.dtype == dtype
    for i in range(5):
        for j in range(4):
            terms = zip(a[i].tolist(), b[:, j].tolist(), strict=True)
            assert_nearest(out[i, j], sum(Fraction(x) * Fraction(y) for x, y in terms))


@pytest.mark.parametrize("dtype", ["complex64", "complex128"])
def test_complex_products_are_correctly_rounded(assert_nearest, dtype):
    a, b = matrix(dtype, 3, 5, seed=3), matrix(dtype, 5, 2, seed=4)
    out, dots = call("matmul", a, b), call("vecdot", a, b.T[:1])
    for i in range(3):
        for j in range(2):
            real = imag = Fraction(0)
            for x, y in zip(a[i].tolist(), b[:, j].tolist(), strict=True):
                (p, q), (r, s) = map(Fraction, (x.real, x.imag)), map(Fraction, (y.real, y.imag))
                real, imag = real + p * r - q * s, imag + p * s + q * r
            assert_nearest(out[i, j].real, real)
            assert_nearest(out[i, j].imag, imag)
        conjugated = call("matmul", np.conj(a[i]), b[:, 0])
        assert dots[i] == conjugated


@pytest.mark.parametrize("dtype", ["int8", "uint8", "int64", "uint64"])
def test_integers_wrap(dtype):
    limits = np.iinfo(dtype)
    a = np.asarray([[limits.max, limits.min], [3, 5]], dtype)
    exact = a.astype(object) @ a.astype(object)
    modulus = 1 << limits.bits
    assert [v % modulus for v in call("matmul", a, a).ravel().tolist()] == [
        v % modulus for v in exact.ravel().tolist()
    ]


def test_shapes():
    a, b = np.ones((2, 1, 3, 4)), np.ones((5, 4, 6))
    assert call("matmul", a, b).shape == (2, 5, 3, 6)
    assert call("matmul", np.ones(4), b).shape == (5, 6)
    assert call("matmul", a, np.ones(4)).shape == (2, 1, 3)
    assert call("matmul", np.ones(4), np.ones(4)).shape == ()
    assert call("matmul", np.ones((3, 0)), np.ones((0, 2))).tolist() == [[0.0, 0.0]] * 3
    assert call("matmul", np.ones((0, 3)), np.ones((3, 2))).shape == (0, 2)
    assert call("tensordot", a, np.ones((3, 4, 7))).shape == (2, 1, 7)
    assert call("tensordot", a, b, axes=0).shape == (2, 1, 3, 4, 5, 4, 6)
    assert call("tensordot", a, b, axes=((3,), (-2,))).shape == (2, 1, 3, 5, 6)
    assert call("vecdot", np.ones((2, 3, 4)), np.ones((3, 4)), axis=-2).shape == (2, 4)
    assert call("matrix_transpose", a).shape == (2, 1, 4, 3)


def test_agreement_with_numpy():
    a, b = matrix("float64", 2, 3, 4, spread=1), matrix("float64", 4, 3, 2, seed=9, spread=1)
    np.testing.assert_allclose(call("matmul", a, b[:, 0, 0]), a @ b[:, 0, 0], rtol=1e-12)
    np.testing.assert_allclose(
        call("tensordot", a, b, axes=((1, 2), (1, 0))),
        np.tensordot(a, b, axes=((1, 2), (1, 0))),
        rtol=1e-12,
    )
    np.testing.assert_allclose(call("vecdot", a, a, axis=-2), np.sum(a * a, axis=-2), rtol=1e-12)
    np.testing.assert_array_equal(call("matrix_transpose", a), np.swapaxes(a, 1, 2))


@pytest.mark.parametrize("dtype", ["float32", "float64", "complex128"])
def test_infinities_and_nans_stay_in_their_rows_and_columns(dtype):
    a, b = matrix(dtype, 3, 4, spread=1), matrix(dtype, 4, 3, seed=5, spread=1)
    clean = call("matmul", a, b)
    a[1, 2] = np.inf
    b[0, 2] = np.nan
    out = call("matmul", a, b)
    assert np.isnan(out[:, 2]).all()
    assert not np.isfinite(out[1]).any()
    np.testing.assert_array_equal(out[[0, 2]][:, :2], clean[[0, 2]][:, :2])


def test_special_sums():
    inf = math.inf
    assert call("matmul", np.asarray([inf, -inf]), np.asarray([1.0, 2.0])).tolist() != [0.0]
    assert np.isnan(call("matmul", np.asarray([inf, -inf]), np.asarray([1.0, 2.0])))
    assert np.isnan(call("matmul", np.asarray([inf, 1.0]), np.asarray([0.0, 1.0])))
    assert call("matmul", np.asarray([inf, 1.0]), np.asarray([-2.0, 1.0])) == -inf
    # Finite products that overflow on their own and cancel.
    assert call("matmul", np.asarray([1e300, 1e300, 1.0]), np.asarray([1e300, -1e300, 2.0])) == 2.0
    assert call("matmul", np.asarray([1e300, 1.0]), np.asarray([1e300, 1.0])) == inf
    # An exact zero is +0, as a chain of fused multiply-adds from +0 gives.
    assert math.copysign(1, call("matmul", np.asarray([-0.0]), np.asarray([1.0]))) == 1.0


def test_mixed_dtypes_and_errors():
    assert call("matmul", np.ones((2, 2), "int64"), np.ones((2, 2), "float32")).dtype == np.float32
    with pytest.raises(ShapeError, match="matmul: summed lengths differ"):
        call("matmul", np.ones((2, 3)), np.ones((2, 3)))
    with pytest.raises(ShapeError, match="vecdot"):
        call("vecdot", np.ones(2), np.ones(3))
    with pytest.raises(AxisError, match="tensordot: bad axes"):
        call("tensordot", np.ones(2), np.ones(2), axes=(1, 2, 3))

# Tests of solve, inv, det and slogdet of finite matrices whose elimination overflows: against exact
# rational arithmetic. Ordinary values: test_linalg.py; other determinants: test_determinants.py.
from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest

import corepy as cp
from corepy.backend import reference
from corepy.testing import assert_bitwise_equal, check_reproducible

REAL = {"float32": (127, 24), "float64": (1023, 53)}
DTYPES = ["float32", "float64", "complex64", "complex128"]


def largest_power(dtype):
    return REAL[np.dtype(dtype).type(0).real.dtype.name][0]


def make_overflowing(dtype, n, seed=0):
    """Finite numbers, near the largest: a sum of two products of them is none."""
    rng = np.random.default_rng(seed)
    x = rng.uniform(0.5, 1.0, (n, n)) * rng.choice([-1.0, 1.0], (n, n))
    if np.dtype(dtype).kind == "c":
        x = x + 1j * rng.uniform(0.5, 1.0, (n, n))
    x = x.astype(dtype)
    x *= np.asarray(2.0 ** largest_power(dtype), x.real.dtype)
    x[n // 2] *= np.asarray(2.0**-9, x.real.dtype)
    return x


def assert_near(found, expected):
    """Column by column, within some rounding errors times a moderate condition."""
    eps = 2.0 ** (16 - REAL[expected.real.dtype.name][1])
    least = np.finfo(expected.dtype).smallest_subnormal
    for own, exact in zip(np.asarray(found).T, expected.T, strict=True):
        assert (np.abs(own - exact) <= eps * np.abs(exact).max() + 4 * least).all()


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("n", [2, 3, 9])
def test_solve_and_inv(dtype, n):
    a = make_overflowing(dtype, n)
    rng = np.random.default_rng(1)
    b = (rng.normal(size=(n, 3)) * [1.0, 2.0 ** (largest_power(dtype) - 3), 1e-3]).astype(dtype)
    x = cp.linalg.solve(cp.asarray(a), cp.asarray(b))
    assert_near(x, reference.run("solve", (a, b), {})[0])
    for j in range(3):  # a column of the result is a function of its own alone
        alone = cp.linalg.solve(cp.asarray(a), cp.asarray(b[:, j].copy()))
        assert_bitwise_equal(x[:, j], alone)
    inverse = cp.linalg.inv(cp.asarray(a))
    assert_near(inverse, reference.run("inv", (a,), {})[0])
    assert_bitwise_equal(inverse, cp.linalg.solve(cp.asarray(a), cp.eye(n, dtype=dtype)))


@pytest.mark.parametrize("dtype", DTYPES)
def test_large_ones_are_those_of_a_scaled_matrix(dtype):
    a = make_overflowing(dtype, 150)
    small = a * np.asarray(2.0**-30, a.real.dtype)
    factor = np.asarray(2.0**-30, a.real.dtype)
    assert_near(cp.linalg.inv(cp.asarray(a)), np.asarray(cp.linalg.inv(cp.asarray(small))) * factor)
    with cp.settings.override(verify=True):
        cp.linalg.inv(cp.asarray(a))


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("n", [2, 3, 12])
def test_slogdet_and_det(dtype, n):
    a = make_overflowing(dtype, n, 3)
    sign, logarithm = cp.linalg.slogdet(cp.asarray(a))
    phase, size = (one.item() for one in reference.run("slogdet", (a,), {}))
    eps = 2.0 ** (12 - REAL[a.real.dtype.name][1])
    assert abs(logarithm.item() - size) < eps * size
    assert abs(sign.item() - phase) < eps
    found = complex(cp.linalg.det(cp.asarray(a)).item())
    assert not math.isfinite(abs(found))


def test_a_determinant_that_is_finite_though_the_elimination_overflows():
    a = cp.asarray([[1e308, 1e308, 0.0], [1e308, -1e308, 0.0], [0.0, 0.0, 1e-320]])
    exact = -2 * Fraction(1e308) ** 2 * Fraction(a[2, 2].item())
    found = cp.linalg.det(a).item()
    assert abs(Fraction(found) / exact - 1) < Fraction(1, 2**50)
    x = cp.linalg.solve(a, cp.asarray([1e308, 0.0, 1e-320]))
    assert x.tolist() == [0.5, 0.5, 1.0]


def test_rows_of_any_size_keep_their_bits():
    """Rows are scaled one by one: a tiny one does not vanish beside a huge one."""
    a = cp.asarray([[1e308, 1e308, 0.0], [1e308, -1e308, 0.0], [0.0, 3e-300, 1e-300]])
    assert cp.linalg.inv(cp.asarray([[1e308, 1e308], [1e308, -1e308]])).tolist() == [
        [5e-309, 5e-309],
        [5e-309, -5e-309],
    ]
    x = cp.linalg.solve(a, cp.asarray([2e307, 0.0, 1e-300]))
    assert np.allclose(np.asarray(x), [0.1, 0.1, 0.7], rtol=1e-14)


def test_complex_pivots_by_which_a_quotient_overflows():
    big = 1.5e308
    for a in ([[big + big * 1j, 0], [big, 1]], [[big * 1j - big, 1e300], [3e300, big * 1j]]):
        x = np.asarray(a, complex)
        assert_near(cp.linalg.inv(cp.asarray(x)), reference.run("inv", (x,), {})[0])
    sign, logarithm = cp.linalg.slogdet(cp.asarray([[big * (1 - 1j)]]))
    assert abs(logarithm.item() - math.log(big) - math.log(2) / 2) < 1e-12
    assert abs(sign.item() - complex(1, -1) / math.sqrt(2)) < 1e-15


def test_a_right_hand_side_whose_sums_overflow_is_scaled():
    a = cp.asarray([[1.0, 1.0], [-1.0, 1.0]])
    b = cp.asarray([[1.5e308, 1.0], [1.5e308, 3.0]])
    x = cp.linalg.solve(a, b)
    assert x.tolist() == [[0.0, -1.0], [1.5e308, 2.0]]
    assert_bitwise_equal(x[:, 1], cp.linalg.solve(a, b[:, 1]))
    too_large = cp.linalg.solve(a * 1e-3, b)
    assert too_large.tolist() == [[0.0, -1000.0], [math.inf, 2000.0]]


def test_singular_ones_are_still_named():
    a = cp.asarray([[1e308, 1e308, 1.0], [1e308, -1e308, 1.0], [1e308, 1e308, 1.0]])
    stack = cp.stack([cp.eye(3), a])
    with pytest.raises(cp.LinalgError, match=r"^inv: matrix \(1,\) of the batch is singular"):
        cp.linalg.inv(stack)
    sign, logarithm = cp.linalg.slogdet(stack)
    assert (sign.tolist(), logarithm.tolist()) == ([1.0, 0.0], [0.0, -math.inf])


@pytest.mark.parametrize("order", [(math.inf, 0.0), (0.0, math.inf), (0.0, math.nan)])
@pytest.mark.parametrize("dtype", ["float64", "complex128"])
def test_infinity_times_zero_has_neither_sign_nor_size(order, dtype):
    x = cp.asarray(np.diag(order).astype(dtype))
    sign, logarithm = cp.linalg.slogdet(x)
    assert math.isnan(abs(sign.item()))
    assert math.isnan(logarithm.item())
    assert math.isnan(abs(cp.linalg.det(x).item()))


def test_what_is_not_finite_propagates_as_ever():
    x = cp.asarray([[1.0, math.inf], [1.0, 2.0]])
    with np.errstate(all="ignore"):
        found = np.asarray(cp.linalg.inv(x))
    assert np.isnan(found).any()
    b = cp.asarray([[1.0, math.nan], [2.0, 1.0]])
    big = cp.asarray([[1e308, 1e308], [1e308, -1e308]])
    columns = np.asarray(cp.linalg.solve(big, b))
    assert columns[:, 0].tolist() == [1.5e-308, -5e-309]
    assert np.isnan(columns[:, 1]).any()


@pytest.mark.isa
def test_bits_are_the_same_everywhere():
    a = cp.asarray(np.stack([make_overflowing("float64", 90, seed) for seed in range(3)]))
    check_reproducible(lambda x: (cp.linalg.inv(x), cp.linalg.det(x * 1e-9)), a, threads=(1, 2, 7))
    c = cp.asarray(make_overflowing("complex64", 33))
    check_reproducible(lambda x: cp.linalg.inv(x), c)

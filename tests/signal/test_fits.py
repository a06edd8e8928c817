# Tests of polyfit and roots: polynomials known beforehand, exact arithmetic, NumPy.
from __future__ import annotations

from fractions import Fraction

import mpmath
import numpy as np
import pytest
from rational_matrices import multiply, solve, transpose

import corepy as cp
from corepy.testing import assert_bitwise_equal

RNG = np.random.default_rng(0)
DTYPES = ["float32", "float64", "complex64", "complex128"]


# ---- polyfit ----


def fit_exactly(x, y, degree, weights):
    """The normal equations in rationals."""
    matrix = [
        [Fraction(float(w)) * Fraction(float(v)) ** (degree - j) for j in range(degree + 1)]
        for v, w in zip(x, weights, strict=True)
    ]
    right = [[Fraction(float(v)) * Fraction(float(w))] for v, w in zip(y, weights, strict=True)]
    rows = transpose(matrix)
    found = solve(multiply(rows, matrix), multiply(rows, right))
    return np.asarray([float(value) for (value,) in found])


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("degree", [0, 1, 3, 5])
@pytest.mark.parametrize("weighted", [False, True])
def test_fits_are_within_their_bound(dtype, degree, weighted):
    x, y = RNG.normal(size=(2, 20)).astype(dtype)
    weights = (RNG.random(20) + 0.5).astype(dtype) if weighted else np.ones(20, dtype)
    options = {"w": cp.asarray(weights)} if weighted else {}
    found = np.asarray(cp.polyfit(cp.asarray(x), cp.asarray(y), degree, **options))
    assert found.dtype == dtype
    matrix = np.vander(x.astype(float), degree + 1) * weights[:, None]
    lengths = np.linalg.norm(matrix, axis=0)
    scaled = fit_exactly(x, y, degree, weights) * lengths
    values = np.linalg.svd(matrix / lengths, compute_uv=False)
    spread = values[0] / values[-1]
    right = y * weights
    residual = np.linalg.norm(matrix / lengths @ scaled - right)
    size = np.linalg.norm(scaled) + (np.linalg.norm(right) + spread * residual) / values[0]
    bound = 4 * 12 * 20 * np.finfo(dtype).eps / 2 * spread * size
    assert np.linalg.norm(found * lengths - scaled) <= bound


@pytest.mark.parametrize("dtype", DTYPES)
def test_polynomials_come_back(dtype):
    p = np.asarray([2, -1, 0, 3]).astype(dtype)
    x = np.linspace(-1, 1, 9).astype(dtype)
    values = np.polyval(p, x)
    rtol = 1e-5 if dtype in ("float32", "complex64") else 1e-12
    for layout in (cp.asarray(x), cp.asarray(x[::-1].copy())[::-1]):
        found = cp.polyfit(layout, cp.asarray(values), deg=3)
        assert found.dtype.name == dtype
        np.testing.assert_allclose(np.asarray(found), p, atol=rtol)


def test_several_polynomials_and_details():
    x, y = RNG.normal(size=12), RNG.normal(size=(12, 3))
    found = np.asarray(cp.polyfit(cp.asarray(x), cp.asarray(y), 4))
    np.testing.assert_allclose(found, np.polyfit(x, y, 4), rtol=1e-10)
    own = cp.polyfit(cp.asarray(x), cp.asarray(y), 4, full=True)
    for one, numpys in zip(own, np.polyfit(x, y, 4, full=True), strict=True):
        np.testing.assert_allclose(np.asarray(one), numpys, rtol=1e-9)
    single, weights = cp.astype(cp.asarray(x), cp.float32), [1.0] * 12
    assert cp.polyfit(single, single, 1, w=weights).dtype == cp.float32
    assert cp.polyfit(single, single, 1, w=cp.asarray(weights)).dtype == cp.float64
    one = cp.polyfit(cp.asarray(x), cp.asarray(y[:, 0]), 4)
    np.testing.assert_allclose(np.asarray(one), found[:, 0], rtol=1e-12)


def test_a_low_rank_is_told():
    found, residuals, rank, values, limit = cp.polyfit([1, 1, 1], [1, 2, 3], 1, full=True)
    assert (int(rank), residuals.shape, values.shape) == (1, (0,), (2,))
    assert limit == 3 * np.finfo(float).eps
    np.testing.assert_allclose(found.tolist(), [1.0, 1.0], rtol=1e-14)  # 2 at 1, evenly shared
    assert cp.polyfit([0, 0], [3, 5], 1).tolist() == pytest.approx([0.0, 4.0])
    assert cp.polyfit([1, 2], [3, 5], 1).tolist() == pytest.approx([2.0, 1.0])


@pytest.mark.parametrize("cov", [True, "unscaled"])
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("columns", [None, 1, 3])
@pytest.mark.parametrize("degree", [0, 2, 4])
def test_covariances_are_numpys(cov, weighted, columns, degree):
    x = RNG.normal(size=15)
    y = RNG.normal(size=15 if columns is None else (15, columns))
    w = RNG.random(15) + 0.5 if weighted else None
    own_w = cp.asarray(w) if weighted else None
    own = cp.polyfit(cp.asarray(x), cp.asarray(y), degree, w=own_w, cov=cov)
    for one, numpys in zip(own, np.polyfit(x, y, degree, w=w, cov=cov), strict=True):
        assert one.shape == numpys.shape
        np.testing.assert_allclose(np.asarray(one), numpys, rtol=1e-9, atol=1e-12)
    assert_bitwise_equal(own[0], cp.polyfit(cp.asarray(x), cp.asarray(y), degree, w=own_w))


def test_a_covariance_is_good_where_the_normal_equations_are_not():
    """Points close to each other: the square of their matrix has no digit left."""
    x = 1 + np.linspace(0, 1e-3, 12)
    _, found = cp.polyfit(cp.asarray(x), cp.asarray(x), 2, cov="unscaled")
    rows = [[Fraction(float(v)) ** (2 - j) for j in range(3)] for v in x]
    square = multiply(transpose(rows), rows)
    unit = [[Fraction(int(i == j)) for j in range(3)] for i in range(3)]
    exact = np.asarray([[float(v) for v in row] for row in solve(square, unit)])
    np.testing.assert_allclose(np.asarray(found), exact, rtol=1e-6)


def test_complex_covariances_are_hermitian():
    x = RNG.normal(size=9) + 1j * RNG.normal(size=9)
    _, found = cp.polyfit(cp.asarray(x), cp.asarray(x**2), 2, cov="unscaled")
    matrix = np.vander(x, 3)
    expected = np.linalg.inv(matrix.conj().T @ matrix)
    np.testing.assert_allclose(np.asarray(found), expected, rtol=1e-10, atol=1e-12)


# ---- roots ----


def distance(found, expected):
    """The largest distance of a zero from the nearest expected one, each taken once."""
    left, worst = list(expected), 0.0
    for one in found:
        nearest = min(left, key=lambda other: abs(other - one))
        left.remove(nearest)
        worst = max(worst, abs(nearest - one))
    assert not left
    return worst


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("degree", [1, 2, 3, 7])
def test_zeros_are_good_to_the_companion_matrix_error(dtype, degree):
    """Backward: each zero's error is that of eigenvalues of a matrix within c n u of its norm."""
    p = RNG.normal(size=degree + 1)
    p = (p + 1j * RNG.normal(size=degree + 1) if dtype[0] == "c" else p).astype(dtype)
    found = np.asarray(cp.roots(cp.asarray(p)))
    assert found.dtype == ("complex64" if dtype in ("float32", "complex64") else "complex128")
    with mpmath.workprec(300):
        exact = mpmath.polyroots([mpmath.mpmathify(complex(one)) for one in p], 200, extraprec=300)
        exact = [complex(one) for one in exact]
    companion = np.diag(np.ones(degree - 1), -1).astype(complex)
    companion[0] = -p[1:] / p[0]
    spread = np.linalg.cond(np.linalg.eig(companion)[1])  # Bauer and Fike
    bound = 30 * degree * np.finfo(dtype).eps / 2 * np.linalg.norm(companion) * spread
    assert distance(found, exact) <= bound


@pytest.mark.parametrize(
    "p",
    [[], [0], [0, 0], [5], [0, 5], [1, 0], [0, 0, 1, 0, 0], [2, -4], [1, -6, 11, -6], [1, 0, 1],
     [0, 1, -3, 2, 0]],
)  # fmt: skip
@pytest.mark.parametrize("dtype", ["float64", "int64", "complex128"])
def test_zeros_are_numpys(p, dtype):
    x = np.asarray(p, dtype)
    found = np.asarray(cp.roots(cp.asarray(x)))
    assert found.dtype == np.complex128
    assert distance(found, np.roots(x)) < 1e-12
    exact_zeros = len(np.roots(x)) and int((np.roots(x) == 0).sum())
    assert (found[len(found) - exact_zeros :] == 0).all()


def test_zeros_of_any_layout_are_the_same():
    p = RNG.normal(size=9)
    straight = cp.roots(cp.asarray(p))
    assert_bitwise_equal(cp.roots(cp.asarray(p[::-1].copy())[::-1]), straight)
    assert_bitwise_equal(cp.roots(cp.asarray(np.repeat(p, 3))[::3]), straight)
    assert cp.roots(3.0).shape == (0,)


@pytest.mark.parametrize(
    ("error", "call", "words"),
    [
        (cp.ShapeError, lambda: cp.polyfit([], [], 1), "polyfit: the shapes"),
        (cp.ShapeError, lambda: cp.polyfit([[1.0]], [1.0], 1), "polyfit: the shapes"),
        (cp.ShapeError, lambda: cp.polyfit([1.0], 1.0, 1), "polyfit: the shapes"),
        (cp.ShapeError, lambda: cp.polyfit([1.0, 2.0], [1.0], 1), "polyfit: every point"),
        (cp.ShapeError, lambda: cp.polyfit([1.0], [1.0], 1, w=[1.0, 2.0]), "polyfit: every point"),
        (cp.ArgumentError, lambda: cp.polyfit([1.0], [1.0], -1), "polyfit: deg"),
        (cp.ArgumentTypeError, lambda: cp.polyfit([1.0], [1.0], 1.0), "polyfit: deg"),
        (cp.ArgumentError, lambda: cp.polyfit([1.0], [1.0], 0, cov=True), "polyfit: the points"),
        (cp.ArgumentTypeError, lambda: cp.polyfit([1.0], [1.0], 0, cov="x"), "polyfit: cov has"),
        (cp.ArgumentTypeError, lambda: cp.polyfit([1.0], [1.0], 0, cov=2), "polyfit: cov"),
        (cp.LinalgError, lambda: cp.polyfit([1, 1], [1, 2], 1, cov=True), "polyfit: .*got rank 1"),
        (cp.LinalgError, lambda: cp.polyfit([np.nan, 1.0], [1.0, 2.0], 1), "polyfit: "),
        (cp.DTypeError, lambda: cp.polyfit(cp.ones(2, dtype="float16"), [1, 2], 1), "polyfit: "),
        (cp.ShapeError, lambda: cp.roots(cp.ones((2, 2))), "roots: coefficients"),
        (cp.DTypeError, lambda: cp.roots([True, False]), "roots: unsupported dtype"),
        (cp.LinalgError, lambda: cp.roots([1.0, np.nan]), "roots: "),
        (cp.LinalgError, lambda: cp.roots([1e-300, 1e300]), "roots: "),
    ],
)
def test_wrong_arguments(error, call, words):
    with pytest.raises(error, match=f"^{words}"):
        call()

# Tests of linalg.lstsq against exact rational arithmetic and NumPy's rules of shapes.
"""The oracle factors a = f g exactly; then the x of least norm is g+ f+ b, in rationals."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from rational_matrices import multiply, solve, transpose

import corepy as cp
from corepy.testing import assert_bitwise_equal

RNG = np.random.default_rng(5)
SHAPES = [(1, 1, 1), (6, 3, 3), (3, 6, 3), (5, 5, 5), (6, 5, 2), (4, 7, 1), (9, 4, 4)]
DTYPES = ["float32", "float64", "complex64", "complex128"]


def as_real(x):
    """A complex matrix as the real one that multiplies real and imaginary parts."""
    if not np.iscomplexobj(x):
        return x
    return np.block([[x.real, -x.imag], [x.imag, x.real]])


def exact(x):
    return [[Fraction(float(value)) for value in row] for row in x]


def least_squares(f, g, b):
    """The x of least norm with the least |f g x - b|; f has independent columns, g rows."""
    f, g, b = exact(as_real(f)), exact(as_real(g)), exact(as_real(b))
    inner = solve(multiply(transpose(f), f), multiply(transpose(f), b))
    x = multiply(transpose(g), solve(multiply(g, transpose(g)), inner))
    return np.asarray([[float(value) for value in row] for row in x])


def whole_numbers(shape, dtype):
    x = RNG.integers(-9, 10, shape)
    return (x + 1j * RNG.integers(-9, 10, shape) if dtype[0] == "c" else x).astype(dtype)


def error_bound(a, b, x, rank):
    """The documented one."""
    values = np.linalg.svd(a, compute_uv=False)
    spread = values[0] / values[rank - 1]
    u = np.finfo(a.dtype).eps / 2
    residual = np.linalg.norm(a @ x - b, axis=0)
    size = np.linalg.norm(x, axis=0) + (np.linalg.norm(b, axis=0) + spread * residual) / values[0]
    return 4 * (30 if np.iscomplexobj(a) else 12) * max(a.shape) * u * spread * size


@pytest.mark.isa
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("shape", SHAPES)
def test_the_least_x_within_the_bound(shape, dtype, isa):
    m, n, rank = shape
    for _ in range(4):
        f, g = whole_numbers((m, rank), dtype), whole_numbers((rank, n), dtype)
        if np.linalg.matrix_rank(f) < rank or np.linalg.matrix_rank(g) < rank:
            continue
        if rank == n:
            g = np.eye(n, dtype=dtype)
        if rank == m:
            f = np.eye(m, dtype=dtype)
        a, b = f @ g, whole_numbers((m, 3), dtype)
        result = cp.linalg.lstsq(cp.asarray(a), cp.asarray(b))
        real = least_squares(f, g, b)
        expected = real[:n, :3] + 1j * real[n:, :3] if dtype[0] == "c" else real
        assert int(result.rank) == rank
        assert result.x.dtype == getattr(cp, dtype)
        distance = np.linalg.norm(np.asarray(result.x) - expected, axis=0)
        assert np.all(distance <= error_bound(a, b, expected, rank))
        assert result.residuals.shape == ((3,) if rank == n < m else (0,))
        if result.residuals.size:
            lengths = np.linalg.norm(a @ expected - b, axis=0) ** 2
            np.testing.assert_allclose(np.asarray(result.residuals), lengths, rtol=1e-4)


def test_the_bound_can_be_missed():
    a, b = np.eye(3), np.ones((3, 1))
    assert np.linalg.norm(np.full((3, 1), 1e-12)) > error_bound(a, b, b, 3)


@pytest.mark.parametrize("shape", [(5, 3), (3, 5), (4, 4), (0, 3), (3, 0), (0, 0), (1, 1)])
@pytest.mark.parametrize("sides", [(), (1,), (2,), (0,)])
def test_results_are_numpys(shape, sides):
    a, b = RNG.normal(size=shape), RNG.normal(size=(shape[0], *sides))
    expected = np.linalg.lstsq(a, b)
    result = cp.linalg.lstsq(cp.asarray(a), cp.asarray(b))
    for mine, other in zip(result, expected, strict=True):
        assert mine.shape == np.shape(other)
        np.testing.assert_allclose(np.asarray(mine), other, rtol=1e-10, atol=1e-12)
    assert result._fields == ("x", "residuals", "rank", "singular_values")


def test_nothing_is_above_an_rcond_of_one():
    for rcond in (1, 1.5, float("inf")):
        result = cp.linalg.lstsq(cp.eye(3), [1, 2, 3], rcond=rcond)
        assert (int(result.rank), result.x.tolist()) == (0, [0.0, 0.0, 0.0])


def test_rcond_decides_what_counts():
    a = np.diag([1.0, 1e-3, 1e-9])
    for rcond in (None, -1, 0.0, 1e-8, 1e-2):
        expected = np.linalg.lstsq(a, np.ones(3), rcond=rcond)
        result = cp.linalg.lstsq(a.tolist(), [1, 1, 1], rcond=rcond)
        assert int(result.rank) == expected[2]
        np.testing.assert_allclose(np.asarray(result.x), expected[0], rtol=1e-9)


def test_stacks_are_their_matrices():
    a, b = cp.asarray(RNG.normal(size=(3, 1, 7, 4))), cp.asarray(RNG.normal(size=(2, 7, 2)))
    stack = cp.linalg.lstsq(a, b)
    assert stack.x.shape == (3, 2, 4, 2)
    assert stack.residuals.shape == (3, 2, 2)
    assert stack.rank.shape == (3, 1)
    for i in range(3):
        for j in range(2):
            one = cp.linalg.lstsq(a[i, 0], b[j])
            assert_bitwise_equal(stack.x[i, j], one.x)
            assert_bitwise_equal(stack.residuals[i, j], one.residuals)
    column = cp.linalg.lstsq(a, b[0, :, 0])
    assert column.x.shape == (3, 1, 4)
    assert_bitwise_equal(column.x[2, 0], cp.linalg.lstsq(a[2, 0], b[0, :, 0]).x)


@pytest.mark.sanitize
def test_errors_are_in_its_name():
    a = cp.ones((4, 2))
    for wrong in (
        lambda: cp.linalg.lstsq(cp.ones(3), cp.ones(3)),
        lambda: cp.linalg.lstsq(a, cp.ones(3)),
        lambda: cp.linalg.lstsq(a, cp.ones((3, 4))),
        lambda: cp.linalg.lstsq(a, 1.0),
    ):
        with pytest.raises(cp.ShapeError, match=r"^lstsq: the shapes do not fit"):
            wrong()
    with pytest.raises(cp.LinalgError, match=r"^lstsq: matrix \(1,\) of the batch has a NaN"):
        cp.linalg.lstsq(cp.asarray([[[1.0]], [[cp.nan]]]), [1.0])
    with pytest.raises(cp.ArgumentError, match="rcond"):
        cp.linalg.lstsq(a, cp.ones(4), rcond=float("nan"))
    with pytest.raises(AttributeError, match="least"):
        cp.linalg.least  # noqa: B018

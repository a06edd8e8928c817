# Tests of linalg.norm, linalg.cond and linalg.multi_dot: against NumPy, and of cond and multi_dot
# against exact values, within the documented bounds.
from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import corepy as cp
from corepy.testing import assert_bitwise_equal

RNG = np.random.default_rng(0)
STACK = RNG.normal(size=(2, 3, 4, 4))
DTYPES = ["float32", "float64", "complex64", "complex128"]
ORDERS = [None, 1, -1, 2, -2, np.inf, -np.inf, "fro", "nuc"]


def draw_numbers(shape, dtype):
    x = RNG.normal(size=shape)
    return (x + 1j * RNG.normal(size=shape) if dtype[0] == "c" else x).astype(dtype)


def check(found, expected, rtol):
    expected = np.asarray(expected)
    assert found.shape == expected.shape
    assert found.dtype.name == expected.dtype.name
    np.testing.assert_allclose(np.asarray(found), expected, rtol=rtol)


# ---- norm ----


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("ord", ORDERS)
@pytest.mark.parametrize("axis", [(2, 3), (3, 2), (0, 2), (-1, 0)])
@pytest.mark.parametrize("keepdims", [False, True])
def test_norms_of_matrices(dtype, ord, axis, keepdims):
    x = draw_numbers(STACK.shape, dtype)
    rtol = 1e-5 if dtype in ("float32", "complex64") else 1e-13
    found = cp.linalg.norm(cp.asarray(x), ord, axis, keepdims)
    check(found, np.linalg.norm(x, ord, axis, keepdims), rtol)


@pytest.mark.parametrize("ord", [None, 0, 1, -1, 2, 3, 0.5, np.inf, -np.inf])
@pytest.mark.parametrize("axis", [0, 1, -1, (3,)])
@pytest.mark.parametrize("keepdims", [False, True])
def test_norms_of_vectors(ord, axis, keepdims):
    found = cp.linalg.norm(cp.asarray(STACK), ord, axis, keepdims)
    check(found, np.linalg.norm(STACK, ord, axis if isinstance(axis, int) else 3, keepdims), 1e-13)


@pytest.mark.parametrize("x", [STACK, STACK[0, 0], STACK[0, 0, 0], np.float64(-2.5), STACK[:0]])
@pytest.mark.parametrize("keepdims", [False, True])
def test_norms_of_all_elements(x, keepdims):
    check(
        cp.linalg.norm(cp.asarray(x), keepdims=keepdims),
        np.linalg.norm(x, None, None, keepdims),
        1e-14,
    )


@pytest.mark.parametrize("dtype", ["bool", "int8", "uint64", "int64"])
@pytest.mark.parametrize("ord", [None, 1, 2, np.inf, "fro"])
def test_norms_of_integers_are_float64(dtype, ord):
    x = RNG.integers(0, 2, (3, 4)).astype(dtype)
    check(cp.linalg.norm(cp.asarray(x), ord), np.linalg.norm(x.astype(float), ord), 1e-14)


def test_norms_are_those_of_the_standards_functions():
    x = cp.asarray(STACK)
    for layout in (x, x[:, ::-1], cp.moveaxis(x, 0, 2), cp.broadcast_to(x[:1], x.shape)):
        plain = cp.copy(layout)
        assert_bitwise_equal(cp.linalg.norm(layout), cp.linalg.vector_norm(plain))
        assert_bitwise_equal(cp.linalg.norm(layout, axis=1), cp.linalg.vector_norm(plain, axis=1))
        assert_bitwise_equal(cp.linalg.norm(layout, 2, (2, 3)), cp.linalg.matrix_norm(plain, ord=2))
    half = cp.asarray([3.0, 4.0], dtype="float16")
    assert cp.linalg.norm(half).dtype == cp.float16
    assert cp.linalg.norm([[1e300, 1e300]]).item() == pytest.approx(2**0.5 * 1e300, rel=1e-15)


@pytest.mark.parametrize("ord", [None, 1, 2, np.inf])
def test_nan_is_the_norm_of_vectors_with_nan(ord):
    assert np.isnan(cp.linalg.norm([1.0, np.nan], ord).item())


# ---- cond ----


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("p", ORDERS)
def test_condition_numbers(dtype, p):
    """Both libraries' errors are within the documented bound of the true value."""
    x = draw_numbers(STACK.shape, dtype)
    expected = np.linalg.cond(x.astype("complex128" if dtype[0] == "c" else "float64"), p)
    found = np.asarray(cp.linalg.cond(cp.asarray(x), p))
    largest = np.linalg.cond(x, 2)
    factor = (30 if dtype[0] == "c" else 12) * 4 * np.finfo(dtype).eps / 2
    bound = factor * (1 + largest) * (1 if p in (None, 2, -2) else 4)
    assert found.shape == (2, 3)
    assert (np.abs(found - expected) <= (bound + 1e-10) * expected).all()


def test_condition_numbers_of_known_matrices():
    for entries in ([1.0, 2.0], [8.0, -0.25], [3.0, 3.0]):
        large, small = max(map(abs, entries)), min(map(abs, entries))
        for p in (None, 1, 2, np.inf):
            assert cp.linalg.cond(np.diag(entries).tolist(), p).item() == large / small
        assert cp.linalg.cond(np.diag(entries).tolist(), -2).item() == small / large
    hilbert = [[1 / (i + j + 1) for j in range(3)] for i in range(3)]
    assert cp.linalg.cond(hilbert, 1).item() == pytest.approx(748, rel=1e-11)


@pytest.mark.parametrize("p", [None, 1, 2, -2, np.inf, "fro", "nuc"])
@pytest.mark.parametrize("dtype", ["float64", "complex128"])
def test_singular_matrices_have_infinite_ones(p, dtype):
    zeros, low = np.zeros((2, 2)), np.asarray([[0.0, 1.0], [0.0, 2.0]])
    stack = np.stack([np.eye(2), zeros, low, np.diag([2.0, 1.0])]).reshape(2, 2, 2, 2)
    found = np.asarray(cp.linalg.cond(cp.asarray(stack.astype(dtype)), p)).ravel()
    assert np.isinf(found[1])
    assert found[2] == 0 if p == -2 else np.isinf(found[2])
    expected = [np.linalg.cond(one, p) for one in (np.eye(2), np.diag([2.0, 1.0]))]
    np.testing.assert_allclose(found[[0, 3]], expected, rtol=1e-14)
    assert np.isinf(cp.linalg.cond(zeros.tolist(), p).item())


def test_oblong_matrices_and_nan():
    x = RNG.normal(size=(5, 3))
    check(cp.linalg.cond(cp.asarray(x)), np.linalg.cond(x), 1e-13)
    assert np.isnan(cp.linalg.cond([[1.0, np.nan], [0.0, 1.0]], 1).item())
    with pytest.raises(cp.LinalgError, match=r"^cond: .* NaN"):
        cp.linalg.cond([[1.0, np.nan], [0.0, 1.0]])


# ---- multi_dot ----


@given(st.lists(st.integers(0, 5), min_size=3, max_size=7), st.booleans(), st.booleans())
@settings(max_examples=100, deadline=None)
def test_products_of_whole_numbers_are_exact(extents, is_row, is_column):
    factors = [RNG.integers(-3, 4, pair).astype(float) for pair in pairwise(extents)]
    if is_row:
        factors[0] = factors[0][0] if extents[0] else np.zeros(extents[1])
    if is_column:
        factors[-1] = factors[-1][:, 0] if extents[-1] else np.zeros(extents[-2])
    expected = np.linalg.multi_dot(factors)
    found = cp.linalg.multi_dot([cp.asarray(one) for one in factors])
    assert_bitwise_equal(found + 0, np.asarray(expected) + 0)


def test_products_take_the_fewest_operations():
    """Of all the ways to cut, counted here one by one, none is cheaper."""

    def costs(extents):
        if len(extents) == 2:
            return {0}
        return {
            left + right + extents[0] * extents[cut] * extents[-1]
            for cut in range(1, len(extents) - 1)
            for left in costs(extents[: cut + 1])
            for right in costs(extents[cut:])
        }

    for seed in range(20):
        extents = np.random.default_rng(seed).integers(1, 9, 6).tolist()
        factors = [cp.ones(pair) for pair in pairwise(extents)]
        with cp.record_dispatches() as log:
            cp.linalg.multi_dot(factors)
        shapes = [entry for entry in log if entry.op == "matmul"]
        spent = sum(
            one.operands[0].shape[0] * one.operands[0].shape[1] * one.operands[1].shape[1]
            for one in shapes
        )
        assert spent == min(costs(extents))


def test_products_within_their_bound():
    a, b, c = (RNG.normal(size=shape) for shape in ((7, 40), (40, 30), (30, 5)))
    found = np.asarray(cp.linalg.multi_dot([cp.asarray(one) for one in (a, b, c)]))
    exact = np.asarray(
        [
            [
                sum(
                    Fraction(a[i, k]) * Fraction(b[k, m]) * Fraction(c[m, j])
                    for k in range(40)
                    for m in range(30)
                )
                for j in range(2)
            ]
            for i in range(2)
        ],
        dtype=float,
    )
    bound = 75 * np.finfo(float).eps / 2 * (np.abs(a) @ np.abs(b) @ np.abs(c))
    assert (np.abs(found[:2, :2] - exact) <= bound[:2, :2]).all()
    out = cp.zeros((7, 5))
    assert cp.linalg.multi_dot([a.tolist(), b.tolist(), c.tolist()], out=out) is out
    assert_bitwise_equal(out, found)


@pytest.mark.parametrize(
    ("error", "call", "words"),
    [
        (cp.ShapeError, lambda: cp.linalg.norm(cp.ones((2, 2, 2)), 1), "norm: ord needs"),
        (cp.AxisError, lambda: cp.linalg.norm(cp.ones((2, 2)), axis=(0, 0)), "norm: axes"),
        (cp.AxisError, lambda: cp.linalg.norm(cp.ones((2, 2, 2)), axis=(0, 1, 2)), "norm: axes"),
        (cp.AxisError, lambda: cp.linalg.norm(cp.ones(2), axis=1), "norm: axis"),
        (cp.ArgumentError, lambda: cp.linalg.norm(cp.ones(2), "fro"), "norm: vectors"),
        (cp.ArgumentError, lambda: cp.linalg.norm(cp.ones((2, 2)), 3), "norm: unknown order"),
        (cp.ArgumentError, lambda: cp.linalg.norm(cp.ones((2, 2)), "x"), "norm: "),
        (cp.ShapeError, lambda: cp.linalg.cond(cp.ones(2)), "cond: not a matrix"),
        (cp.ShapeError, lambda: cp.linalg.cond(cp.ones((2, 0))), "cond: not a matrix"),
        (cp.ShapeError, lambda: cp.linalg.cond(cp.ones((2, 3)), 1), "cond: "),
        (cp.ArgumentError, lambda: cp.linalg.cond(cp.ones((2, 2)), 5), "cond: unknown order"),
        (cp.ShapeError, lambda: cp.linalg.multi_dot([cp.ones(2)]), "multi_dot: too few"),
        (
            cp.ShapeError,
            lambda: cp.linalg.multi_dot([cp.ones((2, 2)), cp.ones(2), cp.ones((2, 2))]),
            "multi_dot: factor 1 is no matrix",
        ),
        (
            cp.ShapeError,
            lambda: cp.linalg.multi_dot([cp.ones((2, 3)), cp.ones((2, 3))]),
            "multi_dot: factors 0 and 1",
        ),
        (cp.ArgumentTypeError, lambda: cp.linalg.multi_dot(cp.ones((2, 2))), "multi_dot: arrays"),
    ],
)
def test_wrong_arguments(error, call, words):
    with pytest.raises(error, match=f"^{words}"):
        call()

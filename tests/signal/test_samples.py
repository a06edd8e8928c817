# Tests of interp, gradient, trapezoid, ediff1d and unwrap: against NumPy.
from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

import corepy as cp

RNG = np.random.default_rng(0)
POINTS = np.sort(RNG.normal(size=40))
VALUES = RNG.normal(size=40)


# ---- interp ----


@pytest.mark.parametrize("ends", [{}, {"left": -5.0}, {"left": 1.0, "right": 2.0}])
def test_interp_is_numpys(ends):
    x = np.concatenate([RNG.normal(size=200) * 2, POINTS, [np.nan, np.inf, -np.inf]])
    expected = np.interp(x, POINTS, VALUES, **ends)
    found = cp.interp(cp.asarray(x), cp.asarray(POINTS), cp.asarray(VALUES), **ends)
    np.testing.assert_allclose(np.asarray(found), expected, rtol=1e-13, atol=1e-14)
    at_points = cp.interp(cp.asarray(POINTS), cp.asarray(POINTS), cp.asarray(VALUES))
    assert at_points.tolist() == VALUES.tolist()


def test_interp_is_within_its_bound():
    x = RNG.uniform(POINTS[0], POINTS[-1], 300)
    found = cp.interp(cp.asarray(x), cp.asarray(POINTS), cp.asarray(VALUES)).tolist()
    for value, own in zip(x.tolist(), found, strict=True):
        i = int(np.searchsorted(POINTS, value, "right")) - 1
        x0, x1 = Fraction(float(POINTS[i])), Fraction(float(POINTS[i + 1]))
        a, b = Fraction(float(VALUES[i])), Fraction(float(VALUES[i + 1]))
        exact = a + (b - a) * (Fraction(value) - x0) / (x1 - x0)
        assert abs(Fraction(own) - exact) <= 4 * (abs(a) + abs(b)) * Fraction(1, 2**53)


def test_interp_corners():
    assert cp.interp([0.0, 5.0], [2.0], [7.0]).tolist() == [7.0, 7.0]
    assert cp.interp(cp.asarray([[0.5]]), [0, 1], [0, 10]).shape == (1, 1)
    inf = np.inf
    assert cp.interp([0.25, 0.5], [0, 1, 2], [inf, inf, 1.0]).tolist() == [inf, inf]
    for x in (1.0, 0.999, 1.001):  # a step: the last of equal points counts
        own = float(cp.interp(x, [0.0, 1.0, 1.0, 2.0], [0.0, 1.0, 5.0, 6.0]))
        assert abs(own - np.interp(x, [0.0, 1.0, 1.0, 2.0], [0.0, 1.0, 5.0, 6.0])) < 1e-12
    single = cp.interp(
        cp.asarray([0.5], dtype=cp.float32),
        cp.asarray([0, 1], dtype=cp.float32),
        cp.asarray([0, 1], dtype=cp.float32),
    )
    assert single.dtype == cp.float32


# ---- gradient ----


@pytest.mark.parametrize("edge_order", [1, 2])
@pytest.mark.parametrize("spacing", [(), (0.5,), (2.0, 3.0), "line", "lines"])
def test_gradient_is_numpys(edge_order, spacing):
    f = RNG.normal(size=(6, 9))
    lines = (np.sort(RNG.normal(size=6)), np.sort(RNG.normal(size=9)))
    if spacing == "line":
        given, axis = (lines[1],), 1
    else:
        given, axis = (lines if spacing == "lines" else spacing), None
    expected = np.gradient(f, *given, axis=axis, edge_order=edge_order)
    own = [cp.asarray(one) if isinstance(one, np.ndarray) else one for one in given]
    found = cp.gradient(cp.asarray(f), *own, axis=axis, edge_order=edge_order)
    if axis is not None:
        expected, found = (expected,), (found,)
    assert len(found) == len(expected)
    for a, b in zip(found, expected, strict=True):
        np.testing.assert_allclose(np.asarray(a), b, rtol=1e-10, atol=1e-12)


def test_gradient_of_lines_and_integers():
    assert cp.gradient(cp.asarray([1, 2, 4])).tolist() == np.gradient([1, 2, 4]).tolist()
    assert cp.gradient(cp.asarray([1.0, 5.0])).tolist() == [4.0, 4.0]
    (only,) = cp.gradient(cp.ones((3, 3)), axis=(0,))
    assert only.shape == (3, 3)


# ---- integrals, differences ----


@pytest.mark.parametrize("axis", [0, 1, -1])
def test_trapezoid(axis):
    y = RNG.normal(size=(5, 7))
    x = np.sort(RNG.normal(size=y.shape[axis]))
    t = cp.asarray(y)
    np.testing.assert_allclose(
        np.asarray(cp.trapezoid(t, axis=axis)), np.trapezoid(y, axis=axis), atol=1e-14
    )
    np.testing.assert_allclose(
        np.asarray(cp.trapezoid(t, cp.asarray(x), axis=axis)),
        np.trapezoid(y, x, axis=axis),
        rtol=1e-12,
        atol=1e-14,
    )
    np.testing.assert_allclose(
        np.asarray(cp.trapezoid(t, dx=0.1, axis=axis)),
        np.trapezoid(y, dx=0.1, axis=axis),
        atol=1e-14,
    )
    full = np.cumsum(RNG.random(size=(5, 7)), axis=axis)
    np.testing.assert_allclose(
        np.asarray(cp.trapezoid(t, cp.asarray(full), axis=axis)),
        np.trapezoid(y, full, axis=axis),
        rtol=1e-12,
        atol=1e-14,
    )
    assert float(cp.trapezoid(cp.asarray([3.0]))) == 0.0


def test_ediff1d():
    x = np.asarray([[1, 4], [9, 16]])
    assert cp.ediff1d(cp.asarray(x)).tolist() == np.ediff1d(x).tolist()
    found = cp.ediff1d(cp.asarray(x), to_end=[0], to_begin=7)
    assert found.tolist() == np.ediff1d(x, to_end=[0], to_begin=7).tolist()


@pytest.mark.parametrize("axis", [0, 1])
@pytest.mark.parametrize("options", [{}, {"discont": 4.0}, {"period": 1.5}])
def test_unwrap(axis, options):
    p = RNG.uniform(-10, 10, size=(8, 9))
    np.testing.assert_allclose(
        np.asarray(cp.unwrap(cp.asarray(p), axis=axis, **options)),
        np.unwrap(p, axis=axis, **options),
        rtol=1e-12,
        atol=1e-12,
    )


@pytest.mark.isa
def test_bits_do_not_depend_on_isa():
    x = cp.asarray(RNG.normal(size=1000))
    digests = set()
    for isa in cp.isas():
        with cp.settings.override(isa=isa):
            found = (
                cp.interp(x, cp.asarray(POINTS), cp.asarray(VALUES)),
                cp.gradient(x, 0.3),
                cp.trapezoid(x),
                cp.unwrap(x * 9),
            )
            digests.add("".join(cp.digest(one) for one in found))
    assert len(digests) == 1


@pytest.mark.parametrize(
    ("error", "call"),
    [
        (cp.ArgumentError, lambda: cp.interp(0.5, [1.0, 0.0], [0.0, 1.0])),
        (cp.ArgumentError, lambda: cp.interp(0.5, [0.0, cp.nan], [0.0, 1.0])),
        (cp.ArgumentError, lambda: cp.interp(0.5, [cp.nan], [0.0])),
        (cp.ShapeError, lambda: cp.interp(0.5, [0.0, 1.0], [0.0])),
        (cp.DTypeError, lambda: cp.interp(0.5, [0.0, 1.0], [0.0, 1j])),
        (cp.ShapeError, lambda: cp.gradient(cp.ones(1))),
        (cp.ShapeError, lambda: cp.gradient(cp.ones(2), edge_order=2)),
        (cp.ArgumentError, lambda: cp.gradient(cp.ones(3), edge_order=3)),
        (cp.ArgumentError, lambda: cp.gradient(cp.ones((3, 3)), 1.0, 1.0, 1.0)),
        (cp.ShapeError, lambda: cp.gradient(cp.ones(3), [1.0, 2.0])),
        (cp.AxisError, lambda: cp.trapezoid(cp.ones(3), axis=1)),
        (cp.ArgumentError, lambda: cp.unwrap(cp.ones(3), period=0)),
    ],
)
def test_wrong_arguments(error, call):
    with pytest.raises(error, match=r"^(interp|gradient|trapezoid|unwrap): "):
        call()

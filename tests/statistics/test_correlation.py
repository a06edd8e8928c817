# Tests of average, cov, corrcoef and ptp: against NumPy, and under weights against exact numbers.
from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

import corepy as cp

X = np.random.default_rng(0).normal(size=(4, 60)) * 10 + 100
Y = np.random.default_rng(1).normal(size=(2, 60))


@pytest.mark.parametrize("options", [{}, {"bias": True}, {"ddof": 0}, {"ddof": 3}])
def test_cov(options):
    np.testing.assert_allclose(
        np.asarray(cp.cov(cp.asarray(X), **options)), np.cov(X, **options), rtol=1e-12
    )
    np.testing.assert_allclose(
        np.asarray(cp.cov(cp.asarray(X), cp.asarray(Y), **options)), np.cov(X, Y, **options), 1e-11
    )
    found = cp.cov(cp.asarray(X.T.copy()), rowvar=False, **options)
    np.testing.assert_allclose(np.asarray(found), np.cov(X, **options), rtol=1e-12)
    one = cp.cov(cp.asarray(X[0]), **options)
    assert one.shape == ()
    np.testing.assert_allclose(float(one), np.cov(X[0], **options))


COUNTS = np.random.default_rng(2).integers(0, 5, 60)
IMPORTANCE = np.random.default_rng(4).random(60)
WEIGHTS = [
    {"fweights": COUNTS},
    {"aweights": IMPORTANCE},
    {"fweights": COUNTS, "aweights": IMPORTANCE},
    {"fweights": COUNTS.astype("uint8"), "aweights": (IMPORTANCE * 9).astype("int32")},
]


@pytest.mark.parametrize("options", [{}, {"bias": True}, {"ddof": 3}])
@pytest.mark.parametrize("weights", WEIGHTS)
def test_weighted_cov(weights, options):
    ours = {name: cp.asarray(one) for name, one in weights.items()}
    expected = np.cov(X, Y, **weights, **options)
    found = np.asarray(cp.cov(cp.asarray(X), cp.asarray(Y), **ours, **options))
    np.testing.assert_allclose(found, expected, rtol=1e-11)
    assert np.array_equal(found, found.T)
    columns = cp.cov(cp.asarray(X.T.copy()), rowvar=False, **ours, **options)
    np.testing.assert_allclose(np.asarray(columns), np.cov(X, **weights, **options), rtol=1e-11)
    one = cp.cov(cp.asarray(X[0]), **ours, **options)
    assert one.shape == ()
    np.testing.assert_allclose(float(one), np.cov(X[0], **weights, **options), rtol=1e-11)


def find_exact_cov(x, counts, importance, ddof):
    """Of two rows, in rational numbers; and the sum of the magnitudes of its terms."""
    rows = [[Fraction(float(one)) for one in row] for row in x]
    importance = [Fraction(float(one)) for one in importance]
    weight = [int(c) * a for c, a in zip(counts, importance, strict=True)]
    total = sum(weight)
    divisor = total - ddof * sum(w * a for w, a in zip(weight, importance, strict=True)) / total
    means = [sum(w * one for w, one in zip(weight, row, strict=True)) / total for row in rows]
    terms = [w * (a - means[0]) * (b - means[1]) for w, a, b in zip(weight, *rows, strict=True)]
    return sum(terms) / divisor, sum(map(abs, terms)) / divisor


@pytest.mark.parametrize("seed", range(5))
def test_weighted_cov_is_near_the_exact_value(seed):
    rng = np.random.default_rng(seed)
    x, n = rng.normal(size=(2, 40)), 40
    counts, importance = rng.integers(0, 9, n), rng.random(n)
    exact, magnitude = find_exact_cov(x, counts, importance, 1)
    found = cp.cov(cp.asarray(x), fweights=cp.asarray(counts), aweights=cp.asarray(importance))
    assert abs(Fraction(found[0, 1].item()) - exact) <= (n + 8) * Fraction(1, 2**53) * magnitude
    assert found[0, 1].item() == found[1, 0].item()


def test_counted_observations_are_repeated_ones():
    x = cp.asarray([[0.0, 3.0, 5.0], [1.0, -1.0, 2.0]])
    repeated = cp.repeat(x, cp.asarray([2, 0, 3]), axis=1)
    assert cp.allclose(cp.cov(x, fweights=[2, 0, 3]), cp.cov(repeated), rtol=1e-15)
    assert cp.cov(x, fweights=[2, 0, 3]).dtype == cp.float64
    narrow = cp.cov(cp.astype(x, cp.float32), fweights=[2, 0, 3], aweights=[1.0, 1.0, 1.0])
    assert narrow.dtype == cp.float32
    assert cp.cov(cp.zeros((0, 3)), fweights=[2, 0, 3]).shape == (0, 0)


def test_corrcoef():
    np.testing.assert_allclose(np.asarray(cp.corrcoef(cp.asarray(X))), np.corrcoef(X), rtol=1e-12)
    both = cp.corrcoef(cp.asarray(X[0]), cp.asarray(X[1]))
    np.testing.assert_allclose(np.asarray(both), np.corrcoef(X[0], X[1]), rtol=1e-12)
    assert float(cp.corrcoef(cp.asarray(X[0]))) == 1.0
    assert np.isnan(np.asarray(cp.corrcoef(cp.ones((2, 3))))).all()
    assert cp.corrcoef(cp.asarray([1.0, 2.0]), cp.asarray([5.0, 1.0])).tolist()[0][1] >= -1.0


@pytest.mark.parametrize("axis", [None, 0, 1])
def test_average(axis):
    t = cp.asarray(X)
    np.testing.assert_allclose(np.asarray(cp.average(t, axis)), np.average(X, axis))
    weights = np.random.default_rng(3).random(X.shape)
    np.testing.assert_allclose(
        np.asarray(cp.average(t, axis, cp.asarray(weights))), np.average(X, axis, weights)
    )
    if axis is not None:
        line = weights[0] if axis else weights[:, 0]
        found = cp.average(t, axis, cp.asarray(line.copy()))
        np.testing.assert_allclose(np.asarray(found), np.average(X, axis, line))


def test_average_does_not_narrow_its_weights():
    x = np.asarray([1, 2], dtype=np.float32)
    weights = np.asarray([1e300, 3e300])
    found = cp.average(cp.asarray(x), weights=cp.asarray(weights))
    assert found.dtype == cp.float64
    assert float(found) == pytest.approx(1.75)
    assert cp.average(cp.asarray(x), weights=[1.0, 3.0]).dtype == cp.float32


@pytest.mark.parametrize("axis", [None, 0, 1])
def test_ptp(axis):
    assert np.asarray(cp.ptp(cp.asarray(X), axis)).tolist() == np.ptp(X, axis).tolist()


@pytest.mark.parametrize(
    ("error", "call"),
    [
        (cp.ArgumentError, lambda: cp.average(cp.ones(2), weights=[1, -1])),
        (cp.ShapeError, lambda: cp.average(cp.ones((2, 2)), weights=[1, 1])),
        (cp.ShapeError, lambda: cp.average(cp.ones((2, 2)), 0, weights=[1, 1, 1])),
        (cp.ShapeError, lambda: cp.cov(cp.ones((2, 2, 2)))),
        (cp.ShapeError, lambda: cp.cov(cp.ones(2), cp.ones(3))),
        (cp.ArgumentError, lambda: cp.cov(cp.ones(2), ddof=3)),
        (cp.DTypeError, lambda: cp.cov(cp.asarray([1j]))),
        (cp.DTypeError, lambda: cp.cov(cp.ones(2), fweights=[1.0, 1.0])),
        (cp.DTypeError, lambda: cp.cov(cp.ones(2), aweights=[True, True])),
        (cp.ArgumentError, lambda: cp.cov(cp.ones(2), fweights=[1, -1])),
        (cp.ArgumentError, lambda: cp.cov(cp.ones(2), aweights=[1, cp.nan])),
        (cp.ArgumentError, lambda: cp.cov(cp.ones(2), aweights=[1, cp.inf])),
        (cp.ArgumentError, lambda: cp.cov(cp.ones(2), aweights=[0, 0])),
        (cp.ArgumentError, lambda: cp.cov(cp.ones(2), fweights=[1, 1], ddof=3)),
        (cp.ShapeError, lambda: cp.cov(cp.ones(2), fweights=[1, 1, 1])),
        (cp.ShapeError, lambda: cp.cov(cp.ones(2), aweights=2.0)),
        (cp.ArgumentError, lambda: cp.ptp(cp.zeros(0))),
    ],
)
def test_wrong_arguments(error, call):
    with pytest.raises(error, match=r"^(average|cov|ptp): "):
        call()

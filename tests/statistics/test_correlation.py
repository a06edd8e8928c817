# Tests of average, cov, corrcoef and ptp: against NumPy.
from __future__ import annotations

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
        (cp.ArgumentError, lambda: cp.ptp(cp.zeros(0))),
    ],
)
def test_wrong_arguments(error, call):
    with pytest.raises(error):
        call()

# Tests of the reductions that leave NaN out: against NumPy, and bit by bit against the plain ones.
from __future__ import annotations

import warnings

import numpy as np
import pytest

import corepy as cp
from corepy.testing import assert_bitwise_equal

SAME_NAMES = ("sum", "prod", "mean", "var", "std", "max", "min", "argmax", "argmin")


def make(shape, seed=0):
    x = np.random.default_rng(seed).normal(size=shape)
    x[np.random.default_rng(seed + 1).random(shape) < 0.3] = np.nan
    return x


@pytest.mark.parametrize("name", SAME_NAMES)
@pytest.mark.parametrize(("shape", "axis"), [((30,), None), ((20, 9), 0), ((6, 40), 1)])
@pytest.mark.parametrize("keepdims", [False, True])
def test_values_are_numpys(name, shape, axis, keepdims):
    x = make(shape)
    x[..., 0] = 1.5
    x[0] = -0.5
    found = getattr(cp, f"nan{name}")(cp.asarray(x), axis=axis, keepdims=keepdims)
    expected = np.asarray(getattr(np, f"nan{name}")(x, axis=axis, keepdims=keepdims))
    assert found.shape == expected.shape
    np.testing.assert_allclose(np.asarray(found), expected, rtol=2e-14)


@pytest.mark.parametrize("name", SAME_NAMES)
def test_without_nan_the_bits_are_those_of_the_plain_function(name):
    x = cp.asarray(np.random.default_rng(3).normal(size=(31, 70)))
    plain, own = getattr(cp, name), getattr(cp, f"nan{name}")
    assert_bitwise_equal(own(x, axis=1), plain(x, axis=1))
    assert_bitwise_equal(own(x), plain(x))


@pytest.mark.parametrize("name", ["cumsum", "cumprod"])
@pytest.mark.parametrize("axis", [None, 0, 1])
def test_running_sums(name, axis):
    x = make((5, 7))
    found = getattr(cp, f"nan{name}")(cp.asarray(x), axis=axis)
    np.testing.assert_allclose(np.asarray(found), getattr(np, f"nan{name}")(x, axis=axis))


@pytest.mark.parametrize("name", ["mean", "var", "std", "max", "min"])
def test_nothing_but_nan_gives_nan(name):
    x = cp.asarray([[cp.nan, cp.nan], [1.0, cp.nan]])
    found = np.asarray(getattr(cp, f"nan{name}")(x, axis=1))
    assert np.isnan(found[0])
    assert not np.isnan(found[1])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        np.testing.assert_array_equal(found, getattr(np, f"nan{name}")(np.asarray(x), axis=1))


def test_corners():
    nan, inf = cp.nan, cp.inf
    assert float(cp.nansum(cp.asarray([nan, nan]))) == 0
    assert float(cp.nanprod(cp.zeros(0))) == 1
    assert float(cp.nanmax(cp.asarray([nan, -inf]))) == -inf
    assert int(cp.nanargmax(cp.asarray([nan, -inf]))) == 1
    assert int(cp.nanargmin(cp.asarray([nan, inf, inf]))) == 1
    assert int(cp.nanargmax(cp.asarray([-0.0, 0.0]))) == int(cp.argmax(cp.asarray([-0.0, 0.0])))
    assert np.isnan(float(cp.nanvar(cp.asarray([1.0, inf, nan]))))
    assert np.isnan(float(cp.nanvar(cp.asarray([1.0, nan]), correction=1)))
    assert float(cp.nanvar(cp.asarray([1.0, 3.0, nan]), correction=1)) == 2.0
    assert cp.nanmean(cp.asarray([1, 2])).dtype == cp.float64
    assert cp.nanmean(cp.asarray([1.0, nan], dtype=cp.float32)).dtype == cp.float32
    assert cp.nansum(cp.asarray([1, 2], dtype=cp.int8)).dtype == cp.int64
    assert complex(cp.nanmean(cp.asarray([1 + 2j, complex(nan, 1), 3 + 4j]))) == 2 + 3j
    assert complex(cp.nansum(cp.asarray(2 + 1j))) == 2 + 1j
    assert int(cp.nanmax(cp.asarray([1, 5, 2]))) == 5
    assert int(cp.nanargmin(cp.asarray([4, 1, 2]))) == 1


@pytest.mark.parametrize(
    ("error", "call"),
    [
        (cp.ArgumentError, lambda: cp.nanargmax(cp.asarray([cp.nan, cp.nan]))),
        (cp.ArgumentError, lambda: cp.nanargmin(cp.asarray([[cp.nan], [1.0]]), axis=1)),
        (cp.ArgumentError, lambda: cp.nanmax(cp.zeros(0))),
        (cp.DTypeError, lambda: cp.nanmax(cp.asarray([1j]))),
        (cp.DTypeError, lambda: cp.nanvar(cp.asarray([True]))),
        (cp.AxisError, lambda: cp.nanmean(cp.ones(3), axis=2)),
    ],
)
def test_wrong_arguments(error, call):
    with pytest.raises(error):
        call()

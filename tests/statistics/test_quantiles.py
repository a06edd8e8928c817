# Tests of median, quantile, percentile and those that leave NaN out: against NumPy in float64, and
# against exact rational arithmetic.
from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

import corepy as cp

METHODS = (
    "linear",
    "lower",
    "higher",
    "nearest",
    "midpoint",
    "inverted_cdf",
    "averaged_inverted_cdf",
    "closest_observation",
    "interpolated_inverted_cdf",
    "hazen",
    "weibull",
    "median_unbiased",
    "normal_unbiased",
)
Q = [0.0, 0.1, 0.25, 0.4, 0.5, 0.75, 0.9, 1.0]
SHAPES_AXES = [((7,), None), ((8,), 0), ((5, 6), 1), ((4, 3, 5), (0, 2)), ((4, 3, 5), -2)]


def weigh(x, weights, q=0.5):
    return cp.quantile(x, q, method="inverted_cdf", weights=weights)


def draw(shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape)


def assert_near(found, expected, ulps=4):
    found, expected = np.asarray(found), np.asarray(expected)
    assert found.shape == expected.shape
    scale = np.maximum(np.abs(expected), 1e-300)
    same = (found == expected) | (np.isnan(found) & np.isnan(expected))
    with np.errstate(invalid="ignore"):
        assert np.all(same | (np.abs(found - expected) <= ulps * 2.3e-16 * np.maximum(scale, 3.0)))


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(("shape", "axis"), SHAPES_AXES)
@pytest.mark.parametrize("keepdims", [False, True])
def test_quantiles_are_numpys(method, shape, axis, keepdims):
    x = draw(shape)
    expected = np.quantile(x, Q, axis=axis, method=method, keepdims=keepdims)
    found = cp.quantile(cp.asarray(x), Q, axis=axis, method=method, keepdims=keepdims)
    assert_near(found, expected)
    assert_near(
        cp.percentile(cp.asarray(x), 30, axis=axis, method=method, keepdims=keepdims),
        np.percentile(x, 30, axis=axis, method=method, keepdims=keepdims),
    )


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("axis", [None, 0, 1])
def test_nan_versions_are_numpys(method, axis):
    x = draw((6, 9))
    x[x > 1.0] = np.nan
    x[2, 1] = np.nan
    expected = np.nanquantile(x, Q, axis=axis, method=method)
    assert_near(cp.nanquantile(cp.asarray(x), Q, axis=axis, method=method), expected)
    assert_near(cp.nanpercentile(cp.asarray(x), 40, axis=axis), np.nanpercentile(x, 40, axis=axis))
    assert_near(cp.nanmedian(cp.asarray(x), axis=axis), np.nanmedian(x, axis=axis))


def test_nan_propagates_and_is_left_out_where_asked():
    x = cp.asarray([[1.0, cp.nan, 3.0], [1.0, 2.0, 3.0], [cp.nan, cp.nan, cp.nan]])
    assert np.isnan(np.asarray(cp.median(x, axis=1))).tolist() == [True, False, True]
    assert np.asarray(cp.nanmedian(x, axis=1))[:2].tolist() == [2.0, 2.0]
    assert np.isnan(float(cp.nanmedian(x[2])))
    assert np.isnan(np.asarray(cp.quantile(x, [0.0, 1.0], axis=1)))[:, 0].all()


@pytest.mark.parametrize(("shape", "axis"), SHAPES_AXES)
@pytest.mark.parametrize("keepdims", [False, True])
def test_weighted_quantiles_are_numpys(shape, axis, keepdims):
    rng = np.random.default_rng(5)
    x = rng.integers(0, 9, shape) / 2
    weights = [rng.random(shape), rng.integers(0, 6, shape), np.ones(shape, "int8")]
    if isinstance(axis, int):
        weights.append(rng.integers(1, 4, shape[axis]).astype("float32"))
    for weight in weights:
        options = {"axis": axis, "method": "inverted_cdf", "keepdims": keepdims}
        expected = np.quantile(x, Q, weights=weight, **options)
        found = cp.quantile(cp.asarray(x), Q, weights=cp.asarray(weight), **options)
        assert found.shape == expected.shape
        assert found.tolist() == expected.tolist()
        percent = cp.percentile(cp.asarray(x), 30, weights=cp.asarray(weight), **options)
        assert percent.tolist() == np.percentile(x, 30, weights=weight, **options).tolist()


@pytest.mark.parametrize("seed", range(4))
def test_weighted_quantiles_are_those_of_repeated_elements(seed):
    """In exact arithmetic: the element at which the counts reach the fraction q of all."""
    rng = np.random.default_rng(seed)
    x, counts = rng.normal(size=30), rng.integers(0, 4, 30)
    repeated = np.sort(np.repeat(x, counts))
    for q in (0.0, 1.0, *(i / 16 for i in range(1, 16))):
        place = max(-(-Fraction(q) * repeated.size // 1), 1) - 1
        found = cp.quantile(cp.asarray(x), q, method="inverted_cdf", weights=cp.asarray(counts))
        # Of sums of counts, a part that is i/16 is so in float64, and others are far from it.
        assert found.item() == repeated[int(place)]


def test_weighted_quantiles_at_corners():
    x = cp.asarray([3, 1, 2], dtype=cp.int8)
    assert weigh(x, [1, 0, 1], 0.0).item() == 2  # the least of those that weigh anything
    assert weigh(x, [0, 1, 1], 1.0).item() == 2
    assert weigh(x, [1, 1, 1]).dtype == cp.int8
    assert weigh(x, [1, 1, 1], []).shape == (0,)
    assert weigh(x, [1, 1, 1], [[0.1, 0.9]]).tolist() == [[1, 3]]
    assert np.isnan(weigh(cp.asarray([1.0, cp.nan]), [1, 0]).item())
    assert weigh(cp.asarray([1.0, 2.0]), [1e-320, 1e-320]).item() == 1.0
    weigh(x, [1, 1, 1])
    assert cp.explain_last_dispatch().op == "quantile"


@pytest.mark.parametrize("dtype", ["int8", "uint8", "int64", "float32", "float64"])
def test_dtypes(dtype):
    x = cp.asarray([5, 1, 4, 2], dtype=dtype)
    wide = dtype if dtype.startswith("f") else "float64"
    assert cp.median(x).dtype.name == cp.quantile(x, 0.3).dtype.name == wide
    assert cp.quantile(x, 0.3, method="lower").dtype.name == dtype
    assert float(cp.median(x)) == 3.0
    assert float(cp.quantile(x, 0.5, method="higher")) == 4.0


@pytest.mark.isa
@pytest.mark.parametrize("dtype", ["float32", "float64", "int8", "int32", "uint64"])
def test_the_median_is_that_of_the_sorted_elements(dtype, isa):
    rng = np.random.default_rng(4)
    for length in (1, 2, 511, 512, 513, 5000, 5001):
        for values in (
            rng.integers(0, 120, length),
            rng.normal(size=length) * 100,
            np.copysign(0.0, rng.normal(size=length)),
            np.where(rng.random(length) < 0.3, -0.0, rng.normal(size=length).round()),
            np.where(np.arange(length) == length // 3, np.nan, np.arange(length)),
        ):
            if dtype[0] != "f":
                values = np.abs(np.nan_to_num(values)) % 100
            x = values.astype(dtype)
            found = cp.median(cp.asarray(x))
            if np.any(x != x):
                assert cp.isnan(found)
                continue
            line = cp.sort(cp.asarray(x))
            low, high = line[(length - 1) // 2].item(), line[length // 2].item()
            expected = np.asarray((low + high) / 2, str(found.dtype))
            assert np.asarray(found).tobytes() == expected.tobytes()


def test_median_of_large_numbers_does_not_overflow():
    assert float(cp.median(cp.asarray([1.7e308, 1.7e308]))) == 1.7e308
    assert float(cp.median(cp.asarray([5e-324, 5e-324]))) == 5e-324
    assert float(cp.median(cp.asarray([100, 120, 127, 127], dtype=cp.int8))) == 123.5
    assert float(cp.quantile(cp.asarray([-1.7e308, 1.7e308]), 0.5)) == 0.0
    top = 2**64 - 1
    assert float(cp.median(cp.asarray([top, top], dtype=cp.uint64))) == float(top)


def test_infinities():
    inf = np.inf
    assert float(cp.quantile(cp.asarray([1.0, inf]), 0.0)) == 1.0  # NumPy: NaN
    assert float(cp.quantile(cp.asarray([-inf, 1.0]), 0.25)) == -inf
    assert float(cp.quantile(cp.asarray([inf, inf, inf]), 0.3)) == inf
    assert float(cp.median(cp.asarray([1.0, inf]))) == inf
    assert np.isnan(float(cp.median(cp.asarray([-inf, inf]))))


@pytest.mark.parametrize("n", [2, 3, 10, 11])
def test_linear_is_near_the_exact_value(n):
    """Of the exact rational number: 3u max(|a|, |b|), and what the position in float64 costs."""
    x = draw(n, seed=n) * 1e3
    ordered = [Fraction(float(v)) for v in np.sort(x)]
    for q in np.random.default_rng(1).random(20):
        place = Fraction(float(q)) * (n - 1)
        i = min(int(place), n - 2)
        exact = ordered[i] + (ordered[i + 1] - ordered[i]) * (place - i)
        found = Fraction(float(cp.quantile(cp.asarray(x), float(q))))
        top = max(abs(ordered[i]), abs(ordered[i + 1]))
        slack = abs(ordered[i + 1] - ordered[i]) * Fraction(n, 2**52)
        assert abs(found - exact) <= 3 * top * Fraction(1, 2**53) + slack


def test_float32_positions_are_those_of_float64():
    x = draw(1001).astype(np.float32)
    found = np.asarray(cp.quantile(cp.asarray(x), Q))
    assert found.dtype == np.float32
    expected = np.quantile(x.astype(np.float64), Q)
    assert np.all(np.abs(found - expected) <= 2e-7 * np.maximum(np.abs(expected), 1))


@pytest.mark.isa
def test_bits_do_not_depend_on_isa_or_layout():
    x = draw((50, 41))
    tensors = [
        cp.asarray(x),
        cp.asarray(x.T.copy()).T,
        cp.flip(cp.asarray(x[:, ::-1].copy()), axis=1),
    ]
    digests = set()
    for isa in cp.isas():
        with cp.settings.override(isa=isa):
            for t in tensors:
                digests.add(cp.digest(cp.quantile(t, Q, axis=0)) + cp.digest(cp.median(t)))
    assert len(digests) == 1


@pytest.mark.parametrize(
    ("error", "call"),
    [
        (cp.ArgumentError, lambda: cp.quantile(cp.ones(3), 1.5)),
        (cp.ArgumentError, lambda: cp.quantile(cp.ones(3), cp.nan)),
        (cp.ArgumentError, lambda: cp.percentile(cp.ones(3), -1)),
        (cp.ArgumentError, lambda: cp.quantile(cp.ones(3), 0.5, method="best")),
        (cp.ArgumentError, lambda: cp.quantile(cp.ones(3), 0.5, weights=[1, 1, 1])),
        (cp.ArgumentError, lambda: weigh(cp.ones(3), [1, -1, 1])),
        (cp.ArgumentError, lambda: weigh(cp.ones(3), [0, 0, 0])),
        (cp.ArgumentError, lambda: weigh(cp.ones(3), [1, cp.nan, 1])),
        (cp.ArgumentError, lambda: weigh(cp.ones(3), [1, cp.inf, 1])),
        (cp.ArgumentError, lambda: weigh(cp.ones(3), [1e308, 1e308, 1])),
        (cp.ArgumentError, lambda: weigh(cp.ones((0,)), cp.ones((0,)))),
        (cp.ShapeError, lambda: weigh(cp.ones((2, 2)), [1, 1])),
        (cp.DTypeError, lambda: weigh(cp.ones(3), [True, True, True])),
        (cp.ArgumentError, lambda: cp.median(cp.zeros(0))),
        (cp.ArgumentError, lambda: cp.nanmedian(cp.zeros((3, 0)), axis=1)),
        (cp.DTypeError, lambda: cp.median(cp.asarray([True]))),
        (cp.DTypeError, lambda: cp.median(cp.asarray([1j]))),
        (cp.AxisError, lambda: cp.median(cp.ones(3), axis=1)),
        (cp.AxisError, lambda: cp.median(cp.ones((3, 3)), axis=(0, -2))),
        (cp.ArgumentTypeError, lambda: cp.median("abc")),
        (cp.ArgumentTypeError, lambda: cp.median(cp.ones(3), axis="0")),
    ],
)
def test_wrong_arguments(error, call):
    with pytest.raises(error, match=r"^(quantile|percentile|median|nanmedian): .*\("):
        call()


def test_numbers_and_lists():
    assert float(cp.median([3, 1, 2])) == 2.0
    assert float(cp.median(5)) == 5.0
    assert cp.quantile(5.0, [0.1, 0.2]).tolist() == [5.0, 5.0]
    assert cp.quantile(cp.arange(4), [[0.0, 1.0]]).shape == (1, 2)
    assert cp.quantile(cp.ones((2, 3)), cp.asarray(0.5), axis=()).shape == (2, 3)
